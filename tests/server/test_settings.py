"""Configuration: what makes a directory, and the one line that each fault gives."""

from pathlib import Path

import pytest

from user_directories import Query, Request
from user_directory_sandbox import Sandbox
from user_directory_server.runtime import open_runtime
from user_directory_server.settings import read_settings

KEY = "key-canary-5d1f"

MANIFEST = """
name = "acme"
title = "Acme staff"
docs = "https://acme.example/docs"
base_url = "https://acme.example/api"
[auth]
environment = "ACME_KEY"
[list]
path = "/people"
items = "people"
page_size = { parameter = "size", maximum = 20 }
pagination = { strategy = "offset", parameter = "from" }
[user]
id = "id"
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text)
    return file


def faults_of(environment: dict[str, str], file: Path | None = None) -> str:
    """What the operator is told, a line for each fault."""
    return "\n".join(map(str, read_settings(environment, file).all_faults()))


def test_a_key_in_the_environment_makes_a_directory() -> None:
    settings = read_settings({"KLAVIS_API_KEY": KEY})
    (klavis,) = settings.directories
    assert (klavis.name, klavis.base_url, klavis.requests_per_second) == ("klavis", "https://api.klavis.ai", 2)
    assert klavis.key.get_secret_value() == KEY
    assert KEY not in repr(settings)
    assert {item.provider for item in settings.unconfigured} == {"braintrust", "delay", "monocloud", "openphone", "quo"}


@pytest.mark.parametrize("host", ["hr.internal", "HR.internal", "10.0.0.7", "hr"])
def test_a_host_of_the_own_network_may_be_allowed_in_plain_http(tmp_path: Path, host: str) -> None:
    table = f'[directories.hr]\nprovider = "klavis"\nbase_url = "http://{host}:8080/api"\n'
    file = write(tmp_path, f'{table}plain_http = "{host}"\n')
    (hr,) = [item for item in read_settings({"KLAVIS_API_KEY": "key"}, file).directories if item.name == "hr"]
    assert hr.base_url == f"http://{host}:8080/api"
    assert "plain_http" in faults_of({"KLAVIS_API_KEY": "key"}, write(tmp_path, table))


def test_with_nothing_set_every_provider_says_what_it_needs() -> None:
    needed = {item.provider: item.set for item in read_settings({}).unconfigured}
    assert needed == {
        "braintrust": "BRAINTRUST_API_KEY",
        "delay": "DELAY_ACCESS_TOKEN and DELAY_BASE_URL",
        "klavis": "KLAVIS_API_KEY",
        "monocloud": "MONOCLOUD_API_KEY and MONOCLOUD_DOMAIN",
        "openphone": "OPENPHONE_API_KEY",
        "quo": "QUO_API_KEY",
    }


def test_a_domain_is_enough_of_an_address_for_monocloud() -> None:
    environment = {"MONOCLOUD_API_KEY": KEY, "MONOCLOUD_DOMAIN": "acme.eu.monocloud.com"}
    assert read_settings(environment).directories[0].base_url == "https://acme.eu.monocloud.com"


def test_the_file_adds_tenants_regions_and_own_providers(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(MANIFEST)
    (tmp_path / "key").write_text(f"{KEY}-from-file\n")
    config = write(
        tmp_path,
        """
        [directories.klavis-eu]
        provider = "klavis"
        region = "eu"
        api_key = { env = "EU_KEY" }
        requests_per_second = 0
        [directories.hr]
        manifest = "acme.toml"
        api_key = { file = "key" }
        """,
    )
    found = {item.name: item for item in read_settings({"EU_KEY": KEY, "KLAVIS_API_KEY": KEY}, config).directories}
    assert set(found) == {"klavis", "klavis-eu", "hr"}
    assert found["klavis-eu"].base_url == "https://api.eu.klavis.ai"
    assert found["klavis-eu"].requests_per_second is None
    assert found["hr"].key.get_secret_value() == f"{KEY}-from-file"


def test_the_variable_names_the_file_and_the_file_changes_a_directory_of_the_environment(tmp_path: Path) -> None:
    config = write(tmp_path, '[directories.klavis]\nprovider = "klavis"\nbase_url = "http://127.0.0.1:9/klavis"\n')
    settings = read_settings({"KLAVIS_API_KEY": KEY, "USER_DIRECTORY_CONFIG": str(config)})
    assert [item.base_url for item in settings.directories] == ["http://127.0.0.1:9/klavis"]


@pytest.mark.parametrize(
    ("table", "seconds", "requests", "rows"),
    [
        ("", 15, 2000, 1_000_000),
        ("[budget]", 15, 2000, 1_000_000),
        ("[budget]\nseconds = 1", 1, 2000, 1_000_000),
        ("[budget]\nseconds = 2.5\nrequests = 7", 2.5, 7, 1_000_000),
        ("[budget]\nseconds = 25\nrequests = 1\nrows = 1", 25, 1, 1),
    ],
)
async def test_the_operator_says_what_a_call_may_spend(tmp_path: Path, table, seconds, requests, rows) -> None:
    settings = read_settings({}, write(tmp_path, table))
    first, second = settings.budget(), settings.budget()
    assert (first.seconds, first.requests, first.rows) == (seconds, requests, rows)
    first.spend()
    assert (first.spent, second.spent) == (1, 0)  # each call has its own
    assert 0 < first.left() <= seconds


@pytest.mark.parametrize(
    ("option", "variable", "table", "seconds"),
    [
        (None, None, "", None),
        (None, None, "[budget]\nrequests = 7", None),
        (None, None, "[budget]\nseconds = 15", 15),
        (None, "", "[budget]\nseconds = 3", 3),
        (None, "2.5", "[budget]\nseconds = 3", 2.5),
        ("25", "2.5", "[budget]\nseconds = 3", 25),
        ("1", None, "", 1),
    ],
)
async def test_the_command_line_goes_before_the_variable_and_that_before_the_file(
    tmp_path: Path, option: str | None, variable: str | None, table: str, seconds: float | None
) -> None:
    environment = {} if variable is None else {"USER_DIRECTORY_SECONDS": variable}
    settings = read_settings(environment, write(tmp_path, table), option)
    assert settings.seconds == seconds
    assert settings.budget().seconds == (seconds or 15)


@pytest.mark.parametrize("text", ["soon", "0.5", "26", "nan", "1e3", "x" * 500])
def test_a_wrong_number_of_seconds_in_the_variable_names_it_and_the_right_ones(text: str) -> None:
    settings = read_settings({"USER_DIRECTORY_SECONDS": text})
    (fault,) = map(str, settings.faults)
    assert fault.startswith(
        "USER_DIRECTORY_SECONDS: not a number of seconds from 1 to 25. Write it like USER_DIRECTORY"
    )
    assert text not in fault
    assert settings.seconds is None


def test_a_field_policy_is_for_all_directories_or_for_one(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        '[fields]\nemail = "masked"\nphone_numbers = "full"\n[directories.delay]\nprovider = "delay"\n'
        '[directories.delay.fields]\nemail = "full"\n"*" = "none"\n',
    )
    environment = {
        "KLAVIS_API_KEY": KEY,
        "DELAY_ACCESS_TOKEN": KEY,
        "DELAY_BASE_URL": "https://d.example",
        "MONOCLOUD_API_KEY": KEY,
        "MONOCLOUD_DOMAIN": "acme.eu.monocloud.com",
    }
    policies = {item.name: dict(item.fields) for item in read_settings(environment, file).directories}
    assert policies == {
        "klavis": {"email": "masked"},
        "monocloud": {"email": "masked", "phone_numbers": "full"},
        "delay": {"email": "full", "*": "none"},
    }


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ('[fields]\nmail = "none"', ["fields: `mail` is not a field of any directory", "email"]),
        ('[fields]\nemail = "hidden"', ["`fields.email`", "'full', 'masked' or 'none'"]),
        ('[fields]\nid = "none"', ["without an id", 'Use id = "masked"']),
        (
            '[directories.klavis]\nprovider = "klavis"\n[directories.klavis.fields]\nphone_numbers = "none"',
            ["directories.klavis.fields: `phone_numbers` is not a field", "Fields: id, name, email"],
        ),
        (
            '[directories.klavis]\nprovider = "klavis"\nfields = "none"',
            ["`directories.klavis.fields`", "dictionary"],
        ),
    ],
)
def test_a_fault_in_a_field_policy_names_the_field_and_the_fix(tmp_path: Path, table: str, named: list[str]) -> None:
    settings = read_settings({"KLAVIS_API_KEY": KEY}, write(tmp_path, table))
    (fault,) = map(str, settings.all_faults())
    assert all(part in fault for part in named), fault
    assert [item.name for item in settings.broken] == ["klavis"]  # nothing is shown that was to be hidden


async def test_without_a_file_a_call_may_spend_what_it_always_may() -> None:
    budget = read_settings({}).budget()
    assert (budget.seconds, budget.requests, budget.rows) == (15, 2000, 1_000_000)


async def test_what_a_call_may_spend_reaches_the_calls(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("USER_DIRECTORY_STATE", str(tmp_path))
    config = write(tmp_path, "[budget]\nrequests = 1")
    async with open_runtime(config=config) as runtime:
        page = await runtime.directories.users(Request("list", "delay", Query(), 200))
    assert (len(page.users), page.complete) == (100, False)
    assert [note.kind for note in page.notes] == ["out_of_requests"]


@pytest.mark.parametrize(
    ("environment", "place", "problem"),
    [
        ({"KLAVIS_API_KEY": ""}, "KLAVIS_API_KEY", "empty"),
        ({"KLAVIS_API_KEY": "  "}, "KLAVIS_API_KEY", "empty"),
        ({"KLAVIS_API_KEY": f"{KEY}\nX-Evil: 1"}, "KLAVIS_API_KEY", "line break"),
        ({"KLAVIS_API_KEY": f"{KEY}\r\n"}, "KLAVIS_API_KEY", "line break"),
        ({"KLAVIS_API_KEY": "<your Klavis key>"}, "KLAVIS_API_KEY", "placeholder"),
        ({"KLAVIS_API_KEY": "${KLAVIS_API_KEY}"}, "KLAVIS_API_KEY", "placeholder"),
        ({"KLAVIS_API_KEY": "${env:KLAVIS_API_KEY}"}, "KLAVIS_API_KEY", "placeholder"),
        ({"MONOCLOUD_API_KEY": KEY, "MONOCLOUD_DOMAIN": "http://a b"}, "MONOCLOUD_DOMAIN", "not a host name"),
        ({"KLAVIS_API_KEY": KEY, "KLAVIS_BASE_URL": "https://a b"}, "KLAVIS_BASE_URL", "not a URL"),
        ({"KLAVIS_API_KEY": f"{KEY} two"}, "KLAVIS_API_KEY", "character that no key has"),
        ({"KLAVIS_API_KEY": f"{KEY}é"}, "KLAVIS_API_KEY", "character that no key has"),
        ({"MONOCLOUD_API_KEY": KEY}, "MONOCLOUD_API_KEY", "needs an address"),
        ({"DELAY_ACCESS_TOKEN": KEY}, "DELAY_ACCESS_TOKEN", "needs an address"),
        ({"KLAVIS_API_KEY": KEY, "KLAVIS_BASE_URL": "http://api.klavis.ai"}, "KLAVIS_BASE_URL", "plain http"),
        ({"KLAVIS_API_KEY": KEY, "KLAVIS_BASE_URL": "http://127.0.0.1.evil.example"}, "KLAVIS_BASE_URL", "plain http"),
        ({"KLAVIS_API_KEY": KEY, "KLAVIS_BASE_URL": "api.klavis.ai"}, "KLAVIS_BASE_URL", "not a URL"),
        (
            {"KLAVIS_API_KEY": KEY, "KLAVIS_BASE_URL": "https://u:p@api.klavis.ai"},
            "KLAVIS_BASE_URL",
            "cannot have a user",
        ),
        ({"KLAVIS_API_KEY": KEY, "KLAVIS_BASE_URL": "https://api.klavis.ai?x=1"}, "KLAVIS_BASE_URL", "query"),
        ({"KLAVIS_API_KEY": KEY, "KLAVIS_BASE_URL": "https://[::1"}, "KLAVIS_BASE_URL", "not a URL"),
        ({"KLAVIS_API_KEY": KEY, "KLAVIS_BASE_URL": "https://api.klavis.ai:99999"}, "KLAVIS_BASE_URL", "not a URL"),
        ({"USER_DIRECTORY_CONFIG": "/nowhere/config.toml"}, "/nowhere/config.toml", "cannot be read"),
    ],
)
def test_a_fault_in_the_environment_is_named_without_the_key(environment, place, problem) -> None:
    fault = faults_of(environment)
    assert fault.startswith(place)
    assert problem in fault
    assert KEY not in fault
    assert "\n" not in fault


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[directories.a]\nprovider = "oktra"', ["directories.a", "'oktra'", "klavis", "okta"]),
        ('[directories.a]\nprovider = "klavis"\nregoin = "eu"', ["directories.a.regoin", "region"]),
        ('[directory.a]\nprovider = "klavis"', ["directory", "directories"]),
        ('[directories.a]\nprovider = "klavis"\n[directories.a]\nprovider = "quo"', ["a", "its own name"]),
        ('[directories.a-b]\nprovider = "klavis"\n[directories.a_b]\nprovider = "klavis"', ["a_b", "a-b", "Rename"]),
        ('[directories.a]\nprovider = "klavis"\nregion = "mars"', ["'mars'", "eu"]),
        (f'[directories.a]\nprovider = "klavis"\napi_key = "{KEY}"', ["directories.a.api_key", 'env = "NAME"']),
        ('[directories.a]\nprovider = "klavis"\napi_key = { env = "NOT_SET" }', ["NOT_SET", "not set"]),
        ('[directories.a]\nprovider = "klavis"\napi_key = { file = "none" }', ["a.api_key", "cannot be read"]),
        ('[directories.a]\nprovider = "klavis"\napi_key = { vault = "x" }', ["api_key", "keyring"]),
        ('[directories.a]\nprovider = "klavis"\nbase_url = "http://x.example"', ["a.base_url", "https"]),
        ('[directories.a]\nprovider = "klavis"\nrequests_per_second = -1', ["requests_per_second"]),
        ('[directories.A]\nprovider = "klavis"', ["directories.A", "lower-case"]),
        ("[directories.a]", ["directories.a", "provider", "manifest"]),
        ('[directories.a]\nmanifest = "none.toml"', ["none.toml", "cannot be read"]),
        ('[directories.a]\nmanifest = "bad.toml"', ["bad.toml", "list.pth", "path"]),
        ("[directories.a", ["not valid TOML"]),
        ("[budget]\nseconds = 0", ["`budget.seconds`", "greater than or equal to 1"]),
        ("[budget]\nseconds = -5", ["`budget.seconds`", "greater than or equal to 1"]),
        ("[budget]\nseconds = 25.5", ["`budget.seconds`", "less than or equal to 25"]),
        ("[budget]\nseconds = inf", ["`budget.seconds`", "less than or equal to 25"]),
        ("[budget]\nseconds = nan", ["`budget.seconds`"]),
        ('[budget]\nseconds = "soon"', ["`budget.seconds`", "valid number"]),
        ("[budget]\nrequests = 0", ["`budget.requests`", "greater than or equal to 1"]),
        ("[budget]\nrequests = -1", ["`budget.requests`", "greater than or equal to 1"]),
        ("[budget]\nrequests = 1.5", ["`budget.requests`", "valid integer"]),
        ("[budget]\nrows = 0", ["`budget.rows`", "greater than or equal to 1"]),
        ("[budget]\nrows = [1]", ["`budget.rows`", "valid integer"]),
        ("[budget]\nminutes = 1", ["`budget.minutes`", "Valid keys there: seconds, requests, rows."]),
        ("[budgets]\nseconds = 5", ["`budgets`", "directories, budget"]),
        ("budget = 15", ["`budget`"]),
        ("[[budget]]\nseconds = 15", ["`budget`"]),
    ],
)
def test_a_fault_in_the_file_names_the_place_and_the_fix(tmp_path: Path, text: str, named: list[str]) -> None:
    (tmp_path / "bad.toml").write_text(MANIFEST.replace('path = "/people"', 'pth = "/people"'))
    config = write(tmp_path, text)
    fault = faults_of({"KLAVIS_API_KEY": KEY}, config)
    for each in named:
        assert each in fault
    assert KEY not in fault
    assert "\n" not in fault


@pytest.mark.parametrize("value", ["true", '"10"'])
@pytest.mark.parametrize("key", ["seconds", "requests", "rows"])
async def test_what_is_no_number_is_no_budget(tmp_path: Path, key: str, value: str) -> None:
    settings = read_settings({}, write(tmp_path, f"[budget]\n{key} = {value}"))
    assert [f"`budget.{key}`" in str(fault) for fault in settings.faults] == [True]
    budget = settings.budget()
    assert (budget.seconds, budget.requests, budget.rows) == (15, 2000, 1_000_000)


SIGNED = MANIFEST.replace(
    '[auth]\nenvironment = "ACME_KEY"',
    '[settings]\ntenant = "ACME_TENANT"\n'
    '[auth]\nenvironment = "ACME_KEY"\nuser = "ops@{tenant}"\nheaders = { X-App-Key = "ACME_APP_KEY" }',
)
ALL = {"ACME_KEY": "a pass phrase", "ACME_APP_KEY": "app-key-canary", "ACME_TENANT": "acme.example"}


def test_further_secrets_and_settings_come_from_the_environment_or_the_file(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(SIGNED)
    (tmp_path / "second").write_text("from-a-file\n")
    (tmp_path / "second").chmod(0o600)
    table = '[directories.acme]\nmanifest = "acme.toml"\n'
    (acme,) = read_settings(ALL, write(tmp_path, table)).directories
    assert acme.key.get_secret_value() == "a pass phrase"
    assert acme.further_keys["X-App-Key"].key.get_secret_value() == "app-key-canary"
    assert acme.named == {"tenant": "acme.example"}
    more = 'settings = { tenant = "other.example" }\nsecrets.ACME_APP_KEY = { file = "second" }\n'
    (other,) = read_settings(ALL, write(tmp_path, table + more)).directories
    assert other.further_keys["X-App-Key"].key.get_secret_value() == "from-a-file"
    assert other.named == {"tenant": "other.example"}
    assert other.version() != acme.version()
    assert "app-key-canary" not in repr(acme)


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ("ACME_KEY", 'no API key. Set the environment variable ACME_KEY, or add api_key = { env = "NAME" }.'),
        ("ACME_APP_KEY", "it needs a further secret. Set the environment variable ACME_APP_KEY, or add secrets.ACME"),
        ("ACME_TENANT", "it needs the setting `tenant`. Set the environment variable ACME_TENANT, or add settings = {"),
    ],
)
def test_each_secret_and_setting_that_is_missing_is_named(tmp_path: Path, missing: str, told: str) -> None:
    (tmp_path / "acme.toml").write_text(SIGNED)
    file = write(tmp_path, '[directories.acme]\nmanifest = "acme.toml"\n')
    given = {name: value for name, value in ALL.items() if name != missing}
    assert f"{file}: directories.acme: {told}" in faults_of(given, file)


@pytest.mark.parametrize(
    ("tenant", "told"),
    [
        ("", "ACME_TENANT: it is empty. Write the value."),
        ("<tenant>", "ACME_TENANT: there is a placeholder in place of the value."),
        ("a\nb", "ACME_TENANT: it is not a name or an address. Copy it again."),
        ("a:b", "directories.acme: the user of `auth.user` contains a colon, which Basic cannot send."),
    ],
)
def test_a_setting_of_a_wrong_form_is_named(tmp_path: Path, tenant: str, told: str) -> None:
    (tmp_path / "acme.toml").write_text(SIGNED)
    file = write(tmp_path, '[directories.acme]\nmanifest = "acme.toml"\n')
    assert told in faults_of({**ALL, "ACME_TENANT": tenant}, file)


def test_a_directory_without_a_key_is_enabled_by_its_table(tmp_path: Path) -> None:
    page = MANIFEST.replace('[auth]\nenvironment = "ACME_KEY"', "").replace("title", 'auth = "none"\ntitle', 1)
    (tmp_path / "acme.toml").write_text(page)
    table = '[directories.acme]\nmanifest = "acme.toml"\n'
    (acme,) = read_settings({}, write(tmp_path, table)).directories
    assert acme.key.get_secret_value() == ""
    told = faults_of({}, write(tmp_path, f'{table}api_key = {{ env = "HOME" }}\n'))
    assert "directories.acme.api_key: this directory is asked without a key. Leave api_key out." in told


OF_TOKENS = MANIFEST.replace(
    '[auth]\nenvironment = "ACME_KEY"',
    '[settings]\ntenant = "ACME_TENANT"\n'
    '[auth]\nenvironment = "ACME_SECRET"\n'
    '[auth.token]\nurl = "https://login.{tenant}.example/{tenant}/token"\nclient_id = "{tenant}-client"',
)
TENANT = {"ACME_SECRET": "a pass phrase", "ACME_TENANT": "acme"}
TABLE = '[directories.acme]\nmanifest = "acme.toml"\n'


def test_the_token_endpoint_is_the_word_of_the_operator(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(OF_TOKENS)
    (acme,) = read_settings(TENANT, write(tmp_path, TABLE)).directories
    assert (acme.token_url, acme.key_source) == ("https://login.acme.example/acme/token", "ACME_SECRET")
    (other,) = read_settings(TENANT, write(tmp_path, f'{TABLE}token_url = "https://sso.example/t"\n')).directories
    assert other.token_url == "https://sso.example/t"
    assert other.version() != acme.version()
    local = f'{TABLE}token_url = "http://127.0.0.1:8080/t"\n'
    assert not faults_of(TENANT, write(tmp_path, local))


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('token_url = "http://sso.example/t"', "directories.acme.token_url: plain http to another host would send"),
        ('token_url = "sso.example"', "directories.acme.token_url: not a URL."),
        ('token_url = "https://me:pw@sso.example"', "directories.acme.token_url: a base URL cannot have a user"),
        ('settings = { tenant = "evil.example/" }', "the setting `tenant` stands in an address, and cannot. Use"),
        ('settings = { tenant = "a@evil.example" }', "the setting `tenant` stands in an address, and cannot."),
        ('settings = { tenant = ".." }', "the setting `tenant` stands in an address, and cannot."),
    ],
)
def test_a_token_endpoint_of_a_wrong_form_is_named(tmp_path: Path, table: str, told: str) -> None:
    (tmp_path / "acme.toml").write_text(OF_TOKENS)
    assert told in faults_of(TENANT, write(tmp_path, TABLE + table + "\n"))


def test_a_manifest_may_leave_the_token_endpoint_to_the_operator(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(OF_TOKENS.replace('url = "https://login.{tenant}.example/{tenant}/token"', ""))
    assert "directories.acme: no token endpoint. Add token_url = " in faults_of(TENANT, write(tmp_path, TABLE))


def test_a_setting_with_a_default_need_not_be_given(tmp_path: Path) -> None:
    page = OF_TOKENS.replace("login.{tenant}.example", "{login}").replace(
        "[settings]\n", '[defaults]\nlogin = "login.example"\n[settings]\nlogin = "ACME_LOGIN"\n'
    )
    (tmp_path / "acme.toml").write_text(page)
    for given, environment, url in [
        ("", TENANT, "https://login.example/acme/token"),
        ("", TENANT | {"ACME_LOGIN": "login.us.example"}, "https://login.us.example/acme/token"),
        ('settings = { login = "login.cn.example" }\n', TENANT, "https://login.cn.example/acme/token"),
    ]:
        (acme,) = read_settings(environment, write(tmp_path, TABLE + given)).directories
        assert acme.token_url == url
    wrong = write(tmp_path, TABLE + 'settings = { login = "evil.example/" }\n')
    assert "the setting `login` stands in an address, and cannot." in faults_of(TENANT, wrong)


def test_a_national_cloud_is_two_hosts(tmp_path: Path) -> None:
    settings = (
        'tenant = "acme.example", client_id = "a", graph = "graph.microsoft.us", login = "login.microsoftonline.us"'
    )
    table = f'[directories.entra]\nprovider = "entra"\nsettings = {{ {settings} }}\n'
    (entra,) = read_settings({"ENTRA_CLIENT_SECRET": "a pass phrase"}, write(tmp_path, table)).directories
    assert entra.base_url == "https://graph.microsoft.us/v1.0"
    assert entra.token_url == "https://login.microsoftonline.us/acme.example/oauth2/v2.0/token"
    assert entra.named["graph"] == "graph.microsoft.us"


OF_TENANTS = MANIFEST.replace('base_url = "https://acme.example/api"', 'base_url = "https://{tenant}.example/{region}"')
OF_TENANTS = OF_TENANTS.replace(
    "[auth]", '[settings]\ntenant = "ACME_TENANT"\nregion = "ACME_REGION"\nteam = "ACME_TEAM"\n[auth]'
).replace('path = "/', 'path = "/teams/{team}/')
PLACE = {"ACME_KEY": KEY, "ACME_TENANT": "acme", "ACME_REGION": "eu", "ACME_TEAM": "people"}


def test_settings_stand_in_the_address_and_in_paths(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(OF_TENANTS)
    (acme,) = read_settings(PLACE, write(tmp_path, TABLE)).directories
    assert acme.base_url == "https://acme.example/eu"
    assert acme.shown_manifest.list.path == "/teams/people/people"
    table = f'{TABLE}settings = {{ tenant = "login.acme", team = "all" }}\n'
    (other,) = read_settings(PLACE, write(tmp_path, table)).directories
    assert other.base_url == "https://login.acme.example/eu"
    assert other.shown_manifest.list.path.startswith("/teams/all/")


def test_an_address_of_the_operator_needs_no_settings_of_that_of_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(OF_TENANTS)
    given = {"ACME_KEY": KEY, "ACME_TEAM": "people"}
    (acme,) = read_settings(given, write(tmp_path, f'{TABLE}base_url = "https://other.example"\n')).directories
    assert (acme.base_url, acme.named) == ("https://other.example", {"team": "people"})
    told = faults_of(given, write(tmp_path, TABLE))
    assert "it needs the setting `tenant`" in told
    assert "it needs the setting `region`" in told


@pytest.mark.parametrize("name", ["tenant", "team"])
@pytest.mark.parametrize("value", ["evil.example/", "a@evil.example", "..", "a?b", "a#b", "a%2fb", "a b", "{team}"])
def test_a_setting_never_leads_to_another_place(tmp_path: Path, name: str, value: str) -> None:
    (tmp_path / "acme.toml").write_text(OF_TENANTS)
    told = faults_of(PLACE, write(tmp_path, f'{TABLE}settings = {{ {name} = "{value}" }}\n'))
    assert f"directories.acme: the setting `{name}` stands in an address, and cannot. Use letters, digits," in told


PRIVATE = "-----BEGIN PRIVATE KEY-----\nMIIBVQIBADANBg\n-----END PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        (PRIVATE, ""),
        (PRIVATE.replace("\n", "\\n"), ""),
        ('{"client_email": "a@b.example", "private_key": "' + PRIVATE.replace("\n", "\\n") + '"}', ""),
        ("a pass phrase", "it is no private key in PEM"),
        ("{", "it is no private key in PEM"),
        ('{"private_key": 7}', "it is no private key in PEM"),
        (PRIVATE.replace("PRIVATE", "PUBLIC"), "it is a public key"),
        (PRIVATE.replace("PRIVATE", "ENCRYPTED PRIVATE"), "the private key is encrypted with a pass phrase"),
        (PRIVATE.replace("PRIVATE", "OPENSSH PRIVATE"), "the private key is one of SSH"),
        (PRIVATE.replace("PRIVATE KEY", "CERTIFICATE"), "it is no private key in PEM"),
    ],
)
def test_a_private_key_is_looked_at_when_the_server_starts(tmp_path: Path, secret: str, told: str) -> None:
    page = OF_TOKENS.replace("client_id =", 'client = "private_key_jwt"\nclient_id =')
    (tmp_path / "acme.toml").write_text(page)
    said = faults_of({**TENANT, "ACME_SECRET": secret}, write(tmp_path, TABLE))
    assert said == "" if told == "" else f"ACME_SECRET: {told}" in said
    assert "MIIB" not in said


def test_the_secret_of_a_client_stands_beside_a_refresh_token(tmp_path: Path) -> None:
    more = 'grant = "refresh_token"\nsecret = "ACME_CLIENT_SECRET"\nclient_id ='
    (tmp_path / "acme.toml").write_text(OF_TOKENS.replace("client_id =", more))
    file = write(tmp_path, TABLE)
    assert "directories.acme: it needs a further secret" in faults_of(TENANT, file)
    (acme,) = read_settings({**TENANT, "ACME_CLIENT_SECRET": "of the client"}, file).directories
    assert acme.client_secret is not None
    assert acme.client_secret.key.get_secret_value() == "of the client"
