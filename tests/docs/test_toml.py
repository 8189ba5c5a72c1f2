"""Every page of TOML in the README and in `docs/` loads as it is printed."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from user_directories import built_in, load_manifest, preset_names
from user_directory_server.settings import read_settings

from .pages import PAGES, blocks

OWN = "docs/own-directory.md"
BLOCKS = [
    pytest.param(page, block, id=f"{page} {number}")
    for page in PAGES
    for number, block in enumerate(blocks(page, "toml"))
]
PARTS = {
    OWN: 2,  # test_own_directory.py: a token, and a list by POST
    "docs/expressions.md": 1,  # test_expressions.py
    "docs/setup.md": 1,  # an entry of Codex: test_paths.py
}
"""How many blocks of a page are a part of a manifest, or of another file, and are loaded elsewhere."""


def is_manifest(block: str) -> bool:
    return block.startswith("version = ")


def is_configuration(block: str) -> bool:
    return re.search(r"(?m)^\[(?:directories|fields|budget)\b", block) is not None


def of(kind) -> list:
    return [each for each in BLOCKS if kind(each.values[1])]


@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_block_is_a_configuration_a_manifest_or_a_part_that_is_tried(page: str) -> None:
    assert all(tomllib.loads(block) for block in blocks(page, "toml"))
    parts = [block for block in blocks(page, "toml") if not (is_manifest(block) or is_configuration(block))]
    assert len(parts) == PARTS.get(page, 0)


@pytest.mark.parametrize(("page", "block"), of(is_manifest))
def test_a_manifest_loads_without_a_word(tmp_path: Path, page: str, block: str) -> None:
    (tmp_path / "hr.toml").write_text(block, encoding="utf-8")
    assert load_manifest(tmp_path / "hr.toml").deprecations() == ()


@pytest.mark.parametrize(("page", "block"), of(is_configuration))
def test_a_configuration_is_read_without_a_fault(tmp_path: Path, page: str, block: str) -> None:
    account = {"client_email": "reader@acme.example", "private_key": "-----BEGIN PRIVATE KEY-----\nk"}
    (tmp_path / "service-account.json").write_text(json.dumps(account), encoding="utf-8")
    (tmp_path / "hr.toml").write_text(blocks(OWN, "toml")[0], encoding="utf-8")
    (tmp_path / "key").write_text("k", encoding="utf-8")
    file = tmp_path / "config.toml"
    file.write_text(block.replace("/run/secrets/hr-key", str(tmp_path / "key")), encoding="utf-8")
    keys = {*re.findall(r'env = "(\w+)"', block), *(built_in(name).auth.environment for name in preset_names())}
    environment = dict.fromkeys(filter(None, keys), "k")
    if "monocloud" in block:
        environment |= {"MONOCLOUD_API_KEY": "k", "MONOCLOUD_DOMAIN": "acme.example"}
    settings = read_settings(environment, file)
    assert settings.all_faults() == ()
    named = re.findall(r"(?m)^\[directories\.([\w-]+)\]", block)
    assert {*named} == {item.name for item in settings.directories}
