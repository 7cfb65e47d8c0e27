"""A small REST resource in memory, so that the sample collection has something real to change."""

from __future__ import annotations

import threading
from typing import Any

from httpdesk.adapters.sample.replies import json_reply, query_value, read_json
from httpdesk.adapters.sample.wire import HttpProblem, Reply, WireRequest

MAX_ORDERS = 1000
_FIRST_ID = 1001
_STATES = ("open", "packed", "shipped", "returned")
_SEED = (
    ("Desk lamp", 1, 39.90, "shipped"),
    ("Notebook, A5, dotted", 3, 6.50, "open"),
    ("Café cup", 2, 12.00, "open"),
    ("Standing desk", 1, 420.00, "packed"),
    ("Pencil, HB", 12, 0.80, "returned"),
)


class Orders:
    """The orders and their routes; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders = {
            number: {
                "id": number,
                "item": item,
                "quantity": amount,
                "price": price,
                "status": state,
            }
            for number, (item, amount, price, state) in enumerate(_SEED, _FIRST_ID)
        }
        self._next_id = _FIRST_ID + len(_SEED)

    def list(self, request: WireRequest) -> Reply:
        """Return all orders, or those with the `status` of the query."""
        wanted = query_value(request, "status", "")
        with self._lock:
            orders = [dict(order) for order in self._orders.values()]
        found = [order for order in orders if not wanted or order["status"] == wanted]
        return json_reply({"count": len(found), "orders": found})

    def create(self, request: WireRequest) -> Reply:
        """Add an order: 201 with its Location."""
        values = _order_values(read_json(request), whole=True)
        with self._lock:
            if len(self._orders) >= MAX_ORDERS:
                raise HttpProblem(507, f"There is room for {MAX_ORDERS} orders.")
            order = {"id": self._next_id, **values}
            self._orders[self._next_id] = order
            self._next_id += 1
        return json_reply(order, 201, (("Location", f"/orders/{order['id']}"),))

    def read(self, order_id: str) -> Reply:
        """Return one order."""
        with self._lock:
            return json_reply(self._find(order_id))

    def replace(self, request: WireRequest, order_id: str) -> Reply:
        """Give an order new values, all of them."""
        return self._change(order_id, _order_values(read_json(request), whole=True))

    def update(self, request: WireRequest, order_id: str) -> Reply:
        """Change those values of an order that are given."""
        return self._change(order_id, _order_values(read_json(request), whole=False))

    def delete(self, order_id: str) -> Reply:
        """Forget an order: 204."""
        with self._lock:
            del self._orders[self._find(order_id)["id"]]
        return Reply(204)

    def _change(self, order_id: str, values: dict[str, Any]) -> Reply:
        with self._lock:
            order = self._find(order_id)
            order.update(values)
            return json_reply(order)

    def _find(self, order_id: str) -> dict[str, Any]:
        order = (
            self._orders.get(int(order_id)) if order_id.isdecimal() and len(order_id) < 19 else None
        )
        if order is None:
            raise HttpProblem(404, "There is no order of this number.")
        return order


def _order_values(value: object, *, whole: bool) -> dict[str, Any]:
    """Return the known fields of a JSON order; HttpProblem 422 names what is wrong."""
    if not isinstance(value, dict):
        raise HttpProblem(422, "An order is a JSON object.")
    order = {"quantity": 1, "price": 0, "status": "open", **value} if whole else value
    checks = {
        "item": isinstance(order.get("item"), str) and order.get("item") != "",
        "quantity": type(order.get("quantity")) is int and order["quantity"] > 0,
        "price": type(order.get("price")) in (int, float) and order["price"] >= 0,
        "status": order.get("status") in _STATES,
    }
    names = checks if whole else checks.keys() & order.keys()
    wrong = sorted(name for name in names if not checks[name])
    if wrong:
        raise HttpProblem(422, f"Missing or wrong: {', '.join(wrong)}.")
    return {name: order[name] for name in checks if name in order}
