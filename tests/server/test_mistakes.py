"""Each single mistake costs what it is about and nothing else, and is told with its fix wherever somebody looks."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from user_directory_sandbox import Sandbox
from user_directory_server.runtime import open_runtime
from user_directory_server.settings import FILE, read_settings

from ..thoroughness import sample
from .in_process import only, run_command
from .mistakes import KEY, MISTAKES, NEIGHBOURS, Mistake
from .test_settings import MANIFEST

CALLABLE = {name for each in MISTAKES.values() for name in each.broken} - {FILE, "HR", "all"}
"""The broken directories that a call can name."""


EXPRESSIONS = {
    "placeless": 'parameter = "f", match = "exact", dialect = "scim", expression = "mail eq x"',
    "tongueless": 'parameter = "f", match = "exact", expression = "mail eq {value}"',
    "foreign": 'parameter = "f", match = "exact", dialect = "ldap", expression = "mail eq {value}"',
}
"""Wrong rules, by the names of their pages."""


@pytest.fixture
def made(clean_environment: dict[str, str], sandbox: Sandbox, tmp_path: Path):
    """The environment with a mistake: two directories of the sandbox are right."""
    right = {name: value for name, value in sandbox.environment().items() if name.lower().startswith(NEIGHBOURS)}
    (tmp_path / "bad.toml").write_text(MANIFEST.replace('path = "/people"', 'pth = "/people"'))
    (tmp_path / "odd.toml").write_text(MANIFEST.replace('items = "people"', 'items = "people[?"'))
    for name, rule in EXPRESSIONS.items():
        (tmp_path / f"{name}.toml").write_text(f"{MANIFEST}[filters]\nemail = {{ {rule} }}\n")
    (tmp_path / "worse.toml").write_text("[list")

    def environment(mistake: Mistake) -> dict[str, str]:
        file = {}
        if mistake.file is not None:
            text = mistake.file.encode() if isinstance(mistake.file, str) else mistake.file
            (tmp_path / "mine.toml").write_bytes(text)
            file = {"USER_DIRECTORY_CONFIG": str(tmp_path / "mine.toml")}
        return clean_environment | right | file | dict(mistake.environment)

    return environment


@asynccontextmanager
async def connected(environment: dict[str, str], **options: Any) -> AsyncIterator[Client]:
    with only(environment):
        async with open_runtime(**options) as runtime, Client(runtime.server) as client:
            yield client


async def ask(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return result.structured_content


async def error_of(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return result.content[0].text


def says(mistake: Mistake, *texts: str) -> bool:
    """Whether one of these texts says everything about the mistake, and none repeats a key."""
    assert not [text for text in texts if KEY in text]
    return any(all(part in text for part in mistake.says) for text in texts)


@pytest.mark.parametrize("name", sample(MISTAKES, one_of=2))
async def test_the_client_connects_and_learns_the_fix_and_the_others_work(made: Any, name: str) -> None:
    mistake = MISTAKES[name]
    async with connected(made(mistake)) as client:
        about = await ask(client, "list_directories")
        assert set(NEIGHBOURS) <= {item["name"] for item in about["directories"]}
        assert [item["name"] for item in about.get("broken", ())] == list(mistake.broken)
        faults = [fault for item in about.get("broken", ()) for fault in item["faults"]]
        assert says(mistake, *faults, *about["notes"])
        for neighbour in NEIGHBOURS:
            assert (await ask(client, "get_user_count", directory=neighbour))["count"] == 230
            page = await ask(client, "list_users", directory=neighbour, limit=3)
            assert page["returned"] == 3
            assert ("email" in page["columns"]) is not mistake.hides


@pytest.mark.parametrize("name", sample([name for name, mistake in MISTAKES.items() if mistake.broken], one_of=2))
async def test_an_answer_over_all_says_who_is_missing_and_a_call_that_names_it_gets_the_fix(made, name: str) -> None:
    mistake = MISTAKES[name]
    async with connected(made(mistake)) as client:
        counted = await ask(client, "get_user_count")
        assert {count["directory"]: count["count"] for count in counted["counts"]}.items() >= dict.fromkeys(
            NEIGHBOURS, 230
        ).items()
        assert says(mistake, *counted["notes"])
        if not mistake.hides:
            found = await ask(client, "search_users", filters={"created_after": "1990-01-01"}, limit=100)
            assert set(mistake.broken) <= set(found["directories"])
            assert not found["complete"]
            assert says(mistake, *found["notes"])
        for broken in CALLABLE & set(mistake.broken):
            for tool in ("list_users", "get_user_count", "search_users", "get_user"):
                asked = {"search_users": {"query": "ada"}, "get_user": {"id": "1"}}.get(tool, {})
                assert says(mistake, await error_of(client, tool, directory=broken, **asked))
            assert says(
                mistake, (await client.read_resource(f"directory://{broken}")).contents[0].text.replace('\\"', '"')
            )
            with pytest.raises(MCPError) as raised:
                await client.read_resource(f"directory://{broken}/users/1")
            assert says(mistake, str(raised.value))


@pytest.mark.parametrize("name", [name for name, mistake in MISTAKES.items() if not mistake.broken])
async def test_a_wrong_setting_of_the_server_makes_no_answer_incomplete(made: Any, name: str) -> None:
    async with connected(made(MISTAKES[name])) as client:
        assert (await ask(client, "search_users", query="nobody-of-this-name"))["complete"]


@pytest.mark.parametrize("name", sample(MISTAKES, one_of=2))
async def test_doctor_tells_it_and_stderr_has_one_line_for_it(made: Any, name: str) -> None:
    mistake = MISTAKES[name]
    environment = made(mistake)
    examined = await anyio.to_thread.run_sync(run_command, environment, "doctor", "--quick")
    assert examined.returncode == 1
    assert says(mistake, examined.stdout.replace("\n    fix: ", ". "))
    assert examined.stdout.count("ok  ") >= len(NEIGHBOURS)
    assert "Traceback" not in examined.stderr
    described = await anyio.to_thread.run_sync(run_command, environment, "tools")
    assert described.returncode == 0
    assert says(mistake, *lines(described.stderr))
    strict = await anyio.to_thread.run_sync(run_command, environment, "serve", "--strict")
    assert (strict.returncode, strict.stdout, strict.stderr) == (2, "", described.stderr)


def lines(text: str) -> list[str]:
    found = text.splitlines()
    assert found
    assert all(line.startswith("user-directory-mcp: ") for line in found), text
    assert len(set(found)) == len(found)
    return found


async def test_doctor_shows_all_faults_in_one_run(made: Any) -> None:
    environment = made(
        Mistake((), (), {}, "[budget]\nseconds = 99\nrows = 0\n[directories.hr]\nprovder = 1\nregoin = 2\n")
    )
    environment |= {"KLAVIS_API_KEY": "", "KLAVIS_BASE_URL": "klavis", "MONOCLOUD_API_KEY": KEY, "QUO_API_KEY": "<key>"}
    examined = await anyio.to_thread.run_sync(run_command, environment, "doctor", "--quick")
    assert examined.stdout.count("BAD ") == examined.stdout.count("fix: ") == 8
    assert examined.stdout.count("ok  ") == 2


@pytest.mark.parametrize(
    "name",
    [
        "QUOTA_API_KEY",
        "OPENAI_API_KEY",
        "BRAINTRUST_API_URL",
        "DELL_ACCESS_TOKEN",
        "KLAVIS_API_KEY_2",
        "QUO_BASE_URLS",
        "USERNAME",
    ],
)
def test_the_variable_of_another_program_is_no_mistake(name: str) -> None:
    assert read_settings({name: "something"}).all_faults() == ()


def test_a_provider_that_is_not_configured_is_no_mistake_and_neither_is_an_address_for_a_table(tmp_path: Path) -> None:
    assert read_settings({}).all_faults() == read_settings({"KLAVIS_BASE_URL": ""}).all_faults() == ()
    file = tmp_path / "mine.toml"
    file.write_text('[directories.second]\nprovider = "klavis"\napi_key = { env = "SECOND_KEY" }\n')
    settings = read_settings({"SECOND_KEY": "right", "KLAVIS_BASE_URL": "http://127.0.0.1:9"}, file)
    assert settings.all_faults() == ()
    assert [item.name for item in settings.directories] == ["second"]


@pytest.fixture
def servers() -> dict[str, Any]:
    example = Path(__file__).parents[2] / "claude_desktop_config.example.json"
    return json.loads(example.read_text(encoding="utf-8"))["mcpServers"]


async def test_the_example_connects_as_it_is_copied_and_says_what_to_put_there(clean_environment, servers) -> None:
    entry = servers["user-directories"]
    async with connected(clean_environment | entry["env"]) as client:
        about = await ask(client, "list_directories")
        assert [item["name"] for item in about["broken"]] == ["klavis", "monocloud"]
        assert await error_of(client, "search_users", query="ada") == (
            "No directory can be asked, because these are not configured right: klavis, monocloud. "
            "Call list_directories to see what the operator has to change."
        )
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert tools["list_users"].input_schema["properties"]["directory"]["enum"] == ["klavis", "monocloud"]


async def test_the_example_with_one_key_filled_in_works(clean_environment, servers, sandbox: Sandbox) -> None:
    filled = {name: value for name, value in sandbox.environment().items() if name.startswith("KLAVIS")}
    async with connected(clean_environment | servers["user-directories"]["env"] | filled) as client:
        assert (await ask(client, "get_user_count", directory="klavis"))["count"] == 230
        counted = await ask(client, "get_user_count")
        assert [note.partition(":")[0] for note in counted["notes"]] == ["monocloud"]


async def test_names_that_are_not_shown_hide_no_fault_of_one_another(made: Any) -> None:
    text = f'[directories."{KEY}A"]\nprovider = "oktra"\n[directories."{KEY}B"]\nprovidr = "quo"\n'
    async with connected(made(Mistake((), (), {}, text))) as client:
        (broken,) = (await ask(client, "list_directories"))["broken"]
        assert broken["name"] == "(not shown)"
        assert any("unknown key" in fault for fault in broken["faults"])
        assert any("is not a directory name" in fault for fault in broken["faults"])


CONCERNING_ALL = {
    "a field that there is not": ('[fields]\nmail = "none"', "`mail` is not a field of any directory"),
    "a level that there is not": ('[fields]\nemail = "hidden"', "`fields.email`: Input should be 'full', 'masked'"),
    "a level for all others": ('[fields]\n"*" = "no"', "`fields.*`: Input"),
    "no id": ('[fields]\nid = "none"', "mine.toml: fields: without an id"),
    "a mistyped section": ('[feilds]\nemail = "none"', "unknown key `feilds`"),
    "a section of another name": ('[visible]\nemail = "none"', "unknown key `visible`"),
    "levels in no table": ('fields = "none"', "`fields`: Input should be a valid dictionary"),
}


@pytest.mark.parametrize("name", CONCERNING_ALL)
async def test_a_broken_policy_shows_nothing_of_whom_it_may_concern(made: Any, name: str) -> None:
    text, problem = CONCERNING_ALL[name]
    async with connected(made(Mistake((), (), {}, text))) as client:
        about = await ask(client, "list_directories")
        assert about["directories"] == []
        assert {item["name"] for item in about["broken"]} == set(NEIGHBOURS)
        assert problem in await error_of(client, "list_users", directory="delay")
        faults = {fault for item in about["broken"] for fault in item["faults"]}
        assert len(faults) == 1  # told of each, and once on stderr


async def test_a_table_of_its_own_keeps_a_directory_out_of_a_broken_policy(made: Any) -> None:
    own = (
        '[directories.delay]\nprovider = "delay"\n[directories.delay.fields]\nemail = "none"\n[fields]\nemail = "of"\n'
    )
    async with connected(made(Mistake((), (), {}, own))) as client:
        about = await ask(client, "list_directories")
        assert [item["name"] for item in about["directories"]] == ["delay"]
        assert [item["name"] for item in about["broken"]] == ["braintrust"]


async def test_a_broken_policy_for_a_field_of_one_directory_costs_the_others_nothing(made: Any, sandbox) -> None:
    environment = made(Mistake((), (), {}, '[fields]\nphone_numbers = "hidden"'))
    environment |= {name: value for name, value in sandbox.environment().items() if name.startswith("MONOCLOUD")}
    async with connected(environment) as client:
        about = await ask(client, "list_directories")
        assert [item["name"] for item in about["broken"]] == ["monocloud"]


async def test_a_field_of_a_manifest_with_a_fault_is_no_mistake_of_the_policy(made: Any) -> None:
    text = '[fields]\nbadge = "none"\n[directories.hr]\nmanifest = "hr.toml"\napi_key = { env = "HR_KEY" }\n'
    environment = made(Mistake((), (), {"HR_KEY": "right"}, text))
    manifest = MANIFEST.replace('path = "/people"', 'pth = "/people"') + '[user.extra]\nbadge = "badge"\n'
    Path(environment["USER_DIRECTORY_CONFIG"]).with_name("hr.toml").write_text(manifest)
    async with connected(environment) as client:
        about = await ask(client, "list_directories")
        assert [item["name"] for item in about["directories"]] == list(NEIGHBOURS)
        assert [item["name"] for item in about["broken"]] == ["hr"]


async def test_a_table_that_is_broken_does_not_fall_back_to_the_environment(made: Any) -> None:
    text = '[directories.delay]\nprovider = "delay"\nbase_url = "https://eu.example?x=1"\n'
    for each in (text, text.replace("base_url", "region = eu\nbase_url"), text.replace("directories", "directory")):
        async with connected(made(Mistake((), (), {}, each))) as client:
            about = await ask(client, "list_directories")
            assert [item["name"] for item in about["directories"]] == ["braintrust"]
            assert "delay" in [item["name"] for item in about["broken"]]


async def test_in_the_per_directory_style_a_broken_directory_has_no_tools_and_a_call_of_one_gets_the_fix(made) -> None:
    mistake = MISTAKES["an empty key"]
    async with connected(made(mistake), style="per-directory") as client:
        names = [tool.name for tool in (await client.list_tools()).tools]
        assert "delay_list_users" in names
        assert not [name for name in names if name.startswith("klavis")]
        assert says(mistake, await error_of(client, "klavis_list_users"))
        assert "There is no tool 'klavis_frobnicate'" in await error_of(client, "klavis_frobnicate")


async def test_a_name_that_is_too_long_for_that_style_costs_one_directory(made: Any) -> None:
    text = '[directories.delay-of-the-second-year]\nprovider = "delay"\n'
    async with connected(made(Mistake((), (), {}, text)), style="per-directory") as client:
        (broken,) = (await ask(client, "list_directories"))["broken"]
        assert "is too long. Use a name of at most 17 characters, or --tool-style shared." in broken["faults"][0]
        assert (await ask(client, "delay_get_user_count"))["count"] == 230


async def test_broken_directories_are_resources_and_are_completed_and_their_users_are_not(made: Any) -> None:
    from mcp_types import ResourceTemplateReference

    async with connected(made(MISTAKES["an empty key"])) as client:
        listed = {item.name: item.description for item in (await client.list_resources()).resources}
        assert listed["klavis"] == "What the operator has to correct before the user directory klavis can be asked."
        template = ResourceTemplateReference(type="ref/resource", uri="directory://{name}/users/{id}")
        found = await client.complete(template, {"name": "name", "value": "k"})
        assert found.completion.values == ["klavis"]
        ids = await client.complete(template, {"name": "id", "value": "a"}, context_arguments={"name": "klavis"})
        assert ids.completion.values == []


async def test_a_cursor_goes_on_without_the_directory_that_was_broken_and_says_so_again(made: Any) -> None:
    environment = made(MISTAKES["an empty key"])
    async with connected(environment) as client:
        cursor = (await ask(client, "search_users", filters={"created_after": "1990-01-01"}))["cursor"]
        later = await ask(client, "search_users", cursor=cursor)
        assert any(note.startswith("klavis: not asked") for note in later["notes"])
        while "cursor" in later:
            later = await ask(client, "search_users", cursor=later["cursor"], limit=100)
        assert not later["complete"]  # nobody is left but those of klavis
        assert any(note.startswith("klavis: not asked") for note in later["notes"])
    environment["KLAVIS_API_KEY"] = "right"
    async with connected(environment) as client:
        assert "the configuration of klavis has changed" in await error_of(client, "search_users", cursor=cursor)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list_users", "delay: it is not configured right. DELAY_ACCESS_TOKEN: the API key is empty."),
        ("search_users", "cursor: delay is not configured right any more. DELAY_ACCESS_TOKEN: the API key is empty."),
    ],
)
async def test_a_cursor_of_a_directory_that_is_broken_since_says_how_to_mend_it(
    made: Any, name: str, text: str
) -> None:
    environment = made(Mistake(()))
    arguments = {"list_users": {"directory": "delay"}, "search_users": {"query": "e"}}[name]
    async with connected(environment) as client:
        cursor = (await ask(client, name, **arguments))["cursor"]
    async with connected(environment | {"DELAY_ACCESS_TOKEN": ""}) as client:
        assert (await error_of(client, name, cursor=cursor)).startswith(text)


@pytest.fixture
def keys() -> list[str]:
    """Keys of many forms: with prefixes, of capitals, as digits, of letters alone."""
    return [
        KEY,
        "AKIAIOSFODNN7EXAMPLE",
        "0123456789abcdef0123456789abcdef",
        "eyJhbGciOiJIUzI1NiJ9.e30.Et9HFtf9R3GEMA0IICOfFMVXY7kkTX1wr4qCyIf58",
        "abcdefghijklmnopqrstuvwxyzabcdefghijkl",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ]


def test_a_key_in_any_place_of_the_file_is_never_repeated(keys: list[str], tmp_path: Path) -> None:
    places = (
        '[directories.hr]\nprovider = "{}"',
        '[directories.hr]\nprovider = "klavis"\nregion = "{}"\napi_key = {{ env = "HR_KEY" }}',
        '[directories.hr]\nprovider = "klavis"\nbase_url = "{}"\napi_key = {{ env = "HR_KEY" }}',
        '[directories.hr]\nprovider = "klavis"\napi_key = "{}"',
        '[directories.hr]\nprovider = "klavis"\napi_key = {{ env = "{}" }}',
        '[directories.hr]\nprovider = "klavis"\napi_key = {{ file = "{}" }}',
        '[directories.hr]\nprovider = "klavis"\napi_key = {{ "{}" = "env" }}',
        '[directories.hr]\nprovider = "klavis"\n"{}" = 1',
        '[directories.hr]\nprovider = "klavis"\n[directories.hr.fields]\n"{}" = "none"',
        '[directories.hr]\nmanifest = "{}"',
        '[directories."{}X"]\nprovider = "klavis"',
        '[fields]\n"{}" = "none"',
        '[fields]\n"{}" = "of"',
        '[fields]\nemail = "{}"',
        '[budget]\nseconds = "{}"',
        '[budget]\n"{}" = 1',
        '["{}"]\na = 1',
        '"{}" = {{}}\n"{}" = {{}}',
        "key = {}",
    )
    file = tmp_path / "mine.toml"
    for key in keys:
        for place in places:
            file.write_text(place.replace("{}", key).replace("{{", "{").replace("}}", "}"))
            settings = read_settings({"HR_KEY": "right", "KLAVIS_API_KEY": "right"}, file)
            told = [str(fault) + fault.told for fault in settings.all_faults()]
            assert told, place
            assert not [text for text in told if key in text], (place, told)
            assert not [item.name for item in settings.broken if key in item.name]
