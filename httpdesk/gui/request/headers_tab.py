"""The Headers tab: the request's own rows, and what is added automatically."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, cast

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from httpdesk.engine.masking import mask_header_value
from httpdesk.engine.resolve import Preview
from httpdesk.gui import icons, theme
from httpdesk.gui.item_models.automatic_headers import (
    AutoColumn,
    AutomaticHeadersModel,
    AutoRole,
)
from httpdesk.gui.item_models.key_value_table import KeyValueModel, Wording
from httpdesk.gui.item_models.rows import Column
from httpdesk.gui.request import header_words
from httpdesk.gui.request.flat_table import INDENT, PADDING, FlatTable, PaneScroll
from httpdesk.gui.request.row_delegate import eye_place, paint_eye, paint_ring
from httpdesk.gui.request.row_section import TITLE_HEIGHT, RowSection
from httpdesk.gui.request.row_table import RowTable
from httpdesk.gui.widgets.item_delegate import draw_text
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import SectionHeader
from httpdesk.model.request import Header

AnyIndex = QModelIndex | QPersistentModelIndex
_LOCK: Final = 14
_LOCK_LEFT: Final = 12


def suggest(column: int, key: str) -> Sequence[str]:
    """Return header names, or the usual values of the header `key`."""
    if column == Column.KEY:
        return header_words.NAMES
    return header_words.values_of(key) if column == Column.VALUE else ()


class HeadersTab(PaneScroll):
    """The request's header rows above the headers that are added automatically.

    Signals: `edited` when the user changed a row.
    """

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        wording = Wording(self.tr("Add header"), self.tr("Header {0} of {1}"))
        self._rows = KeyValueModel(Header, wording, self, mask=mask_header_value)
        self._automatic = AutomaticHeadersModel(mask_header_value, self)
        self.own = RowSection(
            RowTable(self._rows, self.tr("Headers"), words=suggest),
            self.tr("Set in this request"),
        )
        self.automatic = AutomaticTable(self.tr("Headers added automatically"))
        self._automatic_title = QWidget()
        self._build()
        self._rows.edited.connect(self.edited)
        theme.follow(self._restyle)

    def set_headers(self, headers: tuple[Header, ...]) -> None:
        """Show the rows of a request."""
        self._rows.set_rows(headers)

    def headers(self) -> tuple[Header, ...]:
        """Return the rows."""
        return cast("tuple[Header, ...]", self._rows.rows())

    def set_preview(self, preview: Preview) -> None:
        """Show what is added automatically, and what of it the rows replace."""
        self._automatic.set_headers(preview.automatic, preview.overridden)

    def set_known(self, names: Collection[str]) -> None:
        """Say which variables have a value."""
        self.own.table.set_known(names)

    def set_problems(self, problems: dict[tuple[int, int], str]) -> None:
        """Flag cells of the rows."""
        self._rows.set_problems(problems)

    def _build(self) -> None:
        self.automatic.setModel(self._automatic)
        self.automatic.setItemDelegate(AutomaticDelegate(self.automatic))
        self.automatic.show_rows()
        title = QHBoxLayout(self._automatic_title)
        keep_scaled(title, (12, 0, 12, 0))
        title.addWidget(SectionHeader(self.tr("Added automatically")))
        self.column.addWidget(self.own)
        self.column.addSpacing(theme.scaled(8))
        self.column.addWidget(self._automatic_title)
        self.column.addWidget(self.automatic)
        self.column.addSpacing(theme.scaled(12))
        self.follow_table(self.own.table)
        self.follow_table(self.automatic)

    def _restyle(self) -> None:
        self._automatic_title.setFixedHeight(theme.scaled(TITLE_HEIGHT + 2))


class AutomaticTable(FlatTable):
    """A table for reading; Enter or Space shows or hides the secret of the current row."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        model, value = self.model(), self.currentIndex().siblingAtColumn(AutoColumn.VALUE)
        wanted = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if wanted and value.data(AutoRole.SENSITIVE) and isinstance(model, AutomaticHeadersModel):
            model.reveal(value.row(), bool(value.data(AutoRole.MASKED)))
        else:
            super().keyPressEvent(event)


class AutomaticDelegate(QStyledItemDelegate):
    """Lock, name, value and origin; struck through when a row replaces the header."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        cell: QRect = option.rect
        state: QStyle.StateFlag = option.state
        focused = option.widget.hasFocus()
        if focused and state & QStyle.StateFlag.State_Selected:
            painter.fillRect(cell, theme.color("selected"))
        painter.fillRect(cell.left(), cell.bottom(), cell.width(), 1, theme.color("border"))
        room = _room(cell, index.column())
        if index.column() == AutoColumn.KEY:
            _paint_lock(painter, cell)
        if index.data(AutoRole.SENSITIVE):
            paint_eye(painter, eye_place(cell), bool(index.data(AutoRole.MASKED)))
            room.setRight(eye_place(cell).left())
        draw_text(painter, room, str(index.data()), _font(index), _token(index))
        if focused and state & QStyle.StateFlag.State_HasFocus:
            paint_ring(painter, cell.adjusted(0, 0, 0, -1))

    def editorEvent(
        self, event: QEvent, model: object, option: QStyleOptionViewItem, index: AnyIndex
    ) -> bool:
        """Show or hide a secret by a click on its eye."""
        if (
            event.type() != QEvent.Type.MouseButtonRelease
            or not isinstance(event, QMouseEvent)
            or not isinstance(model, AutomaticHeadersModel)
            or not index.data(AutoRole.SENSITIVE)
            or not eye_place(option.rect).contains(event.position().toPoint())
        ):
            return False
        model.reveal(index.row(), bool(index.data(AutoRole.MASKED)))
        return True


def _room(cell: QRect, column: int) -> QRect:
    left = INDENT if column == AutoColumn.KEY else PADDING
    return cell.adjusted(theme.scaled(left), 0, -theme.scaled(PADDING), -1)


def _font(index: AnyIndex) -> QFont:
    if index.column() == AutoColumn.FROM:
        return theme.ui_font(12)
    font = theme.mono_font(12)
    if not index.data(AutoRole.OVERRIDDEN):
        return font
    struck = QFont(font)
    struck.setStrikeOut(True)
    return struck


def _token(index: AnyIndex) -> str:
    replaced = bool(index.data(AutoRole.OVERRIDDEN))
    return "text2" if index.column() == AutoColumn.VALUE and not replaced else "text3"


def _paint_lock(painter: QPainter, cell: QRect) -> None:
    side = theme.scaled(_LOCK)
    lock = icons.pixmap("lock", "text3", side, painter.device().devicePixelRatioF())
    top = cell.top() + (cell.height() - 1 - side) // 2
    painter.drawPixmap(cell.left() + theme.scaled(_LOCK_LEFT), top, lock)
