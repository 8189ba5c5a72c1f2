"""Reasons for a reader to stop before the end. Its position is then unchanged, and it can be asked again."""

__all__ = ["Implausible", "OutOfBudget", "PageError", "PositionFailed", "PositionRefused"]


class PageError(Exception):
    """A page could not be fetched. The code that fetches pages raises this, or a subclass of its own."""


class PositionRefused(PageError):
    """The list does not accept the requested position. `absent`: it says that nothing is there."""

    absent = False


class OutOfBudget(Exception):
    """The call may send no further request; the text names the budget that ran out."""


class PositionFailed(PageError):
    """The server failed at the requested position, and may fail there each time, unless the fault is `passing`."""

    passing = False


class Implausible(Exception):
    """The pages contradict one another; the text is a sentence for the reader of the answer."""
