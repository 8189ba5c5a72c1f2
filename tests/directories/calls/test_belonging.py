"""An endpoint that gives anybody by id, as GitHub's does: whom another does not know as a member is not in the list."""

import pytest

from user_directories import ConfigurationError, UpstreamError, load_manifest

from ..acme import ACME

PAGE = (
    ACME
    + """\
[list]
path = "/members"
items = "@"
page_size = { parameter = "n", maximum = 50 }
pagination = { strategy = "page", parameter = "p" }
[get]
path = "/anybody/{id}"
belongs_by = "username"
only = ["name", "role"]
[get.username]
path = "/memberships/{value}"
items = "[@][?state == 'active'].merge(user, {role: role})"
[user]
id = "id"
name = "name"
username = "login"
role = "role"
"""
)
MEMBERS = [{"id": number, "login": f"login{number}"} for number in range(60)]
INVITED, OUTSIDER, NOBODY = "60", "61", "62"


class Acme:
    """60 members, one who is invited, and one outsider; `memberships` answers in place of what is so."""

    def __init__(self, answering, memberships=None, record=lambda record: record):
        self.answering, self.memberships, self.record = answering, memberships, record

    def __call__(self, asked):
        kind, _, value = asked.path[1:].partition("/")
        if kind == "members":
            size, page = int(asked.query["n"]), int(asked.query.get("p", "1"))
            return self.answering(MEMBERS[(page - 1) * size : page * size])
        if kind == "anybody":
            known = value != NOBODY
            record = self.record({"id": int(value), "login": f"login{value}", "name": f"Name {value}"})
            return self.answering(record if known else {}, 200 if known else 404)
        if self.memberships is not None:
            return self.memberships
        return self.membership(value.removeprefix("login"))

    def membership(self, number):
        if number not in (INVITED, *(str(each["id"]) for each in MEMBERS)):
            return self.answering({}, 404)
        user = {"id": int(number), "login": f"login{number}"}
        return self.answering({"state": "pending" if number == INVITED else "active", "role": "admin", "user": user})


def paths(provider):
    return [asked.path for asked in provider.asked]


async def test_a_member_is_found_in_two_requests_with_what_both_say(provider, answering, open_own):
    provider.answer = Acme(answering)
    found = await (await open_own(PAGE)).user_by_id("acme", "7")
    assert (found.user.id, found.user.name, found.user.role, found.complete) == ("7", "Name 7", "admin", True)
    assert paths(provider) == ["/anybody/7", "/memberships/login7"]


@pytest.mark.parametrize("identity", [INVITED, OUTSIDER, NOBODY])
async def test_who_is_no_member_is_not_in_the_directory_and_that_is_certain(provider, answering, open_own, identity):
    provider.answer = Acme(answering)
    found = await (await open_own(PAGE)).user_by_id("acme", identity)
    assert (found.user, found.complete) == (None, True)


@pytest.mark.parametrize("identity", [INVITED, OUTSIDER, NOBODY, "7"])
@pytest.mark.parametrize(
    ("status", "body"),
    [(404, {}), (200, {}), (200, []), (200, {"state": "active", "role": "admin", "user": {"id": 999}})],
    ids=["a path that has moved", "an empty object", "an empty list", "another user"],
)
async def test_where_nobody_is_known_as_a_member_the_list_decides(
    provider, answering, open_own, status, body, identity
):
    """A token without the right to ask gets 404 for everybody, too."""
    provider.answer = Acme(answering, memberships=answering(body, status))
    found = await (await open_own(PAGE)).user_by_id("acme", identity)
    assert found.complete
    assert (found.user.id if found.user else None) == ("7" if identity == "7" else None)
    assert "/members" in paths(provider)


@pytest.mark.parametrize("identity", [OUTSIDER, "7"])
async def test_a_record_without_the_username_is_no_proof_and_the_list_decides(provider, answering, open_own, identity):
    provider.answer = Acme(answering, record=lambda record: {**record, "login": None})
    found = await (await open_own(PAGE)).user_by_id("acme", identity)
    assert (found.user.id if found.user else None, found.complete) == ("7" if identity == "7" else None, True)
    assert not any(path.startswith("/memberships") for path in paths(provider))


async def test_a_refusal_of_the_proof_is_an_error_and_shows_no_outsider(provider, answering, open_own):
    provider.answer = Acme(answering, memberships=answering({}, 403))
    with pytest.raises(UpstreamError) as refusal:
        await (await open_own(PAGE)).user_by_id("acme", OUTSIDER)
    assert refusal.value.kind == "forbidden"


async def test_a_hidden_username_proves_a_member_all_the_same(provider, answering, open_own):
    provider.answer = Acme(answering)
    directories = await open_own(PAGE + 'show = { username = "none" }\n')
    found = await directories.user_by_id("acme", "7")
    assert (found.user.id, found.user.username, found.complete) == ("7", None, True)
    assert (await directories.user_by_id("acme", OUTSIDER)).user is None


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        (PAGE.replace('belongs_by = "username"', 'belongs_by = "email"'), r"`belongs_by` needs \[get.email\]"),
        (PAGE.replace('path = "/anybody/{id}"', ""), "`belongs_by` says nothing without `path`"),
        (PAGE.replace('username = "login"', ""), "get.belongs_by names username, which is not a field of"),
    ],
)
def test_a_page_that_cannot_tell_members_is_refused(tmp_path, page, problem):
    file = tmp_path / "acme.toml"
    file.write_text(page, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=problem):
        load_manifest(file)
