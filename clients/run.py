"""Real clients against the real server: which of them can do what, over stdio and over streamable HTTP.

`python clients/run.py` installs each client in a fresh environment, lets it make the same calls, and prints a table;
the exit status is 1 if any check fails. With names after it, only those clients are tried. No model is asked.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import anyio

from answers import Failed
from calling import Reference, caller, reference
from checks import CHECKS, HTTP_ONLY, Trial
from environments import install
from known import CLIENTS, Client
from serving import TRANSPORTS, served

_AT_ONCE = 3
"""Clients that run at the same time. They mostly wait; more of them would make each call slower than it is."""

_Outcome = str | None
"""What went wrong in a check; "" where all went well, None where it does not apply."""


def main(names: Sequence[str]) -> int:
    """Try the clients, and return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        clients = [client for client in CLIENTS if not names or client.name in names]
        commands = install(clients, Path(folder))
        table = anyio.run(_all, clients, commands, Path(folder))
    _print(table)
    return int(any(outcome for row in table.values() for outcome in row.values()))


_Table = dict[tuple[str, str], dict[str, _Outcome]]
"""The outcomes of the checks, for each client over each transport."""


async def _all(clients: Sequence[Client], commands: Mapping[str, list[str]], folder: Path) -> _Table:
    table: _Table = {}
    limit = anyio.CapacityLimiter(_AT_ONCE)

    async def one(client: Client, transport: str, known: Reference) -> None:
        own = _new_folder(folder, f"{client.name}-{transport}")
        async with limit:
            table[client.name, transport] = await _row(client, commands[client.name], transport, own, known)

    async with reference(_new_folder(folder, "reference")) as known, anyio.create_task_group() as tasks:
        for client in clients:
            for transport in TRANSPORTS:
                table[client.name, transport] = {}  # in this order, whichever ends first
                tasks.start_soon(one, client, transport, known)
    return table


def _new_folder(parent: Path, name: str) -> Path:
    folder = parent / f"run-{name}"
    folder.mkdir()
    return folder


async def _row(
    client: Client, command: Sequence[str], transport: str, folder: Path, known: Reference
) -> dict[str, _Outcome]:
    async with served(transport, folder) as server:
        start = [*command, json.dumps(server.target), *client.arguments]
        try:
            async with caller(start, folder) as running:
                trial = Trial(running, known, server)
                return {name: await _outcome(name, trial) for name in CHECKS}
        except Failed as failed:
            return dict.fromkeys(CHECKS, f"it does not connect: {failed}")


async def _outcome(name: str, trial: Trial) -> _Outcome:
    if name in HTTP_ONLY and not trial.server.over_http:
        return None
    try:
        await CHECKS[name](trial)
    except Failed as failed:
        return str(failed)
    except (LookupError, TypeError) as wrong:
        return f"the answer has another form: {wrong!r}"
    return ""


def _print(table: _Table) -> None:
    print(f"{'client':20}{'over':8}" + "".join(f"{name:9}" for name in CHECKS))
    for (client, transport), row in table.items():
        marks = ("-" if outcome is None else "FAILED" if outcome else "ok" for outcome in row.values())
        print(f"{client:20}{transport:8}" + "".join(f"{mark:9}" for mark in marks))
    outcomes = [outcome for row in table.values() for outcome in row.values()]
    print()
    for (client, transport), row in table.items():
        for name, outcome in row.items():
            if outcome:
                print(f"{client} over {transport}, {name}: {outcome}")
    print(f"{outcomes.count('')} passed, {sum(1 for each in outcomes if each)} failed")


def _names(given: Sequence[str]) -> list[str]:
    parser = argparse.ArgumentParser(description="Try real clients against the server.")
    known = [client.name for client in CLIENTS]
    parser.add_argument("names", nargs="*", metavar="CLIENT", help=", ".join(known))
    names: list[str] = parser.parse_args(given).names
    if unknown := set(names) - set(known):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; use: {', '.join(known)}")
    return names


if __name__ == "__main__":
    sys.exit(main(_names(sys.argv[1:])))
