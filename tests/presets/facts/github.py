"""GitHub."""

from operator import itemgetter

from .facts import Facts

FACTS = Facts(
    email=None,
    state=None,
    fields={"username": itemgetter("login")},
    id=lambda record: str(record["id"]),
    requests_by_id=2,
)
