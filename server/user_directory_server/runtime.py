"""Everything that a command needs, opened and closed together."""

import logging
import os
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mcp.server import Server

from user_directories import ConfigurationError, Directories
from user_directory_tools import RowForm, Tool, ToolStyle, toolset

from .app import build_server
from .server_variables import CONFIG_VARIABLE
from .settings import Settings, read_settings
from .state import cursor_store

__all__ = ["Runtime", "open_runtime"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Runtime:
    """The directories, the tools over them and the server that offers the tools."""

    settings: Settings
    directories: Directories
    tools: tuple[Tool, ...]
    server: Server[Any]


@asynccontextmanager
async def open_runtime(
    *,
    config: Path | None = None,
    sandbox: bool = False,
    style: ToolStyle = "shared",
    users: int = 5000,
    structured: bool | None = None,
    by_wire: bool = False,
    seconds: str | None = None,
    strict: bool = False,
    tells: bool = True,
    rows: RowForm = "arrays",
) -> AsyncGenerator[Runtime]:
    """Open the configured directories; with `sandbox`, six simulated ones, started in this process.

    `seconds` is how long every call may take, as the command line says it. Each fault in the configuration is logged,
    unless the caller `tells` of them in another way, or is an error if the caller is `strict`.

    Raises: ConfigurationError.
    """
    async with AsyncExitStack() as stack:
        simulated = await _sandbox_settings(stack, config, users, seconds) if sandbox else None
        settings = (simulated or read_settings(config=config, seconds=seconds)).in_style(style)
        faults = settings.all_faults()
        if strict and faults:
            raise ConfigurationError.together(faults)
        for fault in faults if tells else ():
            logger.warning("%s", fault)
        store = cursor_store()
        stack.callback(store.close)
        directories = await stack.enter_async_context(
            Directories(settings.directories, store, broken=settings.broken, budget=settings.budget)
        )
        tools = toolset(directories, settings.unconfigured, style, store.notes, settings.faults, rows)
        server = build_server(
            tools, directories, structured=structured, style=style, by_wire=by_wire, hurries=settings.seconds is None
        )
        yield Runtime(settings, directories, tools, server)


async def _sandbox_settings(stack: AsyncExitStack, config: Path | None, users: int, seconds: str | None) -> Settings:
    """Return the settings of the sandbox's directories, without pacing: the sandbox has no rate limit."""
    from user_directory_sandbox import DIRECTORIES, Sandbox

    simulated = await stack.enter_async_context(Sandbox(users=users))
    real = {name: value for name, value in os.environ.items() if name != CONFIG_VARIABLE}
    settings = read_settings(real | simulated.environment(), config, seconds)
    unpaced = [
        replace(item, requests_per_second=None) if item.name in DIRECTORIES else item for item in settings.directories
    ]
    return replace(settings, directories=tuple(unpaced))
