"""Every kind of note that there is, reached as a client would reach it: the closed list, kind by kind."""

import re
import string
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import pytest

from user_directories import BrokenDirectory, ConfigurationError, MemoryStore, built_in
from user_directories.manifest import FilterRule
from user_directories.notes import NoteKind, Notes, notes_of
from user_directory_sandbox import DIRECTORIES
from user_directory_server.state import StateStore
from user_directory_tools import toolset
from user_directory_tools.notes import ToolNotes

Answer = dict[str, Any]
Case = Callable[[Any], Awaitable[Answer]]

ALL = notes_of(Notes, ToolNotes)
ABOUT_SOME = r"(?:[\w-]+(?:, [\w-]+)*: )?"
"""Before a note about some of several directories."""


def call(tool: str, arguments: Mapping[str, Any], **opened: Any) -> Case:
    """A case that one call makes: over the directory that it names, or over all; `opened` as `House.open` says."""

    async def case(house: Any) -> Answer:
        names = [arguments["directory"]] if "directory" in arguments else DIRECTORIES
        return await (await house.tools(*names, **opened))[tool].run(arguments)

    return case


def where(directory: str, action: str, sent: Mapping[str, Any], then: Case) -> Case:
    """A case that is made where the control of the sandbox was told this."""

    async def case(house: Any) -> Answer:
        await house.tell(directory, action, **sent)
        return await then(house)

    return case


def faulty(kind: str, tool: str, arguments: Mapping[str, Any], **fields: Any) -> Case:
    """A case that a fault of the provider makes, in each request or in `every` so manieth."""
    return where(arguments["directory"], "faults", {"kind": kind, "every": 1} | fields, call(tool, arguments))


async def deleted_before_row_numbers(house: Any) -> Answer:
    await house.tell("openphone", "behaviour", tokens="offset")
    tools = await house.tools("openphone")
    first = await tools["list_users"].run({"directory": "openphone", "limit": 50})
    place = first["columns"].index("id")
    await house.tell("openphone", "delete", ids=[row[place] for row in first["rows"]])
    second = await tools["list_users"].run({"cursor": first["cursor"]})
    return await tools["list_users"].run({"cursor": second["cursor"]})


async def sorted_by_a_moving_time_to_the_end(house: Any) -> Answer:
    tools = await house.tools("delay")
    answer = await tools["list_users"].run(DELAY | BY_UPDATE | {"limit": 100})
    while "cursor" in answer:
        answer = await tools["list_users"].run({"cursor": answer["cursor"], "limit": 100})
    return answer


async def counted_after_a_list_refuted_the_total(house: Any) -> Answer:
    await house.tell("klavis", "behaviour", total_off=-5)
    tools = await house.tools("klavis")
    answer = await tools["list_users"].run({"directory": "klavis", "limit": 100})
    while "cursor" in answer:
        answer = await tools["list_users"].run({"cursor": answer["cursor"], "limit": 100})
    return await tools["get_user_count"].run({"directory": "klavis"})


async def followed_again_after_a_restart(house: Any) -> Answer:
    store = MemoryStore()
    before, after = [await house.tools("klavis", store=store) for _ in range(2)]
    cursor = (await before["list_users"].run({"directory": "klavis", "limit": 50}))["cursor"]
    await before["list_users"].run({"cursor": cursor})
    await house.tell("klavis", "delete", count=100)
    return await after["list_users"].run({"cursor": cursor})


async def listed_to_the_end(house: Any) -> Answer:
    tools = await house.tools("delay")
    answer = await tools["list_users"].run({"directory": "delay"})
    while "cursor" in answer:
        answer = await tools["list_users"].run({"cursor": answer["cursor"]})
    return answer


async def more_matches_than_marks(house: Any) -> Answer:
    await house.tell("braintrust", "insert", count=4000)
    return await house.ask("get_user_count", directory="braintrust", query="e")  # two filters by name, then everybody


