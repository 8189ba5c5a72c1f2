"""Where users come from: providers, pagination, cursors and the one GET to a provider."""

from .budget import Budget
from .cleaning import visible
from .configured import Capabilities, DirectorySettings
from .cursors import CursorStore, MemoryStore
from .errors import (
    ConfigurationError,
    CursorError,
    CursorUnavailable,
    InvalidArgument,
    Kinds,
    UnknownDirectory,
    UpstreamError,
    UserDirectoryError,
    listed,
    quoted,
)
from .federation import Directories
from .manifest import Manifest, Show
from .manifest.files import built_in, built_in_names, load_manifest, validation_problem
from .page import Count, Counts, Lookup, Page
from .people import Person
from .privacy import known_fields, restrict
from .progress import Report
from .query import FILTER_FIELDS, Query, read_filters, read_order, read_text
from .user import CONCISE_FIELDS, FIELDS, DirectoryUser, User

__all__ = [
    "CONCISE_FIELDS",
    "FIELDS",
    "FILTER_FIELDS",
    "Budget",
    "Capabilities",
    "ConfigurationError",
    "Count",
    "Counts",
    "CursorError",
    "CursorStore",
    "CursorUnavailable",
    "Directories",
    "DirectorySettings",
    "DirectoryUser",
    "InvalidArgument",
    "Kinds",
    "Lookup",
    "Manifest",
    "MemoryStore",
    "Page",
    "Person",
    "Query",
    "Report",
    "Show",
    "UnknownDirectory",
    "UpstreamError",
    "User",
    "UserDirectoryError",
    "built_in",
    "built_in_names",
    "known_fields",
    "listed",
    "load_manifest",
    "quoted",
    "read_filters",
    "read_order",
    "read_text",
    "restrict",
    "validation_problem",
    "visible",
]
