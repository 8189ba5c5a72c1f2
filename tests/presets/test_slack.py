"""Slack: what its document says, and what an agent is told of it."""

import pytest

from .opening import ids, opened

NAME = "slack"
LIST, INFO, LOOKUP = (f"/api/users.{method}" for method in ("list", "info", "lookupByEmail"))


@pytest.fixture
async def ask(tmp_path, monkeypatch):
    async with opened(NAME, tmp_path, monkeypatch) as asker:
        yield asker


def gone(ask):
    return next(each for each in ask.records if each["deleted"])


async def test_pages_without_members_are_no_end(ask):
    found, page = await ask.everybody("list_users", directory=NAME, limit=30)
    assert found == [each["id"] for each in ask.records]
    assert page["complete"] is True


async def test_a_scan_asks_for_a_thousand_because_few_requests_are_allowed(ask):
    await ask("get_user_count", directory=NAME, exhaustive=True)
    assert {path for path, _ in await ask.asked()} == {LIST}
    assert (await ask.asked())[0] == (LIST, {"limit": "1000"})


async def test_a_deactivated_member_is_found_by_id_in_one_request(ask):
    user = (await ask("get_user", directory=NAME, id=gone(ask)["id"]))["user"]
    assert (user["id"], user["state"]) == (gone(ask)["id"], "inactive")
    assert await ask.asked() == [(INFO, {"user": gone(ask)["id"]})]


async def test_a_deactivated_member_whom_no_look_up_finds_is_found_in_the_list(ask):
    address = gone(ask)["profile"]["email"]
    answer = await ask("get_user", directory=NAME, email=address)
    assert (answer["user"]["id"], answer["user"]["state"]) == (gone(ask)["id"], "inactive")
    assert (await ask.asked())[0] == (LOOKUP, {"email": address})


async def test_nobody_has_an_address_only_when_the_list_was_read_too(ask):
    asked = {"directory": NAME, "email": "nobody@northwind.example"}
    for _ in range(2):  # also when all is known of how it compares
        before = len(await ask.asked())
        answer = await ask("get_user", **asked)
        assert (answer["found"], answer["complete"]) == (False, True)
        assert {path for path, _ in (await ask.asked())[before:]} == {LOOKUP, LIST}
    await ask.tell("faults", kind="status", status=500, every=1, only="list")
    assert "(500)" in await ask.refused("get_user", **asked)


async def test_an_id_that_nobody_has_is_nobodys(ask):
    answer = await ask("get_user", directory=NAME, id="U0000000000000")
    assert (answer["found"], answer["complete"]) == (False, True)


@pytest.mark.parametrize("kind", ["bot", "guest", "person"])
async def test_bots_and_guests_are_told_apart(ask, kind):
    flags = {"bot": (True, False), "guest": (False, True), "person": (False, False)}[kind]
    found, page = await ask.everybody("search_users", directory=NAME, filters={"kind": kind}, limit=100)
    wanted = [each["id"] for each in ask.records if (each["is_bot"], each["is_restricted"]) == flags]
    assert (sorted(found), page["complete"]) == (sorted(wanted), True)


async def test_agents_are_told_who_is_in_the_list_and_how_slow_it_is(ask):
    notes = " ".join(await ask.notes())
    assert "Bots and deactivated members are in this list" in notes
    assert "20 pages a minute" in notes


@pytest.mark.parametrize(
    ("status", "says"),
    [(401, "does not accept the API key (invalid_auth)"), (403, "may not read users (missing_scope)")],
)
async def test_an_answer_of_200_that_says_that_it_failed_is_an_error_with_its_code(ask, status, says):
    await ask.tell("faults", kind="status", status=status, every=1)
    for asked in ("list_users", {}), ("get_user", {"id": gone(ask)["id"]}), ("get_user", {"email": "a@b.example"}):
        assert says in await ask.refused(asked[0], directory=NAME, **asked[1])


async def test_a_limit_is_waited_for_as_long_as_it_says(ask):
    await ask.tell("faults", kind="status", status=429, retry_after=0)
    page = await ask("list_users", directory=NAME, limit=100)
    assert ids(page) == [each["id"] for each in ask.records[:100]]
    await ask.tell("faults", kind="status", status=429, retry_after=60, every=1)
    assert "in 60 s" in await ask.refused("list_users", directory=NAME, limit=50)
