"""Whom a request asks for, and in what order."""

import random
from collections.abc import Iterator, Mapping

from user_directory_sandbox.apis.api import Refused
from user_directory_sandbox.apis.tabled.asking import has_what_it_needs, rules_of
from user_directory_sandbox.apis.tabled.matches import Matches
from user_directory_sandbox.apis.tabled.one_user import OneUser
from user_directory_sandbox.apis.tabled.templates import Table, at
from user_directory_sandbox.draws import draw
from user_directory_sandbox.expressions import LANGUAGES, NoExpression, Test
from user_directory_sandbox.http import Request
from user_directory_sandbox.roster import Listing


class Selection(OneUser):
    """An API whose table says how its list is filtered and sorted."""

    def __init__(self, seed: int, users: int) -> None:
        self.list_rule: Table = self.table["list"]
        super().__init__(seed, users)
        self._matches = Matches(self.list_rule.get("matches", {}))
        self._lists_sent = 0

    def asked(self, request: Request) -> Listing:
        """Return the users whom a request asks for. Raises: Refused."""
        asked = self._matches.asked(request)
        shows_all = any(request.value(name) is not None for name in self.list_rule.get("hidden_unless", ()))
        hidden = frozenset[str](() if shows_all else self.list_rule.get("hidden", ())) | self._left_out(request)
        rules: Table = self.list_rule.get("filters", {})
        given = {name: text for name in rules if (text := request.value(name)) is not None}
        if given:
            return self._filtered(request, given)
        text = request.value(self.list_rule["begins"]["parameter"]) if "begins" in self.list_rule else None
        concealed = self.list_rule["concealed"] if self.is_stranger else 0
        if not hidden and not asked and text is None and not concealed:
            return self.roster.listing
        fields = self.list_rule["begins"]["fields"] if text is not None else ()
        test = self._matches.test(asked)

        def keep(number: int) -> bool:
            if self.status(number) in hidden or draw(self.members.key("concealed"), number) % 100 < concealed:
                return False
            if not test(self.record(number)):
                return False
            words = [str(at(self.record(number), field)).casefold() for field in fields]
            return text is None or any(word.startswith(text.casefold()) for word in words)

        what = ("begins", text, asked, hidden, concealed)
        return self.roster.select(what, lambda: filter(keep, self.roster.listing.numbers()))

    def _left_out(self, request: Request) -> frozenset[str]:
        """Return the statuses that a request does not ask for, by a parameter that takes words. Raises: Refused."""
        left_out = frozenset[str]()
        for name, words in self.list_rule.get("words", {}).items():
            word = request.value(name)
            if word is not None and word not in words:
                raise Refused(self.refuse(422))
            left_out |= frozenset(self.table["statuses"]).difference(words[word] if word else self.table["statuses"])
        return left_out

    def _filtered(self, request: Request, given: Mapping[str, str]) -> Listing:
        tests = [self._test(request, name, text) for name, text in given.items()]
        hiding = any(self.list_rule["filters"][name].get("hides") for name in given)
        hidden = frozenset[str](self.list_rule["hidden"] if hiding else ())
        everybody = (each for each in self.roster.listing.numbers() if self.status(each) not in hidden)

        def keep() -> Iterator[int]:
            return (each for each in everybody if all(test(self.record(each)) for test in tests))

        return self.roster.select(tuple(given.items()), keep)

    def _test(self, request: Request, name: str, text: str) -> Test:
        rule = self.list_rule["filters"][name]
        self.advance(request, needed=rule.get("needs_header", False), also=False)
        rules = rules_of(rule, advanced=self.is_advanced(request))
        try:
            return LANGUAGES[rule.get("language", "scim")](text, rules)
        except NoExpression as problem:
            raise Refused(self.refuse(400, f"{name}: {problem}")) from problem

    def is_advanced(self, request: Request) -> bool:
        """Return whether a request has all that advanced questions need."""
        return "advanced" in self.list_rule and has_what_it_needs(request, self.list_rule["advanced"])

    def advance(self, request: Request, *, needed: bool, also: bool = True) -> None:
        """Refuse a request that must be an advanced one, and is none. Raises: Refused."""
        if needed and not has_what_it_needs(request, self.list_rule["advanced"], also=also):
            raise Refused(self.refuse(400, self.list_rule["advanced"]["message"]))

    def ordered(self, listing: Listing, request: Request) -> Listing:
        """Return the same users in the order that a request asks for. Raises: Refused."""
        rule: Table = self.list_rule.get("sort", {})
        text = request.value(rule["by"]) if rule else None
        if not text or ("only_with" in rule and request.value(rule["only_with"]) is None):
            return listing if self.behaviour["steady"] else self._shuffled(listing)
        by, _, suffix = text.partition(":" if rule.get("form") == "suffix" else " ")
        if by not in rule["attributes"]:
            raise Refused(self.refuse(400, f"{rule['by']}: unknown attribute {by!r}"))
        direction = (suffix or request.value(rule.get("order", "")) or "").lower()
        descending = direction.startswith(("desc", "-"))
        filtered = any(request.value(name) is not None for name in rule.get("advanced_with", ()))
        self.advance(request, needed=filtered or by in rule.get("advanced", ()))
        path = rule.get("paths", {}).get(by, by)

        def numbers() -> list[int]:
            return sorted(
                listing.numbers(), key=lambda each: str(at(self.record(each), path)).casefold(), reverse=descending
            )

        return self.roster.sort(listing, (by, descending), numbers)

    def _shuffled(self, listing: Listing) -> Listing:
        """Return the same users in an order of this answer alone."""
        self._lists_sent += 1
        order = random.Random(self._lists_sent)

        def numbers() -> list[int]:
            return order.sample(sorted(listing.numbers()), len(listing))

        return self.roster.sort(listing, ("shuffled", self._lists_sent), numbers)
