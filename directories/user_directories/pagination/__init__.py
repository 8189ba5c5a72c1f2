"""Walking a provider's list: where the next rows are, when it ends, what a call may spend."""

from .budget import Budget
from .positions import Position, RawPage, Strategy, strategy_for
from .seen import Seen
from .walk import Fetch, HeldPage, Progress, Walk, WalkState

__all__ = [
    "Budget",
    "Fetch",
    "HeldPage",
    "Position",
    "Progress",
    "RawPage",
    "Seen",
    "Strategy",
    "Walk",
    "WalkState",
    "strategy_for",
]
