"""The cells in which an answer is wrong, most of them because no client can tell. The judge finds them all the same."""

from collections.abc import Collection
from typing import NamedTuple

from fault_operations import OPERATIONS

__all__ = ["EXCEPTIONS", "is_exception"]

_NOT_THERE = {"get an unknown id", "get an unknown email"}
"""Operations to which *nobody* is the right answer."""
_OF_ALL = OPERATIONS.keys() - _NOT_THERE
_OF_THE_LIST = _OF_ALL - {"get an id"}


class Known(NamedTuple):
    """Cells, and why the answer is wrong."""

    fault: str
    directories: Collection[str]
    operations: Collection[str]
    states: Collection[str]
    why: str


_EVERYBODY = ("klavis", "braintrust", "delay", "openphone", "quo", "monocloud")
_WITHOUT_TOTAL = ("braintrust", "delay", "quo")
_NEW = ("cold",)
_NOTHING_SENT = (
    "Some APIs send no body, or null, for an empty directory. A server that has seen a user takes it for a failure; "
    "one that has just been started believes it."
)
_EMPTY = (
    "This is how every API says that a directory is empty. Where it states an exact total as well, the answer says "
    "that the two disagree."
)
_BY_TEXT = {"search a name", "get an email", "search everywhere"}
_BY_FIELDS = _BY_TEXT | {"search by a field", "search by a time", "count by a field"}
_EVERYWHERE = {"search everywhere", "count everywhere"}
_TOTALS = {"list a page", "list to the end", "count", "count by reading", "count everywhere"}
_STATED = {"count", "count everywhere"}
"""Operations that give a total that the provider calls inaccurate, as an estimate."""

_TOO_HIGH = "Where a total was seen to be right, another one is believed until the end of the list is seen again."
_NULL = "This is how an API shows that nobody has a value; a field that is left out, or has another type, is told."
_KEPT = "The cursor of a call over all directories keeps what it read without ids: the call has to be started over."

EXCEPTIONS: tuple[Known, ...] = (
    Known("204 always", _EVERYBODY, _OF_ALL, _NEW, _NOTHING_SENT),
    Known("null", _EVERYBODY, _OF_ALL, _NEW, _NOTHING_SENT),
    Known("null for the list", _WITHOUT_TOTAL, _OF_THE_LIST, _NEW, _NOTHING_SENT),
    Known("empty pages always", _WITHOUT_TOTAL, _OF_THE_LIST, ("cold", "warm"), _EMPTY),
    Known("empty pages always", ("openphone",), _OF_THE_LIST - _STATED, ("cold", "warm"), _EMPTY),
    Known("a total of 1000", ("klavis", "monocloud"), _TOTALS, ("warm",), _TOO_HIGH),
    Known("null for every text", ("klavis",), {"search by a time"}, ("cold", "warm"), _NULL),
    Known("null for every text", ("delay",), _BY_TEXT | {"search by a time"}, ("cold", "warm"), _NULL),
    Known("null for every text", ("braintrust", "openphone", "quo"), _BY_FIELDS, ("cold", "warm"), _NULL),
    Known("null for every text", ("monocloud",), _BY_TEXT, ("warm",), _NULL),
    Known("records without an id", ("braintrust",), _EVERYWHERE, ("cold", "warm"), _KEPT),
)


def is_exception(fault: str, directory: str, operation: str, state: str) -> bool:
    """Whether a cell is one of these."""
    return any(
        fault == each.fault and directory in each.directories and operation in each.operations and state in each.states
        for each in EXCEPTIONS
    )
