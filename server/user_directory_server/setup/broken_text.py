"""What keeps the text of a file from being edited."""

__all__ = ["BrokenText"]


class BrokenText(ValueError):
    """The text is not what it should be; the message says where and why, and repeats nothing of it."""
