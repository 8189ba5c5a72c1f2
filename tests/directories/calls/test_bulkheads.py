"""What goes wrong in one directory stays there: its connections, its silence, and any exception of any class."""

import logging

import anyio
import pytest

from user_directories import Budget, Query, Request
from user_directories.errors import (
    InvalidArgument,
    NobodyAnswered,
    UpstreamRateLimited,
    UpstreamUnavailable,
    UpstreamUnreadable,
)
from user_directories.sources import circuit
from user_directories.users.filters import Condition

SIX = ("klavis", "braintrust", "delay", "openphone", "quo", "monocloud")
EVERYBODY = Request("list", None, Query(), 300)
CANARY = "canary-4711"
FAILURES = [
    ValueError(CANARY),
    RecursionError(CANARY),
    UnicodeEncodeError("ascii", CANARY, 0, 1, CANARY),
    MemoryError(CANARY),
    KeyError(CANARY),
    AssertionError(CANARY),
    StopAsyncIteration(CANARY),
    ExceptionGroup(CANARY, [ValueError(CANARY)]),
]
WORDS = "this server could not process it. Tell the operator to look at the log; another question may work."


def failing(failure, after=0):
    """A source's `page` or `one` that fails in a way that nobody foresaw, after so many requests."""
    asked = []

    def broken(method):
        async def ask(*arguments):
            asked.append(arguments)
            if len(asked) > after:
                raise failure
            return await method(*arguments)

        return ask

    return broken


def break_down(directories, name, failure, after=0):
    """Let every request of one directory fail in a way that nobody foresaw."""
    source, broken = directories.directory(name).source, failing(failure, after)
    source.page, source.one = broken(source.page), broken(source.one)


def found_in(page, name):
    """The users of one directory; rows of one person stand together, so that their order says nothing."""
    return {found.user.id for found in page.users if found.directory == name}


def notes_of(page):
    return {note.kind: note for note in page.notes}


# --- Connections ----------------------------------------------------------------------------------


async def test_no_connection_carries_the_requests_of_two_directories(house):
    """Here two tenants of one API, whose answers nothing else would tell apart."""
    tenants = [house.settings("delay", name=name) for name in ("one", "two", "three")]
    directories = await house.open(*tenants)
    for _ in range(3):
        for name in ("one", "two", "three"):
            await directories.users(Request("list", name, Query(), 5))
    clients = [directories.directory(name).source.upstream._http.get() for name in ("one", "two", "three")]
    pools = [client._transport._pool for client in clients]
    assert [len(pool.connections) for pool in pools] == [1, 1, 1]
    assert len({id(pool) for pool in pools}) == 3


async def test_two_hundred_calls_to_a_silent_directory_hold_up_no_other(house):
    """They are more than one directory may have connections; both directories are on one host."""
    await house.tell("quo", "faults", kind="slow_body", every=1, seconds=60)
    directories = await house.open("quo", "delay", budget=lambda: Budget(30))
    await directories.users(Request("list", "delay", Query(), 5))
    async with anyio.create_task_group() as tasks:
        for _ in range(200):
            tasks.start_soon(directories.users, Request("list", "quo", Query(), 5))
        while len(await house.requests("quo")) < 64:
            await anyio.lowlevel.checkpoint()
        with anyio.fail_after(15):
            page = await directories.users(Request("list", "delay", Query(), 50))
        assert len(page.users) == 50
        tasks.cancel_scope.cancel()


# --- The circuit ----------------------------------------------------------------------------------


async def silences(house, directories, name, times):
    for _ in range(times):
        with pytest.raises(UpstreamUnavailable):
            await directories.users(Request("list", name, Query(), 5))


async def test_a_directory_that_was_silent_three_times_is_not_asked_and_it_is_said_when_it_is(house, no_pauses):
    directories = await house.open("quo", "delay")
    await house.tell("quo", "faults", kind="reset_before", every=1)
    await silences(house, directories, "quo", circuit.MOST_SILENT)
    asked = len(await house.requests("quo"))
    with pytest.raises(UpstreamRateLimited) as error:
        await directories.users(Request("list", "quo", Query(), 5))
    assert str(error.value).startswith("quo: it did not answer 3 times in a row, so it is not asked for a while. Call ")
    assert 0 < error.value.retry_after <= 10
    page = await directories.users(Request("list", None, Query(), 20))
    assert str(notes_of(page)["limited"]).startswith("quo: It did not answer 3 times in a row")
    assert len(found_in(page, "delay")) == 20
    assert (await directories.count(Request("count", None, Query()))).counts[0].count is None
    assert len(await house.requests("quo")) == asked


