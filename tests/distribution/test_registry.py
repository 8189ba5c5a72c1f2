"""What the MCP registry is told is what the package is, in the form that the registry takes."""

import json
import re

import registry
from project import fields, project, registry_name


def test_the_file_is_what_the_package_gives():
    assert registry.FILE.read_text(encoding="utf-8") == registry.written()


def test_the_file_has_the_version_and_the_name_of_the_package():
    read = json.loads(registry.FILE.read_text(encoding="utf-8"))
    (package,) = read["packages"]
    assert read["version"] == package["version"] == project()["version"]
    assert package["identifier"] == project()["name"]


def test_the_name_is_a_reversed_domain_and_one_name():
    """https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json, `ServerDetail.name`."""
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", registry_name())
    assert len(registry_name()) <= 200


def test_the_texts_are_as_short_as_the_registry_wants():
    read = registry.server()
    assert 1 <= len(read["description"]) <= 100
    assert 1 <= len(read["title"]) <= 100


def test_every_key_is_a_secret_and_nothing_is_required():
    (package,) = registry.server()["packages"]
    variables = package["environmentVariables"]
    assert {each["name"] for each in variables if each["isSecret"]} == {
        field.variable for field in fields() if field.is_secret
    }
    assert not any(each["isRequired"] for each in variables)


def test_a_file_that_is_not_up_to_date_is_told(tmp_path, monkeypatch, capsys):
    old = tmp_path / "server.json"
    old.write_text("{}")
    monkeypatch.setattr(registry, "FILE", old)
    assert registry.main(["--check"]) == 1
    assert registry.main([]) == 0
    assert registry.main(["--check"]) == 0
    assert "not what" in capsys.readouterr().out


def test_the_readme_says_to_the_registry_whose_package_it_is():
    readme = (registry.FILE.parent / "README.md").read_text(encoding="utf-8")
    assert registry.proof() in readme
