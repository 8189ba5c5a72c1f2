"""The bundle has the server whole, asks for each key, and is the same whenever it is written."""

import os
import re
import tomllib
import zipfile
from pathlib import Path

import pytest

import bundle
from project import ROOT, fields
from user_directory_server.settings import read_settings
from user_directory_server.version import VERSION


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bundle") / "folder"
    bundle.write(made)
    return made


def test_the_form_asks_for_all_that_a_provider_needs_and_for_nothing_else():
    needed = re.findall(r"[A-Z]+(?:_[A-Z]+)+", " ".join(each.set for each in read_settings({}).unconfigured))
    assert needed
    assert {field.variable for field in fields()} == {*needed, "USER_DIRECTORY_CONFIG"}


def test_what_is_filled_in_reaches_the_server_in_its_variable():
    made = bundle.manifest()
    variables = made["server"]["mcp_config"]["env"]
    assert variables == {name.upper(): f"${{user_config.{name}}}" for name in made["user_config"]}


def test_every_key_is_masked_and_nothing_must_be_filled_in():
    form = bundle.manifest()["user_config"]
    keys = {name for name, setting in form.items() if setting.get("sensitive")}
    assert keys == {name for name in form if name.endswith(("_key", "_token"))}
    assert {setting["required"] for setting in form.values()} == {False}


def test_the_manifest_has_the_version_of_the_package_and_names_every_tool():
    made = bundle.manifest()
    assert made["version"] == VERSION
    assert [tool["name"] for tool in made["tools"]] == [
        "get_user",
        "get_user_count",
        "list_directories",
        "list_users",
        "search_users",
    ]


def test_every_module_of_the_server_is_in_the_bundle_and_no_cache(folder):
    held = {path.relative_to(folder / "server").as_posix() for path in (folder / "server").rglob("*") if path.is_file()}
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    kept = {
        path.relative_to((ROOT / package).parent).as_posix()
        for package in packages["packages"]
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == kept | {"main.py"}


def test_uv_installs_what_the_package_needs_and_builds_nothing(folder):
    read = tomllib.loads((folder / "pyproject.toml").read_text())
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(package["dependencies"]) < set(read["project"]["dependencies"])
    assert read["project"]["requires-python"] == package["requires-python"]
    assert "build-system" not in read
    assert read["tool"]["uv"]["package"] is False


def test_the_same_files_give_the_same_bytes_whenever_they_were_written(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name / "server").mkdir(parents=True)
        (tmp_path / name / "server/main.py").write_text("x = 1\n")
        (tmp_path / name / "manifest.json").write_text("{}")
    os.utime(tmp_path / "other/manifest.json", (1, 1))
    packed = []
    for name in ("one", "other"):
        bundle.pack(tmp_path / name, tmp_path / f"{name}.mcpb")
        packed.append((tmp_path / f"{name}.mcpb").read_bytes())
    assert packed[0] == packed[1]
    with zipfile.ZipFile(tmp_path / "one.mcpb") as archive:
        assert archive.namelist() == ["manifest.json", "server/main.py"]


def test_the_bundle_is_not_written_over_a_folder_that_is_there(folder):
    with pytest.raises(FileExistsError):
        bundle.write(folder)


def test_no_description_of_the_form_is_long_or_names_a_key(folder):
    form = bundle.manifest()["user_config"]
    assert [name for name, setting in form.items() if not re.fullmatch(r".{20,110}\.", setting["description"])] == []
