"""The Hex view: offset, bytes and letters of any body, of any size."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui import theme
from httpdesk.gui.response.body_page import BodyPage, PageTools, ShownBody
from httpdesk.gui.response.hex_find import HexFind
from httpdesk.gui.response.hidden_bytes import Revealing, bytes_hidden_in, without
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.masked_hex import MaskedHexRows
from httpdesk.gui.response.notice_bar import Notice
from httpdesk.gui.response.paced import Pace
from httpdesk.gui.response.text_view import TextView
from httpdesk.render.hex_rows import HexRows, parse_offset, place_of
from httpdesk.render.rows import Place, Stopped

MOST_COPIED = 64_000_000
"""Characters that go to the clipboard; there are nearly five for each byte."""
_FIELD = 104
_START, _END = Place(0, 0), Place(2**60, 0)


class HexView(TextView):
    """Rows of bytes; their offsets are their numbers."""

    NUMBERED = False


class OffsetField(QLineEdit):
    """Where to go, as `4096` or `0x1000`; Enter goes there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(self.tr("Go to offset"))
        self.setAccessibleName(self.tr("Offset to go to, such as 4096 or 0x1000"))
        theme.follow(self._restyle)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def _restyle(self) -> None:
        self.setFixedWidth(theme.scaled(_FIELD))


class HexPage(BodyPage):
    """Shows the bytes as received, and finds text and bytes among them."""

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self._rows: MaskedHexRows | None = None
        self._shown = Revealing()
        self._copying = LatestJob(tools.jobs, self)
        self.view = HexView(self.tr("Bytes"), tools.jobs)
        self.finder = HexFind(tools.jobs)
        self.offset = OffsetField()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.finder)
        layout.addWidget(self.view, 1)
        self._connect()

    def _connect(self) -> None:
        self._copying.finished.connect(self._on_copied)
        self.view.firstShown.connect(self.shown)
        self.view.findRequested.connect(self.open_find)
        self.view.copyRequested.connect(self._copy_selection)
        self.view.goToLineRequested.connect(self._ask_offset)
        self.finder.matchChanged.connect(self._on_match)
        self.finder.closed.connect(self.view.setFocus)
        self.offset.returnPressed.connect(self._go_to_offset)

    @property
    def busy(self) -> bool:
        """Whether rows are read, searched or copied."""
        return self.view.busy or self.finder.busy or self._copying.running

    @property
    def is_text(self) -> bool:
        """Whether there is text to copy: the rows as they read."""
        return True

    def show_body(self, body: ShownBody, view: str) -> None:
        """Show the bytes as received, whatever charset they are read in."""
        self._copying.drop()
        self._set_notices()
        handle = body.received
        try:
            hidden = bytes_hidden_in(body)
            self._rows = MaskedHexRows(handle, hidden, self._shown, growing=body.growing)
        except Stopped:
            return
        self.finder.set_body(handle, partial(without, hidden, self._shown))
        self.view.show_rows(self._rows, "text")

    def grow(self) -> None:
        """Show what has come since."""
        self._read_on()

    def end(self, body: ShownBody, view: str) -> None:
        """Take the last bytes; nothing moves."""
        if self._rows is None:
            self.show_body(body, view)
            return
        self._rows.finish()
        self._read_on()
        self._rows.hidden = bytes_hidden_in(body)
        self.finder.set_body(body.received, partial(without, self._rows.hidden, self._shown))

    def clear(self) -> None:
        """Let go of the body."""
        self._copying.drop()
        self._rows = None
        self.finder.set_body(None)
        self.view.clear()
        self._set_notices()

    def set_revealed(self, on: bool) -> None:
        """Show all secrets of this and of later bodies as they are, or hide them again."""
        self._shown.all = on
        self.view.rows_changed()
        self.finder.search_again()

    def bar_widgets(self) -> tuple[QWidget, ...]:
        """Return the field to go to an offset by."""
        return (self.offset,)

    def open_find(self) -> None:
        """Open the find bar."""
        self.finder.open()

    def find_next(self) -> None:
        """Go to the next match."""
        self.finder.find_next()

    def find_previous(self) -> None:
        """Go to the match before."""
        self.finder.find_previous()

    def copy_all(self) -> None:
        """Copy all rows, or as many as fit on a clipboard."""
        self._copy(_START, _END)

    def _read_on(self) -> None:
        if self._rows is None:
            return
        try:
            self._rows.index(lambda: None)
        except Stopped:
            return
        self.view.rows_grew()

    def _copy_selection(self) -> None:
        selection = self.view.selection
        if not selection.empty:
            self._copy(selection.start, selection.end)

    def _copy(self, start: Place, end: Place) -> None:
        if self._rows is not None:
            self._copying.start(partial(_text, self._rows, start, end))

    def _on_copied(self, text: object) -> None:
        if not isinstance(text, str):
            return
        if len(text) >= MOST_COPIED:
            words = self.tr("The first {0:,} characters were copied; the rest can be saved.")
            self._set_notices(Notice(words.format(MOST_COPIED), "slate"))
        self.copied.emit(text)

    def _on_match(self) -> None:
        self.view.set_marks(self.finder.marks())
        if self.finder.current is not None:
            self.view.go_to(place_of(self.finder.current.start))

    def _ask_offset(self) -> None:
        self.offset.selectAll()
        self.offset.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _go_to_offset(self) -> None:
        offset = parse_offset(self.offset.text())
        if offset is None or self._rows is None:
            self.offset.selectAll()
            return
        self.view.go_to(place_of(max(0, min(offset, self._rows.indexed - 1))))
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)


def _text(rows: HexRows, start: Place, end: Place, cancel: CancelToken) -> str | None:
    """Return rows as text on a worker; None when they are not wanted any more."""
    try:
        return rows.text(start, end, MOST_COPIED, Pace(cancel))
    except Stopped:
        return None
