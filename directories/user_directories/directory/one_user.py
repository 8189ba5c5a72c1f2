"""The get-one endpoint of a directory, and how far it is believed when it finds nobody."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, cast

from user_directory_pagination import OutOfBudget, RawPage

from ..errors import Kinds, UpstreamError
from ..manifest import Manifest
from ..manifest.get_one import GetOne
from ..records.mapping import UserReader
from ..sources.budget import Budget
from ..sources.source import Source
from ..users.folding import same_id
from ..users.matching import Check
from ..users.user import User
from .belonging import asking_whether, belonging
from .observed import Observed

__all__ = ["OneUser"]


class OneUser:
    """The endpoint that gives one user. `page` is the provider's, with what the operator does not show."""

    def __init__(
        self,
        name: str,
        page: Manifest,
        endpoint: GetOne | None,
        source: Source,
        reader: UserReader,
        observed: Observed,
        sample: Callable[[Budget], Awaitable[RawPage]],
    ) -> None:
        self._name = name
        self._page = page
        self._endpoint = endpoint
        self._source = source
        self._reader = reader
        self._observed = observed
        self._sample = sample
        self._known_id: str | None = None
        """The id of the user whom it found last."""
        self._ids_fit: bool | None = None
        """Whether the ids of the list have the form of `get.ids`; None if they were not looked at."""
        self._gave_another = False
        """Whether it gave another user than was asked for, so that not finding somebody says nothing."""

    async def get(self, identifier: str, budget: Budget, check: Check | None = None) -> User | None:
        """Return the user with an id; None if the provider says that there is none, or if it does not pass `check`.

        Raises: UpstreamError, OutOfBudget; LookupError if this provider has no endpoint for one user, or the endpoint
        does not take such an id.
        """
        record = await self._source.one(identifier, budget)
        budget.get_somewhere()
        if record is None:
            return None
        user = self._reader(record)
        if user is None:
            raise Kinds.NO_USER.at(self._name)
        if check is None and not self._is_asked_for(record, identifier):
            self._gave_another = True
            return None
        record = await self._belonging(record, budget)
        user = None if record is None else self._reader(record)
        if user is None:
            return None
        self._known_id = identifier if check is None else self._known_id
        self._observed.look_at_one(record, self._reader)
        passes = check is None or check(cast("User", self._reader.only(check.fields)(record)))
        return user if passes else None

    async def _belonging(self, record: Any, budget: Budget) -> Any | None:
        """Return the record of somebody who is in this directory; None if the provider gave an outsider.

        Raises: UpstreamError, OutOfBudget; LookupError if that cannot be asked.
        """
        asked = asking_whether(self._page, record)
        if asked is None:
            return record
        route, parameters = asked
        return belonging(self._page, record, (await self._source.page(parameters, budget, route)).items)

    def _is_asked_for(self, record: Any, identifier: str) -> bool:
        """Return whether the id that came back is the one that was asked for."""
        found, endpoint = self._reader.identify(record) or "", self._endpoint
        is_same = same_id(found) == same_id(identifier)
        return is_same or (endpoint is not None and endpoint.lower and found.lower() == identifier.lower())

    def may_have(self, identifier: str) -> bool:
        """Return whether an id has the form that the manifest describes, also if it is put into no path."""
        return self._endpoint is None or re.fullmatch(self._endpoint.ids, identifier) is not None

    async def takes_its_ids(self, budget: Budget) -> bool:
        """Return whether the get-one endpoint takes the ids of the list, so that what it does not take is no id.

        A page of the list is looked at once a process: the pattern of a manifest may be wrong.
        """
        if self._ids_fit is None and self._endpoint is not None:
            try:
                page = await self._sample(budget)
            except (UpstreamError, OutOfBudget):
                return False
            ids = [each for row in page.items if (each := self._reader.identify(row)) is not None]
            self._ids_fit = all(re.fullmatch(self._endpoint.ids, each) for each in ids)
        return bool(self._ids_fit)

    async def can_say_nobody(self, budget: Budget) -> bool:
        """Return whether the get-one endpoint finds somebody at present, so that it is believed when it finds nobody.

        It is asked for the user whom it found last, and if that one is gone, or there was none in this process, for the
        first user of the list: a path that has moved answers 404 for everybody.
        """
        endpoint = self._endpoint
        if endpoint is None or not endpoint.documented or self._gave_another:
            return False
        try:
            return await self._finds(self._known_id, budget) or await self._finds(await self._first_id(budget), budget)
        except (LookupError, UpstreamError, OutOfBudget):
            return False

    async def _finds(self, known: str | None, budget: Budget) -> bool:
        """Return whether the get-one endpoint finds this user. Raises: LookupError, UpstreamError, OutOfBudget."""
        return known is not None and await self.get(known, budget) is not None

    async def _first_id(self, budget: Budget) -> str | None:
        """Return the id of the first user of the list. Raises: UpstreamError, OutOfBudget."""
        page = await self._sample(budget)
        return next((each for row in page.items if (each := self._reader.identify(row)) is not None), None)
