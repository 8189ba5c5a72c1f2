"""Faults that a test orders in advance: what goes wrong, and with which of the next requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from user_directory_sandbox.settings import Setting, Unacceptable, check, number, whole, word

Asked = Literal["list", "user"]  # what a request is for, if it is for users at all

# Faults of the page, which only a list request can show, and those of one record, which only get-one can.
PAGE_KINDS = frozenset(
    {"empty_page", "repeated_page", "token_loop", "null_records", "odd_records", "nameless_records"}
    | {"null_list", "no_list", "object_list", "duplicate_rows", "shuffled_rows", "total"}
)
_ONLY: Mapping[str, Asked] = {**dict.fromkeys(PAGE_KINDS, "list"), "another_user": "user"}

_RETRY_AFTER = Setting(
    None,
    lambda value: value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)),
    "seconds, an HTTP date or null",
)
_STATUS = Setting(500, lambda value: isinstance(value, int) and 400 <= value <= 599, "a status from 400 to 599")
_MOVED = Setting(302, lambda value: isinstance(value, int) and 300 <= value <= 399, "a status from 300 to 399")
_FIELDS: Mapping[str, Mapping[str, Setting]] = {
    "status": {"status": _STATUS, "retry_after": _RETRY_AFTER, "message": word(None)},
    "redirect": {"status": _MOVED},
    "reset_before": {},
    "reset_in_body": {},
    "truncated_json": {},
    "content_type": {},
    "error_in_body": {},
    "mislabelled": {},
    "no_content": {},
    "empty_body": {},
    "null_body": {},
    "empty_object": {},
    "slow_body": {"seconds": number(1.0)},
    "huge_body": {"megabytes": number(16.0)},
    "empty_page": {},
    "repeated_page": {},
    "token_loop": {},
    "null_records": {},
    "odd_records": {},
    "nameless_records": {},
    "null_list": {},
    "no_list": {},
    "object_list": {},
    "duplicate_rows": {},
    "shuffled_rows": {},
    "total": {"value": Setting(None, lambda _: True, "any JSON")},
    "another_user": {},
}
_WHEN = {
    "next": whole(1, least=1),
    "every": whole(1, least=1),
    "only": Setting(None, lambda value: value in ("list", "user"), "'list' or 'user'"),
}


@dataclass(slots=True)
class Fault:
    """One kind of fault, for the next `next` requests, or for each `every`-th request until it is cleared.

    `only` are the requests that it can hit, None means all: those for a page of the list, or for one user.
    """

    kind: str
    fields: dict[str, Any]
    next: int | None = None
    every: int | None = None
    only: Asked | None = None
    seen: int = 0

    def as_dict(self) -> dict[str, Any]:
        when: dict[str, Any] = {"next": self.next} if self.every is None else {"every": self.every}
        where = {} if self.kind in _ONLY or self.only is None else {"only": self.only}
        return {"kind": self.kind, **when, **where, **self.fields}

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
        every, only = rest.get("every"), _ONLY.get(kind, rest.get("only"))
        self._queue.append(Fault(kind, fields, None if every else rest.get("next", 1), every, only))

    def take(self, asked: Asked | None) -> Fault | None:
        """Return the fault that hits this request, if any. A fault of the page waits for a list request."""
        for fault in self._queue:
            if fault.only in (None, asked) and fault.strikes():
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


def kinds(*, loops: bool, totals: bool) -> frozenset[str]:
    """Return the kinds of faults; `token_loop` only for an API that hands out positions, `total` if it states one."""
    return frozenset(_FIELDS) - (frozenset() if loops else {"token_loop"}) - (frozenset() if totals else {"total"})
