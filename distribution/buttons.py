"""Buttons that put the server into VS Code and Cursor, as Markdown.

    python distribution/buttons.py                          # prints them
    python distribution/buttons.py --write docs/install.md  # puts them into the page between its marks

VS Code takes `vscode:mcp/install?{JSON}` (https://code.visualstudio.com/api/extension-guides/ai/mcp); pages on GitHub
can link only to its redirect. Cursor takes a name, and its configuration in Base64
(https://cursor.com/docs/mcp/install-links). Both start `uvx user-directory-mcp`, so the package must be on PyPI.
"""

import base64
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from project import project

__all__ = ["BEGIN", "END", "ENTRIES", "Entry", "buttons", "cursor_link", "vscode_link", "written"]

BEGIN, END = "<!-- written by distribution/buttons.py -->\n", "<!-- end -->\n"


class Entry(NamedTuple):
    """A server as a client's file names it."""

    name: str
    arguments: tuple[str, ...]
    label: str

    @property
    def start(self) -> dict[str, Any]:
        return {"command": "uvx", "args": [project()["name"], *self.arguments]}


ENTRIES = (
    Entry("user-directories-sandbox", ("serve", "--sandbox"), "simulated directories"),
    Entry("user-directories", (), "your directories"),
)


def vscode_link(entry: Entry) -> str:
    """Return the address that opens VS Code and asks whether to install the server."""
    own = "vscode:mcp/install?" + quote(_json({"name": entry.name, **entry.start}), safe="")
    return "https://insiders.vscode.dev/redirect?" + urlencode({"url": own})


def cursor_link(entry: Entry) -> str:
    """Return the address that opens Cursor and asks whether to install the server."""
    config = base64.b64encode(_json(entry.start).encode()).decode()
    return "https://cursor.com/en/install-mcp?" + urlencode({"name": entry.name, "config": config})


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def buttons() -> str:
    """Return a row of buttons for each entry."""
    rows = ["| | VS Code | Cursor |", "| --- | --- | --- |"]
    for entry in ENTRIES:
        links = (_button("VS Code", vscode_link(entry)), _button("Cursor", cursor_link(entry)))
        rows.append(f"| {entry.label} | {' | '.join(links)} |")
    return "\n".join(rows) + "\n"


def _button(client: str, link: str) -> str:
    """A link without a picture: the pages load nothing from elsewhere."""
    return f"[**Install in {client}**]({link})"


def written(page: str) -> str:
    """Return the page with these buttons between its marks."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{buttons()}\n{END}{rest.partition(END)[2]}"


def main(given: Sequence[str]) -> int:
    """Print the buttons, or write them into a page."""
    if given[:1] == ["--write"]:
        page = Path(given[1])
        page.write_text(written(page.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print(buttons(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
