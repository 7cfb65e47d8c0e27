"""The Headers tab: the request's own rows, and what is added automatically."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, cast

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFont, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
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
from httpdesk.gui.request.problems import warning_sentence
from httpdesk.gui.tables.flat_table import INDENT, PADDING, FlatTable, PaneScroll
from httpdesk.gui.tables.header_words import suggest
from httpdesk.gui.tables.row_delegate import (
    check_box,
    eye_place,
    paint_check_box,
    paint_eye,
    paint_ring,
)
from httpdesk.gui.tables.row_section import TITLE_HEIGHT, RowSection
from httpdesk.gui.tables.row_table import RowTable
from httpdesk.gui.widgets.item_delegate import draw_text
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import SectionHeader
from httpdesk.model.exchange import Origin, WarningKind
from httpdesk.model.request import Header

AnyIndex = QModelIndex | QPersistentModelIndex
_LOCK: Final = 14
_HANDED_DOWN: Final = (Origin.FOLDER, Origin.COLLECTION, Origin.CONNECTION, Origin.AUTH)
_LOCK_LEFT: Final = 12


class HeadersTab(PaneScroll):
    """The request's header rows above the headers that are added automatically.

    Signals: `edited` when the user changed a row.
    """

    edited = Signal()
    levelAsked = Signal(str, str)
    """(Origin value, name) of the level that the user wants to see."""

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
        self.warning = PlainLabel("", px=12, color="amber", wrap=True)
        self._build()
        self._rows.edited.connect(self.edited)
        self._automatic.removedChanged.connect(self.edited)
        self.automatic.levelAsked.connect(self.levelAsked)
        theme.follow(self._restyle)

    def set_headers(self, headers: tuple[Header, ...], removed: tuple[str, ...] = ()) -> None:
        """Show the rows of a request, and which automatic headers it takes out."""
        self._rows.set_rows(headers)
        self._automatic.set_removed(removed)

    def headers(self) -> tuple[Header, ...]:
        """Return the rows."""
        return cast("tuple[Header, ...]", self._rows.rows())

    def removed(self) -> tuple[str, ...]:
        """Return the names of automatic headers that are taken out."""
        return self._automatic.removed

    def set_preview(self, preview: Preview) -> None:
        """Show what is added automatically, what of it the rows replace, and what is taken out."""
        handed_down = [header for header in preview.headers if header.origin in _HANDED_DOWN]
        self._automatic.set_headers(
            preview.automatic, preview.overridden, preview.removed, handed_down
        )
        risky = [each for each in preview.warnings if each.kind is WarningKind.HEADER_REMOVED]
        self.warning.setText(" ".join(map(warning_sentence, risky)))
        self._warning_row.setVisible(bool(risky))

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
        self.column.addWidget(self._warning())
        self.column.addSpacing(theme.scaled(12))
        self.follow_table(self.own.table)
        self.follow_table(self.automatic)

    def _warning(self) -> QWidget:
        self._warning_row = QWidget()
        row = QHBoxLayout(self._warning_row)
        keep_scaled(row, (12, 6, 12, 0))
        row.addWidget(self.warning)
        self._warning_row.hide()
        return self._warning_row

    def _restyle(self) -> None:
        self._automatic_title.setFixedHeight(theme.scaled(TITLE_HEIGHT + 2))


class AutomaticTable(FlatTable):
    """Space and Ctrl+/ take the chosen headers out or put them back, Delete takes them out.

    Enter shows or hides the secret of the current row, and in the From column it leads, as a
    click does, to what hands a header down.
    Signals: `levelAsked(origin, name)`.
    """

    levelAsked = Signal(str, str)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.column() == AutoColumn.FROM:
            self._ask_level(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        model = self.model()
        if isinstance(model, AutomaticHeadersModel) and self._act(event, model):
            event.accept()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        model, index = self.model(), self.currentIndex()
        if isinstance(model, AutomaticHeadersModel) and index.isValid():
            corner = self.visualRect(index).bottomLeft()
            self.make_menu(model).popup(self.viewport().mapToGlobal(corner))

    def make_menu(self, model: AutomaticHeadersModel) -> QMenu:
        """Return the menu of the chosen rows; it goes when it is closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        removed = self.currentIndex().data(AutoRole.REMOVED)
        words = self.tr("Put back") if removed else self.tr("Remove")
        action = menu.addAction(words)
        action.setShortcut(QKeySequence("Ctrl+/"))
        key = self.currentIndex().siblingAtColumn(AutoColumn.KEY)
        action.setEnabled(key.data(Qt.ItemDataRole.CheckStateRole) is not None)
        action.triggered.connect(lambda: model.toggle(self._chosen()))
        index = self.currentIndex()
        if index.data(AutoRole.LEVEL) is not None:
            words = self.tr("Open settings of {0}").format(index.data(AutoRole.LEVEL)[1])
            menu.addAction(words, lambda: self._ask_level(index))
        return menu

    def _ask_level(self, index: QModelIndex) -> bool:
        level = index.data(AutoRole.LEVEL)
        if level is not None:
            self.levelAsked.emit(*level)
        return level is not None

    def _act(self, event: QKeyEvent, model: AutomaticHeadersModel) -> bool:
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        with_control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if with_control and event.key() == Qt.Key.Key_Slash:
            model.toggle(self._chosen())
        elif not plain:
            return False
        elif event.key() == Qt.Key.Key_Space:
            model.toggle(self._chosen())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            model.remove(self._chosen())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._reveal(model)
        else:
            return False
        return True

    def _reveal(self, model: AutomaticHeadersModel) -> bool:
        if self.currentIndex().column() == AutoColumn.FROM:
            return self._ask_level(self.currentIndex())
        value = self.currentIndex().siblingAtColumn(AutoColumn.VALUE)
        if not value.data(AutoRole.SENSITIVE):
            return False
        model.reveal(value.row(), bool(value.data(AutoRole.MASKED)))
        return True

    def _chosen(self) -> list[int]:
        rows = {index.row() for index in self.selectionModel().selectedRows()}
        if self.currentIndex().isValid():
            rows.add(self.currentIndex().row())
        return sorted(rows)


