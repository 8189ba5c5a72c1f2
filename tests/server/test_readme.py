"""What the README, and the pages that it leads to, say of the program is so."""

import json
import re
import tomllib

import pytest

from user_directories import built_in, built_in_names, preset_names
from user_directory_server.cli import _parser
from user_directory_server.known_clients import PATIENT_CLIENTS
from user_directory_server.server_variables import SERVER_VARIABLES

from ..docs.pages import PAGES, ROOT, blocks, indented

README = PAGES["README.md"]
DEMO, TESTS = "pip install . && user-directory-mcp demo", "pip install -e '.[test]' && pytest"


def test_it_has_at_most_200_lines_of_at_most_120_characters() -> None:
    lines = README.splitlines()
    assert len(lines) <= 200
    assert [line for line in lines if len(line) > 120] == []


def test_its_first_screen_has_the_command_that_shows_the_job_and_the_one_that_tests() -> None:
    first = "\n".join(README.splitlines()[:40])
    assert f"\n    {DEMO}\n" in first
    assert f"\n    {TESTS}\n" in first
    assert [*indented("README.md")] == [f"{DEMO}\n", f"{TESTS}\n"]


def test_ci_runs_the_command_that_tests() -> None:
    install, test = TESTS.split(" && ")
    assert f"\n{install.replace('install', 'install -q')}\n{test}\n" in (ROOT / ".ci/run").read_text()


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "json")])
def test_every_json_is_json(page: str) -> None:
    for block in blocks(page, "json"):
        json.loads(block)


def test_the_example_for_claude_desktop_has_the_entry_that_needs_no_key() -> None:
    example = json.loads((ROOT / "claude_desktop_config.example.json").read_text())
    sandbox = example["mcpServers"]["user-directories-sandbox"]
    assert (sandbox["command"], sandbox["args"]) == ("user-directory-mcp", ["serve", "--sandbox"])
    assert json.loads(blocks("README.md", "json")[0])["mcpServers"]["user-directories-sandbox"] == sandbox


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_its_settings_and_its_variable_are_named(name: str) -> None:
    manifest = built_in(name)
    assert f"`{name}`" in README
    (row,) = re.findall(rf"(?m)^\| `{name}`.*`{manifest.auth.environment}`.*\|$", PAGES["docs/presets.md"])
    assert all(f"`{setting}`" in row for setting in manifest.settings)


@pytest.mark.parametrize("name", built_in_names())
def test_every_provider_and_its_variables_are_named(name: str) -> None:
    manifest = built_in(name)
    for page in (README, PAGES["docs/presets.md"]):
        assert f"`{name}`" in page
        assert f"`{manifest.auth.environment}`" in page
    assert f"`{manifest.base_url_environment}`" in PAGES["docs/presets.md"]


def options() -> dict[str, list[str]]:
    """The options of each command, from its parser."""
    _, commands = _parser()
    return {
        name: [option for action in parser._actions for option in action.option_strings if option.startswith("--")]
        for name, parser in commands.items()
    }


@pytest.mark.parametrize("command", options())
def test_every_command_and_each_of_its_options_is_named(command: str) -> None:
    page = PAGES["docs/commands.md"]
    assert f"`… {command}" in page or f"`user-directory-mcp [{command}]`" in page
    for option in {*options()[command]} - {"--help"}:
        assert f"`{option}" in page or f" {option}" in page


@pytest.mark.parametrize("variable", SERVER_VARIABLES)
def test_every_variable_of_the_server_is_named(variable: str) -> None:
    assert f"| `{variable}` |" in PAGES["docs/configuration.md"]


def test_every_client_that_is_known_to_wait_is_described() -> None:
    assert PATIENT_CLIENTS.keys() == {"claude-code", "claude-ai"}
    assert all(f"| {name} |" in PAGES["docs/clients.md"] for name in ("Claude Code", "Claude Desktop"))


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [name for group in project["optional-dependencies"].values() for name in group]
    table = PAGES["docs/architecture.md"].partition("## Dependencies\n")[2]
    for requirement in [*project["dependencies"], *extras]:
        name = re.match(r"[\w-]+", requirement)[0]
        assert f"`{name}`" in table
