"""Rules in a dialect: the short forms, what each means, and what a page is told that is wrong."""

import re

import pytest

from user_directories import ConfigurationError, Manifest, load_manifest

PAGE = """
version = 1
name = "acme"
title = "Acme"
docs = "https://acme.example"
{top}
[auth]
environment = "ACME_KEY"
[list]
path = "/users"
items = "@"
page_size = {{ parameter = "count" }}
pagination = {{ strategy = "offset", parameter = "startIndex", first = 1 }}
{list}
[sort.name]
ascending = {{ sortBy = "name", hint = "sorted" }}
[user]
id = "id"
email = "email"
name = "name"
status = "status"
created_at = "created"
[filters]
{filters}
{after}
"""

SCIM = 'dialect = "scim"'
EMAIL = 'email = { parameter = "filter", expression = "emails.value eq {value}", match = "exact" }'


@pytest.fixture
def page(tmp_path):
    def load(filters: str = "", top: str = "", after: str = "", fixed: str = "") -> Manifest:
        file = tmp_path / "acme.toml"
        file.write_text(PAGE.format(filters=filters, top=top, after=after, list=fixed), encoding="utf-8")
        return load_manifest(file)

    return load


def test_a_dialect_said_once_is_that_of_every_expression(page):
    search = '[search]\nparameter = "filter"\nexpression = "name co {value}"\nmatch = "contains"'
    manifest = page(EMAIL, SCIM, search)
    assert manifest.filter_rule("email").dialect == "scim"
    assert manifest.search.dialect == "scim"


def test_a_rule_may_say_another_dialect(page):
    own = 'status = { parameter = "q", expression = "status:{value}", dialect = "lucene", match = "exact" }'
    manifest = page(f"{EMAIL}\n{own}", SCIM)
    assert (manifest.filter_rule("email").dialect, manifest.filter_rule("status").dialect) == ("scim", "lucene")


def test_a_bare_value_has_no_dialect(page):
    manifest = page('status = { parameter = "status", match = "exact" }', SCIM)
    assert manifest.filter_rule("status").dialect is None
    assert manifest.filter_rule("status").several == "one"


def test_one_line_gives_several_operators(page):
    line = 'operators = ["is", "starts_with", "missing"], match = "exact" }'
    manifest = page(f'email = {{ parameter = "filter", attribute = "emails.value", {line}', SCIM)
    assert set(manifest.filters["email"]) == {"is", "starts_with", "missing"}
    rule = manifest.filter_rule("email", "starts_with")
    assert rule.template("starts_with", "x") == "emails.value sw {value}"


def test_an_attribute_alone_is_compared_whole_and_of_a_time_the_bounds(page):
    rules = ['email = { parameter = "filter", attribute = "mail", match = "exact" }']
    rules += ['created_at = { parameter = "filter", attribute = "meta.created", match = "exact" }']
    manifest = page("\n".join(rules), SCIM)
    assert {field: set(table) for field, table in manifest.filters.items()} == {
        "email": {"is"},
        "created_at": {"after", "before"},
    }


def test_several_values_are_joined_where_the_dialect_can_and_the_rule_does_not_say_otherwise(page):
    one = EMAIL.replace('match = "exact"', 'match = "exact", several = "one"')
    assert page(EMAIL, SCIM).filter_rule("email").several == "or"
    assert page(one, SCIM).filter_rule("email").several == "one"
    google = EMAIL.replace(" eq ", "=")
    assert page(google, 'dialect = "google"').filter_rule("email").several == "one"


def test_a_page_with_expressions_survives_as_json(page):
    along = EMAIL.replace('}"', '}", with = { "$count" = "true" }')
    times = 'created_at = { parameter = "filter", attribute = "meta.created", match = "exact" }'
    manifest = page(f"{along}\n{times}\n" + 'status = { parameter = "status", match = "exact" }', SCIM)
    assert manifest.filter_rule("email").also == {"$count": "true"}
    assert Manifest.model_validate_json(manifest.model_dump_json()) == manifest


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ('expression = "mail eq"', "the expression lacks {value}"),
        ("expression = \"mail eq 'x'\"", "the expression lacks {value}"),
        ('expression = "mail eq \\"{value}\\""', "{value} stands in quotes"),
        ('expression = "mail eq \\"{value}"', "{value} stands in quotes"),
        ('expression = "mail eq {value} or name eq \\"{value}\\""', "{value} stands in quotes"),
        ('expression = "mail sw {prefix}"', "scim has no {prefix}: write {value}"),
        ('expression = "mail eq {value}", dialect = "ldap"', "'scim', 'odata', 'okta', 'lucene', 'google', 'soql' or"),
        ('expression = "mail eq {value}", attribute = "mail"', "has `expression` and `attribute`: keep one of them"),
        ('attribute = "mail", conditions = { a = "b eq 1" }', "has `attribute` and `conditions`: keep one of them"),
        ('conditions = { a = "b eq {value}" }', "`conditions.a` is for this value alone"),
        ('expression = "mail eq {value}", several = "comma"', '"or" or "one"'),
        ('expression = "{value}", dialect = "none", several = "or"', 'none has no "or": write several = "one"'),
        ('expression = "mail eq {value}", operators = ["is"]', "`operators` goes with `attribute`"),
        ('expression = "mail eq {value}", type = "date"', "'text', 'time', 'boolean' or 'number'"),
        ('expression = "mail={value}", dialect = "google", type = "time"', "google has no literal for a time"),
        ('attribute = "mail", dialect = "none"', "none has no operators: write an `expression`"),
        ('attribute = "mail", operators = ["contains"]', "not an operator; use one of: is, starts_with"),
        ('attribute = "mail", operators = ["after"]', "email does not take after"),
        ('attribute = "mail", operators = "is"', "tuple"),
        (
            'attribute = "mail", dialect = "google", operators = ["missing"]',
            "google cannot write missing; it can write",
        ),
        ('expression = "mail eq {value}", with = { filter = "x" }', "`with` cannot name filter"),
        ('type = "boolean"', "`type` says how an expression writes the value, and there is none"),
        ('dialect = "scim"', "`dialect` says how an expression is written, and there is none"),
        ('several = "or"', '"repeat", "comma" or "one"'),
    ],
)
def test_a_wrong_rule_is_refused_with_the_place_and_what_would_be_right(page, rule, says):
    with pytest.raises(ConfigurationError, match=re.escape(says)) as refusal:
        page(f'email = {{ parameter = "filter", match = "exact", {rule} }}', SCIM)
    assert "email" in str(refusal.value)


