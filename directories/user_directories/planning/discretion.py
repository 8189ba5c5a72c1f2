"""What a provider must not be asked, because its answer would tell what the operator does not show.

A provider matches its own records, and not users as they are shown. So nothing is asked by which a user would be found
for a value that is masked or left out: how many rows come, and when, would tell.
"""

from ..manifest import FilterRule, Manifest
from ..users.encodings import holds_at, is_in_parts, plain_forms
from ..users.filters import FILTER_FIELDS, OPERATORS, Condition, filter_fields
from ..users.user import ADDRESS_FIELDS, COMMON_FIELDS, NAME_FIELDS, QUIET_FIELDS
from .filters import has_field

__all__ = ["guards_ids", "is_open", "may_ask", "may_search"]


def is_open(manifest: Manifest, field: str) -> bool:
    """Return whether all that a provider may look at to filter by a field is shown in full."""
    return all(manifest.user.shown(name) == "full" for name in filter_fields(field))


def guards_ids(manifest: Manifest) -> bool:
    """Return whether an id that holds an address is masked: addresses are hidden, and ids are not meant to be one."""
    user = manifest.user
    paths = {name: path for name, path in user.expressions().items() if name in ADDRESS_FIELDS}
    return user.id not in paths.values() and any(user.shown(name) != "full" for name in paths)


def may_search(manifest: Manifest) -> bool:
    """Return whether a provider's free-text search looks only at what is shown in full.

    Where no document says at which fields it looks, it may look at all. Other fields may hold a hidden value.
    """
    hidden = [name for name in manifest.user.all_fields() if manifest.user.shown(name) != "full"]
    if not hidden or manifest.search is None:
        return not hidden
    looked_at = manifest.search.fields
    return bool(looked_at) and not any(name in looked_at or name not in QUIET_FIELDS for name in hidden)


def may_ask(manifest: Manifest, condition: Condition) -> bool:
    """Return whether a provider may be asked for a filter.

    By a field that is not shown in full it may be asked for a whole value that it compares exactly. By another that may
    hold a hidden value, it may be asked only for what cannot be one.
    """
    field, rule = condition.field, manifest.filter_rule(condition.field, condition.operator)
    takes_fragments = OPERATORS[condition.operator].takes == "text" and not _reads_whole(condition.operator)
    if not is_open(manifest, field):
        return rule is not None and _compares_whole(condition.operator, rule)
    telling = _telling(manifest)
    is_unseen = not has_field(manifest, field)
    if not telling or is_unseen or field == "id" or FILTER_FIELDS[field] == "time":
        return True
    return not takes_fragments and all(_can_be_told(field, telling, value) for value in condition.values)


def _reads_whole(operator: str) -> bool:
    return OPERATORS[operator].reads_whole_values


def _compares_whole(operator: str, rule: FilterRule) -> bool:
    return _reads_whole(operator) and rule.match == "exact"


def _telling(manifest: Manifest) -> frozenset[str]:
    """Return the hidden fields whose values are hidden wherever they appear."""
    return frozenset(
        name for name in manifest.user.all_fields() if manifest.user.shown(name) != "full" and name not in QUIET_FIELDS
    )


def _can_be_told(field: str, telling: frozenset[str], value: str) -> bool:
    """Return whether a user with this value in a field is shown with it, whatever is hidden."""
    if field in ADDRESS_FIELDS:
        return True
    if holds_at(value) or any(map(is_in_parts, plain_forms(value))):
        return False
    return field in COMMON_FIELDS or (field in NAME_FIELDS and telling <= ADDRESS_FIELDS)
