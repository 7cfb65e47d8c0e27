"""The views Events and Lines: the messages of a stream as a list that grows as they arrive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from httpdesk.gui.item_models.event_table import MOST, EventColumn, EventTableModel, Listed
from httpdesk.gui.response.body_page import BodyPage, PageTools, ShownBody
from httpdesk.gui.response.event_reading import (
    EventReader,
    MessageText,
    read_data,
    read_message,
)
from httpdesk.gui.response.events_detail import MessageView
from httpdesk.gui.response.events_find import EventFind
from httpdesk.gui.response.events_table import EventTable
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.masked_text import MaskedText
from httpdesk.gui.response.notice_bar import Notice
from httpdesk.gui.response.paced import paced
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.splitter import Splitter
from httpdesk.render.events import is_event_stream
from httpdesk.render.rows import Pause

_MOST_COPIED = 64 * 1024 * 1024


class EventsPage(BodyPage):
    """The list, which follows the newest message while that is in view, and one message whole."""

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self._body: ShownBody | None = None
        self._reader: EventReader | None = None
        self._shown: Listed | None = None
        self._job = LatestJob(tools.jobs, self)
        self._detail_job = LatestJob(tools.jobs, self)
        self._copy_job = LatestJob(tools.jobs, self)
        self.masked = MaskedText()
        """What of the messages may be shown."""
        self.model = EventTableModel(self)
        self.model.set_hide(self._shorten)
        self.table = EventTable(self.tr("Messages"), self.model)
        self.detail = MessageView()
        name = self.tr("Follow the newest message")
        self.follow = IconButton("arrow-down", name, parent=self)
        self.follow.setCheckable(True)
        self.find_bar = EventFind(tools, self.model, self.masked.text)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.splitter = Splitter(Qt.Orientation.Vertical)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.detail)
        self.detail.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.find_bar)
        layout.addWidget(self.splitter, 1)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self._job.finished.connect(self._on_read)
        self._detail_job.finished.connect(self._on_detail)
        self._copy_job.finished.connect(lambda text: self.copied.emit(str(text or "")))
        self.table.selectionModel().currentRowChanged.connect(self._on_row)
        self.table.copyRequested.connect(lambda rows: self._copy(rows, self.masked.text))
        self.table.leftEnd.connect(lambda: self.follow.setChecked(False))
        self.table.cameToEnd.connect(self._on_end)
        self.follow.toggled.connect(self._on_follow)
        self.find_bar.found.connect(self._on_found)
        self.find_bar.closed.connect(lambda: self.table.setFocus(Qt.FocusReason.OtherFocusReason))

    # What the Body tab asks for

    @property
    def busy(self) -> bool:
        """Whether messages are still being read."""
        jobs = (self._job, self._detail_job, self._copy_job)
        return self.find_bar.busy or any(job.running for job in jobs)

    @property
    def is_text(self) -> bool:
        """Whether there is text to copy."""
        return self._body is not None

    def show_body(self, body: ShownBody, view: str) -> None:
        """List the messages of a body from its first one."""
        if self._body is not None and body.handle is self._body.handle:
            self.end(body, view)
            return
        self.clear()
        self.masked.open(body.exchange)
        self._body = body
        self._reader = EventReader(body)
        self.find_bar.set_body(body)
        self._set_follow(body.growing)
        has_types = is_event_stream(body.media)
        for column in (EventColumn.EVENT, EventColumn.ID):
            self.table.setColumnHidden(column, not has_types)
        self._read_on()

    def grow(self) -> None:
        """List what has come since."""
        if not self._job.running and self._reader is not None and self._reader.is_behind:
            self._read_on()

    def end(self, body: ShownBody, view: str) -> None:
        """List the last messages; nothing else changes on screen."""
        self.masked.open(body.exchange)
        self._body = body
        self.follow.setEnabled(body.growing)
        if not self._job.running:
            self._read_on()

    def clear(self) -> None:
        """Let go of the body."""
        for job in (self._job, self._detail_job, self._copy_job):
            job.drop()
        self._body = self._reader = self._shown = None
        self.notices = ()
        self.find_bar.set_body(None)
        self.model.clear()
        self.detail.hide()

    def open_find(self) -> None:
        """Open the find bar."""
        self.find_bar.open()

    def find_next(self) -> None:
        """Go to the next message that holds the text."""
        self.find_bar.find_next()

    def find_previous(self) -> None:
        """Go to the message before that holds it."""
        self.find_bar.find_previous()

    def copy_all(self) -> None:
        """Emit the data of all messages that are listed, one below the other."""
        self._copy(list(range(self.model.rowCount())), str)

    def bar_widgets(self) -> tuple[QWidget, ...]:
        """Return the switch that keeps the newest message in view."""
        return (self.follow,)

    # Reading

    def _read_on(self) -> None:
        if self._body is not None and self._reader is not None:
            final = not self._body.growing
            self._job.start(partial(paced, partial(_read, self._reader, final)))

    def _on_read(self, result: object) -> None:
        if not isinstance(result, _Read) or self._reader is None or self._body is None:
            return
        first = self.model.rowCount() == 0
        self.model.add(result.rows)
        self._say()
        if self.follow.isChecked():
            self.table.go_to_end()
        if first:
            self.shown.emit()
        if self._reader.is_behind or (not self._body.growing and not result.final):
            self._read_on()

    def _say(self) -> None:
        notices = []
        if self.model.dropped:
            text = self.tr("The newest {0:,} messages are listed. Raw has all of them.")
            notices.append(Notice(text.format(MOST), "slate"))
        last = self.model.rowCount() - 1
        if last >= 0 and not self.model.listed(last).message.whole:
            text = self.tr("The last event is not ended by a blank line: it may be cut short.")
            notices.append(Notice(text, "slate"))
        self._set_notices(*notices)

    # Secrets

    def set_revealed(self, on: bool) -> None:
        """Show all secrets of this and of later bodies as they are, or hide them again."""
        self.masked.all = on
        self.model.set_hide(self._shorten)
        self._on_row(self.table.currentIndex())

    def _shorten(self, text: str) -> str:
        return self.masked.text(text, cut=True)

    # One message

    def _on_row(self, index: QModelIndex) -> None:
        if not index.isValid() or self._body is None:
            return
        self._shown = self.model.listed(index.row())
        self.find_bar.begin_at(self._shown.number)
        if index.row() < self.model.rowCount() - 1:
            # It is being read: the next message must not push it out of view.
            self.follow.setChecked(False)
        body, message = self._body, self._shown.message
        read = partial(read_message, body.handle, body.media, message, self.masked.text)
        self._detail_job.start(partial(paced, read))

    def _on_detail(self, result: object) -> None:
        if not isinstance(result, MessageText) or self._shown is None:
            return
        was_hidden = self.detail.isHidden()
        self.detail.show_message(self._shown, result)
        self.detail.show()
        if was_hidden:
            half = max(self.splitter.height() // 2, 1)
            self.splitter.setSizes([half, half])
            self.table.scrollTo(self.table.currentIndex())

    def _on_found(self, number: int) -> None:
        row = number - 1 - self.model.dropped
        if row >= 0:
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, 0))

    def _copy(self, rows: list[int], hide: Callable[[str], str]) -> None:
        if self._body is None:
            return
        body = self._body
        messages = [self.model.listed(row).message for row in rows]
        read = partial(read_data, body.handle, body.media, messages, _MOST_COPIED)
        self._copy_job.start(partial(paced, lambda pause: hide(read(pause))))

    # Following

    def _set_follow(self, growing: bool) -> None:
        self.follow.setEnabled(growing)
        self.follow.setChecked(growing)

    def _on_follow(self, on: bool) -> None:
        if on:
            self.table.go_to_end()

    def _on_end(self) -> None:
        if self._body is not None and self._body.growing:
            self.follow.setChecked(True)


@dataclass(frozen=True, slots=True)
class _Read:
    """What one job has read, and whether it knew that the body grows no more."""

    rows: list[Listed]
    final: bool


def _read(reader: EventReader, final: bool, pause: Pause) -> _Read:
    return _Read(reader.read_on(pause, final=final), final)
