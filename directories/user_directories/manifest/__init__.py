"""The language of a provider's TOML page: each module describes a part of it; `files` reads it."""

from .announced import Announced, Said, as_announced, list_as_announced
from .auth import Auth
from .count import CountEndpoint
from .endpoints import Search, Sort, SortKey
from .error_shape import ErrorMeaning, ErrorShape, Rate
from .filters import FilterField, FilterRule
from .get_one import GetOne, Lookup
from .list_endpoint import ListEndpoint, PageSize, Total
from .manifest import Manifest, Words
from .paginations import (
    KeysetPagination,
    LinkPagination,
    NoPagination,
    OffsetPagination,
    PagePagination,
    Pagination,
    TokenPagination,
)
from .users import Show, TimeForm, UserMapping, strictest

__all__ = [
    "Announced",
    "Auth",
    "CountEndpoint",
    "ErrorMeaning",
    "ErrorShape",
    "FilterField",
    "FilterRule",
    "GetOne",
    "KeysetPagination",
    "LinkPagination",
    "ListEndpoint",
    "Lookup",
    "Manifest",
    "NoPagination",
    "OffsetPagination",
    "PagePagination",
    "PageSize",
    "Pagination",
    "Rate",
    "Said",
    "Search",
    "Show",
    "Sort",
    "SortKey",
    "TimeForm",
    "TokenPagination",
    "Total",
    "UserMapping",
    "Words",
    "as_announced",
    "list_as_announced",
    "strictest",
]
