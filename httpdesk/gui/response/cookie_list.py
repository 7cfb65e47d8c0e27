"""The table of the Cookies tab."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QHeaderView,
    QMenu,
    QStyleOptionViewItem,
)

from httpdesk.gui import icons, theme
from httpdesk.gui.item_models.cookie_table import CookieColumn, CookieRole, CookieTableModel
from httpdesk.gui.tables.reading_table import (
    ROW,
    CellDelegate,
    ReadingTable,
    eye_place,
    paint_eye,
)
from httpdesk.gui.widgets.item_delegate import draw_text
from httpdesk.model.cookies import Cookie, CookieKey

AnyIndex = QModelIndex | QPersistentModelIndex

_LONGEST_SHOWN = 2_000
_WIDTHS = {
    CookieColumn.NAME: 116,
    CookieColumn.DOMAIN: 112,
    CookieColumn.PATH: 52,
    CookieColumn.EXPIRES: 140,
    CookieColumn.FLAGS: 116,
}
_LEAST_VALUE = 108
_ALL_FLAGS = 184
"""The width of all flags at once."""
_REASON_COLUMNS = len(CookieColumn) - 1


class CookieList(ReadingTable):
    """Enter edits, Delete deletes, Space or the eye shows and hides a value, Ctrl+C copies.

    Signals: editRequested(Cookie), deleteRequested, addRequested.
    """

    editRequested = Signal(object)
    deleteRequested = Signal()
    addRequested = Signal()

    def __init__(self, model: CookieTableModel) -> None:
        super().__init__(self.tr("Cookies"), lambda: model.reveal(None))
        self._cookies = model
        self.setModel(model)
        self.setItemDelegate(_CookieDelegate(self))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(CookieColumn.VALUE, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(self._edit)
        model.modelReset.connect(self._span_reasons)
        theme.follow(self._restyle)

    # Rows

    def chosen(self) -> list[Cookie]:
        """Return the cookies of the selected rows from top to bottom."""
        found = (self._cookies.cookie(row) for row in self.chosen_rows())
        return [cookie for cookie in found if cookie is not None]

    def choose(self, keys: list[CookieKey]) -> None:
        """Select the rows of these cookies, as far as they are shown."""
        flags = self.selectionModel().SelectionFlag
        for key in keys:
            row = self._cookies.row_of(key)
            if row is not None:
                index = self._cookies.index(row, CookieColumn.NAME)
                self.selectionModel().setCurrentIndex(index, flags.Select | flags.Rows)

    def reveal(self, row: int) -> None:
        """Show the row's value for a while, or hide it again."""
        index = self._cookies.index(row, CookieColumn.VALUE)
        if index.data(CookieRole.MASKED):
            self._cookies.reveal(row)
            self._hide.start()
        elif index.data(CookieRole.HAS_VALUE):
            self._cookies.reveal(None)

    def _span_reasons(self) -> None:
        """Let the reason of a refused cookie run over all other columns."""
        self.clearSpans()
        for row in range(self._cookies.refused_rows):
            self.setSpan(row, CookieColumn.VALUE, 1, _REASON_COLUMNS)

    def _edit(self, index: QModelIndex) -> None:
        cookie = self._cookies.cookie(index.row()) if index.isValid() else None
        if cookie is not None:
            self.editRequested.emit(cookie)

    # Hands

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy(masked=True)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._edit(index)
        elif event.key() == Qt.Key.Key_Space and index.isValid():
            self.reveal(index.row())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.deleteRequested.emit()
        elif event.key() == Qt.Key.Key_Insert:
            self.addRequested.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        on_value = index.column() == CookieColumn.VALUE and index.data(CookieRole.HAS_VALUE)
        if on_value and eye_place(self.visualRect(index)).contains(event.position().toPoint()):
            self.reveal(index.row())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.open_menu()

    def open_menu(self) -> None:
        """Open the menu of the current row under it."""
        index = self.currentIndex()
        if not index.isValid() or self._cookies.cookie(index.row()) is None:
            return
        menu = QMenu(self)
        menu.addAction(self.tr("Edit…")).triggered.connect(lambda: self._edit(index))
        copy = menu.addAction(self.tr("Copy value"))
        copy.triggered.connect(lambda: self._copy(masked=False))
        masked = bool(index.data(CookieRole.MASKED))
        reveal = menu.addAction(self.tr("Reveal value") if masked else self.tr("Hide value"))
        reveal.triggered.connect(lambda: self.reveal(index.row()))
        menu.addSeparator()
        menu.addAction(self.tr("Delete")).triggered.connect(self.deleteRequested)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(self.visualRect(index).bottomLeft()))

    def _copy(self, *, masked: bool) -> None:
        """Copy the chosen cookies as `name=value`, or the values themselves when asked for."""
        if masked:
            rows = sorted(index.row() for index in self.selectionModel().selectedRows())
            lines = [
                f"{self._cell(row, CookieColumn.NAME)}={self._cell(row, CookieColumn.VALUE)}"
                for row in rows
                if self._cookies.cookie(row) is not None
            ]
        else:
            lines = [cookie.value for cookie in self.chosen()]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _cell(self, row: int, column: CookieColumn) -> str:
        return str(self._cookies.index(row, column).data())

    # Looks

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Give flags, then values, what is left; scroll sideways where that is too little."""
        least, most = theme.scaled(_LEAST_VALUE), theme.scaled(_ALL_FLAGS)
        used = sum(theme.scaled(width) for width in _WIDTHS.values())
        spare = self.viewport().width() - used - least
        modes = QHeaderView.ResizeMode
        mode = modes.Stretch if spare >= 0 else modes.Interactive
        self.horizontalHeader().setSectionResizeMode(CookieColumn.VALUE, mode)
        if spare < 0:
            self.setColumnWidth(CookieColumn.VALUE, least)
        flags = theme.scaled(_WIDTHS[CookieColumn.FLAGS]) + max(spare, 0)
        self.setColumnWidth(CookieColumn.FLAGS, min(flags, most))

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.scaled(ROW))
        self.horizontalHeader().setFixedHeight(theme.scaled(ROW))
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, theme.scaled(width))
        self._share_width()


class _CookieDelegate(CellDelegate):
    """Paints one cell: the mark of a cookie that was just set, the eye, the reason of a refusal."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        rect: QRect = option.rect
        room = self.ground(painter, option)
        text = str(index.data(Qt.ItemDataRole.DisplayRole))[:_LONGEST_SHOWN]
        if index.data(CookieRole.REFUSED):
            self._paint_refused(painter, room, index, text)
            return
        if index.column() == CookieColumn.VALUE and index.data(CookieRole.HAS_VALUE):
            room.setRight(eye_place(rect).left())
            paint_eye(painter, rect, bool(index.data(CookieRole.MASKED)))
        if index.column() == CookieColumn.NAME and index.data(CookieRole.JUST_SET):
            room.setRight(self._paint_mark(painter, room) - theme.scaled(6))
        draw_text(painter, room, text, _font(index.column()), _token(index.column()))

    def _paint_refused(self, painter: QPainter, room: QRect, index: AnyIndex, text: str) -> None:
        if index.column() == CookieColumn.NAME:
            draw_text(painter, room, text, theme.mono_font(12), "text3")
            return
        side = theme.scaled(14)
        mark = icons.pixmap("triangle-alert", "amber", side, painter.device().devicePixelRatioF())
        painter.drawPixmap(room.left(), room.center().y() - side // 2 + 1, mark)
        room.setLeft(room.left() + side + theme.scaled(6))
        draw_text(painter, room, text, theme.ui_font(12), "text2")

    def _paint_mark(self, painter: QPainter, room: QRect) -> int:
        """Paint the word for a cookie that was just set; return where it begins."""
        font, word = theme.ui_font(11, 500), self.tr("Set")
        metrics = QFontMetrics(font)
        width = metrics.horizontalAdvance(word) + 2 * theme.scaled(5)
        height = metrics.height() + theme.scaled(2)
        pill = QRect(room.right() - width, room.center().y() - height // 2 + 1, width, height)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent_tint"))
        painter.drawRoundedRect(QRectF(pill), theme.scaled(4), theme.scaled(4))
        painter.restore()
        center = Qt.AlignmentFlag.AlignCenter
        draw_text(painter, pill, word, font, "accent_text", align=center)
        return pill.left()


def _font(column: int) -> QFont:
    words = column in (CookieColumn.EXPIRES, CookieColumn.FLAGS)
    return theme.ui_font(12) if words else theme.mono_font(12)


def _token(column: int) -> str:
    return "text" if column in (CookieColumn.VALUE, CookieColumn.NAME) else "text2"
