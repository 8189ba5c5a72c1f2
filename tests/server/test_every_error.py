"""Every kind of error that there is, reached as a client would reach it: the closed list, kind by kind."""

import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import anyio
import pytest
from mcp import Client
from pydantic import SecretStr

from user_directories import BrokenDirectory, ConfigurationError, MemoryStore, UserDirectoryError, built_in
from user_directories.cursors.handle import new_handle
from user_directories.errors import Kinds, kinds_of
from user_directories.manifest import Auth
from user_directories.sources import http
from user_directories.sources.proxies import PROXIES
from user_directory_sandbox import DIRECTORIES
from user_directory_server.app import build_server
from user_directory_server.key_commands import KeyCommand
from user_directory_server.results import MAX_ERROR_CHARACTERS
from user_directory_server.state import StateStore
from user_directory_tools import Tool
from user_directory_tools.errors import ToolKinds

from ..networks import (
    HOST,
    Authority,
    answering,
    listening,
    plain_server,
    proxy_to,
    refusing_proxy,
    silent_end,
)

Case = Callable[[Any], Awaitable[Any]]
NOBODY_LISTENS = "http://127.0.0.1:9"


def asking(tool: str, **arguments: Any) -> Case:
    """A case that one call with these arguments makes."""

    async def case(house: Any) -> Any:
        return await house.ask(tool, **arguments)

    return case


def with_cursor(then: str, first: Mapping[str, Any], **arguments: Any) -> Case:
    """A case that a cursor of list_users makes, followed by another call."""

    async def case(house: Any) -> Any:
        tools = await house.tools(*DIRECTORIES)
        cursor = (await tools["list_users"].run({"limit": 5, **first}))["cursor"]
        return await tools[then].run({"cursor": cursor, **arguments})

    return case


def stored(state: str, expires_at: float) -> Case:
    """A case that a cursor makes which stands in the store like this."""

    async def case(house: Any) -> Any:
        store, handle = MemoryStore(), new_handle()
        store.put(handle, state, expires_at)
        return await (await house.tools("klavis", store=store))["list_users"].run({"cursor": handle})

    return case


def faulty(kind: str, tool: str = "list_users", directory: str = "delay", **fields: Any) -> Case:
    """A case that a fault of the provider makes."""

    async def case(house: Any) -> Any:
        await house.fault(directory, kind, **fields)
        arguments = {"directory": directory} if tool == "list_users" else {"query": "ada"}
        return await (await house.tools(*DIRECTORIES, seconds=1.2))[tool].run(arguments)

    return case


def changed(part: str, **values: str) -> Case:
    """A case that a wrong manifest makes: `values` in one table of it."""

    async def case(house: Any) -> Any:
        table = getattr(built_in("delay"), part).model_copy(update=values)
        tools = await house.tools("delay", manifest={part: table})
        if part != "get":
            return await tools["list_users"].run({"directory": "delay"})
        identifier = next(house.sandbox.records("delay"))["id"]
        return await tools["get_user"].run({"directory": "delay", "id": identifier})

    return case


async def behind_a_proxy_that_cannot_be_used(house: Any) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
        tools = await house.tools("quo", base_url="https://api.quo.example")
        return await tools["list_users"].run({"directory": "quo"})


async def after_three_silences(house: Any) -> Any:
    await house.fault("delay", "reset_before", every=1)
    list_users = (await house.tools("delay", seconds=1.2))["list_users"]
    for _ in range(3):
        with pytest.raises(UserDirectoryError, match="the connection to it was lost"):
            await list_users.run({"directory": "delay"})
    return await list_users.run({"directory": "delay"})


async def more_rows_than_are_read(house: Any) -> Any:
    await house.fault("delay", "duplicate_rows", every=1)
    small = built_in("delay").list
    small = small.model_copy(update={"page_size": small.page_size.model_copy(update={"maximum": 3})})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http, "MOST_ROWS", 3)
        return await (await house.tools("delay", manifest={"list": small}))["list_users"].run({"directory": "delay"})


async def what_nobody_foresaw(house: Any) -> Any:
    tools, directories = await house.open("delay")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(directories.directory("delay").source, "page", lambda *_: {}["unforeseen"])
        return await tools["list_users"].run({"directory": "delay"})


