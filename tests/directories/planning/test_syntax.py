"""What other searches understand, and what nobody can have, is refused with the right way; no name is."""

import pytest

from user_directories import InvalidArgument, conditions, read_text

from ...tools.lookups.population import PEOPLE
from ...tools.lookups.population import text as value_of

REFUSED = {
    "Ada*": "wildcard",
    "*": "wildcard",
    "%ada%": "wildcard",
    "the *son": "wildcard",
    "name:Ada": "names a field",
    "Email: ada@acme.example": "names a field",
    "user = ada": "names a field",
    "Ada OR Grace": "operator",
    "Ada || Grace": "operator",
    "Ada | Grace": "operator",
    "Ada AND NOT Grace": "operator",
    "NOT Ada": "operator",
}


@pytest.mark.parametrize(("text", "why"), REFUSED.items())
def test_the_syntax_of_other_searches_is_refused_in_a_query(text, why):
    with pytest.raises(InvalidArgument, match=why):
        read_text(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Or Cohen", "Dr. No", "NOT", "OR", "Ada & Co", "AT&T", "O'Brien", "50% off", "C*-algebra", "John F.", "a=b"),
        *("@acme.example", "mailto:ada@acme.example", "Ada <ada@acme.example>", "https://acme.example", "ada:lovelace"),
    ],
)
def test_a_name_or_an_address_is_not(text):
    assert read_text(text)


@pytest.mark.parametrize("field", ["name", "given_name", "email", "username"])
def test_nobodys_name_or_address_is_refused(field):
    known = {value for users in PEOPLE.values() for user in users if (value := value_of(user, field))}
    assert known
    for value in known:
        assert read_text(value)
        assert conditions({field: value})


@pytest.mark.parametrize(
    ("filters", "why"),
    [
        ({"email": "ada"}, "not a whole address"),
        ({"email": "@acme.example"}, "not a whole address"),
        ({"email": "ada@"}, "not a whole address"),
        ({"email": ["ada@acme.example", "acme.example"]}, "not a whole address"),
        ({"email": {"not": "ada"}}, "not a whole address"),
        ({"email": "*@acme.example"}, "no wildcards"),
        ({"department": "Eng*"}, "no wildcards"),
        ({"name": {"starts_with": "%Ada"}}, "no wildcards"),
        ({"department": "Sales OR Ops"}, "no operators"),
        ({"department": "!Sales"}, "no operators"),
        ({"employee_id": ">100"}, "no operators"),
        ({"department": {"not": "= Sales"}}, "no operators"),
    ],
)
def test_a_value_that_nobody_can_have_is_refused(filters, why):
    with pytest.raises(InvalidArgument, match=why):
        conditions(filters)


@pytest.mark.parametrize(
    "filters",
    [
        *({"department": value} for value in ("R&D", "Sales | Ops", "Sales or Ops", "Up 20%", "~", "!", "AND", "a*b")),
        *({"email": value} for value in ("ada@acme.example", "Ada <a@b.example>", '"a b"@acme.example', "a*b@x.y")),
        {"email": {"starts_with": "ada"}},
        {"id": "*"},
    ],
)
def test_any_other_is_not(filters):
    assert conditions(filters)
