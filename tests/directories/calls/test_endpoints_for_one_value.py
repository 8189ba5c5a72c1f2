"""Endpoints that give users by an id in a parameter, by an address or by a username: one request, and no more trust."""

import pytest

from user_directories import ConfigurationError, MemoryStore, Query, Request, UpstreamError, conditions, load_manifest
from user_directories.planning.query import read_order

from ..acme import ACME

PAGE = (
    ACME
    + """\
[list]
path = "/people"
items = "@"
page_size = { parameter = "n", maximum = 50 }
pagination = { strategy = "page", parameter = "p" }
[user]
id = "id"
email = "mail"
username = "login"
status = "status"
"""
)
BY_EMAIL = {
    "in the path": '[get.email]\npath = "/by-mail/{value}"\n',
    "in a parameter": '[get.email]\npath = "/by-mail"\nparameters = { mail = "{value}", fields = "all" }\n',
    "as a part of one": '[get.email]\npath = "/by-mail"\nparameters = { mail = "mail:{value}" }\nitems = "found"\n',
}
PEOPLE = [
    {"id": f"u{number}", "mail": f"p{number}@acme.example", "login": f"Login{number}", "status": "active"}
    for number in range(120)
]
TWINS = [{"id": "t1", "mail": "twin@acme.example"}, {"id": "t2", "mail": "Twin@acme.example"}]


class Acme:
    """The list, and the look-ups as the pages above describe them. `fold`: they ignore letter case."""

    def __init__(self, answering, people, *, fold=True, absent=404, one=False, gives=None):
        self.answering, self.people = answering, people
        self.fold, self.absent, self.one, self.gives = fold, absent, one, gives

    def __call__(self, asked):
        if asked.path == "/people":
            size, start = int(asked.query["n"]), (int(asked.query.get("p", "1")) - 1) * int(asked.query["n"])
            return self.answering(self.people[start : start + size])
        name = "login" if asked.path.startswith("/by-login") else "mail"
        value = asked.query[name] if name in asked.query else unquoted(asked.path)
        value, wrapped = value.removeprefix("mail:"), value.startswith("mail:")
        found = self.found(name, value) if self.gives is None else self.gives
        if not found and self.absent is not None:
            return self.answering({"error": "nobody"}, self.absent)
        body = found[0] if self.one else found
        return self.answering({"found": body} if wrapped else body)

    def found(self, name, value):
        key = str.casefold if self.fold else str
        return [each for each in self.people if key(each.get(name, "")) == key(value)]


def unquoted(path):
    from urllib.parse import unquote

    return unquote(path.rpartition("/")[2])


def paths(provider):
    return [asked.path for asked in provider.asked]


async def listed(directories, **filters):
    return await directories.users(Request("list", "acme", Query(conditions(filters)), 25))


@pytest.mark.parametrize("one", [True, False])
@pytest.mark.parametrize("form", BY_EMAIL)
async def test_a_look_up_by_address_is_one_request(provider, answering, open_own, form, one):
    provider.answer = Acme(answering, PEOPLE, one=one)
    found = await (await open_own(PAGE + BY_EMAIL[form])).user_by_email("acme", "P77@acme.example")
    assert (found.user.id, found.others, found.complete, found.notes) == ("u77", (), True, ())
    assert len(provider.asked) == 1
    assert provider.asked[0].path.startswith("/by-mail")


async def test_of_several_with_one_address_all_are_shown_and_none_is_picked(provider, answering, open_own):
    """As Auth0's users-by-email gives them: https://auth0.com/docs/api/management/v2/users-by-email."""
    provider.answer = Acme(answering, [*PEOPLE, *TWINS])
    directories = await open_own(PAGE + BY_EMAIL["in a parameter"])
    found = await directories.user_by_email("acme", "twin@acme.example")
    assert ([found.user.id, *(other.id for other in found.others)], found.complete) == (["t1", "t2"], True)
    assert [note.kind for note in found.notes] == ["same_address"]
    assert paths(provider) == ["/by-mail"]


@pytest.mark.parametrize("absent", [404, 410, 403, None])
async def test_that_nobody_has_an_address_is_certain_where_the_look_up_ignores_letter_case(
    provider, answering, open_own, absent
):
    provider.answer = Acme(answering, PEOPLE, absent=absent)
    directories = await open_own(PAGE + BY_EMAIL["in a parameter"] + "absent = [403]\n")
    for requests in (4, 2):  # nobody, twice; a page, and one of it in another case; then nobody, twice
        before = len(provider.asked)
        found = await directories.user_by_email("acme", "nobody@acme.example")
        assert (found.user, found.complete, found.cursor, found.notes) == (None, True, None, ())
        assert len(provider.asked) - before == requests