def with_key_of(*words: str) -> Case:
    """A case that a program makes which should print the key."""

    async def case(house: Any) -> Any:
        fetch = KeyCommand(words, None, "directories.delay.api_key", SecretStr)
        tools = await house.tools("delay", seconds=0.1, fetch_key=fetch)
        return await tools["list_users"].run({"directory": "delay"})

    return case


def with_token(secret: str, client: str = "basic", **endpoint: Any) -> Case:
    """A case that the token endpoint makes, or the secret that it is asked with."""

    async def case(house: Any) -> Any:
        await house.tell("delay", "tokens", **endpoint)
        token = {"client_id": "sandbox-delay-client", "client": client}
        changes = {
            "manifest": {"auth": Auth.model_validate({"environment": "DELAY_SECRET", "token": token})},
            "token_url": house.sandbox.token_url("delay"),
            "key": SecretStr(secret),
        }
        return await (await house.tools("delay", **changes))["list_users"].run({"directory": "delay"})

    return case


async def an_id_that_is_refused(house: Any) -> Any:
    await house.fault("delay", "status", status=400)
    identifier = next(house.sandbox.records("delay"))["id"]
    return await (await house.tools("delay"))["get_user"].run({"directory": "delay", "id": identifier})


async def email_of_a_single_user(house: Any) -> Any:
    endpoint = built_in("delay").get.model_copy(update={"only": ("email",)})
    tools = await house.tools("delay", manifest={"get": endpoint})
    return await tools["get_user"].run({"directory": "delay", "email": "ada@acme.example"})


async def filtered_by_what_only_one_shows(house: Any) -> Any:
    endpoint = built_in("klavis").get.model_copy(update={"only": ()})
    tools = await house.tools("klavis", manifest={"get": endpoint})
    page = await tools["list_users"].run({"directory": "klavis"})
    identifier = page["rows"][0][page["columns"].index("id")]
    assert "last_active_at" in (await tools["get_user"].run({"directory": "klavis", "id": identifier}))["user"]
    return await tools["get_user_count"].run({"directory": "klavis", "filters": {"last_active_after": "2020-01-01"}})


async def mistyped(house: Any) -> Any:
    cursor = str((await house.ask("list_users", directory="klavis"))["cursor"])
    digit = str((int(cursor[5]) + 1) % 10)
    return await house.ask("list_users", cursor=cursor[:5] + digit + cursor[6:])


async def outdated(house: Any) -> Any:
    store = MemoryStore()
    first = await (await house.tools("klavis", store=store))["list_users"].run({"directory": "klavis"})
    later = await house.tools("klavis", store=store, key=SecretStr("another-key"))
    return await later["list_users"].run({"cursor": first["cursor"]})


async def unreadable_store(house: Any) -> Any:
    tools = await house.tools("klavis", store=StateStore(house.folder))  # a folder is no file
    return await tools["list_users"].run({"cursor": new_handle()})


async def lost_position(house: Any) -> Any:
    tools = await house.tools("openphone")
    first = await tools["list_users"].run({"directory": "openphone", "limit": 50})
    await house.fault("openphone", "status", status=400)
    second = await tools["list_users"].run({"cursor": first["cursor"]})
    return await tools["list_users"].run({"cursor": second["cursor"]})


async def redirected(house: Any) -> Any:
    endpoint = built_in("klavis").list.model_copy(update={"path": "/user"})  # the API redirects to /user/
    return await (await house.tools("klavis", manifest={"list": endpoint}))["list_users"].run({"directory": "klavis"})


async def too_slow_a_pace(house: Any) -> Any:
    tools = await house.tools("quo", requests_per_second=0.001)
    for query in ({"directory": "quo"}, {"directory": "quo"}):
        await tools["list_users"].run(query)


async def of_a_broken_directory(house: Any) -> Any:
    return await (await house.tools("delay", broken=[BROKEN]))["list_users"].run({"directory": "hr"})


async def over_broken_directories_only(house: Any) -> Any:
    return await (await house.tools(broken=[BROKEN]))["search_users"].run({"query": "ada"})


async def broken_since(house: Any) -> Any:
    store = MemoryStore()
    tools = await house.tools("delay", "quo", store=store)
    cursor = (await tools["search_users"].run({"query": "a", "limit": 2}))["cursor"]
    later = await house.tools("delay", store=store, broken=[BrokenDirectory("quo", BROKEN.faults)])
    return await later["search_users"].run({"cursor": cursor})


