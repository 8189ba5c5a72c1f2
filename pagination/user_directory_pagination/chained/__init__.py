"""Lists whose answers say where the next begins."""

from .strategies import Keyset, Links, Tokens

__all__ = ["Keyset", "Links", "Tokens"]
