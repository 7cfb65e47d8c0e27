"""The rows of a multipart form as a Qt model: two more columns than other tables of rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt

from httpdesk.gui.item_models.key_value_table import KeyValueModel, Role, Wording
from httpdesk.gui.item_models.rows import Column, Row
from httpdesk.model.media_types import base_name, guess
from httpdesk.model.request import FormPart, PartKind

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class PartColumn(IntEnum):
    """The columns; those of every table keep their numbers."""

    KEY = Column.KEY
    VALUE = Column.VALUE
    DESCRIPTION = Column.DESCRIPTION
    KIND = 3
    TYPE = 4


SHOWN_ORDER: Final = (
    PartColumn.KEY,
    PartColumn.KIND,
    PartColumn.VALUE,
    PartColumn.TYPE,
    PartColumn.DESCRIPTION,
)
"""The columns from left to right."""

JSON: Final = "application/json"


class PartRole(IntEnum):
    """What is asked of a part beside the roles of every table."""

    IS_FILE = Role.ENABLED + 1
    """Whether the cell holds a file's name, with the path behind it."""
    PATH = Role.ENABLED + 2
    """The path of a file row, as typed or chosen."""
    HINT = Role.ENABLED + 3
    """Whether the text is what is sent without a word of the user."""


class PartModel(KeyValueModel):
    """Parts with their kind and content type; a file's value is the name that is sent.

    While a file row has no path, and while `typing_path` is its row, its value is the path.
    """

    def __init__(
        self,
        wording: Wording,
        parent: QObject | None = None,
        *,
        mask: Callable[[str, str], str],
    ) -> None:
        super().__init__(FormPart, wording, parent, mask=mask)
        self.typing_path: int | None = None

    def part(self, row: int) -> FormPart | None:
        """Return a part, None for the empty last row."""
        found = None if self.is_ghost(row) else self.rows()[row]
        return found if isinstance(found, FormPart) else None

    def set_kind(self, row: int, kind: PartKind) -> None:
        """Change what a part holds; in the empty last row it makes a part."""
        part = self.part(row)
        if part is None:
            self.insert(len(self.rows()), [FormPart("", "", kind)])
        elif part.kind is not kind:
            # A path is no text and a text is no path.
            files = PartKind.FILE in (part.kind, kind)
            changed = replace(part, kind=kind, value="" if files else part.value, file_name="")
            self._change(row, changed)

    def set_path(self, row: int, path: str) -> None:
        """Give a part a file; the name sent is its base name again."""
        part = self.part(row)
        if part is not None:
            self._change(row, replace(part, kind=PartKind.FILE, value=path, file_name=""))

    def add_files(self, paths: list[str], name: str) -> None:
        """Add a row for each path, as one step that can be undone."""
        rows = [FormPart(name, path, PartKind.FILE) for path in paths]
        self.insert(len(self.rows()), rows)

    def kind_name(self, kind: PartKind) -> str:
        """Return the word for a kind."""
        return {
            PartKind.TEXT: self.tr("Text"),
            PartKind.JSON: "JSON",
            PartKind.FILE: self.tr("File"),
        }[kind]

    # QAbstractTableModel

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(PartColumn)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return the column titles."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        titles = {PartColumn.KIND: self.tr("Kind"), PartColumn.TYPE: self.tr("Content type")}
        if section == PartColumn.KEY:
            return self.tr("Name")
        return titles.get(PartColumn(section)) or super().headerData(section, orientation, role)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Return what can be done with the cell; a kind is chosen from a menu."""
        flags = super().flags(index)
        if index.column() == PartColumn.KIND:
            flags &= ~Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the cell's text, check state, flag or accessible text."""
        part = self.part(index.row()) if index.isValid() else None
        if part is None:
            return super().data(index, role)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                own = self._own_text(part, index, role == Qt.ItemDataRole.EditRole)
                return super().data(index, role) if own is None else own
            case PartRole.IS_FILE:
                return part.kind is PartKind.FILE and index.column() == PartColumn.VALUE
            case PartRole.PATH:
                return part.value if part.kind is PartKind.FILE else ""
            case PartRole.HINT:
                return index.column() == PartColumn.TYPE and not part.content_type
        return super().data(index, role)

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Change a cell or a check box; text in the empty last row makes it a row."""
        part = self.part(index.row()) if index.isValid() else None
        if role != Qt.ItemDataRole.EditRole or index.column() in (Column.KEY, Column.DESCRIPTION):
            return super().setData(index, value, role)
        text = str(value)
        if index.column() == PartColumn.TYPE:
            base = part or FormPart("", "")
            return bool(text or part) and self._edit(index, replace(base, content_type=text))
        if part is None or not self._edits_name(part, index.row()):
            return super().setData(index, value, role)
        shown = "" if text == base_name(part.value) else text
        return self._edit(index, replace(part, file_name=shown))

    # Internals

    def _edits_name(self, part: FormPart, row: int) -> bool:
        """Tell whether the value cell of a file row is its name, not its path."""
        return part.kind is PartKind.FILE and bool(part.value) and self.typing_path != row

    def _own_text(self, part: FormPart, index: AnyIndex, editing: bool) -> str | None:
        if index.column() == PartColumn.KIND:
            return self.kind_name(part.kind)
        if index.column() == PartColumn.TYPE:
            return part.content_type if editing else part.content_type or self._own_type(part)
        if index.column() != PartColumn.VALUE or part.kind is not PartKind.FILE:
            return None
        if editing and not self._edits_name(part, index.row()):
            return part.value
        return part.file_name or base_name(part.value)

    def _own_type(self, part: FormPart) -> str:
        """Return the content type that is sent when none is typed (statement 44)."""
        if part.kind is PartKind.FILE:
            return guess(part.file_name or base_name(part.value)) if part.value else ""
        return JSON if part.kind is PartKind.JSON else ""

    def _accessible_text(self, index: AnyIndex) -> str:
        part = self.part(index.row())
        said = super()._accessible_text(index)
        if part is None:
            return said
        kind = self.kind_name(part.kind)
        if index.column() in (PartColumn.KIND, PartColumn.TYPE):
            shown = self._own_text(part, index, False) or self.tr("no content type")
            return f"{said}, {shown}"
        return f"{said}, {kind}" if part.kind is not PartKind.TEXT else said

    def _spoken_value(self, number: int) -> str:
        part = self.part(number)
        if part is None or part.kind is not PartKind.FILE:
            return super()._spoken_value(number)
        return part.file_name or base_name(part.value) or self.tr("no file chosen")

    def _holds_secret(self, index: AnyIndex) -> bool:
        part = self.part(index.row())
        return (part is None or part.kind is not PartKind.FILE) and super()._holds_secret(index)

    def _edit(self, index: AnyIndex, part: FormPart) -> bool:
        self._edit_key = (self._session, index.row(), index.column())
        if self.is_ghost(index.row()):
            return self._commit((*self.rows(), part), self._edit_key)
        return self._commit(self._replaced(index.row(), part), self._edit_key)

    def _change(self, row: int, part: Row) -> None:
        self.begin_session()
        self._commit(self._replaced(row, part))
