"""The closed list of errors in directories. Each says what is wrong, which values are valid and what to do next."""

from . import classes as errors
from .kind import Kind, RateKind, UpstreamKind

__all__ = ["Kinds"]

_CHECK_MANIFEST = "Tell the operator: check base_url and the manifest."
_LATER_OR_LESS = "Try the same call again later, or leave out filters and sort; if it stays, tell the operator."
_LATER = "Try the same call again later."


class Kinds:
    """The errors, by name: `Kinds.NO_EMAIL_HERE.error(directory=…)`; for a provider, `Kinds.NOT_JSON.at(directory)`."""

    # What is asked for
    UNKNOWN_DIRECTORY = Kind(errors.UnknownDirectory, "There is no directory {name!r}.", "Use one of: {valid}.")
    NOTHING_CONFIGURED = Kind(
        errors.NothingConfigured,
        "No directory is configured.",
        "Call {describe!o} to see what the operator has to set.",
    )
    MISCONFIGURED = Kind(
        errors.Misconfigured,
        "{name}: it is not configured right. {faults}",
        "Tell the operator; afterwards this server has to be started again.",
    )
    NONE_CONFIGURED_RIGHT = Kind(
        errors.Misconfigured,
        "No directory can be asked, because these are not configured right: {names}.",
        "Call {describe!o} to see what the operator has to change.",
    )
    QUERY_TOO_LONG = Kind(
        errors.InvalidArgument,
        "query: it has {length} characters; the limit is {most}.",
        "Search for a name or an email.",
    )
    EMAIL_NOT_LISTED = Kind(
        errors.InvalidArgument,
        "email: {directory} gives it only for a user who is looked up by id.",
        "Use id, or {search!o} with a name or a username.",
    )
    EMAIL_IN_PART = Kind(
        errors.InvalidArgument,
        "email: {value!r} is not a whole address.",
        "Give all of it, or use {search!o} with a part of it as query.",
    )
    NO_EMAIL_HERE = Kind(
        errors.InvalidArgument,
        "email: users in {directory} have no email address.",
        "Use id or {search!o}.",
    )
    UNKNOWN_FILTER = Kind(errors.InvalidArgument, "filters: unknown field {name!r}.", "Use: {valid}.")
    FILTER_NOT_HERE = Kind(
        errors.InvalidArgument, "filters.{name}: this directory has no such field.", "It has: {valid}."
    )
    NEITHER_ASKED_NOR_CHECKED = Kind(
        errors.InvalidArgument,
        "filters.{name}: this directory's API cannot be asked for that, and its list does not show the field.",
        "Ask for fewer values at once, or for others, or leave this filter out.",
    )
    HALF_ADDRESS = Kind(
        errors.InvalidArgument,
        "filters.{name}: {value!r} is not a whole address.",
        'Give all of it; {{"starts_with": …}} for its beginning, or {search!o} with a part of it as query.',
    )
    NO_WILDCARDS = Kind(
        errors.InvalidArgument,
        "filters.{name}: {value!r} is compared as it stands; there are no wildcards.",
        'Use {{"starts_with": …}} for a beginning, or {search!o} with a part of it as query.',
    )
    NO_SYNTAX = Kind(
        errors.InvalidArgument,
        "filters.{name}: {value!r} is compared as it stands; there are no operators in a text.",
        'Use [values] for any of several, and {{"not": …}} for all others.',
    )
    QUERY_WILDCARD = Kind(
        errors.InvalidArgument,
        "query: {value!r} is a wildcard, and there are none.",
        "Give a part of a name or an address as it is; {list!o} lists everybody.",
    )
    QUERY_FIELD = Kind(
        errors.InvalidArgument,
        "query: {value!r} names a field, and a query is only words.",
        "Use filters for a field.",
    )
    QUERY_OPERATOR = Kind(
        errors.InvalidArgument,
        "query: {value!r} is an operator, and every word of a query must match.",
        "Ask once for each person, or use filters with [values] or not.",
    )
    FILTER_NOT_LISTED = Kind(
        errors.InvalidArgument,
        "filters.{name}: {directory} gives it only for a single user, so nobody can be found by it.",
        "Leave it out; {get!o} with an id shows it.",
    )
    VALUE_NOT_HERE = Kind(errors.InvalidArgument, "filters.{name}: nobody here has {value!r}.", "Use: {valid}.")
    NO_OPERATOR = Kind(errors.InvalidArgument, "filters.{name}: an operator is missing.", "It takes: {valid}.")
    UNKNOWN_OPERATOR = Kind(
        errors.InvalidArgument, "filters.{name}: unknown operator {operator!r}.", "It takes: {valid}."
    )
    OPERATOR_NOT_FOR_FIELD = Kind(
        errors.InvalidArgument, "filters.{name}: this field does not take {operator}.", "It takes: {valid}."
    )
    OPERATOR_NOT_HERE = Kind(
        errors.InvalidArgument,
        "filters.{name}: in this directory it does not take {operator}.",
        "Here it takes: {valid}.",
    )
    NOT_INSIDE_NOT = Kind(
        errors.InvalidArgument, "filters.{name}: `not` cannot contain another `not`.", "Inside it, use: {valid}."
    )
    SEVERAL_INSIDE_NOT = Kind(
        errors.InvalidArgument, "filters.{name}: `not` takes only one operator.", "Inside it, use one of: {valid}."
    )
    TAKES_A_FLAG = Kind(
        errors.InvalidArgument, "filters.{name}.{operator}: {value!r} is not valid.", "Use true or false."
    )
    NULL_VALUE = Kind(
        errors.InvalidArgument,
        "filters.{name}: null is not a value.",
        'To find users without a value, use {{"{field}": {{"missing": true}}}}; otherwise leave the filter out.',
    )
    NULL_ID = Kind(errors.InvalidArgument, "filters.{name}: null is not a value.", "Every user has one: leave it out.")
    EMPTY_VALUE = Kind(
        errors.InvalidArgument, "filters.{name}: a value is empty.", "Give one, or leave the filter out."
    )
    TOO_MANY_VALUES = Kind(
        errors.InvalidArgument,
        "filters.{name}: it has {count} values; the limit is {most} per call.",
        "Split them over several calls.",
    )
    SEVERAL_TIMES = Kind(
        errors.InvalidArgument, "filters.{name}: it takes one time, not {count}.", "Leave the others out."
    )
    VALUE_NOT_TEXT = Kind(
        errors.InvalidArgument,
        "filters.{name}: it takes a string or a list of strings, not {type}.",
        'Write it like "active".',
    )
    VALUE_TOO_LONG = Kind(
        errors.InvalidArgument, "filters.{name}: a value has {length} characters; the limit is {most}.", "Shorten it."
    )
    NOT_A_TIME = Kind(
        errors.InvalidArgument,
        "filters.{name}: {value!r} is not a time.",
        "Use 2026-01-31 or 2026-01-31T12:00:00Z.",
    )
    UNKNOWN_SORT = Kind(
        errors.InvalidArgument,
        "sort: {value!r} is not valid.",
        "Use field:asc or field:desc, where field is one of: {valid}.",
    )
    SORT_NOT_HERE = Kind(
        errors.InvalidArgument, "sort: this directory cannot sort by {order}.", "It can sort by: {valid}."
    )
    NO_SORT_HERE = Kind(
        errors.InvalidArgument,
        "sort: this directory cannot sort by {order}.",
        "It cannot sort at all: leave sort out.",
    )

    # Cursors
    CURSOR_MALFORMED = Kind(
        errors.CursorMalformed,
        "cursor: {cursor!r} is not a cursor.",
        "Copy one from an earlier answer (c followed by 15 digits), or leave the argument out to get the first page.",
    )
    CURSOR_MISTYPED = Kind(
        errors.CursorMistyped,
        "cursor: {cursor} was copied with a mistake.",
        "Copy it again from the earlier answer.",
    )
    CURSOR_UNKNOWN = Kind(
        errors.CursorUnknown,
        "cursor: {cursor} was not issued here.",
        "Call {operation!o} without a cursor to start from the first page.",
    )
    CURSOR_EXPIRED = Kind(
        errors.CursorExpired,
        "cursor: {cursor} has expired (a cursor lives {minutes} minutes).",
        "Call {operation!o} without a cursor to start over.",
    )
    CURSOR_OF_OTHER_VERSION = Kind(
        errors.CursorExpired,
        "cursor: {cursor} has expired: it comes from another version of the server.",
        "Call {operation!o} without a cursor to start over.",
    )
    CURSOR_OF_OTHER_TOOL = Kind(
        errors.CursorMismatch, "cursor: {cursor} belongs to {operation!o}.", "Call that tool with it."
    )
    CURSOR_OF_OTHER_DIRECTORY = Kind(
        errors.CursorMismatch,
        "cursor: it belongs to {directories}, not to {name}.",
        "Ask {directories} with it, or call without cursor to start over.",
    )
    CURSOR_OF_OTHER_ARGUMENTS = Kind(
        errors.CursorMismatch,
        "cursor: it was issued with a different value for {name}.",
        "Repeat the call with the cursor and without {name}, or without the cursor to start over.",
    )
    CURSOR_OUTDATED = Kind(
        errors.CursorMismatch,
        "cursor: the configuration of {name} has changed since it was issued.",
        "Call {operation!o} without a cursor to start over.",
    )
    CURSOR_OF_MISCONFIGURED = Kind(
        errors.CursorMismatch,
        "cursor: {name} is not configured right any more. {faults}",
        "Tell the operator; call {operation!o} without a cursor to ask the others.",
    )
    CURSOR_UNAVAILABLE = Kind(
        errors.CursorUnavailable,
        "cursor: earlier cursors cannot be read just now.",
        "Call without a cursor to start over.",
    )
    POSITION_EXPIRED = Kind(
        errors.PositionExpired,
        "{directory}: the provider no longer accepts the position of this cursor.",
        "Call again without a cursor to start from the first page.",
    )

    # Providers
    UNAUTHORIZED = UpstreamKind(
        errors.UpstreamUnauthorized,
        "it does not accept the API key ({status})",
        "Tell the operator: set a valid key.",
    )
    UNPAID = UpstreamKind(
        errors.UpstreamForbidden, "the account's plan does not include this ({status})", "Tell the operator."
    )
    KEY_COMMAND = UpstreamKind(
        errors.UpstreamUnauthorized,
        "the program that gives its key {what}",
        "Tell the operator: {fix}.",
    )
    TOKEN_REFUSED = UpstreamKind(
        errors.UpstreamUnauthorized,
        "its token endpoint gives no token: {what}",
        "Tell the operator: {fix}.",
    )
    TOKEN_UNREADABLE = UpstreamKind(errors.UpstreamUnreadable, "its token endpoint {what}", "Tell the operator: {fix}.")
    TOKEN_UNAVAILABLE = UpstreamKind(
        errors.UpstreamUnavailable,
        "its token endpoint {what}",
        "Try the same call again later; if it stays, tell the operator: {fix}.",
    )
    PRIVATE_KEY = UpstreamKind(
        errors.UpstreamUnauthorized,
        "the private key that signs for it {what}",
        "Tell the operator: {fix}.",
    )
    SIGNING_IN_SLOW = UpstreamKind(errors.UpstreamUnavailable, "signing in to it took too long for this call", _LATER)
    FORBIDDEN = UpstreamKind(
        errors.UpstreamForbidden,
        "the API key may not read users ({status})",
        "Tell the operator: set a key with that permission.",
    )
    NOT_FOUND = UpstreamKind(
        errors.UpstreamNotFound,
        "it has nothing at that address ({status})",
        "Check the id; if lists fail too, tell the operator.",
    )
    REDIRECTED = UpstreamKind(
        errors.UpstreamRefused, "it redirects elsewhere ({status})", "Tell the operator: check base_url."
    )
    REFUSED = UpstreamKind(
        errors.UpstreamRefused,
        "it refused the request ({status})",
        "Leave out filters and sort, or start over without a cursor.",
    )
    REQUEST_TOO_LONG = UpstreamKind(
        errors.UpstreamRefused,
        "the request is too long for it ({what})",
        "Give fewer or shorter values, and ask for the rest in another call.",
    )
    REFUSED_ID = UpstreamKind(
        errors.UpstreamRefused,
        "it does not take such an id ({status})",
        "Check the id, or find the user by email or with a search.",
    )
    RATE_LIMITED = RateKind(errors.UpstreamRateLimited, "it is limiting requests ({status})", "Call again {when}.")
    NO_ROOM_IN_RATE = RateKind(
        errors.UpstreamRateLimited,
        "its rate limit leaves no room for another request in this call",
        "Call again {when}.",
    )
    LEFT_ALONE = RateKind(
        errors.UpstreamRateLimited,
        "it did not answer {count} times in a row, so it is not asked for a while",
        "Call again {when}.",
    )
    PROVIDER_FAULT = UpstreamKind(errors.UpstreamFailed, "it reports an error on its own side ({status})", _LATER)
    NO_ANSWER = UpstreamKind(errors.UpstreamUnavailable, "it did not answer in time", _LATER)
    NO_CONNECTION = UpstreamKind(errors.UpstreamUnavailable, "it could not be reached", _LATER)
    NAME_NOT_FOUND = UpstreamKind(
        errors.UpstreamUnavailable,
        "no address is known for its host name",
        "If it stays, tell the operator: check base_url, and whether this machine can look up names (DNS).",
    )
    CONNECTION_REFUSED = UpstreamKind(
        errors.UpstreamUnavailable,
        "nothing accepts connections at its address",
        "If it stays, tell the operator: check host and port of base_url, and whether it is running.",
    )
    PROXY_NOT_REACHED = UpstreamKind(
        errors.UpstreamUnavailable,
        "the proxy on the way to it cannot be reached",
        "Tell the operator: correct {variable} where this server is started, or name the host in NO_PROXY.",
    )
    PROXY_REFUSED = UpstreamKind(
        errors.UpstreamUnavailable,
        "the proxy on the way to it does not let this server through{reason}",
        "Tell the operator: check {variable} and what that proxy allows, or name the host in NO_PROXY.",
    )
    CERTIFICATE_UNKNOWN = UpstreamKind(
        errors.UpstreamUnavailable,
        "its certificate is from an authority that this machine does not trust",
        "Tell the operator: if it is your own, set SSL_CERT_FILE to its certificate where this server is started.",
    )
    CERTIFICATE_EXPIRED = UpstreamKind(
        errors.UpstreamUnavailable,
        "its certificate is not valid at this time",
        "Tell the operator: renew it, or correct the clock of this machine.",
    )
    CERTIFICATE_OF_OTHER_HOST = UpstreamKind(
        errors.UpstreamUnavailable,
        "its certificate is that of another host",
        "Tell the operator: base_url must have the host name that the certificate has.",
    )
    NO_TLS = UpstreamKind(
        errors.UpstreamUnavailable,
        "it does not speak https at that port",
        "Tell the operator: check the port of base_url; only plain http may be spoken there.",
    )
    TLS_FAILED = UpstreamKind(
        errors.UpstreamUnavailable,
        "no secure connection to it could be made",
        "Tell the operator: check the port of base_url, and which versions of TLS it accepts.",
    )
    ENVIRONMENT = UpstreamKind(
        errors.UpstreamForbidden,
        "it cannot be asked: {variable} {what}",
        "Tell the operator: correct {variable}, or unset it, where this server is started.",
    )
    CONNECTION_CUT = UpstreamKind(errors.UpstreamUnavailable, "the connection to it was lost", _LATER)
    NOT_DECOMPRESSED = UpstreamKind(errors.UpstreamUnreadable, "its answer could not be decompressed", _CHECK_MANIFEST)
    ANSWER_TOO_LARGE = UpstreamKind(errors.UpstreamUnreadable, "its answer is larger than {most} MB", _CHECK_MANIFEST)
    BEYOND_BOUNDS = UpstreamKind(
        errors.UpstreamUnreadable, "its answer is beyond what is read: {what}", _CHECK_MANIFEST
    )
    NOT_JSON = UpstreamKind(errors.UpstreamUnreadable, "its answer is not JSON", _CHECK_MANIFEST)
    NO_LIST = UpstreamKind(
        errors.UpstreamUnreadable,
        "its answer has no list of users where the manifest looks for one",
        _CHECK_MANIFEST,
    )
    ERROR_IN_BODY = UpstreamKind(
        errors.UpstreamUnreadable, "its answer has no users and says that there was an error", _LATER_OR_LESS
    )
    NO_USER = UpstreamKind(
        errors.UpstreamUnreadable,
        "its answer has no user where the manifest looks for one (get.path, get.item)",
        _CHECK_MANIFEST,
    )
    NO_IDS = UpstreamKind(
        errors.UpstreamUnreadable,
        "its records have no id where the manifest looks",
        "Tell the operator: check user.id.",
    )
    FAILED_HERE = UpstreamKind(
        errors.UpstreamUnreadable,
        "this server could not process it",
        "Tell the operator to look at the log; another question may work.",
    )
    NOBODY_ANSWERED = Kind(errors.NobodyAnswered, "No directory answered.", "{faults}")
