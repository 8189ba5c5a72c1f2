"""Access tokens: asked for over HTTP at the sandbox's token endpoint, renewed in time, and never shown."""

import json
import logging
import traceback
from typing import Any, cast

import anyio
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pydantic import SecretStr

from user_directories import Budget, Directories, DirectorySettings, KeptKey, MemoryStore, Query, Request, built_in
from user_directories.errors import UpstreamError, UpstreamUnauthorized, UpstreamUnavailable
from user_directories.manifest import Auth
from user_directories.sources import token_endpoint
from user_directories.sources.renewal import KeyFault
from user_directory_sandbox import Sandbox

SECRET = "sandbox-delay-secret"
CLIENT = {"client_id": "sandbox-delay-client"}


def pem(key):
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(*form).decode()


def public(key):
    form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(*form).decode()


RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def signed(house):
    """The facade over Delay, with this `[auth.token]`."""

    async def opened(token, secret=SECRET, **changes):
        auth = Auth.model_validate({"environment": "DELAY_SECRET", "token": token})
        manifest = built_in("delay").model_copy(update={"auth": auth})
        usual = {"manifest": manifest, "key": SecretStr(secret), "token_url": house.sandbox.token_url("delay")}
        return await house.open(house.settings("delay", **usual | changes))

    return opened


@pytest.fixture
def endpoint(house):
    async def told(**sent):
        return await (house.tell("delay", "tokens", **sent) if sent else house.hear("delay", "tokens"))

    return told


async def first_page(directories):
    return len((await directories.users(Request("list", "delay", Query(), 5))).users)


def told_by(directories):
    return directories.directory("delay").source.signs_in_by


@pytest.mark.parametrize("client", ["basic", "post"])
async def test_a_client_asks_with_its_secret(signed, endpoint, client):
    await endpoint(client=client)
    directories = await signed(CLIENT | {"client": client})
    assert await first_page(directories) == 5
    assert (await endpoint())["issued"] == 1
    assert told_by(directories).startswith("an OAuth 2 token of 127.0.0.1 (client_credentials), asked for once so far")


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (EC, "ES256")])
async def test_a_client_signs_with_its_private_key(signed, endpoint, key, algorithm):
    await endpoint(client="private_key_jwt", public_key=public(key))
    directories = await signed(CLIENT | {"client": "private_key_jwt", "algorithm": algorithm}, pem(key))
    assert await first_page(directories) == 5


SUBJECT = {"grant": "jwt_bearer", "subject": "admin@acme.example", "claims": {"scope": "users.read"}}


async def test_a_service_account_signs_for_a_subject(signed, endpoint):
    await endpoint(subject="admin@acme.example", scope="users.read", public_key=public(RSA))
    assert await first_page(await signed(SUBJECT | {"issuer": "sandbox-delay-client"}, pem(RSA))) == 5


async def test_the_json_file_of_a_service_account_is_enough(signed, endpoint):
    await endpoint(subject="admin@acme.example", scope="users.read", public_key=public(RSA))
    account = {"client_email": "sandbox-delay-client", "private_key": pem(RSA), "private_key_id": "7"}
    assert await first_page(await signed(SUBJECT, json.dumps(account))) == 5


async def test_a_refresh_token_is_replaced_in_memory_only(signed, endpoint, caplog):
    await endpoint(client="post", rotates=True, uses=1)
    secret = KeptKey(SecretStr(SECRET), "DELAY_CLIENT_SECRET")
    directories = await signed(CLIENT | {"grant": "refresh_token"}, "sandbox-delay-refresh", client_secret=secret)
    for _ in range(3):
        assert await first_page(directories) == 5
    assert (await endpoint())["issued"] == 3
    warnings = [each.getMessage() for each in caplog.records if "refresh tokens" in each.getMessage()]
    assert len(warnings) == 1
    assert "sandbox-delay-refresh" not in warnings[0]


async def test_a_public_client_has_no_secret(signed, endpoint):
    await endpoint(client="none")
    directories = await signed(CLIENT | {"grant": "refresh_token", "client": "none"}, "sandbox-delay-refresh")
    assert await first_page(directories) == 5


async def test_scope_audience_and_further_parameters_are_sent_with_settings_in_them(signed, endpoint):
    await endpoint(audience="https://api.acme.example", scope="users read")
    token = CLIENT | {"scope": "users read", "parameters": {"audience": "https://{domain}"}}
    assert await first_page(await signed(token, named={"domain": "api.acme.example"})) == 5


async def test_fifty_calls_at_once_with_no_token_ask_for_one(signed, endpoint):
    await endpoint(latency=0.05)
    directories = await signed(CLIENT)
    async with anyio.create_task_group() as tasks:
        for _ in range(50):
            tasks.start_soon(first_page, directories)
    assert (await endpoint())["requests"] == 1


