"""The files of clients, as they are found: whatever is in them stays, and what cannot be edited is left alone."""

import json
import os
import stat
import sys
import tomllib
from pathlib import Path

import pytest

from user_directory_server.setup.clients import CLIENTS

from .conftest import Person

NAME = "user-directories-sandbox"
FILES = {name: client for name, client in CLIENTS.items() if name != "claude-code"}
JSON_FILES = [name for name, client in FILES.items() if client.format.name == "JSON"]

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc, whose files fail for every user, is needed")

COMMENTED = """// My settings; do not sort.
{
    "theme": "dark", /* at night */
    "SERVERS": {
        // the first
        "github": {"command": "npx", "args": ["-y", "x"], "env": {"TOKEN": "canary"}}, // mine
    },
    "z": [1.0, 2,],
}
// the end
"""
OTHERS = """{
  "SERVERS": {
    "github": {
      "command": "npx",
      "env": { "TOKEN": "canary" }
    }
  },
  "numbers": [1.50, 1e3]
}"""
TOML_OTHERS = """# My settings
model = "o" # the best

[mcp_servers.github]
command = "npx"
env = { TOKEN = "canary" }

[tui]
theme = "dark"
"""


def existing(client: str, text: str) -> str:
    return text.replace("SERVERS", CLIENTS[client].servers)


def file_of(person: Person, client: str) -> Path:
    return CLIENTS[client].file(person.system)


def write(person: Person, client: str, content: bytes) -> Path:
    file = file_of(person, client)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def entry_in(file: Path, client: str) -> dict:
    read = CLIENTS[client].format.read(file.read_text("utf-8-sig"))
    return read[CLIENTS[client].servers][NAME]


def backups(file: Path) -> list[Path]:
    return sorted(file.parent.glob(f"{file.name}.*.bak"))


