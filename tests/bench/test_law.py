"""The law in generated worlds: an API with up to three habits, churn, faults, restarts and changing limits.

A walk never loses anybody silently, never repeats anybody, and always ends. The seeds are drawn anew by each change of
this file only, so that a failure is one of the engine; `python bench/correctness.py` judges many more.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judging import judge
from worlds import WORLDS

from ..thoroughness import examples

TELLABLE = sorted(world.name for world in WORLDS.values() if world.tellable and not world.name.startswith("long"))


@given(st.sampled_from([*TELLABLE, "mixed habits"]), st.integers(0, 100_000))
@settings(max_examples=examples(60), derandomize=True)
async def test_no_silent_loss_nobody_twice_and_always_an_end(world, seed):
    judged = await judge(WORLDS[world], seed)
    assert {name: judged[name] for name in ("lost", "twice", "falsely complete", "never ended")} == {
        "lost": 0,
        "twice": 0,
        "falsely complete": 0,
        "never ended": 0,
    }, f"--world {world!r} --seed {seed}"


@pytest.mark.parametrize("strategy", ["page", "offset", "keyset", "token"])
async def test_a_quiet_world_is_never_doubted(strategy):
    for seed in range(40):
        world = WORLDS["quiet"]
        if world.setting(world.draws(seed)).strategy == strategy:
            judged = await judge(world, seed)
            assert (judged["warned"], judged["never ended"]) == (0, 0), seed
