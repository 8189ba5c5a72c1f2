"""Checking a directory against its manifest: one real request, and one more where the manifest is a guess."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from user_directory_pagination import OutOfBudget, Parameters, RawPage

from ..errors import (
    Kinds,
    UpstreamError,
    UpstreamForbidden,
    UpstreamNotFound,
    UpstreamRateLimited,
    UpstreamUnauthorized,
    UpstreamUnavailable,
    UpstreamUnreadable,
    listed,
)
from ..manifest.routes import SEARCH
from ..planning.filters import listed_fields
from ..planning.parameters import search_parameters
from ..sources.budget import Budget
from ..users.filters import FILTER_FIELDS
from ..users.user import TIMES
from .directory import Directory

__all__ = ["Diagnosis", "diagnose"]

_NOBODY = "zzqx-no-such-person-7431"
"""A search for this finds nobody; if it finds the same users as no search, the parameter has no effect."""

_FIXES: tuple[tuple[type[UpstreamError], str], ...] = (
    (UpstreamUnauthorized, "Set {key} to a valid key."),
    (UpstreamForbidden, "Use a key in {key} that is valid and may read users; check the account's plan."),
    (UpstreamNotFound, "Check base_url: {base} does not have {path}."),
    (UpstreamRateLimited, "Wait as long as it says, then run doctor again."),
    (
        UpstreamUnavailable,
        "Check that {base} can be reached from here; if the error is on its side, try again later.",
    ),
    (UpstreamUnreadable, "Check base_url and the manifest's list.items: the answer does not match them."),
    (
        UpstreamError,
        "Check base_url and the manifest: the provider does not accept the address, parameters or headers.",
    ),
)

_OF_SIGNING_IN = frozenset(
    kind.name
    for kind in (
        Kinds.KEY_COMMAND,
        Kinds.PRIVATE_KEY,
        Kinds.SIGNING_IN_SLOW,
        Kinds.TOKEN_REFUSED,
        Kinds.TOKEN_UNAVAILABLE,
        Kinds.TOKEN_UNREADABLE,
    )
)
_OF_THE_NETWORK = frozenset(
    kind.name
    for kind in (
        Kinds.NAME_NOT_FOUND,
        Kinds.CONNECTION_REFUSED,
        Kinds.PROXY_NOT_REACHED,
        Kinds.PROXY_REFUSED,
        Kinds.CERTIFICATE_UNKNOWN,
        Kinds.CERTIFICATE_EXPIRED,
        Kinds.CERTIFICATE_OF_OTHER_HOST,
        Kinds.NO_TLS,
        Kinds.TLS_FAILED,
    )
)


@dataclass(frozen=True)
class Diagnosis:
    """The result of a check. `problem` None means that the directory works; `fix` says how to fix the problem."""

    directory: str
    provider: str
    problem: str | None = None
    fix: str | None = None
    said: str | None = None
    """The provider's own words, for the operator."""
    total: int | None = None
    fields: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    records: Sequence[Any] = field(default=(), repr=False)
    """The records of the page, which nobody may be shown as they are."""


async def diagnose(directory: Directory, budget: Budget) -> Diagnosis:
    """Ask for one page and compare it with the manifest."""
    manifest = directory.manifest
    try:
        page = await _sample(directory, budget)
    except UpstreamError as error:
        problem = str(error).removeprefix(f"{directory.name}: ").partition(". ")[0]
        return Diagnosis(
            directory.name, manifest.title, problem, _fix(error, directory), said=directory.source.last_problem
        )
    fields = _filled(directory, page)
    if page.items and not fields:
        problem = "the records have no id where the manifest looks for one"
        return Diagnosis(directory.name, manifest.title, problem, f"Check user.id = {manifest.user.id!r}.")
    if page.items and directory.lacks_key(page):
        problem = "the records have no key to page by where the manifest looks for one"
        return Diagnosis(
            directory.name, manifest.title, problem, "Check list.pagination.key: it must be a field of their records."
        )
    warnings = [
        *manifest.deprecations(),
        *_missing(directory, page),
        *_unread(directory, page),
        *await _search_effect(directory, page, budget),
    ]
    return Diagnosis(
        directory.name, manifest.title, total=page.total, fields=fields, warnings=tuple(warnings), records=page.items
    )


