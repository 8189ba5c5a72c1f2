"""Walking a provider's list: where the next rows are, when it ends, what a call may spend."""

from .batch import Batch
from .budget import Budget
from .positions import RawPage
from .seen import Seen
from .walk import Fetch, Progress, Walk, WalkState

__all__ = ["Batch", "Budget", "Fetch", "Progress", "RawPage", "Seen", "Walk", "WalkState"]
