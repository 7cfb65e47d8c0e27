"""The strip of line numbers and fold marks beside a code editor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QTextBlock
from PySide6.QtWidgets import QWidget

from httpdesk.gui import icons, theme

_LEFT = 12
_FOLD = 22
_LEAST_DIGITS = 2
_MARK = 12


class NumberedText(Protocol):
    """What the strip asks of the editor beside it."""

    def visible_blocks(self) -> Iterator[tuple[QTextBlock, QRectF]]: ...
    def is_foldable(self, block: QTextBlock) -> bool: ...
    def is_folded(self, line: int) -> bool: ...
    def toggle_fold(self, line: int) -> None: ...
    def blockCount(self) -> int: ...
    def fontMetrics(self) -> QFontMetrics: ...


class Gutter(QWidget):
    """Paints the numbers of the visible lines; a click on a mark folds."""

    def __init__(self, parent: QWidget, editor: NumberedText) -> None:
        super().__init__(parent)
        self._editor = editor

    def needed_width(self) -> int:
        """Return the width for the number of lines there are."""
        digits = max(len(str(self._editor.blockCount())), _LEAST_DIGITS)
        metrics = QFontMetrics(theme.mono_font(11))
        return theme.scaled(_LEFT + _FOLD) + metrics.horizontalAdvance("0") * digits

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.mono_font(11))
        painter.setPen(theme.color("text3"))
        side = theme.scaled(_MARK)
        right = self.width() - theme.scaled(_FOLD)
        align = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for block, place in self._editor.visible_blocks():
            line = block.blockNumber()
            height = self._editor.fontMetrics().lineSpacing()
            painter.drawText(QRectF(0, place.top(), right, height), align, str(line + 1))
            folded = self._editor.is_folded(line)
            if folded or self._editor.is_foldable(block):
                name = "chevron-right" if folded else "chevron-down"
                drawn = icons.pixmap(name, "text3", side, self.devicePixelRatioF())
                y = int(place.top() + (height - side) / 2)
                painter.drawPixmap(right + theme.scaled(5), y, drawn)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        y = event.position().y()
        for block, place in self._editor.visible_blocks():
            if place.top() <= y < place.bottom():
                self._editor.toggle_fold(block.blockNumber())
                return
