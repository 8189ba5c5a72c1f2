"""What is true of Microsoft Entra ID alone: advanced queries, guests, people without a mailbox, quotes, tokens."""

from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path

import pytest

from .opening import Asker, opened


@pytest.fixture
async def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Asker]:
    async with opened("entra", tmp_path, monkeypatch) as asker:
        yield asker


def of(ask, **wanted):
    return [each for each in ask.records if all(each[name] == value for name, value in wanted.items())]


async def filtered(ask, **filters):
    """Everybody whom the filters find, whether that is all, and how many requests it took."""
    before = await ask.requests()
    found, page = await ask.everybody("search_users", directory="entra", filters=filters, limit=100)
    return sorted(found), page["complete"], await ask.requests() - before


def ids_of(records):
    return sorted(each["id"] for each in records)


async def test_a_guest_is_found_by_the_user_principal_name_that_has_number_signs(ask):
    guest = of(ask, userType="Guest")[0]
    assert "#EXT#@" in guest["userPrincipalName"]
    found, complete, requests = await filtered(ask, username=guest["userPrincipalName"])
    assert (found, complete) == ([guest["id"]], True)
    assert requests <= 2  # the other one sees that the letter case does not count
    found = await ask("get_user", directory="entra", email=guest["mail"])
    assert (found["user"]["id"], found["user"]["kind"]) == (guest["id"], "guest")


async def test_guests_are_told_from_members(ask):
    for kind, word in (("guest", "Guest"), ("person", "Member")):
        found, complete, _ = await filtered(ask, kind=kind)
        assert (found, complete) == (ids_of(of(ask, userType=word)), True)


async def test_who_has_no_mailbox_has_no_email_and_is_found_by_username(ask):
    somebody = of(ask, mail=None)[0]
    name = somebody["userPrincipalName"]
    assert (await ask("get_user", directory="entra", email=name))["found"] is False
    assert (await filtered(ask, username=name))[:2] == ([somebody["id"]], True)
    user = (await ask("get_user", directory="entra", id=somebody["id"]))["user"]
    assert (user["username"], user.get("email")) == (name, None)
    assert any("user principal name" in note for note in await ask.notes())


async def test_another_address_finds_its_user_in_one_request(ask):
    somebody = of(ask, mail=None)[0]
    before = await ask.requests()
    found = await ask("get_user", directory="entra", email=somebody["otherMails"][0])
    assert (found["user"]["id"], await ask.requests() - before) == (somebody["id"], 1)


async def test_a_quote_and_an_ampersand_are_part_of_a_value(ask):
    for team in ("O'Neil's team", "R&D", "#1 Support"):
        found, complete, _ = await filtered(ask, department=team)
        assert (found, complete) == (ids_of(of(ask, department=team)), True)
        assert found


async def test_a_time_is_asked_for_with_the_operators_that_there_are(ask):
    moment = ask.records[100]["createdDateTime"]
    for side in ("after", "before"):
        await ask("search_users", directory="entra", filters={"created_at": {side: moment}})
    sent = [each["$filter"] for _, each in await ask.asked() if "createdDateTime" in each.get("$filter", "")]
    assert {each.split()[1] for each in sent} == {"ge", "le"}


async def test_a_count_asks_for_a_bare_number_and_proves_it(ask):
    counted = await ask("get_user_count", directory="entra", filters={"kind": "guest"})
    assert counted["count"] == len(of(ask, userType="Guest"))
    paths = [path for path, _ in await ask.asked()]
    assert "/v1.0/users/$count" in paths
    assert len(paths) <= 2


async def test_a_walk_survives_tokens_that_end_in_the_middle_of_it(ask):
    await ask.tell("tokens", uses=2)
    found, page = await ask.everybody("list_users", directory="entra", limit=50)
    assert (found, page["complete"]) == ([each["id"] for each in ask.records], True)


async def test_a_provider_that_gives_fewer_than_asked_loses_nobody(ask):
    await ask.tell("behaviour", page_clamp=7)
    found, page = await ask.everybody("list_users", directory="entra", limit=100)
    assert (found, page["complete"]) == ([each["id"] for each in ask.records], True)


async def test_an_application_without_the_permission_is_told_so(ask):
    await ask.tell("faults", kind="status", status=403, next=50)
    assert "may not read users" in await ask.refused("list_users", directory="entra")


async def test_the_id_that_nobody_has_is_nobodys(ask):
    answer = await ask("get_user", directory="entra", id="00000000-0000-4000-8000-000000000000")
    assert (answer["found"], answer["complete"]) == (False, True)


async def test_the_address_that_nobody_has_is_nobodys_once_further_addresses_were_seen_to_be_found(ask):
    before = await ask.requests()
    answer = await ask("get_user", directory="entra", email="nobody@acme.example")
    assert (answer["found"], answer["complete"]) == (False, True)
    first = await ask.requests() - before
    answer = await ask("get_user", directory="entra", email="nobody.else@acme.example")
    assert (answer["found"], answer["complete"]) == (False, True)
    assert await ask.requests() - before - first <= 2


@pytest.fixture
async def ask_by_mail_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Asker]:
    """The same directory by a page whose filter does not look at further addresses."""
    page = (files("user_directories") / "presets/entra.toml").read_text(encoding="utf-8")
    rule = ' or otherMails/any(m:m eq {value})"'
    assert rule in page
    (tmp_path / "own.toml").write_text(page.replace(rule, '"'), encoding="utf-8")

    def own(configuration: str) -> str:
        return configuration.replace('provider = "entra"', 'manifest = "own.toml"')

    async with opened("entra", tmp_path, monkeypatch, edit=own) as asker:
        yield asker


async def test_an_address_is_not_nobodys_where_the_filter_does_not_look_at_further_addresses(ask_by_mail_alone):
    ask = ask_by_mail_alone
    somebody = of(ask, mail=None)[0]
    answer = await ask("get_user", directory="entra", email=somebody["otherMails"][0])
    assert (answer["found"], answer["complete"]) == (False, False)
    found, complete, _ = await filtered(ask, email=somebody["otherMails"][0])
    assert (found, complete) == ([somebody["id"]], True)
