"""An adversary: who stays comes exactly once, or the reader says that it cannot tell; and every walk has an end."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ...thoroughness import examples
from .worlds import STRATEGIES, Api, walk

RESTING = 60
"""Requests until the list rests: one that grows faster than it is read has no end."""


@st.composite
def churned(draw, *, places=("top", "bottom"), deletes=True):
    """A list and how it changes with each request, new ids in the order of the list; and who was ever deleted."""
    count = draw(st.integers(0, 60))
    descends = draw(st.booleans())
    ids = [f"u{number:05}" for number in range(10_000, 10_000 + count)]
    waiting = draw(st.lists(st.tuples(st.integers(0, 2), st.lists(st.integers(0, 99), max_size=4)), max_size=RESTING))
    place = draw(st.sampled_from(places))
    number = 10_000 + count

    def change(rows):
        nonlocal number
        comes, goes = waiting.pop() if waiting else (0, ())
        for _ in range(comes):
            number += 1
            if place == "anywhere":
                rows.insert(number * 7919 % (len(rows) + 1), f"u{number:05}")
            else:
                rows.insert(0 if descends else len(rows), f"u{number:05}")
        for each in goes if deletes else ():
            if rows:
                rows.pop(each % len(rows))

    return sorted(ids, reverse=descends), change, descends


@st.composite
def faults(draw):
    """Single wrong answers; the two requests behind one are answered as they should be."""
    numbers = draw(st.lists(st.integers(4, 8), max_size=3))
    kinds = st.sampled_from(["empty", "previous", "no mark"])
    return {sum(numbers[: index + 1]): draw(kinds) for index in range(len(numbers))}


def lost(api, before, walked):
    return (before & set(api.ids)) - set(walked.found)


async def hold_to_the_law(api, needs, restarts, maximum):
    before = set(api.ids)
    walked = await walk(api, needs, restarts=restarts, maximum=maximum)
    assert len(walked.found) == len(set(walked.found)), "somebody came twice"
    assert walked.ended or walked.stopped, "a walk came to no end"
    if walked.ended and not walked.standing.drifted:
        assert not lost(api, before, walked), "somebody slipped by without a word"
    return walked


NEEDS = st.lists(st.integers(1, 12), min_size=1, max_size=4)
RESTARTS = st.lists(st.none() | st.integers(0, 9), min_size=1, max_size=4).map(lambda some: [*some, None])


@settings(max_examples=examples(60))
@given(
    st.sampled_from([each for each in STRATEGIES if "numbers" not in each]),
    churned(),
    st.sampled_from(["compare", "refuse", "empty", "start"]),
    st.sampled_from([None, False, 0, -1, "", "same"]),
    st.integers(1, 14),
    faults(),
    NEEDS,
    RESTARTS,
)
async def test_who_stays_comes_exactly_once_by_keys_and_tokens(kind, churn, gone, end, clamp, wrong, needs, restarts):
    ids, change, descends = churn
    gone = gone if kind.startswith("keys") else "compare"
    end = None if kind == "links" else end
    await hold_to_the_law(
        Api(kind, ids, gone, end, clamp, descends=descends, each=change, faults=wrong), needs, restarts, 12
    )


@settings(max_examples=examples(60))
@given(churned(places=("top", "bottom", "anywhere")), st.integers(3, 14), st.booleans(), faults(), NEEDS, RESTARTS)
async def test_who_stays_comes_exactly_once_by_plain_row_numbers(churn, clamp, total, wrong, needs, restarts):
    ids, change, descends = churn
    api = Api("row numbers", ids, clamp=clamp, total=total, descends=descends, each=change, faults=wrong)
    await hold_to_the_law(api, [each + 2 for each in needs], restarts, 12)


@settings(max_examples=examples(60))
@given(churned(), st.integers(12, 14), NEEDS)
async def test_who_stays_is_not_lost_silently_while_five_hidden_row_numbers_only_shrink(churn, clamp, needs):
    ids, change, descends = churn

    def shrink(rows):
        before = set(rows)
        change(rows)
        rows[:] = [each for each in rows if each in before]

    api = Api("hidden row numbers", ids[:55], clamp=clamp, descends=descends, each=shrink)
    await hold_to_the_law(api, [12], [None], 12)