async def test_after_its_rest_it_is_asked_again_and_an_answer_makes_all_well(house, no_pauses, monkeypatch):
    monkeypatch.setattr(circuit, "_FIRST_REST", 0.0)
    directories = await house.open("quo")
    await house.tell("quo", "faults", kind="reset_before", every=1)
    await silences(house, directories, "quo", circuit.MOST_SILENT + 2)
    await house.tell("quo", "faults", kind=None)
    for _ in range(3):
        assert (await directories.users(Request("list", "quo", Query(), 5))).users


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 401}, {"status": 404}])
async def test_a_refusal_is_an_answer(house, no_pauses, fault):
    directories = await house.open("quo")
    await house.tell("quo", "faults", kind="status", every=1, **fault)
    asked = len(await house.requests("quo"))
    for number in range(1, 6):
        with pytest.raises(Exception, match=str(fault["status"])):
            await directories.users(Request("list", "quo", Query(), 5))
        assert len(await house.requests("quo")) == asked + number


async def test_a_wait_of_less_than_a_second_says_nothing(house):
    await house.tell("quo", "faults", kind="slow_body", every=1, seconds=60)
    directories = await house.open("quo", budget=lambda: Budget(0.05, at_first=0.05))
    await silences(house, directories, "quo", circuit.MOST_SILENT + 2)


# --- A silent directory and its share of the time -------------------------------------------------


async def test_a_silent_directory_costs_its_own_part_of_the_time_only(house):
    budgets = []

    def budget():
        budgets.append(Budget(4.0, at_first=4.0))
        return budgets[-1]

    others = [name for name in SIX if name != "quo"]
    await house.tell("quo", "faults", kind="slow_body", every=1, seconds=60)
    directories = await house.open(*SIX, budget=budget)
    page = await directories.users(EVERYBODY)
    assert 0 < budgets[0].left() <= 2
    assert str(notes_of(page)["fault"]).startswith("quo: It did not answer in time.")
    assert [name for name in others if not found_in(page, name).issuperset((await house.ids(name))[:50])] == []
    assert len(page.users) == 300
    await house.tell("quo", "faults", kind=None)
    rest = await directories.users(Request("list", None, Query(), 300, page.cursor))
    assert found_in(rest, "quo")


async def test_where_nobody_answers_the_whole_time_is_waited(house):
    budgets = []

    def budget():
        budgets.append(Budget(0.4, at_first=0.4))
        return budgets[-1]

    for name in ("quo", "delay"):
        await house.tell(name, "faults", kind="slow_body", every=1, seconds=60)
    directories = await house.open("quo", "delay", budget=budget)
    with pytest.raises(NobodyAnswered):
        await directories.users(EVERYBODY)
    assert budgets[0].left() == 0


# --- Exceptions -----------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
async def test_any_exception_of_one_directory_is_its_note_and_the_others_stand(house, caplog, failure):
    directories = await house.open(*SIX)
    usual = await directories.users(EVERYBODY)
    counted = await directories.count(Request("count", None, Query()))
    break_down(directories, "delay", failure)
    page = await directories.users(EVERYBODY)
    note = notes_of(page)["fault"]
    assert str(note) == f"delay: {WORDS[:1].upper()}{WORDS[1:]} The cursor continues from there."
    assert not page.complete
    assert not found_in(page, "delay")
    assert all(found_in(page, name) >= found_in(usual, name) for name in SIX if name != "delay")
    counts = (await directories.count(Request("count", None, Query()))).counts
    assert [(each.directory, each.count, each.exactness) for each in counts] == [
        (each.directory, *((None, None) if each.directory == "delay" else (each.count, each.exactness)))
        for each in counted.counts
    ]
    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert told
    assert all(record.exc_info and "delay" in record.message for record in told)
    assert CANARY not in str([*page.notes, *[note for each in counts for note in each.notes]])


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
async def test_alone_it_is_its_error(house, failure):
    directories = await house.open("delay")
    break_down(directories, "delay", failure)
    for ask in (
        directories.users(Request("list", "delay", Query(), 5)),
        directories.users(Request("search", "delay", Query(text="ada"), 5)),
        directories.user_by_id("delay", next(house.sandbox.records("delay"))["id"]),
        directories.user_by_email("delay", "ada@acme.example"),
    ):
        with pytest.raises(UpstreamUnreadable) as error:
            await ask
        assert str(error.value) == f"delay: {WORDS}"
    with pytest.raises(UpstreamUnreadable):
        await directories.count(Request("count", "delay", Query()))
    assert await directories.suggestions("delay", "a", 5) == ((), True)


