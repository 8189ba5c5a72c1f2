"""The simulated token endpoint, asked without any client of ours."""

import base64
import json
import time

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from user_directory_sandbox.assertions import Wrong, claims_of
from user_directory_sandbox.http import Request
from user_directory_sandbox.tokens import Tokens

FORM = {"grant_type": "client_credentials"}
KEY = rsa.generate_private_key(65537, 2048)
PUBLIC = (
    KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
)
URL = "http://127.0.0.1/_token/delay"


def ask(tokens, form, client="sandbox-delay-client:sandbox-delay-secret"):
    shown = "Basic " + base64.b64encode(client.encode()).decode()
    body = "&".join(f"{name}={value}" for name, value in form.items()).encode()
    headers = {"host": "127.0.0.1", "authorization": shown}
    reply = tokens.answer(Request("POST", "/_token/delay", "", headers, body))
    return reply.status, json.loads(reply.body)


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def jwt(claims, algorithm="RS256"):
    signed = f"{part({'alg': algorithm})}.{part(claims)}"
    signature = KEY.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def test_a_token_is_given_for_the_secret_and_accepted():
    tokens = Tokens("delay")
    status, answer = ask(tokens, FORM)
    assert (status, answer["token_type"], answer["expires_in"]) == (200, "Bearer", 3600)
    assert tokens.accepts(answer["access_token"])
    assert not tokens.accepts("another")
    assert not tokens.accepts(None)


def test_a_wrong_secret_is_refused():
    assert ask(Tokens("delay"), FORM, "sandbox-delay-client:wrong")[0] == 401


def test_a_token_ends_after_its_uses():
    tokens = Tokens("delay")
    tokens.behaviour.change({"uses": 2})
    token = ask(tokens, FORM)[1]["access_token"]
    assert [tokens.accepts(token) for _ in range(3)] == [True, True, False]


def test_a_token_ends_with_its_time():
    tokens = Tokens("delay")
    tokens.behaviour.change({"lives": 0.0})
    assert not tokens.accepts(ask(tokens, FORM)[1]["access_token"])


@pytest.mark.parametrize(
    ("sent", "code"),
    [({"audience": "a"}, "invalid_target"), ({"scope": "a"}, "invalid_scope")],
)
def test_another_audience_or_scope_is_refused(sent, code):
    tokens = Tokens("delay")
    tokens.behaviour.change(sent)
    assert ask(tokens, FORM | dict.fromkeys(sent, "b"))[1]["error"] == code
    assert ask(tokens, FORM | sent)[0] == 200


def test_a_refresh_token_that_rotates_can_be_used_once():
    tokens = Tokens("delay")
    tokens.behaviour.change({"rotates": True})
    form = {"grant_type": "refresh_token", "refresh_token": "sandbox-delay-refresh"}
    following = ask(tokens, form)[1]["refresh_token"]
    assert ask(tokens, form)[1]["error"] == "invalid_grant"
    assert ask(tokens, form | {"refresh_token": following})[0] == 200


CLAIMS = {"iss": "sandbox-delay-client", "sub": "sandbox-delay-client", "aud": URL, "jti": "1"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 200),
        ({"iss": "other"}, 401),
        ({"aud": "http://127.0.0.1/_token/quo"}, 400),
        ({"exp": 1}, 400),
        pytest.param({"exp": time.time() + 90_000}, 400, id="far off"),
        ({"jti": ""}, 401),
    ],
)
def test_what_a_client_signs_is_checked(change, status):
    tokens = Tokens("delay")
    tokens.behaviour.change({"client": "private_key_jwt", "public_key": PUBLIC})
    form = FORM | {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt(CLAIMS | {"exp": time.time() + 60} | change),
    }
    assert ask(tokens, form)[0] == status


@pytest.mark.parametrize(
    "token",
    ["", "a.b.c", jwt({"a": 1})[:-6] + "AAAAAA", jwt({"a": 1}, "none"), jwt([1])],
    ids=["nothing", "no base64", "another signature", "no algorithm", "no claims"],
)
def test_what_this_key_did_not_sign_is_no_claim(token):
    with pytest.raises(Wrong):
        claims_of(token, PUBLIC)


def test_what_this_key_signed_is_a_claim():
    assert claims_of(jwt({"a": 1}), PUBLIC) == {"a": 1}
