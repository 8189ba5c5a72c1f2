"""User directories: providers, queries, cursors, and what is certain about an answer."""

from .calls.answers import Count, Counts, Lookup, Page
from .calls.options import USUAL, CallOptions
from .calls.progress import Report
from .calls.request import Request
from .cursors import CursorStore, MemoryStore, Stored
from .directories import Directories
from .directory.broken import BrokenDirectory
from .directory.capabilities import Capabilities
from .directory.settings import DirectorySettings, KeptKey
from .errors import (
    ConfigurationError,
    CursorError,
    CursorUnavailable,
    InvalidArgument,
    Kinds,
    Operation,
    Operations,
    Sentence,
    UnknownDirectory,
    UpstreamError,
    UserDirectoryError,
    listed,
    quoted,
)
from .manifest import Manifest, Show
from .manifest.files import built_in, built_in_names, load_manifest, preset_names, validation_problems
from .notes import Note
from .planning.filters import Filters, conditions, read_filters
from .planning.query import Query, read_order, read_text
from .records.policy import known_fields, restrict
from .sources.budget import Budget
from .users.filters import ALIASES, FILTER_FIELDS, OPERATORS, Condition, operators_for
from .users.people import Person
from .users.text import visible
from .users.user import CONCISE_FIELDS, FIELDS, DirectoryUser, User

__all__ = [
    "ALIASES",
    "CONCISE_FIELDS",
    "FIELDS",
    "FILTER_FIELDS",
    "OPERATORS",
    "USUAL",
    "BrokenDirectory",
    "Budget",
    "CallOptions",
    "Capabilities",
    "Condition",
    "ConfigurationError",
    "Count",
    "Counts",
    "CursorError",
    "CursorStore",
    "CursorUnavailable",
    "Directories",
    "DirectorySettings",
    "DirectoryUser",
    "Filters",
    "InvalidArgument",
    "KeptKey",
    "Kinds",
    "Lookup",
    "Manifest",
    "MemoryStore",
    "Note",
    "Operation",
    "Operations",
    "Page",
    "Person",
    "Query",
    "Report",
    "Request",
    "Sentence",
    "Show",
    "Stored",
    "UnknownDirectory",
    "UpstreamError",
    "User",
    "UserDirectoryError",
    "built_in",
    "built_in_names",
    "conditions",
    "known_fields",
    "listed",
    "load_manifest",
    "operators_for",
    "preset_names",
    "quoted",
    "read_filters",
    "read_order",
    "read_text",
    "restrict",
    "validation_problems",
    "visible",
]
