"""A text of any size, painted from the rows around the screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from httpdesk.gui import theme
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response import text_view_keys
from httpdesk.gui.response.text_view_access import tell_of_texts
from httpdesk.gui.response.text_view_caret import CaretView
from httpdesk.gui.response.text_view_mouse import TextMouse
from httpdesk.gui.response.text_view_paint import Mark, TextPainter, eye_rect
from httpdesk.gui.widgets.labels import plain_tooltip
from httpdesk.render.rows import Place, Rows, Secret


class TextView(CaretView):
    """Read-only text with line numbers, folding, colours, a caret, selection and marks.

    Signals:
        findRequested, wrapRequested(on): the menu asks for it.
    """

    findRequested = Signal()
    wrapRequested = Signal(bool)

    def __init__(self, name: str, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(jobs, parent)
        self._marks: Mapping[int, Sequence[Mark]] = {}
        self._problem: tuple[Place, str] | None = None
        self._mouse = TextMouse(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.setAccessibleName(name)
        tell_of_texts()
        theme.follow(self._restyle)

    # What callers set

    def show_rows(self, rows: Rows, language: str) -> None:
        """Show other rows from their start; emits `firstShown` when they are there."""
        self._forget()
        self._open(rows, language)

    def clear(self) -> None:
        """Show nothing, and read no more."""
        self._forget()
        self._open(None, "text")

    def set_marks(self, marks: Mapping[int, Sequence[Mark]]) -> None:
        """Mark columns of rows, such as what was found."""
        self._marks = marks
        self.viewport().update()

    @property
    def marks(self) -> Mapping[int, Sequence[Mark]]:
        """The marks in force, by row."""
        return self._marks

    def set_problem(self, place: Place | None, text: str = "") -> None:
        """Underline the place of a mistake; None takes the mark away."""
        self._problem = None if place is None else (place, text)
        self._gutter.set_problem(-1 if place is None else place.row)
        self._repaint()

    def text_on_screen(self) -> str:
        """Return the text that is on screen, with a line's end after each row."""
        return "".join(
            piece.line.row.text[piece.start : piece.end] + ("\n" if piece.last else "")
            for piece in self._pieces
        )

    # Keys, the mouse and the menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not text_view_keys.handle(self, event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._mouse.press(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._mouse.double_click(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._mouse.release()
        secret = self._eye_at(event.position())
        if secret is not None and self._selection.empty:
            self.secretToggled.emit(secret)

    def _eye_at(self, position: QPointF) -> Secret | None:
        """Return the hidden secret whose eye is at a point of the viewport."""
        return next((s for s, place in self.eyes() if place.contains(position)), None)

    def eyes(self) -> Iterator[tuple[Secret, QRectF]]:
        """Yield the hidden secrets on screen, and where the eye of each is in the viewport."""
        left, width = self.horizontalScrollBar().value(), self.viewport().width()
        for piece, top in self.placed_pieces():
            for secret in piece.line.row.secrets:
                place = eye_rect(self._type, left, piece, secret, top)
                if not secret.shown and 0 <= place.left() < width:
                    yield secret, place

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        at = self.viewport().mapToGlobal(self.caret_rect().bottomLeft())
        self.menu().popup(at if by_key else event.globalPos())

    def menu(self) -> QMenu:
        """Return the menu of the text, as it is now."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction(self.tr("Copy"))
        copy.setEnabled(not self._selection.empty)
        copy.triggered.connect(self.copyRequested)
        menu.addAction(self.tr("Select all")).triggered.connect(self.select_all)
        secret = self.secret_at(self._selection.caret)
        if secret is not None:
            words = self.tr("Hide value") if secret.shown else self.tr("Reveal value")
            menu.addAction(words).triggered.connect(self.toggle_secret)
        menu.addSeparator()
        menu.addAction(self.tr("Find")).triggered.connect(self.findRequested)
        menu.addAction(self.tr("Go to line…")).triggered.connect(self.goToLineRequested)
        menu.addSeparator()
        wrap = menu.addAction(self.tr("Wrap lines"))
        wrap.setCheckable(True)
        wrap.setChecked(self.wraps)
        wrap.toggled.connect(self.wrapRequested)
        return menu

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        left = self.horizontalScrollBar().value()
        drawn = TextPainter(painter, self._type, left, self.viewport().width())
        for piece, top in self.placed_pieces():
            row, length = piece.line.number, piece.line.cells.length
            if self.hasFocus() and row == self._selection.caret.row and self._selection.empty:
                band = QRect(0, top, self.viewport().width(), self._type.height)
                painter.fillRect(band, theme.color("alt"))
            selected = self._selection.columns(row, length)
            drawn.draw(piece, top, selected, self._marks_of(row))
            if self.hasFocus() and self._holds_caret(piece):
                drawn.caret(piece, min(self._selection.caret.column, length), top)

    def _marks_of(self, row: int) -> Sequence[Mark]:
        marks = self._marks.get(row, ())
        if self._problem is None or self._problem[0].row != row:
            return marks
        column = self._problem[0].column
        return (*marks, Mark(column, column + 1, "problem"))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._repaint()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._repaint()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_problem(event)
            return True
        return super().viewportEvent(event)

    def _show_problem(self, event: QHelpEvent) -> None:
        place = self.place_at(event.pos())
        if self._problem is not None and place is not None and place.row == self._problem[0].row:
            QToolTip.showText(event.globalPos(), plain_tooltip(self._problem[1]), self)
        else:
            QToolTip.hideText()

    def _forget(self) -> None:
        self._forget_caret()
        self._marks = {}
        self.set_problem(None)
