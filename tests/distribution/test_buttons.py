"""The buttons, decoded as the clients decode them, are entries that start this server."""

import base64
import json
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

import buttons
from project import ROOT, project
from user_directory_server.cli import _parse


def starts(entry: buttons.Entry) -> dict[str, object]:
    return {"command": "uvx", "args": [project()["name"], *entry.arguments]}


@pytest.mark.parametrize("entry", buttons.ENTRIES, ids=lambda entry: entry.name)
def test_vs_code_reads_the_name_and_the_command(entry):
    (own,) = parse_qs(urlsplit(buttons.vscode_link(entry)).query)["url"]
    path, _, config = own.partition("?")
    assert path == "vscode:mcp/install"
    assert json.loads(unquote(config)) == {"name": entry.name, **starts(entry)}


@pytest.mark.parametrize("entry", buttons.ENTRIES, ids=lambda entry: entry.name)
def test_cursor_reads_the_name_and_the_command(entry):
    query = parse_qs(urlsplit(buttons.cursor_link(entry)).query, strict_parsing=True)
    assert query["name"] == [entry.name]
    assert json.loads(base64.b64decode(query["config"][0], validate=True)) == starts(entry)


@pytest.mark.parametrize("entry", buttons.ENTRIES, ids=lambda entry: entry.name)
def test_the_command_line_takes_the_arguments(entry):
    options = _parse(list(entry.arguments) or ["serve"])
    assert (options.command, options.transport) == ("serve", "stdio")
    assert options.sandbox == (entry.label == "simulated directories")


def test_the_page_has_these_buttons():
    page = (ROOT / "docs/install.md").read_text(encoding="utf-8")
    assert buttons.written(page) == page
    assert buttons.buttons() in page
