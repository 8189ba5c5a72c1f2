"""Resources that agents can read by address: what a directory can do, and single users."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from user_directories import USUAL, CallOptions, Capabilities, Directories, UserDirectoryError

from .errors import ToolKinds
from .get_user import check_length, lookup_answer
from .list_directories import described, described_broken
from .notes import ToolNotes
from .tool import Answer
from .toolset import ToolStyle, names_for, worded

__all__ = ["DIRECTORY_TEMPLATE", "UNTRUSTED", "USER_TEMPLATE", "Resources", "Suggestions"]

DIRECTORY_TEMPLATE = "directory://{name}"
USER_TEMPLATE = "directory://{name}/users/{id}"

UNTRUSTED = ("user", "others", "values_seen", "notes")
"""The keys of a resource below which values may stand that users typed, or that a provider sends."""

_ADDRESS = re.compile(r"directory://(?P<name>[^/?#]+)(/users/(?P<id>.+))?/?", re.DOTALL)
_MOST_SUGGESTIONS = 20


@dataclass(frozen=True)
class Suggestions:
    """Values that begin with what was typed, or that it finds; `more` if there may be others."""

    values: tuple[str, ...] = ()
    more: bool = False


class Resources:
    """The addresses of all configured directories and their users."""

    def __init__(self, directories: Directories, style: ToolStyle = "shared") -> None:
        self._directories = directories
        self._style: ToolStyle = style

    @property
    def names(self) -> tuple[str, ...]:
        """The directories, each of which is a resource: that of a broken one says how to correct it."""
        return self._directories.known_names

    async def read(self, uri: str, options: CallOptions = USUAL) -> Answer:
        """Return what list_directories says about one directory, or what get_user says about one user.

        An id is percent-encoded in the address (RFC 6570 §3.2.2); an id that is not encoded is read as it is.

        Raises: UserDirectoryError; UnknownResource if there is nothing at the address.
        """
        address = _ADDRESS.fullmatch(uri)
        if address is None or address["name"] not in self.names:
            raise ToolKinds.UNKNOWN_RESOURCE.error(uri=uri, valid=self.names)
        name, identifier = address["name"], address["id"]
        if identifier is None:
            return self._described(name)
        operations = names_for(self._directories, self._style, name)
        try:
            return worded(await self._user(name, unquote(identifier), options), operations)
        except UserDirectoryError as error:
            raise error.naming(operations) from error.__cause__

    async def _user(self, name: str, identifier: str, options: CallOptions) -> Answer:
        check_length(identifier)
        lookup = await self._directories.user_by_id(name, identifier, options)
        if lookup.user is None and lookup.complete:
            raise ToolKinds.NO_SUCH_USER.error(directory=name, id=identifier)
        return lookup_answer(lookup, ToolNotes.NO_SUCH_ID.note(id=identifier))

    def _described(self, name: str) -> Answer:
        broken = next((each for each in self._directories.broken if each.name == name), None)
        return described(self._able(name)) if broken is None else described_broken(broken)

    def _able(self, name: str) -> Capabilities:
        return next(able for able in self._directories.described() if able.directory == name)

    async def complete(self, argument: str, typed: str, name: str | None) -> Suggestions:
        """Return values for an argument of a template: names of directories, or ids of users that the typed text finds.

        A masked id is never a value: there is nothing at its address.
        """
        if argument == "name":
            return Suggestions(tuple(each for each in self.names if each.startswith(typed.strip())))
        if argument != "id" or name not in self._directories.names or "id" in self._able(name).masked:
            return Suggestions()
        users, more = await self._directories.suggestions(name, " ".join(typed.split())[:256], _MOST_SUGGESTIONS)
        return Suggestions(tuple(user.id for user in users), more)
