"""The headers that the program adds by itself; each can be taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum, IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from httpdesk.engine.headers import AUTOMATIC
from httpdesk.gui.item_models.origins import origin_words
from httpdesk.model.exchange import Origin, ResolvedHeader

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class _State(Enum):
    SENT = 0
    REMOVED = 1
    OVERRIDDEN = 2
    INHERITED = 3


class AutoColumn(IntEnum):
    """The columns."""

    KEY = 0
    VALUE = 1
    FROM = 2


class AutoRole(IntEnum):
    """What the delegate asks for beside Qt's own roles."""

    OVERRIDDEN = Qt.ItemDataRole.UserRole + 1
    """Whether a row of the request replaces this header."""
    SENSITIVE = Qt.ItemDataRole.UserRole + 2
    """Whether the cell holds a secret, shown or masked."""
    MASKED = Qt.ItemDataRole.UserRole + 3
    """Whether the text to display hides a secret."""
    REMOVED = Qt.ItemDataRole.UserRole + 4
    """Whether the user took this header out."""
    LEVEL = Qt.ItemDataRole.UserRole + 5
    """(Origin value, name) of the folder or collection that hands it down, else None."""


class AutomaticHeadersModel(QAbstractTableModel):
    """What is handed down, automatic headers in their order, then those that are overridden.

    A header that was taken out keeps its place, so that it can be put back. Signals:
    `removedChanged` when the user changed what is taken out.
    """

    removedChanged = Signal()

    def __init__(self, mask: Callable[[str, str], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mask = mask
        self._headers: tuple[tuple[ResolvedHeader, _State], ...] = ()
        self._revealed: set[str] = set()
        self._taken_out: tuple[str, ...] = ()

    def set_headers(
        self,
        automatic: Sequence[ResolvedHeader],
        overridden: Sequence[ResolvedHeader],
        removed: Sequence[ResolvedHeader] = (),
        inherited: Sequence[ResolvedHeader] = (),
    ) -> None:
        """Show these headers; nothing happens when they are shown already."""
        listed = [(header, _State.SENT) for header in automatic]
        listed += [(header, _State.REMOVED) for header in removed]
        listed.sort(key=lambda each: _place(each[0].name))
        handed_down = ((header, _State.INHERITED) for header in inherited)
        headers = (*handed_down, *listed, *((header, _State.OVERRIDDEN) for header in overridden))
        if headers == self._headers:
            return
        if len(headers) != len(self._headers):
            self.beginResetModel()
            self._headers = headers
            self.endResetModel()
            return
        self._headers = headers
        self.dataChanged.emit(
            self.index(0, AutoColumn.KEY), self.index(len(headers) - 1, AutoColumn.FROM)
        )

    def reveal(self, row: int, shown: bool) -> None:
        """Show the secret value of `row` or mask it again."""
        name = self._headers[row][0].name
        if shown:
            self._revealed.add(name)
        else:
            self._revealed.discard(name)
        self.dataChanged.emit(self.index(row, AutoColumn.KEY), self.index(row, AutoColumn.FROM))

    def set_removed(self, names: tuple[str, ...]) -> None:
        """Say which names are taken out, also of headers that are not listed now."""
        self._taken_out = names

    @property
    def removed(self) -> tuple[str, ...]:
        """The names that are taken out."""
        return self._taken_out

    def toggle(self, rows: Iterable[int]) -> None:
        """Take the headers of these rows out or put them back; overridden ones stay as they are."""
        removed = {name.lower(): name for name in self._taken_out}
        for row in rows:
            header, state = self._headers[row]
            if state is _State.SENT:
                removed[header.name.lower()] = header.name
            elif state is _State.REMOVED:
                removed.pop(header.name.lower(), None)
        names = tuple(removed.values())
        if names != self._taken_out:
            self._taken_out = names
            self.removedChanged.emit()

    def remove(self, rows: Iterable[int]) -> None:
        """Take the headers of these rows out."""
        self.toggle(row for row in list(rows) if self._headers[row][1] is _State.SENT)

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        """Return the number of headers."""
        return 0 if parent.isValid() else len(self._headers)

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(AutoColumn)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return the column titles."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Key"), self.tr("Value"), self.tr("From"))[section]

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Return that rows can be read and chosen, and nothing else."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemNeverHasChildren if index.isValid() else flags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the cell's text, or whether the row is overridden."""
        if not index.isValid():
            return None
        header, state = self._headers[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(header, state, index.column())
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._accessible_text(index.row())
            case Qt.ItemDataRole.CheckStateRole:
                return self._check_state(index.column(), state)
            case AutoRole.OVERRIDDEN:
                return state is _State.OVERRIDDEN
            case AutoRole.REMOVED:
                return state is _State.REMOVED
            case AutoRole.LEVEL:
                handed_down = header.origin in (Origin.FOLDER, Origin.COLLECTION)
                return (header.origin.value, header.level) if handed_down else None
            case AutoRole.SENSITIVE:
                return index.column() == AutoColumn.VALUE and self._is_secret(header)
            case AutoRole.MASKED:
                return index.column() == AutoColumn.VALUE and self._is_masked(header)
        return None

    @staticmethod
    def _check_state(column: int, state: _State) -> Qt.CheckState | None:
        if column != AutoColumn.KEY or state in (_State.OVERRIDDEN, _State.INHERITED):
            return None
        sent = state is _State.SENT
        return Qt.CheckState.Checked if sent else Qt.CheckState.Unchecked

    def _text(self, header: ResolvedHeader, state: _State, column: int) -> str:
        if column == AutoColumn.KEY:
            return header.name
        if column == AutoColumn.FROM:
            if state is _State.REMOVED:
                return self.tr("Removed")
            return origin_words(header.origin, header.level)
        if self._is_masked(header):
            return self._mask(header.name, header.value)
        return self._value(header)

    def _value(self, header: ResolvedHeader) -> str:
        unknown = header.name == "Content-Length" and not header.value
        return self.tr("counted when it is sent") if unknown else header.value

    def _is_secret(self, header: ResolvedHeader) -> bool:
        return self._mask(header.name, header.value) != header.value

    def _is_masked(self, header: ResolvedHeader) -> bool:
        return header.name not in self._revealed and self._is_secret(header)

    def _accessible_text(self, row: int) -> str:
        header, state = self._headers[row]
        place = self.tr("Automatic header {0} of {1}").format(row + 1, len(self._headers))
        value = self.tr("hidden value") if self._is_masked(header) else self._value(header)
        parts = [place, header.name, value, origin_words(header.origin, header.level)]
        if state in (_State.REMOVED, _State.OVERRIDDEN):
            overridden = state is _State.OVERRIDDEN
            parts.append(
                self.tr("overridden by this request") if overridden else self.tr("removed")
            )
        return ", ".join(parts)


def _place(name: str) -> int:
    """Return where a header stands among the automatic ones."""
    return AUTOMATIC.index(name) if name in AUTOMATIC else len(AUTOMATIC)
