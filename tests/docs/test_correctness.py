"""What `docs/correctness.md` names is there: functions, tests and worlds; and its shares are those of its own table."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from correctness import WIDTHS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "correctness.md").read_text(encoding="utf-8")
ROOTS = (ROOT / "pagination" / "user_directory_pagination", ROOT / "directories" / "user_directories")
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))


def rows(heading: str) -> Iterator[list[str]]:
    """The cells of the table under a heading."""
    section = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    for line in [line for line in section.splitlines() if line.startswith("|")][2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def measured() -> dict[str, dict[str, str]]:
    """The table of the worlds as it was printed, by world and column."""
    table = TEXT.partition("```text\n")[2].partition("\n\nover HTTP")[0].splitlines()[3:]
    found: dict[str, dict[str, str]] = {}
    for line in table:
        place, cells = 20, found.setdefault(line[:20].strip(), {})
        for column, width in WIDTHS.items():
            cells[column] = line[place : place + width].strip().replace(",", "")
            place += width
    return found


KEPT = [row for row in rows("Where each argument is kept") if row[1]]
ASSUMED = [row[2:] for row in rows("What is assumed") if row[2] != "–"]


@pytest.mark.parametrize("function", sorted({row[1] for row in KEPT}))
def test_the_function_of_each_argument_is_there(function: str) -> None:
    path, name = re.fullmatch(r"`(\S+\.py)` `(\w+)`.*", function).groups()
    sources = [(root / path).read_text(encoding="utf-8") for root in ROOTS if (root / path).exists()]
    assert any(re.search(rf"\b(?:def|class) {name}\b", source) for source in sources)


@pytest.mark.parametrize("test", sorted({row[2].strip("`") for row in KEPT} - {"–", "the same"}))
def test_the_test_of_each_argument_is_there(test: str) -> None:
    assert f"def {test}(" in TESTS


@pytest.mark.parametrize(("world", "silent", "usual"), ASSUMED)
def test_the_shares_of_each_assumption_are_those_that_were_measured(world: str, silent: str, usual: str) -> None:
    row = measured()[world]
    shares = [100 * int(row[column]) / int(row["walks"]) for column in ("falsely complete", "naive falsely complete")]
    assert [silent, usual] == [f"{share:.1f} %" for share in shares]