async def test_what_was_found_before_an_exception_stands_and_the_cursor_loses_nobody(house, ids_of):
    directories = await house.open("quo")
    whole = await house.ids("quo")
    source = directories.directory("quo").source
    usual = source.page
    break_down(directories, "quo", ZeroDivisionError(CANARY), after=1)
    first = await directories.users(Request("list", "quo", Query(), 100))
    assert 0 < len(first.users) < 100
    assert "fault" in notes_of(first)
    source.page = usual
    pages = [first]
    while pages[-1].cursor is not None:
        pages.append(await directories.users(Request("list", "quo", Query(), 100, pages[-1].cursor)))
    assert ids_of(pages) == whole
    assert not pages[-1].complete  # for a while, nobody knew what had been read
    assert "may_have_missed" in notes_of(pages[-1])


async def test_a_directory_that_cannot_be_opened_or_planned_is_left_out(house, monkeypatch):
    directories = await house.open("delay", "quo")

    def broken(*_):
        raise RuntimeError(CANARY)

    monkeypatch.setattr(directories.directory("delay"), "plan", broken)
    page = await directories.users(Request("list", None, Query(), 20))
    assert str(notes_of(page)["not_searched"]) == f"delay: not searched. {WORDS[:1].upper()}{WORDS[1:]}"
    assert len(found_in(page, "quo")) == 20
    counts = await directories.count(Request("count", None, Query()))
    assert [each.directory for each in counts.counts] == ["quo"]
    with pytest.raises(UpstreamUnreadable):
        await directories.users(Request("list", "delay", Query(), 20))


async def test_a_directory_that_cannot_be_made_is_left_out(house, monkeypatch):
    directories = await house.open("delay", "quo")
    opened = directories._opened

    def broken(settings):
        if settings.name == "delay":
            raise RuntimeError(CANARY)
        return opened(settings)

    monkeypatch.setattr(directories, "_opened", broken)
    page = await directories.users(Request("list", None, Query(), 20))
    assert notes_of(page)["not_searched"].directories == ("delay",)
    assert len(found_in(page, "quo")) == 20


async def test_a_filter_that_turns_out_not_to_be_listed_leaves_out_its_directory_only(house, monkeypatch):
    """A first look at a list, within the call, may show that only single users have a field."""
    directories = await house.open("delay", "quo")
    refusing = directories.directory("delay")
    usual = refusing.asking
    asked = []

    def asking(query):
        asked.append(query)
        if len(asked) > 1:
            raise refusing.refusal_of("created_at")
        return usual(query)

    monkeypatch.setattr(refusing, "asking", asking)
    query = Query((Condition("created_at", "after", ("2020-01-01",)),))
    page = await directories.users(Request("search", None, query, 20))
    assert len(asked) > 1
    assert notes_of(page)["not_searched"].directories == ("delay",)
    assert found_in(page, "quo")
    asked.clear()
    with pytest.raises(InvalidArgument):
        await directories.users(Request("search", "delay", query, 20))


async def test_a_call_that_is_cancelled_is_cancelled(house):
    await house.tell("quo", "faults", kind="slow_body", every=1, seconds=60)
    directories = await house.open("quo", "delay")
    with anyio.move_on_after(0.1) as scope:
        await directories.users(EVERYBODY)
    assert scope.cancelled_caught
