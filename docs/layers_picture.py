"""A picture of the layers: the rooms, what is in each, floor by floor, and which room imports which.

    python docs/layers_picture.py

writes `layers.svg` beside this file. The floors are those that import-linter checks (`pyproject.toml`); the arrows are
drawn from the imports in the code; what a part is for is the beginning of its own text, and shows under the mouse.
"""

import ast
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from textwrap import shorten
from typing import NamedTuple

__all__ = ["PICTURE", "ROOMS", "imported", "picture"]

HERE = Path(__file__).parent
PICTURE = HERE / "layers.svg"
ROOT = HERE.parent
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]

_STYLE = """
text{font:12px ui-sans-serif,system-ui,'DejaVu Sans',sans-serif;fill:#1c2733}
.room{fill:#eef3f8;stroke:#8aa0b5}.alone{fill:#f6f1e6;stroke:#b5a27a}.part{fill:#fff;stroke:#b8c4d0}
.many{stroke:#3d6a94;stroke-width:1.6}.title{font-weight:700;font-size:14px}.soft{fill:#56677a;font-size:11px}
.arrow{fill:none;stroke:#3d6a94;stroke-width:1.6}.head{fill:#3d6a94}
@media(prefers-color-scheme:dark){text{fill:#dfe7ee}.soft{fill:#a3b3c2}.room{fill:#1b2733;stroke:#51677c}
.alone{fill:#2b2619;stroke:#7d6d48}.part{fill:#111a22;stroke:#455664}}
""".replace("\n", "")
_WIDTH, _EDGE, _PAD = 760, 70, 14
"""Of the picture, of its left edge, where the long arrows are, and inside a room."""
_HIGH, _GAP, _LETTER, _SOFT = 20, 4, 7, 6
"""Of a part; between parts; the width of a letter, and of a small one. Pixels."""


class Room(NamedTuple):
    """One root of the code: where it is, and its parts, floor by floor, from the top down."""

    package: str
    folder: Path
    floors: Sequence[Sequence[str]]


def _rooms() -> Iterator[Room]:
    layers = [contract for contract in CONTRACTS if contract["type"] == "layers"]
    (order,) = [contract["layers"] for contract in layers if "containers" not in contract]
    for package in [*order, "user_directory_sandbox"]:
        (folder,) = ROOT.glob(f"*/{package}")
        own = [contract["layers"] for contract in layers if contract.get("containers") == [package]]
        (floors,) = [floors for floors in own if not any("." in floor for floor in floors)]
        yield Room(package, folder, [floor.split(" | ") for floor in floors])


ROOMS = [*_rooms()]


def imported(room: Room) -> set[str]:
    """Return the other rooms that a room imports, from its code."""
    packages = {each.package for each in ROOMS} - {room.package}
    names = {name.partition(".")[0] for path in room.folder.rglob("*.py") for name in _imports(path)}
    return packages & names


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _sentence(folder: Path, name: str = "") -> str:
    """Return the first paragraph of the text of a package or module."""
    path = folder / name / "__init__.py" if (folder / name).is_dir() else folder / f"{name}.py"
    text = ast.get_docstring(_tree(path)) or ""
    return " ".join(text.partition("\n\n")[0].replace("`", "").split())


def picture() -> str:
    """Return the picture as SVG."""
    parts, y, middles = list[str](), 10.0, dict[str, tuple[float, float]]()
    for room in ROOMS:
        drawn, height = _room(room, y)
        parts += drawn
        middles[room.package] = (y, y + height)
        y += height + 26
    parts += [arrow for room in ROOMS for arrow in _arrows(room, middles)]
    size = f'viewBox="0 0 {_WIDTH} {y - 16:g}" width="{_WIDTH}" height="{y - 16:g}"'
    title = "<title>The rooms, their floors, and who imports whom</title>"
    head = [f'<svg xmlns="http://www.w3.org/2000/svg" {size}>', title, f"<style>{_STYLE}</style>"]
    return "\n".join([*head, *parts, "</svg>", ""])


def _room(room: Room, y: float) -> tuple[list[str], float]:
    """Draw a room whose upper edge is at `y`; return it with its height."""
    x = _EDGE + _PAD
    parts = [
        _text(x, y + 20, f"{room.folder.relative_to(ROOT).as_posix()}/", "title"),
        _text(x, y + 36, _sentence(room.folder), "soft"),
    ]
    below = y + 46
    for floor in room.floors:
        boxes, below = _floor(room, floor, below)
        parts += boxes
    name, height = "alone" if room is ROOMS[-1] else "room", below - y + _GAP
    frame = f'<rect class="{name}" x="{_EDGE}" y="{y:g}" width="{_WIDTH - _EDGE - 10}" height="{height:g}" rx="8"/>'
    return [frame, *parts], height


def _floor(room: Room, floor: Sequence[str], y: float) -> tuple[list[str], float]:
    """Draw the parts of one floor, in as many rows as they need; return them with where the next begins.

    Beside a part that has a floor for itself stands what it is for.
    """
    boxes, x, end = list[str](), _EDGE + _PAD, _WIDTH - 10 - _PAD
    for name in floor:
        box, width = _part(room, name, x, y)
        if x + width > end:
            x, y = _EDGE + _PAD, y + _HIGH + 2
            box, width = _part(room, name, x, y)
        boxes.append(box)
        x += width + _GAP
    if len(floor) == 1:
        boxes.append(
            _text(
                x + _GAP,
                y + 14,
                shorten(_sentence(room.folder, floor[0]), (end - x) // _SOFT, placeholder=" …"),
                "soft",
            )
        )
    return boxes, y + _HIGH + _GAP


def _part(room: Room, name: str, x: int, y: float) -> tuple[str, int]:
    """Draw a part, a package with a thicker edge; return it with its width."""
    is_package = (room.folder / name).is_dir()
    shown, style = (f"{name}/", "part many") if is_package else (name, "part")
    width = _LETTER * len(shown) + 14
    box = f'<rect class="{style}" x="{x}" y="{y:g}" width="{width}" height="{_HIGH}" rx="4"/>'
    words = f'<text text-anchor="middle" x="{x + width / 2:g}" y="{y + 14:g}">{escape(shown)}</text>'
    return f"<g><title>{escape(_sentence(room.folder, name))}</title>{box}{words}</g>", width


def _arrows(room: Room, edges: Mapping[str, tuple[float, float]]) -> Iterator[str]:
    """Draw an arrow to each room that this one imports: straight to the next, along the edge to others."""
    order = [each.package for each in ROOMS]
    here, (top, bottom) = order.index(room.package), edges[room.package]
    for other in sorted(imported(room), key=order.index):
        steps, end = order.index(other) - here, edges[other][0]
        if steps == 1:
            yield f'<path class="arrow" d="M{_WIDTH // 2} {bottom:g}V{end - 8:g}"/>'
            yield f'<path class="head" d="M{_WIDTH // 2 - 5} {end - 9:g}h10l-5 9z"/>'
        else:
            x = _EDGE - 14 * steps
            yield f'<path class="arrow" d="M{_EDGE} {top + 14 + 6 * steps:g}H{x}V{end + 18:g}H{_EDGE - 8}"/>'
            yield f'<path class="head" d="M{_EDGE - 9} {end + 13:g}v10l9 -5z"/>'


def _text(x: int, y: float, said: str, name: str) -> str:
    return f'<text class="{name}" x="{x}" y="{y:g}">{escape(said)}</text>'


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    main()