async def found_by_the_search_of_the_provider(house: Any) -> Answer:
    name = next(house.sandbox.records("delay"))["name"]
    return await house.ask("search_users", directory="delay", query=name)


async def found_by_email(house: Any) -> Answer:
    """With a fault in the second request, which is for what only the get-one endpoint sends."""
    await house.fault("monocloud", "status", every=2, status=500)
    email = next(house.sandbox.records("monocloud"))["emails"][0]["email"]
    tools = await house.tools("monocloud", fields={"public_data": "full"})
    return await tools["get_user"].run({"directory": "monocloud", "email": email})


async def searched_on_after_a_miss(house: Any) -> Any:
    """A page of a search that was promised to be whole, begun before it was seen to miss somebody."""
    search = built_in("monocloud").search.model_copy(update={"whole": True})
    all_shown = dict.fromkeys(built_in("monocloud").user.extra, "full")  # else it is not asked
    tools = await house.tools("monocloud", manifest={"search": search}, fields=all_shown)
    first = await tools["search_users"].run({"directory": "monocloud", "query": "acme", "limit": 1})
    names = [record["claims"].get("name", "") for record in house.sandbox.records("monocloud")]
    accented = [name for name in names if not name.isascii()]
    for name in accented:  # some letters are others to the API
        await tools["get_user_count"].run({"directory": "monocloud", "query": name[1:6], "exhaustive": True})
    return await tools["search_users"].run({"cursor": first["cursor"], "limit": 100})


async def without_directories(house: Any) -> Answer:
    return await house.ask("list_directories", directories=())


async def with_a_broken_directory(house: Any) -> Answer:
    return await (await house.tools("delay", broken=[BROKEN]))["get_user_count"].run({})


async def with_a_broken_file(house: Any) -> Answer:
    return await (await house.tools("delay", broken=[BROKEN_FILE]))["search_users"].run({"query": "ada"})


async def described_with_a_broken_directory(house: Any) -> Answer:
    return await (await house.tools("delay", broken=[BROKEN]))["list_directories"].run({})


async def described_with_a_wrong_setting(house: Any) -> Answer:
    return await (await house.tools("klavis", faults=BROKEN.faults))["list_directories"].run({})


async def over_an_unusable_store(house: Any) -> Answer:
    store = StateStore(house.folder)  # a folder is no file
    _, directories = await house.open("klavis", store=store)
    tools = {tool.name: tool for tool in toolset(directories, notes=store.notes)}
    await tools["list_users"].run({"directory": "klavis"})
    return await tools["list_directories"].run({})


def of_user(name: str, **paths: str) -> dict[str, Any]:
    """A provider's page with other paths in [user]."""
    return {"user": built_in(name).user.model_copy(update=paths)}


FAULT = ConfigurationError("HR_KEY", "the API key is empty", "Set the key.")
BROKEN = BrokenDirectory("hr", (FAULT,), "Acme HR")
BROKEN_FILE = BrokenDirectory("configuration file", (FAULT,), can_be_named=False, is_file=True)
KLAVIS, DELAY, QUO = ({"directory": name} for name in ("klavis", "delay", "quo"))
OPENPHONE, BRAINTRUST, MONOCLOUD = ({"directory": name} for name in ("openphone", "braintrust", "monocloud"))
EXHAUSTIVE = {"exhaustive": True}
NOBODY = {"email": "nobody@nowhere.example"}
ACTIVE = {"filters": {"status": "active"}}
NEVER = {"filters": {"created_after": "2026-01-02", "created_before": "2026-01-01"}}
BY_UPDATE = {"filters": {"status": "active"}, "sort": "updated_at:asc"}
TWO_LISTS = {"filters": {"status": ["active", "risky"]}, "sort": "name:asc"}
STATUS, TOTAL = built_in("delay").filter_rule("status"), built_in("openphone").list.total
IGNORED = {"filters": {"status": {"is": STATUS.model_copy(update={"parameter": "unheard_of"})}}}
BELIEVED = {"list": built_in("openphone").list.model_copy(update={"total": TOTAL.model_copy(update={"exact": True})})}
EXACT = {"filters": {"given_name": {"is": FilterRule(parameter="given_name", match="exact")}}}
INDEXED = {"search": built_in("delay").search.model_copy(update={"whole": True, "eventual": True})}
ONE_BY_ONE = {"get": built_in("quo").get.model_copy(update={"only": ("email",)})}
OWNERS, MASKED_ROLE = {"filters": {"role": "owner"}}, {"role": "masked"}
BY_ROLE = {"filters": {"role": {"is": FilterRule(parameter="unheard_of", match="exact")}}}
SINCE = {"filters": {"created_after": "2020-01-01"}}
SHARED = {"email": "ada@acme.example"}
OF_ALL = built_in("quo").user.model_copy(update={"email": f"'{SHARED['email']}'"})
LARGE = OF_ALL.model_copy(update={"extra": {f"copy_{n}": "@" for n in range(15)}})

