"""One entry in JSON, also with comments: whatever else is in the file stays as it is, byte for byte."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directory_server.setup.broken_text import BrokenText
from user_directory_server.setup.formats import JSON

PATH = ("mcpServers", "user-directories")
ENTRY = {"command": "/opt/bin/user-directory-mcp", "args": ["serve"], "env": {"KEY": "${KEY}"}}

between = st.lists(
    st.sampled_from([" ", "\n", "\t", "\r\n", "// note\n", '// {"\n', '/* , } "\n */', "/**/"]), max_size=2
).map("".join)
plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=4),
)


@st.composite
def written(draw: st.DrawFn, depth: int = 2) -> str:
    """A value, as somebody may have written it."""
    kind = draw(st.sampled_from(["plain", "array", "object"])) if depth else "plain"
    if kind == "plain":
        return json.dumps(draw(plain), ensure_ascii=draw(st.booleans()), allow_nan=False) if depth else "1"
    parts = [draw(written(depth - 1)) for _ in range(draw(st.integers(0, 2)))]
    if kind == "object":
        return draw(as_object([(draw(st.text(max_size=3)), part) for part in parts]))
    return "[" + draw(joined(parts)) + "]"


@st.composite
def joined(draw: st.DrawFn, parts: list[str]) -> str:
    is_trailing = draw(st.booleans())
    comma = "," if parts and is_trailing else ""
    return ",".join(draw(between) + part + draw(between) for part in parts) + comma + draw(between)


@st.composite
def as_object(draw: st.DrawFn, members: list[tuple[str, str]]) -> str:
    named = [f"{json.dumps(name)}{draw(between)}:{draw(between)}{value}" for name, value in members]
    return "{" + draw(joined(named)) + "}"


@st.composite
def files(draw: st.DrawFn, *, servers: st.SearchStrategy[int] | None = None) -> str:
    """A file, with so many servers of others; none of them ours."""
    number = draw(servers if servers is not None else st.integers(-1, 2))
    members = [(f"o{each}", draw(written())) for each in range(draw(st.integers(0, 2)))]
    if number >= 0:
        others = draw(as_object([(f"s{each}", draw(written())) for each in range(number)]))
        members.insert(draw(st.integers(0, len(members))), ("mcpServers", others))
    return draw(between) + draw(as_object(members)) + draw(between)


def is_within(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(each in rest for each in part)


@given(files())
def test_what_is_put_in_is_there_and_nothing_of_the_file_is_lost(text: str) -> None:
    after = JSON.put(text, PATH, ENTRY)
    assert JSON.read(after)["mcpServers"]["user-directories"] == ENTRY
    assert is_within(text, after)
    before = {name: value for name, value in JSON.read(text).items() if name != "mcpServers"}
    assert before == {name: value for name, value in JSON.read(after).items() if name != "mcpServers"}


@given(files(servers=st.integers(1, 2)))
def test_put_in_and_taken_out_again_leaves_the_file_byte_for_byte(text: str) -> None:
    assert JSON.take_out(JSON.put(text, PATH, ENTRY), PATH) == text


@given(files(servers=st.integers(-1, 0)))
def test_the_first_entry_taken_out_leaves_an_empty_object_at_most(text: str) -> None:
    after = JSON.take_out(JSON.put(text, PATH, ENTRY), PATH)
    assert JSON.read(after) == {**JSON.read(text), "mcpServers": {}}


@given(files())
def test_an_entry_is_replaced_in_its_place(text: str) -> None:
    once = JSON.put(text, PATH, {"command": "old", "args": []})
    again = JSON.put(once, PATH, ENTRY)
    assert JSON.read(again) == JSON.read(JSON.put(text, PATH, ENTRY))
    assert JSON.put(again, PATH, ENTRY) == again
    assert JSON.take_out(again, PATH) == JSON.take_out(once, PATH)


@given(files(), st.sampled_from(["s0", "s1"]))
def test_an_entry_of_another_is_taken_out_alone(text: str, name: str) -> None:
    servers = dict(JSON.read(text).get("mcpServers", {}))
    servers.pop(name, None)
    assert JSON.read(JSON.take_out(text, ("mcpServers", name))).get("mcpServers", {}) == servers


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '{\n  "servers": {\n    "x": {\n      "command": "c"\n    }\n  }\n}\n'),
        (
            '{\r\n\t"servers": {\r\n\t\t"a": {} // mine\r\n\t}\r\n}',
            '{\r\n\t"servers": {\r\n\t\t"a": {}, // mine\r\n\t\t"x": {\r\n\t\t\t"command": "c"\r\n\t\t}\r\n\t}\r\n}',
        ),
        ('{"servers":{"a":{}}}', '{"servers":{"a":{}, "x": {"command": "c"}}}'),
        ("// all defaults\n", '// all defaults\n{\n  "servers": {\n    "x": {\n      "command": "c"\n    }\n  }\n}\n'),
    ],
)
def test_an_entry_is_written_as_the_file_is(before: str, after: str) -> None:
    assert JSON.put(before, ("servers", "x"), {"command": "c"}) == after


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{\n  "a": 1\n  "b": 2\n}', "line 3, column 3: a comma, or }, is expected"),
        ("{'a': 1}", "line 1, column 2: a name in quotes"),
        ('{"a": 01}', "a comma, or }, is expected"),
        ('{"a": }', "a value is expected"),
        ('{"a" 1}', "a colon is expected"),
        ('{"a": "no end', "a value is expected"),
        ('{"a": 1} {}', "nothing may follow the first value"),
        ("[]", "it holds no object in braces"),
        ('{"a": 1', "a comma, or }, is expected"),
        ("[" * 100_000, "it is nested too deeply"),
        ('{"mcpServers": []}', "`mcpServers` is no table of servers"),
        ('{"mcpServers": {}, "mcpServers": {}}', "`mcpServers` stands there twice"),
        ('{"mcpServers": {"user-directories": 1, "user-directories": 2}}', "`user-directories` stands there twice"),
    ],
)
def test_what_cannot_be_edited_is_refused_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(BrokenText, match=problem.replace("(", r"\(").replace("}", r"\}").replace("]", r"\]")):
        JSON.put(text, PATH, ENTRY)


def test_strings_and_comments_that_may_hold_keys_are_not_shown() -> None:
    text = '{"env": {"A": "canary"}, // canary\n/* canary\n */ "args": ["serve", "canary"], "esc": "\\u0063anary"}'
    shown = JSON.masked(text, ["serve"])
    assert "anary" not in shown
    assert '"serve"' in shown
    assert shown.count("\n") == text.count("\n")
    assert JSON.read(shown).keys() == JSON.read(text).keys()
