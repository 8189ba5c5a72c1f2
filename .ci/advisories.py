"""Fail if a dependency is, or may be installed as, a version with a known advisory. Needs no network.

`advisories.toml` beside this file holds what is known, and for which packages it was looked up; see CONTRIBUTING.md.
"""

import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, NamedTuple

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

HERE = Path(__file__).parent
OLDEST = 90
"""Days for which a look at the sources is believed."""


class Range(NamedTuple):
    """Versions with the fault, in the words of OSV: https://ossf.github.io/osv-schema/#affectedrangesevents-fields."""

    introduced: Version = Version("0.dev0")
    fixed: Version | None = None
    """The first version without it; without this and `last_affected`, every later version has it."""
    last_affected: Version | None = None

    def __contains__(self, version: object) -> bool:
        """Whether this `Version` has the fault."""
        if not isinstance(version, Version) or version < self.introduced:
            return False
        if self.fixed is not None:
            return version < self.fixed
        return self.last_affected is None or version <= self.last_affected


class Advisory(NamedTuple):
    id: str
    package: str
    url: str
    ranges: list[Range]

    def affects(self, version: Version) -> bool:
        return any(version in found for found in self.ranges)

    def admitted_by(self, specifiers: SpecifierSet) -> bool:
        """Whether these specifiers allow an affected version, released or not."""
        starts = [found.introduced for found in self.ranges]
        return any(
            self.affects(version) and specifiers.contains(version, prereleases=True)
            for version in _lowest(specifiers, starts)
        )

    @property
    def fix(self) -> str:
        """A requirement that no affected version meets, or what else helps."""
        ends = [found.fixed for found in self.ranges]
        fixed = [end for end in ends if end is not None]
        if len(fixed) == len(ends):
            return f"require {self.package}>={max(fixed)}"
        if all(end is not None or found.last_affected for end, found in zip(ends, self.ranges, strict=True)):
            last = [found.last_affected for found in self.ranges if found.last_affected is not None]
            return f"require {self.package}>{max([*last, *fixed])}"
        return f"no version has a fix: do without {self.package}, or require one from before the fault"


class Known(NamedTuple):
    reviewed: date
    packages: set[str]
    advisories: list[Advisory]


class Dependency(NamedTuple):
    version: Version
    specifiers: SpecifierSet
    """What all that need it ask for, together."""


def read(path: Path) -> Known:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    packages: set[str] = {canonicalize_name(name) for name in table["packages"]}
    return Known(table["reviewed"], packages, [_advisory(entry) for entry in table["advisories"]])


def _advisory(entry: dict[str, Any]) -> Advisory:
    ranges = [Range(**{event: Version(text) for event, text in found.items()}) for found in entry["affected"]]
    return Advisory(entry["id"], canonicalize_name(entry["package"]), entry["url"], ranges)


def _lowest(specifiers: SpecifierSet, starts: list[Version]) -> Iterator[Version]:
    """One of these is in the specifiers and affected, if any release is: both sets are intervals, open or closed."""
    bounds = [Version(one.version.removesuffix(".*")) for one in specifiers if one.operator != "==="]
    for bound in [*starts, *bounds]:
        yield bound
        yield Version(f"{bound.epoch}!{bound.base_version.rpartition('!')[2]}.0.0.0.1")  # just above it


def requirements(pyproject: Path) -> list[Requirement]:
    """What the project itself requires, as it stands in the file and not as it was installed."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    return [Requirement(line) for line in project["dependencies"]]


def closure(required: list[Requirement]) -> dict[str, Dependency]:
    """Everything installed that these need, directly or not, on this system.

    Raises: PackageNotFoundError, if one of them is not installed.
    """
    found: dict[str, Dependency] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(one, "") for one in required]
    while waiting:
        one, extra = waiting.pop()
        if one.marker is not None and not one.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(one.name)
        installed = distribution(name)
        before = found[name].specifiers if name in found else SpecifierSet()
        found[name] = Dependency(Version(installed.version), before & one.specifier)
        for wanted in {("", name), *((extra, name) for extra in one.extras)} - seen:
            seen.add(wanted)
            waiting += [(Requirement(line), wanted[0]) for line in installed.requires or []]
    return found


def faults(known: Known, dependencies: dict[str, Dependency], today: date) -> Iterator[str]:
    """What is wrong, each with its fix."""
    age = (today - known.reviewed).days
    if not 0 <= age <= OLDEST:
        yield f"advisories.toml was reviewed on {known.reviewed}, {age} days ago; at most {OLDEST}: look them up again"
    for name in sorted(dependencies.keys() - known.packages):
        yield f"{name} was never looked up: look up its advisories, and add it to `packages` in advisories.toml"
    for advisory in known.advisories:
        dependency = dependencies.get(advisory.package)
        if dependency is None:
            continue
        told = f"{advisory.id} ({advisory.url}): {advisory.fix}"
        if advisory.affects(dependency.version):
            yield f"{advisory.package} {dependency.version} is installed and has {told}, and install it"
        if advisory.admitted_by(dependency.specifiers):
            yield f"`{advisory.package}{dependency.specifiers}` admits versions with {told}, in pyproject.toml"


def main() -> int:
    known = read(HERE / "advisories.toml")
    try:
        dependencies = closure(requirements(HERE.parent / "pyproject.toml"))
    except PackageNotFoundError as error:
        print(f"{error.name} is required and not installed: pip install -e '.[test,dev]'", file=sys.stderr)
        return 1
    found = list(faults(known, dependencies, datetime.now(UTC).date()))
    print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
