"""What `doctor` finds out about a directory: everything is tried, and what is wrong is the check that says so."""

import json
from pathlib import Path
from typing import Any

import anyio
import pytest
from pydantic import SecretStr

from user_directories import Directories, DirectorySettings, MemoryStore, built_in, load_manifest
from user_directories.manifest import CountEndpoint, Lookup
from user_directory_sandbox import DIRECTORIES
from user_directory_server.checkup.check import severity_of
from user_directory_server.checkup.examination import Examination, examine

from ..directories.conftest import listening as simulated
from ..directories.conftest import response
from ..directories.dialects.simulated import SCIM_PAGE, scim_answer
from .in_process import run_command


async def examined(house: Any, name: str, **changes: Any) -> Examination:
    _, directories = await house.open(name, **changes)
    return await examine(directories, name)


async def found(house: Any, name: str, **changes: Any) -> dict[str, Any]:
    """The checks that are not well, by name."""
    checks = (await examined(house, name, **changes)).checks
    return {check.name: check for check in checks if check.outcome in ("warning", "bad")}


def changed(name: str, part: str, **values: Any) -> dict[str, Any]:
    """A page of which one table is wrong."""
    return {part: getattr(built_in(name), part).model_copy(update=values)}


@pytest.mark.parametrize("name", DIRECTORIES)
async def test_of_a_directory_that_works_everything_is_tried_and_well(house: Any, name: str) -> None:
    _, directories = await house.open(name)
    examination = await examine(directories, name)
    assert examination.severity == "ok"
    outcomes = {check.name: check.outcome for check in examination.checks}
    able = directories.capabilities()[0]
    tried = {"second page", "one user by id", "one user by address", "search", "count"}
    tried |= {f"order {sort}" for sort in able.sort} | {f"filter {field}" for field in able.filters}
    shown = {each for each in tried if each.removeprefix("filter ") not in {"organization", "last_active_at"}}
    assert {each: outcomes[each] for each in shown} == dict.fromkeys(shown, "ok")
    assert tried <= outcomes.keys()
    assert {"fields", "values", "limit"} <= outcomes.keys()


@pytest.mark.parametrize("name", DIRECTORIES)
async def test_only_get_is_sent_and_no_more_than_is_told(house: Any, name: str) -> None:
    checks = (await examined(house, name)).checks
    sent = (await house.control.get(f"{name}/requests")).json()
    sent = sent["requests"]
    assert {each["method"] for each in sent} == {"GET"}
    assert 10 < len(sent) <= sum(check.requests for check in checks) < 150


@pytest.mark.parametrize("name", DIRECTORIES)
async def test_no_value_of_a_user_is_told(house: Any, name: str) -> None:
    text = json.dumps([check.as_json() for check in (await examined(house, name)).checks])
    told = [
        value
        for record in house.sandbox.records(name)
        for value in (record.get("id"), record.get("email"), record.get("name"))
        if isinstance(value, str) and value in text
    ]
    assert told == []


async def test_a_value_that_no_filter_takes_is_not_told_either(house: Any) -> None:
    user = built_in("delay").user.model_copy(update={"email": "name", "created_at": "name", "name": "email"})
    checks = (await examined(house, "delay", manifest={"user": user})).checks
    text = json.dumps([check.as_json() for check in checks])
    assert [record["name"] for record in house.sandbox.records("delay") if record["name"] in text] == []
    outcomes = {check.name: check.outcome for check in checks}
    assert outcomes["filter created_at"] == outcomes["one user by address"] == "not tried"


async def test_a_request_for_one_user_that_finds_nobody_is_told(house: Any) -> None:
    checks = await found(house, "delay", manifest=changed("delay", "get", path="/people/{id}"))
    assert list(checks) == ["one user by id"]
    assert "not by the request for one user" in checks["one user by id"].seen
    assert "get.path" in checks["one user by id"].fix


async def test_a_look_up_of_an_address_that_finds_nobody_is_told(house: Any) -> None:
    get = changed("delay", "get", email=Lookup(path="/by-mail/{value}"))
    checks = await found(house, "delay", manifest=get)
    assert checks["one user by address"].outcome in ("warning", "bad")
    assert "get.email" in checks["one user by address"].fix


async def test_an_endpoint_for_the_count_that_gives_no_number_is_told(house: Any) -> None:
    checks = await found(house, "delay", manifest={"count": CountEndpoint(path="/users/count")})
    assert list(checks) == ["count"]
    assert (checks["count"].outcome, "count.path" in checks["count"].fix) == ("warning", True)


async def test_an_order_that_is_none_is_told(house: Any) -> None:
    sort = built_in("delay").sort
    wrong = {"sort": {**sort, "name": sort["name"].model_copy(update={"ascending": sort["created_at"].descending})}}
    checks = await found(house, "delay", manifest=wrong)
    assert list(checks) == ["order name:asc"]
    assert (checks["order name:asc"].outcome, "sort.name" in checks["order name:asc"].fix) == ("bad", True)


