"""The paginations that a manifest can name: one table each, which creates a strategy of the engine.

The strategies are imported on first use, because every client waits for what is imported at the start.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from .expressions import getter
from .table import HeaderName, Table, Text

if TYPE_CHECKING:
    from user_directory_pagination import Strategy

__all__ = [
    "KeysetPagination",
    "LinkPagination",
    "NoPagination",
    "OffsetPagination",
    "PagePagination",
    "Pagination",
    "PaginationTable",
    "TokenPagination",
    "whole_list",
]


class PaginationTable(Table, ABC):
    """The base of all pagination tables. A new pagination is a subclass, and the strategy that it creates."""

    numbers_rows: ClassVar[bool] = False
    """Whether rows have numbers, so that finding the last row counts the users."""

    @abstractmethod
    def paging(self, *, fixed: bool = False, least: int = 1) -> "Strategy":
        """Return the strategy for the engine; `least` is the smallest page that can be asked for.

        `fixed`: no size is asked for, because the provider decides it; then `least` is that size.
        """

    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """Return the parameters that say where a page begins."""

    def at_start(self) -> Mapping[str, str]:
        """Return the parameters that ask for the first page, if a position has to be sent for it."""
        return {}

    def is_stable(self) -> bool:
        """Return whether positions stand for rows; if they may be row numbers in disguise, deletions can hide users."""
        return True

    def expressions(self) -> tuple[str, ...]:
        """Return the JMESPath expressions of the table."""
        return ()

    def key_path(self) -> str | None:
        """Return the path in a record of the key that asks for the next page; None if no key does."""
        return None

    def may_hold_any_value(self) -> bool:
        """Return whether only the provider knows what a position contains."""
        return False


class PagePagination(PaginationTable):
    """Numbered pages: `?page=3&size=50`."""

    numbers_rows = True

    strategy: Literal["page"]
    """What chooses this form."""
    parameter: Text
    """The parameter for the number of the page."""
    first: Literal[0, 1] = 1
    """The number of the first page."""
    link_header: bool = False
    """Whether a `Link` header, if sent, says whether there is a next page (RFC 8288)."""
    thinned: bool = False
    """Whether a document says that rows are left out of a page after it was cut, as of Jira's user search."""

    def paging(self, *, fixed: bool = False, least: int = 1) -> "Strategy":
        from user_directory_pagination.numbered import NumberedPages

        return NumberedPages(
            self.parameter, self.first, link_header=self.link_header, thinned=self.thinned, fixed=fixed
        )

    def names(self) -> tuple[str, ...]:
        return (self.parameter,)


class OffsetPagination(PaginationTable):
    """A row number: `?startIndex=101&count=50` (SCIM counts from 1, RFC 7644 §3.4.2.4)."""

    numbers_rows = True

    strategy: Literal["offset"]
    """What chooses this form."""
    parameter: Text
    """The parameter for the number of the row."""
    first: Literal[0, 1] = 0
    """The number of the first row."""
    thinned: bool = False
    """Whether a document says that rows are left out of a page after it was cut, as of Jira's user search."""

    def paging(self, *, fixed: bool = False, least: int = 1) -> "Strategy":
        from user_directory_pagination.numbered import Offsets

        return Offsets(self.parameter, self.first, thinned=self.thinned, fixed=fixed)

    def names(self) -> tuple[str, ...]:
        return (self.parameter,)


class KeysetPagination(PaginationTable):
    """A value of the last row seen: `?starting_after=<id>`."""

    strategy: Literal["keyset"]
    """What chooses this form."""
    parameter: Text
    """The parameter for the value of the last row."""
    key: Text = "id"
    """Where that value is in a record."""
    more: Text | None = None
    """Where the body says whether more rows follow (`has_more`), if it says so."""

    def paging(self, *, fixed: bool = False, least: int = 1) -> "Strategy":
        from user_directory_pagination.chained import Keyset

        return Keyset(self.parameter, getter(self.key), getter(self.more) if self.more else None)

    def names(self) -> tuple[str, ...]:
        return (self.parameter,)

    def expressions(self) -> tuple[str, ...]:
        return (self.key, self.more) if self.more else (self.key,)

    def key_path(self) -> str | None:
        return self.key


class TokenPagination(PaginationTable):
    """An opaque token from the body (`next`) or a header (`next_header`): `?pageToken=…`."""

    strategy: Literal["token"]
    """What chooses this form."""
    parameter: Text
    """The parameter for the token."""
    next: Text | None = None
    """Where the token of the next page is in the body."""
    next_header: HeaderName | None = None
    """The header that has it, if no body does."""
    first: str | None = None
    """What asks for the first page, if something must: `""` in RFC 9865 §2.1. None: nothing is sent."""
    stable: bool = False
    """Whether a document says that a token stands for a row."""

    @model_validator(mode="after")
    def _says_where_the_next_is(self) -> "TokenPagination":
        if (self.next is None) is (self.next_header is None):
            raise ValueError("needs `next` (where the token is in the body) or `next_header` (which header has it)")
        return self

    def paging(self, *, fixed: bool = False, least: int = 1) -> "Strategy":
        from user_directory_pagination.chained import Tokens

        following = getter(self.next) if self.next else None
        header = self.next_header or ""
        return Tokens(self.parameter, following, header=header, stable=self.stable, least=least)

    def names(self) -> tuple[str, ...]:
        return (self.parameter,)

    def at_start(self) -> Mapping[str, str]:
        return {} if self.first is None else {self.parameter: self.first}

    def expressions(self) -> tuple[str, ...]:
        return (self.next,) if self.next else ()

    def is_stable(self) -> bool:
        return self.stable

    def may_hold_any_value(self) -> bool:
        return True


class LinkPagination(PaginationTable):
    """A next URL, whole or relative, in the `Link` header (rel=next) or in the body at `next`.

    Only `parameters` are taken from it, never the URL itself, so a key cannot go to another host.
    """

    strategy: Literal["link"]
    """What chooses this form."""
    parameters: Annotated[tuple[Text, ...], Field(min_length=1)]
    """The parameters of the link that are sent."""
    next: Text | None = None
    """Where the link is in the body; by default it is in the `Link` header."""
    stable: bool = False
    """Whether a document says that a link stands for a row."""

    def paging(self, *, fixed: bool = False, least: int = 1) -> "Strategy":
        from user_directory_pagination.chained import Links

        following = getter(self.next) if self.next else None
        return Links(self.parameters, following, stable=self.stable, least=least)

    def names(self) -> tuple[str, ...]:
        return self.parameters

    def expressions(self) -> tuple[str, ...]:
        return (self.next,) if self.next else ()

    def is_stable(self) -> bool:
        return self.stable

    def may_hold_any_value(self) -> bool:
        return True


class NoPagination(PaginationTable):
    """No pages: a document says that every answer is the whole list."""

    strategy: Literal["none"]
    """What chooses this form."""

    def paging(self, *, fixed: bool = False, least: int = 1) -> "Strategy":
        return whole_list()

    def names(self) -> tuple[str, ...]:
        return ()


def whole_list() -> "Strategy":
    """Return the strategy where every answer is the whole list."""
    from user_directory_pagination.chained import WholeList

    return WholeList()


Pagination = Annotated[
    PagePagination | OffsetPagination | KeysetPagination | TokenPagination | LinkPagination | NoPagination,
    Field(discriminator="strategy"),
]
