"""The user that every provider's record becomes."""

from typing import Any

import pytest

from user_directories import CONCISE_FIELDS, FIELDS, User


def test_a_user_has_only_an_id_for_certain():
    user = User(id="1")
    assert [user.value(field) for field in FIELDS] == ["1", *[None] * (len(FIELDS) - 1)]
    assert dict(user.extra) == {}


def test_a_value_may_be_shared_or_the_providers_own():
    user = User(id="1", name="Ada", extra={"team": "Ops", "name": "not this one"})
    assert (user.value("name"), user.value("team"), user.value("salary")) == ("Ada", "Ops", None)


def test_a_method_of_the_tuple_is_no_field():
    assert User(id="1").value("count") is None
    assert User(id="1").value("_asdict") is None


def test_a_user_can_not_be_changed():
    user: Any = User(id="1")
    with pytest.raises(AttributeError):
        user.name = "Eve"


def test_concise_fields_are_some_of_the_shared_ones_in_their_order():
    assert [field for field in FIELDS if field in CONCISE_FIELDS] == list(CONCISE_FIELDS)
    assert "extra" not in FIELDS
