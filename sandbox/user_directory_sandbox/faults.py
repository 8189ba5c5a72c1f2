"""Faults that a test orders in advance: what goes wrong, and with which of the next requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from user_directory_sandbox.http import Delivery, Reply, to_json
from user_directory_sandbox.settings import Setting, Unacceptable, check, number, whole

# Faults of the page, which only a list request can show.
PAGE_KINDS = frozenset({"empty_page", "repeated_page", "token_loop", "null_records", "odd_records"})

_RETRY_AFTER = Setting(
    None,
    lambda value: value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)),
    "seconds, an HTTP date or null",
)
_STATUS = Setting(500, lambda value: isinstance(value, int) and 400 <= value <= 599, "a status from 400 to 599")
_FIELDS: Mapping[str, Mapping[str, Setting]] = {
    "status": {"status": _STATUS, "retry_after": _RETRY_AFTER},
    "reset_before": {},
    "reset_in_body": {},
    "truncated_json": {},
    "content_type": {},
    "error_in_body": {},
    "slow_body": {"seconds": number(1.0)},
    "huge_body": {"megabytes": number(16.0)},
    "empty_page": {},
    "repeated_page": {},
    "token_loop": {},
    "null_records": {},
    "odd_records": {},
}
_WHEN = {"next": whole(1, least=1), "every": whole(1, least=1)}

_HTML = b"<!doctype html><title>One moment</title><h1>We will be back shortly</h1>"


@dataclass(slots=True)
class Fault:
    """One kind of fault, for the next `next` requests, or for each `every`-th request until it is cleared."""

    kind: str
    fields: dict[str, Any]
    next: int | None = None
    every: int | None = None
    seen: int = 0

    def as_dict(self) -> dict[str, Any]:
        when = {"next": self.next} if self.every is None else {"every": self.every}
        return {"kind": self.kind, **when, **self.fields}

    def strikes(self) -> bool:
        """Count one request that this fault could hit, and return whether it does."""
        self.seen += 1
        return self.every is None or self.seen % self.every == 0


@dataclass(slots=True)
class Faults:
    """The faults that are set, the oldest first."""

    kinds: frozenset[str]  # those that mean something to this directory
    _queue: list[Fault] = field(default_factory=list[Fault])

    def order(self, sent: Mapping[str, Any]) -> None:
        """Queue one fault, or clear all if its kind is null.

        Raises: Unacceptable.
        """
        kind = sent.get("kind", "")
        if kind is None:
            self._queue.clear()
            return
        if not isinstance(kind, str) or kind not in self.kinds:
            raise Unacceptable(f"Unknown fault {kind!r} here. Known: {', '.join(sorted(self.kinds))}, or null.")
        if "next" in sent and "every" in sent:
            raise Unacceptable("A fault hits the 'next' requests or 'every' so many, not both.")
        rest = {name: value for name, value in sent.items() if name != "kind"}
        check(rest, {**_FIELDS[kind], **_WHEN}, f"field of {kind!r}")
        fields = {name: rest.get(name, setting.default) for name, setting in _FIELDS[kind].items()}
        every = rest.get("every")
        self._queue.append(Fault(kind, fields, None if every else rest.get("next", 1), every))

    def take(self, *, page: bool) -> Fault | None:
        """Return the fault that hits this request, if any. A fault of the page waits for a list request."""
        for fault in self._queue:
            if (page or fault.kind not in PAGE_KINDS) and fault.strikes():
                if fault.next is not None:
                    fault.next -= 1
                    if fault.next == 0:
                        self._queue.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        self._queue.clear()

    def as_list(self) -> list[dict[str, Any]]:
        return [fault.as_dict() for fault in self._queue]


def kinds(*, loops: bool) -> frozenset[str]:
    """Return the kinds of faults; `token_loop` only for an API that hands out positions."""
    return frozenset(_FIELDS) - (frozenset() if loops else {"token_loop"})


def spoil(reply: Reply, fault: Fault | None) -> Reply:
    """Return the reply as the fault lets it travel."""
    if fault is None:
        return reply
    match fault.kind:
        case "content_type":
            reply = Reply(200, _HTML, "text/html; charset=utf-8")
        case "error_in_body":
            reply = Reply(200, to_json({"error": {"message": "Something went wrong"}}))
        case "truncated_json":
            reply = replace(reply, body=reply.body[: len(reply.body) // 2])
        case "reset_before":
            reply = replace(reply, delivery=Delivery(reset="before"))
        case "reset_in_body":
            reply = replace(reply, delivery=Delivery(reset="half"))
        case "slow_body":
            reply = replace(reply, delivery=Delivery(seconds=fault.fields["seconds"]))
        case "huge_body":
            reply = replace(reply, delivery=Delivery(padding=int(fault.fields["megabytes"] * 1_000_000)))
        case _:
            pass
    return reply


def odd_rows(kind: str) -> list[bytes]:
    """Return what to put among the records of a page for `null_records` or `odd_records`."""
    if kind == "null_records":
        return [b"null"]
    return [b"null", b"7", b'"user"', b"[]", to_json({"name": "Nobody", "email": "nobody@nowhere.example"})]
