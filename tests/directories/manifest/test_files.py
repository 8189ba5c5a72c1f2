"""Reading manifests: the six that ship, a user's own, and what a wrong page is told."""

import re
from pathlib import Path
from typing import Any

import pytest

from user_directories import ConfigurationError, Manifest, Query, Request, built_in, built_in_names, load_manifest
from user_directories.manifest.expressions import getter

OWN = """
name = "acme"
title = "Acme HR"
docs = "https://hr.acme.example/docs"

[auth]
environment = "ACME_KEY"

[list]
path = "/people"
items = "people"
page_size = { parameter = "limit", maximum = 50 }
pagination = { strategy = "token", parameter = "token", next = "next" }

[get]
path = "/people/{id}"

[filters]
email = { parameter = "mail", match = "exact" }

[sort]
name = { ascending = { by = "name" } }

[user]
id = "id"

[user.extra]
team = "team.name"
"""


@pytest.fixture
def refusal(tmp_path):
    """What the page is told once `old` stands as `new` in it; every refusal names the file."""

    def refused(old: str, new: str) -> str:
        assert old in OWN
        file = tmp_path / "acme.toml"
        file.write_text(OWN.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ConfigurationError) as error:
            load_manifest(file)
        assert error.value.place == str(file)
        assert str(error.value).startswith(f"{file}: ")
        return str(error.value).removeprefix(f"{file}: ")

    return refused


def test_six_providers_ship_and_each_page_is_named_for_its_file():
    assert built_in_names() == ("braintrust", "delay", "klavis", "monocloud", "openphone", "quo")
    assert [built_in(name).name for name in built_in_names()] == list(built_in_names())
    assert len({built_in(name).title for name in built_in_names()}) == 6


@pytest.mark.parametrize("name", built_in_names())
def test_every_expression_and_pattern_of_a_shipped_page_can_be_compiled(name):
    manifest = built_in(name)
    assert manifest.expressions()
    for expression in manifest.expressions():
        getter(expression)
    re.compile(manifest.get.ids)


@pytest.mark.parametrize("name", built_in_names())
def test_a_shipped_page_loads_as_a_users_own(name, tmp_path):
    source = Path(__file__).parents[3] / "directories/user_directories/providers" / f"{name}.toml"
    copy = tmp_path / "copy.toml"
    copy.write_bytes(source.read_bytes())
    assert load_manifest(copy) == built_in(name)


@pytest.mark.parametrize("name", built_in_names())
def test_a_shipped_page_cites_the_providers_own_documents_over_https(name):
    assert built_in(name).docs.startswith("https://")
    assert all(
        url.startswith("https://") for url in (built_in(name).base_url or "https://", *built_in(name).regions.values())
    )


@pytest.mark.parametrize("name", built_in_names())
def test_every_field_of_a_shipped_page_that_is_filtered_or_sorted_by_has_parameters(name):
    manifest = built_in(name)
    assert all(rule.parameter for rules in manifest.filters.values() for rule in rules.values())
    assert all(manifest.sort_by(key).ascending or manifest.sort_by(key).descending for key in manifest.sort)


def test_an_unknown_provider_is_a_key_error():
    with pytest.raises(KeyError, match="nobody"):
        built_in("nobody")
    with pytest.raises(KeyError):
        built_in("../providers/klavis")


def test_a_users_own_page_may_be_short(tmp_path):
    file = tmp_path / "acme.toml"
    file.write_text(OWN, encoding="utf-8")
    manifest = load_manifest(file)
    assert (manifest.auth.header, manifest.auth.scheme) == ("Authorization", "Bearer")
    assert (manifest.get.item, manifest.get.ids, manifest.get.documented) == ("@", ".+", True)
    assert (manifest.base_url, manifest.list.total, manifest.search) == (None, None, None)
    assert manifest.expressions() == ("people", "next", "@", "id", "team.name")
    assert manifest.filter_rule("name") is None
    assert manifest.sort_by("email") is None