async def nobody_there(house: Any) -> Any:
    return await (await house.tools("delay", base_url=NOBODY_LISTENS))["list_users"].run({"directory": "delay"})


async def from_elsewhere(house: Any, base_url: str, environment: Mapping[str, str]) -> Any:
    """Ask a directory at an address that is not on this machine, so that the environment matters."""
    with pytest.MonkeyPatch.context() as patch:
        for name in PROXIES:
            patch.delenv(name, raising=False)
            patch.delenv(name.lower(), raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        with pytest.raises(UserDirectoryError) as raised:
            await (await house.tools("delay", base_url=base_url))["list_users"].run({"directory": "delay"})
    return raised.value


def elsewhere(base_url: str, **environment: str) -> Case:
    """A case that an address makes which is not on this machine."""

    async def case(house: Any) -> Any:
        raise await from_elsewhere(house, base_url, environment)

    return case


def through_a_proxy(serve: Callable[[Any], Awaitable[None]]) -> Case:
    """A case that this proxy makes."""

    async def case(house: Any) -> Any:
        async with listening(serve) as port:
            error = await from_elsewhere(house, f"https://{HOST}", {"HTTPS_PROXY": f"http://127.0.0.1:{port}"})
        raise error

    return case


def over_tls(host: str = HOST, days: int = 1, *, is_trusted: bool = True) -> Case:
    """A case that a server with such a certificate makes, behind a proxy that leads to it."""

    async def case(house: Any) -> Any:
        authority = Authority(house.folder)
        trusted = {"SSL_CERT_FILE": str(authority.file)} if is_trusted else {}
        async with (
            listening(answering("200 OK"), authority.context(host, days)) as port,
            listening(proxy_to(port)) as proxy,
        ):
            environment = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy}"} | trusted
            error = await from_elsewhere(house, f"https://{HOST}", environment)
        raise error

    return case


def where_no_tls_is_spoken(serve: Callable[[Any], Awaitable[None]]) -> Case:
    """A case that such a server makes on this machine."""

    async def case(house: Any) -> Any:
        async with listening(serve) as port:
            tools = await house.tools("delay", base_url=f"https://127.0.0.1:{port}")
            with pytest.raises(UserDirectoryError) as raised:
                await tools["list_users"].run({"directory": "delay"})
        raise raised.value

    return case