def _fix(error: UpstreamError, directory: Directory) -> str:
    """Return what the operator can do; of the network, the error knows it best."""
    if error.kind in _OF_THE_NETWORK:
        own = error.fix.rpartition("ell the operator: ")[2]
        return f"{own[0].upper()}{own[1:]} Its base_url is {directory.base_url}"
    if error.kind in _OF_SIGNING_IN:
        own = error.fix.rpartition("ell the operator: ")[2]
        return f"{own[0].upper()}{own[1:]}"
    fix = next(fix for kind, fix in _FIXES if isinstance(error, kind))
    if error.kind == Kinds.ENVIRONMENT.name:
        fix = "Correct that variable, or unset it, where the server is started."
    return fix.format(key=directory.key_source, base=directory.base_url, path=directory.manifest.list.path)


async def _sample(directory: Directory, budget: Budget, parameters: Parameters = (), route: str = "") -> RawPage:
    try:
        return await directory.sample(budget, parameters, route)
    except OutOfBudget as spent:
        raise Kinds.NO_ANSWER.at(directory.name) from spent


def _filled(directory: Directory, page: RawPage) -> tuple[str, ...]:
    """Return the fields that any user of the page has."""
    users = [user for item in page.items if (user := directory.reader(item)) is not None]
    fields = directory.manifest.user.fields()
    return tuple(name for name in fields if any(user.value(name) is not None for user in users))


def _missing(directory: Directory, page: RawPage) -> list[str]:
    found: list[str] = []
    if directory.manifest.list.total is not None and page.total is None:
        found.append("The answer has no total: users are counted by reading the whole list.")
    if page.items:
        finders = directory.reader.finders(listed_fields(directory.manifest))
        absent = [name for name, has in finders.items() if not any(map(has, page.items))]
        found += [f"No record of the first page has {name}: check user.{name}." for name in absent]
    return found


def _unread(directory: Directory, page: RawPage) -> list[str]:
    """Say which fields could not be read, in how many records, and what helps."""
    of = f"of {len(page.items)} records"
    return [
        f"{name} cannot be read in {kinds.total()} {of} ({listed(kinds)}): {_helps(name)}."
        for name, kinds in _odd_values(directory, page).items()
    ]


def _odd_values(directory: Directory, page: RawPage) -> dict[str, Counter[str]]:
    """Return by field what stands in records where a value should, if it cannot be read; no value is named."""
    read = directory.reader.only(listed_fields(directory.manifest))
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for record in page.items:
        if read(record) is not None:
            for name, said in read.odd:
                found[name]["a word of its own" if said.startswith('"') else said] += 1
    return found


def _helps(name: str) -> str:
    if name in TIMES:
        return f"give its format in user.times.{name}"
    in_values = name in FILTER_FIELDS and FILTER_FIELDS[name] == "text"
    return f"correct user.{name}" + (f", or give the words for its values in values.{name}" if in_values else "")


async def _search_effect(directory: Directory, page: RawPage, budget: Budget) -> list[str]:
    search = directory.manifest.search
    if search is None or search.confirmed or not page.items:
        return []
    try:
        asked = search_parameters(directory.manifest, search, _NOBODY)
        found = await _sample(directory, budget, asked, SEARCH if search.path else "")
    except UpstreamError:
        return [f"The search parameter {search.parameter!r} is refused: correct it in a copy of the manifest."]
    if found.items:
        return [f"The search parameter {search.parameter!r} has no effect: correct it in a copy of the manifest."]
    return []
