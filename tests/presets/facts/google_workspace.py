"""Google Workspace."""

from .facts import Facts, Record


def status_of(record: Record) -> str:
    """Return what the two flags say together."""
    return "archived" if record["archived"] else "suspended" if record["suspended"] else "active"


FACTS = Facts(
    email=lambda record: record["primaryEmail"],
    created=lambda record: record["creationTime"],
    state=lambda record: "active" if status_of(record) == "active" else "inactive",
    fields={
        "email": lambda record: record["primaryEmail"],
        "username": lambda record: record["primaryEmail"],
        "given_name": lambda record: record["name"]["givenName"],
        "family_name": lambda record: record["name"]["familyName"],
        "status": status_of,
        "department": lambda record: record["organizations"][0]["department"],
        "title": lambda record: record["organizations"][0]["title"],
        "organization": lambda record: record["organizations"][0]["name"],
        "employee_id": lambda record: record["externalIds"][0]["value"],
    },
)
