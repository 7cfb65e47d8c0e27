"""Views that need the whole of a body: chosen while it still arrives, and shown at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.response.body_page import BodyViewKind, ShownBody
from httpdesk.gui.response.body_views import fitting
from httpdesk.gui.response.notice_bar import Notice

translate = QCoreApplication.translate

STAY = "stay-in-view"
"""The action that gives the awaited view up."""


def offered(body: ShownBody) -> Sequence[BodyViewKind]:
    """Return the views of a body, of one that arrives also those that it will have at its end."""
    return fitting(replace(body, growing=False))


def awaited(body: ShownBody, chosen: str | None) -> BodyViewKind | None:
    """Return the chosen view of a body that arrives when it waits for the end, else None."""
    if not body.growing or any(kind.key == chosen for kind in fitting(body)):
        return None
    return next((kind for kind in offered(body) if kind.key == chosen), None)


def awaited_notice(kind: BodyViewKind, shown: BodyViewKind) -> Notice:
    """Return that a view comes once the body is whole, and what keeps the one on screen."""
    view, now = (translate("BodyBar", each.title) for each in (kind, shown))
    words = translate("Body", "{0} is shown once all of the body has arrived.").format(view)
    stay = translate("Body", "Stay in {0}").format(now)
    return Notice(words, "slate", ((STAY, stay),))
