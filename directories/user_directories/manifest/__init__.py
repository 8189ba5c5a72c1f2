"""A provider is a page of TOML: what the page may say, each module a part of it, and how it is read."""

from .listing import (
    KeysetPagination,
    LinkPagination,
    ListEndpoint,
    OffsetPagination,
    PagePagination,
    PageSize,
    Pagination,
    TokenPagination,
    Total,
)
from .page import Auth, ErrorShape, Manifest
from .questions import FilterField, FilterRule, GetOne, Search, Sort, SortKey
from .users import Show, UserMapping

__all__ = [
    "Auth",
    "ErrorShape",
    "FilterField",
    "FilterRule",
    "GetOne",
    "KeysetPagination",
    "LinkPagination",
    "ListEndpoint",
    "Manifest",
    "OffsetPagination",
    "PagePagination",
    "PageSize",
    "Pagination",
    "Search",
    "Show",
    "Sort",
    "SortKey",
    "TokenPagination",
    "Total",
    "UserMapping",
]
