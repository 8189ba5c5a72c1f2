"""The pagination engine: reads a paged list, each row once, and says what is certain about it.

It knows no users, no manifest, no HTTP and no MCP. It is given a way of paging, a function that fetches one page, and
a function that identifies a row.
"""

from .batch import Batch, FetchPage, Identify, Reader, Row, Standing
from .certainty import Evidence
from .errors import Implausible, OutOfBudget, PageError, PositionFailed, PositionRefused
from .fairness import MOST_AT_ONCE, Stretch
from .habits import Habits
from .page import Parameters, Position, RawPage
from .prefetch import Prefetch
from .recent import Recent, mark
from .strategy import RowCount, Strategy

__all__ = [
    "MOST_AT_ONCE",
    "Batch",
    "Evidence",
    "FetchPage",
    "Habits",
    "Identify",
    "Implausible",
    "OutOfBudget",
    "PageError",
    "Parameters",
    "Position",
    "PositionFailed",
    "PositionRefused",
    "Prefetch",
    "RawPage",
    "Reader",
    "Recent",
    "Row",
    "RowCount",
    "Standing",
    "Strategy",
    "Stretch",
    "mark",
]
