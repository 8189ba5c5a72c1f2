"""A provider that refuses to search for a text is no reason not to find it."""

import pytest

from user_directories import Query, Request
from user_directories.errors import UpstreamRefused

from ..acme import ACME

PAGE = (
    ACME
    + """\
list.path = "/p"
list.items = "@"
list.page_size = { parameter = "n", maximum = 50 }
list.pagination = { strategy = "page", parameter = "p" }
search = { parameter = "q", match = "contains" }
user = { id = "id", name = "name" }
"""
)
PEOPLE = [{"id": "1", "name": "Ada King"}, {"id": "2", "name": "Li O'Brien"}]


@pytest.mark.parametrize("status", [400, 404, 422])
@pytest.mark.parametrize(("text", "ids"), [("Li", ["2"]), ("O'Brien", ["2"]), ("nobody", [])])
async def test_everybody_is_looked_at_if_the_provider_refuses_to_search(
    provider, answering, open_own, turn_pages, ids_of, status, text, ids
):
    def answer(asked):
        if "q" in asked.query:
            return answering({"message": "too short"}, status)
        return answering(PEOPLE if asked.query.get("p", "1") == "1" else [])

    provider.answer = answer
    pages = await turn_pages(await open_own(PAGE), "acme", 10, Query(text=text))
    assert ids_of(pages) == ids
    assert pages[-1].complete


async def test_a_refusal_to_list_anybody_is_an_error(provider, answering, open_own):
    provider.answer = lambda _: answering({}, 400)
    with pytest.raises(UpstreamRefused):
        await (await open_own(PAGE)).users(Request("search", "acme", Query(text="Ada"), 10))
