"""The clients are pinned, and nothing in their lists says where to fetch from."""

import json
import re
from pathlib import Path

import pytest

from known import CLIENTS

CLIENTS_ROOT = Path(__file__).parents[2] / "clients"


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_every_client_has_its_script_and_pins_all_that_is_installed_for_it(client):
    assert (CLIENTS_ROOT / client.script).is_file()
    lines = (CLIENTS_ROOT / client.requirements).read_text().splitlines()
    packages = [line for line in lines if not line.startswith("#")]
    assert packages
    assert [line for line in packages if not re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9.]+", line)] == []


@pytest.mark.parametrize("folder", ["javascript", "official"])
def test_a_lock_of_javascript_packages_names_no_registry(folder):
    lock = json.loads((CLIENTS_ROOT / folder / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if "integrity" not in package] == []
