"""No version with a known advisory is installed or may be, and the floors that say so are those that are tested."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from advisories import OLDEST, Advisory, Dependency, Known, Range, closure, faults, read, requirements

CI = Path(__file__).parents[2] / ".ci"
PYPROJECT = CI.parent / "pyproject.toml"
TODAY = date(2026, 11, 26)
MENDED = Advisory("CVE-1", "bread", "https://example.org/1", [Range(Version("1.5"), fixed=Version("2.12"))])
UNMENDED = Advisory("CVE-2", "bread", "https://example.org/2", [Range(Version("3"))])
LAST = Advisory("CVE-3", "bread", "https://example.org/3", [Range(last_affected=Version("1.2"))])
TWO_LINES = Advisory("CVE-4", "bread", "https://example.org/4", [
    Range(Version("1.8"), fixed=Version("1.30")), Range(Version("2.0"), fixed=Version("2.2")),
])  # fmt: skip


def _faults(version="2.12", specifiers=">=2.12", advisories=(MENDED,), reviewed=TODAY, packages=("bread",)):
    known = Known(reviewed, set(packages), list(advisories))
    return list(faults(known, {"bread": Dependency(Version(version), SpecifierSet(specifiers))}, TODAY))


def test_a_list_of_today_without_an_affected_version_has_no_fault():
    assert _faults() == []


def test_a_list_is_believed_for_ninety_days_and_no_longer():
    assert _faults(reviewed=TODAY - timedelta(days=OLDEST)) == []
    (fault,) = _faults(reviewed=TODAY - timedelta(days=OLDEST + 1))
    assert "91 days ago" in fault
    assert "look them up again" in fault


def test_a_list_from_the_future_is_not_believed():
    assert len(_faults(reviewed=TODAY + timedelta(days=1))) == 1


def test_an_affected_version_that_is_installed_is_named_with_its_fix():
    (fault,) = _faults(version="2.11.9")
    assert fault.startswith("bread 2.11.9 is installed and has CVE-1 (https://example.org/1): require bread>=2.12")


@pytest.mark.parametrize(
    "specifiers",
    ["", ">=2.11", ">2.11,<3", "<3", "~=2.3", "==2.0", "==2.*", "!=2.11", ">=1,!=1.5", ">=2.12rc1", "===2.0,>=2.0"],
)
def test_a_requirement_that_admits_an_affected_version_is_named_with_its_fix(specifiers):
    (fault,) = _faults(specifiers=specifiers)
    assert fault.endswith("admits versions with CVE-1 (https://example.org/1): require bread>=2.12, in pyproject.toml")


@pytest.mark.parametrize(
    "specifiers", [">=2.12", ">2.12", ">=2.12.1,<3", "~=2.13", "==3.*", ">=1,<1.5", "==1.4", ">=3"]
)
def test_a_requirement_that_admits_no_affected_version_is_none(specifiers):
    assert _faults(specifiers=specifiers) == []


def test_the_requirements_of_several_packages_are_taken_together():
    assert _faults(specifiers=str(SpecifierSet(">=1") & SpecifierSet(">=2.12"))) == []


def test_without_a_fix_every_later_version_is_affected():
    installed, admitted = _faults(version="99", specifiers=">=4", advisories=[UNMENDED])
    assert "bread 99 is installed" in installed
    assert "no version has a fix" in admitted
    assert _faults(specifiers=">=2,<3", advisories=[UNMENDED]) == []


def test_after_the_last_affected_version_there_is_none():
    assert _faults(specifiers=">1.2", advisories=[LAST]) == []
    (fault,) = _faults(specifiers=">=1.2", advisories=[LAST])
    assert "require bread>1.2" in fault


def test_each_line_of_releases_has_its_own_fix():
    assert _faults(version="1.30", specifiers=">=1.30,<2", advisories=[TWO_LINES]) == []
    assert len(_faults(version="2.1", specifiers=">=2.2", advisories=[TWO_LINES])) == 1
    (fault,) = _faults(version="2.2", specifiers=">=1.30", advisories=[TWO_LINES])
    assert "require bread>=2.2" in fault


def test_a_package_that_was_never_looked_up_is_a_fault():
    (fault,) = _faults(packages=(), advisories=())
    assert fault.startswith("bread was never looked up")


def test_an_advisory_of_a_package_that_is_not_installed_is_no_fault():
    other = MENDED._replace(package="stone")
    assert _faults(advisories=[other]) == []


def test_what_is_needed_indirectly_is_found_with_all_that_is_asked_of_it():
    found = closure(requirements(PYPROJECT))
    assert {"mcp", "httpcore2", "cffi"} <= found.keys()  # cffi: needed by what the extra `crypto` of pyjwt needs
    assert "pytest" not in found
    assert {one.operator for one in found["anyio"].specifiers} == {">=", "<"}


def test_every_entry_has_a_page_and_a_package_that_was_looked_up():
    known = read(CI / "advisories.toml")
    assert {advisory.package for advisory in known.advisories} <= known.packages
    assert [advisory.id for advisory in known.advisories if not advisory.url.startswith("https://")] == []
    assert len({advisory.id for advisory in known.advisories}) == len(known.advisories)


def test_the_lowest_versions_that_are_tested_are_the_floors_that_are_promised():
    lines = (CI / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    floors = {
        one.name: next(part.version for part in one.specifier if part.operator == ">=")
        for one in requirements(PYPROJECT)
    }
    assert {name: Version(pins[name]) for name in floors} == {name: Version(floor) for name, floor in floors.items()}
