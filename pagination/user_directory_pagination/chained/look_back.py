"""Row numbers in disguise: looking at a page once more shows whether rows slipped by behind it.

A token that stands for a row always gives the rows behind that row. A token that is a row number gives other rows as
soon as rows before it come or go: then its page begins with rows of the page before it (rows came), or ends with rows
that nobody has seen (rows went): these slipped by between two requests, and are handed out.

A shift back and forth between two requests can hide, so two pages are certain to be neighbours only if one page shows
rows of both. Where rows are known to come as well as go, boundaries that were not seen in this way are a doubt.

Only the first boundaries are looked at in this way. Of the later pages, one in some is kept, and looked at when as many
more were read. If it begins with another row, its first row was deleted, or rows before it came or went: then the page
before it shows that row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["LookBack"]

_ALWAYS = 5
"""The first boundaries of a walk, each of which is looked at."""

_EVERY = 12
"""After so many later boundaries one page is looked at, until the tokens are known to be row numbers."""


@dataclass
class LookBack:
    """What looking back at the boundaries between pages showed, as plain data.

    `page`: the page read last (`position`, `first` and `last` row, `digest`). `due`: the page to look at, and the row
    `next` that came behind it. `kept`: such a page to look at later, and the position of the page `before` it. A page
    that is due for the row `lost` is such a page before. `unlooked`: some boundary was not looked at. `unproven`: no
    page showed both its sides. `grew`, `shrank`: rows came or went before a position. `shifted`: a position was found
    to be a row number.
    """

    page: dict[str, Any] | None = None
    due: dict[str, Any] | None = None
    kept: dict[str, Any] | None = None
    boundary: int = 0
    unlooked: bool = False
    unproven: bool = False
    grew: bool = False
    shrank: bool = False
    shifted: bool = False
    refused: bool = False
    """Whether a token cannot be used twice."""

    def meets(self, tags: Sequence[str]) -> bool:
        """Return whether a page shows the last row of the page read last, or there is none."""
        return self.page is None or self.page["last"] in tags

    def turn(self, page: dict[str, Any] | None, *, overlaps: bool, always: bool, remembered: bool) -> None:
        """Pass the boundary between the page read last and `page`, None if nothing came.

        `overlaps`: it shows the last row of the page before. `always`: look at each boundary. `remembered`: the rows of
        earlier pages are remembered, too.
        """
        before, self.page = self.page, page
        if before is None:
            return
        if page is not None:
            page["before"] = before["position"]
        self.boundary += 1
        if overlaps:
            self.grew = self.shifted = True
            return
        before = before | {"next": page["first"] if page else ""}
        if self.refused:
            self.unlooked = True
        elif always or self.shifted or self.boundary <= _ALWAYS:
            self.due = before
        else:
            self.unlooked = True
            if self.boundary % _EVERY == 0:
                self.due, self.kept = (self.kept if remembered else before), None
            self.kept = self.kept or before

    def end(self, *, remembered: bool) -> None:
        """Look at the page that was kept, since no more pages come."""
        if remembered and not (self.due or self.refused or self.shifted):
            self.due = self.kept
        self.kept = None

    def compare(self, tags: Sequence[str], known: Sequence[bool], digest: str) -> None:
        """Learn from the page that is due, as it is now: from its rows, and which of them were read."""
        due, self.due = self.due or {}, None
        if "lost" in due:
            self.shrank = self.shrank or due["lost"] in tags
            self.shifted = self.shifted or due["lost"] in tags
            return
        end = tags.index(due["next"]) if due["next"] in tags else len(tags)
        self.unproven = self.unproven or end == len(tags) or not any(known[:end])
        if digest == due["digest"]:
            return
        if not any(known):  # all that was there went, and more
            self.shrank = self.shifted = self.unlooked = True
            return
        came = tags[0] != due["first"] and known[0] and due["first"] in tags
        slipped = end > 0 and not known[end - 1] and (tags[0] != due["first"] or due["last"] in tags[:end])
        self.grew, self.shrank = self.grew or came, self.shrank or slipped
        self.shifted = self.shifted or came or slipped
        if not self.shifted and due["first"] not in tags and "before" in due:
            self.due = {"position": due["before"], "lost": due["first"]}

    def give_up(self) -> None:
        """Leave the page that is due, and all later ones, because a token cannot be used twice."""
        self.due, self.unlooked, self.unproven, self.refused = None, True, True, True

    @property
    def doubts(self) -> bool:
        """Whether rows may have slipped by unseen."""
        return self.shifted and (self.unlooked or (self.unproven and self.grew and self.shrank))
