"""The languages in which providers take filters: each is a row of `DIALECTS`."""

from .dialect import PREFIX, VALUE, Dialect, Kind
from .joining import Clause, alternatives, clause, conjunction, takes_conditions
from .known import DIALECTS, DialectName

__all__ = [
    "DIALECTS",
    "PREFIX",
    "VALUE",
    "Clause",
    "Dialect",
    "DialectName",
    "Kind",
    "alternatives",
    "clause",
    "conjunction",
    "takes_conditions",
]