async def not_gzip(house: Any) -> Any:
    async def answer(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            await stream.receive()
            await stream.send(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nabcd")

    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, answer)
        port = listener.extra(anyio.abc.SocketAttribute.local_port)  # noqa: S610
        tools = await house.tools("delay", base_url=f"http://127.0.0.1:{port}")
        with pytest.raises(UserDirectoryError) as raised:
            await tools["list_users"].run({"directory": "delay"})
        tasks.cancel_scope.cancel()
    raise raised.value


async def everybody_fails(house: Any) -> Any:
    for directory in ("delay", "quo"):
        await house.fault(directory, "status", status=500)
    return await (await house.tools("delay", "quo"))["search_users"].run({"query": "ada"})


async def without_addresses(house: Any) -> Any:
    tools = await house.tools("delay", fields={"email": "none"})
    return await tools["get_user"].run({"directory": "delay", "email": "ada@acme.example"})


async def a_masked_address(house: Any) -> Any:
    tools = await house.tools("delay", fields={"email": "masked"})
    return await tools["get_user"].run({"directory": "delay", "email": "a…@acme.example"})


FAULT = ConfigurationError("HR_KEY", "the API key is empty", "Set the key.")
BROKEN = BrokenDirectory("hr", (FAULT,), "Acme HR")
DELAY = {"directory": "delay"}
REACHED: dict[str, Case] = {
    "unknown_argument": asking("list_users", **DELAY, colour="red"),
    "no_arguments": asking("list_directories", colour="red"),
    "missing_argument": asking("list_users"),
    "not_a_choice": asking("list_users", **DELAY, detail="brief"),
    "not_a_number": asking("list_users", **DELAY, limit=0),
    "not_a_flag": asking("search_users", query="ada", exhaustive="perhaps"),
    "not_a_list": asking("list_users", **DELAY, fields={"name": True}),
    "not_an_object": asking("list_users", **DELAY, filters=5),
    "not_a_text": asking("search_users", query=["ada"]),
    "several_faults": asking("list_users", **DELAY, limit=0, detail="brief"),
    "lone_surrogate": asking("search_users", query="\ud800"),
    "arguments_too_large": asking("list_users", **DELAY, limit=10**4500),
    "empty_query": asking("get_user_count", query="  "),
    "unknown_directory": asking("list_users", directory="hr"),
    "nothing_configured": asking("search_users", directories=(), query="ada"),
    "misconfigured": of_a_broken_directory,
    "none_configured_right": over_broken_directories_only,
    "cursor_of_misconfigured": broken_since,
    "no_query": asking("search_users"),
    "query_too_long": asking("search_users", query="x" * 10_000),
    "id_or_email": asking("get_user", **DELAY),
    "id_too_long": asking("get_user", **DELAY, id="x" * 513),
    "no_email_here": without_addresses,
    "masked_value": a_masked_address,
    "unknown_field": asking("list_users", **DELAY, fields=["colour"]),
    "unknown_filter": asking("list_users", **DELAY, filters={"colour": "red"}),
    "half_address": asking("list_users", directory="klavis", filters={"email": "ada"}),
    "no_wildcards": asking("list_users", directory="delay", filters={"name": "Ada*"}),
    "no_syntax": asking("list_users", directory="delay", filters={"name": "Ada OR Grace"}),
    "query_wildcard": asking("search_users", query="Ada*"),
    "query_field": asking("search_users", query="name:Ada"),
    "query_operator": asking("search_users", query="Ada OR Grace"),
    "email_in_part": asking("get_user", directory="delay", email="ada"),
    "environment": behind_a_proxy_that_cannot_be_used,
    "filter_not_listed": filtered_by_what_only_one_shows,
    "neither_asked_nor_checked": asking(
        "list_users", directory="braintrust", filters={"organization": [f"Acme {number}" for number in range(13)]}
    ),
    "filter_not_here": asking("list_users", directory="klavis", filters={"status": "active"}),
    "value_not_here": asking("list_users", **DELAY, filters={"status": "banned"}),
    "empty_value": asking("list_users", **DELAY, filters={"status": [""]}),
    "null_id": asking("list_users", **DELAY, filters={"id": None}),
    "email_not_listed": email_of_a_single_user,
    "null_value": asking("list_users", **DELAY, filters={"status": None}),
    "no_operator": asking("list_users", **DELAY, filters={"status": {}}),
    "unknown_operator": asking("list_users", **DELAY, filters={"status": {"like": "a"}}),
    "operator_not_for_field": asking("list_users", **DELAY, filters={"status": {"after": "2026-01-31"}}),
    "operator_not_here": asking("search_users", directory="braintrust", filters={"organization": {"missing": True}}),
    "not_inside_not": asking("list_users", **DELAY, filters={"status": {"not": {"not": "active"}}}),
    "several_inside_not": asking("list_users", **DELAY, filters={"name": {"not": {"is": "a", "missing": True}}}),
    "takes_a_flag": asking("list_users", **DELAY, filters={"name": {"missing": "perhaps"}}),
    "no_filter_left": asking("get_user_count", filters={"status": "", "email": {"is": ""}}),
    "too_many_values": asking("list_users", **DELAY, filters={"id": [str(number) for number in range(200)]}),
    "several_times": asking("list_users", **DELAY, filters={"created_after": ["2026-01-01", "2026-01-02"]}),
    "value_not_text": asking("list_users", **DELAY, filters={"status": {"is": True}}),
    "value_too_long": asking("list_users", **DELAY, filters={"name": "x" * 257}),
    "not_a_time": asking("list_users", **DELAY, filters={"created_after": "last week"}),
    "unknown_sort": asking("list_users", **DELAY, sort="colour"),
    "sort_not_here": asking("list_users", **DELAY, sort="last_active_at:asc"),
    "no_sort_here": asking("list_users", directory="klavis", sort="created_at:desc"),
    "cursor_malformed": asking("list_users", cursor="page-2"),
    "cursor_mistyped": mistyped,
    "cursor_unknown": asking("list_users", cursor=new_handle()),
    "cursor_expired": stored("{}", 0.0),
    "cursor_of_other_version": stored('{"format": 0}', time.time() + 3600),
    "cursor_of_other_tool": with_cursor("search_users", DELAY),
    "cursor_of_other_directory": with_cursor("list_users", DELAY, directory="quo"),
    "cursor_of_other_arguments": with_cursor("list_users", DELAY, filters={"status": "active"}),
    "cursor_outdated": outdated,
    "cursor_unavailable": unreadable_store,
    "position_expired": lost_position,
    "unauthorized": faulty("status", status=401),
    "key_command": with_key_of("no-such-program-7431"),
    "token_refused": with_token("a-wrong-secret"),
    "token_unreadable": with_token("sandbox-delay-secret", answer="html"),
    "token_unavailable": with_token("sandbox-delay-secret", status=500),
    "private_key": with_token("no key", "private_key_jwt"),
    "signing_in_slow": with_key_of(sys.executable, "-c", "import time; time.sleep(60)"),
    "unpaid": faulty("status", status=402),
    "forbidden": faulty("status", status=403),
    "not_found": faulty("status", status=404),
    "redirected": redirected,
    "refused": faulty("status", status=422),
    "request_too_long": asking(
        "search_users", directory="braintrust", filters={"id": [f"{number:02d}" + "王" * 254 for number in range(50)]}
    ),
    "refused_id": an_id_that_is_refused,
    "rate_limited": faulty("status", status=429, retry_after=120),
    "no_room_in_rate": too_slow_a_pace,
    "provider_fault": faulty("status", status=500),
    "no_answer": faulty("slow_body", seconds=5),
    "no_connection": elsewhere("https://255.255.255.255"),
    "name_not_found": elsewhere(f"https://{HOST}"),
    "connection_refused": nobody_there,
    "proxy_not_reached": elsewhere(f"https://{HOST}", HTTPS_PROXY=NOBODY_LISTENS),
    "proxy_refused": through_a_proxy(refusing_proxy),
    "certificate_unknown": over_tls(is_trusted=False),
    "certificate_expired": over_tls(days=-1),
    "certificate_of_other_host": over_tls("www.acme.invalid"),
    "no_tls": where_no_tls_is_spoken(plain_server),
    "tls_failed": where_no_tls_is_spoken(silent_end),
    "connection_cut": faulty("reset_in_body"),
    "not_decompressed": not_gzip,
    "answer_too_large": faulty("huge_body", megabytes=9),
    "beyond_bounds": more_rows_than_are_read,
    "not_json": faulty("truncated_json"),
    "error_in_body": faulty("error_in_body"),
    "no_list": changed("list", items="nothing"),
    "no_user": changed("get", item="{name: email}"),
    "no_ids": changed("user", id="nothing"),
    "left_alone": after_three_silences,
    "failed_here": what_nobody_foresaw,
    "nobody_answered": everybody_fails,
}
OF_THE_SERVER = {"unknown_tool", "mistyped_tool", "server_fault", "unknown_resource", "no_such_user"}
"""Reached below, and by `test_resources.py`."""


def test_every_kind_has_a_case() -> None:
    assert REACHED.keys() | OF_THE_SERVER == kinds_of(Kinds, ToolKinds).keys()


@pytest.mark.parametrize("kind", REACHED)
async def test_every_kind_is_reached_by_a_call_and_teaches(house: Any, kind: str) -> None:
    with pytest.raises(UserDirectoryError) as raised:
        await REACHED[kind](house)
    text = str(raised.value)
    assert raised.value.kind == kind, text
    assert len(text) <= MAX_ERROR_CHARACTERS
    assert "http:" not in text
    assert text.endswith(".")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list_user", "There is no tool 'list_user'. Did you mean list_users? Tools: list_directories, list_users,"),
        ("zzz", "There is no tool 'zzz'. Tools: list_directories, list_users,"),
        ("list_users", "list_users: this server failed. Tell the operator to look at its log."),
    ],
)
async def test_the_server_s_own_errors_teach_too(house: Any, name: str, text: str) -> None:
    tools = await house.tools("klavis")

    async def breaks(*_: Any) -> Any:
        raise RuntimeError("secret-canary")

    broken = [Tool(**vars(tool) | {"run": breaks}) for tool in tools.values()]
    async with Client(build_server(broken)) as client:
        result = await client.call_tool(name, {})
    assert result.is_error
    assert result.content[0].text.startswith(text)
    assert "canary" not in result.content[0].text
