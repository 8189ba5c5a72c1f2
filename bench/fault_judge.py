"""One judge of answers under faults. It knows the truth and the words of the answers, and no code that made them."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from fault_kinds import PLANTED
from fault_operations import Asked
from fault_truth import Truth

__all__ = ["Dishonest", "judge_answer", "judge_end", "judge_error", "rows_of"]

Answer = dict[str, Any]

_NO_REASON = re.compile(r"Not found so far among .*|Call \S+ with this cursor to continue\.")
"""Notes that say that something is missing, and not why."""
_SENTENCES = re.compile(r"\S[^.]*\. +\S[^.]*\.")


class Dishonest(Exception):
    """An answer that is not true, or does not say what is missing."""


def judge_answer(asked: Asked, answer: Answer, truths: dict[str, Truth], base_url: str, *, goes_on: bool) -> None:
    """Hold one answer to the truth. `goes_on`: it continues an earlier one. Raises: Dishonest."""
    _keeps_secrets(
        json.dumps(answer.get("notes", [])) + str([c.get("notes") for c in answer.get("counts", [])]), base_url
    )
    if PLANTED in json.dumps(answer):
        raise Dishonest("it repeats what the provider says of itself")
    if "found" in answer:
        _judge_lookup(asked, answer, truths)
    elif "rows" in answer:
        _judge_page(asked, answer)
    else:
        _judge_counts(asked, answer, goes_on=goes_on)


def judge_error(error: Exception, base_url: str, names: Iterable[str]) -> None:
    """Hold an error to what an agent needs: what is wrong, what to do, and no secret. Raises: Dishonest."""
    text = str(error)
    if not _SENTENCES.match(text):
        raise Dishonest(f"the error does not say what is wrong and what to do: {text}")
    if not any(name in text for name in names) and not text.startswith("cursor"):
        raise Dishonest(f"the error names no directory: {text}")
    _keeps_secrets(text, base_url)


def judge_end(asked: Asked, found: Sequence[tuple[str, str]], last: Answer) -> None:
    """Hold all pages of a list or a search, of which `last` is the last so far, to the truth. Raises: Dishonest."""
    twice = sorted({each for each in found if found.count(each) > 1})
    if twice:
        raise Dishonest(f"{len(twice)} users came twice, {twice[0]} among them")
    if not last["complete"]:
        _says_why(last)
        return
    missing, others = asked.pairs - set(found), set(found) - asked.pairs
    if missing or others:
        raise Dishonest(f"complete, without {len(missing)} who match and with {len(others)} who do not")


def rows_of(answer: Answer) -> list[tuple[str, str]]:
    """The users on a page, each as directory and id."""
    columns = answer["columns"]
    place = columns.index("id") if "id" in columns else None
    where = columns.index("directory") if "directory" in columns else None
    return [
        (answer["directory"] if where is None else row[where], "" if place is None else row[place])
        for row in answer["rows"]
    ]


def _judge_page(asked: Asked, answer: Answer) -> None:
    rows, limit = rows_of(answer), asked.arguments.get("limit", 25)
    if answer["returned"] != len(rows) or len(rows) > limit:
        raise Dishonest(f"returned {answer['returned']}, {len(rows)} rows, at most {limit}")
    if set(rows) - asked.pairs:
        _says_why(answer, cursor=False)
    if "total_exactness" in answer:
        _judge_number(answer["total"], answer["total_exactness"], len(asked.pairs))
    if not answer["complete"]:
        _says_why(answer)


def _judge_lookup(asked: Asked, answer: Answer, truths: dict[str, Truth]) -> None:
    name = answer["directory"]
    users = [answer["user"], *answer.get("others", [])] if answer["found"] else []
    found = [user["id"] for user in users]
    if set(found) - asked.wanted[name]:
        raise Dishonest(f"another user: {found}")
    for user in users:
        if "email" in user and user["email"] not in truths[name].email_of(user["id"]):
            raise Dishonest(f"{user['id']} with the address of somebody else")
    if answer["complete"] and set(found) != asked.wanted[name]:
        raise Dishonest(f"complete, and found {found} of {sorted(asked.wanted[name])}")
    if not answer["complete"]:
        _says_why(answer)


def _judge_counts(asked: Asked, answer: Answer, *, goes_on: bool) -> None:
    """A count that goes on has only the directories that were left."""
    for each in answer.get("counts", [answer]):
        if each.get("exactness") is not None:
            _judge_number(each["count"], each["exactness"], len(asked.wanted[each["directory"]]))
        if each.get("exactness") != "exact" and "cursor" not in answer:
            _says_why(each)
    counted = {each["directory"] for each in answer.get("counts", [answer])}
    if not goes_on and counted != set(asked.wanted):
        _says_why(answer)


def _judge_number(number: int, exactness: str, truth: int) -> None:
    if (exactness == "exact" and number != truth) or (exactness == "at_least" and number > truth):
        raise Dishonest(f"{number}, {exactness}; in truth {truth}")


def _says_why(answer: Answer, *, cursor: bool = True) -> None:
    reasons = [note for note in answer.get("notes", []) if not _NO_REASON.fullmatch(note)]
    if not reasons and not (cursor and "cursor" in answer):
        raise Dishonest("it is not certain, and does not say why")


def _keeps_secrets(text: str, base_url: str) -> None:
    told = [
        word
        for word in (base_url, base_url.rpartition(":")[2].partition("/")[0], "://", "sandbox-", "Traceback")
        if word in text
    ]
    told += [word for word in ("hunter2", "sk-live", "db-7", "<h1>", "elsewhere.invalid") if word in text]
    if told:
        raise Dishonest(f"it tells {told}: {text}")
