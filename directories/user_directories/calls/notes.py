"""Choosing the notes for an answer."""

from collections.abc import Iterable, Iterator, Sequence

from ..errors import InvalidArgument, Operation, PositionExpired, Sentence, UpstreamError, UpstreamRateLimited, listed
from ..notes import Note, Notes
from .part import Part

__all__ = ["Refused", "all_said_once", "not_asked", "of_part", "of_parts"]

Refused = tuple[str, InvalidArgument | UpstreamError]
"""A directory that is not asked, and why."""

_OUT_OF = {"seconds": Notes.OUT_OF_SECONDS, "requests": Notes.OUT_OF_REQUESTS, "rows": Notes.OUT_OF_ROWS}


def of_parts(parts: Sequence[Part], *, several: bool) -> tuple[Note, ...]:
    """Return the notes of all parts; with `several` directories, each note names those that it is about."""
    about: dict[Note, list[str]] = {}
    for part in parts:
        for note in of_part(part):
            about.setdefault(note, []).append(part.directory.name)
    return tuple(note.about(names) if several else note for note, names in about.items())


def of_part(part: Part) -> list[Note]:
    """Return the notes on the part of one directory."""
    return [*part.plan.notes, *_records(part), *_fields(part), *_filters(part), *_doubts(part), *_why_it_ended(part)]


def _fields(part: Part) -> Iterator[Note]:
    """Note the fields by which users were checked and that could not be read, were never there, or are not known."""
    state = part.walk.state
    for name, kinds in state.fields.unread.items():
        count, what = sum(kinds.values()), listed(sorted(kinds, key=lambda kind: (-kinds[kind], kind)))
        if part.is_told(name):
            yield Notes.UNREADABLE.note(name=name, count=count, most=state.scanned, what=what)
        else:
            yield Notes.UNREADABLE_HIDDEN.note(name=name, count=count, most=state.scanned)
    for name in part.walk.unproved() if part.finished else ():
        yield Notes.NEVER_THERE.note(name=name, count=state.scanned)
    for name, count in state.fields.timeless.items() if part.finished else ():
        yield Notes.WITHOUT_TIME.note(name=name, count=count)


def _filters(part: Part) -> Iterator[Note]:
    """Note what is not known of the filters and the search of the provider."""
    fields = part.walk.state.fields
    if part.unlisted:
        yield Notes.NOT_LISTED_HERE.note(names=part.unlisted)
    if part.walk.unconfirmed:
        yield Notes.UNCONFIRMED.note(count=part.walk.unconfirmed)
    if fields.without_effect:
        yield Notes.WITHOUT_EFFECT.note(names=fields.without_effect)
    if doubted := [*part.doubted, *(name for name in fields.doubted if name not in part.doubted)]:
        yield Notes.SPELT_OTHERWISE.note(names=doubted)
    if part.has_a_broken_promise:
        yield Notes.PROMISE_BROKEN.note()
    if part.may_be_behind:
        yield Notes.NOT_IN_INDEX_YET.note()


def _records(part: Part) -> Iterator[Note]:
    """Note the records that were left out; at the end of a walk, those of all calls."""
    nameless = part.walk.state.skipped if part.finished else part.nameless
    if nameless:
        yield Notes.NAMELESS.note(count=nameless)
    if part.walk.state.repeated:
        yield Notes.REPEATED.note(count=part.walk.state.repeated)


def _doubts(part: Part) -> Iterator[Note]:
    """Note evidence that something is wrong, and risks neither shown nor ruled out."""
    state, evidence = part.walk.state, part.evidence()
    if state.drifted:
        yield Notes.MAY_HAVE_MISSED.note()
    elif part.finished and part.plan.order_moves and state.pages > 1:
        yield Notes.ORDER_MOVES.note()
    if evidence.is_bounded:
        yield Notes.BOUND.note(count=evidence.bound)
    elif evidence.falls_short:
        yield Notes.TOTAL_DISAGREES.note(total=evidence.total, count=evidence.rows)
    elif evidence.exceeds:
        yield Notes.TOTAL_TOO_LOW.note(total=evidence.total, count=evidence.rows)
    elif evidence.is_unproven:
        yield Notes.THINNED.note()
    if state.given.is_full:
        yield Notes.MORE_THAN_REMEMBERED.note()
    if part.is_ignored or state.fields.contradicted:
        yield Notes.FILTER_IGNORED.note()


def _why_it_ended(part: Part) -> Iterator[Note]:
    last = part.last
    if last.deferred:
        yield Notes.OWN_MATCHES_FIRST.note()
    if last.stopped:
        yield Notes.CONTRADICTION.note(reason=last.stopped)
    if last.out_of:
        yield _OUT_OF[last.out_of].note()
    if isinstance(last.fault, UpstreamRateLimited):
        yield Notes.LIMITED.note(what=_capitalised(last.fault.what), when=last.fault.when)
    elif last.fault:
        yield Notes.FAULT.note(what=_capitalised(last.fault.what), fix=last.fault.fix)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def not_asked(operation: Operation, refusals: Sequence[Refused]) -> tuple[Note, ...]:
    """Note which directories cannot take part, and why; a reason that several share is given once, in short."""
    why: dict[str, list[Refused]] = {}
    for name, refusal in refusals:
        said = str(refusal).removeprefix(f"{name}: ")
        why.setdefault(said.partition(". ")[0], []).append((name, refusal))
    kind = Notes.NOT_COUNTED if operation == "count" else Notes.NOT_SEARCHED
    return tuple(
        kind.note(reason=_reason(short, each)).about([name for name, _ in each]) for short, each in why.items()
    )


def _reason(short: str, refusals: Sequence[Refused]) -> Sentence | str:
    refusal = refusals[0][1]
    if isinstance(refusal, UpstreamError):
        return f"{_capitalised(refusal.what)}. {refusal.fix}"
    return f"{short}." if len(refusals) > 1 or refusal.sentence is None else refusal.sentence


def all_said_once(faults: Iterable[UpstreamError | PositionExpired]) -> str:
    """Join all faults; a fault that several directories share is named once."""
    about: dict[str, list[str]] = {}
    for fault in faults:
        names, _, said = str(fault).partition(": ")
        about.setdefault(said, []).append(names)
    return " ".join(f"{listed(names)}: {said}" for said, names in about.items())
