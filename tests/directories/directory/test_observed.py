"""What was seen of records: values that are told, paths that were found, and what only a single user has."""

import pytest

from user_directories import Query, Request, built_in
from user_directories.directory.observed import Observed
from user_directories.records.mapping import UserReader


def observed(*records, fields=None, **changes):
    manifest = built_in("delay").model_copy(update=changes)
    if fields:
        manifest = manifest.model_copy(update={"user": manifest.user.model_copy(update={"show": fields})})
    known = Observed.of(manifest, UserReader(manifest.user, manifest.words()))
    known.look([{"id": str(number), **record} for number, record in enumerate(records)])
    return known


def test_values_are_told_in_an_order_that_does_not_depend_on_who_asked():
    records = [{"status": word} for word in ("risky", "active", "Zombie", "active")]
    told = observed(*records).told()
    assert told == observed(*reversed(records)).told()
    assert told == {"status": ("Zombie", "active", "risky"), "state": ("active",)}


def test_at_most_fifty_values_are_told():
    known = observed()
    for page in range(3):
        known.look([{"id": str(number), "status": f"s{page}{number:02}"} for number in range(25)])
    assert len(known.told()["status"]) == 50


@pytest.mark.parametrize("level", ["masked", "none"])
def test_what_is_not_shown_in_full_is_not_told(level):
    assert "status" not in observed({"status": "active"}, fields={"status": level}).told()


def test_a_path_is_proved_by_a_null_too():
    known = observed({"status": None, "email": "ada@acme.example"})
    assert [known.has_found(field) for field in ("status", "email", "name")] == [True, True, False]


async def test_directories_are_described_with_the_values_that_were_seen(house):
    directories = await house.open("klavis", "monocloud")
    assert not any(able.seen for able in directories.described())
    for name in directories.names:
        await directories.users(Request("list", name, Query(), 25))
    seen = {able.directory: able.seen for able in directories.described()}
    assert seen == {"klavis": {}, "monocloud": {}}  # it has no such field; all of its values are documented