def is_within(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(each in rest for each in part)


@pytest.mark.parametrize("client", FILES)
def test_without_a_file_there_is_one_afterwards_that_only_its_owner_reads(person: Person, client: str) -> None:
    assert person.runs("--client", client, "--sandbox") == 0
    file = file_of(person, client)
    entry = entry_in(file, client)
    assert Path(entry["command"]).is_absolute()
    assert Path(entry["command"]).name.startswith("user-directory-mcp")
    assert entry["args"] == ["serve", "--sandbox"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert backups(file) == []
    assert str(file) in person.seen
    assert CLIENTS[client].restart in person.seen


def contents(client: str) -> list[str]:
    if CLIENTS[client].format.name == "TOML":
        return [TOML_OTHERS, TOML_OTHERS.replace("\n", "\r\n")]
    with_comments = existing(client, COMMENTED)
    return [with_comments, with_comments.replace("\n", "\r\n"), existing(client, OTHERS)]


@pytest.mark.parametrize(("client", "text"), [(client, text) for client in FILES for text in contents(client)])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "mark"])
def test_comments_other_servers_order_line_ends_and_mark_stay(
    person: Person, client: str, text: str, mark: str
) -> None:
    content = (mark + text).encode()
    file = write(person, client, content)
    file.chmod(0o640)
    person.runs("--client", client, "--sandbox")
    after = file.read_bytes().decode()
    assert is_within(mark + text, after)
    assert entry_in(file, client)["args"] == ["serve", "--sandbox"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    (backup,) = backups(file)
    assert backup.read_bytes() == content
    assert stat.S_IMODE(backup.stat().st_mode) == 0o640
    assert str(backup) in person.seen
    person.runs("--client", client, "--sandbox", "--remove")
    assert file.read_bytes() == content


@pytest.mark.parametrize("client", FILES)
def test_a_second_run_changes_nothing_and_leaves_no_backup(person: Person, client: str) -> None:
    file = write(person, client, contents(client)[0].encode())
    person.runs("--client", client, "--sandbox")
    once, kept = file.read_bytes(), backups(file)
    person.runs("--client", client, "--sandbox")
    assert (file.read_bytes(), backups(file)) == (once, kept)
    assert "nothing to change" in person.seen


@pytest.mark.parametrize("client", FILES)
def test_a_dry_run_shows_the_change_and_no_key_and_writes_nothing(person: Person, client: str) -> None:
    write(person, client, contents(client)[0].encode())
    before = person.files()
    assert person.runs("--client", client, "--sandbox", "--dry-run") == 0
    assert person.files() == before
    assert "+" in person.seen
    assert "--sandbox" in person.seen
    assert "canary" not in person.seen
    assert "Nothing was written." in person.seen


@pytest.mark.parametrize("client", FILES)
def test_print_gives_a_whole_file_and_reads_none(
    person: Person, client: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(person, client, b"{ broken")
    assert person.runs("--client", client, "--sandbox", "--print") == 0
    assert CLIENTS[client].format.read(person.seen)[CLIENTS[client].servers][NAME]["args"] == ["serve", "--sandbox"]
    assert str(file_of(person, client)) in capsys.readouterr().err


BROKEN = {
    "cut off": (b'{"mcpServers": {', "cannot be edited: line 1, column 17"),
    "no object": (b"[1", "a comma, or ], is expected"),
    "no text": (b"\xff\xfe{\x00}\x00", "it is not UTF-8 text"),
}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("client", FILES)
def test_a_broken_file_is_left_as_it_is(person: Person, client: str, kind: str) -> None:
    content, problem = BROKEN[kind]
    file = write(person, client, content)
    error = person.fails("--client", client, "--sandbox")
    if CLIENTS[client].format.name == "JSON":
        assert problem in error
    assert str(file) in error
    assert "--print" in error
    assert file.read_bytes() == content
    assert backups(file) == []


@pytest.mark.parametrize("client", JSON_FILES)
@pytest.mark.parametrize("servers", ["[]", "null", '"x"'])
def test_servers_that_are_no_object_are_left_as_they_are(person: Person, client: str, servers: str) -> None:
    content = f'{{"{CLIENTS[client].servers}": {servers}}}'.encode()
    file = write(person, client, content)
    assert f"`{CLIENTS[client].servers}` is no table of servers" in person.fails("--client", client, "--sandbox")
    assert file.read_bytes() == content


def test_servers_that_stand_there_twice_are_left_as_they_are(person: Person) -> None:
    file = write(person, "cursor", b'{"mcpServers": {}, "mcpServers": {}}')
    assert "`mcpServers` stands there twice" in person.fails("--client", "cursor", "--sandbox")
    assert file.read_bytes() == b'{"mcpServers": {}, "mcpServers": {}}'


@pytest.mark.parametrize("client", FILES)
@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf"])
def test_an_empty_file_gets_the_entry(person: Person, client: str, content: bytes) -> None:
    file = write(person, client, content)
    person.runs("--client", client, "--sandbox")
    assert entry_in(file, client)["args"] == ["serve", "--sandbox"]
    assert file.read_bytes().startswith(content[:3] if len(content) == 3 else b"")


@pytest.mark.parametrize("client", FILES)
def test_a_link_into_a_repository_of_dotfiles_is_written_through(person: Person, client: str) -> None:
    file = write(person, client, contents(client)[0].encode())
    target = person.folder / "dotfiles" / "file"
    target.parent.mkdir()
    file.rename(target)
    file.symlink_to(target)
    person.runs("--client", client, "--sandbox")
    assert file.is_symlink()
    assert entry_in(target, client)["args"] == ["serve", "--sandbox"]
    assert len(backups(target)) == 1
    assert f"through its link to {target}" in person.seen


def test_a_link_that_leads_nowhere_is_refused(person: Person) -> None:
    file = file_of(person, "cursor")
    file.parent.mkdir()
    file.symlink_to(person.folder / "nothing")
    error = person.fails("--client", "cursor", "--sandbox")
    assert "it is a symbolic link that leads to no file. Make the file that it leads to, or remove the link." in error
    assert file.is_symlink()


def test_links_in_a_circle_are_refused(person: Person) -> None:
    file = file_of(person, "cursor")
    file.parent.mkdir()
    file.symlink_to(file)
    assert "it cannot be read (" in person.fails("--client", "cursor", "--sandbox")


def test_a_folder_in_place_of_the_file_is_refused(person: Person) -> None:
    file_of(person, "zed").mkdir(parents=True)
    assert "it is a folder. Remove it, or move it away." in person.fails("--client", "zed", "--sandbox")


def test_what_is_no_regular_file_is_refused(person: Person) -> None:
    file = file_of(person, "zed")
    file.parent.mkdir(parents=True)
    os.mkfifo(file)
    assert "it is no regular file." in person.fails("--client", "zed", "--sandbox")


def test_a_file_of_another_user_is_refused(person: Person) -> None:
    file = write(person, "cursor", b"{}")
    person.user = file.stat().st_uid + 1
    error = person.fails("--client", "cursor", "--sandbox")
    assert "it belongs to another user. Run setup as the user who owns it" in error
    assert file.read_bytes() == b"{}"


def test_the_administrator_makes_no_file_in_the_home_of_another(person: Person) -> None:
    if os.geteuid() == 0:
        os.chown(person.home, 12345, -1)
    person.user = 0
    error = person.fails("--client", "cursor", "--sandbox")
    assert f"{person.home} belongs to another user. Run setup without sudo." in error
    assert person.files() == {}


@only_linux
def test_a_file_that_cannot_be_read_is_refused(person: Person) -> None:
    file = file_of(person, "cursor")
    file.parent.mkdir()
    file.symlink_to("/proc/self/mem")  # reading its beginning fails, for every user
    error = person.fails("--client", "cursor", "--sandbox")
    assert "it cannot be read (Input/output error)" in error
    assert "--print" in error


@only_linux
def test_a_home_in_which_nothing_can_be_written_is_an_error_that_says_what_to_do(person: Person) -> None:
    person.home.rmdir()
    person.home.symlink_to("/proc/self/fdinfo")  # no folder can be made there, by any user
    error = person.fails("--client", "cursor", "--sandbox")
    assert "it cannot be written (" in error
    assert "Check the rights of" in error
    assert "--print" in error


def test_a_folder_that_is_a_file_is_an_error(person: Person) -> None:
    (person.home / ".cursor").write_text("")
    error = person.fails("--client", "cursor", "--sandbox")
    assert "it cannot be read (Not a directory)" in error


OF_ANOTHER = '{"mcpServers": {"user-directories-sandbox": {"command": "npx", "args": ["other"]}}}'


def test_an_entry_of_another_program_is_never_replaced_unless_told(person: Person) -> None:
    file = write(person, "cursor", OF_ANOTHER.encode())
    for more in ((), ("--remove",)):
        error = person.fails("--client", "cursor", "--sandbox", *more)
        assert f"{file}: mcpServers.user-directories-sandbox: it starts another program." in error
        assert "--name" in error
        assert "--force" in error
        assert file.read_text() == OF_ANOTHER
    person.runs("--client", "cursor", "--sandbox", "--name", "mine")
    assert json.loads(file.read_text())["mcpServers"].keys() == {"user-directories-sandbox", "mine"}
    person.runs("--client", "cursor", "--sandbox", "--force")
    assert entry_in(file, "cursor")["args"] == ["serve", "--sandbox"]


def test_an_entry_of_ours_is_brought_up_to_date_and_keeps_what_the_person_added(person: Person) -> None:
    old = {
        "command": "uvx",
        "args": ["user-directory-mcp", "--structured", "off"],
        "disabled": True,
        "env": {"HTTPS_PROXY": "http://p", "KLAVIS_API_KEY": "theirs"},
    }
    file = write(person, "cursor", json.dumps({"mcpServers": {"user-directories": old}}).encode())
    server_file = person.home / ".config/user-directory-mcp/config.toml"
    server_file.parent.mkdir(parents=True)
    server_file.write_text('[directories.klavis]\nprovider = "klavis"\n')
    person.runs("--client", "cursor")
    entry = json.loads(file.read_text())["mcpServers"]["user-directories"]
    assert Path(entry["command"]).is_absolute()
    assert entry["args"] == ["--structured", "off", "--config", str(server_file)]
    assert entry["env"] == {"HTTPS_PROXY": "http://p", "KLAVIS_API_KEY": "theirs"}
    assert entry["disabled"] is True


def test_if_one_of_several_files_is_broken_nothing_is_written(person: Person) -> None:
    write(person, "codex", b"broken =")
    before = person.files()
    assert "its TOML cannot be edited" in person.fails("--client", "cursor,codex,zed", "--sandbox")
    assert person.files() == before


@pytest.mark.parametrize("client", FILES)
def test_to_remove_what_is_not_there_changes_nothing(person: Person, client: str) -> None:
    file = write(person, client, contents(client)[0].encode())
    before = file.read_bytes()
    person.runs("--client", client, "--remove")
    assert file.read_bytes() == before
    assert f"there is no entry user-directories in {file}" in " ".join(person.seen.split())
    assert "Next:" not in person.seen
    file.unlink()
    person.runs("--client", client, "--remove")
    assert not file.exists()


@pytest.mark.parametrize("client", FILES)
def test_who_removes_an_entry_by_another_name_is_told_the_one_that_is_there(person: Person, client: str) -> None:
    person.runs("--client", client, "--sandbox")
    person.runs("--client", client, "--remove")
    assert "(but user-directories-sandbox: name it with --name)" in " ".join(person.seen.split())
    person.runs("--client", client, "--remove", "--name", "user-directories-sandbox")
    assert "Next:" in person.seen


def test_the_file_of_a_project_is_in_its_folder(person: Person) -> None:
    for name, client in CLIENTS.items():
        if client.project is None:
            assert f"{client.title} has no file for a project" in person.fails(
                "--client", name, "--sandbox", "--project"
            )
        else:
            person.runs("--client", name, "--sandbox", "--project")
            assert entry_in(person.folder / "project" / client.project, name)["args"] == ["serve", "--sandbox"]
    assert person.files() == {}


def test_codex_reads_the_table_that_is_written(person: Person) -> None:
    file = write(person, "codex", TOML_OTHERS.encode())
    person.runs("--client", "codex", "--sandbox")
    read = tomllib.loads(file.read_text())
    assert read["mcp_servers"].keys() == {"github", NAME}
    assert read["tui"] == {"theme": "dark"}
