"""A client of SCIM 2.0 that checks every answer reads the table. https://scim2-client.readthedocs.io"""

from typing import Any

import httpx2
import pytest

from user_directory_sandbox import Sandbox

engines = pytest.importorskip("scim2_client.engines.httpx2")
models = pytest.importorskip("scim2_models")

pytestmark = pytest.mark.filterwarnings("ignore:The 'resource_models':DeprecationWarning")


@pytest.fixture
async def sandbox():
    async with Sandbox(users=237, providers=["scim"]) as opened:
        yield opened


@pytest.fixture
async def client(sandbox):
    key = {"Authorization": "Bearer sandbox-scim-key"}
    async with httpx2.AsyncClient(base_url=sandbox.base_url("scim") + "/scim/v2", headers=key) as http:
        yield engines.AsyncSCIMClient(http, resource_models=[models.User])


async def test_it_lists_every_user_page_by_page(sandbox, client):
    found: list[Any] = []
    while True:
        asked = models.SearchRequest(start_index=len(found) + 1, count=50)
        page = await client.query(models.User, query_parameters=asked)
        found += page.resources
        if len(found) >= page.total_results:
            break
    assert [each.id for each in found] == [each["id"] for each in sandbox.records("scim")]


async def test_it_finds_one_user_by_id_and_by_a_filter(sandbox, client):
    somebody = next(sandbox.records("scim"))
    assert (await client.query(models.User, somebody["id"])).user_name == somebody["userName"]
    asked = models.SearchRequest(filter=f'emails.value eq "{somebody["emails"][0]["value"]}"')
    page = await client.query(models.User, query_parameters=asked)
    assert [each.id for each in page.resources] == [somebody["id"]]


async def test_it_reads_what_is_supported_and_what_is_wrong(client):
    assert (await client.query(models.ServiceProviderConfig)).filter.supported is True
    problem = await client.query(
        models.User, query_parameters=models.SearchRequest(filter='nickName eq "x"'), raise_scim_errors=False
    )
    assert (problem.status, problem.scim_type) == (400, "invalidFilter")