def test_a_page_says_what_the_text_of_a_field_looks_like(tmp_path):
    file = tmp_path / "acme.toml"
    patterns = r"""[user.patterns]
email = '[^\s@]+@[^\s@]+'
status = "active|away"
"""
    file.write_text(OWN.replace("[user.extra]", patterns + "[user.extra]"), encoding="utf-8")
    assert load_manifest(file).user.patterns == {"email": r"[^\s@]+@[^\s@]+", "status": "active|away"}
    assert load_manifest(file).user.extra == {"team": "team.name"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'title = "Acme HR"',
            'titel = "Acme HR"',
            ["unknown key `titel`", "there: version, name, title"],
        ),
        ("[user]", "[users]", ["unknown key `users`", "regions", "filters", "user"]),
        ("environment =", "enviroment =", ["unknown key `auth.enviroment`", "header, scheme, environment"]),
        (
            "items =",
            "rows =",
            ["unknown key `list.rows`", "path, method, body, items, pagination, page_size, total, order"],
        ),
        (
            "maximum = 50",
            "max = 50",
            ["unknown key `list.page_size.max`", "parameter, minimum, maximum, scan, fixed"],
        ),
        ('id = "id"', 'id = "id"\nmail = "mail"', ["unknown key `user.mail`", "id, name, email, email_verified"]),
        (
            'match = "exact"',
            'match = "exact", many = true',
            ["unknown key `filters.email.many`", "parameter, expression, dialect, with, match, attribute, operators"],
        ),
        ("ascending", "up", ["unknown key `sort.name.up`", "ascending, descending"]),
        (
            'next = "next"',
            'next = "next", last = 1',
            ["unknown key `list.pagination.token.last`", "strategy, parameter, next, next_header, first"],
        ),
    ],
)
def test_a_wrong_key_is_named_with_the_keys_that_are_valid_there(refusal, old, new, says):
    told = refusal(old, new)
    assert [part for part in says if part not in told] == []


@pytest.mark.parametrize(
    ("old", "key"),
    [
        ('name = "acme"', "name"),
        ('title = "Acme HR"', "title"),
        ('[auth]\nenvironment = "ACME_KEY"', "auth"),
        ('environment = "ACME_KEY"', "auth.environment"),
        ('path = "/people"', "list.path"),
        ('items = "people"', "list.items"),
        ('page_size = { parameter = "limit", maximum = 50 }', "list.page_size"),
        ('path = "/people/{id}"', "get.path"),
        (', match = "exact"', "filters.email.match"),
        ('id = "id"', "user.id"),
    ],
)
def test_a_missing_key_is_named(refusal, old, key):
    assert refusal(old, "") == f"the key `{key}` is missing. Add it."


