"""Okta."""

from .facts import Facts

STATES = {"STAGED": "pending", "PROVISIONED": "pending", "SUSPENDED": "inactive", "DEPROVISIONED": "inactive"}

FACTS = Facts(
    email=lambda record: record["profile"]["email"],
    created=lambda record: record["created"],
    state=lambda record: STATES.get(record["status"], "active"),
    fields={
        "email": lambda record: record["profile"]["email"],
        "username": lambda record: record["profile"]["login"],
        "given_name": lambda record: record["profile"]["firstName"],
        "family_name": lambda record: record["profile"].get("lastName"),
        "status": lambda record: record["status"],
    },
)
