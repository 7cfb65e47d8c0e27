"""The shape and colour of each state of a connection (ui.md 3.8), for `paint_state`."""

from __future__ import annotations

from httpdesk.gui.widgets.state_dot import Shape
from httpdesk.model.connection_state import Standing

_SHAPES: dict[Standing, tuple[Shape, str]] = {
    Standing.READY: ("disc", "green"),
    Standing.SECRET_MISSING: ("hollow", "amber"),
    Standing.NOT_CONNECTED: ("hollow", "text3"),
    Standing.BY_ITSELF: ("hollow", "text3"),
    Standing.WAITING: ("ring", "accent"),
    Standing.CONNECTED: ("disc", "green"),
    Standing.EXPIRING: ("half", "amber"),
    Standing.EXPIRED: ("hollow", "amber"),
    Standing.REFRESHING: ("ring", "accent"),
    Standing.FAILED: ("triangle", "red"),
    Standing.LOCKED: ("triangle", "red"),
}


def state_shape(standing: Standing) -> tuple[Shape, str]:
    """Return the shape and the colour token."""
    return _SHAPES[standing]
