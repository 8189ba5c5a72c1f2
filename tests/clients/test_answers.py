"""What a client shows is compared with what the server said."""

import pytest

from answers import Failed, answer_in, lost

TOLD = {
    "complete": False,
    "cursor": "c1",
    "notes": ["Nobody."],
    "searched": {"delay": "scan"},
    "columns": ["id", "email"],
    "rows": [["a", None], ["b", "b@acme.example"]],
}


def test_an_answer_is_read_from_text_from_data_and_from_both():
    assert answer_in({"text": '{"a": 1}'}) == answer_in({"data": {"a": 1}}) == {"a": 1}
    assert answer_in({"text": '{"a": 1}', "data": {"a": 1}}) == {"a": 1}


@pytest.mark.parametrize(
    "seen", [{"text": "Please try again."}, {"text": "[]"}, {"data": None}, {}, {"text": '{"a": 1}', "data": {"a": 2}}]
)
def test_what_is_no_answer_or_two_is_a_failure(seen):
    with pytest.raises(Failed):
        answer_in(seen)


def test_nothing_is_lost_where_only_the_moment_and_nulls_differ():
    assert list(lost(TOLD, {**TOLD, "cursor": "c2", "people": None})) == []
    assert list(lost({"email": None}, {})) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"notes": None}, "notes"),
        ({"cursor": None}, "cursor"),
        ({"searched": {}}, "searched.delay"),
        ({"complete": True}, "complete"),
        ({"rows": [["a", None]]}, "rows"),
        ({"rows": [["a", None], ["b", ""]]}, "rows[1][1]"),
    ],
)
def test_each_place_where_something_is_lost_is_named(change, place):
    assert [said.split()[0] for said in lost(TOLD, TOLD | change)] == [place]