async def test_a_filter_that_has_no_effect_is_told(house: Any) -> None:
    filters = built_in("delay").filters
    rule = filters["role"]
    wrong = {"filters": {**filters, "role": {"is": rule["is"].model_copy(update={"parameter": "rolle"})}}}
    checks = await found(house, "delay", manifest=wrong)
    assert list(checks) == ["filter role"]
    assert "do not match" in checks["filter role"].seen
    assert "filters.role" in checks["filter role"].fix


@pytest.mark.parametrize("name", ["delay", "quo"])
async def test_a_page_parameter_that_has_no_effect_is_told(house: Any, name: str) -> None:
    pagination = built_in(name).list.pagination.model_copy(update={"parameter": "seite"})
    checks = await found(house, name, manifest=changed(name, "list", pagination=pagination))
    assert (checks["second page"].outcome, "list.pagination" in checks["second page"].fix) == ("bad", True)


async def test_what_agents_do_not_see_is_not_tried(house: Any) -> None:
    examination = await examined(house, "delay", fields={"email": "none", "name": "masked"})
    checks = {check.name: check for check in examination.checks}
    assert examination.severity == "ok"
    assert checks["one user by address"].outcome == checks["filter name"].outcome == "not tried"
    assert "filter email" not in checks
    assert "masked: name; hidden: email" in checks["fields"].seen


async def test_a_directory_without_users_is_well(house: Any) -> None:
    await house.tell("delay", "delete", count=230)
    examination = await examined(house, "delay")
    assert examination.severity == "ok"
    assert next(check.seen for check in examination.checks if check.name == "count").startswith("0 users")


async def test_where_the_first_page_fails_nothing_else_is_tried(house: Any) -> None:
    (check,) = (await examined(house, "delay", key=SecretStr("wrong"))).checks
    assert (check.name, check.outcome) == ("first page", "bad")


async def test_a_provider_is_asked_no_more_than_its_rate_allows_in_a_minute(house: Any) -> None:
    examination = await examined(house, "delay", requests_per_second=0.4, seconds=1)
    not_tried = [check for check in examination.checks if check.outcome == "not tried"]
    assert not_tried
    assert sum(check.requests for check in examination.checks) <= 24 + 10
    assert examination.severity != "bad"


async def test_refusals_as_too_many_are_told_as_the_limit(house: Any) -> None:
    await house.tell("delay", "faults", kind="status", status=429, next=1)
    checks = await found(house, "delay")
    assert "refused" in next(iter(checks.values())).seen or "limiting" in next(iter(checks.values())).seen


@pytest.mark.parametrize(
    ("outcomes", "severity"),
    [
        ((), "ok"),
        (("ok", "not tried"), "ok"),
        (("ok", "warning", "not tried"), "warning"),
        (("warning", "bad", "ok"), "bad"),
    ],
)
def test_the_worst_of_several_is_how_bad_they_are(outcomes: tuple[Any, ...], severity: str) -> None:
    assert severity_of(outcomes) == severity


async def test_the_exit_status_is_the_severity(child_environment: dict[str, str], control: Any) -> None:
    quick = ("doctor", "--quick")
    assert (await anyio.to_thread.run_sync(run_command, child_environment, *quick)).returncode == 0
    await control.post("delay/behaviour", json={"fuzzy_parameter": None})
    assert (await anyio.to_thread.run_sync(run_command, child_environment, *quick)).returncode == 3
    wrong = child_environment | {"QUO_API_KEY": "wrong"}
    assert (await anyio.to_thread.run_sync(run_command, wrong, *quick)).returncode == 1


async def test_filters_that_share_one_expression_are_tried_one_by_one(tmp_path: Path) -> None:
    file = tmp_path / "acme.toml"
    file.write_text(SCIM_PAGE, encoding="utf-8")
    async with simulated(lambda asked: scim_answer(asked, response)) as provider:
        settings = DirectorySettings("acme", load_manifest(file), provider.url, SecretStr("acme-key"))
        async with Directories([settings], MemoryStore()) as directories:
            checks = {check.name: check for check in (await examine(directories, "acme")).checks}
    told = {name: check.seen for name, check in checks.items() if name.startswith("filter ")}
    assert {name: checks[name].outcome for name in told} == dict.fromkeys(told, "ok")
    assert all("provider's own filter too" in told[f"filter {field}"] for field in ("id", "email", "state"))
    assert any('emails.value eq "ada@acme.example"' in asked.query.get("filter", "") for asked in provider.asked)
    assert checks["search"].outcome == "ok"


async def test_an_expression_that_the_api_does_not_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "acme.toml"
    file.write_text(SCIM_PAGE.replace('attribute = "active"', 'attribute = "active is"'), encoding="utf-8")
    async with simulated(lambda asked: scim_answer(asked, response)) as provider:
        settings = DirectorySettings("acme", load_manifest(file), provider.url, SecretStr("acme-key"))
        async with Directories([settings], MemoryStore()) as directories:
            checks = {check.name: check for check in (await examine(directories, "acme")).checks}
    assert [name for name, check in checks.items() if check.outcome == "bad"] == ["filter state"]