class AutomaticDelegate(QStyledItemDelegate):
    """Check box, name, value and origin; struck through when the header is not sent.

    One that a row replaces, or that a folder hands down, has a lock in place of the box.
    """

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        cell: QRect = option.rect
        state: QStyle.StateFlag = option.state
        focused = option.widget.hasFocus()
        if focused and state & QStyle.StateFlag.State_Selected:
            painter.fillRect(cell, theme.color("selected"))
        painter.fillRect(cell.left(), cell.bottom(), cell.width(), 1, theme.color("border"))
        room = _room(cell, index.column())
        if index.column() == AutoColumn.KEY:
            _paint_lead(painter, cell, index)
        if index.data(AutoRole.SENSITIVE):
            paint_eye(painter, eye_place(cell), bool(index.data(AutoRole.MASKED)))
            room.setRight(eye_place(cell).left())
        draw_text(painter, room, str(index.data()), _font(index), _token(index))
        if focused and state & QStyle.StateFlag.State_HasFocus:
            paint_ring(painter, cell.adjusted(0, 0, 0, -1))

    def editorEvent(
        self, event: QEvent, model: object, option: QStyleOptionViewItem, index: AnyIndex
    ) -> bool:
        """Take a header out by a click on its box, show or hide a secret by one on its eye."""
        if (
            event.type() != QEvent.Type.MouseButtonRelease
            or not isinstance(event, QMouseEvent)
            or not isinstance(model, AutomaticHeadersModel)
        ):
            return False
        cell: QRect = option.rect
        point = event.position().toPoint()
        on_box = point.x() < cell.left() + theme.scaled(INDENT - PADDING)
        if index.column() == AutoColumn.KEY and on_box:
            model.toggle([index.row()])
            return True
        if not index.data(AutoRole.SENSITIVE) or not eye_place(cell).contains(point):
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
    if not _is_left_out(index) or not index.data():
        return font
    struck = QFont(font)
    struck.setStrikeOut(True)
    return struck


def _token(index: AnyIndex) -> str:
    if index.column() == AutoColumn.FROM and index.data(AutoRole.LEVEL) is not None:
        return "accent_text"
    return "text2" if index.column() == AutoColumn.VALUE and not _is_left_out(index) else "text3"


def _is_left_out(index: AnyIndex) -> bool:
    return bool(index.data(AutoRole.OVERRIDDEN) or index.data(AutoRole.REMOVED))


def _paint_lead(painter: QPainter, cell: QRect, index: AnyIndex) -> None:
    state = index.data(Qt.ItemDataRole.CheckStateRole)
    if state is not None:
        paint_check_box(painter, check_box(cell), state == Qt.CheckState.Checked)
        return
    side = theme.scaled(_LOCK)
    lock = icons.pixmap("lock", "text3", side, painter.device().devicePixelRatioF())
    top = cell.top() + (cell.height() - 1 - side) // 2
    painter.drawPixmap(cell.left() + theme.scaled(_LOCK_LEFT), top, lock)
