"""Expressions, asked of the simulated service provider of SCIM and of the simulated Okta, which read them strictly."""

from contextlib import AsyncExitStack

import pytest
from pydantic import SecretStr

from user_directories import Directories, DirectorySettings, Manifest, MemoryStore, Query, Request, conditions
from user_directory_sandbox import Sandbox
from user_directory_sandbox.apis.tabled import TABLED


def rule(name, *operators, **more):
    return {"parameter": "filter", "attribute": name, "match": "exact", "operators": list(operators), **more}


def page(name, path, listed, **more):
    return {
        "version": 1,
        "name": name,
        "title": name,
        "docs": "https://acme.example",
        "dialect": name,
        "auth": {"environment": "KEY", "scheme": ""},
        "list": {"path": path, **listed},
        **more,
    }


SCIM = page(
    "scim",
    "/scim/v2/Users",
    {
        "items": "Resources",
        "page_size": {"parameter": "count", "maximum": 200},
        "pagination": {"strategy": "offset", "parameter": "startIndex", "first": 1},
        "total": {"path": "totalResults"},
    },
    filters={
        "id": rule("id"),
        "email": rule("emails.value", "is", "starts_with", "missing"),
        "given_name": rule("name.givenName"),
        "family_name": rule("name.familyName"),
        "state": rule("active", type="boolean"),
        "created_at": rule("meta.created", "after", "before"),
    },
    values={"state": {"active": True, "inactive": False}},
    user={
        "id": "id",
        "email": "emails[0].value",
        "given_name": "name.givenName",
        "family_name": "name.familyName",
        "state": "active",
        "created_at": "meta.created",
    },
)
OKTA = page(
    "okta",
    "/api/v1/users",
    {
        "items": "@",
        "page_size": {"parameter": "limit", "maximum": 200},
        "pagination": {"strategy": "link", "parameters": ["after", "limit"]},
    },
    filters={
        "id": rule("id", parameter="search"),
        "email": rule("profile.email", "is", "starts_with", "missing", parameter="search"),
        "given_name": rule("profile.firstName", parameter="search"),
        "family_name": rule("profile.lastName", parameter="search"),
        "status": rule("status", parameter="search"),
        "created_at": rule("created", "after", "before", parameter="search"),
    },
    user={
        "id": "id",
        "email": "profile.email",
        "given_name": "profile.firstName",
        "family_name": "profile.lastName",
        "status": "status",
        "created_at": "created",
    },
)
PAGES = {"scim": (SCIM, "Bearer sandbox-scim-key", "filter"), "okta": (OKTA, "SSWS sandbox-okta-key", "search")}


class Asker:
    """A directory of the sandbox, and what it was asked."""

    def __init__(self, name, sandbox, directories):
        self.name, self.sandbox, self.directories = name, sandbox, directories
        self.parameter = PAGES[name][2]

    @property
    def records(self):
        return list(self.sandbox.records(self.name))

    async def listed(self, filters, limit=100):
        found = await self.directories.users(Request("list", self.name, Query(conditions(filters)), limit))
        while found.cursor:
            more = await self.directories.users(Request("list", self.name, Query(), limit, found.cursor))
            found = more if not more.users else type(more)(**vars(more) | {"users": (*found.users, *more.users)})
        return {each.user.id for each in found.users}

    def asked(self):
        return self.directories.directory(self.name).source.traffic.requests


@pytest.fixture(params=PAGES)
async def asker(request):
    manifest, key, _ = PAGES[request.param]
    async with Sandbox(users=237, providers=TABLED) as sandbox, AsyncExitStack() as exits:
        base = sandbox.base_url(request.param)
        settings = DirectorySettings(request.param, Manifest.model_validate(manifest), base, SecretStr(key))
        directories = await exits.enter_async_context(Directories([settings], MemoryStore()))
        yield Asker(request.param, sandbox, directories)


def address(record):
    return record["profile"]["email"] if "profile" in record else record["emails"][0]["value"]


def created(record):
    return record["created"] if "created" in record else record["meta"]["created"]


async def test_each_user_is_found_by_address_in_one_request(asker):
    for record in [each for each in asker.records if address(each)][::11]:
        before = asker.asked()
        lookup = await asker.directories.user_by_email(asker.name, address(record))
        same = {each["id"] for each in asker.records if (address(each) or "").lower() == address(record).lower()}
        assert {each.id for each in (lookup.user, *lookup.others) if each is not None} == same
        assert asker.asked() - before == 1


async def test_a_beginning_finds_those_whose_address_begins_so(asker):
    wanted = {each["id"] for each in asker.records if (address(each) or "").lower().startswith("a")}
    assert wanted
    assert await asker.listed({"email": {"starts_with": "A"}}) == wanted


async def test_bounds_of_a_time_find_those_between(asker):
    times = sorted(map(created, asker.records))
    start, end = times[60], times[120]
    found = await asker.listed({"created_at": {"after": start, "before": end}})
    assert found == {each["id"] for each in asker.records if start <= created(each) < end}


async def test_several_values_of_two_fields_are_one_expression(asker):
    chosen = {address(each).lower() for each in asker.records[::5] if address(each)}
    field, value = ("state", "active") if asker.name == "scim" else ("status", "ACTIVE")
    found = await asker.listed({"email": sorted(chosen), field: value})
    wanted = [each for each in asker.records if (address(each) or "").lower() in chosen]
    assert found == {each["id"] for each in wanted if each.get("active", each.get("status") == "ACTIVE")}
    assert found < {each["id"] for each in wanted}