REACHED: dict[str, Case] = {
    "may_have_missed": deleted_before_row_numbers,
    "order_moves": sorted_by_a_moving_time_to_the_end,
    "nameless": faulty("odd_records", "list_users", QUO),
    "repeated": where("quo", "values", {"text": "one", "ids": True, "every": 10}, call("list_users", QUO)),
    "total_disagrees": call("search_users", OPENPHONE | {"query": "nobody at all"}, manifest=BELIEVED),
    "total_too_low": where("klavis", "behaviour", {"total_off": -7}, call("get_user", KLAVIS | NOBODY)),
    "thinned": where("delay", "behaviour", {"thinned": 6}, listed_to_the_end),
    "bound": where("delay", "behaviour", {"bound": 200}, call("get_user_count", DELAY | {"exhaustive": True})),
    "total_unchecked": where("klavis", "behaviour", {"bound": 100}, call("get_user_count", {"directory": "klavis"})),
    "total_refuted": counted_after_a_list_refuted_the_total,
    "total_counts_records": faulty("null_records", "get_user_count", {"directory": "klavis"}),
    "more_than_remembered": more_matches_than_marks,
    "filter_ignored": call("list_users", DELAY | ACTIVE, manifest=IGNORED),
    "count_moved": where("delay", "churn", {"deletes_per_request": 1}, call("get_user_count", DELAY | EXHAUSTIVE)),
    "changed_since": followed_again_after_a_restart,
    "not_read_now": found_by_email,
    "unreadable": call("get_user_count", DELAY | {"filters": {"state": "active"}}),
    "unreadable_hidden": call("get_user_count", QUO | OWNERS, manifest=of_user("quo", role="@"), fields=MASKED_ROLE),
    "never_there": call("get_user_count", QUO | {"filters": NOBODY}, manifest=of_user("quo", email="mail")),
    "spelt_otherwise": call("list_users", BRAINTRUST | {"filters": {"given_name": "Nobody"}}, manifest=EXACT),
    "unconfirmed": where(
        "delay", "values", {"text": "", "every": 9}, call("list_users", DELAY | ACTIVE | {"limit": 100})
    ),
    "without_effect": call("get_user_count", QUO | OWNERS, manifest=of_user("quo", role="rank") | BY_ROLE),
    "not_in_index_yet": call("get_user_count", DELAY | {"query": "zzqx"}, manifest=INDEXED),
    "promise_broken": searched_on_after_a_miss,
    "without_time": call("get_user_count", QUO | SINCE, manifest=of_user("quo", created_at="hired")),
    "own_matches_first": found_by_the_search_of_the_provider,
    "not_includes_missing": call("list_users", DELAY | {"filters": {"status": {"not": "active"}}}),
    "filters_dropped": call("list_users", DELAY | {"filters": {"status": "active", "email": ""}}),
    "contradiction": faulty("token_loop", "list_users", QUO | {"limit": 100}),
    "out_of_seconds": call("get_user_count", QUO, seconds=0),
    "out_of_requests": call("get_user_count", QUO, requests=2),
    "out_of_rows": call("get_user_count", QUO, rows=60),
    "fault": faulty("status", "list_users", QUO | {"limit": 100}, every=2, status=500),
    "limited": faulty("status", "list_users", QUO | {"limit": 100}, every=2, status=429, retry_after=120),
    "not_searched": call("search_users", ACTIVE),
    "not_counted": call("get_user_count", ACTIVE),
    "compared_by_the_provider": call("list_users", BRAINTRUST | {"filters": {"organization": "Initech"}}),
    "nobody_can_match": call("get_user_count", DELAY | NEVER),
    "masked_here": call("search_users", DELAY | {"query": "ada"}, fields={"email": "masked"}),
    "hidden_here": call("search_users", DELAY | {"query": "ada"}, fields={"email": "none"}),
    "not_listed_here": call("search_users", QUO | {"query": "ada"}, manifest=ONE_BY_ONE),
    "joined_searches": call("list_users", DELAY | TWO_LISTS),
    "same_address": call("get_user", QUO | SHARED, manifest={"user": OF_ALL}),
    "perhaps_others": call("get_user", QUO | SHARED, manifest={"user": OF_ALL}),
    "other_ids_here": call("get_user", QUO | {"id": "4711"}),
    "inaccurate_total": call("get_user_count", OPENPHONE),
    "empty_columns": call("list_users", KLAVIS | {"fields": ["name"]}),
    "only_by_get": call("list_users", KLAVIS | {"fields": ["last_active_at"]}),
    "no_such_id": call("get_user", KLAVIS | {"id": "4711"}),
    "no_such_email": call("get_user", KLAVIS | NOBODY),
    "not_found_so_far": call("get_user", QUO | NOBODY, requests=1),
    "others_in_short": call("get_user", QUO | SHARED, manifest={"user": LARGE}),
    "go_on_by_search": call("get_user", QUO | NOBODY, requests=1),
    "counts_overlap": call("get_user_count", {}),
    "nothing_configured": without_directories,
    "not_configured_right": with_a_broken_directory,
    "may_lack_directories": with_a_broken_file,
    "broken": described_with_a_broken_directory,
    "setting_not_used": described_with_a_wrong_setting,
    "cursors_in_memory": over_an_unusable_store,
}


