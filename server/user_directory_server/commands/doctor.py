"""`doctor`: one real request to every directory, and the fix for each fault."""

from argparse import Namespace

import anyio

from user_directories import listed
from user_directories.directory.diagnosis import Diagnosis

from ..runtime import open_runtime

__all__ = ["run"]


def run(options: Namespace) -> int:
    """Report on every directory; exit status 1 if any is broken or none is configured."""
    return anyio.run(_examine, options)


async def _examine(options: Namespace) -> int:
    from .printing import say

    async with open_runtime(config=options.config, sandbox=options.sandbox) as runtime:
        able = {item.directory: item for item in runtime.directories.capabilities()}
        broken = 0
        async for diagnosis in runtime.directories.diagnoses():
            _report(diagnosis)
            if diagnosis.problem is None:
                item = able[diagnosis.directory]
                say(f"    search: {item.search}; count: {item.count}; sort: {listed(item.sort) or 'none'}")
                say(f"    filters: {listed(item.filters)}")
            broken += diagnosis.problem is not None
    for missing in runtime.settings.unconfigured:
        say(f"-   {missing.provider}: not configured. To use it, set {missing.set}.", "dim")
    if not able:
        say("No directory is configured.", "red")
    return 1 if broken or not able else 0


def _report(diagnosis: Diagnosis) -> None:
    from .printing import say

    if diagnosis.problem is None:
        total = "" if diagnosis.total is None else f", {diagnosis.total} users by its own total"
        say(
            f"ok  {diagnosis.directory} ({diagnosis.provider}): reachable, key accepted, page as described{total}",
            "green",
        )
    else:
        say(f"BAD {diagnosis.directory} ({diagnosis.provider}): {diagnosis.problem}", "bold red")
        say(f"    fix: {diagnosis.fix}")
        if diagnosis.said:
            say(f"    it said: {diagnosis.said}", "dim")
    for warning in diagnosis.warnings:
        say(f"    warning: {warning}", "yellow")
