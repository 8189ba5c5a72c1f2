"""What an answer claims is true: nothing silently missing, nothing called exact that is not."""

from collections.abc import Callable

import httpx2
import pytest

from user_directories import InvalidArgument
from user_directory_sandbox import DIRECTORIES

NUMBERED = ("klavis", "delay", "monocloud")


async def turn_pages(ask, tool: str, limits: list[int], **arguments: object) -> list[dict]:
    """All pages, the last of `limits` repeated to the end."""
    pages = [await ask(tool, limit=limits[0], **arguments)]
    while "cursor" in pages[-1]:
        limit = limits[min(len(pages), len(limits) - 1)]
        pages.append(await ask(tool, limit=limit, cursor=pages[-1]["cursor"]))
    return pages


def ids(pages: list[dict]) -> list[str]:
    return [row[page["columns"].index("id")] for page in pages for row in page["rows"]]


@pytest.mark.parametrize("clamp", [None, 20, 50])
@pytest.mark.parametrize("directory", NUMBERED)
async def test_changing_the_limit_loses_nobody_although_the_server_clamps(
    ask, control: httpx2.AsyncClient, directory: str, clamp: int | None
) -> None:
    await control.post(f"{directory}/behaviour", json={"page_clamp": clamp})
    pages = await turn_pages(ask, "list_users", [30, 30, 7, 100], directory=directory)
    assert ids(pages) == (await control.get(f"{directory}/ids")).json()["ids"]
    assert pages[-1]["complete"] is True


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_users_deleted_and_inserted_between_pages_hide_nobody(
    ask, control: httpx2.AsyncClient, directory: str
) -> None:
    before = (await control.get(f"{directory}/ids")).json()["ids"]
    page = await ask("list_users", directory=directory, limit=40)
    found = ids([page])
    while "cursor" in page:
        gone = found[:2]
        await control.post(f"{directory}/delete", json={"ids": gone})
        await control.post(f"{directory}/insert", json={"count": 3})
        found = found[2:]
        page = await ask("list_users", directory=directory, limit=40, cursor=page["cursor"])
        found += ids([page])
    after = set((await control.get(f"{directory}/ids")).json()["ids"])
    assert {each for each in before if each in after} <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_a_cursor_gives_the_same_page_again(ask, directory: str) -> None:
    first = await ask("list_users", directory=directory, limit=20)
    again = [await ask("list_users", directory=directory, cursor=first["cursor"]) for _ in range(2)]
    assert again[0]["rows"] == again[1]["rows"]
    assert again[0]["returned"] == 20


async def test_a_cursor_carries_the_view_and_the_call_may_change_it(ask) -> None:
    first = await ask("list_users", directory="delay", limit=4, fields="name")
    kept = await ask("list_users", cursor=first["cursor"])
    assert (kept["columns"], kept["returned"]) == (["name"], 4)
    changed = await ask("list_users", cursor=first["cursor"], limit=6, fields="name,id")
    assert (changed["columns"], changed["returned"]) == (["name", "id"], 6)
    assert [row[0] for row in changed["rows"]][:4] == [row[0] for row in kept["rows"]]


async def test_the_total_of_several_directories_is_not_that_of_the_last(ask) -> None:
    pages = await turn_pages(ask, "search_users", [100], filters={"status": "active"})
    assert len(pages) > 1
    assert all("total" not in page for page in pages)


async def test_directories_that_were_not_searched_are_named_on_every_page(ask) -> None:
    for page in await turn_pages(ask, "search_users", [100], filters={"status": "active"}):
        assert page["complete"] is False
        assert any("klavis" in note and "not searched. filters.status" in note for note in page["notes"])


async def test_a_count_names_the_directories_that_it_leaves_out(ask) -> None:
    answer = await ask("get_user_count", filters={"status": "active"})
    assert {each["directory"] for each in answer["counts"]} == {"delay", "monocloud"}
    (left_out,) = [note for note in answer["notes"] if "not counted. filters.status" in note]
    assert {*left_out.partition(":")[0].split(", ")} == {"klavis", "quo", "openphone", "braintrust"}


async def test_a_value_that_nobody_has_is_refused_by_name_and_case_does_not_matter(ask) -> None:
    with pytest.raises(InvalidArgument, match=r"nobody here has 'suspended'\. Use: active, disabled"):
        await ask("get_user_count", directory="monocloud", filters={"status": "suspended"})
    written = await ask("get_user_count", directory="delay", filters={"status": "active"})
    typed = await ask("get_user_count", directory="delay", filters={"status": "ACTIVE"})
    assert typed["count"] == written["count"] > 0


