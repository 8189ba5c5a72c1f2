"""How an API behaves where its document leaves a choice, or where a test wants it to misbehave steadily."""

from collections.abc import Mapping
from typing import Any, Literal

from user_directory_sandbox.roster import ORDERS, OrderName, order_name
from user_directory_sandbox.settings import Setting, check, number, one_of, switch, whole


def common_settings(order: OrderName, over_maximum: Literal["refuse", "clamp"] | None) -> dict[str, Setting]:
    """Return the settings of a directory, with its own defaults; without a maximum, none can be exceeded."""
    settings = {
        "order": one_of(order, *(other for other in ORDERS if other != order)),
        "page_clamp": whole(None, least=1, nullable=True),  # users: a page never has more, silently
        "latency": number(0.0),  # seconds before each answer
        "rate_limit": number(None, least=0.001, nullable=True),  # requests per second
        "retry_after": switch(default=True),  # whether a 429 says when to come back
    }
    if over_maximum:
        settings["over_maximum"] = one_of(over_maximum, "clamp" if over_maximum == "refuse" else "refuse")
    return settings


class Behaviour:
    """The current settings of one directory."""

    def __init__(self, settings: Mapping[str, Setting]) -> None:
        self._settings = settings
        self._values: dict[str, Any] = {name: setting.default for name, setting in settings.items()}

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def change(self, sent: Mapping[str, Any]) -> None:
        """Apply what was sent, all or nothing.

        Raises: Unacceptable.
        """
        self._values.update(check(sent, self._settings, "behaviour"))

    def reset(self) -> None:
        self._values = {name: setting.default for name, setting in self._settings.items()}

    def as_dict(self) -> dict[str, Any]:
        return dict(self._values)

    @property
    def order(self) -> OrderName:
        return order_name(self._values["order"])

    def clamp(self, size: int) -> int:
        """Return how many users a page of `size` really gets."""
        clamp = self._values["page_clamp"]
        return size if clamp is None else min(size, clamp)
