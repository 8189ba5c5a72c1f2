"""Lists in which each answer says where the next one begins."""

from .strategies import Keyset, Links, Tokens, WholeList

__all__ = ["Keyset", "Links", "Tokens", "WholeList"]
