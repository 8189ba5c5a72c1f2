"""The page on security names what is there, and has a row for each kind of thing that was tried."""

import re
from pathlib import Path

import pytest

from security import BEGIN, ROWS, Row, counted, tables, written

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.tried[:30])
def test_each_row_stands_on_the_page_and_its_tests_are_there(row: Row) -> None:
    assert f"| {row.tried} | {row.kept} |" in PAGE.partition(BEGIN)[2]
    assert row.tests
    assert all((ROOT / "tests" / test).is_file() for test in row.tests)


def test_all_that_was_tried_was_right() -> None:
    numbers = re.findall(r"\| (\d+) \| (\d+) \|\n", PAGE.partition(BEGIN)[2])
    assert len(numbers) == len(ROWS)
    assert all(tried == right and int(tried) > 0 for tried, right in numbers)


def test_each_place_that_the_page_names_is_there() -> None:
    known = {path.name for path in ROOT.rglob("*.py")} | {f"{path.name}/" for path in ROOT.rglob("*") if path.is_dir()}
    named = re.findall(r"`([\w/]+(?:\.py|/))`", PAGE.partition("## What is not protected")[0])
    assert len(named) > 10
    assert {Path(name).name + ("/" if name.endswith("/") else "") for name in named} <= known


@pytest.mark.parametrize(
    ("output", "numbers"),
    [
        ("....\n12 passed in 3.4s", (12, 12)),
        ("F\n1 failed, 11 passed, 2 errors in 3s", (14, 11)),
        ("no tests ran in 0.1s", (0, 0)),
        ("", (0, 0)),
    ],
)
def test_what_pytest_says_is_counted(output: str, numbers: tuple[int, int]) -> None:
    assert counted(output) == numbers


def test_the_table_is_put_between_the_marks_and_nothing_else_changes() -> None:
    table = tables({ROWS[0]: (3, 3)})
    page = written(PAGE, table)
    assert table in page
    assert written(page, table) == page
    assert page.partition(BEGIN)[0] == PAGE.partition(BEGIN)[0]
