"""Walking a provider's list: where the next rows are, when it ends, what a call may spend."""

from .batch import Batch
from .positions import NumberedPages, Offsets, RawPage, strategy_for
from .probing import Uneven, count_by_probing
from .seen import mark
from .state import Progress, WalkState
from .walk import Fetch, Walk

__all__ = [
    "Batch",
    "Fetch",
    "NumberedPages",
    "Offsets",
    "Progress",
    "RawPage",
    "Uneven",
    "Walk",
    "WalkState",
    "count_by_probing",
    "mark",
    "strategy_for",
]
