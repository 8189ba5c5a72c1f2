"""Keycloak."""

from datetime import UTC, datetime

from .facts import Facts, Record


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
)
