"""Whatever is typed is plain text: nothing in it is an operator, a wildcard or a command to anybody."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from user_directories import InvalidArgument
from user_directory_sandbox import DIRECTORIES

from ...thoroughness import some
from .asking import assert_is_empty, count, ids, turn_pages
from .population import ALL_FIELDS, FIELDS, PEOPLE, having, matching, offered, words

OPERATORS = (
    "*", "?", "%", "_", "ma*", "*@acme.example", "%acme%", "AND", "OR", "NOT", "maria AND acme", "acme OR hooli",
    "name:x", "emails.email:acme", "_exists_:email", "+acme", "-acme", "!acme", "acme~2", "[a TO z]", "acme && maria",
    "/.*/", "\\", "\\\\", "acme\\", "acme\\.example", "acme:",
)  # fmt: skip
QUOTED = ('"acme"', '"maria acme"', '"acme', "'acme'", "(acme)", "(maria OR (acme", "“acme”", "acme,", "`acme`")
HOSTILE = (
    "' OR '1'='1", "'; DROP TABLE users;--", "<script>", "../..", "#", "?x=1&y=2", "a&b=c", "/", "%00", "%20", "50%",
    "+", "{id}", "null", "0", "-1", "[]", '{"status": "active"}', "@", ".", "-", "'", "é" * 256,
)  # fmt: skip
SYNTAX = (
    "*", "%", "ma*", "*@acme.example", "%acme%", "maria AND acme", "acme OR hooli", "name:x", "acme && maria",
    "(maria OR (acme", "' OR '1'='1", "%00", "%20",
)  # fmt: skip
"""Of these, what is the syntax of another search, which means nothing here: it is refused."""
COPIED = {
    "acme\x00": "acme", "ac\x00me": "acme", "acme\x1b[0m": "acme", "acme\r\nexample": "acme example",
    "\tacme\t": "acme",
    "acme\x85example": "acme example", "acme\u2028example": "acme example", "acme\u00a0example": "acme example",
    "\u3000acme": "acme", "ac\u200bme": "acme", "\u202eacme": "acme", "\u200eacme\u200f": "acme", "ac\u00adme": "acme",
}  # fmt: skip
"""What nobody sees comes along when text is copied; what is seen is what is meant."""
UNSEEN = ("\x00", "\x1b[31m", "\x7f", "\U000e0061", "\u200b", "\u202e\u202c")
NO_WORDS = ("(", '"', ",", "( ; )", "\u0301")


@pytest.mark.parametrize(
    ("query", "directory"), some([*OPERATORS, *QUOTED, *HOSTILE, "ａｃｍｅ"], DIRECTORIES, one_of=6)
)
async def test_a_text_is_looked_for_as_it_is_typed(ask, query: str, directory: str) -> None:
    if query in SYNTAX:
        with pytest.raises(InvalidArgument, match=r"wildcard|operator|names a field"):
            await ask("search_users", directory=directory, query=query)
        return
    truth = matching(PEOPLE[directory], query)
    assert ids(*await turn_pages(ask, directory=directory, query=query)) == truth
    assert await count(ask, directory=directory, query=query) == len(truth)


@pytest.mark.parametrize(("query", "directory"), some(COPIED, DIRECTORIES, one_of=3))
async def test_a_text_is_looked_for_as_it_is_seen(ask, query: str, directory: str) -> None:
    assert ids(*await turn_pages(ask, directory=directory, query=query)) == matching(PEOPLE[directory], COPIED[query])


@pytest.mark.parametrize("query", UNSEEN)
async def test_a_text_that_nobody_sees_is_no_question(ask, query: str) -> None:
    with pytest.raises(InvalidArgument, match="query is missing"):
        await ask("search_users", query=query)
    with pytest.raises(InvalidArgument, match="query is empty"):
        await ask("get_user_count", query=query)


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_an_address_is_found_however_it_was_copied(ask, directory: str) -> None:
    user = next(user for user in PEOPLE[directory] if user.emails)
    address = f"\u202a{user.emails[0]}\u202c\u200b"
    assert (await ask("get_user", directory=directory, email=address))["user"]["id"] == user.id
    assert ids(await ask("list_users", directory=directory, filters={"email": address})) == [user.id]


@pytest.fixture
async def lucene(request: pytest.FixtureRequest, control: httpx2.AsyncClient) -> AsyncIterator[None]:
    """MonoCloud reads operators, and wants all words of a text or any."""
    sent = {"filter_syntax": "lucene", "filter_words": request.param}
    (await control.post("monocloud/behaviour", json=sent)).raise_for_status()
    yield
    await control.post("monocloud/reset")


@pytest.mark.usefixtures("lucene")
@pytest.mark.parametrize(
    ("query", "lucene"),
    some([each for each in (*OPERATORS, *QUOTED) if each not in SYNTAX], ["all", "any"], one_of=2),
    indirect=["lucene"],
)
async def test_a_provider_that_reads_operators_is_given_plain_text(ask, query: str) -> None:
    truth = matching(PEOPLE["monocloud"], query)
    assert ids(*await turn_pages(ask, directory="monocloud", query=query)) == truth


async def number_found(ask, tool: str, **arguments: object) -> int:
    """How many users a first answer speaks of; a question that is refused finds nobody."""
    try:
        answer = await ask(tool, **arguments)
    except InvalidArgument:
        return 0
    return answer["returned"] if "returned" in answer else answer["count"]


@pytest.mark.parametrize("directory", DIRECTORIES)
@pytest.mark.parametrize("query", NO_WORDS)
async def test_a_text_without_a_word_does_not_mean_everybody(ask, query: str, directory: str) -> None:
    for tool in ("search_users", "get_user_count"):
        assert await number_found(ask, tool, directory=directory, query=query) == 0


@pytest.mark.parametrize("directory", [name for name in DIRECTORIES if "name" in FIELDS[name]])
@pytest.mark.parametrize("name", NO_WORDS)
async def test_a_name_without_a_word_does_not_mean_everybody(ask, name: str, directory: str) -> None:
    for tool in ("list_users", "search_users", "get_user_count"):
        assert await number_found(ask, tool, directory=directory, filters={"name": name}) == 0


@pytest.mark.parametrize(
    ("value", "directory"),
    some([*OPERATORS[:6], *HOSTILE[:6], *UNSEEN[:3], "a,b", *NO_WORDS], DIRECTORIES, one_of=6),
)
async def test_a_filter_compares_odd_values_as_they_are(ask, value: str, directory: str) -> None:
    fields = {*FIELDS[directory]}.intersection(("id", "email", "name", "given_name", "family_name", "username"))
    for field in sorted(fields):
        if field == "email" or (field != "id" and value in (*SYNTAX, "<script>")):
            with pytest.raises(InvalidArgument, match=r"not a whole address|wildcard|operators"):
                await ask("list_users", directory=directory, filters={field: value})
        elif field != "name" or words(value):
            assert having(PEOPLE[directory], **{field: value}) == []
            assert_is_empty(await ask("list_users", directory=directory, filters={field: value}))


@pytest.mark.parametrize(
    ("value", "directory"),
    some([*OPERATORS[:6], "\\", *HOSTILE[::2], *UNSEEN[:4], *NO_WORDS], DIRECTORIES, one_of=3),
)
async def test_an_odd_id_is_nobodys_and_an_odd_address_is_none(ask, value: str, directory: str) -> None:
    answer = await ask("get_user", directory=directory, id=value)
    assert (answer["found"], answer["complete"], answer.get("cursor")) == (False, True, None)
    with pytest.raises(InvalidArgument, match=r"not a whole address|id or email is missing|Give an id or an email"):
        await ask("get_user", directory=directory, email=value)


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_two_ids_in_one_text_are_no_list(ask, directory: str) -> None:
    asked = ",".join(user.id for user in PEOPLE[directory][:2])
    assert_is_empty(await ask("list_users", directory=directory, filters={"id": asked}))


@pytest.mark.parametrize("directory", [*DIRECTORIES, None])
@pytest.mark.parametrize("blank", ["", " ", "   \t\n ", "\u00a0", "\u3000\u2003"])
async def test_only_spaces_are_no_question(ask, blank: str, directory: str | None) -> None:
    with pytest.raises(InvalidArgument, match=r"query is missing\. Give a name, an email or an id"):
        await ask("search_users", directory=directory, query=blank)


@pytest.mark.parametrize("directory", [*DIRECTORIES, None])
@pytest.mark.parametrize("tool", ["search_users", "get_user_count"])
@pytest.mark.parametrize("length", [257, 10_000])
async def test_a_text_that_is_too_long_is_refused_with_the_limit(
    ask, length: int, tool: str, directory: str | None
) -> None:
    with pytest.raises(InvalidArgument, match=rf"query: it has {length} characters; the limit is 256"):
        await ask(tool, directory=directory, query="x" * length)


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_a_value_or_an_id_that_is_too_long_is_refused_with_the_limit(ask, directory: str) -> None:
    with pytest.raises(InvalidArgument, match=r"filters\.email: a value has 257 characters; the limit is 256"):
        await ask("list_users", directory=directory, filters={"email": "x" * 257})
    for key in ("id", "email"):
        with pytest.raises(InvalidArgument, match="at most 512 characters"):
            await ask("get_user", directory=directory, **{key: "x" * 513})


@pytest.mark.parametrize("directory", [*DIRECTORIES, None])
@pytest.mark.parametrize("tool", ["list_users", "search_users", "get_user_count"])
@pytest.mark.parametrize("field", ["age", "Email", "emails", "created", "seen_at", "user_type", "", "$or"])
async def test_a_filter_that_does_not_exist_is_refused_with_those_that_do(
    ask, field: str, tool: str, directory: str | None
) -> None:
    where = directory or ("delay" if tool == "list_users" else None)
    with pytest.raises(InvalidArgument, match=r"filters: unknown field") as raised:
        await ask(tool, directory=where, filters={field: "x"})
    named = {*str(raised.value).partition("Use: ")[2].rstrip(".").split(", ")}
    assert named == offered(FIELDS[where] if where else ALL_FIELDS)


@pytest.mark.parametrize("directory", DIRECTORIES)
@pytest.mark.parametrize("tool", ["list_users", "search_users", "get_user_count"])
@pytest.mark.parametrize("number", [51, 200])
async def test_too_many_ids_are_refused_with_what_to_do(ask, number: int, tool: str, directory: str) -> None:
    many = [user.id for user in PEOPLE[directory][:number]]
    with pytest.raises(
        InvalidArgument, match=rf"filters\.id: it has {number} values; the limit is 50 per call\. Split them"
    ):
        await ask(tool, directory=directory, filters={"id": many})
