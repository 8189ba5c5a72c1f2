"""Slack."""

from .facts import Facts, Record


def state_of(record: Record) -> str:
    """Return the state that the flags of a member mean."""
    return "inactive" if record["deleted"] else "pending" if record["is_invited_user"] else "active"


FACTS = Facts(
    email=lambda record: record["profile"]["email"],
    looked_up=lambda record: not record["deleted"],
    state=state_of,
    fields={},
)
