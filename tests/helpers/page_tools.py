"""What pages of the Body tab work with, the real parts."""

from __future__ import annotations

from httpdesk.adapters.body_spool import BodySpool
from httpdesk.adapters.offload import ProcessOffload
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.ports import Lazy
from httpdesk.gui.response.body_page import PageTools
from httpdesk.gui.response.body_view import BodyView
from httpdesk.gui.response.editor_page import EditorPage
from httpdesk.gui.widgets.code_editor import CodeEditor


def page_tools(jobs: JobRunner) -> PageTools:
    """Return tools around a job runner; scratch bodies are kept as in the program."""
    return PageTools(jobs, BodySpool, Lazy(ProcessOffload))


def text_editor(body: BodyView) -> CodeEditor:
    """Return the editor that shows the text of a body, which must be on screen."""
    page = body.page
    assert isinstance(page, EditorPage)
    return page.editor


def shown_text(body: BodyView) -> str:
    """Return the text that a Body tab shows; "" while no text is on screen."""
    page = body.page
    if not isinstance(page, EditorPage) or body.stack.currentWidget() is not page:
        return ""
    return page.editor.toPlainText()
