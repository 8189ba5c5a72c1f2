"""The check of a filter: a value of the first page, in two letter cases, asked as an agent does and of the provider."""

from dataclasses import dataclass

from user_directories import FILTER_FIELDS, Query, User, conditions

from .check import Check, bad, not_tried, ok, warning
from .patient import OPTIONS, Patient

__all__ = ["filter_by"]


async def filter_by(patient: Patient, field: str) -> Check:
    """Filter by the value of a user of the first page, who must be found."""
    if field not in patient.able.fields:
        return not_tried("the list does not show this field")
    if not patient.is_shown(field):
        return not_tried("agents do not see the whole value")
    example = patient.example(field)
    if example is None:
        return not_tried("nobody on the first page has a plain value")
    trial = _Trial(patient, field, *example)
    for spelling in _spellings(field, trial.value):
        if (fault := await trial.by_call(spelling)) is not None:
            return fault
    return await trial.by_provider()


def _spellings(field: str, value: str) -> list[str]:
    """Return a value in the letter cases in which it means the same; an id may mean another user in another case."""
    other = value.swapcase()
    if FILTER_FIELDS[field] in ("id", "time") or other.swapcase() != value:
        return [value]
    return list(dict.fromkeys([value, other]))


@dataclass(frozen=True)
class _Trial:
    """A user of the first page, by whose value a filter is tried."""

    patient: Patient
    field: str
    user: User
    value: str

    def _query(self, value: str) -> Query:
        is_time = FILTER_FIELDS[self.field] == "time"
        return Query(conditions({self.field: {"after": value} if is_time else value}))

    async def by_call(self, value: str) -> Check | None:
        """Ask as an agent does; return the fault, if there is one."""
        page = await self.patient.ask(self._query(value), limit=1)
        is_one = FILTER_FIELDS[self.field] in ("id", "address")
        if any(found.user.id == self.user.id for found in page.users) or (page.users and not is_one):
            return None
        case = "" if value == self.value else " in another letter case"
        seen = f"it does not find a user of the first page{case}"
        fix = f"Check filters.{self.field} and user.{self.field} in the manifest."
        return bad(seen, fix) if page.complete else warning(f"{seen} within {OPTIONS.requests} requests", fix)

    async def by_provider(self) -> Check:
        """Look at what the provider's own filter gives."""
        query = self._query(self.value)
        own = await self.patient.own_answer(query)
        if own is None:
            return ok("finds a user of the first page; users are checked here")
        is_exact = self.patient.directory.plan(query, self.patient.directory.asking(query)).expected is not None
        others = len(own) - self.patient.matching(own, query.filters)
        fix = f"Check filters.{self.field} in the manifest: its parameter and its match."
        if not own:
            return warning("the provider's own filter finds nobody by it, so users are checked here", fix)
        if others and (is_exact or others == len(own)):
            return warning(f"of {len(own)} users that the provider's own filter gives, {others} do not match", fix)
        return await self._in_another_case()

    async def _in_another_case(self) -> Check:
        for spelling in _spellings(self.field, self.value)[1:]:
            if not await self.patient.own_answer(self._query(spelling)):
                return ok("finds a user of the first page; the provider's own filter only in the same letter case")
        return ok("finds a user of the first page, by the provider's own filter too")
