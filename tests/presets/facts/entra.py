"""Microsoft Entra ID."""

from .facts import Facts

FACTS = Facts(
    email=lambda record: record["mail"],
    created=lambda record: record["createdDateTime"],
    state=lambda record: "active" if record["accountEnabled"] else "inactive",
    fields={
        "email": lambda record: [record["mail"], *record["otherMails"]],
        "username": lambda record: record["userPrincipalName"],
        "name": lambda record: [record["displayName"], record["givenName"], record["surname"]],
        "given_name": lambda record: record["givenName"],
        "family_name": lambda record: record["surname"],
        "department": lambda record: record["department"],
        "title": lambda record: record["jobTitle"],
    },
)