async def test_fifty_calls_at_once_with_an_ended_token_ask_for_one(signed, endpoint):
    directories = await signed(CLIENT)
    await endpoint(uses=1)
    assert await first_page(directories) == 5
    await endpoint(uses=None, latency=0.05)
    async with anyio.create_task_group() as tasks:
        for _ in range(50):
            tasks.start_soon(first_page, directories)
    assert (await endpoint())["requests"] == 2


async def test_fifty_calls_at_once_share_the_fault_of_one_request(signed, endpoint):
    await endpoint(latency=0.05, error="invalid_client", status=401)
    directories, faults = await signed(CLIENT), []

    async def fail():
        with pytest.raises(UpstreamUnauthorized) as error:
            await first_page(directories)
        faults.append(str(error.value))

    async with anyio.create_task_group() as tasks:
        for _ in range(50):
            tasks.start_soon(fail)
    assert len(set(faults)) == 1
    assert (await endpoint())["requests"] == 1


async def test_a_token_that_ends_in_the_midst_of_a_walk_over_ten_thousand_fails_no_call(control):
    async with Sandbox(users=10_000) as sandbox:
        settings = sandbox.url + "/_control/delay/"
        await control.post(settings + "tokens", json={"uses": 30})
        auth = Auth.model_validate({"environment": "S", "token": CLIENT})
        page = built_in("delay").model_copy(update={"auth": auth})
        url = sandbox.token_url("delay")
        delay = DirectorySettings("delay", page, sandbox.base_url("delay"), SecretStr(SECRET), token_url=url)
        async with Directories([delay], MemoryStore(), budget=lambda: Budget(60)) as directories:
            ids, cursor = set[str](), None
            while True:
                found = await directories.users(Request("list", "delay", Query(), 1000, cursor))
                ids.update(each.user.id for each in found.users)
                cursor = found.cursor
                if cursor is None:
                    break
        tokens = (await control.get(settings + "tokens")).json()
        by_status = (await control.get(settings + "stats")).json()["by_status"]
    assert len(ids) == 10_000
    assert tokens["issued"] >= 3
    assert tokens["requests"] == tokens["issued"]
    assert set(by_status) <= {"200", "401"}


async def test_a_token_is_renewed_before_it_ends(signed, endpoint):
    await endpoint(expires_in=0.000001, lives=3600)
    directories = await signed(CLIENT)
    assert await first_page(directories) == 5
    await first_page(directories)
    assert (await endpoint())["issued"] == 2
    assert (await endpoint())["requests"] == 2


async def test_a_renewal_that_fails_in_time_costs_nothing(signed, endpoint):
    directories = await signed(CLIENT)
    assert await first_page(directories) == 5
    renewal = cast("Any", directories.directory("delay").source).upstream._sign_in._key._renewal
    renewal._renewed_from = 0.0  # as if it ended soon
    await endpoint(status=503, latency=0.01)
    assert await first_page(directories) == 5
    assert await first_page(directories) == 5
    assert (await endpoint())["requests"] == 2


async def test_a_token_that_the_api_never_accepts_is_renewed_once_a_call(signed, endpoint):
    await endpoint(lives=0.0)
    with pytest.raises(UpstreamUnauthorized, match="does not accept the API key"):
        await first_page(await signed(CLIENT))
    assert (await endpoint())["issued"] == 2


async def test_a_secret_that_was_replaced_is_read_again_when_the_endpoint_refuses_it(signed, endpoint):
    class Replaced:
        def changed(self):
            return None

        def read(self):
            return SecretStr(SECRET)

    assert await first_page(await signed(CLIENT, "an-old-secret", changing_key=Replaced())) == 5
    assert (await endpoint())["requests"] == 2


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "a client that it does not know": ({"client": "post"}, "it does not accept the client (invalid_client, 401)"),
    "a wrong audience": ({"audience": "other"}, "no token for this audience (invalid_target, 400). Tell the operator"),
    "a scope that it does not give": ({"scope": "other"}, "it does not give this scope (invalid_scope, 400)"),
    "a code of its own": ({"error": "canary", "status": 400}, "it refuses the request (400). Tell the operator: check"),
    "a code with 200": ({"error": "invalid_grant", "status": 200}, "does not accept what was granted (invalid_grant,"),
    "HTML": ({"answer": "html"}, "answers with something else than JSON (200)"),
    "HTML with 400": ({"answer": "html", "status": 400}, "answers with something else than JSON (400)"),
    "nothing in it": ({"answer": "nothing"}, "gives an empty answer (200)"),
    "a list": ({"answer": "list"}, "answers with something else than an object"),
    "no access_token": ({"answer": "no_token"}, "gives no access_token"),
    "an access_token of two words": ({"answer": "spaced_token"}, "an access_token that no header can have"),
    "a redirect": ({"answer": "redirect"}, "redirects elsewhere (302), which is not followed"),
    "a life of 0": ({"expires_in": 0}, "lives for no usable time (expires_in)"),
    "a life before its beginning": ({"expires_in": -5}, "lives for no usable time (expires_in)"),
    "a life of a million years": ({"expires_in": 3.2e13}, "lives for no usable time (expires_in)"),
    "no life": ({"expires_in": None}, "does not say how long its token lives (no expires_in)"),
    "an error on its side": ({"status": 500}, "reports an error on its own side (500)"),
    "too many requests": ({"status": 429}, "is limiting requests (429)"),
    "no answer": ({"latency": 60.0}, "did not answer in time"),
}


