"""What pages of the Body tab work with, the real parts."""

from __future__ import annotations

from httpdesk.adapters.body_spool import BodySpool
from httpdesk.adapters.offload import ProcessOffload
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.ports import Lazy
from httpdesk.gui.response.body_page import PageTools
from httpdesk.gui.response.body_view import BodyView
from httpdesk.gui.response.text_page import TextPage
from httpdesk.gui.response.text_view import TextView
from httpdesk.render.rows import LONGEST_ROW, Place, Stopped, no_pause

_offloads: list[Lazy[ProcessOffload]] = []


def page_tools(jobs: JobRunner) -> PageTools:
    """Return tools around a job runner; scratch bodies are kept as in the program."""
    _offloads.append(Lazy(ProcessOffload))
    return PageTools(jobs, BodySpool, _offloads[-1])


def close_offloads() -> None:
    """End the processes that pages of this test have started."""
    for offload in _offloads:
        if offload.made is not None:
            offload.made.close()
    _offloads.clear()


def text_view(body: BodyView) -> TextView:
    """Return the painted text of a body, which must be on screen."""
    page = body.page
    assert isinstance(page, TextPage)
    return page.view


def shown_text(body: BodyView) -> str:
    """Return the whole text that a Body tab shows; "" while no text is on screen."""
    page = body.page
    if not isinstance(page, TextPage) or body.stack.currentWidget() is not page:
        return ""
    if page.source is None or not page.view.text_on_screen():
        return ""
    rows = page.source.rows
    end = Place(max(rows.count - 1, 0), LONGEST_ROW)
    try:
        return rows.text(Place(0, 0), end, 10**9, no_pause)
    except Stopped:
        return ""  # what is on screen was given back: something else is about to be shown
