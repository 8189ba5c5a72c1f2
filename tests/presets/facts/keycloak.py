"""Keycloak."""

from datetime import UTC, datetime

from user_directory_sandbox import Sandbox

from .facts import Facts, Record


def lines(sandbox: Sandbox) -> str:
    """Sign in as the client of the sandbox, by a token."""
    settings = 'settings = { realm = "acme", client_id = "sandbox-keycloak-client" }'
    token_url = sandbox.base_url("keycloak") + "/realms/acme/protocol/openid-connect/token"
    return f'api_key = {{ env = "A_KEY" }}\n{settings}\ntoken_url = "{token_url}"'


def created(record: Record) -> str:
    return datetime.fromtimestamp(record["createdTimestamp"] / 1000, UTC).isoformat(timespec="milliseconds")


FACTS = Facts(
    email=lambda record: record.get("email"),
    created=created,
    state=lambda record: "active" if record["enabled"] else "inactive",
    fields={
        "email": lambda record: record.get("email"),
        "username": lambda record: record["username"],
        "given_name": lambda record: record.get("firstName"),
        "family_name": lambda record: record.get("lastName"),
    },
    secret=lambda _: "sandbox-keycloak-secret",
    lines=lines,
)
