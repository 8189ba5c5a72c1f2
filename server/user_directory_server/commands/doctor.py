"""`doctor`: every fault of the configuration, and everything that an agent may ask tried of every directory."""

import json
from argparse import Namespace
from typing import Any

import anyio

from user_directories import ConfigurationError, listed

from ..checkup.check import Check, Severity, severity_of
from ..checkup.examination import Examination, examine
from ..runtime import Runtime, open_runtime
from ..settings import Settings
from .progress import progress_bar

__all__ = ["run"]

_STATUSES: dict[Severity, int] = {"ok": 0, "bad": 1, "warning": 3}
"""The exit statuses; 2 is that of a wrong command line."""


def run(options: Namespace) -> int:
    """Report on every directory: exit status 0 if all is well, 1 if anything is broken, 3 if there are warnings only.

    No directory at all is broken, too.
    """
    return anyio.run(_examine, options)


async def _examine(options: Namespace) -> int:
    async with open_runtime(config=options.config, sandbox=options.sandbox, tells=False) as runtime:
        settings = runtime.settings
        if not options.json:
            _report_configuration(settings)
        found = await _examinations(runtime, is_quick=options.quick)
        severity = _severity(settings, found)
        if options.json:
            print(json.dumps(_as_json(settings, found, severity), ensure_ascii=False, indent=2))
        else:
            for each in found:
                _report(each)
            _report_rest(settings)
    return _STATUSES[severity]


async def _examinations(runtime: Runtime, *, is_quick: bool) -> list[Examination]:
    """Examine all directories at once, each at its own pace; return what was found, in the order of their names."""
    names = runtime.directories.names
    found: dict[str, Examination] = {}
    tried: dict[str, tuple[int, int]] = {}

    async def fill(name: str) -> None:
        def hear(done: int, total: int, what: str) -> None:
            tried[name] = (done, total)
            done_of_all, total_of_all = map(sum, zip(*tried.values(), strict=True))
            bar.show(done_of_all, total_of_all, f"{name}: {what}")

        found[name] = await examine(runtime.directories, name, is_quick=is_quick, hear=hear)

    with progress_bar("trying") as bar:
        async with anyio.create_task_group() as tasks:
            for name in names:
                tasks.start_soon(fill, name)
    return [found[name] for name in names]


def _severity(settings: Settings, found: list[Examination]) -> Severity:
    if settings.all_faults() or not found:
        return "bad"
    return severity_of(each.severity for each in found)


def _about(settings: Settings, fault: ConfigurationError) -> list[str]:
    """Return the directories that a fault breaks."""
    return [
        f"{broken.name} ({broken.provider})" if broken.provider else broken.name
        for broken in settings.broken
        if str(fault) in map(str, broken.faults)
    ]


def _report_configuration(settings: Settings) -> None:
    """Report what is wrong in the environment and the file."""
    from .printing import say

    for fault in settings.all_faults():
        say(f"BAD {listed(_about(settings, fault) or ['server'])}: {fault.place}: {fault.problem}", "bold red")
        say(f"    fix: {fault.fix}")


def _report(examination: Examination) -> None:
    from .printing import say

    diagnosis, first = examination.diagnosis, examination.checks[0]
    title = f"{diagnosis.directory} ({diagnosis.provider})"
    if first.outcome == "bad":
        say(f"BAD {title}: {first.seen}", "bold red")
        say(f"    fix: {first.fix}")
        say(f"    signs in by: {examination.signs_in_by}", "dim")
        if diagnosis.said:
            say(f"    it said: {diagnosis.said}", "dim")
        return
    broken = sum(check.outcome == "bad" for check in examination.checks)
    total = "" if diagnosis.total is None else f", {diagnosis.total} users by its own total"
    if broken:
        say(f"BAD {title}: {first.seen}{total}; but {broken} of the following", "bold red")
    else:
        say(f"ok  {title}: {first.seen}{total}", "green")
    say(f"    signs in by: {examination.signs_in_by}")
    for check in examination.checks[1:]:
        _report_check(check)


_STYLES = {"ok": None, "warning": "yellow", "bad": "bold red", "not tried": "dim"}


def _report_check(check: Check) -> None:
    from .printing import say

    outcome = (
        "" if check.outcome == "ok" else f"{check.outcome}, " if check.outcome == "not tried" else f"{check.outcome}: "
    )
    say(f"    {check.name}: {outcome}{check.seen}", _STYLES[check.outcome])
    if check.fix is not None:
        say(f"        fix: {check.fix}")


def _report_rest(settings: Settings) -> None:
    from .printing import say

    for missing in settings.unconfigured:
        say(f"-   {missing.provider}: not configured. To use it, set {missing.set}.", "dim")
    if not settings.directories:
        say("No directory can be asked." if settings.broken else "No directory is configured.", "red")
    if not (settings.directories or settings.broken):
        say("    fix: user-directory-mcp setup asks for one, and for those that a file enables (okta, entra, …).")
        say("    To try it without a key: --sandbox.")


def _as_json(settings: Settings, found: list[Examination], severity: Severity) -> dict[str, Any]:
    return {
        "severity": severity,
        "faults": [
            {"about": _about(settings, fault), "place": fault.place, "problem": fault.problem, "fix": fault.fix}
            for fault in settings.all_faults()
        ],
        "directories": [_directory_as_json(each) for each in found],
        "not_configured": [{"provider": each.provider, "set": each.set} for each in settings.unconfigured],
    }


def _directory_as_json(examination: Examination) -> dict[str, Any]:
    diagnosis = examination.diagnosis
    about = {"name": diagnosis.directory, "provider": diagnosis.provider, "severity": examination.severity}
    about["signs_in_by"] = examination.signs_in_by
    said = {} if diagnosis.said is None else {"said": diagnosis.said}
    return about | said | {"checks": [check.as_json() for check in examination.checks]}
