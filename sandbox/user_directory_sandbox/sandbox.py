"""The sandbox: directories behind one port, for as long as the context is open."""

import errno
import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from types import TracebackType
from typing import Any, Self

import anyio
from anyio.abc import SocketAttribute, SocketListener, SocketStream, TaskGroup

from user_directory_sandbox.apis import api_of
from user_directory_sandbox.apis.tabled import TABLED
from user_directory_sandbox.control import control
from user_directory_sandbox.directory import Directory
from user_directory_sandbox.http import Reply, Request, json_reply
from user_directory_sandbox.members import DIRECTORIES
from user_directory_sandbox.server import serve_connection

_MOST_USERS = 1_000_000
_CONTROL = "_control"
_GRANTS = "_token"


class Sandbox:
    """Simulated user APIs on one port of `host`; port 0 takes a free one.

    `providers` are the six if no others are named; `users` is the size of each directory (0 to 1,000,000). The same
    `seed` gives the same people.

    Raises: ValueError if a provider is not simulated; OSError when the context is entered, if the port cannot be had.
    """

    def __init__(
        self,
        *,
        users: int = 5000,
        seed: int = 1,
        host: str = "127.0.0.1",
        port: int = 0,
        providers: Sequence[str] = DIRECTORIES,
    ) -> None:
        if not 0 <= users <= _MOST_USERS:
            raise ValueError(f"A directory has 0 to {_MOST_USERS} users, not {users}.")
        self._host = host
        self._port = port
        self._directories = {name: Directory(api_of(name)(seed, users)) for name in providers}
        self._exits = AsyncExitStack()

    @property
    def port(self) -> int:
        """The port that is listened on; before the context is entered, the one that was asked for."""
        return self._port

    @property
    def url(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    def base_url(self, directory: str) -> str:
        """Return where the API of `directory` begins; the documented paths follow."""
        return f"{self.url}/{self._directories[directory].api.directory}"

    def token_url(self, directory: str) -> str:
        """Return the token endpoint of `directory`; see `tokens`."""
        return f"{self.url}/{_GRANTS}/{self._directories[directory].api.directory}"

    def service_account(self, directory: str) -> dict[str, str]:
        """Return the JSON file of a service account that the token endpoint of `directory` accepts."""
        return self._directories[directory].api.tokens.service_account(self.token_url(directory))

    def secret(self, directory: str) -> str:
        """Return what signs in: a service account as JSON, a client's secret, or the key."""
        api = self._directories[directory].api
        if api.signs:
            return json.dumps(self.service_account(directory))
        return api.tokens.client_secret if api.token_endpoint else api.key

    def environment(self) -> dict[str, str]:
        """Return the variables that point a server at the sandbox; tables need their `configuration` besides."""
        variables: dict[str, str] = {}
        for name, directory in self._directories.items():
            prefix = _prefix(name)
            variables[f"{prefix}_BASE_URL"] = self.base_url(name) + directory.api.configured.get("path", "")
            variables[f"{prefix}_{directory.api.credential}"] = self.secret(name)
        return variables

    def configuration(self) -> str:
        """Return the TOML that enables the APIs that are tables, whose secrets are in the environment."""
        return "\n".join(self._configuration(name) for name in self._directories if name in TABLED)

    def _configuration(self, name: str) -> str:
        api = self._directories[name].api
        url = self.base_url(name) + api.configured.get("path", "")
        lines = [f"[directories.{name}]", f'provider = "{name}"', f'base_url = "{url}"']
        lines.append(f'api_key = {{ env = "{_prefix(name)}_{api.credential}" }}')
        if api.token_endpoint:
            lines.append(f'token_url = "{self.token_url(name)}"')
        settings = ", ".join(f'{each} = "{value}"' for each, value in api.configured.get("settings", {}).items())
        return "\n".join([*lines, *([f"settings = {{ {settings} }}"] if settings else []), ""])

    def records(self, directory: str) -> Iterator[dict[str, Any]]:
        """Yield every live record of `directory` as its list shows it, in its current order."""
        return self._directories[directory].api.records()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as exits:
            listener = await self._listen()
            await exits.enter_async_context(listener)
            tasks = await exits.enter_async_context(anyio.create_task_group())
            exits.callback(tasks.cancel_scope.cancel)
            tasks.start_soon(self._serve, listener, tasks)
            self._exits = exits.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        if isinstance(error, Exception):  # raised as it is, not in the task group's ExceptionGroup
            await self._exits.aclose()
            return None
        return await self._exits.__aexit__(kind, error, trace)

    async def _listen(self) -> Any:
        try:
            listener = await anyio.create_tcp_listener(local_host=self._host, local_port=self._port)
        except OSError as problem:
            message = f"The sandbox cannot listen on {self._host}:{self._port}: {problem.strerror or problem}"
            raise OSError(problem.errno or errno.EADDRINUSE, message) from problem
        self._port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - anyio's, not Django's
        return listener

    async def _serve(self, listener: SocketListener, tasks: TaskGroup) -> None:
        await listener.serve(self._converse, tasks)

    async def _converse(self, stream: SocketStream) -> None:
        await serve_connection(stream, self._answer)

    @asynccontextmanager
    async def _answer(self, request: Request) -> AsyncGenerator[Reply]:
        first, *rest = request.segments
        if first in self._directories:
            async with self._directories[first].answer(request, rest) as reply:
                yield reply
        elif first == _GRANTS and len(rest) == 1 and rest[0] in self._directories:
            tokens = self._directories[rest[0]].api.tokens
            await anyio.sleep(tokens.behaviour["latency"])
            yield tokens.answer(request)
        elif first == _CONTROL and len(rest) == 2 and rest[0] in self._directories:
            yield control(self._directories[rest[0]], request, rest[1])
        else:
            known = ", ".join(f"/{name}" for name in self._directories)
            yield json_reply({"error": f"Nothing is here. APIs: {known}; control: /{_CONTROL}/<directory>/…"}, 404)


def _prefix(name: str) -> str:
    """Return how the variables of a directory begin."""
    return name.upper().replace("-", "_")
