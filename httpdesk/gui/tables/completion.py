"""Completing words and `{{variables}}` while they are typed."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final, Protocol

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    QStringListModel,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCompleter,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from httpdesk.engine.template import MADE
from httpdesk.engine.value_forms import FORMS
from httpdesk.gui import theme
from httpdesk.gui.widgets.item_delegate import draw_text, paint_row

_ROW: Final = 24
_EDGE: Final = 4
_WIDTH: Final = 220
_MOST_ROWS: Final = 8
_OPEN_NAME: Final = re.compile(r"\{\{\s*([^{}\r\n]*)$")
_POPUP_KEYS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Escape)


class CompletionList(QListView):
    """The list that hangs below what is typed."""

    def __init__(self) -> None:
        super().__init__()
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        edge = theme.scaled(_EDGE)
        self.setViewportMargins(edge, edge, edge, edge)
        self.setMinimumWidth(theme.scaled(_WIDTH))

    def hang_on(self, completer: QCompleter) -> None:
        """Become the list of `completer`, which would bring a look of its own."""
        completer.setPopup(self)
        completer.setMaxVisibleItems(_MOST_ROWS)
        self.setItemDelegate(_WordDelegate(self))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height of the rows; QCompleter knows nothing of the edge around them."""
        super().resizeEvent(event)
        rows = min(self.model().rowCount(), _MOST_ROWS)
        wanted = rows * self.sizeHintForRow(0) + 2 * (theme.scaled(_EDGE) + self.frameWidth())
        if rows and self.height() != wanted:
            self.resize(self.width(), wanted)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            painter = QPainter(self)
            painter.fillRect(self.rect(), theme.color("border"))
            painter.fillRect(self.rect().adjusted(1, 1, -1, -1), theme.color("raised"))
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self.viewport()).fillRect(event.rect(), theme.color("raised"))
        super().paintEvent(event)


class _WordDelegate(QStyledItemDelegate):
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(theme.scaled(_WIDTH) // 2, theme.scaled(_ROW))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            paint_row(painter, row, "hover", inset=0)
        room = row.adjusted(theme.scaled(8), 0, -theme.scaled(8), 0)
        draw_text(painter, room, str(index.data()), theme.mono_font(12), "text")


def word_completer(words: Sequence[str], parent: QWidget) -> QCompleter:
    """Return a completer of whole texts, whatever their case."""
    completer = QCompleter(list(words), parent)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    CompletionList().hang_on(completer)
    return completer


class TextField(Protocol):
    """What a variable is completed in."""

    def text_before_cursor(self) -> str:
        """Return the text of the line up to the cursor."""

    def text_after_cursor(self) -> str:
        """Return the text of the line from the cursor on."""

    def replace_before_cursor(self, length: int, text: str) -> None:
        """Put `text` in place of the characters in front of the cursor."""

    def cursor_place(self) -> QRect:
        """Return where the cursor is, in the widget."""


class VariableCompleter(QCompleter):
    """Offers the names of variables behind `{{`, and on Ctrl+Space anywhere.

    Behind `$` those of values that are made, behind a name and `|` the forms of its value.
    """

    def __init__(self, field: TextField, widget: QWidget) -> None:
        super().__init__(widget)
        self._field = field
        self._known: tuple[str, ...] = ()
        self._names = QStringListModel(self)
        self._list: CompletionList | None = None
        self.setModel(self._names)
        self.setWidget(widget)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.activated.connect(self._insert)

    def set_names(self, names: Collection[str]) -> None:
        """Offer these variables."""
        self._known = tuple(sorted(names, key=str.lower))
        self._names.setStringList(self._fitting(""))

    def takes(self, event: QKeyEvent) -> bool:
        """Return whether the key is for the open list, so that the field must ignore it."""
        return self.is_open and event.key() in _POPUP_KEYS

    @property
    def is_open(self) -> bool:
        """Whether the list is on screen."""
        return self._list is not None and self._list.isVisible()

    def offer(self) -> None:
        """Show the names that fit what is typed behind `{{`, or hide the list."""
        found = _OPEN_NAME.search(self._field.text_before_cursor())
        if found is not None:
            self._names.setStringList(self._fitting(found[1]))
            self.setCompletionPrefix(found[1])
        if found is None or self.completionCount() == 0:
            if self._list is not None:
                self._list.hide()
            return
        if self._list is None:
            self._list = CompletionList()
            self._list.hang_on(self)
        place = self._field.cursor_place()
        place.setWidth(self._list.minimumWidth())
        self.complete(place)
        self._list.setCurrentIndex(self.completionModel().index(0, 0))

    def _fitting(self, typed: str) -> list[str]:
        """Return the names, or names with a form, of the kind that is being typed."""
        name, bar, _ = typed.rpartition("|")
        if bar:
            return [f"{name}|{form}" for form in FORMS]
        made = typed.startswith(MADE)
        return [each for each in self._known if each.startswith(MADE) is made]

    def offer_all(self) -> None:
        """Open a `{{` where none is open, and show the names."""
        if _OPEN_NAME.search(self._field.text_before_cursor()) is None:
            self._field.replace_before_cursor(0, "{{")
        self.offer()

    def _insert(self, name: str) -> None:
        found = _OPEN_NAME.search(self._field.text_before_cursor())
        if found is not None:
            closed = self._field.text_after_cursor().startswith("}}")
            self._field.replace_before_cursor(len(found[1]), name + ("" if closed else "}}"))
