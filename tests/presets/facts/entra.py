"""Microsoft Entra ID."""

from user_directory_sandbox import Sandbox

from .facts import Facts


def with_a_client(sandbox: Sandbox) -> str:
    """The lines of its table that sign in with a client of the tenant."""
    settings = 'settings = { tenant = "sandbox.example", client_id = "sandbox-entra-client" }'
    return f'api_key = {{ env = "A_KEY" }}\ntoken_url = "{sandbox.token_url("entra")}"\n{settings}'


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
    path="/v1.0",
    secret=lambda _: "sandbox-entra-secret",
    lines=with_a_client,
)
