"""The strip of line numbers and fold marks beside a painted text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from httpdesk.gui import icons, theme
from httpdesk.gui.response.text_view_walk import Piece

_LEFT = 12
_FOLD = 22
_LEAST_DIGITS = 2
_MARK = 12


class NumberedRows(Protocol):
    """What the strip asks of the text beside it."""

    def placed_pieces(self) -> Iterator[tuple[Piece, int]]: ...
    def line_height(self) -> int: ...
    def last_number(self) -> int: ...
    def is_folded(self, row: int) -> bool: ...


class RowGutter(QWidget):
    """Paints the numbers of the lines on screen.

    Signals: `foldClicked(row)` when a fold mark was clicked.
    """

    foldClicked = Signal(object)

    def __init__(self, parent: QWidget, text: NumberedRows) -> None:
        super().__init__(parent)
        self._text = text
        self._problem = -1
        self._metrics = QFontMetrics(theme.mono_font(11))
        theme.follow(self._restyle)

    def needed_width(self) -> int:
        """Return the width for the largest number there is."""
        digits = max(len(str(self._text.last_number())), _LEAST_DIGITS)
        return theme.scaled(_LEFT + _FOLD) + self._metrics.horizontalAdvance("0") * digits

    def set_problem(self, row: int) -> None:
        """Show the number of a row as that of a mistake; -1 for none."""
        self._problem = row
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.mono_font(11))
        height = self._text.line_height()
        right = self.width() - theme.scaled(_FOLD)
        align = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for piece, top in self._text.placed_pieces():
            line = piece.line
            if piece.sub or line.row.continued:
                continue
            problem = line.number == self._problem
            painter.setPen(theme.color("red" if problem else "text3"))
            painter.drawText(QRect(0, top, right, height), align, str(line.row.line))
            if line.opens:
                self._draw_fold(painter, right, top, self._text.is_folded(line.number))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        y = event.position().y()
        height = self._text.line_height()
        for piece, top in self._text.placed_pieces():
            if top <= y < top + height and piece.line.opens:
                self.foldClicked.emit(piece.line.number)
                return

    def _draw_fold(self, painter: QPainter, right: int, top: int, folded: bool) -> None:
        side = theme.scaled(_MARK)
        name = "chevron-right" if folded else "chevron-down"
        drawn = icons.pixmap(name, "text3", side, self.devicePixelRatioF())
        y = top + (self._text.line_height() - side) // 2
        painter.drawPixmap(right + theme.scaled(5), y, drawn)

    def _restyle(self) -> None:
        self._metrics = QFontMetrics(theme.mono_font(11))
