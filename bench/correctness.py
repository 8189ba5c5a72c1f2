"""Walks over a directory that changes while it is read: how many lose a user, show one twice, or claim too much.

    python bench/correctness.py [--walks 100000] [--http 1000]
    python bench/correctness.py --list
    python bench/correctness.py --world "hidden runs" [--walks 2000 | --seed 7]

Each world has an API, or a list, with a habit; `--list` names them, and `--seed` tells one walk, request by request.
Every walk is compared with the users that were there from its beginning to its end. The columns:

- lost: users who stayed and did not appear, although the walk calls itself complete without a warning
- twice: users who appeared again, in any walk
- falsely complete: the walks that lost somebody silently
- never ended: the walks in which the cursor led nowhere: 12 calls in a row gave nobody new, or an agent followed it
  three times more after a failure, or 30 times the requests of the bare loop, and 300 more, were not enough
- warned: the walks that ended, but not silently
- without need: those of them in which nobody was lost
- x bare: the requests, over those of a loop that knows everything and reads the list at rest (see `bare_requests`)

The naive loop, which goes from page to page until a short one comes, reads the same lists in the same run. In some
worlds nobody can always tell what happens from an API that keeps its word; there, `silent` is the share of walks that
are falsely complete. The exit status is 1 if this engine is wrong in another world or over HTTP, if it warns in the
quiet world, or if it warns without need in more than 5 % of the walks in which one user comes or goes at a time.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Iterable
from typing import Any

import anyio

import over_http
from judging import Judged, measured, measured_over_http
from one_walk import tell
from worlds import WORLDS

WIDTHS = {
    "walks": 9,
    "users": 12,
    "lost": 10,
    "twice": 10,
    "falsely complete": 10,
    "never ended": 8,
    "warned": 8,
    "without need": 9,
    "requests": 11,
    "x bare": 8,
    "silent %": 9,
    "naive lost": 12,
    "naive twice": 12,
    "naive falsely complete": 10,
    "naive silent %": 9,
}
OVER_HTTP = ("walks", "users", "lost", "twice", "falsely_complete", "warned", "requests")
OPAQUE = ("opaque_walks", "opaque_lost", "opaque_falsely_complete")


def row_of(judged: Judged) -> dict[str, float | None]:
    """The columns of a world; None where one means nothing."""
    total, walks = judged.total, judged.total["walks"]
    row: dict[str, float | None] = {column: total[column] for column in WIDTHS}
    row["x bare"] = round(total["requests"] / max(1, total["bare"]), 2)
    for who in ("", "naive "):
        share = round(100 * total[f"{who}falsely complete"] / max(1, walks), 1)
        row[f"{who}silent %"] = None if WORLDS[judged.name].tellable else share
    return row


def print_line(name: str, values: Iterable[object]) -> None:
    """Print a line of the table."""
    texts = ("" if each is None else each if isinstance(each, str) else f"{each:,}" for each in values)
    cells = (f"{text:>{width}}" for text, width in zip(texts, WIDTHS.values(), strict=True))
    print(f"{name:<20}{''.join(cells)}", flush=True)


def print_worlds(names: list[str], walks: int) -> tuple[dict[str, dict[str, float | None]], bool]:
    """Print the table; return it, and whether this engine is wrong somewhere."""
    words = [column.split(" ") for column in WIDTHS]
    for line in range(3):
        print_line("", [(["", "", *each])[-3:][line] for each in words])
    rows, bad = {}, list[Judged]()
    for judged in measured(names, walks):
        row = rows[judged.name] = row_of(judged)
        print_line(judged.name, row.values())
        if judged.seeds:
            bad.append(judged)
    print("\nSeeds of the first walks that are wrong or warn without need, to be told with --world NAME --seed N:")
    for name, _, seeds in bad:
        kinds = "; ".join(f"{kind} {', '.join(map(str, each[:5]))}" for kind, each in seeds.items())
        print(f"  {name:<20}{kinds}")
    return rows, any(judged.is_bad for judged in bad)


def main() -> None:
    """Print the tables and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--walks", type=int, default=100_000, help="simulated walks in all, spread evenly")
    parser.add_argument("--http", type=int, default=1_000, help="walks over HTTP")
    parser.add_argument("--world", choices=WORLDS, metavar="NAME", help="only this world, and nothing over HTTP")
    parser.add_argument("--seed", type=int, metavar="N", help="tell one walk in the world")
    parser.add_argument("--list", action="store_true", help="name the worlds")
    options = parser.parse_args()
    if options.list:
        for world in WORLDS.values():
            print(f"{world.name:<20}{world.says}{'' if world.tellable else ' (Not always tellable.)'}")
        return
    if options.seed is not None:
        anyio.run(tell, WORLDS[options.world or parser.error("--seed needs --world")], options.seed)
        return
    started = time.perf_counter()
    names = [options.world] if options.world else list(WORLDS)
    rows, bad = print_worlds(names, math.ceil(options.walks / len(names)))
    data: dict[str, Any] = {"worlds": rows, "over HTTP": {}}
    if not options.world:
        print(f"\n{'over HTTP':<20}" + "".join(f"{column:>18}" for column in OVER_HTTP))
        for name, engine in (("this engine", over_http.this_engine), ("naive loop", over_http.naive)):
            total = measured_over_http(engine, options.http)
            data["over HTTP"][name] = dict(total)
            print(f"{name:<20}" + "".join(f"{total[column]:>18,}" for column in OVER_HTTP), flush=True)
            print("  " + ", ".join(f"{column.replace('_', ' ')}: {total[column]:,}" for column in OPAQUE), flush=True)
            if engine is over_http.this_engine:
                bad = bad or any(total[column] for column in ("lost", "twice", "falsely_complete"))
    data["seconds"] = round(time.perf_counter() - started)
    print(json.dumps(data))
    sys.exit(bad)


if __name__ == "__main__":
    main()
