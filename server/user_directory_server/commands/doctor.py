"""`doctor`: every fault of the configuration, one real request to every directory, and the fix for each fault."""

from argparse import Namespace

import anyio

from user_directories import Capabilities, ConfigurationError, listed
from user_directories.directory.diagnosis import Diagnosis

from ..runtime import Runtime, open_runtime
from ..settings import Settings

__all__ = ["run"]


def run(options: Namespace) -> int:
    """Report on every directory; exit status 1 if anything is wrong or no directory is configured."""
    return anyio.run(_examine, options)


async def _examine(options: Namespace) -> int:
    async with open_runtime(config=options.config, sandbox=options.sandbox, tells=False) as runtime:
        wrong = _report_configuration(runtime.settings)
        wrong += await _report_directories(runtime)
        _report_rest(runtime.settings)
    return 1 if wrong or not runtime.directories.names else 0


def _report_configuration(settings: Settings) -> int:
    """Report what is wrong in the environment and the file; return the number of faults."""
    about: dict[str, list[str]] = {}
    for broken in settings.broken:
        name = f"{broken.name} ({broken.provider})" if broken.provider else broken.name
        for fault in broken.faults:
            about.setdefault(str(fault), []).append(name)
    faults = settings.all_faults()
    for fault in faults:
        _report_fault(listed(about.get(str(fault), ["server"])), fault)
    return len(faults)


def _report_fault(what: str, fault: ConfigurationError) -> None:
    from .printing import say

    say(f"BAD {what}: {fault.place}: {fault.problem}", "bold red")
    say(f"    fix: {fault.fix}")


async def _report_directories(runtime: Runtime) -> int:
    """Report on each directory that can be asked; return how many do not work."""
    able = {item.directory: item for item in runtime.directories.capabilities()}
    wrong = 0
    async for diagnosis in runtime.directories.diagnoses():
        _report(diagnosis, able[diagnosis.directory])
        wrong += diagnosis.problem is not None
    return wrong


def _report(diagnosis: Diagnosis, able: Capabilities) -> None:
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
    if diagnosis.problem is None:
        say(f"    search: {able.search}; count: {able.count}; sort: {listed(able.sort) or 'none'}")
        say(f"    filters: {listed(able.filters)}")


def _report_rest(settings: Settings) -> None:
    from .printing import say

    for missing in settings.unconfigured:
        say(f"-   {missing.provider}: not configured. To use it, set {missing.set}.", "dim")
    if not settings.directories:
        say("No directory can be asked." if settings.broken else "No directory is configured.", "red")