async def test_where_it_compares_letter_case_everybody_is_looked_at_before_nobody_has_an_address(
    provider, answering, open_own
):
    provider.answer = Acme(answering, [*PEOPLE, {"id": "late", "mail": "Late@acme.example"}], fold=False)
    directories = await open_own(PAGE + BY_EMAIL["in the path"])
    found = await directories.user_by_email("acme", "late@ACME.example")
    assert (found.user, found.complete) == (None, False)
    page = await directories.users(Request("search", "acme", Query(), 25, found.cursor))
    assert ([each.user.id for each in page.users], page.complete) == (["late"], True)


async def test_whom_a_look_up_is_documented_not_to_find_is_looked_for_in_the_list(provider, answering, open_own):
    """As deactivated members of Slack: https://docs.slack.dev/reference/methods/users.lookupByEmail."""
    gone = {"id": "gone", "mail": "gone@acme.example"}
    api = Acme(answering, PEOPLE)
    listing = Acme(answering, [*PEOPLE, gone])
    provider.answer = lambda asked: (listing if asked.path == "/people" else api)(asked)
    directories = await open_own(PAGE + BY_EMAIL["in a parameter"] + "whole = false\n")
    found = await directories.user_by_email("acme", "p3@acme.example")
    assert (found.user.id, found.complete, len(provider.asked)) == ("u3", False, 1)
    assert "perhaps_others" in [note.kind for note in found.notes]
    for address, expected in (("gone@acme.example", ["gone"]), ("nobody@acme.example", [])):
        found = await directories.user_by_email("acme", address)
        assert "filter_ignored" not in [note.kind for note in found.notes]
        seen, complete, cursor = [found.user.id] if found.user else [], found.complete, found.cursor
        while cursor:
            page = await directories.users(Request("search", "acme", Query(), 25, cursor))
            seen += [each.user.id for each in page.users]
            complete, cursor = page.complete, page.cursor
        assert (seen, complete) == (expected, True)


async def test_a_look_up_that_was_moved_is_not_believed(provider, answering, open_own):
    provider.answer = Acme(answering, PEOPLE, gives=[])
    directories = await open_own(PAGE + BY_EMAIL["in the path"])
    found = await directories.user_by_email("acme", "p77@acme.example")
    assert (found.user is None) is not found.complete
    for _ in range(2):
        found = await directories.user_by_email("acme", "p3@acme.example")  # who stands on the page that was seen
        assert (found.user.id, found.complete) == ("u3", True)


async def test_who_has_another_address_is_not_shown_and_the_look_up_is_trusted_no_more(provider, answering, open_own):
    provider.answer = Acme(answering, PEOPLE, gives=PEOPLE[:1])
    directories = await open_own(PAGE + BY_EMAIL["in the path"])
    for _ in range(2):
        found = await directories.user_by_email("acme", "p77@acme.example")
        assert (found.user.id, found.complete) == ("u77", True)
    assert paths(provider).count("/by-mail/p77%40acme.example") == 1


async def test_an_error_in_a_body_is_not_nobody(provider, answering, open_own):
    provider.answer = lambda asked: answering({"error": "later", "found": None})
    directories = await open_own(PAGE + BY_EMAIL["as a part of one"])
    with pytest.raises(UpstreamError) as error:
        await directories.user_by_email("acme", "p77@acme.example")
    assert error.value.kind == "error_in_body"


async def test_other_filters_are_checked_here_and_an_order_is_left_to_the_list(provider, answering, open_own):
    provider.answer = Acme(answering, [*PEOPLE[:30], {**PEOPLE[30], "status": "gone"}])
    sort = '[sort]\nusername.ascending = { sort = "login" }\n'
    directories = await open_own(PAGE + BY_EMAIL["in the path"] + sort)
    assert [each.user.id for each in (await listed(directories, email="p3@acme.example", status="active")).users] == [
        "u3"
    ]
    assert (await listed(directories, email="p30@acme.example", status="active")).users == ()
    assert paths(provider)[:2] == ["/by-mail/p3%40acme.example", "/by-mail/p30%40acme.example"]
    sorted_ = Query(conditions({"email": "p9@acme.example"}), order=read_order("username:asc"))
    before = len(provider.asked)
    assert [each.user.id for each in (await directories.users(Request("list", "acme", sorted_, 25))).users] == ["u9"]
    assert set(paths(provider)[before:]) == {"/people"}
    (count,) = (
        await directories.count(Request("count", "acme", Query(conditions({"email": "p9@acme.example"}))))
    ).counts
    assert (count.count, count.exactness) == (1, "exact")


