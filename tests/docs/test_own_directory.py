"""What the page about a directory of one's own shows in tables and parts works in the whole page."""

import re
from pathlib import Path

import pytest

from user_directories import load_manifest

from .pages import PAGES, blocks

PAGE = "docs/own-directory.md"
OWN = PAGES[PAGE]
MANIFEST, _, TOKEN, POST = blocks(PAGE, "toml")


def test_the_whole_page_says_what_is_said_of_it(tmp_path: Path) -> None:
    (tmp_path / "hr.toml").write_text(MANIFEST)
    own = load_manifest(tmp_path / "hr.toml").user
    assert (own.department, own.extra, own.show) == ("department.name", {"phone": "phone"}, {"phone": "none"})


@pytest.mark.parametrize("pagination", re.findall(r"`(\{ strategy.*?\})`", OWN))
def test_every_pagination_of_the_table_is_one(tmp_path: Path, pagination: str) -> None:
    manifest = re.sub(r"pagination = .*", f"pagination = {pagination}", MANIFEST)
    if "none" in pagination:
        manifest = re.sub(r"page_size = .*", "", manifest)
    (tmp_path / "own.toml").write_text(manifest)
    assert load_manifest(tmp_path / "own.toml").list.pagination.strategy in pagination


def with_auth(auth: str, settings: str = "") -> str:
    """The manifest, with another `[auth]`."""
    manifest = re.sub(r"(?s)\[auth\]\n.*?\n\n", f"{settings}\n{auth}\n", MANIFEST)
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
    (tmp_path / "own.toml").write_text(with_auth(TOKEN))
    auth = load_manifest(tmp_path / "own.toml").auth
    assert auth.token is not None
    assert (auth.way, auth.token.grant) == ("token", "client_credentials")
    for grant in GRANTS:
        assert all(key in OWN for key in re.findall(r"(?m)^\w+", grant))
        (tmp_path / "own.toml").write_text(with_auth(f"{TOKEN.partition('[auth.token]')[0]}[auth.token]\n{grant}\n"))
        assert load_manifest(tmp_path / "own.toml").auth.way == "token"


def test_the_list_by_post_loads_as_it_is_printed(tmp_path: Path) -> None:
    manifest = re.sub(r"(?m)^(?:page_size|pagination) = .*\n", "", MANIFEST)
    (tmp_path / "own.toml").write_text(manifest.replace("[list]\n", f"[list]\n{POST}"))
    listed = load_manifest(tmp_path / "own.toml").list
    assert (listed.method, listed.pagination.strategy) == ("POST", "token")
