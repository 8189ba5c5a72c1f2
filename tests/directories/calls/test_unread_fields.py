"""What is said of fields that cannot be read, are never there or are spelt otherwise, request by request."""

import pytest

from user_directories import InvalidArgument, MemoryStore, Query, Request, conditions

PAGE = """
version = 1
name = "acme"
title = "Acme HR"
docs = "https://hr.acme.example/docs"
auth = {{ environment = "ACME_KEY" }}
get = {{ path = "/p/{{id}}" }}
list.path = "/p"
list.items = "@"
list.page_size = {{ parameter = "n", maximum = 2 }}
list.pagination = {{ strategy = "page", parameter = "p" }}
user.id = "id"
user.status = "state"
user.created_at = "made"
user.email = "mail"
{more}
"""
BY_EMAIL = '[filters]\nemail = { parameter = "state", match = "exact" }'
EXACT = '[filters]\nstatus = { parameter = "state", match = "exact" }'


@pytest.fixture
def opened(provider, answering, open_own):
    """A directory of these records; `compare` says how its filter by state compares, `single` what one user has."""

    async def directory(records, more="", compare=None, single=(), **options):
        def answer(asked):
            if asked.path != "/p":
                found = [each for each in records if asked.path.endswith(f"/{each['id']}")]
                return answering(found[0] | dict(single)) if found else answering({}, 404)
            wanted, page = asked.query.get("state"), int(asked.query.get("p", "1"))
            kept = records if wanted is None or compare is None else [r for r in records if compare(r["is"], wanted)]
            sent = [{key: value for key, value in each.items() if key != "is"} for each in kept]
            return answering(sent[2 * page - 2 : 2 * page])

        provider.answer = answer
        return await open_own(PAGE.format(more=more), **options)

    return directory


async def count(directories, cursor=None, **filters):
    counts = await directories.count(Request("count", "acme", Query(conditions(filters)), cursor=cursor))
    return counts.counts[0], counts.cursor


def said(answer):
    return [str(note) for note in answer.notes]


async def test_a_value_of_another_type_is_told_by_what_it_is(opened):
    directories = await opened([{"id": str(number), "state": number % 2 == 0} for number in range(5)])
    found, _ = await count(directories, status="active")
    assert (found.count, found.exactness) == (0, "at_least")
    assert said(found)[0].startswith("status cannot be read in 5 of 5 records (true or false)")


async def test_words_for_true_and_false_make_it_readable(opened):
    more = "[values]\nstatus = { active = true, disabled = false }"
    directories = await opened([{"id": str(number), "state": number % 2 == 0} for number in range(5)], more)
    found, _ = await count(directories, status="active")
    assert (found.count, found.exactness, found.notes) == (3, "exact", ())


@pytest.mark.parametrize("sent", ["true", 1, "Y"])
async def test_a_table_with_a_mistake_makes_no_certain_zero(opened, sent):
    more = "[values]\nstatus = { active = true, disabled = false }"
    directories = await opened([{"id": str(number), "state": sent} for number in range(5)], more)
    for asked in ("active", {"not": "active"}):
        found, _ = await count(directories, status=asked)
        assert (found.count, found.exactness) == (0, "at_least")
        assert said(found)[-1].startswith(f'status cannot be read in 5 of 5 records ("{sent}")')
    found, _ = await count(directories, status={"missing": False})
    assert (found.count, found.exactness) == (5, "exact")


async def test_a_value_that_stands_in_the_way_of_a_path_is_told_by_what_it_is(opened):
    records = [{"id": str(number), "dept": "Sales" if number < 3 else {"name": "IT"}} for number in range(5)]
    directories = await opened(records, 'user.department = "dept.name"')
    for asked in ("Sales", {"missing": True}):
        found, _ = await count(directories, department=asked)
        assert (found.count, found.exactness) == (0, "at_least")
        assert said(found)[0].startswith("department cannot be read in 3 of 5 records (a text)")
    found, _ = await count(directories, department="IT")
    assert (found.count, found.exactness) == (2, "at_least")


async def test_an_address_among_others_in_one_text_is_not_called_absent(opened):
    directories = await opened([{"id": "1", "mail": "ada@acme.example; grace@acme.example"}])
    found = await directories.user_by_email("acme", "ada@acme.example")
    assert (found.user, found.complete, [note.kind for note in found.notes]) == (None, False, ["unreadable"])
    page = await directories.users(Request("search", "acme", Query(text="grace@acme.example"), 5))
    assert [each.user.id for each in page.users] == ["1"]


