"""The judge of the fault matrix finds what is wrong: it is given answers that are."""

from typing import Any

import pytest

from fault_judge import Dishonest, judge_answer, judge_end, judge_error
from fault_kinds import PLANTED
from fault_operations import Asked
from fault_truth import Truth
from user_directories.errors import Kinds

URL = "http://127.0.0.1:4711"
EMAILS = {"1": "ada@acme.example", "2": "eve@acme.example", "3": "bob@acme.example"}
TRUTH = Truth("delay", [{"id": each, "email": email, "name": "N"} for each, email in EMAILS.items()], "4")
EVERYBODY = Asked("list_users", {"directory": "delay", "limit": 2}, {"delay": TRUTH.ids()})
ADA = Asked("get_user", {"directory": "delay", "id": "1"}, {"delay": frozenset("1")})
NOBODY = Asked("get_user", {"directory": "delay", "id": "4"}, {"delay": frozenset()})
COUNT = Asked("get_user_count", {"directory": "delay"}, {"delay": TRUTH.ids()})
REASON = "Users may have been missed."


def page(*ids: str, **more: Any) -> dict[str, Any]:
    rows = [[each] for each in ids]
    return {"directory": "delay", "returned": len(ids), "complete": False, "columns": ["id"], "rows": rows} | more


def found(*ids: str, **more: Any) -> dict[str, Any]:
    users = [{"id": each, "email": EMAILS.get(each, "nobody@acme.example")} for each in ids]
    return {"directory": "delay", "found": bool(ids), "complete": True, "user": next(iter(users), None)} | more


def count(number: int | None, exactness: str | None, **more: Any) -> dict[str, Any]:
    return {"directory": "delay", "count": number, "exactness": exactness} | more


def judge(asked: Asked, answer: dict[str, Any]) -> None:
    judge_answer(asked, answer, {"delay": TRUTH}, URL, goes_on=False)
    if "rows" in answer:
        judge_end(asked, [("delay", row[0]) for row in answer["rows"]], answer)


HONEST = [
    (EVERYBODY, page("1", "2", cursor="c")),
    (EVERYBODY, page("1", "2", notes=[REASON])),
    (EVERYBODY, page("1", total=3, total_exactness="exact", cursor="c")),
    (EVERYBODY, page("1", total=9, total_exactness="estimate", cursor="c")),
    (ADA, found("1")),
    (ADA, found(complete=False, notes=["Not found so far among 2 users.", REASON])),
    (NOBODY, found()),
    (COUNT, count(3, "exact")),
    (COUNT, count(2, "at_least", cursor="c")),
    (COUNT, count(9, "estimate", notes=[REASON])),
]
DISHONEST = [
    (EVERYBODY, page("1", "2", complete=True), "complete, without 1"),
    (EVERYBODY, page("1", "2"), "does not say why"),
    (EVERYBODY, page("1", "1", cursor="c"), "came twice"),
    (EVERYBODY, page("1", "2", "3", cursor="c"), "at most 2"),
    (EVERYBODY, page("1", "9", cursor="c"), "does not say why"),
    (EVERYBODY, page("1", total=2, total_exactness="exact", cursor="c"), "in truth 3"),
    (EVERYBODY, page("1", cursor="c", notes=[f"At {URL}."]), "it tells"),
    (EVERYBODY, page("1", cursor="c", notes=[PLANTED]), "it tells"),
    (ADA, found(), "complete, and found"),
    (ADA, found("2"), "another user"),
    (ADA, found(complete=False, notes=["Not found so far among 2 users."]), "does not say why"),
    (ADA, found("1", user={"id": "1", "email": EMAILS["2"]}), "address of somebody else"),
    (NOBODY, found("1"), "another user"),
    (COUNT, count(2, "exact"), "in truth 3"),
    (COUNT, count(4, "at_least", cursor="c"), "in truth 3"),
    (COUNT, count(2, "at_least"), "does not say why"),
    (COUNT, count(None, None), "does not say why"),
]


@pytest.mark.parametrize(("asked", "answer"), HONEST)
def test_an_honest_answer_passes(asked: Asked, answer: dict[str, Any]) -> None:
    judge(asked, answer)


@pytest.mark.parametrize(("asked", "answer", "why"), DISHONEST)
def test_a_dishonest_answer_is_found(asked: Asked, answer: dict[str, Any], why: str) -> None:
    with pytest.raises(Dishonest, match=why):
        judge(asked, answer)


def test_an_error_says_what_is_wrong_and_what_to_do_and_no_secret() -> None:
    judge_error(Kinds.NOT_JSON.at("delay"), URL, ["delay"])
    for text in ("delay: it failed.", "It failed. Try later.", f"delay: {PLANTED}. Try later.", f"delay: {URL}. Try."):
        with pytest.raises(Dishonest):
            judge_error(Exception(text), URL, ["delay"])
