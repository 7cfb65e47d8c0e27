"""Tables that are as tall as their rows, in a pane that scrolls them all together."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QHelpEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QScrollArea,
    QSizePolicy,
    QTableView,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from httpdesk.gui import theme
from httpdesk.gui.widgets.labels import plain_tooltip

AnyIndex = QModelIndex | QPersistentModelIndex

ROW: Final = 28
HEADER: Final = 24
INDENT: Final = 36
"""Where the text of the first column begins, behind the check box or lock."""
PADDING: Final = 6
_SHARES: Final = (0.31, 0.41)
"""Of the width behind the indent: key and value; the third column takes the rest."""
_MARGIN: Final = 8


class FlatTable(QTableView):
    """A table without scroll bars, frame and grid whose columns share the width.

    Signals: `currentMoved(rect)` when another cell became current, with its place in the table.
    """

    currentMoved = Signal(QRect)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        # For the window's focus ring: the current cell shows the focus.
        self.setProperty("showsOwnFocus", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAutoScroll(False)
        self.verticalHeader().hide()
        self.setHorizontalHeader(ColumnTitles(self))
        theme.follow(self._restyle)

    def show_rows(self) -> None:
        """Take the height of the rows there are now; call it after setting the model."""
        model = self.model()
        for signal in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            signal.connect(self.updateGeometry)
        self._share_width()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the height of titles and rows."""
        model: QAbstractItemModel | None = self.model()
        rows = model.rowCount() if model is not None else 0
        row_height = self.verticalHeader().defaultSectionSize()
        titles = 0 if self.horizontalHeader().isHidden() else theme.scaled(HEADER)
        return QSize(theme.scaled(240), titles + rows * row_height)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # Qt repaints the current cell only; its whole row loses the colour.
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            # The row may be new, and the pane learns of its height only when it lays out.
            QTimer.singleShot(0, self, self._tell_current)

    def tooltip_text(self, index: QModelIndex) -> str:
        """Return what a tooltip over the cell says: its whole text when that does not fit."""
        text = str(index.data() or "")
        fits = self.fontMetrics().horizontalAdvance(text) < self.visualRect(index).width() - INDENT
        return "" if fits else text

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.tooltip_text(self.indexAt(event.pos()))
            QToolTip.showText(event.globalPos(), plain_tooltip(text), self)
            return True
        return super().viewportEvent(event)

    def _tell_current(self) -> None:
        place = self.visualRect(self.currentIndex())
        if not place.isNull():
            place.translate(self.viewport().pos())
            self.currentMoved.emit(place)

    def _share_width(self) -> None:
        titles = self.horizontalHeader()
        shown = [at for at in range(titles.count()) if not titles.isSectionHidden(at)]
        if not shown:
            return
        width, indent = self.viewport().width(), theme.scaled(INDENT)
        room = max(width - indent, 0)
        wanted = [indent - theme.scaled(PADDING) + round(_SHARES[0] * room)]
        wanted.append(round(_SHARES[1] * room))
        for at in shown[:-1]:
            titles.resizeSection(at, wanted[at])
        titles.resizeSection(shown[-1], max(width - sum(wanted[: len(shown) - 1]), 0))

    def _restyle(self) -> None:
        rows = self.verticalHeader()
        rows.setMinimumSectionSize(theme.scaled(ROW))
        rows.setDefaultSectionSize(theme.scaled(ROW))
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setFont(theme.mono_font(12))
        self._share_width()
        self.updateGeometry()


class ColumnTitles(QHeaderView):
    """Column titles that line up with the cells' text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(0)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._covered = 0
        theme.follow(self._restyle)

    def set_covered(self, width: int) -> None:
        """Keep the titles out of the last `width` pixels: something lies over them."""
        self._covered = width
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), theme.scaled(HEADER))

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self.viewport())
        room = self.viewport().rect()
        painter.fillRect(0, room.height() - 1, room.width(), 1, theme.color("border"))
        painter.setFont(theme.ui_font(11, 500))
        painter.setPen(theme.color("text2"))
        for section in range(self.count()):
            if not self.isSectionHidden(section):
                self._paint_title(painter, section)

    def _paint_title(self, painter: QPainter, section: int) -> None:
        indent = theme.scaled(PADDING if section else INDENT)
        left = self.sectionViewportPosition(section)
        end = min(left + self.sectionSize(section), self.width() - self._covered)
        place = QRect(left + indent, 0, end - left - indent, self.height() - 1)
        title = str(self.model().headerData(section, Qt.Orientation.Horizontal))
        shown = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _restyle(self) -> None:
        self.setFixedHeight(theme.scaled(HEADER))


class PaneScroll(QScrollArea):
    """The one scroll area of a pane; its content stacks from the top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = content = QWidget()
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setWidget(content)
        # Both would paint the window's grey over the pane's own background.
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def minimumSizeHint(self) -> QSize:
        """Return room for a line: with large text the bars around may need all else."""
        return QSize(super().minimumSizeHint().width(), theme.scaled(28))

    def follow_table(self, table: FlatTable) -> None:
        """Keep the current cell of `table` in view."""
        table.currentMoved.connect(lambda place: self._show_cell(table, place))

    def _show_cell(self, table: FlatTable, place: QRect) -> None:
        corner = table.mapTo(self._content, QPoint(0, place.bottom()))
        self.ensureVisible(0, corner.y() - place.height(), 0, theme.scaled(_MARGIN))
        self.ensureVisible(0, corner.y(), 0, theme.scaled(_MARGIN))
