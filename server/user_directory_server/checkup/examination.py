"""The examination of one directory: its first page, then everything that can be tried of it, one after another."""

import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial

from user_directories import Directories, UpstreamError, UserDirectoryError
from user_directories.directory.containment import contained
from user_directories.directory.diagnosis import Diagnosis
from user_directories.directory.directory import Directory
from user_directories.errors import UpstreamRateLimited

from . import filters, lists, people
from .check import Check, Severity, bad, not_tried, ok, severity_of, warning
from .patient import Patient

__all__ = ["Examination", "Hear", "examine"]

_MOST_REQUESTS = 150
"""Requests to one directory after which nothing more is tried."""
_MINUTES = 1.0
"""Minutes of a provider's documented rate after which nothing more is tried either."""
_FIRST = "first page"

_Trial = Callable[[], Awaitable[Check]]
Hear = Callable[[int, int, str], None]
"""Hears how many of how many trials are done, and what is tried now."""


@dataclass(frozen=True)
class Examination:
    """What was found out about one directory."""

    diagnosis: Diagnosis
    checks: tuple[Check, ...]
    signs_in_by: str
    """How requests show who asks, and where the secret is kept."""

    @property
    def severity(self) -> Severity:
        """How bad the worst of it is."""
        return severity_of(check.outcome for check in self.checks)


def _nobody_hears(done: int, total: int, what: str) -> None:
    """Take the progress where nobody looks."""


async def examine(
    directories: Directories, name: str, *, is_quick: bool = False, hear: Hear = _nobody_hears
) -> Examination:
    """Try everything that an agent may ask of a directory, or only a first page if `is_quick`; nothing is changed."""
    began = time.monotonic()
    diagnosis = await directories.diagnosis(name)
    source = directories.directory(name).source
    took = round(1000 * (time.monotonic() - began))
    first, *warnings = _first(diagnosis)
    checks = [first.named(_FIRST, source.traffic.requests, took), *(each.named(_FIRST, 0, 0) for each in warnings)]
    if diagnosis.problem is None and not is_quick:
        patient = _patient(directories, name, diagnosis)
        trials = list(_trials(patient))
        for number, (title, trial) in enumerate(trials):
            hear(number, len(trials), title)
            checks.append(await _tried(patient, title, trial))
        hear(len(trials), len(trials), "done")
        checks.append(_limit(patient))
    return Examination(diagnosis, tuple(checks), _signs_in_by(directories.directory(name)))


def _signs_in_by(directory: Directory) -> str:
    way = directory.source.signs_in_by
    return f"{way}, from {directory.key_source}" if directory.has_key else way


def _first(diagnosis: Diagnosis) -> Iterator[Check]:
    if diagnosis.problem is not None:
        yield bad(diagnosis.problem, diagnosis.fix)
        return
    yield ok("reachable, key accepted, page as described")
    for each in diagnosis.warnings:
        yield warning(each)


def _patient(directories: Directories, name: str, diagnosis: Diagnosis) -> Patient:
    directory = directories.directory(name)
    (able,) = [each for each in directories.capabilities() if each.directory == name]
    users = [user for record in diagnosis.records if (user := directory.reader(record)) is not None]
    return Patient(directories, able, directory, diagnosis.records, users)


def _trials(patient: Patient) -> Iterator[tuple[str, _Trial]]:
    yield "fields", partial(lists.fields, patient)
    yield "values", partial(lists.values, patient)
    yield "second page", partial(lists.second_page, patient)
    if patient.directory.manifest.announced is not None:
        yield "what it says of itself", partial(lists.announced, patient)
    yield "one user by id", partial(people.by_id, patient)
    yield "one user by address", partial(people.by_address, patient)
    yield "search", partial(people.search, patient)
    yield "count", partial(lists.count, patient)
    for sort in patient.able.sort:
        yield f"order {sort}", partial(lists.order, patient, sort)
    for field in patient.able.filters:
        yield f"filter {field}", partial(filters.filter_by, patient, field)


async def _tried(patient: Patient, title: str, trial: _Trial) -> Check:
    source, began = patient.directory.source, time.monotonic()
    before = source.traffic.requests
    most = _most_requests(patient)
    if before >= most:
        return not_tried(f"{before} requests are enough for this provider").named(title, 0, 0)
    try:
        with contained(patient.name):
            check = await trial()
    except UserDirectoryError as error:
        check = _failed(error)
    return check.named(title, source.traffic.requests - before, round(1000 * (time.monotonic() - began)))


def _most_requests(patient: Patient) -> int:
    rate = patient.directory.requests_per_second
    return _MOST_REQUESTS if rate is None else max(10, min(_MOST_REQUESTS, round(60 * _MINUTES * rate)))


def _failed(error: UserDirectoryError) -> Check:
    """Return the check for an error; that of an argument is not repeated, because it holds the value of a user."""
    if not isinstance(error, UpstreamError):
        return warning(f"a value of the first page is refused ({error.kind})", "Check the paths of [user].")
    if isinstance(error, UpstreamRateLimited):
        return not_tried(error.what)
    return bad(error.what, error.fix.removeprefix("Tell the operator: "))


def _limit(patient: Patient) -> Check:
    """Say how fast the directory may be asked, and how fast it answered."""
    source, rate = patient.directory.source, patient.directory.requests_per_second
    limit = "no limit is set" if rate is None else f"{rate:g} requests a second"
    met = f"; it refused {source.traffic.refused} requests as too many" if source.traffic.refused else ""
    seen = f"{limit}{met}; {source.traffic.requests} requests, {_median(patient)} ms each"
    return (warning if source.traffic.refused else ok)(seen).named("limit", 0, 0)


def _median(patient: Patient) -> int:
    from statistics import median

    return round(1000 * median(patient.directory.source.traffic.seconds or (0.0,)))
