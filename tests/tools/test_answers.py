"""The form of the answers: columns and rows, the honest part first, small, and never more than was asked."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from user_directories import (
    CONCISE_FIELDS,
    Directories,
    DirectorySettings,
    DirectoryUser,
    InvalidArgument,
    Kinds,
    Lookup,
    MemoryStore,
    Page,
    Person,
    Query,
    UpstreamError,
    User,
    built_in,
)
from user_directories.directory.one_user import OneUser
from user_directories.users.people import Seen
from user_directory_sandbox import DIRECTORIES
from user_directory_tools import MAX_CHARACTERS, answers, toolset
from user_directory_tools.answers import Columns, page_answer, room_for_rows
from user_directory_tools.get_user import lookup_answer
from user_directory_tools.notes import ToolNotes

ORDER = [
    "directory",
    "directories",
    "returned",
    "complete",
    "cursor",
    "total",
    "total_exactness",
    "searched",
    "scanned",
    "notes",
    "columns",
    "rows",
]


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_a_page_has_its_keys_in_order_and_the_rows_last(ask, directory) -> None:
    keys = list(await ask("list_users", directory=directory))
    assert keys == [key for key in ORDER if key in keys]
    assert keys[-2:] == ["columns", "rows"]


async def test_a_concise_page_drops_empty_columns(ask) -> None:
    answer = await ask("list_users", directory="openphone", limit=5)
    assert answer["columns"] == ["id", "name", "email", "role"]


async def test_times_are_shown_as_dates_where_the_question_is_about_them(ask) -> None:
    sorted_by_time = await ask("list_users", directory="delay", limit=5, sort="updated_at:desc")
    filtered_by_time = await ask("list_users", directory="delay", limit=5, filters={"created_after": "2020-01-01"})
    for answer, column in ((sorted_by_time, "updated_at"), (filtered_by_time, "created_at")):
        assert answer["columns"][-1] == column
        assert all(len(row[-1]) == len("2026-01-31") for row in answer["rows"])
        following = await ask("list_users", directory="delay", limit=5, cursor=answer["cursor"])
        assert following["columns"] == answer["columns"]


async def test_an_email_that_is_the_id_is_not_shown_twice(ask) -> None:
    assert (await ask("list_users", directory="klavis", limit=5))["columns"] == ["id"]
    assert (await ask("list_users", directory="klavis", limit=5, fields="id,email"))["columns"] == ["id", "email"]


async def test_full_detail_shows_all_fields_and_whole_times(ask) -> None:
    answer = await ask("list_users", directory="monocloud", limit=5, detail="full")
    assert {"email_verified", "updated_at", "has_password"} <= set(answer["columns"])
    created = answer["columns"].index("created_at")
    assert all(row[created].endswith("Z") for row in answer["rows"])


async def test_asked_for_columns_stay_even_where_they_are_empty(ask) -> None:
    answer = await ask("list_users", directory="klavis", limit=5, fields=["name", "id"])
    assert answer["columns"] == ["name", "id"]
    assert all(row[0] is None for row in answer["rows"])
    assert answer["notes"] == ["No user here has these fields, so their columns are empty: name."]
    assert "notes" not in await ask("list_users", directory="delay", limit=5, fields=["name", "id"])


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_private_fields_are_never_shown(ask, sandbox, directory) -> None:
    answer = json.dumps(await ask("list_users", directory=directory, limit=100, detail="full"))
    for name in ("passkey", "public_key", "private_data", "provider_user_id", "phone_numbers", "user_agent", "aa_guid"):
        assert name not in answer
    for record in list(sandbox.records(directory))[:100]:
        for phone in record.get("phone_numbers", ()):
            assert phone["phone"] not in answer


async def test_a_page_too_large_for_a_client_is_cut_between_rows(sandbox, control: httpx2.AsyncClient) -> None:
    provider = built_in("quo")
    wide = provider.user.model_copy(update={"extra": {f"copy_{number}": "pictureUrl" for number in range(20)}})
    manifest = provider.model_copy(update={"user": wide})
    settings = DirectorySettings("wide", manifest, sandbox.base_url("quo"), SecretStr("sandbox-quo-key"))
    pages: list[list[str]] = []
    async with Directories([settings], MemoryStore()) as directories:
        list_users = next(tool for tool in toolset(directories) if tool.name == "list_users")
        cursor = None
        while cursor or not pages:
            answer = await list_users.run({"directory": "wide", "limit": 100, "detail": "full", "cursor": cursor})
            assert len(json.dumps(answer, ensure_ascii=False, separators=(",", ":"))) < MAX_CHARACTERS
            pages.append([row[answer["columns"].index("id")] for row in answer["rows"]])
            cursor = answer.get("cursor")
    assert len(pages) > 3  # 230 users would be 3 pages of 100
    assert [identifier for page in pages for identifier in page] == (await control.get("quo/ids")).json()["ids"]


@pytest.mark.parametrize("text", ['"' * 250, "\\" * 256])
async def test_no_text_makes_an_answer_too_large_and_the_cursor_gives_what_was_cut(
    ask, control: httpx2.AsyncClient, text: str
) -> None:
    for directory in DIRECTORIES:
        sent = {"text": text, "mode": "append", "fields": "all"}
        (await control.post(f"{directory}/values", json=sent)).raise_for_status()
    for arguments in (
        {"query": text[:1], "detail": "full"},
        {
            "query": text[:2],
            "fields": ["id", "name", "email", "username", "given_name", "family_name", "status", "role"],
        },
        {"filters": {"created_after": "2000-01-01"}},
    ):
        answer = await ask("search_users", limit=100, **arguments)
        assert len(json.dumps(answer, ensure_ascii=False, separators=(",", ":"))) < MAX_CHARACTERS
        assert answer["returned"] > 0 or answer["complete"] or "cannot be read" in str(answer["notes"])
    found: list[tuple] = []
    page = await ask("search_users", limit=100, query=text[:1])
    while True:
        found += [(row[0], row[page["columns"].index("id")]) for row in page["rows"]]
        if "cursor" not in page:
            break
        page = await ask("search_users", limit=100, cursor=page["cursor"])
    assert len(found) == len(set(found))
    assert len(found) > 1000


async def test_a_total_says_how_exact_it_is(ask) -> None:
    await ask("get_user_count", directory="klavis")  # which sees where the list ends
    assert (await ask("list_users", directory="klavis"))["total_exactness"] == "exact"
    assert (await ask("list_users", directory="openphone"))["total_exactness"] == "estimate"
    assert "total" not in await ask("list_users", directory="quo")


async def test_counts_say_how_they_are_known(ask) -> None:
    counts = {each["directory"]: each for each in (await ask("get_user_count"))["counts"]}
    assert set(counts) == set(DIRECTORIES)
    assert (counts["klavis"]["count"], counts["klavis"]["exactness"], counts["klavis"]["method"]) == (
        230,
        "exact",
        "total",
    )
    assert (counts["quo"]["count"], counts["quo"]["exactness"], counts["quo"]["method"]) == (230, "exact", "walk")
    assert counts["openphone"]["exactness"] == "estimate"
    sure = await ask("get_user_count", directory="openphone", exhaustive=True)
    assert (sure["count"], sure["exactness"]) == (230, "exact")
    assert sure["as_of"].endswith("Z")


async def test_get_user_gives_all_fields_or_the_plain_word(ask, sandbox) -> None:
    record = next(iter(sandbox.records("delay")))
    for arguments in ({"id": record["id"]}, {"email": record["email"].upper()}):
        found = await ask("get_user", directory="delay", **arguments)
        assert found["found"] is True
        assert found["user"]["id"] == record["id"]
        assert found["user"]["username"] == record["identifier"]
    nobody = await ask("get_user", directory="delay", email="nobody@nowhere.example")
    assert (nobody["found"], nobody["complete"]) == (False, True)
    assert "No user has the email 'nobody@nowhere.example'." in nobody["notes"]


async def test_a_search_of_all_directories_names_each_row_s_directory(
    ask, sandbox, as_rows: Callable[[dict], list[dict]]
) -> None:
    answer = await ask("search_users", query="maria", limit=100)
    assert answer["directories"] == list(DIRECTORIES)
    assert answer["columns"][0] == "directory"
    found = {(row["directory"], row["id"]) for row in as_rows(answer)}
    for record in sandbox.records("openphone"):
        if record["firstName"] in ("Maria", "María"):
            assert ("openphone", record["id"]) in found


async def test_one_broken_directory_does_not_hide_the_others(ask, control: httpx2.AsyncClient) -> None:
    await control.post("quo/faults", json={"kind": "status", "status": 500, "every": 1})
    answer = await ask("search_users", query="maria", limit=100)
    assert answer["returned"] > 0
    assert answer["complete"] is False
    assert any(note.startswith("quo: It reports an error on its own side (500)") for note in answer["notes"])
    await control.post("quo/faults", json={"kind": None})
    rest = await ask("search_users", cursor=answer["cursor"], limit=100)
    assert rest["complete"] is True


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (401, "does not accept the API key"),
        (403, "may not read users"),
        (404, "has nothing at that address"),
        (422, "refused the request"),
        (429, "limiting requests"),
        (500, "error on its own side"),
    ],
)
async def test_an_upstream_fault_is_one_sentence_with_the_directory_and_the_remedy(
    ask, control: httpx2.AsyncClient, status: int, text: str
) -> None:
    fault = {"kind": "status", "status": status, "every": 1} | ({"retry_after": 120} if status == 429 else {})
    assert (await control.post("klavis/faults", json=fault)).status_code == 200
    with pytest.raises(UpstreamError, match=text) as raised:
        await ask("list_users", directory="klavis")
    assert str(raised.value).startswith("klavis: ")
    assert "http" not in str(raised.value)


@pytest.mark.parametrize("kind", ["truncated_json", "content_type", "reset_before", "reset_in_body", "huge_body"])
async def test_a_broken_answer_is_a_sentence_too(ask, control: httpx2.AsyncClient, kind: str) -> None:
    fault = {"kind": kind, "every": 1} | ({"megabytes": 9} if kind == "huge_body" else {})
    assert (await control.post("klavis/faults", json=fault)).status_code == 200
    with pytest.raises(UpstreamError, match=r"^klavis: .*\. .*\.$"):
        await ask("list_users", directory="klavis")


async def test_rows_found_before_a_fault_are_kept(ask, control: httpx2.AsyncClient) -> None:
    first = await ask("list_users", directory="openphone", limit=40)
    await control.post("openphone/faults", json={"kind": "status", "status": 500, "every": 1})
    second = await ask("list_users", directory="openphone", limit=40, cursor=first["cursor"])
    assert 0 < second["returned"] < 40
    assert second["complete"] is False
    assert "error on its own side" in second["notes"][0]
    await control.post("openphone/faults", json={"kind": None})
    third = await ask("list_users", directory="openphone", limit=100, cursor=second["cursor"])
    ids = [row[0] for page in (first, second, third) for row in page["rows"]]
    assert ids == (await control.get("openphone/ids")).json()["ids"][: len(ids)]


async def test_a_filter_on_a_field_that_only_some_directories_have_names_the_others(ask) -> None:
    answer = await ask("search_users", filters={"status": "suspended"})
    left_out = [note.partition(":")[0].split(", ") for note in answer["notes"] if "not searched" in note]
    assert {name for names in left_out for name in names} >= {"klavis", "openphone"}
    with pytest.raises(InvalidArgument, match="no such field"):
        await ask("search_users", filters={"status": "suspended"}, directory="klavis")


async def test_rows_of_one_person_in_several_directories_are_numbered_and_the_evidence_is_named(
    ask, sandbox, as_rows: Callable[[dict], list[dict]]
) -> None:
    addresses = {
        "delay": {record["email"] for record in sandbox.records("delay")},
        "monocloud": {email["email"] for record in sandbox.records("monocloud") for email in record["emails"]},
    }
    shared = min(addresses["delay"] & addresses["monocloud"])
    answer = await ask("search_users", query=shared)
    assert answer["people"]["1"].endswith("same email")
    assert list(answer)[-3:] == ["people", "columns", "rows"]
    assert answer["columns"][:2] == ["directory", "person"]
    assert {row["directory"] for row in as_rows(answer) if row["person"] == 1} >= {"delay", "monocloud"}


@pytest.mark.parametrize(
    ("person", "said"),
    [
        (Person(3, (0,), "email"), "same email"),
        (Person(3, (0,), "id", "several in a"), "perhaps: same id; several in a"),
        (Person(3, (0,), "verified email", earlier=(Seen("a", "7"),)), "same verified email; earlier: a 7"),
        (
            Person(3, (0,), "email", None, (Seen("a", None), *(Seen("b", f"{n}") for n in range(4))), (5, 6)),
            "same email; earlier: a (id not kept), b 0, b 1, 2 more; earlier also numbered 5, 6",
        ),
    ],
)
def test_a_person_has_the_number_of_the_walk_and_is_told_with_earlier_rows(person: Person, said: str) -> None:
    users = (DirectoryUser("b", User("1", "Ada")), DirectoryUser("b", User("2", "Bob")))
    page = Page(Query(), ("a", "b"), users, True, {"a": "scan", "b": "scan"}, 2, people=(person,))
    answer = page_answer(page, Columns(("id", "name"), asked_for=True, detail="concise"))
    assert answer["people"] == {"3": said}
    assert answer["rows"] == [["b", 3, "1", "Ada"], ["b", None, "2", "Bob"]]


async def test_where_nobody_is_in_two_directories_no_row_is_numbered(ask) -> None:
    for answer in (await ask("search_users", query="nobody at all"), await ask("list_users", directory="delay")):
        assert "people" not in answer
        assert "person" not in answer["columns"]


async def test_what_only_get_user_knows_is_said_of_a_list_and_given_by_get_user_however_it_finds(
    ask, sandbox, control: httpx2.AsyncClient
) -> None:
    address = next(record["userId"] for record in sandbox.records("klavis") if "@" in record["userId"])
    known = await ask("get_user", directory="klavis", id=address)
    assert known["user"]["last_active_at"]
    for spelled in (address, address.upper()):
        assert await ask("get_user", directory="klavis", email=spelled) == known
    for asked in ({"fields": ["id", "last_active_at"]}, {"detail": "full"}):
        answer = await ask("list_users", directory="klavis", limit=5, **asked)
        assert answer["notes"] == ["Only get_user returns these fields: last_active_at."]
    assert "notes" not in await ask("list_users", directory="klavis", limit=5)
    klavis = next(each for each in (await ask("list_directories"))["directories"] if each["name"] == "klavis")
    assert klavis["only_by_get_user"] == ["last_active_at"]


async def test_a_user_of_whom_the_rest_can_not_be_read_is_given_with_a_note(
    ask, sandbox, control: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = next(record["userId"] for record in sandbox.records("klavis") if "@" in record["userId"])
    get = OneUser.get

    async def fails_for_the_id(self, identifier, *rest):
        if identifier == address:
            raise Kinds.PROVIDER_FAULT.at("klavis", status=500)
        return await get(self, identifier, *rest)

    monkeypatch.setattr(OneUser, "get", fails_for_the_id)
    answer = await ask("get_user", directory="klavis", email=address.upper())
    assert (answer["found"], answer["user"]["id"]) == (True, address)
    assert answer["notes"] == ["These fields could not be read just now: last_active_at."]


def a_user(**fields):
    return User(**fields)


VALUES = st.text(st.characters() | st.sampled_from('"\\\\\x01\u2028'), max_size=40)


@given(
    st.lists(
        st.builds(a_user, id=VALUES, name=st.none() | VALUES, created_at=st.none() | VALUES), min_size=1, max_size=12
    ),
    st.sampled_from([None, ["name"], ["id", "name", "own"]]),
    st.integers(0, 900),
)
def test_a_page_ends_before_the_user_whose_json_does_not_fit(users, fields, room):
    own: dict[str, object] = {"own": ["x", {"y": 1.5, "z": None}]}
    found = [DirectoryUser("acme", user._replace(extra=own)) for user in users]
    names = tuple(fields or CONCISE_FIELDS)
    columns = Columns(names, asked_for=False, detail="concise")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers, "MAX_CHARACTERS", room + answers._HEAD_CHARACTERS + answers._HEAD_CHARACTERS_EACH)
        fits = room_for_rows(columns, 1)
        left, expected = room, []
        for number, each in enumerate(found):
            user = each.user
            times = [value[:10] if value and value[10:11] == "T" else value for value in (user.created_at, None, None)]
            row = [each.directory, 100, *(user.value(name) for name in names), *times]
            left -= len(json.dumps(row, ensure_ascii=False))
            expected.append(number == 0 or left > 0)
        assert [fits(each) for each in found] == expected


def shared(directory: str, others: int, **fields: Any) -> Lookup:
    user = User("1", "Ada King", email="ada@acme.example", **fields)
    return Lookup(directory, user, complete=True, others=tuple(user._replace(id=f"{n + 2}") for n in range(others)))


def test_a_look_up_gives_all_who_have_an_address_whole() -> None:
    answer = lookup_answer(shared("a", 2, title="Countess"), ToolNotes.NO_SUCH_EMAIL.note(email=""))
    assert list(answer) == ["directory", "found", "complete", "user", "others"]
    assert [(other["id"], other["title"]) for other in answer["others"]] == [("2", "Countess"), ("3", "Countess")]


def test_where_there_is_no_room_for_all_the_others_are_given_in_short_and_it_is_said() -> None:
    large = {f"field_{n}": "x" * 1000 for n in range(15)}
    answer = lookup_answer(shared("a", 10, extra=large), ToolNotes.NO_SUCH_EMAIL.note(email=""))
    assert answer["user"]["field_0"]
    assert answer["others"][0] == {"id": "2", "name": "Ada King", "email": "ada@acme.example"}
    assert [note.kind for note in answer["notes"]] == ["others_in_short"]
    assert len(json.dumps(answer | {"notes": list(map(str, answer["notes"]))})) < MAX_CHARACTERS
