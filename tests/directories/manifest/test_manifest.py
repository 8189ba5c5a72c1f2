"""A provider is one page of TOML: what the page may say."""

from typing import Any

import pytest
from pydantic import ValidationError

from user_directories import FIELDS, FILTER_FIELDS, Manifest, built_in, built_in_names
from user_directories.manifest import PageSize, Total, UserMapping


@pytest.mark.parametrize(
    ("size", "largest"),
    [
        (PageSize(parameter="n", maximum=50), 50),
        (PageSize(parameter="n", scan=1000), 1000),
        (PageSize(parameter="n"), 100),
    ],
)
def test_a_scan_asks_for_as_many_rows_as_are_known_to_be_given(size, largest):
    assert size.largest() == largest


def test_a_total_stands_somewhere():
    assert Total(header="X-Pagination", path="total_count").exact
    with pytest.raises(ValidationError, match="needs `path`"):
        Total()


def test_a_mapping_names_the_fields_that_a_user_can_have_in_their_order():
    mapping = UserMapping(id="id", family_name="last", email="mail", extra={"team": "team"})
    assert mapping.fields() == ("id", "name", "email", "family_name", "team")
    assert mapping.expressions() == {"id": "id", "email": "mail", "family_name": "last"}


def test_an_extra_field_can_not_take_the_name_of_a_shared_one():
    with pytest.raises(ValidationError, match="email is a field of"):
        UserMapping(id="id", extra={"email": "mail"})


@pytest.mark.parametrize("name", built_in_names())
def test_a_page_survives_as_json(name):
    manifest = built_in(name)
    assert Manifest.model_validate_json(manifest.model_dump_json()) == manifest


@pytest.mark.parametrize("name", built_in_names())
def test_a_page_can_not_be_changed(name):
    page: Any = built_in(name)
    with pytest.raises(ValidationError):
        page.title = "Another"


@pytest.mark.parametrize("name", built_in_names())
def test_a_page_maps_shared_fields_filters_and_values_only(name):
    manifest = built_in(name)
    assert set(manifest.user.expressions()) <= set(FIELDS)
    assert set(manifest.filters) <= set(FILTER_FIELDS)
    assert all(field in manifest.user.fields() for field in manifest.values)
    assert manifest.known_values("email") == ()


def test_what_only_the_get_one_endpoint_sends_is_a_field():
    page = built_in("klavis").model_dump()
    assert Manifest.model_validate(page).sent_by_get_only() == ("last_active_at",)
    with pytest.raises(ValidationError, match=r"get\.only names colour"):
        Manifest.model_validate(page | {"get": page["get"] | {"only": ["colour"]}})


def test_a_time_has_a_format_and_a_zone_of_its_own():
    mapping = UserMapping(id="id", created_at="hired", times={"created_at": {"format": "%d/%m/%Y"}})
    assert mapping.times["created_at"].timezone == "UTC"


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ({"format": "%d/%Q"}, "not a format of strptime"),
        ({"format": "%H:%M"}, "does not give the year, the month and the day"),
        ({"timezone": "Berlin"}, "write it like Europe/Berlin"),
        ({"timezone": "/etc/passwd"}, "write it like Europe/Berlin"),
        ({"zone": "UTC"}, "zone"),
    ],
)
def test_the_form_of_a_time_is_one(form, fault):
    with pytest.raises(ValidationError, match=fault):
        UserMapping(id="id", created_at="hired", times={"created_at": form})
