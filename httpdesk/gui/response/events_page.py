"""The views Events and Lines: the messages of a stream as a list that grows as they arrive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui import theme
from httpdesk.gui.item_models.event_table import (
    MOST,
    EventColumn,
    EventTableModel,
    Listed,
    time_text,
)
from httpdesk.gui.response.body_content import BodyGone, Pace
from httpdesk.gui.response.body_page import BodyPage, PageTools, ShownBody
from httpdesk.gui.response.event_reading import (
    SHOWN_DATA,
    EventReader,
    MessageText,
    read_data,
    read_message,
)
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.notice_bar import Notice
from httpdesk.gui.response.table_parts import INSET, ROW, ReadingTable
from httpdesk.gui.response.text_fill import TextFill
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.code_editor import CodeEditor
from httpdesk.gui.widgets.item_delegate import draw_text
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import HLine
from httpdesk.gui.widgets.splitter import Splitter
from httpdesk.render.events import is_event_stream
from httpdesk.render.rows import Pause, Stopped
from httpdesk.render.units import format_size

AnyIndex = QModelIndex | QPersistentModelIndex
Result = TypeVar("Result")

_BAR = 32
_MOST_COPIED = 64 * 1024 * 1024
_COLUMNS = {
    EventColumn.NUMBER: 64,
    EventColumn.TIME: 108,
    EventColumn.EVENT: 96,
    EventColumn.ID: 72,
}


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
        self.model = EventTableModel(self)
        self.table = _EventTable(self.tr("Messages"), self.model)
        self.detail = _Detail()
        name = self.tr("Follow the newest message")
        self.follow = IconButton("arrow-down", name, parent=self)
        self.follow.setCheckable(True)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.splitter = Splitter(Qt.Orientation.Vertical)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.detail)
        self.detail.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self._job.finished.connect(self._on_read)
        self._detail_job.finished.connect(self._on_detail)
        self._copy_job.finished.connect(lambda text: self.copied.emit(str(text or "")))
        self.table.selectionModel().currentRowChanged.connect(self._on_row)
        self.table.copyRequested.connect(self._copy)
        self.table.leftEnd.connect(lambda: self.follow.setChecked(False))
        self.table.cameToEnd.connect(self._on_end)
        self.follow.toggled.connect(self._on_follow)

    # What the Body tab asks for

    @property
    def busy(self) -> bool:
        """Whether messages are still being read."""
        return any(job.running for job in (self._job, self._detail_job, self._copy_job))

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
        self._body = body
        self._reader = EventReader(body)
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
        self.model.clear()
        self.detail.hide()

    def copy_all(self) -> None:
        """Emit the data of all messages that are listed, one below the other."""
        self._copy(list(range(self.model.rowCount())))

    def bar_widgets(self) -> tuple[QWidget, ...]:
        """Return the switch that keeps the newest message in view."""
        return (self.follow,)

    # Reading

    def _read_on(self) -> None:
        if self._body is not None and self._reader is not None:
            final = not self._body.growing
            self._job.start(partial(_or_none, partial(_read, self._reader, final)))

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
        if tuple(notices) != self.notices:
            self.notices = tuple(notices)
            self.noticesChanged.emit()

    # One message

    def _on_row(self, index: QModelIndex) -> None:
        if not index.isValid() or self._body is None:
            return
        self._shown = self.model.listed(index.row())
        if index.row() < self.model.rowCount() - 1:
            # It is being read: the next message must not push it out of view.
            self.follow.setChecked(False)
        body, message = self._body, self._shown.message
        read = partial(read_message, body.handle, body.media, message)
        self._detail_job.start(partial(_or_none, read))

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

    def _copy(self, rows: list[int]) -> None:
        if self._body is None:
            return
        body = self._body
        messages = [self.model.listed(row).message for row in rows]
        read = partial(read_data, body.handle, body.media, messages, _MOST_COPIED)
        self._copy_job.start(partial(_or_none, read))

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


class _Detail(QWidget):
    """One message: what it is in a line, and its data."""

    def __init__(self) -> None:
        super().__init__()
        self.title = PlainLabel(color="text2", elide=True)
        self.editor = CodeEditor(self.tr("Message"))
        self.editor.set_read_only(True)
        self.editor.setAccessibleDescription("")
        self.editor.set_wrap(True)
        self._fill = TextFill(self.editor)
        self._bar = QWidget()
        bar = QHBoxLayout(self._bar)
        keep_scaled(bar, (INSET, 0, 8, 0))
        bar.addWidget(self.title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(HLine())
        column.addWidget(self.editor, 1)
        theme.follow(self._restyle)

    def show_message(self, listed: Listed, shown: MessageText) -> None:
        """Show the data, coloured when it is JSON."""
        self.title.setText(self._title(listed, cut=shown.cut))
        language = "json" if shown.is_json else "text"
        if self.editor.language != language:
            self.editor.clear()
            self.editor.set_language(language)
        self._fill.show(shown.text)

    def _title(self, listed: Listed, *, cut: bool) -> str:
        message = listed.message
        parts = [self.tr("Message {0:,}").format(listed.number)]
        if message.event:
            parts.append(message.event)
        if message.id:
            parts.append(self.tr("ID {0}").format(message.id))
        if listed.time is not None:
            parts.append(time_text(listed.time))
        parts.append(format_size(message.end - message.start))
        if message.retry is not None:
            parts.append(self.tr("reconnect after {0:,} ms").format(message.retry))
        if cut:
            parts.append(self.tr("the first {0} are shown").format(format_size(SHOWN_DATA)))
        return ", ".join(parts)

    def _restyle(self) -> None:
        self._bar.setFixedHeight(theme.scaled(_BAR))


class _EventTable(ReadingTable):
    """Tells when the newest message comes into view and goes out of it by the user's hand.

    Signals: `copyRequested(rows)`, `leftEnd`, `cameToEnd`.
    """

    copyRequested = Signal(list)
    leftEnd = Signal()
    cameToEnd = Signal()

    def __init__(self, name: str, model: EventTableModel) -> None:
        super().__init__(name, lambda: None)
        self._by_hand = True
        self.setModel(model)
        self.setItemDelegate(_EventDelegate(self))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(EventColumn.DATA, QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        theme.follow(self._restyle)

    def go_to_end(self) -> None:
        """Bring the newest message into view."""
        self._by_hand = False
        self.scrollToBottom()
        self._by_hand = True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copyRequested.emit(self.chosen_rows())
        else:
            super().keyPressEvent(event)

    def _on_scrolled(self, value: int) -> None:
        if not self._by_hand:
            return
        at_end = value >= self.verticalScrollBar().maximum()
        (self.cameToEnd if at_end else self.leftEnd).emit()

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.scaled(ROW))
        self.horizontalHeader().setFixedHeight(theme.scaled(ROW))
        for column, width in _COLUMNS.items():
            self.setColumnWidth(column, theme.scaled(width))


class _EventDelegate(QStyledItemDelegate):
    """Paints one cell; a message that is cut short is in a weaker colour."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(0, theme.scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        rect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selected"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.color("border"))
        room = rect.adjusted(theme.scaled(INSET), 0, -theme.scaled(8), 0)
        token = "text" if index.column() == EventColumn.DATA else "text2"
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        draw_text(painter, room, text, theme.mono_font(12), token)


@dataclass(frozen=True, slots=True)
class _Read:
    """What one job has read, and whether it knew that the body grows no more."""

    rows: list[Listed]
    final: bool


def _read(reader: EventReader, final: bool, pause: Pause) -> _Read:
    return _Read(reader.read_on(pause, final=final), final)


def _or_none(read: Callable[[Pause], Result], cancel: CancelToken) -> Result | None:
    """Return what `read` gives on a worker; None when it is not wanted any more."""
    try:
        return read(Pace(cancel))
    except (BodyGone, Stopped):
        return None
