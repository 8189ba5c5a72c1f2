"""The mutable state of a chained reader: plain JSON, stored in cursors."""

from dataclasses import dataclass, field
from typing import Any

from ..batch import Standing
from ..page import Position

__all__ = ["Place"]


@dataclass
class Place(Standing):
    """Where a reader is in its list, and what it holds on to."""

    position: Position | None = field(default_factory=dict[str, Any])
    """What the last page named as next; None if the end is believed."""

    size: int | None = None
    """The page size of this list: a token may be bound to its count (RFC 9865 §2.2). Keys ask for what is needed."""

    largest: int = 0
    """The most rows that a page had."""

    doubted: bool = False
    """Whether the last page seemed to be the last one, and this is not believed yet."""

    circled: bool = False
    """Whether a full page that names itself as the next stopped a call before: then it ends the list, in doubt."""

    rereads: bool = False
    """Whether rows appear again because the reader went back, or a cursor points into a page."""

    anchors: list[Any] = field(default_factory=list[Any])
    """The rows to go back to, in the order of the list; the last one is the row that the reader holds on to."""

    tail: int = 0
    """How many records without an id stand behind the row held on to."""

    counts: bool = False
    """Whether tokens are plainly row numbers, so that any row can be asked for."""

    top: str = ""
    """The first row of the list: where it appears again, the list begins again."""

    pages: int = 0
    """How many pages had rows that were new."""

    checking: Position | None = None
    """Which page is looked at behind the end, from the top on; see `top_check`."""

    proof: int | None = None
    """The rows for which the start is asked once more, since no answer has named a next position; see `next_proof`."""

    above: str = ""
    """The last row of the page before it, if it is not the first."""

    short: dict[str, Any] | None = None
    """The position, the size and the digest of the last page, if it had fewer rows than others."""

    lacking: dict[str, Any] | None = None
    """Such a page behind which rows came, which is to be asked for again."""

    came: bool = False
    """Whether rows came in before others that were read."""

    latest: str = ""
    """The page read last, as a digest."""

    passed: str = ""
    """Positions and pages read before, as digests."""

    back: int = 0
    """How many anchors the reader went back since it lost its position."""

    nothing: bool = False
    """Whether it went back because nothing came behind the row held on to."""

    again: int = 0
    """How many times the same question was asked again because its answer was strange."""

    strange: str = ""
    """That answer, as a digest: what comes twice is believed."""

    stops: int = 0
    """How many contradictions came since a row was new."""

    ignored: str = ""
    """`more` or `fewer`: the first answer had so many rows, compared with what was asked for; empty if as many."""

    barren: int = 0
    """How many questions in a row gave no new row."""

    fresh: int = 0
    """How many rows were new."""

    blind: int = 0
    """How many rows were kept back because nobody can tell whether they were handed out and forgotten."""

    shifts: dict[str, Any] = field(default_factory=dict[str, Any])
    """What looking back showed; see `LookBack`."""