@pytest.mark.parametrize(("directory", "fragment"), [("braintrust", "mar"), ("delay", "Rém"), ("monocloud", "Đăn")])
async def test_what_a_provider_s_search_misses_is_found_behind_the_cursor(
    ask, directory: str, fragment: str, as_rows: Callable[[dict], list[dict]]
) -> None:
    everyone = await turn_pages(ask, "search_users", [100], directory=directory, query=fragment, exhaustive=True)
    pages = await turn_pages(ask, "search_users", [100], directory=directory, query=fragment)
    assert sorted(ids(pages)) == sorted(ids(everyone))
    assert pages[-1]["complete"] is True
    count = await ask("get_user_count", directory=directory, query=fragment)
    assert count["exactness"] == ("exact" if "cursor" not in count else "at_least")


async def test_more_values_of_a_filter_find_more_people(ask, sandbox) -> None:
    names = [record["given_name"] for record in sandbox.records("braintrust") if record["given_name"]]
    first, second = dict.fromkeys(names), list(dict.fromkeys(names))[1]
    one = next(iter(first)).lower()
    pages = await turn_pages(ask, "list_users", [100], directory="braintrust", filters={"given_name": [one, second]})
    wanted = sum(name.lower() == one or name == second for name in names)
    assert len(ids(pages)) >= wanted


@pytest.mark.parametrize("directory", ["braintrust", "delay", "quo"])
async def test_an_empty_first_page_is_asked_for_again(ask, control: httpx2.AsyncClient, directory: str) -> None:
    await control.post(f"{directory}/faults", json={"kind": "empty_page", "next": 1})
    pages = await turn_pages(ask, "list_users", [50], directory=directory)
    assert ids(pages) == (await control.get(f"{directory}/ids")).json()["ids"]


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_odd_records_are_counted_out_and_nobody_else_is_lost(
    ask, control: httpx2.AsyncClient, directory: str
) -> None:
    await control.post(f"{directory}/faults", json={"kind": "odd_records", "every": 1})
    pages = await turn_pages(ask, "list_users", [50], directory=directory)
    assert set(ids(pages)) == set((await control.get(f"{directory}/ids")).json()["ids"])
    assert any("no usable id" in note for page in pages for note in page.get("notes", ()))


async def test_a_provider_that_repeats_a_page_for_ever_ends_in_doubt_and_says_what_to_check(
    ask, control: httpx2.AsyncClient
) -> None:
    await control.post("delay/faults", json={"kind": "repeated_page", "every": 1})
    pages = await turn_pages(ask, "list_users", [30], directory="delay")
    assert pages[-1]["complete"] is False
    assert any("tell the operator: check list.pagination" in str(page.get("notes")) for page in pages)


async def test_ids_are_taken_as_they_are(ask, sandbox) -> None:
    odd = [record["userId"] for record in sandbox.records("klavis") if record["userId"] != record["userId"].strip()]
    for identifier in odd[:3] or ["no such id "]:
        found = await ask("get_user", directory="klavis", id=identifier)
        assert found["found"] is bool(odd)


async def test_an_id_in_capitals_is_the_same_uuid(ask, sandbox) -> None:
    for directory in ("delay", "braintrust"):
        identifier = next(iter(sandbox.records(directory)))["id"]
        assert (await ask("get_user", directory=directory, id=identifier.upper()))["found"] is True


async def test_when_no_directory_answers_each_is_named(ask, control: httpx2.AsyncClient) -> None:
    for directory in DIRECTORIES:
        await control.post(f"{directory}/faults", json={"kind": "status", "status": 500, "every": 1})
    with pytest.raises(Exception, match="No directory answered") as raised:
        await ask("search_users", query="maria")
    assert f"{', '.join(DIRECTORIES)}: it reports an error on its own side (500)" in str(raised.value)


async def test_any_address_of_a_user_finds_them(ask, sandbox) -> None:
    several = next(record for record in sandbox.records("monocloud") if len(record["emails"]) > 1)
    for address in several["emails"]:
        found = await ask("get_user", directory="monocloud", email=address["email"].upper())
        assert found["user"]["id"] == several["user_id"]
        search = await ask("search_users", directory="monocloud", query=address["email"])
        assert several["user_id"] in ids([search])


async def test_numbered_pages_without_a_total_are_counted_without_reading_everybody(
    ask, control: httpx2.AsyncClient
) -> None:
    await control.post("delay/insert", json={"count": 20_000})
    await control.post("delay/behaviour", json={"latency": 0})
    before = (await control.get("delay/stats")).json()["requests"]
    answer = await ask("get_user_count", directory="delay")
    assert (answer["count"], answer["exactness"], answer["method"]) == (20_230, "exact", "probes")
    assert (await control.get("delay/stats")).json()["requests"] - before <= 30


async def test_where_a_record_could_not_be_read_nobody_is_said_to_be_missing(ask, control: httpx2.AsyncClient) -> None:
    await control.post("quo/faults", json={"kind": "odd_records", "every": 1})
    answer = await ask("get_user", directory="quo", email="nobody@nowhere.example")
    assert (answer["found"], answer["complete"]) == (False, False)
    assert any("no usable id" in note for note in answer["notes"])
