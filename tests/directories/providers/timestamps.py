"""What a provider writes as a time, as a user shows it."""

from typing import Any

from user_directories.users.timestamps import as_iso, parse_time


def shown(written: Any) -> str:
    moment = parse_time(written)
    assert moment is not None
    return as_iso(moment)
