"""What the conformance suite found, judged by the list of checks that are not passed, and shown as a page's tables."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

__all__ = ["BEGIN", "END", "ERAS", "Apart", "Check", "Known", "faults", "known", "read_checks", "tables", "written"]

ERAS = ("2025-11-25", "2026-07-28")
"""The revisions of the protocol whose requirements the suite has."""

BEGIN, END = "<!-- written by clients/conformance.py -->\n", "<!-- end -->\n"
_FOLDER = re.compile(r"server-(.+)-\d{4}-\d\d-\d\dT[\dZ-]+")
"""Where the suite puts what it found of a scenario: the name, and the time."""

_SCHEMA = "/wire-schema-valid"
"""Every scenario checks each message against the schema, also where nothing else of it applies."""

_NOT_PASSED = frozenset({"FAILURE", "WARNING"})


class Check(NamedTuple):
    """One check that was made; `name` is SCENARIO/CHECK."""

    era: str
    name: str
    status: str
    message: str

    @property
    def scenario(self) -> str:
        return self.name.partition("/")[0]


class Apart(NamedTuple):
    """Checks that are not passed, for one reason."""

    why: str
    checks: frozenset[str]


class Known(NamedTuple):
    """Checks that are not passed, and those that are passed by an answer that says nothing."""

    apart: tuple[Apart, ...]
    hollow: frozenset[str]


def known(file: Path) -> Known:
    """Read the list."""
    read = tomllib.loads(file.read_text(encoding="utf-8"))
    apart = (Apart(each["why"], frozenset(each["checks"])) for each in read["apart"])
    return Known(tuple(apart), frozenset(read["hollow"]["checks"]))


def read_checks(era: str, folder: Path) -> Iterator[Check]:
    """Read what the suite left in a folder; what only informs is left out."""
    for file in sorted(folder.glob("*/checks.json")):
        named = _FOLDER.fullmatch(file.parent.name)
        assert named is not None, file
        for made in json.loads(file.read_text(encoding="utf-8")):
            if made["status"] not in ("INFO", "SKIPPED"):
                message = str(made.get("errorMessage") or made.get("details") or "")
                yield Check(era, f"{named[1]}/{made['id']}", made["status"], message)


def faults(checks: Sequence[Check], listed: Known) -> Iterator[str]:
    """Say what is otherwise than the list has it."""
    apart = frozenset[str]().union(*(each.checks for each in listed.apart))
    for check in checks:
        if check.status in _NOT_PASSED and check.name not in apart:
            yield f"{check.era} {check.name} is not passed: {check.message[:300]}"
    failed = {(check.era, check.name) for check in checks if check.status in _NOT_PASSED}
    for era, name in sorted({(check.era, check.name) for check in checks} - failed):
        if name in apart:
            yield f"{era} {name} is passed; take it from the list"
    for name in sorted((apart | listed.hollow) - {check.name for check in checks}):
        yield f"{name} is on the list, and was not made"


def tables(checks: Sequence[Check], listed: Known) -> str:
    """What applies, scenario by scenario; then what does not, reason by reason."""
    told = [check for check in checks if _tells(check, listed)]
    numbers = Counter((check.scenario, check.era) for check in told)
    lines = ["| scenario | " + " | ".join(ERAS) + " |", "| --- |" + " --- |" * len(ERAS)]
    for scenario in sorted({check.scenario for check in told}):
        passed = (str(numbers[scenario, era] or "-") for era in ERAS)
        lines.append(f"| {scenario} | {' | '.join(passed)} |")
    lines += ["", *_totals(checks, told, listed), "", "| does not apply | why |", "| --- | --- |"]
    lines += [f"| {', '.join(_scenarios(each.checks, told))} | {each.why} |" for each in listed.apart]
    return "\n".join(lines) + "\n"


def _tells(check: Check, listed: Known) -> bool:
    """Return whether a check was passed, and says more of this server than that its messages are valid."""
    return check.status == "SUCCESS" and check.name not in listed.hollow and not check.name.endswith(_SCHEMA)


def _totals(checks: Sequence[Check], told: Sequence[Check], listed: Known) -> Iterator[str]:
    valid = sum(check.name.endswith(_SCHEMA) and check.status == "SUCCESS" for check in checks)
    yield f"{len(told)} checks passed. In all {valid} runs that hold each message against the schema of the revision,"
    yield f"all messages of the server were valid. {len(listed.hollow)} more checks passed only because the answer,"
    yield "that there is no such tool, is what they want too; they are counted nowhere."


def _scenarios(names: frozenset[str], told: Sequence[Check]) -> list[str]:
    """Name the scenarios of these checks, and say which of them apply in part."""
    passed = {check.scenario for check in told}
    scenarios = {name.partition("/")[0] for name in names}
    return [f"{each} (partly)" if each in passed else each for each in sorted(scenarios)]


def written(page: str, table: str) -> str:
    """Return the page with these tables between its marks."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}"
