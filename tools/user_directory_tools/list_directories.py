"""list_directories: which directories are configured, what each can do, and which could be added."""

from user_directories import USUAL, BrokenDirectory, CallOptions, Capabilities, Note

from .answer_schemas import DIRECTORIES
from .arguments import NoArguments
from .notes import ToolNotes
from .tool import Answer, Setup, ToolSpec

__all__ = ["LEGEND", "LIST_DIRECTORIES", "described", "described_broken"]

LEGEND = {
    "query": "every word must match, in any order: a name or an address, or a part of it; or a whole id",
    "filters": "all must hold; whole values, in any letter case; a list: any of at most 50; {operator: value}",
    "search": "provider: its own search, checked here; exact: whole names and addresses; scan: everybody is looked at",
    "count": "exact, estimate: the provider's number; probes: exact, by its last page; walk: everybody is read",
    "exactness": "exact: so many; at_least: perhaps more, follow the cursor; estimate: perhaps more or fewer",
    "complete": "true: nothing that was asked for is left, stop; false: follow the cursor, or see notes",
    "person": "rows with one number are, or perhaps are, one person; people says why",
}
"""What the codes and the arguments mean, for models that were told no more than the tools."""


async def _run(setup: Setup, _: NoArguments, __: CallOptions = USUAL) -> Answer:
    """Answer without a request to any provider."""
    answer: Answer = {"directories": [described(item) for item in setup.directories.described()]}
    if setup.directories.broken:
        answer["broken"] = [described_broken(item) for item in setup.directories.broken]
    if answer["directories"]:
        answer["legend"] = LEGEND
    if notes := [*_faults(setup), *setup.notes()]:
        answer["notes"] = notes
    if setup.unconfigured:
        answer["not_configured"] = [{"provider": item.provider, "set": item.set} for item in setup.unconfigured]
    return answer


def _faults(setup: Setup) -> list[Note]:
    """Note what the operator has to set or to correct."""
    notes = [ToolNotes.SETTING_NOT_USED.note(fault=fault.told) for fault in setup.faults]
    if setup.directories.broken:
        return [ToolNotes.BROKEN.note(), *notes]
    return notes if setup.directories.names else [ToolNotes.NOTHING_CONFIGURED.note(), *notes]


def described_broken(broken: BrokenDirectory) -> Answer:
    """Describe what keeps a directory from being asked, and what the operator has to change."""
    described = {"name": broken.name, "provider": broken.provider, "faults": [fault.told for fault in broken.faults]}
    return {name: value for name, value in described.items() if value}


def described(able: Capabilities) -> Answer:
    """Describe what one directory can do; what does not apply is left out."""
    described = {
        "name": able.directory,
        "provider": able.provider,
        "search": able.search,
        "count": able.count,
        "filters": list(able.filters),
        "sort": list(able.sort),
        "values": {name: list(values) for name, values in able.values.items()},
        "values_seen": {name: list(values) for name, values in able.seen.items()},
        "fields": list(able.fields),
        "only_by_get_user": list(able.get_only),
        "masked": list(able.masked),
        "hidden": list(able.hidden),
        "notes": list(able.notes),
    }
    return {name: value for name, value in described.items() if value}


LIST_DIRECTORIES = ToolSpec(
    name="list_directories",
    operation="describe",
    title="List user directories",
    description="What each user directory can search, filter, sort and count, and how exactly.",
    arguments=NoArguments,
    output_schema=DIRECTORIES,
    untrusted=("directories[].values_seen", "directories[].notes", "notes"),
    run=_run,
)
