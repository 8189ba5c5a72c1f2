"""Signed claims (JWS, RFC 7515 §3.1, §5.2), checked with a public key and nothing but `cryptography`."""

import json
from base64 import urlsafe_b64decode
from functools import cache
from typing import Any, NamedTuple, cast


class Wrong(Exception):
    """It is no JWT that this key has signed."""


class KeyPair(NamedTuple):
    """Both halves of a key, in PEM."""

    private: str
    public: str


@cache
def key_pair() -> KeyPair:
    """Return a pair for RS256, which is made once a process."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key, pem = rsa.generate_private_key(65537, 2048), serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    return KeyPair(private.decode(), public.decode())


def claims_of(token: str, public_key: str) -> dict[str, Any]:
    """Return the claims in a JWT signed by RS256 or ES256. Raises: Wrong."""
    try:
        head, body, signature = token.split(".")
        algorithm = json.loads(_decoded(head))["alg"]
        _verify(algorithm, f"{head}.{body}".encode(), _decoded(signature), public_key)
        claims: Any = json.loads(_decoded(body))
    except (ValueError, KeyError, TypeError) as problem:
        raise Wrong from problem
    if not isinstance(claims, dict):
        raise Wrong
    return cast("dict[str, Any]", claims)


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _verify(algorithm: str, signed: bytes, signature: bytes, public_key: str) -> None:
    """Raises: Wrong, ValueError."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    key = serialization.load_pem_public_key(public_key.encode())
    try:
        if algorithm == "RS256" and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        elif algorithm == "ES256" and isinstance(key, ec.EllipticCurvePublicKey):
            r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
            key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
        else:
            raise Wrong
    except InvalidSignature:
        raise Wrong from None
