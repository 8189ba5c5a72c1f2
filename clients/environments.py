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

__all__ = ["install", "install_official"]

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


def install_official(folder: Path) -> tuple[Path, Path]:
    """Install the tools of those who write the specifications; return Node.js and the folder that has their packages.

    Raises: subprocess.CalledProcessError, as above.
    """
    packages = folder / "official"
    shutil.copytree(_HERE / "official", packages, ignore=shutil.ignore_patterns("node_modules"))
    programs = _environment("javascript/requirements.txt", folder)
    return _with_packages(programs, packages, folder), packages / "node_modules"


def _script(client: Client, folder: Path) -> Path:
    """A JavaScript script finds its packages only beside itself."""
    return (folder if client.script.endswith(".mjs") else _HERE) / client.script


def _program(requirements: str, folder: Path) -> Path:
    """Install one environment, and return its interpreter."""
    programs = _environment(requirements, folder)
    if requirements.startswith("javascript"):
        return _with_packages(programs, folder / "javascript", folder)
    return programs / "python"


def _environment(requirements: str, folder: Path) -> Path:
    """Install what a list names, and return where its programs are."""
    programs = folder / requirements.replace("/", "-") / "bin"
    _run(folder, sys.executable, "-m", "venv", programs.parent)
    _run(folder, programs / "python", "-m", "pip", "install", "-qq", "--no-deps", "-r", _HERE / requirements)
    return programs


def _with_packages(programs: Path, packages: Path, folder: Path) -> Path:
    """Install the packages that a lock names, and return the Node.js that runs them."""
    _run(folder, programs / "npm", "ci", "--silent", "--prefix", packages)
    return programs / "node"


def _run(folder: Path, *command: str | Path) -> None:
    caches = {"PIP_CACHE_DIR": str(folder / "pip-cache"), "NPM_CONFIG_CACHE": str(folder / "npm-cache")}
    environment = os.environ | caches | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    subprocess.run(command, check=True, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr)
