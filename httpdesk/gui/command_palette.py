"""The palette: find a request or run a command without leaving the keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from itertools import groupby
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QKeyCombination,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from httpdesk.gui import fuzzy, icons, theme
from httpdesk.gui.overlay import TOP, Overlay
from httpdesk.gui.palette_entry import EntrySource, PaletteEntry, PaletteSource, chosen_sources
from httpdesk.gui.widgets.item_delegate import draw_text, method_color, method_short
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import HLine
from httpdesk.gui.widgets.state_dot import paint_color

Index = QModelIndex | QPersistentModelIndex
WIDTH, HEAD, ROW, HEADING, MOST_ROWS = 640, 48, 36, 26, 11
MOST_MATCHES = 50
LEAST_BELOW = 24
"""Pixels that stay free between the palette and the end of the window."""


class Role(IntEnum):
    """What the delegate reads."""

    ENTRY = Qt.ItemDataRole.UserRole
    HITS = Qt.ItemDataRole.UserRole + 1
    HEADING = Qt.ItemDataRole.UserRole + 2
    """The group's name where a new group begins."""


class PaletteModel(QAbstractListModel):
    """The matches of what was typed; a row tells its group where a new group begins."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._matches: list[fuzzy.Match[PaletteEntry]] = []

    def show(self, matches: Sequence[fuzzy.Match[PaletteEntry]]) -> None:
        """Show these matches."""
        self.beginResetModel()
        self._matches = _grouped(matches)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._matches)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        found = self._matches[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return found.entry.text
            case Qt.ItemDataRole.AccessibleTextRole:
                entry = found.entry
                parts = (entry.method, entry.text, entry.detail, entry.shortcut)
                return ", ".join(part for part in parts if part)
            case Role.ENTRY:
                return found.entry
            case Role.HITS:
                return found.hits
            case Role.HEADING:
                return self._heading(index.row())
        return None

    def _heading(self, row: int) -> str:
        group = self._matches[row].entry.group
        return "" if row and self._matches[row - 1].entry.group == group else group


def _grouped(matches: Sequence[fuzzy.Match[PaletteEntry]]) -> list[fuzzy.Match[PaletteEntry]]:
    """Return the matches by group, the group with the best match first."""
    groups: dict[str, list[fuzzy.Match[PaletteEntry]]] = {}
    for found in matches:
        groups.setdefault(found.entry.group, []).append(found)
    return [found for group in groups.values() for found in group]


class PaletteDelegate(QStyledItemDelegate):
    """Paints a row: method or icon, name with bold hits, detail, and the shortcut at the end."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        heading = HEADING if index.data(Role.HEADING) else 0
        return QSize(theme.scaled(200), theme.scaled(ROW + heading))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: PaletteEntry = index.data(Role.ENTRY)
        rect = QRect(option.rect)
        painter.save()
        heading = index.data(Role.HEADING)
        if heading:
            above = QRect(rect.left() + theme.scaled(16), rect.top(), rect.width(), 0)
            above.setHeight(theme.scaled(HEADING))
            draw_text(painter, above, heading, theme.ui_font(11, 600), "text3")
            rect.setTop(above.bottom() + 1)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selected"))
            painter.drawRoundedRect(QRectF(rect).adjusted(6, 1, -6, -1), 6, 6)
        inner = rect.adjusted(theme.scaled(16), 0, -theme.scaled(16), 0)
        inner.setLeft(self._paint_mark(painter, inner, entry))
        inner.setRight(self._paint_end(painter, inner, entry))
        self._paint_text(painter, inner, entry, index.data(Role.HITS))
        painter.restore()

    @staticmethod
    def _paint_mark(painter: QPainter, rect: QRect, entry: PaletteEntry) -> int:
        if entry.method:
            painter.setFont(theme.mono_font(11, 700))
            painter.setPen(theme.color(method_color(entry.method)))
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, method_short(entry.method)[:6])
        elif entry.color:
            middle = QPointF(rect.left() + theme.scaled(8), rect.center().y() + 0.5)
            paint_color(painter, middle, entry.color)
        elif entry.icon:
            size = theme.scaled(16)
            top = rect.top() + (rect.height() - size) // 2
            painter.drawPixmap(rect.left(), top, icons.pixmap(entry.icon, "text2", size))
        return rect.left() + theme.scaled(48)

    @staticmethod
    def _paint_end(painter: QPainter, rect: QRect, entry: PaletteEntry) -> int:
        text = entry.shortcut
        painter.setFont(theme.ui_font(11))
        painter.setPen(theme.color("text3"))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(rect, flags, text)
        return rect.right() - painter.fontMetrics().horizontalAdvance(text) - theme.scaled(12)

    @staticmethod
    def _paint_text(
        painter: QPainter, rect: QRect, entry: PaletteEntry, hits: tuple[int, ...]
    ) -> None:
        painter.setPen(theme.color("text"))
        marked = set(hits)
        left = rect.left()
        for bold, run in groupby(enumerate(entry.text), lambda each: each[0] in marked):
            font = theme.ui_font(13, 600 if bold else 400)
            box = QRect(left, rect.top(), max(0, rect.right() - left), rect.height())
            left += draw_text(painter, box, "".join(letter for _, letter in run), font, "text")
        painter.setFont(theme.ui_font(12))
        painter.setPen(theme.color("text3"))
        room = QRect(left + theme.scaled(12), rect.top(), rect.right() - left, rect.height())
        room.setRight(rect.right())
        detail = painter.fontMetrics().elidedText(
            entry.detail, Qt.TextElideMode.ElideMiddle, max(0, room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, detail)


class CommandPalette(Overlay):
    """An overlay of its window; Esc closes it and gives the focus back."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, WIDTH)
        self.field = QLineEdit()
        self.list = QListView()
        self.nothing = PlainLabel(self.tr("Nothing found"), color="text3")
        self._model = PaletteModel(self)
        self._sources: tuple[PaletteSource, ...] = ()
        self._recent: tuple[PaletteEntry, ...] = ()
        self._build()
        self.field.textChanged.connect(self._search)
        self.list.clicked.connect(lambda _: self._choose())
        self.field.installEventFilter(self)

    def _build(self) -> None:
        self.setObjectName("palette")
        self.setAccessibleName(self.tr("Command palette"))
        self.field.setProperty("bare", True)
        self.list.setModel(self._model)
        self.list.setItemDelegate(PaletteDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Matches"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 6)
        layout.setSpacing(0)
        row = QVBoxLayout()
        keep_scaled(row, (14, 0, 14, 0))
        row.addWidget(self.field, 0, Qt.AlignmentFlag.AlignVCenter)
        self._head = QWidget()
        self._head.setLayout(row)
        layout.addWidget(self._head)
        layout.addWidget(HLine())
        layout.addWidget(self.list)
        layout.addWidget(self.nothing)

    def open(
        self,
        sources: Iterable[PaletteSource],
        text: str = "",
        recent: Iterable[PaletteEntry] = (),
        hint: str = "",
    ) -> None:
        """Show the palette over its window with these things to choose from.

        The `recent` ones come first as long as nothing is typed. `hint` says what can be found.
        """
        self._sources, self._recent = tuple(sources), tuple(recent)
        words = hint or self.tr("Find a request or run a command")
        self.field.setPlaceholderText(words)
        self.field.setAccessibleName(words)
        self.field.setText(text)
        self._search(text)
        self._head.setFixedHeight(theme.scaled(HEAD))
        self.nothing.setContentsMargins(theme.scaled(16), 0, theme.scaled(16), 0)
        self.present(self.field)

    def panel_height(self) -> int:
        below = self._over.height() - theme.scaled(TOP + HEAD) - LEAST_BELOW
        room, rows = min(theme.scaled(ROW) * MOST_ROWS, below), 0
        for row in range(self._model.rowCount()):
            height = self.list.sizeHintForRow(row)
            if rows + height > room:
                break
            rows += height
        return theme.scaled(HEAD) + (rows or theme.scaled(ROW)) + 8

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if watched is self.field and is_key and self._key(event):  # type: ignore[arg-type]
            return True
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: MOST_ROWS - 1,
            Qt.Key.Key_PageUp: 1 - MOST_ROWS,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self._step(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(send=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif event.keyCombination() in _CLOSES:
            self.dismiss()
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        count = self._model.rowCount()
        if count:
            row = max(0, min(count - 1, self.list.currentIndex().row() + by))
            self.list.setCurrentIndex(self._model.index(row))

    def _choose(self, *, send: bool = False) -> None:
        entry = self.list.currentIndex().data(Role.ENTRY)
        if isinstance(entry, PaletteEntry):
            self.dismiss()
            (entry.send if send and entry.send is not None else entry.run)()

    def _search(self, text: str) -> None:
        asked, query = chosen_sources(self._sources, text)
        matches = [match for each in asked for match in each.find(query, MOST_MATCHES)]
        if query.strip():
            matches = sorted(matches, key=lambda each: each.score)[:MOST_MATCHES]
        if not text:
            matches = EntrySource(self._recent).find("", MOST_MATCHES) + matches
        self._model.show(matches[:MOST_MATCHES])
        self.list.setCurrentIndex(self._model.index(0))
        self.list.setVisible(bool(matches))
        self.nothing.setVisible(not matches)
        self.place()


_CONTROL = Qt.KeyboardModifier.ControlModifier
_CLOSES = (
    QKeyCombination(_CONTROL, Qt.Key.Key_K),
    QKeyCombination(_CONTROL, Qt.Key.Key_P),
    QKeyCombination(_CONTROL | Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_P),
)
"""The keys that opened it."""