@pytest.mark.parametrize(
    ("old", "new", "key", "expected"),
    [
        ('name = "acme"', 'name = "Acme HR"', "name", "pattern"),
        ('title = "Acme HR"', 'title = ""', "title", "at least 1 character"),
        ('"https://hr.acme.example/docs"', '"see the wiki"', "docs", "https?://"),
        ('"ACME_KEY"', '"acme key"', "auth.environment", "[A-Z]"),
        ('"ACME_KEY"', '"ACME_KEY"\nscheme = "Bearer "', "auth.scheme", "pattern"),
        ('"ACME_KEY"', '"ACME_KEY"\nscheme = "Bea:rer"', "auth.scheme", "pattern"),
        ('"ACME_KEY"', '"ACME_KEY"\nquery = ""', "auth.query", "at least 1 character"),
        ('"ACME_KEY"', '"ACME_KEY"\nheaders = { X-App = "the key" }', "auth.headers.X-App", "pattern"),
        ('"ACME_KEY"', '"ACME_KEY"\nheader = "X Key"', "auth.header", "pattern"),
        ('path = "/people"', 'path = "people"', "list.path", "pattern '^/"),
        ('path = "/people"', 'path = "/people?all=1"', "list.path", "pattern"),
        ("maximum = 50", 'maximum = "many"', "list.page_size.maximum", "valid integer"),
        ("maximum = 50", "maximum = 0", "list.page_size.maximum", "greater than or equal to 1"),
        ('strategy = "token"', 'strategy = "scroll"', "list.pagination", "'page', 'offset', 'keyset', 'token', 'link'"),
        ('path = "/people/{id}"', 'path = "/people/id"', "get`", "needs {id} in `path`"),
        ('path = "/people/{id}"', 'path = "/people/{id}"\nids = "["', "get.ids", "not a regular expression"),
        ('match = "exact"', 'match = "like"', "filters.email.match", "'exact', 'contains', 'fuzzy' or 'unknown'"),
        ("[filters]\nemail", "[filters]\nphone", "filters.phone", "use one of: id, email, name"),
        ("[sort]\nname", "[sort]\nphone", "sort.phone", "'created_at'"),
        ('id = "id"', 'id = ["id"]', "user.id", "valid string"),
        ('team = "team.name"', "team = 7", "user.extra.team", "valid string"),
        ("[user.extra]", '[user.patterns]\nrole = "["\n[user.extra]', "user.patterns.role", "not a regular expression"),
        ("[user.extra]", "[user.patterns]\nemail = 7\n[user.extra]", "user.patterns.email", "valid string"),
        ("[user.extra]", '[user.patterns]\nphone = "x"\n[user.extra]', "user.patterns.phone", "'email'"),
        ("[user.extra]", '[user.patterns]\nid = "x"\n[user.extra]', "user.patterns.id", "'email'"),
        ("[user.extra]", '[user.patterns]\nteam = "x"\n[user.extra]', "user.patterns.team", "'email'"),
        ("[auth]", "requests_per_second = 0\n[auth]", "requests_per_second", "greater than 0"),
        ("[auth]", '[headers]\nX-Version = "a\\nb"\n[auth]', "headers.X-Version", "pattern"),
        ("[auth]", '[headers]\n"X Version" = "1"\n[auth]', "headers.X Version", "pattern"),
        ("[get]", "total = {}\n[get]", "list.total", "needs `path` (in the body), `header`, or both"),
        ("[get]", 'order = "newest"\n[get]', "list.order", "(asc|desc)"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(refusal, old, new, key, expected):
    told = refusal(old, new)
    assert told.startswith(f"`{key}")
    assert expected in told


def test_an_unknown_key_is_named_before_a_missing_one(refusal):
    assert refusal('title = "Acme HR"', 'tittle = "Acme HR"').startswith("unknown key `tittle`")


@pytest.mark.parametrize("expression", ["a..b", "a[", "lowercase(id)"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('items = "people"', "items = '{}'"),
        ('next = "next"', "next = '{}'"),
        ('id = "id"', "id = '{}'"),
        ('id = "id"', "id = 'id'\nname = '{}'"),
        ('team = "team.name"', "team = '{}'"),
        ('path = "/people/{id}"', "path = '/people/{{id}}'\nitem = '{}'"),
        ("[get]", "total = {{ path = '{}' }}\n[get]"),
        ("[auth]", "[errors]\nmessage = '{}'\n[auth]"),
    ],
)
def test_an_expression_that_is_not_jmespath_is_named(refusal, old, new, expression):
    assert refusal(old, new.format(expression)).startswith(f"{expression!r} is not a JMESPath expression")


@pytest.mark.parametrize(
    ("one", "other", "named"),
    [
        ('query = "key"', 'header = "X-Key"', "`query` and `header`"),
        ('query = "key"', 'scheme = "Bearer"', "`query` and `scheme`"),
        ('query = "key"', 'user = "ops"', "`query` and `user`"),
        ('user = "ops"', 'scheme = "Token"', "`user` and `scheme`"),
        ("none = true", 'user = "ops"', "`none` and `user`"),
        ("none = true", "", "`none` and `environment`"),
    ],
)
def test_two_ways_to_authenticate_are_named_with_the_fix(refusal, one, other, named):
    first, second = named.replace("`", "").split(" and ")
    told = refusal('environment = "ACME_KEY"', f'environment = "ACME_KEY"\n{one}\n{other}')
    assert told == f"`auth`: {named} are two ways to authenticate. Leave out {first} or {second}."


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ('environment = "K"', "header"),
        ('environment = "K"\nscheme = "SSWS"', "header"),
        ('environment = "K"\nscheme = "Basic"', "header"),
        ('environment = "K"\nquery = "key"', "query"),
        ('environment = "K"\nuser = "ops"', "user"),
        ('environment = "K"\nuser = "ops"\nheader = "X-Authorization"', "user"),
        ("none = true", "none"),
        ('environment = "K"\nscheme = "OAuth"\n[auth.token]\nclient_id = "a"', "token"),
    ],
)
def test_the_way_of_signing_in_survives_as_json(tmp_path, text, way):
    file = tmp_path / "acme.toml"
    file.write_text(OWN.replace('environment = "ACME_KEY"', text))
    manifest = load_manifest(file)
    assert manifest.auth.way == way
    assert Manifest.model_validate_json(manifest.model_dump_json()).auth == manifest.auth


def test_no_key_is_one_word(tmp_path):
    file = tmp_path / "acme.toml"
    file.write_text(OWN.replace('[auth]\nenvironment = "ACME_KEY"', "").replace("title", 'auth = "none"\ntitle', 1))
    assert load_manifest(file).auth.way == "none"


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("", "the key `auth.token.client_credentials.client_id` is missing. Add it."),
        ('clientid = "a"', "unknown key `auth.token.client_credentials.clientid`. Valid keys there: url, scope, audi"),
        ('grant = "password"', "`auth.token`: grant should be 'client_credentials', 'jwt_bearer' or 'refresh_token'."),
        (
            'grant = "jwt_bearer"\nclient_id = "a"',
            "unknown key `auth.token.jwt_bearer.client_id`. Valid keys there: url",
        ),
        ('client_id = "a"\nclient = "jwt"', "'basic', 'post' or 'private_key_jwt'"),
        ('client_id = "a"\nlifetime = 0', "greater than 0"),
        ('client_id = "{tenant}"', "auth.token.client_id names {tenant}, which is not in [settings]"),
        ('client_id = "a"\nparameters = { a = "{b}" }', "auth.token.parameters.a names {b}, which is not in"),
    ],
)
def test_a_wrong_grant_is_told_with_the_keys_that_it_has(refusal, token, told):
    assert told in refusal('environment = "ACME_KEY"', f'environment = "ACME_KEY"\n[auth.token]\n{token}')


