"""Lists whose rows have numbers."""

from .count_by_probes import Uneven
from .strategies import NumberedPages, Offsets

__all__ = ["NumberedPages", "Offsets", "Uneven"]
