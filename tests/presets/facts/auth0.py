"""Auth0."""

from operator import itemgetter

from .facts import Facts

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
)
