"""A large page keeps no other call waiting for much longer than it takes to parse it once, in the same run."""

import gc
from collections.abc import Iterator

import pytest

from gaps import LISTS, OPERATIONS, ROWS, gap_of, goal_of

from ..thoroughness import examples

ROUNDS = 5


@pytest.fixture(autouse=True)
def no_collections() -> Iterator[None]:
    """All that the tests before left behind would be looked through in the midst of a measurement."""
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


@pytest.mark.skipif(examples(1) == 1, reason="it measures time: with every case, in .ci/long")
@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("pagination", LISTS)
@pytest.mark.parametrize("operation", OPERATIONS)
async def test_no_gap_is_longer_than_half_as_long_again_as_one_parsing(
    operation: str, pagination: str, kind: str
) -> None:
    gaps = []
    for _ in range(ROUNDS):  # the least of them is what the code itself does: all else is noise
        gap, parsing = await gap_of(operation, pagination, kind, 20_000)
        gaps.append(gap / goal_of(parsing))
        if gaps[-1] <= 1:
            return
    pytest.fail(f"gaps as parts of what is allowed: {gaps}")