async def test_an_address_of_exchange_finds_its_user(opened):
    directories = await opened([{"id": "1", "mail": "SMTP:Ada@acme.example"}])
    found = await directories.user_by_email("acme", "ada@acme.example")
    assert (found.user.email, found.complete, found.notes) == ("Ada@acme.example", True, ())


async def test_a_path_that_leads_nowhere_is_told_and_null_is_somewhere(opened):
    found, _ = await count(await opened([{"id": "1", "sate": "active"}]), status="active")
    assert (found.count, found.exactness, [note.kind for note in found.notes]) == (0, "at_least", ["never_there"])
    found, _ = await count(await opened([{"id": "1", "state": None}]), status="active")
    assert (found.count, found.exactness, found.notes) == (0, "exact", ())
    found, _ = await count(await opened([]), status="active")
    assert (found.count, found.exactness, found.notes) == (0, "exact", ())


async def test_a_doubt_outlives_a_page_and_a_restart(opened):
    records = [{"id": "0", "state": {"word": "active"}}, *({"id": str(n), "state": "active"} for n in range(1, 8))]
    store = MemoryStore()
    before = await opened(records, store=store)
    query = Query(conditions({"status": "active"}))
    page = await before.users(Request("list", "acme", query, 2))
    kinds = []
    while page.cursor:
        after = await opened(records, store=store)
        page = await after.users(Request("list", "acme", Query(), 2, page.cursor))
        kinds.append([note.kind for note in page.notes])
    assert len(kinds) >= 3
    assert kinds == [["unreadable"]] * len(kinds)
    assert page.complete is False


async def test_users_without_the_time_are_in_no_range_and_counted(opened):
    made = ["2026-01-31T12:00:00Z", None, "0001-01-01T00:00:00Z", "20260201120000Z"]
    directories = await opened([{"id": str(number), "made": each} for number, each in enumerate(made)])
    found, _ = await count(directories, created_after="2026-01-01")
    assert (found.count, found.exactness) == (2, "exact")
    assert said(found) == ["2 users have no created_at and are in no range of it."]


async def test_a_filter_on_what_the_list_does_not_send_contradicts_nothing(opened):
    records = [{"id": "1", "is": "active"}, {"id": "2", "is": "locked"}, {"id": "3", "is": "active"}]
    directories = await opened(records, EXACT, lambda kept, wanted: kept == wanted.lower())
    found, _ = await count(directories, status="active")
    assert (found.count, found.exactness, found.notes) == (2, "exact", ())


async def test_a_filter_that_nothing_shows_and_that_has_no_effect_is_told(opened):
    directories = await opened([{"id": "1", "is": "active"}, {"id": "2", "is": "locked"}], EXACT)
    found, _ = await count(directories, status="active")
    assert (found.exactness, [note.kind for note in found.notes]) == ("estimate", ["without_effect"])


async def test_a_zero_of_a_provider_that_compares_letter_case_is_looked_into(opened, provider):
    words = ["ACTIVE", "ACTIVE", "LOCKED", "ACTIVE", "Left"]
    records = [{"id": str(number), "state": word, "is": word} for number, word in enumerate(words)]
    directories = await opened(records, EXACT, lambda kept, wanted: kept == wanted)
    found, cursor = await count(directories, status="active")  # a page shows how it is spelt
    assert (found.count, found.exactness, cursor) == (3, "exact", None)
    assert list(dict.fromkeys(asked.query.get("state") for asked in provider.asked)) == ["active", None, "ACTIVE"]
    found, cursor = await count(directories, status="left")  # no page did
    assert (found.count, found.exactness, [note.kind for note in found.notes]) == (0, "at_least", ["spelt_otherwise"])
    found, _ = await count(directories, cursor)
    assert (found.count, found.exactness, found.notes) == (1, "exact", ())


async def test_a_provider_that_ignores_letter_case_of_addresses_is_believed_after_one_question(opened, provider):
    records = [{"id": "1", "mail": "Ada@acme.example", "is": "ada@acme.example"}]
    directories = await opened(records, BY_EMAIL, lambda kept, wanted: kept == wanted.lower())
    found, cursor = await count(directories, email="eve@acme.example")
    assert (found.count, found.exactness, cursor, found.notes) == (0, "exact", None, ())
    assert [asked.query.get("state") for asked in provider.asked].count("aDA@ACME.EXAMPLE") == 1
    provider.asked.clear()
    found, _ = await count(directories, email="bob@acme.example")
    assert (found.count, found.exactness) == (0, "exact")
    assert {asked.query.get("state") for asked in provider.asked} == {"bob@acme.example"}


