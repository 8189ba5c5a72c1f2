"""No exception leaves its directory: whatever its class, it becomes an error of that directory alone.

This is the last net. What a provider or a caller can bring about has an error of its own, which says what to do.
"""

import logging
from collections.abc import Generator
from contextlib import contextmanager

from user_directory_pagination import OutOfBudget

from ..errors import Kinds, UpstreamError, UserDirectoryError

__all__ = ["contained", "failed_here"]

logger = logging.getLogger(__name__)


def failed_here(directory: str, failure: Exception) -> UpstreamError:
    """Return the error of a directory for a failure of this server, and tell the operator where it was."""
    logger.error("%s: this server failed", directory, exc_info=failure)
    error = Kinds.FAILED_HERE.at(directory)
    error.__cause__ = failure
    return error


@contextmanager
def contained(directory: str) -> Generator[None]:
    """Turn what is no error of this project into one of a directory. Raises: UserDirectoryError."""
    try:
        yield
    except UserDirectoryError:
        raise
    except OutOfBudget as spent:
        raise Kinds.NO_ANSWER.at(directory) from spent
    except Exception as failure:
        raise failed_here(directory, failure) from failure
