"""Keys: tried before anything is written, and written only where the person says."""

import json
import stat
import sys
from pathlib import Path

import anyio.to_thread
import pytest

from user_directories import DirectorySettings
from user_directory_sandbox import Sandbox
from user_directory_server.settings import read_settings
from user_directory_server.setup.clients import CLIENTS

from .conftest import Keyring, Person

KEY = "key-canary-51dd"
OFFLINE = {"KLAVIS_API_KEY": KEY}


def server_file(person: Person) -> Path:
    return person.system.server_file


def configured(person: Person, **variables: str) -> dict[str, DirectorySettings]:
    """The directories that a server finds which is started by the entry."""
    settings = read_settings(variables, server_file(person))
    assert settings.all_faults() == ()
    return {each.name: each for each in settings.directories}


def entry_of(person: Person, client: str) -> dict:
    text = CLIENTS[client].file(person.system).read_text()
    return CLIENTS[client].format.read(text)[CLIENTS[client].servers]["user-directories"]


def everything(person: Person) -> str:
    return person.seen + "".join(content.decode() for content in person.files().values())


async def in_a_thread(person: Person, *arguments: str, answers: str | None = None) -> int:
    return await anyio.to_thread.run_sync(lambda: person.runs(*arguments, answers=answers))


def test_a_key_in_a_file_is_read_by_the_server_and_by_nobody_else(person: Person) -> None:
    person.environment = OFFLINE
    person.runs("--client", "cursor", "--directory", "klavis", "--keys", "file", "--unchecked")
    found = configured(person)["klavis"]
    assert found.key.get_secret_value() == KEY
    kept = server_file(person).parent / "keys" / "klavis"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert entry_of(person, "cursor")["args"] == ["serve", "--config", str(server_file(person))]
    assert [name for name, content in person.files().items() if KEY.encode() in content] == [
        ".config/user-directory-mcp/keys/klavis"
    ]
    assert KEY not in person.seen
    assert str(kept) in person.seen


def test_a_key_that_cannot_be_written_is_said_and_no_entry_leads_to_it(person: Person) -> None:
    person.environment = OFFLINE
    kept = server_file(person).parent / "keys" / "klavis"
    kept.mkdir(parents=True, mode=0o700)
    error = person.fails("--client", "cursor", "--directory", "klavis", "--keys", "file", "--unchecked")
    assert f"{kept}: the key cannot be written (Is a directory). Correct the rights of that folder, or keep" in error
    assert person.files() == {}


def test_a_new_key_takes_the_place_of_the_old_one(person: Person) -> None:
    person.environment = OFFLINE
    person.runs("--client", "cursor", "--directory", "klavis", "--keys", "file", "--unchecked")
    person.environment = {"KLAVIS_API_KEY": "another"}
    person.runs("--client", "cursor", "--directory", "klavis", "--keys", "file", "--unchecked")
    assert configured(person)["klavis"].key.get_secret_value() == "another"
    assert KEY not in everything(person)


def test_a_new_key_goes_where_the_old_one_was(person: Person, keyring: Keyring, typed) -> None:
    person.environment = OFFLINE
    person.runs("--client", "cursor", "--directory", "klavis", "--keys", "keyring", "--unchecked")
    person.environment = {}
    person.runs("--client", "cursor", "--directory", "klavis", "--unchecked", answers=typed("y", "another", "y"))
    assert [*keyring.kept.values()] == ["another"]
    assert configured(person)["klavis"].key.get_secret_value() == "another"


def test_a_proxy_that_is_set_here_is_named_because_the_client_may_not_pass_it_on(person: Person) -> None:
    person.environment = {**OFFLINE, "https_proxy": "http://proxy:1"}
    person.runs("--client", "cursor", "--directory", "klavis", "--keys", "file", "--unchecked")
    assert "HTTPS_PROXY: set here, and perhaps not for your client." in person.seen
    person.runs("--client", "cursor", "--sandbox")
    assert "HTTPS_PROXY" not in person.seen


