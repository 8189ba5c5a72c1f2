"""The field policy: the operator decides what of a user may be shown, and no argument of an agent can loosen that.

Each field has a level: `full`; `masked` (`a…@acme.example`: one can see that there is a value, and whoever knows the
whole value finds its user); `none` (as if the provider did not have the field).
"""

from collections.abc import Mapping

from ..errors import ConfigurationError, listed
from ..manifest import FilterRule, Manifest, Show, strictest
from ..users.filters import OPERATORS, filter_fields
from ..users.user import ADDRESS_FIELDS, CLOSED_FIELDS, FIELDS, QUIET_FIELDS, TIMES, TOLD_TOGETHER

__all__ = ["ALL_OTHERS", "known_fields", "restrict"]

ALL_OTHERS = "*"
"""In a policy, every field that it does not name, except the id: without one, users cannot be told apart."""


def restrict(manifest: Manifest, policy: Mapping[str, Show], place: str = "fields") -> Manifest:
    """Restrict a provider to a policy: fields not shown in full allow no fragments, no sorting and no time bounds.

    Raises: ConfigurationError naming `place` for a field that this provider does not have.
    """
    valid = known_fields(manifest)
    unknown = [name for name in policy if name not in (*valid, ALL_OTHERS)]
    if unknown:
        raise ConfigurationError(
            place, f"`{unknown[0]}` is not a field", f"Fields: {listed(valid)}; or {ALL_OTHERS!r}."
        )
    if policy.get("id") == "none":
        raise ConfigurationError(place, "without an id users cannot be told apart", 'Use id = "masked".')
    show = _levels(manifest, policy)
    user = manifest.user.model_copy(update={"show": show})
    changes = {
        "user": user,
        "filters": _allowed(manifest.filters, show),
        "sort": {key: sort for key, sort in manifest.sort.items() if _sorts_as_shown(key, show)},
        "values": {name: values for name, values in manifest.values.items() if show.get(name) != "none"},
    }
    return manifest.model_copy(update=changes)


def known_fields(manifest: Manifest) -> tuple[str, ...]:
    """Return the fields that a policy for this provider may name."""
    return (*FIELDS, *manifest.user.extra)


def _levels(manifest: Manifest, policy: Mapping[str, Show]) -> dict[str, Show]:
    """Return the level of each field of the provider, including fields that it only filters by."""
    levels: dict[str, Show] = {
        name: _own_level(name, manifest, policy) for name in (*manifest.user.all_fields(), *manifest.filters)
    }
    for group in TOLD_TOGETHER:  # hiding one, here or on the provider's page, hides those that the policy does not name
        hidden = strictest(policy.get(name, manifest.user.shown(name)) for name in group if name in levels)
        unnamed = [name for name in group if name in levels and name not in policy]
        levels |= {name: strictest((levels[name], hidden)) for name in unnamed}
    paths = manifest.user.expressions() | dict(manifest.user.extra)
    for name, path in paths.items():  # an id that is the address is hidden with it
        if name not in policy:
            levels[name] = strictest(levels[other] for other, same in paths.items() if same == path)
    if levels["id"] == "none":
        levels["id"] = "masked"
    if "manager" in levels and "manager" not in policy:  # the id, the address or the name of another user
        levels["manager"] = strictest(levels.get(name, "full") for name in ("manager", "id", "email", "name"))
    return levels


def _own_level(name: str, manifest: Manifest, policy: Mapping[str, Show]) -> Show:
    if name in policy:
        return policy[name]
    before = name.removeprefix("own_")  # what a field was called before it became a shared one
    if name in manifest.user.extra and before in CLOSED_FIELDS and before in policy:
        return policy[before]
    others: Show = "full" if name == "id" else policy.get(ALL_OTHERS, "full")
    return strictest((others, manifest.user.show.get(name, "full")))


def _allowed(
    filters: Mapping[str, Mapping[str, FilterRule]], show: Mapping[str, Show]
) -> dict[str, dict[str, FilterRule]]:
    """Keep for masked fields only whole values that are compared exactly: fragments or bounds would reveal them."""
    levels = {field: _level(field, show) for field in filters}
    return {
        field: {
            operator: rule
            for operator, rule in rules.items()
            if levels[field] == "full" or (OPERATORS[operator].reads_whole_values and rule.match == "exact")
        }
        for field, rules in filters.items()
        if levels[field] != "none"
    }


def _sorts_as_shown(key: str, show: Mapping[str, Show]) -> bool:
    """Return whether an order tells nothing that is hidden: texts of other fields may hold what is hidden in one."""
    if _level(key, show) != "full":
        return False
    hidden = {name for name, level in show.items() if level != "full"}
    return key in (*TIMES, *ADDRESS_FIELDS) or hidden <= QUIET_FIELDS


def _level(field: str, show: Mapping[str, Show]) -> Show:
    """Return the strictest level of all that a provider may look at to filter or sort by a field."""
    return strictest(show.get(name, "full") for name in filter_fields(field))
