"""One table in TOML: whatever else is in the file stays as it is, byte for byte."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directory_server.setup.broken_text import BrokenText
from user_directory_server.setup.formats import TOML

PATH = ("mcp_servers", "user-directories")
ENTRY = {"command": 'C:\\bin\\"x"', "args": ["serve", "\x7f\u00e9\n"], "env": {"A B": "é"}, "timeout": 3, "on": True}

LINES = [
    'model = "o" # [mcp_servers.user-directories]',
    'prompt = """\n[mcp_servers.user-directories]\ncommand = "x" \\""" # """"',
    "raw = '''\n[not.a.table]\n''''",
    'list = [\n  "[a]", # ]\n  [1, 2],\n]',
    "number = nan",
    "inline = { a = { b = [1] } }",
    "# a comment",
    "",
]
TABLES = [
    '[mcp_servers.other]\ncommand = "npx" # theirs\nargs = ["-y"]',
    '[mcp_servers."a.b".env]\nTOKEN = "t"',
    "[[profiles]]\nname = 'p'",
    "  [ spaced . out ]  # odd\nx = 1.50",
    "# before the next\n",
]


@st.composite
def files(draw: st.DrawFn) -> str:
    lines = draw(st.lists(st.sampled_from(LINES), unique=True))
    tables = draw(st.lists(st.sampled_from(TABLES), unique=True))
    text = "".join(each + "\n" + draw(st.sampled_from(["", "\n"])) for each in (*lines, *tables))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@given(files())
def test_what_is_put_in_is_there_and_comes_last(text: str) -> None:
    after = TOML.put(text, PATH, ENTRY)
    assert after.startswith(text)
    assert tomllib.loads(after.replace("\r\n", "\n"))["mcp_servers"]["user-directories"] == ENTRY


@given(files())
def test_put_in_and_taken_out_again_leaves_the_file_byte_for_byte(text: str) -> None:
    assert TOML.take_out(TOML.put(text, PATH, ENTRY), PATH) == text


@given(files(), files())
def test_an_entry_is_replaced_in_its_place(before: str, after: str) -> None:
    later = "".join(f"\n[later.t{number}]\nx = 1\n" for number in range(len(after) % 3)) + "# the end\n"
    own = '[mcp_servers.user-directories]\ncommand = "old" # ours\n'
    text = before + own + later + '[mcp_servers.user-directories.env]\nA = "b"\n'
    changed = TOML.put(text, PATH, {"command": "new"})
    assert changed == before + '[mcp_servers.user-directories]\ncommand = "new"\n'.replace("\n", ends(before)) + later


def ends(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def test_a_file_without_a_last_line_end_gets_one() -> None:
    assert TOML.put('model = "o"', PATH, {"command": "c"}) == (
        'model = "o"\n\n[mcp_servers.user-directories]\ncommand = "c"\n'
    )


def test_what_stands_below_a_table_and_is_a_comment_stays() -> None:
    text = '[mcp_servers.user-directories]\ncommand = "c"\n\n# about the next\n[tui]\ntheme = "dark"\n'
    assert TOML.take_out(text, PATH) == '\n# about the next\n[tui]\ntheme = "dark"\n'


INLINE = "mcp_servers = { other = { command = 'x' } }\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = 1\nb =\n", "line 2, column 4"),
        ("a = 1\na = 2\n", "line 2"),
        ('mcp_servers = "x"\n', "`mcp_servers` is no table of servers"),
        ('[mcp_servers]\nuser-directories = { command = "x" }\n', "cannot be edited without changing more"),
        ('mcp_servers.user-directories.command = "x"\n', "cannot be edited without changing more"),
        ("a = " + "[" * 5000, "it cannot be read"),
        ("a = " + "9" * 5000, "it cannot be read"),
    ],
)
def test_what_cannot_be_edited_is_refused(text: str, problem: str) -> None:
    with pytest.raises(BrokenText, match=problem):
        TOML.put(text, PATH, {"command": "c"})
    with pytest.raises(BrokenText, match=problem):
        TOML.take_out(text, PATH)


def test_servers_that_are_written_on_one_line_get_no_further_one() -> None:
    with pytest.raises(BrokenText, match="cannot be edited without changing more"):
        TOML.put(INLINE, PATH, {"command": "c"})
    assert TOML.take_out(INLINE, PATH) == INLINE


def test_strings_and_comments_that_may_hold_keys_are_not_shown() -> None:
    text = 'a = "canary" # canary\nb = \'canary\'\nc = """\ncanary"""\nd = ["serve", "canary"]\n'
    shown = TOML.masked(text, ["serve"])
    assert "canary" not in shown
    assert '"serve"' in shown
    assert shown.count("\n") == text.count("\n")
