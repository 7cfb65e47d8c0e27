"""What is done with a long text while it is on screen, beside the window where that can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from httpdesk.gui.response.body_page import ShownBody
from httpdesk.gui.response.paced import Pace, elsewhere
from httpdesk.gui.response.text_page_source import Source, check_json, lay_out_markup
from httpdesk.model.errors import StorageFailed
from httpdesk.model.offload_errors import OffloadFailed
from httpdesk.render.json_verdict import JsonVerdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpdesk.engine.offload import Offload, Scratch
    from httpdesk.gui.ports import Lazy


def index_rest(source: Source, offload: Lazy[Offload], pause: Pace) -> None:
    """Index the rest beside the window, or in here where no process can be had."""
    try:
        source.rows.index(pause, elsewhere(offload, source.handle, pause))
    except OffloadFailed:
        source.rows.index(pause)


def check_text(body: ShownBody, offload: Lazy[Offload], pause: Pace) -> JsonVerdict | None:
    """Check JSON beside the window; None where no process can be had."""
    try:
        return check_json(body, pause, elsewhere(offload, body.handle, pause))
    except OffloadFailed:
        return None


def lay_out_text(
    body: ShownBody, scratch: Callable[[], Scratch], offload: Lazy[Offload], pause: Pace
) -> Source | None:
    """Lay markup out beside the window; None where there is no process or no room for it."""
    try:
        return lay_out_markup(body, scratch, pause, elsewhere(offload, body.handle, pause))
    except (OffloadFailed, StorageFailed):
        return None
