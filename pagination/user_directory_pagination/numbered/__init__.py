"""Lists whose rows have numbers."""

from .strategies import NumberedPages, Offsets

__all__ = ["NumberedPages", "Offsets"]
