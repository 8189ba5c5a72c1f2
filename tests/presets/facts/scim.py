"""SCIM 2.0."""

from .facts import Facts

FACTS = Facts(
    email=lambda record: record["emails"][0]["value"],
    created=lambda record: record["meta"]["created"],
    state=lambda record: "active" if record["active"] else "inactive",
    fields={
        "email": lambda record: record["emails"][0]["value"],
        "username": lambda record: record["userName"],
        "given_name": lambda record: record["name"]["givenName"],
        "family_name": lambda record: record["name"].get("familyName"),
    },
    order=lambda record: record["id"],
)
