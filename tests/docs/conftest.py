"""The pages are tried on a machine on which nothing is configured."""

from ..server.conftest import clean_environment

__all__ = ["clean_environment"]
