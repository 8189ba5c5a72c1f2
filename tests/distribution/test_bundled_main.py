"""The bundle starts with what a person filled in, whatever the host puts where nothing was."""

import json

import pytest

import bundle
from bundled_main import arguments, form

FORM = ("KLAVIS_API_KEY", "USER_DIRECTORY_CONFIG", "SIMULATED_DIRECTORIES")


@pytest.mark.parametrize("nothing", ["", "  ", "${user_config.klavis_api_key}", "undefined", "null"])
def test_what_was_left_empty_is_not_set_and_directories_are_simulated(nothing):
    environment = {"PATH": "/bin", "KLAVIS_API_KEY": nothing, "USER_DIRECTORY_CONFIG": nothing}
    assert arguments(FORM, environment) == ["serve", "--sandbox"]
    assert environment == {"PATH": "/bin"}


@pytest.mark.parametrize("name", FORM[:2])
def test_whatever_is_filled_in_takes_the_place_of_simulated_directories(name):
    environment = {name: "value", "SIMULATED_DIRECTORIES": "true"}
    assert arguments(FORM, environment) == ["serve"]
    assert environment == {name: "value"}


def test_without_the_switch_nothing_is_simulated():
    environment = {"SIMULATED_DIRECTORIES": "false"}
    assert arguments(FORM, environment) == ["serve"]
    assert environment == {}


def test_a_placeholder_in_another_variable_is_left_to_the_server():
    environment = {"OKTA_DOMAIN": "${user_config.okta_domain}"}
    arguments(FORM, environment)
    assert environment == {"OKTA_DOMAIN": "${user_config.okta_domain}"}


def test_the_form_is_read_from_the_manifest_of_the_bundle(tmp_path):
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps(bundle.manifest()))
    assert set(FORM) < set(form(file))
