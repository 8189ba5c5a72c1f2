"""What the conformance suite found is held against a list, in both directions."""

import json
from pathlib import Path

import pytest

import conformance_judge
from conformance_judge import ERAS, Apart, Check, Known, faults, known, read_checks, tables, written

ROOT = Path(__file__).parents[2]
LISTED = Known((Apart("It has no prompts.", frozenset({"prompts/list"})),), frozenset({"tools/any"}))
AS_LISTED = (
    Check(ERAS[0], "prompts/list", "FAILURE", "Method not found"),
    Check(ERAS[0], "tools/any", "SUCCESS", ""),
    Check(ERAS[1], "tools/list", "SUCCESS", ""),
)


def test_what_is_as_listed_is_no_fault():
    assert list(faults(AS_LISTED, LISTED)) == []


@pytest.mark.parametrize("status", ["FAILURE", "WARNING"])
def test_a_check_that_fails_and_is_not_listed_is_a_fault(status):
    found = list(faults((*AS_LISTED, Check(ERAS[1], "ping/ping", status, "No answer")), LISTED))
    assert found == [f"{ERAS[1]} ping/ping is not passed: No answer"]


def test_a_listed_check_that_passes_in_one_era_is_a_fault():
    found = list(faults((*AS_LISTED, Check(ERAS[1], "prompts/list", "SUCCESS", "")), LISTED))
    assert found == [f"{ERAS[1]} prompts/list is passed; take it from the list"]


def test_listed_checks_that_were_not_made_are_faults():
    found = list(faults(AS_LISTED[2:], LISTED))
    assert found == ["prompts/list is on the list, and was not made", "tools/any is on the list, and was not made"]


def test_a_check_that_says_nothing_is_counted_nowhere():
    shown = tables(AS_LISTED, LISTED)
    assert f"| scenario | {ERAS[0]} | {ERAS[1]} |\n| --- | --- | --- |\n| tools | - | 1 |\n\n1 checks passed." in shown
    assert "| prompts | It has no prompts. |" in shown


def test_a_scenario_that_applies_in_part_is_named_so():
    passed = Check(ERAS[0], "prompts/other", "SUCCESS", "")
    assert "| prompts (partly) | It has no prompts. |" in tables((*AS_LISTED, passed), LISTED)


def test_what_the_suite_leaves_in_its_folder_is_read_but_for_what_only_informs(tmp_path):
    folder = tmp_path / "server-tools-call-error-2026-11-27T05-34-16-035Z"
    folder.mkdir()
    made = [
        {"id": "one", "status": "FAILURE", "errorMessage": "no"},
        {"id": "two", "status": "INFO"},
        {"id": "three", "status": "SKIPPED"},
        {"id": "four", "status": "SUCCESS", "details": {"a": 1}},
    ]
    (folder / "checks.json").write_text(json.dumps(made))
    assert list(read_checks(ERAS[0], tmp_path)) == [
        Check(ERAS[0], "tools-call-error/one", "FAILURE", "no"),
        Check(ERAS[0], "tools-call-error/four", "SUCCESS", "{'a': 1}"),
    ]


def test_no_check_is_listed_twice_and_each_reason_is_in_the_page():
    listed = known(ROOT / "clients/conformance.toml")
    names = [name for each in listed.apart for name in each.checks] + sorted(listed.hollow)
    assert len(names) == len(set(names))
    page = (ROOT / "docs/conformance.md").read_text(encoding="utf-8")
    assert [each.why for each in listed.apart if each.why not in page] == []


def test_tables_are_written_between_the_marks():
    page = f"before\n{conformance_judge.BEGIN}old\n{conformance_judge.END}after\n"
    assert written(written(page, "older"), "new") == (
        f"before\n{conformance_judge.BEGIN}\nnew\n{conformance_judge.END}after\n"
    )
