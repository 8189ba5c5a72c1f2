"""What was tried to make the server harm its operator, from the tests: a row for each kind, with how many were tried.

    python bench/security.py                             # prints the table; exit status 1 if a test fails
    python bench/security.py --write docs/security.md    # puts it into the page between its marks
    python bench/security.py --check docs/security.md    # fails if the page has other numbers

A case is a test with its parameters; a law counts once, though it tries hundreds of generated cases.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

__all__ = ["BEGIN", "END", "ROWS", "Row", "tables", "written"]

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- written by bench/security.py -->\n", "<!-- end -->\n"
_COUNTED = re.compile(r"(\d+) (passed|failed|error)")


class Row(NamedTuple):
    """One kind of attack or mistake; `tests` are files or folders below `tests/`, or `file::test`."""

    tried: str
    kept: str
    tests: tuple[str, ...]


ROWS = (
    Row(
        "answers of providers: no JSON, too large or deep, broken links and tokens, errors with status 200",
        "one sentence, about that directory alone; no word, URL or key of the answer in it",
        ("directories/sources/test_upstream.py", "directories/sources/test_bounds.py"),
    ),
    Row(
        "values in records: control characters, direction overrides, tags, halves of characters, instructions",
        "cleaned and cut; one line, the same rows",
        ("directories/users/test_text.py", "tools/test_hostile_values.py", "server/test_hostile_values.py"),
    ),
    Row(
        "fields that no page maps, or that the policy hides",
        "in no answer, error, log or file",
        ("tools/test_canaries.py", "directories/records/test_policy.py"),
    ),
    Row(
        "pairs of worlds that differ only in what is hidden; guessing letter by letter",
        "the same bytes, requests and rows; nothing is found out",
        ("server/test_as_shown.py", "server/test_letter_by_letter.py", "directories/records/test_secrets.py"),
    ),
    Row(
        "arguments: of any type, size and depth, misspelt, with syntax of other searches",
        "a sentence that names the fix; no request to a provider",
        ("tools/test_arguments.py", "tools/lookups/test_odd_text.py", "directories/planning/test_syntax.py"),
    ),
    Row(
        "messages of clients over stdio that cannot be read",
        "answered with an error, and the next is read",
        ("server/test_stdin.py", "server/test_stdio.py"),
    ),
    Row(
        "requests over HTTP: Host, Origin, bodies and headers without end, idle and many connections",
        "421, 403, 413, 408 or closed, before a body is read",
        ("server/test_http_bounds.py", "server/test_transports.py", "server/test_stateless_http.py"),
    ),
    Row(
        "one directory that fails, beside others: exceptions of any class, silence, huge pages",
        "its note, and the others' rows as without it",
        ("directories/calls/test_bulkheads.py", "directories/sources/test_circuit.py", "bench/test_neighbours.py"),
    ),
    Row(
        "single mistakes in variables, files and tables, and keys in the place of names",
        "the sentence that fixes it, the others working, no key repeated",
        ("server/test_mistakes.py", "server/test_settings.py", "server/test_key_files.py"),
    ),
    Row(
        "proxies, certificates and addresses that cannot be used",
        "told apart, with what helps; nothing on this machine depends on them",
        ("directories/sources/test_client.py", "server/test_checkup.py"),
    ),
    Row(
        "the cursor file: links, rights, other users' folders, a full disk, damage, another key, no room",
        "not followed, not used, or in memory, and told",
        ("directories/cursors/test_sqlite.py", "server/test_state.py"),
    ),
    Row(
        "handles of cursors: mistyped, made up, another owner's, another call's",
        "an error that says what to do; no state",
        ("directories/cursors/test_cursors.py", "directories/cursors/test_handle.py"),
    ),
    Row(
        "what is logged",
        "one line each, nothing that controls a terminal",
        ("server/test_logs.py",),
    ),
)


def counted(output: str) -> tuple[int, int]:
    """Return how many tests there were, and how many of them passed, from the last line of pytest."""
    found = {word: int(number) for number, word in _COUNTED.findall(output.splitlines()[-1] if output else "")}
    return sum(found.values()), found.get("passed", 0)


def tables(numbers: dict[Row, tuple[int, int]]) -> str:
    """Return the table of the page."""
    head = "| tried | what has to come of it | tests | tried | right |\n| --- | --- | --- | --: | --: |\n"
    lines = [
        f"| {row.tried} | {row.kept} | {', '.join(f'`{test}`' for test in row.tests)} | {tried} | {right} |\n"
        for row, (tried, right) in numbers.items()
    ]
    return head + "".join(lines)


def written(page: str, table: str) -> str:
    """Return the page with this table between its marks."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}"


def tried(row: Row) -> tuple[int, int]:
    """Run the tests of a row."""
    files = [f"tests/{test}" for test in row.tests]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *files], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return counted(done.stdout)


def main() -> None:
    """Run the tests, and print, write or check what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the table into this page")
    parser.add_argument("--check", type=Path, metavar="PAGE", help="fail if the page has another table")
    options = parser.parse_args()
    numbers = {}
    for row in ROWS:
        numbers[row] = tried(row)
        print(f"{numbers[row][1]:>5} of {numbers[row][0]:>5}  {row.tried}", flush=True)
    table, is_old = tables(numbers), False
    if options.write:
        options.write.write_text(written(options.write.read_text(encoding="utf-8"), table), encoding="utf-8")
    if options.check:
        page = options.check.read_text(encoding="utf-8")
        is_old = written(page, table) != page
    sys.exit(is_old or any(number == 0 or number != right for number, right in numbers.values()))


if __name__ == "__main__":
    main()