def test_a_token_beside_another_way_is_refused(refusal):
    told = refusal('environment = "ACME_KEY"', 'environment = "ACME_KEY"\nquery = "key"\ntoken = { client_id = "a" }')
    assert "`query` and `token` are two ways to authenticate. Leave out query or token." in told


def test_a_named_setting_has_to_be_known(refusal):
    told = refusal('environment = "ACME_KEY"', 'environment = "ACME_KEY"\nuser = "{user}"')
    assert "auth.user names {user}, which is not in [settings]" in told


def test_a_default_is_that_of_a_named_setting(refusal):
    told = refusal("[auth]\n", '[defaults]\nhost = "acme.example"\n[auth]\n')
    assert "defaults names host, which is not in [settings]" in told


@pytest.mark.parametrize("path", ["/users/{team}", "/users/{id}"])
def test_a_path_of_a_list_has_nothing_but_settings_in_braces(refusal, path):
    told = refusal('path = "/people"\n', f'path = "{path}"\n')
    assert f"list.path names {path.removeprefix('/users/')}, which is not in [settings]" in told


@pytest.mark.parametrize("name", ["id", "value"])
def test_a_setting_does_not_have_the_name_of_what_is_looked_up(refusal, name):
    told = refusal("[auth]", f'[settings]\n{name} = "ACME_ID"\n[auth]')
    assert f"settings.{name}: {{{name}}} stands for what is looked up; choose another name" in told


