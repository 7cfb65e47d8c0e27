"""The view of a table of values: titles that sort, and cells in the colour of their kind."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyleOptionViewItem,
    QWidget,
)

from httpdesk.engine.masking import MASK
from httpdesk.gui import icons, theme
from httpdesk.gui.response.table_page_model import CellRole, TablePageModel
from httpdesk.gui.tables.reading_table import (
    INSET,
    CellDelegate,
    ReadingTable,
    Titles,
    eye_place,
    paint_eye,
)
from httpdesk.gui.widgets.item_delegate import draw_text

Index = QModelIndex | QPersistentModelIndex

ROW = 24
_TITLES = 28
_NARROWEST, _WIDEST = 64, 320
_MEASURED_ROWS = 60
_MEASURED_CELLS = 2_000
"""All together, since it happens on the thread of the window."""
_MEASURED = 80
"""Characters of a text that are measured."""
_ARROW = 14
_EYE = 28
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class _SortTitles(Titles):
    """Titles with an arrow at the one that the rows are sorted by."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.sorted_by: tuple[int, bool] | None = None
        self.setSectionsClickable(True)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        super().paintSection(painter, rect, section)
        if self.sorted_by is None or self.sorted_by[0] != section:
            return
        side = theme.scaled(_ARROW)
        name = "arrow-down" if self.sorted_by[1] else "arrow-up"
        place = QRect(rect.right() - side - 4, rect.top(), side + 4, rect.height() - 1)
        painter.fillRect(place, theme.color("surface"))
        top = rect.top() + (rect.height() - side) // 2
        painter.drawPixmap(rect.right() - side - 2, top, icons.pixmap(name, "text2", side))


class _CellDelegate(CellDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        room = self.ground(painter, option, right=4)
        align = _RIGHT if index.data(CellRole.NUMERIC) else _LEFT
        token = str(index.data(CellRole.COLOR))
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        if MASK in text:
            room.setRight(eye_place(option.rect).left())
            paint_eye(painter, option.rect, True)
        draw_text(painter, room, text, theme.mono_font(12), token, align=align)


class ValueTable(ReadingTable):
    """Cells that are chosen one by one, by rows with Shift and the arrows, or all with Ctrl+A.

    Signals:
        sortRequested(column): a title was clicked.
        copyRequested, menuRequested(index).
        secretToggled: the current cell is to be revealed or hidden, if it is a secret.
    """

    secretToggled = Signal()

    sortRequested = Signal(int)
    copyRequested = Signal()
    menuRequested = Signal(QModelIndex)

    def __init__(self, model: TablePageModel) -> None:
        super().__init__(self.tr("Table of the response"), lambda: None)
        self.titles = _SortTitles(self)
        self.setHorizontalHeader(self.titles)
        self.setModel(model)
        self.setItemDelegate(_CellDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.titles.setStretchLastSection(True)
        self.titles.sectionClicked.connect(self.sortRequested)
        theme.follow(self._restyle)

    def fit_columns(self) -> None:
        """Give each column the width of its title and of what is in the first rows."""
        model, metrics = self.model(), QFontMetrics(theme.mono_font(12))
        title_metrics = QFontMetrics(theme.ui_font(11, 500))
        most_rows = 1 + _MEASURED_CELLS // max(1, model.columnCount())
        rows = min(model.rowCount(), _MEASURED_ROWS, most_rows)
        spare, most = theme.scaled(INSET + 8), theme.scaled(_WIDEST)
        for column in range(model.columnCount()):
            title = str(model.headerData(column, Qt.Orientation.Horizontal))[:_MEASURED]
            widest = title_metrics.horizontalAdvance(title) + theme.scaled(_ARROW)
            for row in range(rows):
                if widest >= most:
                    break
                text = str(model.index(row, column).data())[:_MEASURED]
                eye = theme.scaled(_EYE) if MASK in text else 0
                widest = max(widest, metrics.horizontalAdvance(text) + eye)
            width = min(max(widest + spare, theme.scaled(_NARROWEST)), most)
            self.setColumnWidth(column, width)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copyRequested.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.secretToggled.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        position = event.position().toPoint()
        index = self.indexAt(position)
        on_eye = eye_place(self.visualRect(index)).contains(position)
        if on_eye and index == self.currentIndex() and MASK in str(index.data()):
            self.secretToggled.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menuRequested.emit(self.currentIndex())

    def chosen(self) -> tuple[list[int], list[int]]:
        """Return the rows and the columns that the selection reaches over."""
        rows: set[int] = set()
        columns: set[int] = set()
        for part in self.selectionModel().selection().toList():
            rows.update(range(part.top(), part.bottom() + 1))
            columns.update(range(part.left(), part.right() + 1))
        return sorted(rows), sorted(columns)

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.scaled(ROW))
        self.titles.setFixedHeight(theme.scaled(_TITLES))