def test_a_directory_that_is_configured_needs_no_key_again(person: Person) -> None:
    person.environment = OFFLINE
    person.runs("--client", "cursor", "--directory", "klavis", "--keys", "file", "--unchecked")
    person.environment = {}
    before = server_file(person).read_bytes()
    person.runs("--client", "zed", "--directory", "klavis")
    person.runs("--client", "codex")
    assert server_file(person).read_bytes() == before
    for client in ("zed", "codex"):
        assert entry_of(person, client)["args"] == ["serve", "--config", str(server_file(person))]


def test_further_directories_are_added_to_the_file_of_the_server(person: Person) -> None:
    person.environment = OFFLINE | {"OKTA_API_TOKEN": KEY, "OKTA_DOMAIN": "acme.okta.com"}
    file = server_file(person)
    file.parent.mkdir(parents=True, mode=0o700)
    file.write_text('# ours\n[fields]\nemail = "masked"\n')
    person.runs("--client", "cursor", "--directory", "klavis", "--keys", "file", "--unchecked")
    person.runs("--client", "cursor", "--directory", "okta", "--keys", "file", "--unchecked")
    found = configured(person)
    assert found.keys() == {"klavis", "okta"}
    assert found["okta"].base_url == "https://acme.okta.com"
    assert found["okta"].fields == {"email": "masked"}
    assert file.read_text().startswith('# ours\n[fields]\nemail = "masked"\n')
    assert len(list(file.parent.glob("*.bak"))) == 2


def test_a_directory_that_is_configured_in_another_way_is_never_changed(person: Person) -> None:
    person.environment = OFFLINE
    file = server_file(person)
    file.parent.mkdir(parents=True, mode=0o700)
    text = '[directories.klavis]\nprovider = "klavis"\nregion = "eu"\napi_key = { env = "X_KEY" }\n'
    file.write_text(text)
    error = person.fails("--client", "cursor", "--directory", "klavis", "--keys", "file", "--unchecked")
    assert f"{file}: directories.klavis: it is configured in another way. Change it there by hand" in error
    assert person.files() == {".config/user-directory-mcp/config.toml": text.encode()}


FORMS = {
    "claude-code": {"env": {"KLAVIS_API_KEY": "${KLAVIS_API_KEY}"}},
    "cursor": {"env": {"KLAVIS_API_KEY": "${env:KLAVIS_API_KEY}"}},
    "vscode": {"env": {"KLAVIS_API_KEY": "${env:KLAVIS_API_KEY}"}},
    "windsurf": {"env": {"KLAVIS_API_KEY": "${env:KLAVIS_API_KEY}"}},
    "gemini": {"env": {"KLAVIS_API_KEY": "$KLAVIS_API_KEY"}},
    "codex": {"env_vars": ["KLAVIS_API_KEY"]},
    "zed": {},
    "claude-desktop": {},
}


@pytest.mark.parametrize("client", FORMS)
def test_only_the_name_of_a_variable_is_written_in_the_words_of_the_client(person: Person, client: str) -> None:
    person.runs("--client", client, "--directory", "klavis", "--keys", "variable", "--print")
    table = CLIENTS[client].format.read(person.seen)[CLIENTS[client].servers]["user-directories"]
    assert {name: value for name, value in table.items() if name in ("env", "env_vars")} == FORMS[client]
    assert table["args"] == ["serve"]


def test_a_variable_that_is_not_set_here_is_not_tried_and_said(person: Person) -> None:
    person.runs("--client", "claude-desktop", "--directory", "klavis", "--keys", "variable")
    assert "klavis: not tried, because KLAVIS_API_KEY is not set here" in person.seen
    assert "Set KLAVIS_API_KEY where your client is started." in person.seen
    assert "Claude Desktop may not know the variables of your shell" in person.seen
    assert not server_file(person).exists()


def test_a_key_is_in_the_file_of_a_client_only_if_that_is_said(person: Person) -> None:
    person.environment = OFFLINE
    options = ("--client", "cursor", "--directory", "klavis", "--keys", "client", "--unchecked")
    for more in ("--dry-run", "--print"):
        person.runs(*options, more)
        assert KEY not in person.seen
        assert person.files() == {}
    person.runs(*options)
    assert entry_of(person, "cursor")["env"] == {"KLAVIS_API_KEY": KEY}
    assert KEY not in person.seen
    person.runs("--client", "cursor", "--directory", "klavis", "--keys", "file", "--unchecked", "--dry-run")
    assert KEY not in person.seen
    person.runs("--client", "cursor", "--directory", "klavis", "--keys", "file", "--unchecked")
    assert KEY not in json.dumps(entry_of(person, "cursor"))


