"""What a client asks of one call, beside its arguments."""

from dataclasses import dataclass

from .progress import Report

__all__ = ["USUAL", "CallOptions"]


@dataclass(frozen=True)
class CallOptions:
    """How to run one call: `report` receives its progress; it may take `seconds`, and send `requests`, at most.

    The budget may give it less; None means as much as the budget gives.
    """

    report: Report | None = None
    seconds: float | None = None
    requests: int | None = None


USUAL = CallOptions()
"""Nobody hears of the progress, and the call may spend its whole budget."""
