"""Checks of single users and of the search."""

from user_directories import Budget, Query, UpstreamError, User
from user_directories.manifest.get_one import VALUE

from .check import Check, bad, not_tried, ok, warning
from .patient import OPTIONS, Patient

__all__ = ["by_address", "by_id", "search"]


async def by_id(patient: Patient) -> Check:
    """Look up a user of the first page by id."""
    if not patient.users:
        return not_tried("there is no user")
    user = patient.users[0]
    if not patient.is_shown("id"):
        return not_tried("the operator masks ids")
    fix = "Check get.path, get.item and get.ids."
    found = await patient.directories.user_by_id(patient.name, user.id, OPTIONS)
    if found.user is None:
        return bad("a user of the first page is not found", fix)
    if patient.directory.manifest.get is None or patient.directory.manifest.get.path is None:
        return ok("found in the list, for there is no request for one user")
    try:
        own = await patient.directory.one_user.get(user.id, Budget(OPTIONS.seconds or 0.0))
    except (LookupError, UpstreamError) as error:
        own, reason = None, f" ({error.what})" if isinstance(error, UpstreamError) else ""
    else:
        reason = ""
    if own is None:
        return warning(f"found in the list, but not by the request for one user{reason}", fix)
    return ok("found")


async def by_address(patient: Patient) -> Check:
    """Look up a user of the first page by address, in both letter cases."""
    example = _shown(patient, "email")
    if isinstance(example, Check):
        return example
    user, address = example
    for spelling in (address, address.swapcase()):
        found = await patient.directories.user_by_email(patient.name, spelling, OPTIONS)
        if found.user is None or user.id not in {found.user.id, *(other.id for other in found.others)}:
            if not found.complete:
                return warning("not found before the time was over; the cursor goes on")
            case = "" if spelling == address else " in another letter case"
            return bad(f"a user of the first page is not found{case}", "Check user.email, filters.email and get.email.")
    if "email" in patient.directory.manifest.lookups() and not await _is_looked_up(patient, user, address):
        return warning("found in the list, but not by the look-up of an address", "Check get.email.")
    return ok("found, in both letter cases")


async def _is_looked_up(patient: Patient, user: User, address: str) -> bool:
    """Return whether the endpoint for an address gives a user who has it."""
    directory, budget = patient.directory, Budget(OPTIONS.seconds or 0.0)
    try:
        page = await directory.sample(budget, ((VALUE, address),), "email")
    except UpstreamError:
        return False
    return user.id in map(directory.identify, page.items)


async def search(patient: Patient) -> Check:
    """Search for the name of a user of the first page, or else for the address."""
    example = _shown(patient, "name")
    if isinstance(example, Check):
        example = _shown(patient, "email")
    if isinstance(example, Check):
        return example
    user, text = example
    page = await patient.ask(Query(text=text))
    if any(found.user.id == user.id for found in page.users):
        return ok(f"finds a user of the first page ({page.searched.get(patient.name, patient.able.search)})")
    if page.complete:
        return bad("does not find a user of the first page by name", "Check search in the manifest, and user.name.")
    if page.users:
        return ok("finds others of that name first; the cursor goes on")
    return warning("does not find a user of the first page before the time is over", "Check search in the manifest.")


def _shown(patient: Patient, field: str) -> tuple[User, str] | Check:
    if field not in patient.able.fields or not patient.is_shown(field):
        return not_tried(f"agents do not see the whole {field}")
    return patient.example(field) or not_tried(f"nobody on the first page has a plain {field}")
