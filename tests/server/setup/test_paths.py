"""Where the files and logs of clients are on each system, as `docs/setup.md` says it."""

import re
import shlex
from pathlib import Path

import pytest

from user_directory_server.cli import _parse
from user_directory_server.setup.clients import CLIENTS, Client
from user_directory_server.setup.entries import Server
from user_directory_server.setup.launching import Launch
from user_directory_server.setup.systems import System, SystemName

from .conftest import Keyring, Person

GUIDE = (Path(__file__).parents[3] / "docs" / "setup.md").read_text(encoding="utf-8")
HOME = Path("/home/ada")
SYSTEMS: dict[str, SystemName] = {"macOS": "macos", "Linux": "linux", "Windows": "windows"}
FOLDERS = {"%APPDATA%": "AppData/Roaming", "%LOCALAPPDATA%": "AppData/Local", "%USERPROFILE%": "", "~": ""}


def system(title: str) -> System:
    return System(SYSTEMS[title], HOME)


def section(client: Client) -> str:
    return GUIDE.split(f"\n## {client.title}\n")[1].split("\n## ")[0]


def as_told(place: Path | str, title: str) -> str:
    """A path as somebody on that system writes it."""
    if isinstance(place, str):
        return place
    for name, folder in FOLDERS.items():
        if (name == "~") is (title != "Windows") and place.is_relative_to(HOME / folder):
            parts = [name, *place.relative_to(HOME / folder).parts]
            return f"`{('/', chr(92))[title == 'Windows'].join(parts)}`"
    raise AssertionError(place)


@pytest.mark.parametrize("title", SYSTEMS)
@pytest.mark.parametrize("name", CLIENTS)
def test_the_guide_names_the_file_and_the_log_that_setup_knows(name: str, title: str) -> None:
    client = CLIENTS[name]
    file, log = (as_told(place, title) for place in (client.file(system(title)), client.log(system(title))))
    assert f"\n| {title} | {file} | {log} |\n" in section(client)


@pytest.mark.parametrize("title", SYSTEMS)
def test_the_guide_names_the_configuration_file_of_the_server(title: str) -> None:
    assert f"\n| {title} | {as_told(system(title).server_file, title)} |\n" in GUIDE


@pytest.mark.parametrize("name", CLIENTS)
def test_the_guide_shows_an_entry_as_setup_writes_it_and_says_what_to_do_next(name: str) -> None:
    client = CLIENTS[name]
    (shown,) = re.findall(r"```(?:json|toml)\n(.*?)```", section(client), re.DOTALL)
    launch, config = Launch("/usr/local/bin/user-directory-mcp"), Path("/usr/local/etc/user-directory-mcp.toml")
    server = Server(launch, variables=["KLAVIS_API_KEY"]) if client.knows_variables else Server(launch, config)
    assert client.format.read(shown) == {client.servers: {"user-directories": server.entry(client)}}
    told = " ".join(section(client).split())
    assert client.restart.rstrip(".").split(";")[0] in told
    assert client.source in told
    assert client.project is None or f"`{client.project}`" in told


LINES = re.findall(r"(?m)^user-directory-mcp (setup.*)$", GUIDE)


@pytest.mark.parametrize("line", LINES)
def test_every_command_of_the_guide_does_what_it_says(person: Person, keyring: Keyring, typed, line: str) -> None:
    person.environment = {"KLAVIS_API_KEY": "k", "OKTA_API_TOKEN": "o"}
    words = shlex.split(line)[1:]
    answers = None if "--client" in words else typed("cursor", "simulated", "y")
    assert person.runs(*words, "--unchecked", answers=answers) == 0
    is_written = "--dry-run" not in words and "--remove" not in words
    assert bool(person.files()) is is_written
    assert [*keyring.kept.values()] == (["o"] if "keyring" in words else [])


def test_every_option_and_place_of_keys_is_in_the_guide() -> None:
    options = _parse(["setup"])
    unnamed = {"command", "client", "directory", "set", "keys", "name", "config"}
    for name in vars(options).keys() - unnamed:
        option = "--command" if name == "command_line" else f"--{name.replace('_', '-')}"
        assert re.search(rf"(?<![\w-]){option}\b", GUIDE), option


def test_variables_of_the_system_say_where_its_folders_are(tmp_path: Path) -> None:
    named = {name: str(tmp_path / name) for name in ("XDG_CONFIG_HOME", "APPDATA", "CODEX_HOME", "LOCALAPPDATA")}
    linux, windows = System("linux", HOME, named), System("windows", HOME, named)
    assert CLIENTS["vscode"].file(linux) == tmp_path / "XDG_CONFIG_HOME/Code/User/mcp.json"
    assert CLIENTS["vscode"].file(windows) == tmp_path / "APPDATA/Code/User/mcp.json"
    assert CLIENTS["codex"].file(linux) == tmp_path / "CODEX_HOME/config.toml"
    assert linux.server_file == tmp_path / "XDG_CONFIG_HOME/user-directory-mcp/config.toml"
    assert System("linux", HOME, {"USER_DIRECTORY_CONFIG": "my.toml"}, tmp_path).server_file == tmp_path / "my.toml"


def test_claude_desktop_of_the_store_has_its_file_in_its_package(tmp_path: Path) -> None:
    package = tmp_path / "AppData/Local/Packages/Claude_pzs8sxrjxfjjc"
    package.mkdir(parents=True)
    windows = System("windows", tmp_path)
    folder = package / "LocalCache/Roaming/Claude"
    assert CLIENTS["claude-desktop"].file(windows) == folder / "claude_desktop_config.json"
    assert CLIENTS["claude-desktop"].log(windows) == folder / "logs"
