"""The walks of one call: what they say of themselves, and when nothing at all is an error."""

import dataclasses

import pytest

from user_directories import Query, Request, built_in, built_in_names, read_order
from user_directories.errors import UpstreamUnreadable


def looking_in(house, name, **mapping):
    """A directory whose manifest looks for a user's fields elsewhere."""
    manifest = built_in(name)
    wrong = manifest.model_copy(update={"user": manifest.user.model_copy(update=mapping)})
    return dataclasses.replace(house.settings(name), manifest=wrong)


@pytest.mark.parametrize("name", built_in_names())
async def test_records_that_all_lack_an_id_are_an_error_that_names_the_key_to_check(house, name):
    directories = await house.open(looking_in(house, name, id="identity"))
    with pytest.raises(UpstreamUnreadable, match=r"check user\.id") as error:
        await directories.users(Request("list", name, Query(), 10))
    assert str(error.value).startswith(f"{name}: ")


async def test_one_page_for_ever_ends_a_list_in_doubt_at_the_third_call_that_gives_nobody_new(house):
    directories = await house.open("quo")
    page = await directories.users(Request("list", "quo", Query(), 50))
    await house.tell("quo", "faults", kind="repeated_page", every=1)
    kinds = []
    while page.cursor is not None:
        page = await directories.users(Request("list", "quo", Query(), 100, page.cursor))
        kinds.append([note.kind for note in page.notes])
    assert kinds == [["contradiction"], ["contradiction"], ["may_have_missed"]]
    assert not page.complete


async def test_a_note_names_its_directory_only_where_there_are_several(house, requests_of):
    alone = await house.open("quo", budget=requests_of(1))
    (note,) = (await alone.users(Request("list", "quo", Query(), 100))).notes
    assert (note.kind, note.directories) == ("out_of_requests", ())
    both = await house.open("quo", "openphone", budget=requests_of(1))
    notes = (await both.users(Request("list", None, Query(), 300))).notes
    assert [note.directories for note in notes] == [("quo", "openphone")]  # one sentence that is about both


async def test_a_cursor_stands_only_for_directories_that_have_more(house, ids_of):
    await house.tell("klavis", "delete", count=230)
    directories = await house.open("klavis", "quo")
    first = await directories.users(Request("list", None, Query(), 40))
    klavis = len(await house.requests("klavis"))
    second = await directories.users(Request("list", None, Query(), 40, first.cursor))
    assert len(await house.requests("klavis")) == klavis
    assert ids_of([first, second]) == (await house.ids("klavis")) + (await house.ids("quo"))[:73]
    assert first.directories == second.directories == ("klavis", "quo")


@pytest.mark.parametrize("name", ["quo", "openphone"])
async def test_tokens_that_may_be_row_numbers_are_a_property_of_a_directory_and_no_note_of_an_answer(
    house, turn_pages, name
):
    directories = await house.open(name)
    assert [page.notes for page in await turn_pages(directories, name, 50)] == [()] * 5
    assert any("Page tokens may be row numbers" in note for note in directories.described()[0].notes)


async def test_one_page_of_tokens_proves_itself(house):
    await house.tell("quo", "delete", count=200)
    page = await (await house.open("quo")).users(Request("list", "quo", Query(), 50))
    assert (page.complete, page.notes) == (True, ())


@pytest.mark.parametrize(("sort", "said"), [("updated_at:desc", True), ("created_at:desc", False)])
async def test_an_order_that_moves_is_told(house, turn_pages, sort, said):
    pages = await turn_pages(await house.open("delay"), "delay", 60, Query(order=read_order(sort)))
    assert ("order_moves" in [note.kind for note in pages[-1].notes]) is said


async def test_a_wait_that_outlasts_the_call_is_said_beside_the_rows(house, ids_of, no_pauses):
    directories = await house.open("quo")
    await house.tell("quo", "faults", kind="null_records")
    await house.tell("quo", "faults", kind="status", status=429, retry_after=90, next=9)
    page = await directories.users(Request("list", "quo", Query(), 100))
    assert ids_of(page) == (await house.ids("quo"))[:50]
    assert page.cursor
    assert "It is limiting requests (429). Continue with the cursor in 90 s." in map(str, page.notes)


async def test_the_doubt_of_a_directory_that_has_ended_holds_on_every_later_page(house, turn_pages):
    await house.tell("klavis", "delete", count=200)
    await house.tell("klavis", "behaviour", total_off=-5)
    pages = await turn_pages(await house.open("klavis", "quo"), None, 60)
    told = [("total_too_low" in [note.kind for note in page.notes]) for page in pages]
    first = told.index(True)
    assert first < len(pages) - 2
    assert all(told[first:])
    assert not any(page.complete for page in pages)


async def test_an_order_that_moves_is_a_property_of_a_directory(house):
    manifest = built_in("delay")
    moving = manifest.model_copy(update={"list": manifest.list.model_copy(update={"order": "updated_at:desc"})})
    directories = await house.open(house.settings("delay", manifest=moving))
    assert any("sorted by updated_at, which changes" in note for note in directories.described()[0].notes)
