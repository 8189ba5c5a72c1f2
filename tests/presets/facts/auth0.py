"""Auth0."""

from operator import itemgetter

from user_directory_sandbox import Sandbox

from .facts import Facts


def lines(sandbox: Sandbox) -> str:
    """Sign in as the client of the sandbox, by a token."""
    settings = 'settings = { domain = "acme.auth0.example", client_id = "sandbox-auth0-client" }'
    return f'api_key = {{ env = "A_KEY" }}\n{settings}\ntoken_url = "{sandbox.base_url("auth0")}/oauth/token"'


FACTS = Facts(
    id=itemgetter("user_id"),
    email=itemgetter("email"),
    created=itemgetter("created_at"),
    state=lambda record: "inactive" if record.get("blocked") else "active",
    fields={
        "email": itemgetter("email"),
        "given_name": itemgetter("given_name"),
        "family_name": lambda record: record.get("family_name"),
    },
    path="/api/v2",
    secret=lambda _: "sandbox-auth0-secret",
    lines=lines,
)
