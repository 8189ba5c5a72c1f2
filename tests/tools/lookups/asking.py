"""Questions asked to the end: every page, every cursor."""

from collections.abc import Iterable


async def turn_pages(ask, tool: str = "search_users", limit: int = 100, **arguments: object) -> list[dict]:
    """All pages; the last one says that it is complete, and none before."""
    pages = [await ask(tool, limit=limit, **arguments)]
    while "cursor" in pages[-1]:
        assert pages[-1]["complete"] is False
        pages.append(await ask(tool, cursor=pages[-1]["cursor"]))
    assert pages[-1]["complete"] is True
    return pages


async def count(ask, **arguments: object) -> int:
    """The number of users, which the last answer calls exact."""
    answer = await ask("get_user_count", **arguments)
    while "cursor" in answer:
        answer = await ask("get_user_count", cursor=answer["cursor"])
    assert answer["exactness"] == "exact"
    return answer["count"]


def rows(pages: Iterable[dict]) -> list[dict]:
    return [dict(zip(page["columns"], row, strict=True)) for page in pages for row in page["rows"]]


def ids(*pages: dict) -> list[str]:
    return sorted(row["id"] for row in rows(pages))


def assert_is_empty(page: dict) -> None:
    """Nobody was found, and nothing is left to look at."""
    assert (page["rows"], page["returned"], page["complete"], page.get("cursor")) == ([], 0, True, None)
