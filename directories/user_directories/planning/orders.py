"""The orders that a provider can sort by."""

from user_directory_pagination import Parameters

from ..errors import Kinds
from ..manifest import Manifest
from .query import Order

__all__ = ["MOVING_ORDERS", "order_parameters", "own_order", "sortable"]

MOVING_ORDERS = frozenset({"updated_at", "last_active_at"})


def sortable(manifest: Manifest) -> list[str]:
    """Return the orders that this provider can sort by: `created_at:desc`, …"""
    orders = [str(Order(key, False)) for key, sort in manifest.sort.items() if sort.ascending is not None]
    orders += [str(Order(key, True)) for key, sort in manifest.sort.items() if sort.descending is not None]
    if own_order(manifest) not in (None, *orders):
        orders.append(str(own_order(manifest)))
    return sorted(orders)


def own_order(manifest: Manifest) -> str | None:
    """Return the order of the list, if the operator shows the time that it is sorted by in full."""
    order = manifest.list.order
    return order if order and manifest.user.shown(order.partition(":")[0]) == "full" else None


def order_parameters(manifest: Manifest, order: Order | None) -> Parameters:
    if order is None or str(order) == own_order(manifest):
        return ()
    sort = manifest.sort_by(order.key)
    parameters = None if sort is None else sort.descending if order.descending else sort.ascending
    if parameters is None:
        able = sortable(manifest)
        raise Kinds.SORT_NOT_HERE.error(order=order, valid=able) if able else Kinds.NO_SORT_HERE.error(order=order)
    return tuple(parameters.items())
