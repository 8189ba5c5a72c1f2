"""Microsoft's own client takes the table for the real thing, and knows each request of the preset.

https://github.com/microsoftgraph/msgraph-sdk-python is generated from the published description of Microsoft Graph:
the template of an address names the parameters, and the text beside a property its operators.
"""

import inspect
import re
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from user_directories import built_in
from user_directory_sandbox import Sandbox

from ..presets.opening import opened

msgraph = pytest.importorskip("msgraph")


def imported(name: str, module: str) -> Any:
    """A class of the client; its parts warn of each other."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return getattr(import_module(module), name)


Asked = imported("RequestConfiguration", "kiota_abstractions.base_request_configuration")
Users = imported("UsersRequestBuilder", "msgraph.generated.users.users_request_builder")
OneUser = imported("UserItemRequestBuilder", "msgraph.generated.users.item.user_item_request_builder")
Count = imported("CountRequestBuilder", "msgraph.generated.users.count.count_request_builder")
HttpClient = imported("AsyncClient", "httpx")  # that of its middleware leaves connections open
Problem = imported("ODataError", "msgraph.generated.models.o_data_errors.o_data_error")
User = imported("User", "msgraph.generated.models.user")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

SELECTED = ["id", "mail", "userPrincipalName", "accountEnabled", "createdDateTime", "otherMails"]
OPERATORS = {"eq": "eq", "ge": "ge", "le": "le", "startswith": "startsWith"}
"""As the preset writes an operator → as the texts do."""


DESCRIBED = Path(inspect.getfile(User)).read_text(encoding="utf-8")


class Key:
    """Signs in with the key of the sandbox."""

    def __init__(self, key):
        self._key = key

    async def authenticate_request(self, request, additional_authentication_context=None):
        request.headers.add("Authorization", f"Bearer {self._key}")


@pytest.fixture
async def sandbox():
    async with Sandbox(users=237, providers=["entra"]) as opened_sandbox:
        yield opened_sandbox


@pytest.fixture
async def client(sandbox):
    async with HttpClient() as http:

        def signed_in(key="sandbox-entra-key"):
            adapter = msgraph.GraphRequestAdapter(Key(key), client=http)
            adapter.base_url = sandbox.base_url("entra") + "/v1.0"
            return msgraph.GraphServiceClient(request_adapter=adapter)

        yield signed_in


def advanced(query=None):
    """A request with the header of advanced queries."""
    asked = Asked(query_parameters=query)
    asked.headers.add("ConsistencyLevel", "eventual")
    return asked


def listing(**asked):
    return advanced(Users.UsersRequestBuilderGetQueryParameters(select=SELECTED, count=True, **asked))


async def walked(client, **asked):
    """Everybody whom the client lists, page by page, and the count on the first page."""
    page = await client.users.get(request_configuration=listing(**asked))
    found, count = list(page.value), page.odata_count
    while page.odata_next_link is not None:
        page = await client.users.with_url(page.odata_next_link).get(request_configuration=advanced())
        found += page.value
    return found, count


async def test_it_lists_every_user_page_by_page(sandbox, client):
    found, count = await walked(client(), top=50)
    records = list(sandbox.records("entra"))
    assert count == len(records)
    for each, record in zip(found, records, strict=True):
        assert (each.id, each.mail, each.user_principal_name) == tuple(record[name] for name in SELECTED[:3])
        assert (each.account_enabled, each.other_mails) == (record["accountEnabled"], record["otherMails"])
        assert f"{each.created_date_time:%Y-%m-%dT%H:%M:%SZ}" == record["createdDateTime"]


async def test_it_filters_searches_orders_and_counts(sandbox, client):
    records = list(sandbox.records("entra"))
    guests = [each for each in records if each["userType"] == "Guest"]
    found, _ = await walked(client(), filter="userType eq 'Guest'", orderby=["userPrincipalName desc"])
    names = sorted((each["userPrincipalName"].casefold() for each in guests), reverse=True)
    assert [each.user_principal_name.casefold() for each in found] == names
    found, _ = await walked(client(), search=f'"mail:{guests[0]["mail"]}"')
    assert [each.id for each in found] == [guests[0]["id"]]
    query = Count.CountRequestBuilderGetQueryParameters(filter="userType eq 'Guest'")
    assert await client().users.count.get(request_configuration=advanced(query)) == len(guests)


async def test_it_finds_one_user_by_id_and_by_user_principal_name(sandbox, client):
    guest = next(each for each in sandbox.records("entra") if each["userType"] == "Guest")
    for identity in (guest["id"], guest["userPrincipalName"]):
        assert (await client().users.by_user_id(identity).get()).id == guest["id"]


async def test_it_reads_the_errors(client):
    for asked, status, code in [
        (client().users.by_user_id("nobody").get(), 404, "Request_ResourceNotFound"),
        (client("wrong").users.get(), 401, "InvalidAuthenticationToken"),
        (client().users.get(request_configuration=listing(filter="shoeSize eq 1")), 400, "Request_UnsupportedQuery"),
    ]:
        with pytest.raises(Problem) as told:
            await asked
        assert (told.value.response_status_code, told.value.error.code) == (status, code)


# The preset against the description


def template(builder):
    """The path and the parameters of a generated address."""
    source = inspect.getsource(builder.__init__)
    path, names = re.search(r'"\{\+baseurl\}([^"{?]*(?:\{user%2Did\})?)\{\?([^}]*)\}"', source).groups()
    return path, {unquote(each) for each in names.split(",")}


def operators(attribute):
    """What the text beside a property says of `$filter`."""
    lines = DESCRIBED.splitlines()
    named = next(at for at, line in enumerate(lines) if f'"{attribute}": lambda n' in line)
    field = re.search(r"setattr\(self, '(\w+)'", lines[named])[1]
    declared = next(at for at, line in enumerate(lines) if line.strip().startswith(f"{field}: "))
    return re.search(r"Supports \$filter \(([^)]*)", lines[declared - 1])[1]


async def test_each_path_and_parameter_of_the_preset_is_described(tmp_path, monkeypatch):
    known = dict(map(template, (Users, OneUser, Count)))
    known["/users"].add("$skiptoken")  # of the links: https://learn.microsoft.com/graph/query-parameters
    async with opened("entra", tmp_path, monkeypatch, users=1500) as ask:
        somebody = ask.records[0]
        await ask.everybody("list_users", directory="entra", limit=100)
        for sort in ("name:asc", "username:desc", "created_at:desc"):
            await ask("list_users", directory="entra", sort=sort)
        await ask("get_user", directory="entra", id=somebody["id"])
        await ask("search_users", directory="entra", query=somebody["givenName"])
        await ask("get_user_count", directory="entra", filters={"state": "inactive"})
        asked = {(path.removeprefix("/v1.0"), name) for path, sent in await ask.asked() for name in sent}
    paths = {path if path in known else "/users/{user%2Did}" for path, _ in asked}
    assert paths == set(known)
    for path, name in asked:
        assert name in known[path if path in known else "/users/{user%2Did}"], path


def test_each_field_and_operator_of_the_preset_is_described():
    page = built_in("entra")
    selected = page.list.parameters["$select"].split(",")
    source = DESCRIBED
    assert [each for each in selected if f'"{each}": lambda n' not in source] == ["id"]  # which every entity has
    for field, rules in page.filters.items():
        for operator, rule in rules.items():
            expression = rule.template(operator, "x") or ""
            for function, attribute in re.findall(r"(startswith)\((\w+),", expression):
                check(field, attribute, function, expression)
            for attribute, word in re.findall(r"(\w+) (eq|ge|le) ", expression):
                check(field, attribute, word, expression)


def check(field, attribute, word, expression):
    variables = dict(re.findall(r"(\w+)/any\((\w+):", expression))
    attribute = next((collection for collection, name in variables.items() if name == attribute), attribute)
    assert OPERATORS[word] in operators(attribute), (field, attribute, word)