async def test_nobody_with_an_undocumented_word_is_looked_for_here(opened):
    """The provider may ignore letter case, but it may not ignore accents as filters here do."""
    records = [{"id": str(number), "state": "Chef", "is": "chef"} for number in range(9)]
    records += [{"id": "9", "state": "Gérant", "is": "gérant"}]
    directories = await opened(records, EXACT, lambda kept, wanted: kept == wanted.lower())
    found, cursor = await count(directories, status="gerant")
    assert (found.count, found.exactness) == (0, "at_least")
    found, _ = await count(directories, cursor)
    assert (found.count, found.exactness) == (1, "exact")


async def test_nobody_with_a_documented_word_is_nobody_where_the_others_are_spelt_as_documented(opened):
    records = [{"id": "1", "state": "active", "is": "active"}]
    more = EXACT + '\n[values]\nstatus = ["active", "left"]'
    found, cursor = await count(await opened(records, more, str.__eq__), status="left")
    assert (found.count, found.exactness, cursor) == (0, "exact", None)
    found, cursor = await count(await opened(records, more, lambda kept, wanted: False), status="left")
    assert (found.count, found.exactness) == (0, "at_least")


async def test_a_filter_that_does_not_find_who_is_there_is_not_believed_again(opened, provider):
    records = [{"id": str(number), "state": "active", "is": "active"} for number in range(3)]
    directories = await opened(records, EXACT, lambda kept, wanted: False)
    found, _ = await count(directories, status="active")
    assert (found.count, found.exactness) == (3, "exact")
    provider.asked.clear()
    found, _ = await count(directories, status="active")
    assert (found.count, found.exactness) == (3, "exact")
    assert {asked.query.get("state") for asked in provider.asked} == {None}


async def test_each_of_several_values_has_to_be_met(opened):
    words = ["active", "active", "LOCKED"]
    records = [{"id": str(number), "state": word, "is": word} for number, word in enumerate(words)]
    directories = await opened(records, EXACT, str.__eq__)
    found, cursor = await count(directories, status=["active", "locked"])
    assert (found.count, found.exactness, [note.kind for note in found.notes]) == (2, "at_least", ["spelt_otherwise"])
    found, cursor = await count(directories, cursor)
    assert (found.count, found.exactness, cursor) == (3, "exact", None)


async def test_users_who_do_not_match_an_exact_filter_make_everybody_be_looked_at(opened):
    """The parameter filters by something else: some who match are not among those who came."""
    words = ["active", "left", "active", "left"]
    records = [{"id": str(number), "state": word, "is": number < 2} for number, word in enumerate(words)]
    directories = await opened(records, EXACT, lambda kept, wanted: kept)
    query = Query(conditions({"status": "active"}))
    page = await directories.users(Request("list", "acme", query, 10))
    assert ([each.user.id for each in page.users], page.complete) == (["0", "2"], True)
    assert "filter_ignored" in [note.kind for note in page.notes]


@pytest.mark.parametrize(
    ("listed", "exactness"), [({}, "at_least"), ({"mail": None}, "exact"), ({"mail": ""}, "exact")]
)
async def test_a_field_that_only_one_user_was_seen_to_have_is_no_filter(opened, listed, exactness):
    directories = await opened([{"id": "1"} | listed, {"id": "2"} | listed], single={"mail": "ada@acme.example"})
    found, _ = await count(directories, email="ada@acme.example")
    assert (found.count, found.exactness) == (0, exactness)
    assert (await directories.user_by_id("acme", "1")).user.email == "ada@acme.example"
    with pytest.raises(InvalidArgument, match="only for a single user"):
        await count(directories, email="ada@acme.example")
    page = await directories.users(Request("search", "acme", Query(text="ada"), 10))
    assert (page.complete, [note.kind for note in page.notes][-1]) == (False, "not_listed_here")


async def test_a_number_that_may_be_too_high_is_no_least_number(opened):
    """Nobody is known to lack an email, because its path leads nowhere; and one of two words is met by nobody."""
    records = [{"id": str(number), "state": "active", "is": "active"} for number in range(4)]
    directories = await opened(records, EXACT, str.__eq__)
    found, _ = await count(directories, status=["active", "left"], email={"missing": True})
    assert found.exactness == "estimate" or not found.count
