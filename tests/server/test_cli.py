"""The command line as a person uses it: the installed command, its output and its exit status."""

import json
import shlex
import subprocess
from pathlib import Path

import anyio
import pytest

from .in_process import run_command

KEY = "key-canary-77aa"


@pytest.fixture
def run(clean_environment: dict[str, str]):
    """Run a command, in this process."""

    def ran(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return run_command(clean_environment | environment, *arguments)

    return ran


@pytest.fixture
def start(command: str, clean_environment: dict[str, str]):
    """Run the installed command."""

    def started(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [command, *arguments],
            env=clean_environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return started


def is_one_clear_line(text: str) -> bool:
    return text.count("\n") == 1 and text.startswith("user-directory-mcp: ") and "Traceback" not in text


def test_the_demo_shows_the_main_job(start) -> None:
    done = start("demo", "--users", "300")
    assert done.returncode == 0, done.stderr
    for text in ("What is configured?", "search_users", "get_user_count", "braintrust", "estimate", "Done in"):
        assert text in done.stdout
    assert done.stderr == ""


def test_call_prints_people_as_a_table_and_the_exact_result_as_json(run) -> None:
    table = run("call", "list_users", "directory=delay", "limit=2", "--sandbox")
    assert "email" in table.stdout
    assert "returned: 2" in table.stdout
    exact = run("call", "list_users", "--sandbox", "--json", "directory=delay", "limit=2")
    answer = json.loads(exact.stdout)
    assert answer["returned"] == 2
    assert exact.stdout.count("\n") == 1


def test_call_takes_filters_as_json(run) -> None:
    done = run("call", "get_user_count", "directory=delay", 'filters={"status":"suspended"}', "--sandbox", "--json")
    assert json.loads(done.stdout)["exactness"] == "exact"


def test_a_tool_error_is_exit_status_1_and_goes_to_stderr(start) -> None:
    done = start("call", "list_users", "directory=nowhere", "--sandbox")
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no directory 'nowhere'" in done.stderr
    assert "klavis" in done.stderr


def test_a_tool_that_does_not_exist_is_named_with_its_nearest(run) -> None:
    done = run("call", "list_user", "--sandbox")
    assert done.returncode == 1
    assert "Did you mean list_users?" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "named"),
    [
        (("--strict",), {"KLAVIS_API_KEY": ""}, "KLAVIS_API_KEY"),
        (("serve", "--strict"), {"KLAVIS_API_KEY": f"{KEY}\n{KEY}"}, "KLAVIS_API_KEY"),
        (("call", "x", "--strict"), {"QUO_API_KEY": KEY, "QUO_BASE_URL": "http://quo.example"}, "QUO_BASE_URL"),
        (("tools", "--strict", "--config", "/nowhere.toml"), {}, "/nowhere.toml"),
        (("serve", "--transport", "http", "--host", "0.0.0.0"), {}, "--allowed-host"),  # noqa: S104
        (("serve", "--transport", "sse", "--host", "::"), {}, "--allowed-host"),
        (("call", "list_users", "directory"), {}, "key=value"),
        (("call", "list_users", "limit=1", "limit=2"), {}, "twice"),
    ],
)
def test_a_wrong_configuration_is_one_line_and_exit_status_2(run, arguments, environment, named) -> None:
    done = run(*arguments, **environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert is_one_clear_line(done.stderr), done.stderr
    assert named in done.stderr
    assert KEY not in done.stderr


async def test_a_port_in_use_is_one_line(run, sandbox) -> None:
    for command in (("sandbox",), ("serve", "--transport", "http")):
        done = await anyio.to_thread.run_sync(run, *command, "--port", str(sandbox.port))
        assert done.returncode == 2
        assert is_one_clear_line(done.stderr), done.stderr


@pytest.mark.parametrize(
    "arguments", [("serve", "--port", "70000"), ("demo", "--users", "many"), ("dance",), ("tools", "x")]
)
def test_a_wrong_command_line_is_exit_status_2(run, arguments) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_wrong_option_shows_those_of_its_command(run) -> None:
    done = run("doctor", "--sandbx")
    assert done.returncode == 2
    assert "user-directory-mcp doctor" in done.stderr
    assert "--sandbox" in done.stderr
    assert "unrecognized arguments: --sandbx" in done.stderr


def test_a_call_without_a_tool_names_only_what_is_missing(run) -> None:
    assert "required: TOOL\n" in run("call").stderr


def test_with_nothing_configured_the_server_starts_and_says_what_to_set(run) -> None:
    done = run("call", "list_directories", "--json")
    assert done.returncode == 0
    answer = json.loads(done.stdout)
    assert answer["directories"] == []
    assert {"provider": "klavis", "set": "KLAVIS_API_KEY"} in answer["not_configured"]


def test_doctor_finds_every_directory_of_the_sandbox_well(run) -> None:
    done = run("doctor", "--sandbox")
    assert done.returncode == 0
    assert done.stdout.count("ok  ") == 6
    assert "filter status: finds" in done.stdout


@pytest.mark.parametrize("option", ["--json", "--quick"])
def test_doctor_gives_everything_as_one_object_or_only_a_look_at_the_first_page(run, option) -> None:
    done = run("doctor", "--sandbox", "--quick", "--json" if option == "--json" else "--quick")
    assert done.returncode == 0
    if option == "--quick":
        assert "filter" not in done.stdout
        return
    found = json.loads(done.stdout)
    assert (found["severity"], found["faults"], found["not_configured"]) == ("ok", [], [])
    assert [each["severity"] for each in found["directories"]] == ["ok"] * 6
    (check,) = found["directories"][0]["checks"]
    assert (check["name"], check["outcome"], check["requests"]) == ("first page", "ok", 1)


async def test_doctor_names_the_fault_and_the_line_that_mends_it(child_environment, control) -> None:
    await control.post("delay/behaviour", json={"fuzzy_parameter": None})
    await control.post("monocloud/faults", json={"kind": "content_type", "every": 1})
    environment = child_environment | {"KLAVIS_API_KEY": KEY, "QUO_BASE_URL": "http://127.0.0.1:9"}
    done = await anyio.to_thread.run_sync(run_command, environment, "doctor")
    report = done.stdout
    assert done.returncode == 1
    assert "BAD klavis" in report
    assert "KLAVIS_API_KEY" in report
    assert "BAD quo" in report
    assert "nothing accepts connections at its address" in report
    assert "base_url is http://127.0.0.1:9" in report
    assert "BAD monocloud" in report
    assert "'search' has no effect" in report
    assert "ok  braintrust" in report
    assert KEY not in report


def test_tools_shows_what_a_client_sees(run) -> None:
    assert "search_users" in run("tools").stdout
    tools = json.loads(run("tools", "--sandbox", "--tool-style", "per-directory", "--json").stdout)
    assert "klavis_list_users" in [tool["name"] for tool in tools]


def test_the_sandbox_prints_the_lines_that_point_a_server_at_it(command, clean_environment) -> None:
    process = subprocess.Popen(
        [command, "sandbox", "--users", "20"], env=clean_environment, stdout=subprocess.PIPE, text=True
    )
    try:
        lines = [process.stdout.readline() for _ in range(12)]
        exported = dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)
        environment = clean_environment | exported
        done = subprocess.run(
            [command, "call", "get_user_count", "directory=klavis", "--json"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout)["count"] == 20
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def test_the_sandbox_writes_the_file_that_enables_its_presets(command, clean_environment, tmp_path: Path) -> None:
    file = tmp_path / "presets.toml"
    words = [command, "sandbox", "--users", "20", "--providers", "entra,google-workspace", "--write-config", str(file)]
    with subprocess.Popen(words, env=clean_environment, stdout=subprocess.PIPE, text=True) as process:
        lines = [process.stdout.readline() for _ in range(5)] if process.stdout else []
        words = [shlex.split(line)[1].partition("=") for line in lines]
        environment = clean_environment | {name: value for name, _, value in words}
        try:
            counted = run_command(environment, "call", "get_user_count", "--json")
            again = run_command(clean_environment, "sandbox", "--write-config", str(file))
        finally:
            process.terminate()
    counts = json.loads(counted.stdout)["counts"]
    assert {each["directory"]: each["count"] for each in counts} == {"entra": 20, "google-workspace": 20}
    assert (again.returncode, "Name a file that does not exist yet." in again.stderr) == (2, True)


def test_a_provider_that_is_not_simulated_is_told_with_those_that_are(clean_environment) -> None:
    done = run_command(clean_environment, "sandbox", "--providers", "nobody")
    assert (done.returncode, "scim, slack. Name one of these" in done.stderr) == (2, True)


def test_what_the_sandbox_prints_is_one_word_to_a_shell(command, clean_environment) -> None:
    words = [command, "sandbox", "--users", "1", "--providers", "google-workspace"]
    with subprocess.Popen(words, env=clean_environment, stdout=subprocess.PIPE, text=True) as process:
        lines = [process.stdout.readline() for _ in range(2)] if process.stdout else []
        process.terminate()
    for line in lines:
        assert [len(shlex.split(line)), line[:7]] == [2, "export "]
    _, _, account = shlex.split(lines[1])[1].partition("=")
    assert json.loads(account)["type"] == "service_account"


def test_the_cursor_file_is_for_its_owner_only(run, tmp_path: Path) -> None:
    run("call", "list_users", "directory=delay", "--sandbox")
    file = tmp_path / "state" / "cursors.sqlite3"
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert b".example" not in file.read_bytes()  # positions only: no address, so no row, is on disk


def test_a_state_folder_that_can_not_be_written_costs_a_warning_and_not_the_page(run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("call", "list_users", "directory=delay", "--sandbox", USER_DIRECTORY_STATE=str(tmp_path / "file"))
    assert done.returncode == 0
    assert "cursor: c" in done.stdout
    assert "kept in memory" in done.stderr


def test_a_reader_that_goes_away_is_no_fault(command, clean_environment) -> None:
    line = f"{command} demo --users 50 | head -n 2"
    done = subprocess.run(["/bin/bash", "-c", line], env=clean_environment, capture_output=True, text=True, check=False)
    assert done.stdout.count("\n") == 2
    assert "Traceback" not in done.stderr


def test_a_terminal_that_can_not_show_a_name_is_no_fault(start) -> None:
    done = start("demo", "--users", "50", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr


def test_a_narrow_terminal_breaks_no_id(run) -> None:
    done = run("call", "list_users", "directory=delay", "limit=2", "--sandbox", COLUMNS="60")
    assert len([line for line in done.stdout.splitlines() if line.startswith("id  ")]) == 2
    assert all(len(line.split()) == 2 for line in done.stdout.splitlines() if line.startswith("id  "))


def test_the_sandbox_stands_beside_directories_of_the_file(run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[directories.second]\nprovider = "quo"\napi_key = { env = "SECOND_KEY" }\n')
    done = run(
        "call", "list_directories", "--json", "--sandbox", "--config", str(tmp_path / "config.toml"), SECOND_KEY="k"
    )
    assert [item["name"] for item in json.loads(done.stdout)["directories"]][-1] == "second"
