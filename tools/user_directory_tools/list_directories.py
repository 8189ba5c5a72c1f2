"""list_directories: what is configured, what each directory can do, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from user_directories import Capabilities, Directories

from .tool import Answer

__all__ = ["DESCRIPTION", "TITLE", "Unconfigured", "described", "run"]

TITLE = "List user directories"
DESCRIPTION = "What each user directory can search, filter, sort and count, and how exactly."


@dataclass(frozen=True)
class Unconfigured:
    """A provider that could be used, and what the operator would have to set."""

    provider: str
    set: str


async def run(directories: Directories, unconfigured: Sequence[Unconfigured], notes: Sequence[str] = ()) -> Answer:
    """Needs no request to any provider."""
    answer: Answer = {"directories": [described(item) for item in directories.capabilities()]}
    if not answer["directories"]:
        notes = ["No directory is configured. Ask the operator to set one of the following.", *notes]
    if notes:
        answer["notes"] = list(notes)
    if unconfigured:
        answer["not_configured"] = [{"provider": item.provider, "set": item.set} for item in unconfigured]
    return answer


def described(able: Capabilities) -> Answer:
    """What one directory can do; what does not apply is left out."""
    described = {
        "name": able.directory,
        "provider": able.provider,
        "search": able.search,
        "count": able.count,
        "filters": list(able.filters),
        "sort": list(able.sort),
        "values": {name: list(values) for name, values in able.values.items()},
        "fields": list(able.fields),
        "only_by_get_user": list(able.get_only),
        "masked": list(able.masked),
        "hidden": list(able.hidden),
        "notes": list(able.notes),
    }
    return {name: value for name, value in described.items() if value}
