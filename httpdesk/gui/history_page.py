"""The read-only page of a send of the past: what was sent at the left, what came at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.item_models.history_rows import day_words, outcome
from httpdesk.gui.page import Page
from httpdesk.gui.response.body_page import PageTools
from httpdesk.gui.response.viewer import ResponseViewer
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.code_editor import CodeEditor
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.section import HLine
from httpdesk.gui.widgets.splitter import Splitter
from httpdesk.model.exchange import Exchange
from httpdesk.model.history import HistoryEntry, HistoryRecord

_HEAD = 56


class HistoryPage(Page):
    """Shows a record, and asks by signal for what can be done with it.

    Signals: `restoreRequested` for a new tab with the request, `againRequested` to send that.
    """

    restoreRequested = Signal()
    againRequested = Signal()

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = PlainLabel(px=16, weight=600, elide=True)
        self.when = PlainLabel(px=12, color="text2", elide=True)
        self.restore = TextButton(self.tr("Restore as request"), kind="primary")
        self.again = TextButton(self.tr("Send again"))
        self.request = CodeEditor(self.tr("The request as it was sent"))
        self.request.set_read_only(True)
        self.viewer = ResponseViewer(tools)
        self.no_request = EmptyState("", "-")
        self.no_response = EmptyState("", "-")
        self._left, self._right = QStackedWidget(), QStackedWidget()
        self._head = QWidget()
        self._build()
        self.restore.clicked.connect(self.restoreRequested)
        self.again.clicked.connect(self.againRequested)
        theme.follow(self._restyle)

    def _build(self) -> None:
        row = QHBoxLayout(self._head)
        row.setContentsMargins(24, 0, 24, 0)
        row.setSpacing(8)
        row.addWidget(self.title)
        row.addWidget(self.when, 1)
        row.addWidget(self.again)
        row.addWidget(self.restore)
        for stack, pages in (
            (self._left, (self.no_request, self.request)),
            (self._right, (self.no_response, self.viewer)),
        ):
            for page in pages:
                stack.addWidget(page)
        self.splitter = Splitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self._left)
        self.splitter.addWidget(self._right)
        self.splitter.setSizes([450, 550])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(HLine())
        column.addWidget(self.splitter, 1)

    # What the window calls

    def show_record(self, record: HistoryRecord, text: str, exchange: Exchange | None) -> None:
        """Show a send: its request as `text`, and its answer where there is one to show."""
        entry = record.entry
        self.title.setText(f"{entry.method} {entry.name or entry.host}")
        self.when.setText(self.tr("From history, {0}").format(_time(entry)))
        for button in (self.restore, self.again):
            button.setEnabled(record.request is not None)
        self.request.setPlainText(text)
        self._left.setCurrentWidget(self.request if text else self.no_request)
        self.no_request.text.setText(
            self.tr("The request is not kept: its inputs were secure. It went to {0}.").format(
                entry.host
            )
        )
        self._show_answer(record, exchange)

    def show_gone(self) -> None:
        """Say that the send is no longer in the history."""
        self.title.setText(self.tr("No longer in the history"))
        self.when.setText("")
        for button in (self.restore, self.again):
            button.setEnabled(False)
        for state in (self.no_request, self.no_response):
            state.text.setText("")
        self._left.setCurrentWidget(self.no_request)
        self._right.setCurrentWidget(self.no_response)

    def begin(self) -> None:
        if self._left.currentWidget() is self.request:
            self.request.setFocus()
        else:
            self.restore.setFocus()

    def panes(self) -> list[tuple[QWidget, QWidget | None]]:
        return [(self._head, None), (self._left, None), (self._right, None)]

    # Inside

    def _show_answer(self, record: HistoryRecord, exchange: Exchange | None) -> None:
        entry = record.entry
        if exchange is not None:
            self.viewer.show_exchange(exchange)
            self._right.setCurrentWidget(self.viewer)
            return
        self.no_response.title.setText(outcome(entry))
        self.no_response.title.show()
        if entry.status_code is None:
            words = self.tr("No whole answer came: {0}.").format(entry.failure)
        elif entry.secure_outputs:
            words = self.tr("Headers and body are not kept: the outputs were secure.")
        else:
            words = self.tr("The body is not kept.")
        self.no_response.text.setText(words)
        self._right.setCurrentWidget(self.no_response)

    def _restyle(self) -> None:
        self._head.setFixedHeight(theme.scaled(_HEAD))


def _time(entry: HistoryEntry) -> str:
    local = entry.started_at.astimezone()
    return f"{day_words(local.date())} {local:%H:%M:%S}"
