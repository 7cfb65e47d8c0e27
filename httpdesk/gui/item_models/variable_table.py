"""The variables of an environment as a Qt model, beside another environment if wanted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import Enum, IntEnum
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from httpdesk.engine.masking import MASK
from httpdesk.gui.item_models.key_value_table import KeyValueModel, Role, Wording
from httpdesk.gui.item_models.rows import Column
from httpdesk.gui.item_models.variable_rows import VariableRow
from httpdesk.gui.widgets.revealing import REVEAL_MS
from httpdesk.model.environment import ValueType, Variable

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class VariableColumn(IntEnum):
    """The columns; those of every table keep their numbers."""

    KEY = Column.KEY
    VALUE = Column.VALUE
    DESCRIPTION = Column.DESCRIPTION
    SECRET = 3
    TYPE = 4
    OTHER = 5


SHOWN_ORDER: Final = (
    VariableColumn.KEY,
    VariableColumn.VALUE,
    VariableColumn.OTHER,
    VariableColumn.SECRET,
    VariableColumn.TYPE,
    VariableColumn.DESCRIPTION,
)
"""The columns from left to right."""


class Likeness(Enum):
    """How a variable compares with the one of the same name elsewhere."""

    SAME = "same"
    DIFFERENT = "different"
    MISSING = "missing"
    UNKNOWN = "unknown"
    """One of them is a secret, which nobody looks into."""


class VariableRole(IntEnum):
    """What is asked of a variable beside the roles of every table."""

    HINT = Role.ENABLED + 1
    """Whether the text says that there is nothing."""
    LIKENESS = Role.ENABLED + 2


@dataclass(frozen=True, slots=True)
class Other:
    """The environment that is shown beside."""

    name: str
    variables: tuple[Variable, ...]

    def of(self, name: str) -> Variable | None:
        """Return its variable of this name; the last one counts."""
        return next((each for each in reversed(self.variables) if each.name == name), None)


class VariableModel(KeyValueModel):
    """Variables with their type; the value of a secret one is masked and kept elsewhere.

    Signals:
        revealAsked(name): the secret kept under this name is to be read; answer with `show_secret`.
    """

    revealAsked = Signal(str)

    def __init__(self, wording: Wording, parent: QObject | None = None) -> None:
        super().__init__(VariableRow, wording, parent)
        self._kept: frozenset[str] = frozenset()
        self._read: dict[str, str] = {}
        self._other: Other | None = None
        self._hide = QTimer(self, singleShot=True, interval=REVEAL_MS)
        self._hide.timeout.connect(self.hide_secrets)

    # Rows and facts

    def variables(self) -> tuple[VariableRow, ...]:
        """Return the rows as they stand."""
        return tuple(row for row in self.rows() if isinstance(row, VariableRow))

    def row(self, number: int) -> VariableRow | None:
        """Return a variable, None for the empty last row."""
        rows = self.variables()
        return rows[number] if 0 <= number < len(rows) else None

    @property
    def other(self) -> Other | None:
        """The environment that is shown beside."""
        return self._other

    def compare(self, other: Other | None) -> None:
        """Show another environment beside, or none."""
        self._other = other
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)
        self._row_changed(0, self.rowCount() - 1)

    def set_kept(self, names: Collection[str]) -> None:
        """Say which variables have a secret value that is kept."""
        self._kept = frozenset(names)
        self._row_changed(0, self.rowCount() - 1)

    def likeness(self, row: VariableRow) -> Likeness | None:
        """Return how a row compares with the environment beside, None without one."""
        if self._other is None:
            return None
        there = self._other.of(row.name)
        if there is None:
            return Likeness.MISSING
        if row.secret or there.secret:
            return Likeness.UNKNOWN
        same = (row.value, row.enabled) == (there.value, there.enabled)
        return Likeness.SAME if same else Likeness.DIFFERENT

    # Secrets

    def reveal(self, row: int, shown: bool) -> None:
        """Show the secret value of `row` for a while, or mask it; a kept one is asked for."""
        found = self.row(row)
        if found is not None and shown and not found.value:
            self.revealAsked.emit(_kept_as(found))
            return
        super().reveal(row, shown)
        self._hide.start()

    def show_secret(self, name: str, text: str) -> None:
        """Show the secret that is kept under this name for a while."""
        self._read[name] = text
        for number, row in enumerate(self.variables()):
            if _kept_as(row) == name:
                super().reveal(number, True)
        self._hide.start()

    def hide_secrets(self) -> None:
        """Mask all of them again."""
        self._hide.stop()
        self._read.clear()
        for number in range(len(self.rows())):
            super().reveal(number, False)

    # Changes by the user

    def toggle_secret(self, number: int) -> None:
        """Make a variable a secret one, or a plain one: its kept value stays where it is."""
        row = self.row(number)
        if row is not None:
            self._change(number, replace(row, secret=not row.secret))

    def set_type(self, number: int, kind: ValueType) -> None:
        """Say what the value of a variable stands for."""
        row = self.row(number)
        if row is not None and row.type is not kind:
            self._change(number, replace(row, type=kind))

    def add(self, row: VariableRow) -> int:
        """Add a row at the end and return its number; one of the name is only found."""
        for number, each in enumerate(self.variables()):
            if each.name == row.name:
                return number
        self.begin_session()
        self.insert(len(self.rows()), [row])
        return len(self.rows()) - 1

    def type_name(self, kind: ValueType) -> str:
        """Return the word for a type."""
        return {
            ValueType.STRING: self.tr("Text"),
            ValueType.NUMBER: self.tr("Number"),
            ValueType.BOOLEAN: self.tr("Boolean"),
            ValueType.NULL: self.tr("Null"),
            ValueType.OBJECT: "JSON",
        }[kind]

    # QAbstractTableModel

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(VariableColumn)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return the column titles."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        titles = {
            VariableColumn.KEY: self.tr("Name"),
            VariableColumn.SECRET: self.tr("Secret"),
            VariableColumn.TYPE: self.tr("Type"),
            VariableColumn.OTHER: self._other.name if self._other is not None else "",
        }
        found = titles.get(VariableColumn(section))
        return super().headerData(section, orientation, role) if found is None else found

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Return what can be done with the cell; a type is chosen from a menu."""
        flags = super().flags(index)
        if index.column() >= VariableColumn.SECRET:
            flags &= ~Qt.ItemFlag.ItemIsEditable
        if index.column() == VariableColumn.SECRET and not self.is_ghost(index.row()):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the cell's text, check state, flag or accessible text."""
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return super().data(index, role)
        column = index.column()
        if column == VariableColumn.SECRET:
            return self._secret_data(row, index, role)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole if column > Column.VALUE:
                return self._own_text(row, column)
            case VariableRole.HINT:
                return column == VariableColumn.VALUE and row.secret and not self._has_secret(row)
            case VariableRole.LIKENESS:
                return self.likeness(row) if column == VariableColumn.OTHER else None
        return super().data(index, role)

    # Internals

    def _secret_data(self, row: VariableRow, index: AnyIndex, role: int) -> Any:
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if row.secret else Qt.CheckState.Unchecked
        if role == Role.ENABLED:
            return row.secret
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._accessible_text(index)
        return "" if role == Qt.ItemDataRole.DisplayRole else None

    def _own_text(self, row: VariableRow, column: int) -> str:
        if column == VariableColumn.TYPE:
            return self.type_name(row.type)
        if column == VariableColumn.DESCRIPTION:
            return row.description
        there = self._other.of(row.name) if self._other is not None else None
        if there is None:
            return self.tr("Not there") if self._other is not None else ""
        value = MASK if there.secret else there.value
        return value if there.enabled else self.tr("{0} (off)").format(value)

    def _has_secret(self, row: VariableRow) -> bool:
        return bool(row.value) or _kept_as(row) in self._kept

    def _shown_text(self, index: AnyIndex) -> str:
        row = self.row(index.row())
        if row is None or not row.secret or index.column() != VariableColumn.VALUE:
            return super()._shown_text(index)
        if not self._has_secret(row):
            return self.tr("No value yet")
        if self._is_masked(index):
            return MASK
        return row.value or self._read.get(_kept_as(row), MASK)

    def _holds_secret(self, index: AnyIndex) -> bool:
        row = self.row(index.row())
        is_value = index.column() == VariableColumn.VALUE
        return row is not None and is_value and row.secret and self._has_secret(row)

    def _spoken_value(self, number: int) -> str:
        row = self.row(number)
        if row is not None and row.secret and not self._has_secret(row):
            return self.tr("no value yet")
        if row is not None and row.secret and not row.value and not self._masked(number):
            return self._read.get(_kept_as(row), "")
        return super()._spoken_value(number)

    def _masked(self, number: int) -> bool:
        return self._is_masked(self.index(number, Column.VALUE))

    def _accessible_text(self, index: AnyIndex) -> str:
        said, row = super()._accessible_text(index), self.row(index.row())
        if row is None:
            return said
        if index.column() == VariableColumn.TYPE:
            return f"{said}, {self.type_name(row.type)}"
        if index.column() == VariableColumn.OTHER and self._other is not None:
            return f"{said}, {self._likeness_words(row)}"
        return f"{said}, {self.tr('secret')}" if row.secret else said

    def _likeness_words(self, row: VariableRow) -> str:
        name = self._other.name if self._other is not None else ""
        words: Mapping[Likeness | None, str] = {
            Likeness.SAME: self.tr("the same in {0}"),
            Likeness.DIFFERENT: self.tr("another value in {0}"),
            Likeness.MISSING: self.tr("not in {0}"),
            Likeness.UNKNOWN: self.tr("a secret, not compared with {0}"),
        }
        return words.get(self.likeness(row), "").format(name)

    def _change(self, number: int, row: VariableRow) -> None:
        self.begin_session()
        self._commit(self._replaced(number, row))


def _kept_as(row: VariableRow) -> str:
    return row.was or row.name
