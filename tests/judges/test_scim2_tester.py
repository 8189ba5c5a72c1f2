"""The checks of scim2-tester that only read take the table for a service provider. https://scim2-tester.readthedocs.io

The simulated API is read only, so users are not created for a check: they are there. It has no `/ResourceTypes`,
`/Schemas` or `/.search`, and no `attributes`, which no client of ours asks for.
"""

from types import SimpleNamespace
from typing import Any

import anyio.to_thread
import httpx2
import pytest

from user_directory_sandbox import Sandbox

tester = pytest.importorskip("scim2_tester")
engines = pytest.importorskip("scim2_client.engines.httpx2")
models = pytest.importorskip("scim2_models")

pytestmark = pytest.mark.filterwarnings("ignore:The 'resource_models':DeprecationWarning")

VARIANTS = ["usual", "cursors", "cursors-alone", "bare"]
TAGS = {"service-provider-config", "misc"}


@pytest.fixture(params=VARIANTS)
async def sandbox(request):
    async with Sandbox(users=20, providers=["scim"]) as opened, httpx2.AsyncClient() as http:
        sent = {"variant": request.param}
        assert (await http.post(f"{opened.url}/_control/scim/behaviour", json=sent)).status_code == 200
        yield opened


async def outcomes(sandbox: Sandbox, check: Any) -> dict[str, str]:
    """How each check ended, by its name; checks are no coroutines."""

    def run() -> list[Any]:
        key = {"Authorization": "Bearer sandbox-scim-key"}
        with httpx2.Client(base_url=sandbox.base_url("scim") + "/scim/v2", headers=key) as http:
            return list(check(engines.SyncSCIMClient(http, resource_models=[models.User])))

    results = await anyio.to_thread.run_sync(run)
    return {each.title: each.status.name for each in results if each.status.name != "SKIPPED"}


async def test_what_it_says_of_itself_and_its_errors_are_as_the_standard_has_them(sandbox):
    found = await outcomes(sandbox, lambda client: tester.check_server(client, include_tags=TAGS))
    absent = {"query_all_resource_types", "query_all_schemas"}
    assert {name for name, outcome in found.items() if outcome != "SUCCESS"} <= absent
    assert {
        "service_provider_config_endpoint",
        "service_provider_config_endpoint_methods",
        "random_url",
    } <= found.keys()


@pytest.mark.parametrize("name", ["object_query", "object_query_without_id"])
async def test_a_user_is_read_and_listed_as_the_standard_has_it(sandbox, name):
    reading = pytest.importorskip("scim2_tester.checkers.resource_get")
    utils = pytest.importorskip("scim2_tester.utils")
    somebody = SimpleNamespace(id=next(sandbox.records("scim"))["id"])

    def check(client: Any) -> Any:
        context = utils.CheckContext(client, utils.CheckConfig())
        context.resource_manager = SimpleNamespace(create_and_register=lambda _: somebody, cleanup=list)
        return getattr(reading, name)(context, models.User)

    assert await outcomes(sandbox, check) == {name: "SUCCESS"}
