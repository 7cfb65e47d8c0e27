"""The list of environments on their page: colour, name, and what is to be known of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.item_delegate import draw_text
from httpdesk.gui.widgets.labels import plain_tooltip
from httpdesk.gui.widgets.ring_list import Index, RingDelegate, RingList
from httpdesk.gui.widgets.state_dot import paint_color, paint_state

ROW = 28
_ROLE = Qt.ItemDataRole.UserRole
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True, slots=True)
class EnvironmentItem:
    """One row of the list."""

    key: str
    name: str
    color: str = ""
    fact: str = ""
    edited: bool = False


class EnvironmentList(RingList):
    """Arrows and clicks choose, which `chosen(key)` tells; Delete deletes."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_Delegate(), parent)
        self.setAccessibleName(self.tr("Environments"))
        self._filling = False
        self.rows = QStandardItemModel(self)
        self.setModel(self.rows)
        self.setUniformItemSizes(True)
        self.selectionModel().currentRowChanged.connect(self._tell)

    def show_items(self, items: Sequence[EnvironmentItem], current: str) -> None:
        """Show these rows; nobody is told."""
        self._filling = True
        self.rows.setRowCount(min(len(items), self.rows.rowCount()))
        for row, each in enumerate(items):
            if row == self.rows.rowCount():
                self.rows.appendRow(QStandardItem())
            shown = self.rows.item(row)
            shown.setText(each.name)
            shown.setData(each, _ROLE)
            edited = self.tr("edited") if each.edited else ""
            said = ", ".join(part for part in (each.name, each.fact, edited) if part)
            shown.setData(said, Qt.ItemDataRole.AccessibleTextRole)
            shown.setToolTip(plain_tooltip(said))
            if each.key == current:
                self.setCurrentIndex(shown.index())
        self._filling = False

    def keys(self) -> list[str]:
        """Return the keys of the rows."""
        return [self.rows.item(row).data(_ROLE).key for row in range(self.rows.rowCount())]

    def sizeHint(self) -> QSize:
        """Return the height of all rows."""
        return QSize(theme.scaled(200), theme.scaled(ROW) * max(1, self.rows.rowCount()))

    def _tell(self, current: QModelIndex) -> None:
        if not self._filling and current.isValid():
            self.chosen.emit(current.data(_ROLE).key)


class _Delegate(RingDelegate):
    """Paints a row; the name gives way to the fact."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.scaled(100), theme.scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.paint_back(painter, option, index)
        rect, row = QRect(option.rect), index.data(_ROLE)
        if row.color:
            center = QPointF(rect.left() + theme.scaled(20), rect.center().y() + 0.5)
            paint_color(painter, center, row.color)
        self._paint_words(painter, rect, row)

    @staticmethod
    def _paint_words(painter: QPainter, rect: QRect, row: EnvironmentItem) -> None:
        left = rect.left() + theme.scaled(34)
        right = rect.right() - theme.scaled(12)
        if row.edited:
            center = QPointF(right - theme.scaled(4), rect.center().y() + 0.5)
            paint_state(painter, center, "disc", "text2")
            right -= theme.scaled(14)
        fact = QRect(left + theme.scaled(48), rect.top(), 0, rect.height())
        fact.setRight(right)
        taken = draw_text(painter, fact, row.fact, theme.ui_font(11), "text3", align=_RIGHT)
        name = QRect(left, rect.top(), right - left - taken - theme.scaled(6), rect.height())
        draw_text(painter, name, row.name, theme.ui_font(13), "text")
