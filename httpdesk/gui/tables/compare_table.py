"""The rows of a comparison: places of a structure, or lines side by side."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from httpdesk.gui import theme
from httpdesk.gui.item_models.comparison import (
    CHANGE_ROLE,
    LineColumn,
    LineModel,
    PlaceColumn,
    PlaceModel,
)
from httpdesk.gui.tables.reading_table import INSET, ROW, ReadingTable
from httpdesk.gui.widgets.item_delegate import draw_text
from httpdesk.render.diff import Change

AnyIndex = QModelIndex | QPersistentModelIndex

_TINTS = {Change.ADDED: "green_tint", Change.REMOVED: "red_tint", Change.CHANGED: "amber_tint"}
_LONGEST_SHOWN = 1_000


class CompareTable(ReadingTable):
    """Rows on the tint of what happened to them; Ctrl+C copies the chosen ones."""

    def __init__(self, name: str, model: PlaceModel | LineModel) -> None:
        super().__init__(name, lambda: None)
        self._rows = model
        self.setModel(model)
        self.setItemDelegate(_CompareDelegate(self))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        theme.follow(self._restyle)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = ["\t".join(self._rows.texts(row)) for row in self.chosen_rows()]
            QGuiApplication.clipboard().setText("\n".join(rows))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Give both sides the same room."""
        width = self.viewport().width()
        if isinstance(self._rows, PlaceModel):
            glyph = theme.scaled(32)
            place = min(theme.scaled(260), (width - glyph) // 3)
            self.setColumnWidth(PlaceColumn.CHANGE, glyph)
            self.setColumnWidth(PlaceColumn.PLACE, place)
            self.setColumnWidth(PlaceColumn.BEFORE, (width - glyph - place) // 2)
            return
        number = theme.scaled(52)
        for column in (LineColumn.BEFORE_NUMBER, LineColumn.AFTER_NUMBER):
            self.setColumnWidth(column, number)
        self.setColumnWidth(LineColumn.BEFORE, (width - 2 * number) // 2)

    def _restyle(self) -> None:
        row = ROW if isinstance(self._rows, PlaceModel) else 20
        self.verticalHeader().setDefaultSectionSize(theme.scaled(row))
        self.horizontalHeader().setFixedHeight(theme.scaled(ROW))


class _CompareDelegate(QStyledItemDelegate):
    """Paints one cell plain, on the tint of its row; never more of a text than fits."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(0, theme.scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        rect: QRect = option.rect
        painter.fillRect(rect, self._background(option, index))
        text = str(index.data(Qt.ItemDataRole.DisplayRole))[:_LONGEST_SHOWN]
        inset = theme.scaled(INSET if index.column() != LineColumn.BEFORE else 8)
        faint = index.data(CHANGE_ROLE) is None
        draw_text(
            painter,
            rect.adjusted(inset, 0, -theme.scaled(4), 0),
            text,
            theme.mono_font(12),
            "text2" if faint or index.column() == 0 else "text",
        )

    @staticmethod
    def _background(option: QStyleOptionViewItem, index: AnyIndex) -> QColor:
        if option.state & QStyle.StateFlag.State_Selected:
            return theme.color("selected")
        change = index.data(CHANGE_ROLE)
        side_is_empty = not index.data(Qt.ItemDataRole.DisplayRole)
        if change is None or side_is_empty:
            return theme.color("surface" if change is None else "alt")
        return theme.color(_TINTS[change])
