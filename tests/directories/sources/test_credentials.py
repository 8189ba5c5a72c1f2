"""How a request shows who asks: each way as it arrives at a provider, and what nobody ever sees of it."""

import base64
import logging
import traceback
from typing import Any, cast

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from user_directories import Budget, Directories, DirectorySettings, KeptKey, MemoryStore, load_manifest
from user_directories.errors import UpstreamError, UpstreamUnauthorized
from user_directories.sources.bounds import MAX_BODY
from user_directories.sources.keys import Key

KEY = "canary-7f3a9c"
PAGE = """
version = 1
name = "acme"
title = "Acme HR"
docs = "https://hr.acme.example/docs"
errors = {{ message = "message" }}
settings = {{ user = "ACME_USER" }}
auth = {auth}

[list]
path = "/people"
items = "@"
page_size = {{ parameter = "limit", maximum = 10 }}
pagination = {{ strategy = "offset", parameter = "offset" }}

[user]
id = "id"
"""


@pytest.fixture
async def opened(provider, answering, tmp_path):
    """The one GET of a directory with this `[auth]`."""
    provider.answer = lambda _: answering([])
    open_directories = []

    async def opened(auth, key=KEY, **changes):
        file = tmp_path / "acme.toml"
        file.write_text(PAGE.format(auth=auth), encoding="utf-8")
        settings = DirectorySettings("acme", load_manifest(file), provider.url, SecretStr(key), **changes)
        directories = Directories([settings], MemoryStore())
        open_directories.append(directories)
        return cast("Any", directories.directory("acme").source).upstream

    yield opened
    for each in open_directories:
        await each.__aexit__(None, None, None)


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("auth", "header", "value", "told"),
    [
        ('{ environment = "K" }', "authorization", f"Bearer {KEY}", "a key in the header Authorization, as Bearer"),
        ('{ environment = "K", scheme = "SSWS" }', "authorization", f"SSWS {KEY}", "as SSWS"),
        ('{ environment = "K", scheme = "" }', "authorization", KEY, "without a scheme"),
        ('{ environment = "K", header = "X-Key", scheme = "" }', "x-key", KEY, "in the header X-Key"),
        ('{ environment = "K", scheme = "Basic" }', "authorization", f"Basic {KEY}", "as Basic"),
        (
            '{ environment = "K", user = "ops@acme.example" }',
            "authorization",
            basic("ops@acme.example", KEY),
            "(Basic)",
        ),
        ('{ environment = "K", user = "{user}/token" }', "authorization", basic("Zoë/token", KEY), "(Basic)"),
    ],
)
async def test_each_way_arrives_as_its_document_says(provider, opened, auth, header, value, told):
    upstream = await opened(auth, named={"user": "Zoë"})
    await upstream.get("/people", (), Budget())
    assert provider.asked[0].headers[header] == value
    assert told in upstream.signs_in_by


async def test_without_a_key_nothing_is_sent(provider, opened):
    upstream = await opened('"none"', key="")
    await upstream.get("/people", (), Budget())
    assert "authorization" not in provider.asked[0].headers
    assert upstream.signs_in_by == "no key"


async def test_a_key_in_the_query_comes_after_the_other_parameters(provider, opened):
    upstream = await opened('{ environment = "K", query = "api key" }', key="a&b=c d")
    await upstream.get("/people", (("limit", "5"),), Budget())
    await upstream.get("/people", (), Budget())
    assert [each.target for each in provider.asked] == [
        "/people?limit=5&api%20key=a%26b%3Dc%20d",
        "/people?api%20key=a%26b%3Dc%20d",
    ]
    assert "authorization" not in provider.asked[0].headers


async def test_further_secrets_have_headers_of_their_own(provider, opened):
    further = {"X-App-Key": KeptKey(SecretStr("second"), "APP")}
    auth = '{ environment = "K", header = "X-Api-Key", scheme = "", headers = { X-App-Key = "APP" } }'
    await (await opened(auth, further_keys=further)).get("/people", (), Budget())
    sent = provider.asked[0].headers
    assert (sent["x-api-key"], sent["x-app-key"]) == (KEY, "second")


