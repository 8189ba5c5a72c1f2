"""How APIs say that nobody has an id, and when they are believed."""

import pytest

from user_directories.errors import UpstreamRefused

PAGE = """
version = 1
name = "acme"
title = "Acme HR"
docs = "https://hr.acme.example/docs"
auth = {{ environment = "ACME_KEY" }}
get = {{ path = "/people/{{id}}", item = "person"{more} }}
list.path = "/p"
list.items = "@"
list.page_size = {{ parameter = "n" }}
list.pagination = {{ strategy = "page", parameter = "p" }}
user = {{ id = "id" }}
"""


@pytest.fixture
def opened(provider, answering, open_own):
    """A directory of one user, whose get-one endpoint answers so to every other id."""

    async def directory(status, body, *, finds=True, more=""):
        def answer(asked):
            if "/people/" not in asked.path:
                return answering([{"id": "ada"}] if asked.query.get("p", "1") == "1" else [])
            is_ada = finds and asked.path.endswith("/ada")
            return answering({"person": {"id": "ada"}}) if is_ada else answering(body, status)

        provider.answer = answer
        return await open_own(PAGE.format(more=more))

    return directory


def walked(provider):
    return sum(asked.path == "/p" for asked in provider.asked) > 1


@pytest.mark.parametrize(("status", "body"), [(404, {}), (410, {"error": "gone"}), (200, {}), (200, {"person": None})])
async def test_nobody_is_believed_where_somebody_is_found(provider, opened, status, body):
    directories = await opened(status, body)
    lookup = await directories.user_by_id("acme", "nobody")
    assert (lookup.user, lookup.complete, walked(provider)) == (None, True, False)
    assert (await directories.user_by_id("acme", "ada")).user is not None


@pytest.mark.parametrize(("status", "body"), [(404, {}), (410, {}), (200, {}), (200, {"person": {"id": "eve"}})])
async def test_nobody_is_not_believed_where_nobody_is_ever_found(provider, opened, status, body):
    """`get.path` or `get.item` may be wrong: everybody is looked at."""
    directories = await opened(status, body, finds=False)
    lookup = await directories.user_by_id("acme", "ada")
    assert (lookup.user.id, lookup.complete) == ("ada", True)
    assert (await directories.user_by_id("acme", "nobody")).complete
    assert walked(provider)


async def test_a_manifest_can_name_other_statuses(opened):
    directories = await opened(403, {}, more=", nobody = [403]")
    lookup = await directories.user_by_id("acme", "nobody")
    assert (lookup.user, lookup.complete) == (None, True)


async def test_the_refusal_of_an_id_advises_what_a_look_up_can_do(opened):
    with pytest.raises(UpstreamRefused, match=r"does not take such an id \(400\)") as refused:
        await (await opened(400, {})).user_by_id("acme", "nobody")
    assert "filters" not in str(refused.value)


async def test_an_endpoint_that_gives_the_same_user_for_any_id_is_not_believed(provider, answering, open_own):
    """It finds the first user of the list, who is asked for to prove it; Eve is there all the same."""

    def answer(asked):
        if "/people/" in asked.path:
            return answering({"person": {"id": "ada"}})
        return answering([{"id": "ada"}, {"id": "eve"}] if asked.query.get("p", "1") == "1" else [])

    provider.answer = answer
    directories = await open_own(PAGE.format(more=""))
    assert (await directories.user_by_id("acme", "ada")).user.id == "ada"
    assert (await directories.user_by_id("acme", "eve")).user.id == "eve"


@pytest.mark.parametrize(("status", "body"), [(404, {}), (410, {}), (204, b""), (200, {}), (200, {"person": None})])
async def test_an_endpoint_that_finds_nobody_any_more_is_not_believed(provider, answering, open_own, status, body):
    """A gateway that has lost its route answers so for everybody."""
    finds = True

    def answer(asked):
        if "/people/" not in asked.path:
            return answering([{"id": "ada"}, {"id": "eve"}] if asked.query.get("p", "1") == "1" else [])
        return answering({"person": {"id": asked.path.rpartition("/")[2]}}) if finds else answering(body, status)

    provider.answer = answer
    directories = await open_own(PAGE.format(more=""))
    assert (await directories.user_by_id("acme", "ada")).user.id == "ada"
    finds = False
    lookup = await directories.user_by_id("acme", "eve")
    assert (lookup.user.id, lookup.complete) == ("eve", True)
    assert (await directories.user_by_id("acme", "nobody")).complete


async def test_where_the_known_user_is_gone_another_shows_that_the_endpoint_works(provider, answering, open_own):
    there = ["ada", "eve"]

    def answer(asked):
        if "/people/" not in asked.path:
            return answering([{"id": each} for each in there] if asked.query.get("p", "1") == "1" else [])
        wanted = asked.path.rpartition("/")[2]
        return answering({"person": {"id": wanted}}) if wanted in there else answering({}, 404)

    provider.answer = answer
    directories = await open_own(PAGE.format(more=""))
    assert (await directories.user_by_id("acme", "ada")).user.id == "ada"
    there.remove("ada")
    lookup = await directories.user_by_id("acme", "ada")
    assert (lookup.user, lookup.complete, walked(provider)) == (None, True, False)
