"""What the README, and the page about a directory of one's own, show works as it stands there."""

import json
import re
from pathlib import Path

import pytest

from user_directories import built_in, built_in_names, load_manifest, preset_names
from user_directory_server.cli import main
from user_directory_server.known_clients import PATIENT_CLIENTS
from user_directory_server.server_variables import SERVER_VARIABLES
from user_directory_server.settings import read_settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OWN = (ROOT / "docs/own-directory.md").read_text(encoding="utf-8")


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_configuration_and_the_manifest_load_as_they_are_printed(tmp_path: Path) -> None:
    configuration, presets, policy, manifest = blocks("toml")
    (tmp_path / "hr.toml").write_text(manifest)
    (tmp_path / "config.toml").write_text(configuration.replace("/run/secrets/hr-key", str(tmp_path / "key")))
    (tmp_path / "key").write_text("k")
    own = load_manifest(tmp_path / "hr.toml").user
    assert (own.department, own.extra, own.show) == ("department.name", {"phone": "phone"}, {"phone": "none"})
    settings = read_settings({"KLAVIS_EU_API_KEY": "k"}, tmp_path / "config.toml")
    assert [item.name for item in settings.directories] == ["klavis-eu", "hr"]
    (tmp_path / "presets.toml").write_text(presets)
    account = {"client_email": "reader@acme.example", "private_key": "-----BEGIN PRIVATE KEY-----\nk"}
    (tmp_path / "service-account.json").write_text(json.dumps(account))
    settings = read_settings({"OKTA_API_TOKEN": "k", "SCIM_TOKEN": "k"}, tmp_path / "presets.toml")
    assert [item.manifest.name for item in settings.directories] == ["okta", "scim", "google-workspace"]
    (tmp_path / "policy.toml").write_text(policy)
    monocloud = {"MONOCLOUD_API_KEY": "k", "MONOCLOUD_DOMAIN": "acme.example"}
    assert read_settings(monocloud, tmp_path / "policy.toml").directories[0].fields["email"] == "full"


@pytest.mark.parametrize("pagination", re.findall(r"`(\{ strategy.*?\})`", OWN))
def test_every_pagination_of_the_table_is_one(tmp_path: Path, pagination: str) -> None:
    manifest = re.sub(r"pagination = .*", f"pagination = {pagination}", blocks("toml")[3])
    if "none" in pagination:
        manifest = re.sub(r"page_size = .*", "", manifest)
    (tmp_path / "own.toml").write_text(manifest)
    assert load_manifest(tmp_path / "own.toml").list.pagination.strategy in pagination


def with_auth(auth: str, settings: str = "") -> str:
    """The manifest of the README, with another `[auth]`."""
    manifest = re.sub(r"(?s)\[auth\]\n.*?\n\n", f"{settings}\n{auth}\n", blocks("toml")[3])
    return manifest if auth.startswith("[") else auth + manifest.replace(auth, "", 1)


@pytest.mark.parametrize("auth", re.findall(r"\| `(\{ environment.*?\}|\"none\")` \|", OWN))
def test_every_way_of_signing_in_of_the_table_is_one(tmp_path: Path, auth: str) -> None:
    manifest = with_auth(f"auth = {auth}\n")
    named = '[settings]\nuser = "HR_USER"\n' if "{user}" in auth else ""
    (tmp_path / "own.toml").write_text(f"{manifest}\n{named}")
    assert load_manifest(tmp_path / "own.toml").auth.way in {"header", "query", "user", "none"}


GRANTS = (
    'client_id = "c"\nclient = "private_key_jwt"',
    'grant = "jwt_bearer"\nsubject = "{tenant}"\nclaims = { scope = "s" }\nissuer = "i"',
    'grant = "refresh_token"\nclient_id = "c"\nsecret = "HR_CLIENT_SECRET"',
    'grant = "refresh_token"\nclient_id = "c"\nclient = "none"',
    'client_id = "c"\naudience = "a"\nparameters = { a = "b" }\nlifetime = 60\nassertion_headers = { kid = "…" }',
)
"""What the table of grants says, with the names that it leaves out."""


def test_the_token_loads_as_it_is_printed(tmp_path: Path) -> None:
    (token,) = blocks("toml", OWN)
    (tmp_path / "own.toml").write_text(with_auth(token))
    auth = load_manifest(tmp_path / "own.toml").auth
    assert auth.token is not None
    assert (auth.way, auth.token.grant) == ("token", "client_credentials")
    for grant in GRANTS:
        assert all(key in OWN for key in re.findall(r"(?m)^\w+", grant))
        (tmp_path / "own.toml").write_text(with_auth(f"{token.partition('[auth.token]')[0]}[auth.token]\n{grant}\n"))
        assert load_manifest(tmp_path / "own.toml").auth.way == "token"


def test_every_json_is_json() -> None:
    for block in blocks("json"):
        json.loads(block)
    example = json.loads((ROOT / "claude_desktop_config.example.json").read_text())
    sandbox = example["mcpServers"]["user-directories-sandbox"]
    assert (sandbox["command"], sandbox["args"]) == ("user-directory-mcp", ["serve", "--sandbox"])


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_its_settings_and_its_variable_are_named(name: str) -> None:
    manifest = built_in(name)
    (row,) = re.findall(rf"(?m)^\| `{name}`.*`{manifest.auth.environment}`.*\|$", README)
    assert all(f"`{setting}`" in row for setting in manifest.settings)


@pytest.mark.parametrize("name", built_in_names())
def test_every_provider_and_its_variables_are_named(name: str) -> None:
    manifest = built_in(name)
    assert f"`{name}`" in README
    assert f"`{manifest.auth.environment}`" in README
    assert f"`{manifest.base_url_environment}`" in README


def test_every_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    for command in re.findall(r"^    (\w+) ", capsys.readouterr().out, re.MULTILINE):
        assert f"`… {command}" in README or command == "serve"


@pytest.mark.parametrize("variable", SERVER_VARIABLES)
def test_every_variable_of_the_server_is_named(variable: str) -> None:
    assert f"| `{variable}` |" in README


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "docs/clients.md", "docs/own-directory.md"])
def test_every_link_to_a_file_leads_to_one(file: str) -> None:
    links = re.findall(r"\]\((?!https:)([^)#]+)[^)]*\)", (ROOT / file).read_text(encoding="utf-8"))
    assert links
    for link in links:
        assert (ROOT / file).parent.joinpath(link).exists(), link


def test_every_client_that_is_known_to_wait_is_described() -> None:
    described = (ROOT / "docs/clients.md").read_text(encoding="utf-8")
    assert PATIENT_CLIENTS.keys() == {"claude-code", "claude-ai"}
    assert all(f"| {name} |" in described for name in ("Claude Code", "Claude Desktop"))


def test_every_dependency_has_its_reason() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [name for group in project["optional-dependencies"].values() for name in group]
    for requirement in [*project["dependencies"], *extras]:
        assert f"`{re.match(r'[A-Za-z0-9-]+', requirement)[0]}`" in README
