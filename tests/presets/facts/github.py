"""GitHub."""

from operator import itemgetter

from .facts import Facts, with_a_key

FACTS = Facts(
    email=None,
    state=None,
    fields={"username": itemgetter("login")},
    id=lambda record: str(record["id"]),
    requests_by_id=2,
    lines=lambda sandbox: f'settings = {{ organization = "acme" }}\n{with_a_key(sandbox)}',
)