@pytest.mark.parametrize("page", ["name = ", "[auth\n", 'name = "a"\nname = "b"', "= 1", "\x00"])
def test_bad_toml_is_told_as_such(tmp_path, page):
    file = tmp_path / "acme.toml"
    file.write_text(page, encoding="utf-8")
    with pytest.raises(ConfigurationError) as error:
        load_manifest(file)
    assert error.value.place == str(file)
    assert "not valid TOML" in str(error.value)


def test_a_page_that_can_not_be_read_is_told_why(tmp_path):
    with pytest.raises(ConfigurationError, match=r"cannot be read \(No such file or directory\)"):
        load_manifest(tmp_path / "none.toml")
    with pytest.raises(ConfigurationError, match=r"cannot be read \(Is a directory\)"):
        load_manifest(tmp_path)
    file = tmp_path / "latin.toml"
    file.write_bytes(b'name = "\xe9"')
    with pytest.raises(ConfigurationError, match=r"cannot be read \(not UTF-8 text\)"):
        load_manifest(file)


def test_an_empty_page_is_told_its_first_key(tmp_path):
    file = tmp_path / "empty.toml"
    file.touch()
    with pytest.raises(ConfigurationError, match="the key `name` is missing"):
        load_manifest(file)


async def test_a_users_own_page_works_from_end_to_end(provider, answering, open_own, turn_pages, ids_of):
    people: list[dict[str, Any]] = [
        {"id": f"p{n}", "name": f"Person {n}", "mail": f"p{n}@acme.example", "boss": n == 10} for n in range(10, 22)
    ]

    def answer(asked):
        assert asked.headers["x-acme-key"] == "Token acme-key"
        assert asked.headers["x-acme-version"] == "7"
        if asked.path == "/api/people":
            assert asked.query["kind"] == "human"
            found = [person for person in people if person["mail"] == asked.query.get("mail", person["mail"])]
            found.sort(key=lambda person: person["id"], reverse=asked.query.get("by") == "-id")
            start = int(asked.query.get("token", "0"))
            stop = start + int(asked.query["limit"])
            following = str(stop) if stop < len(found) else None
            body = {"people": found[start:stop], "paging": {"next": following, "count": len(found)}}
            return answering(body)
        one = [person for person in people if asked.path == f"/api/people/{person['id']}"]
        return answering({"person": one[0]}) if one else answering({}, 404)

    provider.answer = answer
    page = """
        name = "acme"
        title = "Acme HR"
        docs = "https://hr.acme.example/docs"
        headers = { X-Acme-Version = "7" }
        auth = { header = "X-Acme-Key", scheme = "Token", environment = "ACME_KEY" }
        get = { path = "/people/{id}", item = "person" }

        [list]
        path = "/people"
        items = "people"
        parameters = { kind = "human" }
        total = { path = "paging.count" }
        page_size = { parameter = "limit", maximum = 5 }
        pagination = { strategy = "token", parameter = "token", next = "paging.next" }

        [sort]
        id = { descending = { by = "-id" } }

        [filters]
        email = { parameter = "mail", match = "exact" }

        [user]
        id = "id"
        name = "name"
        email = "mail"
        role = "boss && 'boss' || 'worker'"

        [user.extra]
        is_boss = "boss"
    """
    directories = await open_own(page, base_url=provider.url + "/api/")
    assert ids_of(await turn_pages(directories, "acme", 4)) == [person["id"] for person in people]
    (count,), _, _ = await directories.count(Request("count", "acme", Query()))
    assert (count.count, count.exactness, count.method) == (12, "exact", "total")
    assert (await directories.user_by_id("acme", "p13")).user.name == "Person 13"
    assert (await directories.user_by_id("acme", "p99")).user is None
    boss = (await directories.user_by_email("acme", "P10@acme.example")).user  # this provider compares letter case
    assert boss == (await directories.user_by_email("acme", "p10@acme.example")).user
    assert (boss.role, dict(boss.extra)) == ("boss", {"is_boss": True})
    found = await directories.users(Request("search", "acme", Query(text="person 11"), 5))
    assert ids_of(found) == ["p11"]
