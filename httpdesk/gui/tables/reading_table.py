"""What tables that are only read have alike: how they are read, titles, secrets' eyes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from httpdesk.gui import icons, theme
from httpdesk.gui.widgets.item_delegate import draw_text
from httpdesk.gui.widgets.revealing import REVEAL_MS

AnyIndex = QModelIndex | QPersistentModelIndex

ROW = 28
INSET = 12
_EYE = 28


class Titles(QHeaderView):
    """The column titles, on the same left edge as the cells."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.fillRect(rect, theme.color("surface"))
        line = QRect(rect.left(), rect.bottom(), rect.width(), 1)
        painter.fillRect(line, theme.color("border"))
        title = self.model().headerData(section, Qt.Orientation.Horizontal)
        room = rect.adjusted(theme.scaled(INSET), 0, 0, 0)
        draw_text(painter, room, str(title), theme.ui_font(11, 500), "text3")


class ReadingTable(QTableView):
    """Rows for reading: no grid, no editing, and what is revealed hides again after a while."""

    def __init__(self, name: str, hide_again: Callable[[], None]) -> None:
        super().__init__()
        self._hide = QTimer(self, interval=REVEAL_MS, singleShot=True)
        self._hide.timeout.connect(hide_again)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.setHorizontalHeader(Titles(self))

    def minimumSizeHint(self) -> QSize:
        """Return room for a line: with large text the bars around may need all else."""
        return QSize(super().minimumSizeHint().width(), theme.scaled(ROW))

    def chosen_rows(self) -> list[int]:
        """Return the selected rows from top to bottom."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())


class CellDelegate(QStyledItemDelegate):
    """What the delegates of such tables begin with."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(0, theme.scaled(ROW))

    @staticmethod
    def ground(painter: QPainter, option: QStyleOptionViewItem, right: int = 8) -> QRect:
        """Paint what is behind a cell and the line below it; return where its text has room."""
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selected"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.color("border"))
        return rect.adjusted(theme.scaled(INSET), 0, -theme.scaled(right), 0)


def eye_place(rect: QRect) -> QRect:
    """Return the place of the eye at the right end of a cell."""
    width = theme.scaled(_EYE)
    return QRect(rect.right() - width - theme.scaled(4), rect.top(), width, rect.height())


def paint_eye(painter: QPainter, rect: QRect, masked: bool) -> None:
    """Paint the eye of a cell, crossed out while its value is masked."""
    side = theme.scaled(16)
    place = eye_place(rect)
    drawn = icons.pixmap("eye-off" if masked else "eye", "text2", side)
    painter.drawPixmap(
        place.left() + (place.width() - side) // 2, place.center().y() - side // 2 + 1, drawn
    )
