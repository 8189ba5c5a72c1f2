"""The bundle for one-click installation, held against the official tool and started as a host starts it.

`python clients/one_click.py` lets `mcpb` validate, pack and unpack the bundle, and starts what was unpacked with
the command that the official code for hosts makes of the manifest, in a home of its own: with nothing filled in, with
empty texts, without simulated directories, and with a key. The exit status is 1 if an answer is not what it should be.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import anyio

from environments import install_official
from user_directory_sandbox import DIRECTORIES, Sandbox

_ROOT = Path(__file__).parents[1]
_BUNDLE = _ROOT / "distribution/bundle.py"
_FIRST_ANSWER = _ROOT / "distribution/first_answer.py"
_MCPB = "@anthropic-ai/mcpb/dist/cli/cli.js"
_INHERITED = ("PATH", "LANG", "SSL_CERT_FILE", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_SYSTEM_CERTS")


class Case(NamedTuple):
    """What a person filled in, and the directories that then answer."""

    name: str
    filled_in: Mapping[str, Any]
    directories: tuple[str, ...]


def _cases(form: Mapping[str, Any], key: str) -> tuple[Case, ...]:
    every = tuple(sorted(DIRECTORIES))
    texts = [name for name, setting in form.items() if setting["type"] != "boolean"]
    return (
        Case("nothing is filled in", {}, every),
        Case("empty texts", dict.fromkeys(texts, ""), every),
        Case("no simulated directories", {"simulated_directories": False}, ()),
        Case("a key", {"klavis_api_key": key}, ("klavis",)),
    )


class _Host:
    """A program that starts bundles, as far as the official code goes."""

    def __init__(self, folder: Path) -> None:
        self._node, packages = install_official(folder)
        self._tool = packages / _MCPB
        self._started = folder / "official/started.mjs"
        self._home = folder / "home"
        self._home.mkdir()

    def unpacked(self, folder: Path) -> Path:
        """Write, validate, pack and unpack the bundle; return where it is.

        Raises: subprocess.CalledProcessError.
        """
        sources, bundle, unpacked = folder / "sources", folder / "ours.mcpb", folder / "unpacked"
        subprocess.run([sys.executable, _BUNDLE, bundle, "--folder", sources], check=True)
        for arguments in (
            ("validate", sources / "manifest.json"),
            ("pack", sources, folder / "theirs.mcpb"),
            ("unpack", bundle, unpacked),
        ):
            subprocess.run([self._node, self._tool, *arguments], check=True, stdout=sys.stderr)
        return unpacked

    def answer(self, bundle: Path, case: Case, variables: Mapping[str, str]) -> str:
        """Start a bundle, and return its first answer in one line; what is wrong if there is none."""
        told = [str(self._node), str(self._started), str(bundle), json.dumps(case.filled_in)]
        start = json.loads(subprocess.run(told, check=True, capture_output=True, text=True).stdout)
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        environment = inherited | {"HOME": str(self._home), **variables, **start["env"]}
        command = [sys.executable, _FIRST_ANSWER, start["command"], *start["args"]]
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, cwd="/")
        return done.stdout.strip() or done.stderr.strip()


async def _tried(folder: Path) -> list[str]:
    """Try each case, and return what is wrong."""
    host = _Host(folder)
    bundle = host.unpacked(folder)
    form = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))["user_config"]
    wrong: list[str] = []
    async with Sandbox(users=20) as sandbox:
        real = sandbox.environment()
        variables = {"KLAVIS_BASE_URL": real["KLAVIS_BASE_URL"]}
        for case in _cases(form, real["KLAVIS_API_KEY"]):
            own = variables if case.directories == ("klavis",) else {}
            answer = await anyio.to_thread.run_sync(host.answer, bundle, case, own)
            expected = ", ".join(f"{name} 3" for name in case.directories) or "no directory"
            print(f"{case.name}: {answer}", flush=True)
            if answer.partition("users: ")[2] != expected:
                wrong.append(case.name)
    return wrong


def main() -> int:
    """Try the bundle, and return the exit status."""
    with tempfile.TemporaryDirectory() as named:
        wrong = anyio.run(_tried, Path(named))
    for name in wrong:
        print(f"another answer was expected: {name}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
