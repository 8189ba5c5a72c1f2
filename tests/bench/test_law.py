"""The law in generated worlds: an API with up to three habits, churn, faults, restarts and changing limits.

A walk never loses anybody silently, never repeats anybody, and always ends. The seeds are drawn anew by each change of
this file only, so that a failure is one of the engine; `python bench/correctness.py` judges many more.
"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judging import judge, judged
from readers import drift_safe
from user_directory_pagination import Habits
from worlds import WORLDS

from ..thoroughness import examples

TELLABLE = sorted(world.name for world in WORLDS.values() if world.tellable and not world.name.startswith("long"))


@given(st.sampled_from([*TELLABLE, "mixed habits"]), st.integers(0, 100_000))
@settings(max_examples=examples(60), derandomize=True)
async def test_no_silent_loss_nobody_twice_and_always_an_end(world, seed):
    found = await judge(WORLDS[world], seed)
    assert {name: found[name] for name in ("lost", "twice", "falsely complete", "never ended")} == {
        "lost": 0,
        "twice": 0,
        "falsely complete": 0,
        "never ended": 0,
    }, f"--world {world!r} --seed {seed}"


@given(st.sampled_from(TELLABLE), st.integers(0, 100_000))
@settings(max_examples=examples(30), derandomize=True)
async def test_what_earlier_walks_of_a_process_learned_breaks_no_later_one(world, seed):
    habits = Habits()
    for walk in range(3):
        setting = WORLDS[world].setting(WORLDS[world].draws(seed))
        draw = random.Random(f"{seed} {walk}")
        api = setting.open(draw)
        outcome = await drift_safe(api, setting, draw, habits=habits)
        wrong = judged(outcome, api.users.stayed)
        assert not any(wrong[name] for name in ("lost", "twice", "falsely complete", "never ended")), (walk, wrong)


@pytest.mark.parametrize("strategy", ["page", "offset", "keyset", "token"])
async def test_a_quiet_world_is_never_doubted(strategy):
    for seed in range(40):
        world = WORLDS["quiet"]
        if world.setting(world.draws(seed)).strategy == strategy:
            found = await judge(world, seed)
            assert (found["warned"], found["never ended"]) == (0, 0), seed
