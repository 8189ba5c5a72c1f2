"""Two clients read the table: one follows links, the other has GitHub's description and checks each answer by it.

https://github.com/PyGithub/PyGithub, https://github.com/yanyongyu/githubkit. What the preset sends is in that
description, too.
"""

import ast
import re
from pathlib import Path

import anyio.to_thread
import pytest

from user_directory_sandbox import Sandbox

from ..presets.opening import opened

github = pytest.importorskip("github")
githubkit = pytest.importorskip("githubkit")
schemas = pytest.importorskip("githubkit_schemas.v2022_11_28")

USERS = 237
VERSION = "2022-11-28"


@pytest.fixture
async def sandbox():
    async with Sandbox(users=USERS, providers=["github"]) as opened_sandbox:
        yield opened_sandbox


@pytest.fixture
async def rest(sandbox):
    url = sandbox.base_url("github")
    async with githubkit.GitHub(githubkit.TokenAuthStrategy("sandbox-github-key"), base_url=url) as client:
        yield client.rest(VERSION)


async def test_a_client_that_follows_links_lists_every_member(sandbox):
    def members(role):
        client = github.Github(
            base_url=sandbox.base_url("github"), auth=github.Auth.Token("sandbox-github-key"), per_page=50, lazy=True
        )
        with client:
            return [each.login for each in client.get_organization("acme").get_members(role=role)]

    found = await anyio.to_thread.run_sync(members, "all")
    assert found == [each["login"] for each in sandbox.records("github")]
    admins = await anyio.to_thread.run_sync(members, "admin")
    assert 0 < len(admins) < USERS
    assert set(admins) < set(found)


async def test_each_answer_has_the_form_that_github_describes(sandbox, rest):
    records = list(sandbox.records("github"))
    page = await rest.orgs.async_list_members("acme", per_page=100, page=2)
    assert [each.id for each in page.parsed_data] == [each["id"] for each in records[100:200]]
    somebody = page.parsed_data[0]
    membership = (await rest.orgs.async_get_membership_for_user("acme", somebody.login)).parsed_data
    assert (membership.state, membership.user.id, membership.organization.login) == ("active", somebody.id, "acme")
    for answer in (
        await rest.users.async_get_by_id(somebody.id),
        await rest.users.async_get_by_username(somebody.login),
    ):
        assert (answer.parsed_data.id, answer.parsed_data.login) == (somebody.id, somebody.login)


async def test_each_refusal_has_the_form_that_github_describes(rest):
    with pytest.raises(githubkit.exception.RequestFailed) as absent:
        await rest.orgs.async_get_membership_for_user("acme", "nobody")
    assert (absent.value.response.status_code, absent.value.response.parsed_data.message) == (404, "Not Found")
    with pytest.raises(githubkit.exception.RequestFailed) as wrong:
        await rest.orgs.async_list_members("acme", role="owner")
    assert wrong.value.response.status_code == 422


def described():
    """Return the parameters of each path that can be read, as the generated client has them."""
    folder = Path(schemas.__file__).parent / "rest"
    found: dict[str, set[str]] = {}
    for file in (folder / "orgs.py", folder / "users.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.AsyncFunctionDef) and '"GET"' in ast.unparse(node).replace("'", '"'):
                found |= {path_of(node): parameters_of(node)}
    return found


def assigned(node, name):
    """Return what is assigned to a name in a function; None if nothing is."""
    targets = (each for each in node.body if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == name)
    return next((each.value for each in targets), None)


def path_of(node):
    url = assigned(node, "url")
    parts = getattr(url, "values", [url])
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)


def parameters_of(node):
    parameters = assigned(node, "params")
    return set() if parameters is None else {key.value for key in parameters.keys}


async def test_every_path_and_parameter_that_is_sent_is_described(tmp_path, monkeypatch):
    paths = described()
    assert paths["/orgs/{}/members"] == {"filter", "role", "per_page", "page"}
    async with opened("github", tmp_path, monkeypatch, users=USERS) as ask:
        somebody = ask.records[5]
        await ask.everybody("list_users", directory="github", limit=100)
        await ask("get_user", directory="github", id=str(somebody["id"]))
        await ask("get_user", directory="github", id="4294967295")
        await ask("get_user_count", directory="github")
        for filters in ({"role": "admin"}, {"username": somebody["login"]}, {"username": "nobody"}):
            await ask.everybody("search_users", directory="github", filters=filters)
        sent = await ask.asked()
    met = set()
    for path, parameters in sent:
        (template,) = [each for each in paths if re.fullmatch(re.escape(each).replace(r"\{\}", "[^/]+"), path)]
        assert parameters.keys() <= paths[template], path
        met.add(template)
    assert met == {"/orgs/{}/members", "/user/{}", "/orgs/{}/memberships/{}"}