def test_a_key_in_the_keyring_is_read_by_the_server_and_is_in_no_file(person: Person, keyring: Keyring) -> None:
    person.environment = OFFLINE
    person.runs("--client", "cursor", "--directory", "klavis", "--keys", "keyring", "--unchecked")
    assert keyring.kept == {("user-directory-mcp.klavis", "user-directory-mcp"): KEY}
    assert configured(person)["klavis"].key.get_secret_value() == KEY
    assert KEY not in everything(person)


def test_a_keyring_that_is_locked_or_missing_is_said_before_anything_is_written(
    person: Person, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.environment = OFFLINE
    options = ("--client", "cursor", "--directory", "klavis", "--keys", "keyring", "--unchecked")
    keyring.is_locked = True
    assert "--keys keyring: the system's keyring cannot be used. Unlock it" in person.fails(*options)
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "the keyring package is not installed. Install it" in person.fails(*options)
    assert person.files() == {}


def test_a_preset_needs_its_settings_and_the_error_names_the_option(person: Person) -> None:
    person.environment = {"ENTRA_CLIENT_SECRET": KEY}
    options = ("--client", "cursor", "--directory", "entra", "--keys", "file", "--unchecked")
    error = person.fails(*options)
    assert "--set: it is not given, and there is no terminal to ask on." in error
    assert "Give --set entra.tenant=VALUE, or set ENTRA_TENANT_ID." in error
    person.runs(*options, "--set", "entra.tenant=acme", "--set", "entra.client_id=abc")
    assert configured(person)["entra"].named["tenant"] == "acme"


def test_an_address_stands_in_the_table(person: Person) -> None:
    person.environment = {"MONOCLOUD_API_KEY": KEY, "MONOCLOUD_DOMAIN": "acme.eu.monocloud.com"}
    person.runs("--client", "cursor", "--directory", "monocloud", "--keys", "file", "--unchecked")
    assert configured(person)["monocloud"].base_url == "https://acme.eu.monocloud.com"
    person.environment = OFFLINE
    person.runs(
        "--client", "cursor", "--directory", "klavis", "--keys", "file", "--unchecked", "--set", "klavis.region=eu"
    )
    assert configured(person)["klavis"].base_url == "https://api.eu.klavis.ai"


def test_a_service_account_of_many_lines_is_kept_whole(person: Person) -> None:
    account = {"client_email": "reader@acme.example", "private_key": "-----BEGIN PRIVATE KEY-----\nk\n"}
    (person.folder / "project" / "account.json").write_text(json.dumps(account, indent=2) + "\n")
    person.runs(
        "--client", "cursor", "--directory", "google-workspace", "--keys", "file", "--unchecked",
        "--set", "google-workspace.admin=admin@acme.example", "--key-from", "google-workspace=account.json",
    )  # fmt: skip
    assert json.loads(configured(person)["google-workspace"].key.get_secret_value()) == account


def test_ones_own_manifest_is_a_directory_too(person: Person) -> None:
    page = (Path(__file__).parents[3] / "docs/manifests/basic.toml").read_text()
    (person.folder / "project" / "own.toml").write_text(page)
    person.environment = {"PEOPLE_API_KEY": KEY, "PEOPLE_USER": "reader"}
    person.runs("--client", "cursor", "--directory", "own.toml", "--keys", "file", "--unchecked")
    (found,) = configured(person).values()
    assert found.key.get_secret_value() == KEY


@pytest.mark.parametrize(
    ("arguments", "variables", "error"),
    [
        ((), {}, "--client: it is not given, and there is no terminal to ask on. Give --client NAME, one of: claude-d"),
        (("--client", "cursor"), {}, "--directory: it is not given, and there is no terminal to ask on."),
        (("--client", "cursor", "--directory", "klavis"), OFFLINE, "--keys: it is not given"),
        (
            ("--client", "cursor", "--directory", "klavis", "--keys", "file"),
            {},
            "--key-from: it is not given, and there is no terminal to ask on. Set KLAVIS_API_KEY for this command, or",
        ),
        (("--client", "emacs", "--sandbox"), {}, "--client: there is no such client. Use: claude-desktop, "),
        (("--client", "cursor", "--directory", "ldap"), {}, "--directory: there is no such provider. Use: "),
        (("--client", "cursor", "--directory", "nowhere.toml"), {}, "nowhere.toml"),
        (("--client", "cursor", "--sandbox", "--directory", "klavis"), {}, "--sandbox: it stands beside --directory"),
        (("--client", "cursor", "--directory", "klavis", "--remove"), {}, "--remove: it takes entries out, whole"),
        (("--client", "cursor", "--sandbox", "--name", "a b"), {}, "--name: not a name that every client takes"),
        (("--client", "cursor", "--directory", "klavis", "--set", "x=1"), {}, "--set: it names no directory of"),
        (("--client", "cursor", "--directory", "klavis", "--set", "klavis"), {}, "--set: it has not the form NAME=VAL"),
        (
            ("--client", "cursor", "--directory", "klavis", "--keys", "file", "--key-from", "klavis=/nowhere"),
            {},
            "--key-from: the file cannot be read (No such file or directory). Check its path.",
        ),
        (
            ("--client", "cursor", "--directory", "klavis", "--keys", "file"),
            {"KLAVIS_API_KEY": "two words"},
            "the API key contains a character that no key has. Copy it again.",
        ),
        (
            ("--client", "cursor", "--directory", "klavis", "--keys", "file"),
            {"KLAVIS_API_KEY": "<your key>"},
            "there is a placeholder in place of the API key",
        ),
        (
            ("--client", "cursor", "--directory", "klavis", "--keys", "file", "--set", "klavis.planet=mars"),
            OFFLINE,
            "this directory takes no `planet`",
        ),
        (
            ("--client", "cursor", "--sandbox", "--command", "no-such-program"),
            {},
            "--command: there is no such program. Give the whole path",
        ),
    ],
)
def test_what_is_missing_or_wrong_names_its_option_and_its_fix(
    person: Person, arguments: tuple[str, ...], variables: dict[str, str], error: str
) -> None:
    person.environment = dict(variables)
    found = person.fails(*arguments)
    assert error in found
    assert person.files() == {}
    assert all(value not in found for value in variables.values())


async def test_a_key_that_is_taken_is_said_and_written(person: Person, sandbox: Sandbox) -> None:
    person.environment = dict(sandbox.environment())
    names = "klavis,delay,monocloud"
    assert await in_a_thread(person, "--client", "cursor", "--directory", names, "--keys", "file") == 0
    assert "klavis: it answers, and takes the key, 230 users by its own total" in person.seen
    assert configured(person).keys() == {"klavis", "delay", "monocloud"}


async def test_a_key_that_is_refused_is_said_with_its_fix_and_nothing_is_written(
    person: Person, sandbox: Sandbox
) -> None:
    person.environment = {**sandbox.environment(), "DELAY_ACCESS_TOKEN": KEY}
    options = ("--client", "cursor", "--directory", "klavis,delay", "--keys", "file")
    error = await anyio.to_thread.run_sync(lambda: person.fails(*options))
    assert "--directory delay: " in error
    assert "DELAY_ACCESS_TOKEN" in error
    assert "--unchecked writes it all the same." in error
    assert KEY not in error + everything(person)
    assert person.files() == {}


async def test_a_key_that_is_refused_can_be_given_again_or_written_all_the_same(
    person: Person, sandbox: Sandbox, typed
) -> None:
    address = sandbox.environment()["DELAY_BASE_URL"]
    person.environment = {"DELAY_BASE_URL": address}
    options = ("--client", "cursor", "--directory", "delay", "--keys", "file")
    answers = typed("wrong", "again", sandbox.environment()["DELAY_ACCESS_TOKEN"], "y")
    await in_a_thread(person, *options, answers=answers)
    assert "fix: " in person.seen
    assert "What now?" in person.seen
    assert configured(person)["delay"].key.get_secret_value() == sandbox.environment()["DELAY_ACCESS_TOKEN"]
    await in_a_thread(person, *options, answers=typed("y", "wrong", "write", "y"))
    assert configured(person)["delay"].key.get_secret_value() == "wrong"
