"""Simulated APIs that are a page of TOML in `tables/`: paths, records, envelope, pagination, filters and errors."""

from user_directory_sandbox.apis.tabled.api import TABLED, tabled

__all__ = ["TABLED", "tabled"]
