"""Why a reader may stop before the end. It then stands where it stood, and can be asked again."""

__all__ = ["Implausible", "OutOfBudget", "PageError", "PositionRefused"]


class PageError(Exception):
    """A page could not be had. Whoever fetches pages raises this, or a class of its own below it."""


class PositionRefused(PageError):
    """The list does not accept the position that it was asked for."""


class OutOfBudget(Exception):
    """The call may send no further request; the text says of what there is no more."""


class Implausible(Exception):
    """The pages contradict one another; the text is a sentence for the reader of the answer."""
