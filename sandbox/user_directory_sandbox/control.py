"""The control API, `/_control/<directory>/…`: what a test asks of the sandbox itself, without a key."""

import json
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any, cast

from user_directory_sandbox.directory import Directory
from user_directory_sandbox.http import Reply, Request, json_reply
from user_directory_sandbox.settings import Setting, Unacceptable, check, number, whole

_MOST_AT_ONCE = 1_000_000
_COUNT = {"count": whole(1, least=0)}
_IDS = {
    "ids": Setting(
        None,
        lambda value: isinstance(value, list) and all(isinstance(one, str) for one in cast("list[object]", value)),
        "a list of ids",
    )
}
_CHURN = {"inserts_per_request": number(0.0), "deletes_per_request": number(0.0)}

Sent = dict[str, Any]


def control(directory: Directory, request: Request, action: str) -> Reply:
    """Answer one request to the control API of `directory`."""
    if not ip_address(request.peer).is_loopback:
        return json_reply({"error": "Only this machine may control the sandbox."}, 403)
    known = _ACTIONS.get((request.method, action))
    if known is None:
        ways = ", ".join(f"{method} {name}" for method, name in _ACTIONS)
        return json_reply({"error": f"Unknown control {request.method} {action!r}. Known: {ways}."}, 404)
    try:
        return json_reply(known(directory, _sent(request)))
    except Unacceptable as problem:
        return json_reply({"error": str(problem)}, 400)


def _sent(request: Request) -> Sent:
    try:
        sent: object = json.loads(request.body or b"{}")
    except ValueError:
        raise Unacceptable("The body is not JSON.") from None
    if not isinstance(sent, dict):
        raise Unacceptable("The body is not a JSON object.")
    return cast("Sent", sent)


def _ids(directory: Directory, _: Sent) -> Sent:
    return {"ids": directory.api.identities(directory.api.roster.listing.numbers())}


def _reset(directory: Directory, _: Sent) -> Sent:
    directory.reset()
    return {"users": len(directory.api.roster)}


def _insert(directory: Directory, sent: Sent) -> Sent:
    count = check(sent, _COUNT, "field of insert").get("count", 1)
    if count > _MOST_AT_ONCE:
        raise Unacceptable(f"At most {_MOST_AT_ONCE} users at once.")
    return {"ids": directory.api.identities(directory.api.roster.insert(count))}


def _delete(directory: Directory, sent: Sent) -> Sent:
    check(sent, {**_COUNT, **_IDS}, "field of delete")
    roster, api = directory.api.roster, directory.api
    if "ids" not in sent:
        return {"ids": api.identities(roster.delete_random(sent.get("count", 1)))}
    if "count" in sent:
        raise Unacceptable("Delete either these 'ids' or a 'count' of random users, not both.")
    numbers = {identity: api.number(identity) for identity in cast("list[str]", sent["ids"])}
    unknown = [identity for identity, number in numbers.items() if number is None or number not in roster]
    if unknown:
        raise Unacceptable(f"Not live: {unknown[0]!r}.")
    return {"ids": api.identities(roster.delete([n for n in numbers.values() if n is not None]))}


def _churn(directory: Directory, sent: Sent) -> Sent:
    rates = {name: setting.default for name, setting in _CHURN.items()} | check(sent, _CHURN, "field of churn")
    directory.churn = (rates["inserts_per_request"], rates["deletes_per_request"])
    return rates


def _behaviour(directory: Directory, _: Sent) -> Sent:
    return directory.api.behaviour.as_dict()


def _change_behaviour(directory: Directory, sent: Sent) -> Sent:
    directory.api.change(sent)
    return directory.api.behaviour.as_dict()


def _values(directory: Directory, _: Sent) -> Sent:
    return directory.api.values.as_dict()


def _put_values(directory: Directory, sent: Sent) -> Sent:
    """Change the values in the records of the list and of single users; see `values`."""
    directory.api.put_values(sent)
    return directory.api.values.as_dict()


def _tokens(directory: Directory, _: Sent) -> Sent:
    return directory.api.tokens.as_dict()


def _change_tokens(directory: Directory, sent: Sent) -> Sent:
    """Change how the token endpoint answers, and for how long its tokens are accepted; see `tokens`."""
    directory.api.tokens.behaviour.change(sent)
    return directory.api.tokens.as_dict()


def _faults(directory: Directory, _: Sent) -> Sent:
    return {"faults": directory.faults.as_list()}


def _order_fault(directory: Directory, sent: Sent) -> Sent:
    directory.order_fault(sent)
    return {"faults": directory.faults.as_list()}


_ACTIONS: dict[tuple[str, str], Callable[[Directory, Sent], Sent]] = {
    ("GET", "stats"): lambda directory, _: directory.traffic.as_dict(),
    ("GET", "requests"): lambda directory, _: {"requests": [visit.as_dict() for visit in directory.traffic.visits]},
    ("GET", "ids"): _ids,
    ("GET", "behaviour"): _behaviour,
    ("GET", "values"): _values,
    ("GET", "faults"): _faults,
    ("GET", "tokens"): _tokens,
    ("POST", "reset"): _reset,
    ("POST", "insert"): _insert,
    ("POST", "delete"): _delete,
    ("POST", "churn"): _churn,
    ("POST", "behaviour"): _change_behaviour,
    ("POST", "values"): _put_values,
    ("POST", "faults"): _order_fault,
    ("POST", "tokens"): _change_tokens,
}
