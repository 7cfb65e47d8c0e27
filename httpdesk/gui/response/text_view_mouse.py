"""Selecting in a painted text with the mouse."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from httpdesk.gui.response.text_view_caret import CaretView
from httpdesk.gui.response.text_view_select import Selection, word_at
from httpdesk.render.rows import Place

_DRAG_MS = 40
_FASTEST = 40
_PULL = 8
"""Pixels beyond the edge for each line more that is scrolled at once."""


class TextMouse(QObject):
    """A click puts the caret, a double click takes a word, a third one the line; dragging
    stretches, and scrolls beyond the edge."""

    def __init__(self, view: CaretView) -> None:
        super().__init__(view)
        self._view = view
        self._at = QPoint()
        self._doubled: tuple[int, QPoint] | None = None
        self._timer = QTimer(self, interval=_DRAG_MS)
        self._timer.timeout.connect(self._pull)

    def press(self, event: QMouseEvent) -> None:
        """Put the caret where the press is, or take the line at the third one."""
        position = event.position().toPoint()
        place = self._view.place_at(position)
        if event.button() is not Qt.MouseButton.LeftButton or place is None:
            return
        if self._is_third(event):
            self._take_row(place.row)
            return
        keep = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._view.put_caret(place, keep=keep)

    def double_click(self, event: QMouseEvent) -> None:
        """Select the word."""
        position = event.position().toPoint()
        place = self._view.place_at(position)
        text = self._view.row_text(place.row) if place is not None else None
        if place is None or text is None:
            return
        start, end = word_at(text, place.column)
        self._view.set_selection(Selection(Place(place.row, start), Place(place.row, end)))
        self._doubled = event.timestamp(), position

    def move(self, event: QMouseEvent) -> None:
        """Stretch the selection while the button is down."""
        if not event.buttons() & Qt.MouseButton.LeftButton:
            return
        self._at = event.position().toPoint()
        if self._view.viewport().rect().contains(self._at):
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()
        self._stretch()

    def release(self) -> None:
        """Scroll no more."""
        self._timer.stop()

    def _is_third(self, event: QMouseEvent) -> bool:
        if self._doubled is None:
            return False
        when, where = self._doubled
        self._doubled = None
        soon = event.timestamp() - when < QApplication.doubleClickInterval()
        near = (event.position().toPoint() - where).manhattanLength()
        return soon and near < QApplication.startDragDistance()

    def _take_row(self, row: int) -> None:
        self._view.set_selection(Selection(Place(row, 0), Place(row + 1, 0)))

    def _pull(self) -> None:
        """Scroll faster the further the mouse is beyond the edge."""
        room = self._view.viewport().rect()
        up, down = room.top() - self._at.y(), self._at.y() - room.bottom()
        beyond = max(up, down)
        if beyond > 0:
            lines = min(1 + beyond // _PULL, _FASTEST)
            self._view.scroll_lines(-lines if up > 0 else lines)
        left, right = room.left() - self._at.x(), self._at.x() - room.right()
        bar = self._view.horizontalScrollBar()
        if max(left, right) > 0:
            bar.setValue(bar.value() + (-left if left > 0 else right))
        self._stretch()

    def _stretch(self) -> None:
        room = self._view.viewport().rect()
        y = min(max(self._at.y(), room.top()), room.bottom())
        place = self._view.place_at(QPoint(self._at.x(), y))
        if place is not None:
            self._view.put_caret(place, keep=True)
