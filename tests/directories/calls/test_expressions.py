"""Directories whose APIs filter by one expression, over HTTP: one request, which finds whom it should."""

import pytest

from user_directories import InvalidArgument, Query, Request, conditions

from ..dialects.simulated import ODATA_PAGE, PEOPLE, SCIM_PAGE, odata_answer, scim_answer

APIS = {"scim": (SCIM_PAGE, scim_answer, "filter"), "odata": (ODATA_PAGE, odata_answer, "$filter")}
CREATED = [created for *_, created in PEOPLE]


@pytest.fixture(params=APIS)
async def api(request, provider, answering, open_own):
    """The directory, what it was asked, and the name of the parameter."""
    page, answer, parameter = APIS[request.param]
    provider.answer = lambda asked: answer(asked, answering)
    return await open_own(page), provider, parameter


async def found(directories, filters, limit=25, **query):
    return await directories.users(Request("list", "acme", Query(conditions(filters), **query), limit))


def ids(page):
    return [each.user.id for each in page.users]


def expressions(provider, parameter):
    return [asked.query[parameter] for asked in provider.asked if parameter in asked.query]


@pytest.mark.parametrize(("identifier", "email"), [(row[0], row[1]) for row in PEOPLE[:7]])
async def test_a_look_up_by_address_is_one_request_and_finds_its_user(api, identifier, email):
    directories, provider, parameter = api
    lookup = await directories.user_by_email("acme", email)
    assert lookup.user is not None
    assert (lookup.user.id, lookup.complete) == (identifier, True)
    assert len(provider.asked) == len(expressions(provider, parameter)) == 1


@pytest.mark.parametrize(
    "text",
    ["x' or 'a' eq 'a", 'x" or userName pr or emails.value eq "', "x\\", 'x\\" or emails.value pr or "\\'],
)
async def test_an_address_that_is_syntax_finds_nobody_else(api, text):
    directories, _, _ = api
    lookup = await directories.user_by_email("acme", f"{text}@acme.example".replace(" ", "+"))
    assert (lookup.user, lookup.others) == (None, ())


async def test_conditions_are_joined_in_one_request(api):
    directories, provider, parameter = api
    page = await found(directories, {"state": "active", "email": ["ada@acme.example", "user7@acme.example"]})
    assert (ids(page), page.complete) == (["1", "7"], True)
    (sent,) = {*expressions(provider, parameter)}
    assert " or " in sent
    assert " and " in sent


async def test_a_list_of_many_pages_keeps_its_expression(api, turn_pages, ids_of):
    directories, provider, parameter = api
    pages = await turn_pages(directories, "acme", 5, Query(conditions({"state": "active"})))
    assert sorted(ids_of(pages)) == sorted(row[0] for row in PEOPLE if row[3])
    assert pages[-1].complete
    assert {*expressions(provider, parameter)} == {f"{'active' if parameter == 'filter' else 'accountEnabled'} eq true"}
    assert all(parameter in asked.query for asked in provider.asked)


async def test_users_are_counted_by_an_expression(api):
    directories, _, _ = api
    (counted,) = (await directories.count(Request("count", "acme", Query(conditions({"state": "inactive"}))))).counts
    assert (counted.count, counted.exactness) == (sum(not row[3] for row in PEOPLE), "exact")


@pytest.mark.parametrize("text", ["user1", "USER1", "o'n", '"a', "back\\"])
async def test_a_beginning_is_asked_for(api, text):
    directories, provider, parameter = api
    page = await found(directories, {"email": {"starts_with": text}})
    assert ids(page) == [row[0] for row in PEOPLE if row[1].lower().startswith(text.lower())]
    assert expressions(provider, parameter)


@pytest.mark.parametrize("operator", ["after", "before"])
async def test_the_bound_of_a_time_is_believed_once_it_was_seen_to_be_kept(api, operator):
    directories, provider, parameter = api
    bound = CREATED[10]
    page = await found(directories, {"created_at": {operator: bound}})
    wanted = [row[0] for row in PEOPLE if (row[4] >= bound if operator == "after" else row[4] < bound)]
    assert (ids(page), page.complete) == (wanted, True)
    assert expressions(provider, parameter)


async def test_a_value_in_another_letter_case_is_found(api):
    directories, _, _ = api
    assert ids(await found(directories, {"email": "GRACE@ACME.EXAMPLE"})) == ["2"]


async def test_a_filter_that_the_api_does_not_keep_is_seen_through(provider, answering, open_own):
    """As with a parameter, what comes is held against what was asked: then everybody is looked at."""
    provider.answer = lambda asked: scim_answer(_without_filter(asked), answering)
    directories = await open_own(SCIM_PAGE)
    page = await found(directories, {"email": "o'neil@acme.example"})
    assert ids(page) in (["3"], [])
    again = await found(directories, {"email": "o'neil@acme.example"})
    assert ids(again) == ["3"]
    assert directories.directory("acme").observed.distrusted


def _without_filter(asked):
    kept = "&".join(part for part in asked.target.partition("?")[2].split("&") if not part.startswith("filter="))
    return type(asked)(asked.method, f"{asked.path}?{kept}", asked.headers)


async def test_a_search_is_one_expression_with_the_filters(provider, answering, open_own):
    provider.answer = lambda asked: scim_answer(asked, answering)
    directories = await open_own(SCIM_PAGE)
    query = Query(conditions({"state": "active"}), text='"the rock"')
    page = await directories.users(Request("search", "acme", query, 25))
    assert ids(page) == ["4"]
    assert expressions(provider, "filter")[0] == (
        'active eq true and (name.formatted co "\\"the rock\\"" or emails.value co "\\"the rock\\"")'
    )


async def test_what_one_condition_of_a_fixed_filter_leaves_out_stays_out(provider, answering, open_own):
    provider.answer = lambda asked: scim_answer(asked, answering)
    fixed = 'parameters = { filter = "active eq true or name.formatted pr and active eq true" }\n[filters]'
    directories = await open_own(SCIM_PAGE.replace("[filters]", fixed, 1))
    assert ids(await found(directories, {"email": "o'neil@acme.example"})) == []
    assert ids(await found(directories, {"email": "ada@acme.example"})) == ["1"]
    assert len((await found(directories, {}, limit=100)).users) == sum(row[3] for row in PEOPLE)


async def test_what_can_neither_be_asked_for_nor_be_checked_is_refused(provider, answering, open_own):
    provider.answer = lambda asked: scim_answer(asked, answering)
    rule = 'role = { parameter = "filter", attribute = "userType", type = "number", match = "exact" }'
    directories = await open_own(SCIM_PAGE.replace("[values]", f"{rule}\n[values]"))
    with pytest.raises(InvalidArgument, match=r"filters\.role: this directory's API cannot be asked for that"):
        await found(directories, {"role": "guest"})
    assert provider.asked == []
