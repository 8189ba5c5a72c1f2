"""The commands and the HTTP transports in this process: to start one costs as much as many answers."""

import io
import logging
import os
import re
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, nullcontext, redirect_stderr, redirect_stdout
from contextvars import Context

import anyio
import pytest
import uvicorn

from user_directory_server import cli
from user_directory_server.commands import printing, serve


class Server(uvicorn.Server):
    """One that leaves the signals to pytest and can be told to end."""

    def capture_signals(self):
        return nullcontext()


class Said(io.StringIO):
    """What a server prints, until it says where it is."""

    def __init__(self) -> None:
        super().__init__()
        self.url = ""
        self.is_known = anyio.Event()

    def write(self, text: str) -> int:
        written = super().write(text)
        if found := re.search(r"Serving on (\S+)\n", self.getvalue()):
            self.url = found[1]
            self.is_known.set()
        return written


@contextmanager
def only(environment: Mapping[str, str]) -> Iterator[pytest.MonkeyPatch]:
    """These variables, as a new process would have them, and a console that reads them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ.keys() - environment.keys():
            if not name.startswith(("PYTEST_", "SSL_")):
                patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(printing, "console", printing.new_console())
        yield patch


@contextmanager
def no_log_yet() -> Iterator[None]:
    """Let the command set up its log, and undo that."""
    root, retries = logging.getLogger(), logging.getLogger("stamina")
    handlers, levels = root.handlers, (root.level, retries.level)
    root.handlers = []
    try:
        yield
    finally:
        root.handlers = handlers
        root.setLevel(levels[0])
        retries.setLevel(levels[1])


class Terminal(io.TextIOWrapper):
    """What somebody looks at."""

    def isatty(self) -> bool:
        return True


def run_command(
    environment: Mapping[str, str], *arguments: str, stderr: type[io.TextIOWrapper] = io.TextIOWrapper
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, as the installed program does."""
    written = io.BytesIO(), io.BytesIO()
    kinds = zip((io.TextIOWrapper, stderr), written, strict=True)
    out, err = (kind(buffer, "utf-8", write_through=True) for kind, buffer in kinds)
    with only(environment), no_log_yet(), redirect_stdout(out), redirect_stderr(err):
        try:
            status = Context().run(cli.main, arguments)  # as if no loop had run here before
        except SystemExit as leaving:
            status = int(leaving.code or 0)
    return subprocess.CompletedProcess(arguments, status, *(each.getvalue().decode() for each in written))


@asynccontextmanager
async def serving(environment: Mapping[str, str], *options: str) -> AsyncIterator[str]:
    """The URL of a server that listens on a free port."""
    servers: list[Server] = []

    def new_server(config: uvicorn.Config) -> Server:
        servers.append(Server(config))
        return servers[0]

    said = Said()
    async with anyio.create_task_group() as tasks:
        with only(environment) as patch, redirect_stderr(said):
            patch.setattr(uvicorn, "Server", new_server)
            tasks.start_soon(serve._serve, cli._parse(["serve", "--port", "0", *options]))
            with anyio.fail_after(10):
                await said.is_known.wait()
                while not servers or not servers[0].started:
                    await anyio.lowlevel.checkpoint()
        try:
            yield said.url
        finally:
            servers[0].should_exit = True