def said_by(kind: NoteKind) -> re.Pattern[str]:
    """What a kind says, whatever stands in its gaps, and of whichever directories."""
    templates = [template for template in (kind.one, kind.many) if template is not None]
    return re.compile(f"{ABOUT_SOME}(?:{'|'.join(map(without_values, templates))})")


def without_values(template: str) -> str:
    parts = string.Formatter().parse(template)
    return "".join(re.escape(text) + ("" if gap is None else ".+") for text, gap, _, _ in parts)


def notes_in(answer: Answer) -> Iterator[str]:
    """All notes of an answer, those on each of several counts included."""
    for part in (answer, *answer.get("counts", ())):
        yield from part.get("notes", ())


def kinds_in(note: str) -> list[str]:
    return [name for name, kind in ALL.items() if said_by(kind).fullmatch(note)]


def test_every_kind_has_a_case() -> None:
    assert REACHED.keys() == ALL.keys()


@pytest.mark.parametrize("kind", REACHED)
async def test_every_kind_is_reached_by_a_call_and_is_told_from_all_others(house: Any, kind: str) -> None:
    answer = await REACHED[kind](house)
    kinds = {note: kinds_in(note) for note in notes_in(answer)}
    assert [kind] in kinds.values(), kinds


async def test_a_note_on_one_of_several_counts_is_heard(house: Any) -> None:
    answer = await REACHED["counts_overlap"](house)
    assert "inaccurate_total" in {kind for note in notes_in(answer) for kind in kinds_in(note)}