async def test_several_with_one_address_come_page_by_page_also_after_a_restart(provider, answering, open_own, ids_of):
    provider.answer = Acme(answering, TWINS)
    store, page = MemoryStore(), PAGE + BY_EMAIL["in the path"]
    query = Query(conditions({"email": "twin@acme.example"}))
    first = await (await open_own(page, store=store)).users(Request("list", "acme", query, 1))
    rest = await (await open_own(page, store=store)).users(Request("list", "acme", Query(), 25, first.cursor))
    assert (ids_of([first, rest]), rest.complete) == (["t1", "t2"], True)


async def test_a_username_is_looked_up_in_one_request_and_that_nobody_has_it_is_never_certain_at_once(
    provider, answering, open_own
):
    provider.answer = Acme(answering, PEOPLE)
    directories = await open_own(PAGE + '[get.username]\npath = "/by-login/{value}"\n')
    page = await listed(directories, username="login7")
    assert ([each.user.id for each in page.users], page.complete, paths(provider)) == (
        ["u7"],
        True,
        ["/by-login/login7"],
    )
    page = await listed(directories, username="nobody")
    assert (page.users, page.complete, page.cursor is None) == ((), False, False)


@pytest.mark.parametrize("identity", ["u7", "a/b", "../x", "ü & ?", "."])
async def test_an_id_may_stand_in_a_parameter(provider, answering, open_own, identity):
    people = [*PEOPLE[:3], {"id": identity, "mail": "x@acme.example"}]

    def answer(asked):
        if asked.path == "/one":
            return answering({"people": [each for each in people if each["id"] == asked.query["id"]]})
        return Acme(answering, people)(asked)

    provider.answer = answer
    get = '[get]\npath = "/one"\nparameters = { id = "{id}" }\nitem = "people[0]"\n'
    directories = await open_own(PAGE + get)
    found = await directories.user_by_id("acme", identity)
    assert (found.user.id, found.complete, paths(provider)) == (identity, True, ["/one"])
    found = await directories.user_by_id("acme", "nobody")
    assert (found.user, found.complete, found.scanned) == (None, True, None or found.scanned)
    assert paths(provider)[1:] == ["/one", "/one"]  # also for the one who was found before


async def test_a_status_that_says_that_nobody_has_an_id_was_called_nobody(tmp_path):
    for get, absent, told in (
        ("nobody = [403]", (403,), ("`get.nobody` is deprecated: write get.absent.",)),
        ("absent = [403]", (403,), ()),
        (
            "absent = [400]\nnobody = [403]",
            (400,),
            ("`get.nobody` is deprecated: write get.absent, which is also there and takes precedence.",),
        ),
    ):
        (tmp_path / "acme.toml").write_text(PAGE + f'[get]\npath = "/people/{{id}}"\n{get}\n')
        manifest = load_manifest(tmp_path / "acme.toml")
        assert (manifest.get.absent, manifest.deprecations()) == (absent, told)


@pytest.mark.parametrize(
    ("get", "problem"),
    [
        ("[get]", "the key `get.path` is missing"),
        ('[get]\nparameters = { id = "{id}" }', "the key `get.path` is missing"),
        ('[get]\npath = "/people"', "`get`: needs {id} in `path` or in one of `parameters`"),
        ('[get]\npath = "/p/{id}"\nparameters = { id = "{id}" }', "`get`: needs {id} in `path` or in one of"),
        ('[get.email]\npath = "/people"', "`get.email`: needs {value} in `path` or in one of `parameters`"),
        ('[get.email]\npath = "/{id}"', "`get.email`: needs {value} in `path` or in one of `parameters`"),
        (
            '[get.email]\npath = "/{value}"\nitem = "@"',
            "Valid keys there: path, parameters, items, absent, lower,",
        ),
        ('[get.phone]\npath = "/{value}"', "unknown key `get.phone`"),
        ('[get.email]\npath = "/{value}"\nabsent = [500]', "less than or equal to 499"),
        ('[get.email]\npath = "/{value}"\nitems = "["', "is not a JMESPath expression"),
    ],
)
async def test_a_wrong_form_is_one_clear_error(open_own, get, problem):
    with pytest.raises(ConfigurationError) as error:
        await open_own(PAGE + get)
    assert problem in str(error.value)
