"""The providers' own clients take the sandbox for the real thing."""

from collections.abc import Iterator

import pytest
from anyio.from_thread import start_blocking_portal

from user_directory_sandbox import Sandbox

httpx = pytest.importorskip("httpx")
braintrust_api = pytest.importorskip("braintrust_api")
klavis = pytest.importorskip("klavis")
klavis_errors = pytest.importorskip("klavis.core.api_error")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox in a thread of its own, because these clients block theirs."""
    with start_blocking_portal() as portal:
        opened = Sandbox(users=237)
        with portal.wrap_async_context_manager(opened):
            yield opened


@pytest.fixture
def klavis_client(sandbox):
    with httpx.Client() as http:
        yield lambda key: klavis.Klavis(api_key=key, base_url=sandbox.base_url("klavis"), httpx_client=http)


@pytest.fixture
def braintrust_client(sandbox):
    with braintrust_api.Braintrust(
        api_key="sandbox-braintrust-key", base_url=sandbox.base_url("braintrust"), max_retries=0
    ) as client:
        yield client


def test_klavis_lists_every_user_page_by_page(sandbox, klavis_client):
    client = klavis_client("sandbox-klavis-key")
    first = client.user.get_all_users(page_size=100)
    pages = [first] + [client.user.get_all_users(page_size=100, page_number=n) for n in range(2, first.total_pages + 1)]
    found = [user.user_id for page in pages for user in page.users]
    assert found == [user["userId"] for user in sandbox.records("klavis")]
    assert first.total_count == 237


def test_klavis_gets_one_user_and_their_integrations(sandbox, klavis_client):
    client = klavis_client("sandbox-klavis-key")
    identity = next(user["userId"] for user in sandbox.records("klavis") if "@" in user["userId"])
    assert client.user.get_user_by_user_id(identity).user_id == identity
    assert client.user.get_user_integrations(identity).integrations


def test_klavis_raises_its_own_errors(klavis_client):
    with pytest.raises(klavis.UnprocessableEntityError) as bound:
        klavis_client("sandbox-klavis-key").user.get_all_users(page_size=1001)
    assert bound.value.body.detail[0].type == "less_than_equal"
    with pytest.raises(klavis_errors.ApiError) as key:
        klavis_client("wrong").user.get_all_users()
    assert (key.value.status_code, key.value.body) == (403, {"detail": "Invalid API key"})


def test_braintrust_lists_every_user_by_its_own_pagination(sandbox, braintrust_client):
    found = [user.to_dict() for user in braintrust_client.users.list(limit=100)]
    assert [user["id"] for user in found] == [user["id"] for user in sandbox.records("braintrust")]


def test_braintrust_gets_one_user_and_filters_by_several_addresses(sandbox, braintrust_client):
    users = [user for user in sandbox.records("braintrust") if user["email"]][:2]
    assert braintrust_client.users.retrieve(users[0]["id"]).email == users[0]["email"]
    found = braintrust_client.users.list(email=[user["email"] for user in users]).objects
    assert [user.id for user in found] == [user["id"] for user in users]


def test_braintrust_raises_its_own_errors(braintrust_client):
    with pytest.raises(braintrust_api.BadRequestError):
        braintrust_client.users.list(limit=-1)
    with pytest.raises(braintrust_api.NotFoundError):
        braintrust_client.users.retrieve("00000000-0000-4000-8000-000000000000")
    with pytest.raises(braintrust_api.AuthenticationError):
        braintrust_client.with_options(api_key="wrong").users.list()
