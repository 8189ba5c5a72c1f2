"""A fresh environment for each client, in a temporary folder, with what is pinned for it and nothing else.

Each Python client has one of its own, because it may want other versions than this server or another client. The
JavaScript clients share one, in which Node.js comes from a wheel: the machine needs none.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from known import Client

__all__ = ["install"]

_HERE = Path(__file__).parent
_AT_ONCE = 2
"""Installations at the same time."""


def install(clients: Iterable[Client], folder: Path) -> Mapping[str, list[str]]:
    """Install the clients, and return for the name of each the command that starts its script.

    Raises: subprocess.CalledProcessError, after the installer said on stderr what is wrong.
    """
    clients = tuple(clients)
    shutil.copytree(_HERE / "javascript", folder / "javascript", ignore=shutil.ignore_patterns("node_modules"))
    needed = sorted({client.requirements for client in clients})
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        programs = dict(zip(needed, pool.map(lambda each: _program(each, folder), needed), strict=True))
    return {client.name: [str(programs[client.requirements]), str(_script(client, folder))] for client in clients}


def _script(client: Client, folder: Path) -> Path:
    """A JavaScript script finds its packages only beside itself."""
    return (folder if client.script.endswith(".mjs") else _HERE) / client.script


def _program(requirements: str, folder: Path) -> Path:
    """Install one environment, and return its interpreter."""
    programs = folder / requirements.replace("/", "-") / "bin"
    _run(folder, sys.executable, "-m", "venv", programs.parent)
    _run(folder, programs / "python", "-m", "pip", "install", "-qq", "--no-deps", "-r", _HERE / requirements)
    if not requirements.startswith("javascript"):
        return programs / "python"
    _run(folder, programs / "npm", "ci", "--silent", "--prefix", folder / "javascript")
    return programs / "node"


def _run(folder: Path, *command: str | Path) -> None:
    caches = {"PIP_CACHE_DIR": str(folder / "pip-cache"), "NPM_CONFIG_CACHE": str(folder / "npm-cache")}
    environment = os.environ | caches | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    subprocess.run(command, check=True, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr)
