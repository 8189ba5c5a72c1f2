"""The sandbox as a thing that is opened and closed."""

import subprocess
import sys

import anyio
import httpx2
import pytest

from user_directory_sandbox import DIRECTORIES, Sandbox


def test_there_are_six_directories():
    assert DIRECTORIES == ("klavis", "braintrust", "delay", "openphone", "quo", "monocloud")


async def test_the_environment_points_a_server_at_it():
    async with Sandbox(users=1) as sandbox:
        assert sandbox.url == f"http://127.0.0.1:{sandbox.port}"
        environment = sandbox.environment()
        assert list(environment) == [
            f"{name}_{what}"
            for name, key in [
                ("KLAVIS", "API_KEY"),
                ("BRAINTRUST", "API_KEY"),
                ("DELAY", "ACCESS_TOKEN"),
                ("OPENPHONE", "API_KEY"),
                ("QUO", "API_KEY"),
                ("MONOCLOUD", "API_KEY"),
            ]
            for what in ("BASE_URL", key)
        ]
        assert environment["DELAY_BASE_URL"] == sandbox.base_url("delay") == f"{sandbox.url}/delay"
        assert environment["DELAY_ACCESS_TOKEN"] == "sandbox-delay-key"


async def test_a_port_in_use_is_an_error_that_says_so():
    async with Sandbox(users=1) as first:
        with pytest.raises(OSError, match=rf"cannot listen on 127\.0\.0\.1:{first.port}"):
            async with Sandbox(users=1, port=first.port):
                pass


async def test_after_the_end_nobody_listens_and_the_port_is_free():
    async with Sandbox(users=1) as sandbox:
        port = sandbox.port
    with pytest.raises(OSError):  # noqa: PT011 - refused or reset, as the system has it
        await anyio.connect_tcp("127.0.0.1", port)
    async with Sandbox(users=1, port=port) as again:
        assert again.port == port


async def test_the_end_does_not_wait_for_open_requests():
    async def wait(url):
        with pytest.raises(httpx2.TransportError):
            await http.get(url, timeout=30)

    with anyio.fail_after(5):
        async with httpx2.AsyncClient() as http, anyio.create_task_group() as tasks, Sandbox(users=1) as sandbox:
            await http.post(f"{sandbox.url}/_control/quo/behaviour", json={"latency": 60})
            tasks.start_soon(wait, f"{sandbox.base_url('quo')}/users")
            while not (await http.get(f"{sandbox.url}/_control/quo/stats")).json()["requests"]:
                pass


async def test_an_error_inside_comes_out_as_it_is():
    with pytest.raises(ZeroDivisionError):
        async with Sandbox(users=1) as sandbox:
            1 // (sandbox.port * 0)


async def test_cancelling_ends_it():
    with anyio.move_on_after(0.05) as scope:
        async with Sandbox(users=1) as sandbox:
            await anyio.sleep_forever()
    assert scope.cancelled_caught
    with pytest.raises(OSError):  # noqa: PT011 - refused or reset, as the system has it
        await anyio.connect_tcp("127.0.0.1", sandbox.port)


@pytest.mark.parametrize("users", [-1, 1_000_001])
def test_a_directory_has_no_more_than_a_million_users(users):
    with pytest.raises(ValueError, match="0 to 1000000 users"):
        Sandbox(users=users)


async def test_an_empty_directory_is_served():
    async with Sandbox(users=0) as sandbox, httpx2.AsyncClient() as http:
        answer = await http.get(
            f"{sandbox.base_url('klavis')}/user/", headers={"Authorization": "Bearer sandbox-klavis-key"}
        )
        assert answer.json() == {"users": [], "totalCount": 0, "page": 1, "pageSize": 50, "totalPages": 0}
        new = await http.post(f"{sandbox.url}/_control/klavis/insert", json={"count": 2})
        assert len(new.json()["ids"]) == 2


def test_importing_it_is_cheap():
    heavy = ("uvicorn", "starlette", "pydantic", "httpx2")
    code = f"import sys, user_directory_sandbox; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_one_connection_carries_many_requests_even_sent_at_once():
    async with Sandbox(users=3) as sandbox, await anyio.connect_tcp("127.0.0.1", sandbox.port) as stream:
        request = b"GET /quo/users HTTP/1.1\r\nHost: x\r\n\r\n"
        await stream.send(request * 3)
        answer = b""
        while answer.count(b"HTTP/1.1 401") < 3 or not answer.endswith(b"}"):
            answer += await stream.receive()
        assert answer.count(b"HTTP/1.1 401") == 3


async def test_a_client_that_waits_before_its_body_is_told_to_go_on():
    async with Sandbox(users=3) as sandbox, await anyio.connect_tcp("127.0.0.1", sandbox.port) as stream:
        head = b"POST /_control/quo/insert HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        await stream.send(head)
        assert (await stream.receive()).startswith(b"HTTP/1.1 100")
        await stream.send(b"{}")
        assert (await stream.receive()).startswith(b"HTTP/1.1 200")


async def test_a_request_that_is_not_http_is_400():
    async with Sandbox(users=1) as sandbox, await anyio.connect_tcp("127.0.0.1", sandbox.port) as stream:
        await stream.send(b"HELO there\r\n\r\n")
        assert (await stream.receive()).startswith(b"HTTP/1.1 400")
