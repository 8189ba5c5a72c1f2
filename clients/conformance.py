"""The official conformance suite against this server over streamable HTTP, in both eras of the protocol.

    python clients/conformance.py                                # exit status 1 if it is otherwise than listed
    python clients/conformance.py --write docs/conformance.md    # puts the tables into the page between its marks
    python clients/conformance.py --check docs/conformance.md    # fails if the page has other tables

It installs the suite in a temporary folder (Node.js comes from a wheel). The suite is written for SDKs, and much of it
asks for the tools of a demonstration server: `conformance.toml` says which checks do not apply, each with the reason.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import anyio

from conformance_judge import ERAS, Check, faults, known, read_checks, tables, written
from environments import install_official
from serving import served

_KNOWN = Path(__file__).with_name("conformance.toml")
_SUITE = "@modelcontextprotocol/conformance/dist/index.js"
_SECONDS = 300
"""For all scenarios of one era; they take a few."""


async def _all(suite: Sequence[Path], folder: Path) -> list[Check]:
    """Let the suite try one server in each era.

    Raises: TimeoutError.
    """
    async with served("http", folder) as server:
        for era in ERAS:
            options = ["--url", server.target["url"], "--requirements", era, "-o", str(folder / era)]
            command = [*map(str, suite), "server", *options]
            with anyio.fail_after(_SECONDS):  # its exit status knows nothing of our list
                await anyio.run_process(command, check=False, stdout=subprocess.DEVNULL, stderr=sys.stderr)
    return [check for era in ERAS for check in read_checks(era, folder / era)]


def _tried() -> list[Check]:
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        node, packages = install_official(folder)
        return anyio.run(_all, (node, packages / _SUITE), folder)


def main(options: argparse.Namespace) -> int:
    """Try the server, and return the exit status."""
    listed, checks = known(_KNOWN), _tried()
    found, table = list(faults(checks, listed)), tables(checks, listed)
    print(table, *found, sep="\n")
    if options.write:
        options.write.write_text(written(options.write.read_text(encoding="utf-8"), table), encoding="utf-8")
    if options.check and table not in options.check.read_text(encoding="utf-8"):
        found.append("")
        print(f"{options.check} has other tables: --write puts these into it")
    passed = sum(check.status == "SUCCESS" for check in checks)
    print(f"{passed} passed, {len(found)} failed")
    return int(bool(found) or not passed)


def _options(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Try the official conformance suite against the server.")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables into this page")
    parser.add_argument("--check", type=Path, metavar="PAGE", help="fail if these are not the tables of this page")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(main(_options(sys.argv[1:])))
