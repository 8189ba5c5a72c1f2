"""The fault matrix: whatever a provider does, an answer is honest, and `docs/reliability.md` says what comes of it.

A part of it, in which everything occurs; `bench/reliability.py` tries all.
"""

from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path

import pytest

from fault_exceptions import is_exception
from fault_kinds import FAULTS
from fault_matrix import STATES, World, directories_of, opened_world, without_pauses
from fault_operations import OPERATIONS
from reliability import exceptions
from user_directory_sandbox import DIRECTORIES

from ..thoroughness import cover

PAGE = (Path(__file__).parents[2] / "docs" / "reliability.md").read_text(encoding="utf-8")
CELLS = [
    pytest.param(fault, directory, *asked, id=" / ".join((fault, directory, *asked)))
    for fault, place, asked in cover(FAULTS, range(len(DIRECTORIES)), product(OPERATIONS, STATES), times=1)
    for directory in [sorted(directories_of(FAULTS[fault]))[place % len(directories_of(FAULTS[fault]))]]
]


def rows() -> dict[str, dict[str, set[str]]]:
    """The words of the tables, by fault and operation."""
    found: dict[str, dict[str, set[str]]] = {}
    columns: list[str] = []
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == "the provider sends":
            columns = cells
        elif len(cells) == len(OPERATIONS) + 2 and not line.startswith("| ---"):
            found[cells[0]] = {name: set(words.split(", ")) for name, words in zip(columns, cells, strict=True)}
    return found


WRITTEN = rows()


@pytest.fixture(scope="module")
async def world() -> AsyncIterator[World]:
    with without_pauses():
        async with opened_world() as world:
            yield world


def test_the_page_has_every_fault_and_every_operation_and_each_exception() -> None:
    assert [*WRITTEN] == [*FAULTS]
    assert all(row.keys() >= OPERATIONS.keys() for row in WRITTEN.values())
    assert exceptions() in PAGE


@pytest.mark.parametrize(("fault", "directory", "operation", "state"), CELLS)
async def test_an_answer_under_a_fault_is_honest_and_is_what_the_page_says(
    world: World, fault: str, directory: str, operation: str, state: str
) -> None:
    cell = await world.try_cell(FAULTS[fault], directory, operation, state)
    assert bool(cell.wrong) == is_exception(fault, directory, operation, state), cell.wrong
    assert cell.outcome in WRITTEN[fault][operation]
    assert cell.wrong or cell.afterwards in WRITTEN[fault]["afterwards"]