def test_an_expression_without_a_dialect_is_told_which_there_are(page):
    with pytest.raises(
        ConfigurationError, match=r"`filters\.email`: an expression needs a `dialect`.*scim, odata, okta"
    ):
        page(EMAIL)


def test_an_unknown_dialect_of_the_page_is_told_which_there_are(page):
    with pytest.raises(ConfigurationError, match=r"`dialect`: Input should be 'scim', 'odata'"):
        page(EMAIL, 'dialect = "ldap"')


def test_a_missing_value_needs_an_attribute(page):
    rule = 'email.missing = { parameter = "filter", expression = "mail eq {value}", match = "exact" }'
    with pytest.raises(ConfigurationError, match="email: `missing` has no value to put into an expression"):
        page(rule, SCIM)


def test_the_escape_of_a_search_is_that_of_its_dialect(page):
    search = '[search]\nparameter = "q"\nexpression = "name:{value}"\nmatch = "contains"\nescape = "lucene"'
    with pytest.raises(ConfigurationError, match="escaped as its dialect says: leave out `escape`"):
        page("", 'dialect = "lucene"', search)


STATUS = 'status = { parameter = "filter", match = "exact"'


@pytest.mark.parametrize(
    ("filters", "more", "says"),
    [
        (f"{EMAIL}\n{STATUS} }}", {}, "filters.email and filters.status both set the parameter filter"),
        (
            f'{EMAIL}\n{STATUS}, expression = "status:{{value}}", dialect = "lucene" }}',
            {},
            "as lucene and scim: give both the same dialect",
        ),
        (EMAIL, {"after": '[search]\nparameter = "filter"\nmatch = "contains"'}, "filters.email and search both set"),
        (EMAIL.replace('"filter"', '"count"'), {}, "filters.email and list.page_size both set the parameter count"),
        (EMAIL.replace('"filter"', '"startIndex"'), {}, "filters.email and list.pagination both set"),
        (EMAIL.replace('"filter"', '"sortBy"'), {}, "filters.email and sort.name both set the parameter sortBy"),
        (EMAIL.replace('}"', '}", with = { count = "1" }'), {}, "filters.email and list.page_size both set"),
        (
            EMAIL.replace('}"', '}", with = { hint = "x" }'),
            {},
            "filters.email and sort.name both set the parameter hint",
        ),
        (
            EMAIL.replace('}"', '}", with = { mode = "a" }'),
            {"fixed": 'parameters = { mode = "b" }'},
            "`with` sets mode, which list.parameters sets otherwise",
        ),
        (
            EMAIL.replace('}"', '}", with = { mode = "a" }') + '\nstatus = { parameter = "mode", match = "exact" }',
            {},
            "filters.email: `with` sets mode, which is the parameter of filters.status",
        ),
        (
            EMAIL.replace('}"', '}", with = { mode = "a" }')
            + '\nstatus = { parameter = "status", match = "exact", with = { mode = "b" } }',
            {},
            "filters.email and filters.status both set mode in `with`, to different values",
        ),
        (
            'email = { parameter = "q", expression = "{value}", dialect = "none", match = "unknown" }',
            {"fixed": 'parameters = { q = "type:user" }'},
            "no condition of none can be joined to list.parameters.q",
        ),
        (
            'email = { parameter = "q", attribute = "Email", dialect = "soql", match = "exact" }',
            {"fixed": 'parameters = { q = "SELECT Id FROM User ORDER BY Id" }'},
            "no condition of soql can be joined to list.parameters.q",
        ),
        (
            'email = { parameter = "q", attribute = "Email", dialect = "soql", match = "exact" }',
            {"fixed": 'parameters = { q = "SELECT Id FROM User WHERE A = 1 OR B = 2" }'},
            "no condition of soql can be joined to list.parameters.q",
        ),
    ],
)
def test_rules_that_set_one_parameter_in_ways_that_do_not_fit_are_named(page, filters, more, says):
    with pytest.raises(ConfigurationError, match=re.escape(says)):
        page(filters, SCIM, **more)


@pytest.mark.parametrize(
    ("filters", "fixed"),
    [
        (EMAIL.replace('}"', '}", with = { hint = "sorted" }'), ""),
        (EMAIL.replace('}"', '}", with = { mode = "a" }'), 'parameters = { mode = "a" }'),
        (EMAIL, 'parameters = { filter = "active eq true" }'),
        (
            'email = { parameter = "q", attribute = "Email", dialect = "soql", match = "exact" }',
            'parameters = { q = "SELECT Id FROM User WHERE (A = 1 OR B = 2)" }',
        ),
    ],
)
def test_what_fits_together_is_taken(page, filters, fixed):
    assert page(filters, SCIM, fixed=fixed).filter_rule("email") is not None
