"""The fault matrix: what an agent gets when a provider fails, in each directory and at each operation.

    python bench/reliability.py [--fault NAME]... [--jobs 2]
    python bench/reliability.py --write docs/reliability.md | --check docs/reliability.md
    python bench/reliability.py --list
    python bench/reliability.py --fault NAME --directory NAME --operation NAME [--state cold|warm]

It runs against the sandbox, over real HTTP; nothing but the pauses between attempts is left out. `--write` puts the
tables into the page between its marks. With a directory and an operation it tells one cell. The exit status is 1 if
an answer is wrong that is no documented exception, or if an exception is not needed.
"""

import argparse
import functools
import logging
import re
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import anyio

from fault_exceptions import EXCEPTIONS, is_exception
from fault_kinds import FAULTS
from fault_matrix import STATES, Cell, directories_of, opened_world, without_pauses
from fault_operations import OPERATIONS

OUTCOMES = ("right", "partly", "error", "wrong")
BEGIN, END = "<!-- written by bench/reliability.py -->\n", "<!-- end -->\n"
HEADINGS = {
    "nothing": "No fault",
    "refusals": "It refuses, or reports an error",
    "limits": "It limits requests",
    "answers": "It answers with something else",
    "connections": "The connection fails, or is slow",
    "lists": "Its pages are wrong",
    "values": "Its values have another type",
}
_NAMES = re.compile(r"^(?:[a-z]+(?:, [a-z]+)*): |^No directory answered\. ")


async def _cells(
    fault: str, directories: Sequence[str], operations: Sequence[str], states: Sequence[str]
) -> list[Cell]:
    kind = FAULTS[fault]
    async with opened_world() as world:
        return [
            await world.try_cell(kind, directory, operation, state)
            for directory in directories_of(kind)
            if directory in directories
            for operation in operations
            for state in states
        ]


def cells(fault: str, directories: Sequence[str], operations: Sequence[str], states: Sequence[str]) -> list[Cell]:
    """Try the cells of a fault."""
    logging.getLogger("stamina").setLevel(logging.ERROR)  # it tells of each retry
    with without_pauses():
        return anyio.run(_cells, fault, directories, operations, states)


def outcomes(tried: Iterable[Cell]) -> str:
    """The outcomes of some cells, the best first."""
    found = {cell.outcome for cell in tried}
    return ", ".join(each for each in OUTCOMES if each in found)


def tables(tried: Sequence[Cell]) -> str:
    """The tables of the page."""
    parts = []
    for group, heading in HEADINGS.items():
        rows = [_row(name, [cell for cell in tried if cell.fault == name]) for name in _of_group(group, tried)]
        if rows:
            head = ["the provider sends", *OPERATIONS, "afterwards"]
            parts.append("\n".join([f"### {heading}\n", _line(head), _line(["---"] * len(head)), *rows, ""]))
    return "\n".join([*parts, _errors(tried), exceptions()])


def _of_group(group: str, tried: Sequence[Cell]) -> list[str]:
    names = {cell.fault for cell in tried}
    return [name for name, fault in FAULTS.items() if fault.group == group and name in names]


def _row(fault: str, tried: Sequence[Cell]) -> str:
    each = [outcomes(cell for cell in tried if cell.operation == operation) for operation in OPERATIONS]
    later = {cell.afterwards for cell in tried} - {""}
    return _line([fault, *each, ", ".join(sorted(later, reverse=True))])


def _line(values: Iterable[str]) -> str:
    return f"| {' | '.join(values)} |"


def _errors(tried: Sequence[Cell]) -> str:
    said: dict[str, dict[str, None]] = {}
    for cell in tried:
        if cell.error:
            what = re.sub(r"\b\d+ s\b", "… s", _NAMES.sub("", cell.error))
            said.setdefault(what, {})[cell.fault] = None
    rows = [_line([what, ", ".join(faults)]) for what, faults in said.items()]
    return "\n".join(
        ["### What the errors say\n", _line(["error", "where the provider sends"]), "| --- | --- |", *rows, ""]
    )


def exceptions() -> str:
    """The table of the documented exceptions."""
    head = ["the provider sends", "in", "the server", "why"]
    rows = [_line([each.fault, ", ".join(each.directories), " or ".join(each.states), each.why]) for each in EXCEPTIONS]
    return "\n".join(["### Where an answer is wrong\n", _line(head), _line(["---"] * 4), *rows, ""])


def written(page: str, tried: Sequence[Cell]) -> str:
    """The page with these tables between its marks."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{tables(tried)}\n{END}{rest.partition(END)[2]}"


def misjudged(tried: Iterable[Cell]) -> list[Cell]:
    """The cells that are wrong and no exception, or an exception and not wrong."""
    return [
        cell
        for cell in tried
        if bool(cell.wrong) != is_exception(cell.fault, cell.directory, cell.operation, cell.state)
    ]


def _tell(cell: Cell) -> None:
    print(f"{cell.name}: {cell.outcome}; afterwards {cell.afterwards or '-'}. {cell.wrong}")
    for line in cell.said:
        print(f"  {line}")


def main() -> None:
    """Try the cells, and print or write what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fault", choices=FAULTS, metavar="NAME", action="append", help="only this fault")
    parser.add_argument("--directory", metavar="NAME", help="only this directory")
    parser.add_argument("--operation", choices=OPERATIONS, metavar="NAME", help="only this operation")
    parser.add_argument("--state", choices=STATES, help="only a server that is new, or one that has been used")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables into this page")
    parser.add_argument("--check", type=Path, metavar="PAGE", help="fail if these are not the tables of this page")
    parser.add_argument("--list", action="store_true", help="name the faults and the operations")
    options = parser.parse_args()
    if options.list:
        print("\n".join([*FAULTS, "", *OPERATIONS]))
        return
    names = options.fault or list(FAULTS)
    try_all = functools.partial(
        cells,
        directories=[options.directory] if options.directory else directories_of(FAULTS["none"]),
        operations=[options.operation] if options.operation else list(OPERATIONS),
        states=[options.state] if options.state else STATES,
    )
    tried = list[Cell]()
    with ProcessPoolExecutor(options.jobs) as pool:
        for name, found in zip(names, pool.map(try_all, names), strict=True):
            tried += found
            print(f"{name:<40}{len(found):>5} cells: {outcomes(found)}", flush=True)
    if options.directory and options.operation:
        for cell in tried:
            _tell(cell)
    if options.write:
        options.write.write_text(written(options.write.read_text(encoding="utf-8"), tried), encoding="utf-8")
    is_old = False
    if options.check:
        page = options.check.read_text(encoding="utf-8")
        is_old = written(page, tried) != page
        print(f"{options.check} is {'not ' if is_old else ''}what the code gives")
    bad = misjudged(tried)
    for cell in bad:
        print(f"{cell.name}: {cell.wrong or 'is not wrong, so it needs no exception'}")
    print(
        f"{len(tried):,} cells; {sum(bool(cell.wrong) for cell in tried):,} wrong; {len(bad):,} of them not documented"
    )
    sys.exit(bool(bad) or is_old)


if __name__ == "__main__":
    main()
