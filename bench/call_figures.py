"""What the measurements of calls share: their figures, the directories, and how this server is started."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from user_directories import built_in

__all__ = ["CALLS", "PAGES", "USERS", "Figure", "at_least", "at_most", "authorization", "this_server"]

USERS = 20_000
"""Users of each directory."""

CALLS = 10
"""Calls of one kind in a round; kinds take turns."""

PAGES: Mapping[str, str] = {
    "klavis": "/user/?page_size={size}&page_number=1",
    "braintrust": "/v1/user?limit={size}",
    "delay": "/users?page_size={size}&page=1",
    "openphone": "/v1/users?maxResults={size}",
    "quo": "/users?limit={size}",
    "monocloud": "/api/users?size={size}&page=1",
}
"""The first page of each directory."""


class Figure(NamedTuple):
    """One line of the table: two costs in the same unit, and their ratio; `met` is None where there is no goal."""

    name: str
    ours: float
    other: float
    unit: str
    ratio: float
    goal: str
    met: bool | None


def at_most(name: str, ours: float, other: float, unit: str, goal: float | None) -> Figure:
    """A cost that may be so many times the other."""
    ratio = ours / other
    return Figure(name, ours, other, unit, ratio, f"<= {goal} x" if goal else "", ratio <= goal if goal else None)


def at_least(name: str, ours: float, other: float, goal: float | None) -> Figure:
    """A number of calls a second that should be so much of the other's; costs in seconds are given."""
    ratio = other / ours
    met = ratio >= goal if goal else None
    return Figure(name, 1 / ours, 1 / other, "calls/s", ratio, f">= {goal} x" if goal else "", met)


def this_server(folder: Path, url: str, *options: str) -> tuple[list[str], dict[str, str]]:
    """The command that starts this server over all directories of the sandbox, unpaced, and its environment."""
    config = folder / "config.toml"
    tables = (
        f'[directories.{name}]\nprovider = "{name}"\nbase_url = "{url}/{name}"\nrequests_per_second = 0\n'
        f'api_key = {{ env = "KEY_OF_{name.upper()}" }}\n'
        for name in PAGES
    )
    config.write_text("".join(tables))
    keys = {f"KEY_OF_{name.upper()}": f"sandbox-{name}-key" for name in PAGES}
    command = [str(Path(sys.executable).parent / "user-directory-mcp"), "serve", "--config", str(config), *options]
    return command, os.environ | keys | {"USER_DIRECTORY_STATE": str(folder)}


def authorization(name: str) -> dict[str, str]:
    """The header that shows the sandbox's key."""
    rule = built_in(name).auth
    return {rule.header: f"{rule.scheme} sandbox-{name}-key".strip()} | dict(built_in(name).headers)