def everything_in(error):
    """All that an error, its causes and what hangs on them would print, but for the body that was no JSON."""
    said = list(traceback.format_exception(error))
    while error is not None:
        said += [str(error), repr(error), *(repr(value) for name, value in vars(error).items() if name != "doc")]
        error = error.__cause__ or error.__context__
    return "\n".join(said)


ODD = "canary/7f&3a é"
"""A key that is sent in other characters than it has."""
FORMS = ("canary/7f&3a", "canary%2F7f%263a", "canary%2F7f", base64.b64encode(f"ops:{ODD}".encode()).decode())


@pytest.mark.parametrize("auth", ['{ environment = "K", query = "key" }', '{ environment = "K", user = "ops" }'])
@pytest.mark.parametrize("fault", ["cut", "status", "redirect", "html"])
async def test_no_fault_shows_a_key_in_any_form(provider, answering, opened, no_pauses, caplog, auth, fault):
    def answer(asked):
        sent = asked.target + asked.headers.get("authorization", "")
        return {
            "cut": b"",
            "status": answering({"message": f"who is {sent}?"}, 400),
            "redirect": answering({"message": sent}, 302, location=asked.target),
            "html": answering(f"<html>{sent}".encode()),
        }[fault]

    upstream = await opened(auth, key=ODD)
    provider.answer = answer
    with caplog.at_level(logging.DEBUG), pytest.raises(UpstreamError) as error:
        await upstream.get("/people", (), Budget())
    said = everything_in(error.value) + str(upstream.last_problem) + upstream.signs_in_by
    said += "".join(record.getMessage() for record in caplog.records if record.name != "tests")
    assert [form for form in FORMS if form in said] == []
    assert fault != "status" or "who is" in upstream.last_problem


async def test_a_connection_that_fails_names_no_url_with_a_key(provider, opened, monkeypatch, no_pauses):
    upstream = await opened('{ environment = "K", query = "key" }')
    upstream._base_url = "http://127.0.0.1:9"
    with pytest.raises(UpstreamError) as error:
        await upstream.get("/people", (), Budget())
    cause = error.value.__cause__
    assert isinstance(cause, httpx2.RequestError)
    assert str(cause.request.url) == "http://127.0.0.1:9/people"


class Rotating:
    """A key that is replaced whenever a provider refuses it."""

    def __init__(self, *keys):
        self._keys = list(keys)

    def changed(self):
        return None

    def read(self):
        return SecretStr(self._keys.pop(0)) if self._keys else None


async def test_a_refused_key_is_sent_once_more_if_it_is_another_by_now(provider, answering, opened):
    provider.answer = lambda asked: answering([], 200 if asked.headers["authorization"] == "Bearer new" else 401)
    upstream = await opened('{ environment = "K" }', changing_key=Rotating("new"))
    await upstream.get("/people", (), Budget())
    assert [each.headers["authorization"] for each in provider.asked] == [f"Bearer {KEY}", "Bearer new"]
    assert upstream.traffic.requests == 2


async def test_the_body_of_a_401_is_bounded_though_there_is_another_key(provider, answering, opened):
    provider.answer = lambda _: answering(b" " * (MAX_BODY + 1), 401)
    upstream = await opened('{ environment = "K" }', changing_key=Rotating("new"))
    with pytest.raises(UpstreamError, match="larger than 8 MB"):
        await upstream.get("/people", (), Budget())
    assert len(provider.asked) == 1


async def test_two_refused_keys_end_the_call(provider, answering, opened):
    provider.answer = lambda _: answering({}, 401)
    upstream = await opened('{ environment = "K" }', changing_key=Rotating("new", "newer"))
    with pytest.raises(UpstreamUnauthorized):
        await upstream.get("/people", (), Budget())
    assert len(provider.asked) == 2


def test_of_many_keys_the_last_are_hidden_and_no_more_are_kept():
    key = Key(SecretStr("first"))
    for number in range(10_000):
        key.remember(f"key-{number}")
    assert key.hide("key-9999 and key-9998") == "… and …"
    assert len(key._known) <= 16


@given(st.text(min_size=1), st.text())
def test_a_hidden_text_is_nowhere(secret, around):
    key = Key(SecretStr(secret))
    assert secret == "…" or secret not in key.hide(around + secret + around).replace("…", "")
