"""The content of a MonoCloud user: addresses, telephones, passkeys, claims, in three generations of schemas."""

import base64
from typing import Any

from user_directory_sandbox.draws import draw
from user_directory_sandbox.members import SECOND, Members, shares
from user_directory_sandbox.people import Person

# As documented; as newer SDKs have it (`connections`, `external_providers`, `source`); as the oldest had it
# (`usernames`).
_SCHEMAS = shares(documented=80, newer=12, oldest=8)
_PROVIDERS = ("google", "github", "microsoft", "apple")
_LOCALES = ("en-GB", "fr-FR", "de-DE", "ja-JP", "ar-EG", "pt-BR", "hi-IN", "th-TH")
_DEVICES = ("iPhone 15 Pro Max", "Pixel 9", "YubiKey 5C", "MacBook Air", "Windows Hello")
_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Profiles:
    """The part of a record that differs between APIs."""

    def __init__(self, members: Members) -> None:
        self._members = members
        self._traits = members.key("profile")
        self._schemas = members.key("schema")
        self._things = members.identifiers_of("thing")
        self._secrets = members.key("secret")

    def shows_name(self, number: int) -> bool:
        """Return whether the claims contain a name: for 5 in 100 they are empty."""
        return self._bits(number) % 20 != 0

    def public(self, number: int) -> dict[str, Any]:
        """Return what the list shows besides id and times."""
        person, bits = self._members.person(number), self._bits(number)
        schema = self._members.pick(self._schemas, number, _SCHEMAS)
        providers = _provider_names(bits)
        changed = self._members.updated(number) // SECOND
        profile: dict[str, Any] = {
            "emails": self._emails(number, person, bits, schema, providers),
            "phone_numbers": self._phone_numbers(number, bits, providers),
            "passkeys": [self._passkey(number)] if bits >> 8 & 3 == 0 else [],
            "claims": _claims(person, bits) if self.shows_name(number) else {},
            "disabled": bits >> 10 & 31 == 0,
            "has_password": bool(bits >> 15 & 3),
            "password_updated_at": changed if bits >> 15 & 3 else None,
        }
        return (
            profile
            | self._username(number, person, bits, schema, providers)
            | self._external(number, schema, providers)
        )

    def private(self, number: int) -> dict[str, Any]:
        """Return what only the user's own page adds."""
        bits = draw(self._secrets, number)
        return {
            "public_data": {"theme": "dark" if bits & 1 else "light", "newsletter": bool(bits & 2)},
            "private_data": {"customer_reference": f"C-{bits >> 40:08d}", "credit_limit": bits >> 8 & 0xFFFF},
        }

    def _bits(self, number: int) -> int:
        return draw(self._traits, number)

    def _thing(self, number: int, place: int) -> str:
        return self._things.uuid(number * 8 + place & 0xFFFFFFFF)

    def _emails(
        self, number: int, person: Person, bits: int, schema: str, providers: list[str]
    ) -> list[dict[str, Any]]:
        addresses = [person.email, f"{person.local}@post.example"] if bits >> 17 & 7 == 0 else [person.email]
        if bits >> 20 & 1:  # the primary address need not come first
            addresses.reverse()
        emails: list[dict[str, Any]] = []
        for place, address in enumerate(addresses):
            email = {
                "id": self._thing(number, place),
                "email": address,
                "primary": address == person.email,
                "verified": bool(bits >> 21 & 3),
            }
            newer = {"source": providers[0], "connections": providers}
            emails.append(
                email | (newer if schema == "newer" else {"authenticators": ["password", "email"], "idps": providers})
            )
        return emails

    def _phone_numbers(self, number: int, bits: int, providers: list[str]) -> list[dict[str, Any]]:
        if bits >> 24 & 3:
            return []
        return [
            {
                "id": self._thing(number, 2),
                "phone": f"+44207946{bits >> 32 & 1023:04d}",  # a range that Ofcom keeps for fiction
                "primary": True,
                "verified": bool(bits >> 26 & 1),
                "authenticators": ["phone"],
                "idps": providers,
            }
        ]

    def _passkey(self, number: int) -> dict[str, Any]:
        bits = draw(self._secrets, number)
        secret = base64.urlsafe_b64encode(bits.to_bytes(8) * 4).decode().rstrip("=")
        return {
            "passkey_id": secret,
            "public_key": secret * 3,
            "aa_guid": self._thing(number, 3),
            "name": _DEVICES[bits % len(_DEVICES)],
            "user_agent": _AGENT,
            "user_present": True,
            "user_verified": True,
            "backup_eligibility": bool(bits & 1),
            "backup_state": bool(bits & 2),
        }

    def _username(self, number: int, person: Person, bits: int, schema: str, providers: list[str]) -> dict[str, Any]:
        username = {
            "id": self._thing(number, 4),
            "username": person.local,
            "authenticators": ["password"],
            "idps": providers,
        }
        has_one = bool(bits >> 27 & 7)
        if schema == "oldest":
            return {"usernames": [username] if has_one else []}
        return {"username": username if has_one else None}

    def _external(self, number: int, schema: str, providers: list[str]) -> dict[str, Any]:
        accounts = [
            {"provider_user_id": self._thing(number, 5), "authenticator": name}
            for name in providers
            if name != "monocloud"
        ]
        return {"external_providers": accounts, "connections": providers} if schema == "newer" else {"idps": accounts}


def _provider_names(bits: int) -> list[str]:
    return ["monocloud", _PROVIDERS[bits >> 4 & 3]] if bits >> 6 & 1 else ["monocloud"]


def _claims(person: Person, bits: int) -> dict[str, Any]:
    claims = {"name": person.display, "given_name": person.given}
    if person.family is not None:
        claims["family_name"] = person.family
    if bits >> 42 & 3 == 0:
        claims["locale"] = _LOCALES[bits >> 44 & 7]
    return claims