def everything_said(error, directories):
    said = [*traceback.format_exception(error), told_by(directories)]
    while error is not None:
        said += [str(error), repr(error), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return "\n".join(said)


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_of_the_endpoint_is_told_with_its_fix_and_no_secret(
    signed, endpoint, house, name, monkeypatch, no_pauses, caplog
):
    sent, says = FAULTS[name]
    monkeypatch.setattr(token_endpoint, "TOKEN_SECONDS", 0.3 if name == "no answer" else 10.0)
    await endpoint(**sent)
    directories = await signed(CLIENT)
    with caplog.at_level(logging.DEBUG), pytest.raises(UpstreamError) as error:
        await first_page(directories)
    assert str(error.value).startswith("delay: its token endpoint ")
    assert says in str(error.value)
    assert "ell the operator: " in str(error.value)
    assert "[auth.token]" in str(error.value) or "at the provider" in str(error.value) or "allow it" in str(error.value)
    said = everything_said(error.value, directories) + "".join(each.getMessage() for each in caplog.records)
    assert [each for each in (SECRET, "canary", "Your request", "elsewhere.example", "_token/") if each in said] == []
    quo = await house.open("quo")
    assert (await quo.users(Request("list", "quo", Query(), 5))).users


async def test_nothing_at_the_address_of_the_endpoint_is_told(signed, no_pauses):
    directories = await signed(CLIENT, token_url="http://127.0.0.1:9/token")
    with pytest.raises(UpstreamUnavailable, match="its token endpoint cannot be asked, because of this: nothing acc"):
        await first_page(directories)


async def test_a_life_that_is_not_said_can_be_written_down(signed, endpoint):
    await endpoint(expires_in=None)
    assert await first_page(await signed(CLIENT | {"lifetime": 600})) == 5


@pytest.mark.parametrize(
    ("key", "algorithm"), [(EC, "RS256"), (RSA, "ES256"), (RSA, "EdDSA"), (EC, "ES384")], ids=["ec", "rsa", "ed", "384"]
)
async def test_a_private_key_of_the_wrong_kind_is_told_before_anything_is_sent(signed, endpoint, key, algorithm):
    token = CLIENT | {"client": "private_key_jwt", "algorithm": algorithm}
    with pytest.raises(UpstreamUnauthorized) as error:
        await first_page(await signed(token, pem(key)))
    assert f"the private key that signs for it is not one that can sign with {algorithm}. Tell" in str(error.value)
    assert (await endpoint())["requests"] == 0


@pytest.mark.parametrize(
    "broken",
    [pem(RSA)[:200] + "\n-----END PRIVATE KEY-----", pem(RSA).replace("M", "N")],
    ids=["its end is missing", "a letter is another"],
)
async def test_a_private_key_that_is_cut_is_told_without_any_of_it(signed, broken):
    directories = await signed(CLIENT | {"client": "private_key_jwt"}, broken)
    with pytest.raises(UpstreamUnauthorized, match="is not one that can sign with RS256") as error:
        await first_page(directories)
    assert broken[60:90] not in everything_said(error.value, directories)


async def test_a_public_key_that_does_not_fit_is_told(signed, endpoint):
    await endpoint(client="private_key_jwt", public_key=public(EC))
    with pytest.raises(UpstreamUnauthorized, match="does not accept the client"):
        await first_page(await signed(CLIENT | {"client": "private_key_jwt"}, pem(RSA)))


@pytest.mark.parametrize("said", [True, "soon", "", [], float("1e400"), "-1", "0"])
def test_a_life_that_is_no_number_of_seconds_is_refused(said):
    with pytest.raises(KeyFault, match="token_unreadable"):
        token_endpoint.fresh_token({"access_token": "t", "expires_in": said}, 3600)


@pytest.mark.parametrize(("said", "seconds"), [(60, 60), ("60", 60), (59.5, 59.5), (None, 3600)])
def test_a_life_may_be_a_number_or_its_digits(said, seconds):
    assert token_endpoint.fresh_token({"access_token": "t", "expires_in": said}, 3600).seconds == seconds
