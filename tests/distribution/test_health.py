"""The health check of the image finds the server by its command line, and asks it."""

import anyio
import pytest

import health
from user_directory_server.transports import listen

from ..networks import answering, listening
from ..server.in_process import serving


@pytest.mark.parametrize(
    ("command", "url"),
    [
        ("user-directory-mcp serve", None),
        ("user-directory-mcp serve --transport stdio", None),
        ("user-directory-mcp serve --transport http", "http://127.0.0.1:8000/mcp"),
        ("user-directory-mcp serve --transport=http --port=9", "http://127.0.0.1:9/mcp"),
        ("docker-init -- user-directory-mcp serve --transport sse --port 7 --port 9", "http://127.0.0.1:9/sse"),
    ],
)
def test_the_command_line_says_where_the_server_listens(command, url):
    assert health.address(command.split()) == url


@pytest.mark.parametrize("transport", ["http", "sse"])
@pytest.mark.anyio
async def test_a_server_that_answers_is_healthy(transport, tmp_path):
    async with serving({"USER_DIRECTORY_STATE": str(tmp_path)}, "--transport", transport) as url:
        await anyio.to_thread.run_sync(health.check, url)


@pytest.mark.parametrize("status", ["500 Internal Server Error", "421 Misdirected Request", "200 OK"])
@pytest.mark.anyio
async def test_a_server_that_answers_with_an_error_or_with_nothing_is_not(status):
    async with listening(answering(status)) as port:
        with pytest.raises(health.Unhealthy):
            await anyio.to_thread.run_sync(health.check, f"http://127.0.0.1:{port}/mcp")


def test_the_exit_status_is_that_of_the_server(tmp_path, monkeypatch, capsys):
    line = tmp_path / "cmdline"
    monkeypatch.setattr(health, "_COMMAND_LINE", line)
    line.write_bytes(b"user-directory-mcp\0serve\0")
    assert health.main() == 0
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    line.write_bytes(f"user-directory-mcp\0serve\0--transport\0http\0--port\0{port}\0".encode())
    assert health.main() == 1
    assert "does not answer" in capsys.readouterr().out
