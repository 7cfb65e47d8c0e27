"""The table in which params, headers and form fields are typed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QMenu,
    QWidget,
)

from httpdesk.gui.item_models.key_value_table import KeyValueModel, Role
from httpdesk.gui.item_models.rows import Column, Row, is_enabled
from httpdesk.gui.tables.flat_table import FlatTable
from httpdesk.gui.tables.row_delegate import CellEditor, RowDelegate, eye_place, text_room
from httpdesk.gui.tables.row_text import TextRow, parse_pasted
from httpdesk.gui.widgets.key_cap import native_keys

AnyIndex = QModelIndex | QPersistentModelIndex
_Trigger = QAbstractItemView.EditTrigger
_Hint = QAbstractItemDelegate.EndEditHint
_TAB_REASONS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


def no_words(_column: int, _key: str) -> Sequence[str]:
    """Suggest nothing."""
    return ()


class RowTable(FlatTable):
    """Tab moves between cells, Enter edits, Ctrl+/ toggles, Alt+Up/Down moves, Delete removes.

    The last row becomes a row by typing. Pasted lines of `key: value` fill rows.
    """

    def __init__(
        self,
        model: KeyValueModel,
        name: str,
        *,
        query: bool = False,
        words: Callable[[int, str], Sequence[str]] = no_words,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, parent)
        self.rows = model
        self._query = query
        self._delegate = self.make_delegate(words)
        self._pressed: QPersistentModelIndex | None = None
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setEditTriggers(
            _Trigger.AnyKeyPressed | _Trigger.EditKeyPressed | _Trigger.DoubleClicked
        )
        self._delegate.pasteRequested.connect(self._paste_into)
        model.modelReset.connect(self._fit_columns)
        model.dataChanged.connect(self._fit_columns)
        self._description_wanted = False
        titles = self.horizontalHeader()
        for place, column in enumerate(self.columns()):
            titles.moveSection(titles.visualIndex(column), place)
        self._fit_columns()
        self.show_rows()

    def make_delegate(self, words: Callable[[int, str], Sequence[str]]) -> RowDelegate:
        """Return what paints and edits the cells."""
        return RowDelegate(words, self)

    def open_cell(self, index: AnyIndex) -> None:
        """Open the editor of a cell, or whatever the cell is changed with."""
        self.edit(index)

    def set_known(self, names: Collection[str] | None) -> None:
        """Say which variables have a value; the others are marked."""
        self._delegate.set_known(names)
        self.viewport().update()

    def show_descriptions(self, shown: bool) -> None:
        """Show the third column, which otherwise appears with the first description."""
        self._description_wanted = shown
        self._fit_columns()

    @property
    def descriptions_shown(self) -> bool:
        """Whether the third column is on screen."""
        return not self.isColumnHidden(Column.DESCRIPTION)

    def edit_cell(self, row: int, column: int) -> None:
        """Open the editor of a cell."""
        index = self.rows.index(row, column)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setCurrentIndex(index)
        self.open_cell(index)

    def text_rows(self) -> tuple[TextRow, ...] | None:
        """Return what text can hold of the rows, None where it is not enough."""
        return as_text_rows(self.rows.rows())

    def chosen_rows(self) -> list[int]:
        """Return the selected rows, or the current one."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        current = self.currentIndex()
        return rows or ([current.row()] if current.isValid() else [])

    # What a key or a menu does

    def toggle_rows(self) -> None:
        """Switch the chosen rows on or off."""
        self.rows.toggle(self.chosen_rows())

    def remove_rows(self) -> None:
        """Remove the chosen rows; the row below becomes current."""
        chosen = self.chosen_rows()
        if chosen:
            self.rows.remove(chosen)
            self._make_current(min(chosen[0], self.rows.rowCount() - 1))

    def move_row(self, by: int) -> None:
        """Move the current row up (-1) or down (1)."""
        current = self.currentIndex()
        if current.isValid():
            self._make_current(self.rows.move(current.row(), by))

    def copy_rows(self) -> None:
        """Put the chosen rows on the clipboard as lines."""
        rows = self.rows.rows()
        chosen = [rows[at] for at in self.chosen_rows() if not self.rows.is_ghost(at)]
        lines = [f"{row.name}: {row.value}" for row in chosen]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def paste_rows(self) -> None:
        """Fill rows from the clipboard, or the current cell when it holds a plain value."""
        text = QGuiApplication.clipboard().text()
        current = self.currentIndex()
        rows = self._parsed(text)
        if rows:
            self._insert(rows, current.row() if current.isValid() else len(self.rows.rows()))
        elif current.isValid():
            self.rows.begin_session()
            self.rows.setData(current, text.rstrip("\r\n"))

    def add_actions(self, menu: QMenu) -> None:
        """Put what can be done with the chosen rows in `menu`."""
        chosen = [at for at in self.chosen_rows() if not self.rows.is_ghost(at)]
        current = self.currentIndex()
        if self.rows.grows:
            enabled = all(is_enabled(self.rows.rows()[at]) for at in chosen)
            words = self.tr("Switch off") if enabled else self.tr("Switch on")
            _add(menu, words, "Ctrl+/", self.toggle_rows, bool(chosen))
            _add(menu, self.tr("Move up"), "Alt+Up", lambda: self.move_row(-1), bool(chosen))
            _add(menu, self.tr("Move down"), "Alt+Down", lambda: self.move_row(1), bool(chosen))
            menu.addSeparator()
        _add(menu, self.tr("Copy"), "Ctrl+C", self.copy_rows, bool(chosen))
        if self.rows.grows:
            _add(menu, self.tr("Paste"), "Ctrl+V", self.paste_rows, True)
            _add(menu, self.tr("Delete"), "Del", self.remove_rows, bool(chosen))
        self._add_reveal(menu, current)
        menu.addSeparator()
        _add(menu, self.tr("Undo"), "Ctrl+Z", self.rows.undo, self.rows.can_undo())
        _add(menu, self.tr("Redo"), "Ctrl+Shift+Z", self.rows.redo, self.rows.can_redo())

    # Events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._act(event):
            event.accept()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.add_actions(menu)
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        below = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft())
        menu.popup(below if by_key else event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = QPersistentModelIndex(self.indexAt(event.position().toPoint()))
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        point = event.position().toPoint()
        index = self.indexAt(point)
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        # A click on text puts the cursor there, as in any field; a masked value takes two.
        if (
            event.button() == Qt.MouseButton.LeftButton
            and plain
            and index.isValid()
            and index == self._pressed
            and not index.data(Role.MASKED)
            and text_room(self.visualRect(index), index).contains(point)
            and not (
                index.data(Role.SENSITIVE) and eye_place(self.visualRect(index)).contains(point)
            )
        ):
            self.open_cell(index)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in _TAB_REASONS:
            cells = self._cells()
            backwards = event.reason() == Qt.FocusReason.BacktabFocusReason
            if cells:
                self.setCurrentIndex(self.rows.index(*cells[-1 if backwards else 0]))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Move to the next cell; behind the last and before the first the focus moves on."""
        editor = self.viewport().findChild(CellEditor)
        if self.state() == QAbstractItemView.State.EditingState and editor is not None:
            # Tab came through a list of suggestions, past the delegate.
            self.commitData(editor)
            self.closeEditor(editor, _Hint.EditNextItem if forward else _Hint.EditPreviousItem)
            return True
        return self._step(forward) or super().focusNextPrevChild(forward)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Close a cell; after Tab the next one opens."""
        if hint not in (_Hint.EditNextItem, _Hint.EditPreviousItem):
            super().closeEditor(editor, hint)
            return
        super().closeEditor(editor, _Hint.NoHint)
        forward = hint == _Hint.EditNextItem
        if self._step(forward):
            if self.currentIndex().flags() & Qt.ItemFlag.ItemIsEditable:
                self.edit(self.currentIndex())
        else:
            super().focusNextPrevChild(forward)

    # Internals

    def _act(self, event: QKeyEvent) -> bool:
        """Do what the key says; return False for keys that mean nothing here."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = event.key()
        if modifiers == Qt.KeyboardModifier.NoModifier:
            return self._act_plain(key)
        if modifiers == Qt.KeyboardModifier.AltModifier:
            by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(key))
            if by is not None:
                self.move_row(by)
            return by is not None
        # On many layouts the slash itself needs Shift.
        if key == Qt.Key.Key_Slash and modifiers & Qt.KeyboardModifier.ControlModifier:
            self.toggle_rows()
            return True
        return self._act_standard(event)

    def _act_plain(self, key: int) -> bool:
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            # An open cell closes by itself and lets the key through.
            if self.state() != QAbstractItemView.State.EditingState:
                self.open_cell(self.currentIndex())
        elif key == Qt.Key.Key_Delete and self.rows.grows:
            self.remove_rows()
        else:
            return False
        return True

    def _act_standard(self, event: QKeyEvent) -> bool:
        key = QKeySequence.StandardKey
        actions = {
            key.Copy: self.copy_rows,
            key.Cut: self._cut,
            key.Paste: self.paste_rows,
            key.Undo: self.rows.undo,
            key.Redo: self.rows.redo,
        }
        for standard, action in actions.items():
            if event.matches(standard):
                action()
                return True
        return False

    def _cut(self) -> None:
        self.copy_rows()
        self.remove_rows()

    def _paste_into(self, editor: CellEditor, text: str) -> None:
        current = self.currentIndex()
        rows = self._parsed(text) if "\n" in text.strip() or not editor.text() else ()
        if rows and current.column() == Column.KEY and self.rows.grows:
            self.closeEditor(editor, _Hint.NoHint)
            self._insert(rows, current.row())
        else:
            editor.insert(text.rstrip("\r\n"))
            self.commitData(editor)

    def _parsed(self, text: str) -> tuple[TextRow, ...]:
        return parse_pasted(text, query=self._query) if self.rows.grows else ()

    def _insert(self, rows: Sequence[TextRow], at: int) -> None:
        self.rows.insert(at, [self.rows.make_row(*row) for row in rows])
        self._make_current(min(at + len(rows), self.rows.rowCount() - 1))

    def _make_current(self, row: int) -> None:
        column = max(self.currentIndex().column(), Column.KEY)
        self.setCurrentIndex(self.rows.index(row, column))

    def _cells(self) -> list[tuple[int, int]]:
        """Return the cells that Tab goes through."""
        columns = [
            column
            for column in self.columns()
            if not self.isColumnHidden(column) and (self.rows.grows or column != Column.KEY)
        ]
        return [(row, column) for row in range(self.rows.rowCount()) for column in columns]

    def columns(self) -> Sequence[int]:
        """Return the columns from left to right."""
        return tuple(Column)

    def _step(self, forward: bool) -> bool:
        """Make the next cell current; return False when there is none."""
        cells = self._cells()
        here = (self.currentIndex().row(), self.currentIndex().column())
        if here not in cells:
            return False
        at = cells.index(here) + (1 if forward else -1)
        if not 0 <= at < len(cells):
            return False
        self.setCurrentIndex(self.rows.index(*cells[at]))
        return True

    def _fit_columns(self) -> None:
        shown = self._description_wanted or self.rows.has_descriptions()
        if shown == self.isColumnHidden(Column.DESCRIPTION):
            self.setColumnHidden(Column.DESCRIPTION, not shown)
            self._share_width()

    def _add_reveal(self, menu: QMenu, current: QModelIndex) -> None:
        value = current.siblingAtColumn(Column.VALUE)
        if value.data(Role.SENSITIVE):
            masked = bool(value.data(Role.MASKED))
            words = self.tr("Show value") if masked else self.tr("Hide value")
            _add(menu, words, "", lambda: self.rows.reveal(value.row(), masked), True)

    def tooltip_text(self, index: QModelIndex) -> str:
        """Return the mistake in the cell, or its whole text when that does not fit."""
        return str(index.data(Role.PROBLEM) or "") or super().tooltip_text(index)


def as_text_rows(rows: Sequence[Row]) -> tuple[TextRow, ...]:
    """Return what text can hold of the rows."""
    return tuple(TextRow(row.name, row.value, is_enabled(row)) for row in rows)


def _add(menu: QMenu, words: str, keys: str, action: Callable[[], object], enabled: bool) -> None:
    # The keys are only named: the table itself acts on them.
    text = f"{words}\t{native_keys(keys)}" if keys else words
    made = menu.addAction(text)
    made.setEnabled(enabled)
    made.triggered.connect(lambda _checked=False: action())
