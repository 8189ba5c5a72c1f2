"""What a provider's search chose is told of only if it passed the check: it chooses by what nobody may see, too."""

import pytest

from user_directories import Budget, Query, Request

PAGE = """
version = 1
name = "acme"
title = "Acme"
docs = "https://acme.example/docs"
[auth]
environment = "ACME_KEY"
[list]
path = "/people"
items = "@"
page_size = { parameter = "n", maximum = 10 }
pagination = { strategy = "page", parameter = "p" }
[search]
parameter = "q"
match = "contains"
[user]
id = "id"
name = "name"
"""
PEOPLE = [{"id": str(number), "name": "Ada King" if number == 4 else f"Grace {number}"} for number in range(7)]


@pytest.mark.parametrize(("chosen", "told"), [(PEOPLE[:5], 1), (PEOPLE[4:5], 1), (PEOPLE, 1)])
async def test_rows_that_a_search_chose_and_that_do_not_match_are_not_told_of(
    provider, answering, open_own, chosen, told
):
    def answer(asked):
        rows = chosen if "q" in asked.query else PEOPLE
        return answering(rows if asked.query.get("p", "1") == "1" else [])

    provider.answer = answer
    budgets: list[Budget] = []

    def budget():
        budgets.append(Budget())
        return budgets[-1]

    directories = await open_own(PAGE, budget=budget)
    page = await directories.users(Request("search", "acme", Query(text="ada"), 10))
    assert ([found.user.id for found in page.users], page.scanned) == (["4"], told)
    assert (budgets[0].told, budgets[0].looked_at) == (told, len(chosen))
    rest = await directories.users(Request("search", "acme", Query(), 10, page.cursor))
    assert (rest.complete, rest.scanned, budgets[1].told) == (True, len(PEOPLE), len(PEOPLE))
