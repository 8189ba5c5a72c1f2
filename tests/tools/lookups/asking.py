"""Questions asked to the end: every page, every cursor."""

from collections.abc import Iterable


async def turn_pages(ask, tool: str = "search_users", limit: int = 100, **arguments: object) -> list[dict]:
    """All pages; the last one says that it is complete, or which users it could not judge, and none before."""
    pages = [await ask(tool, limit=limit, **arguments)]
    while "cursor" in pages[-1]:
        assert pages[-1]["complete"] is False
        pages.append(await ask(tool, cursor=pages[-1]["cursor"]))
    assert pages[-1]["complete"] is True or is_unread(pages[-1])
    return pages


def is_unread(answer: dict) -> bool:
    """Whether an answer says that some users may match, too: of Delay's word "risky", no document says the state."""
    return any("state cannot be read in" in note and '("risky")' in note for note in answer.get("notes", ()))


async def count(ask, **arguments: object) -> int:
    """The number of users, which the last answer calls exact."""
    answer = await ask("get_user_count", **arguments)
    while "cursor" in answer:
        answer = await ask("get_user_count", cursor=answer["cursor"])
    assert answer["exactness"] == ("at_least" if is_unread(answer) else "exact")
    return answer["count"]


def rows(pages: Iterable[dict]) -> list[dict]:
    return [dict(zip(page["columns"], row, strict=True)) for page in pages for row in page["rows"]]


def ids(*pages: dict) -> list[str]:
    return sorted(row["id"] for row in rows(pages))


def assert_is_empty(page: dict) -> None:
    """Nobody was found, and nothing is left to look at."""
    assert (page["rows"], page["returned"], page["complete"], page.get("cursor")) == ([], 0, True, None)
