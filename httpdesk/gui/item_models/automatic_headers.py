"""The headers that the program adds by itself, for reading only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from httpdesk.model.exchange import Origin, ResolvedHeader

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


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


class AutomaticHeadersModel(QAbstractTableModel):
    """Automatic headers in the order they are sent, then those that the request overrides."""

    def __init__(self, mask: Callable[[str, str], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mask = mask
        self._headers: tuple[tuple[ResolvedHeader, bool], ...] = ()
        self._revealed: set[str] = set()

    def set_headers(
        self, automatic: Sequence[ResolvedHeader], overridden: Sequence[ResolvedHeader]
    ) -> None:
        """Show these headers; nothing happens when they are shown already."""
        headers = (
            *((header, False) for header in automatic),
            *((header, True) for header in overridden),
        )
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
        header, overridden = self._headers[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(header, index.column())
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._accessible_text(index.row())
            case AutoRole.OVERRIDDEN:
                return overridden
            case AutoRole.SENSITIVE:
                return index.column() == AutoColumn.VALUE and self._is_secret(header)
            case AutoRole.MASKED:
                return index.column() == AutoColumn.VALUE and self._is_masked(header)
        return None

    def _text(self, header: ResolvedHeader, column: int) -> str:
        if column == AutoColumn.KEY:
            return header.name
        if column == AutoColumn.FROM:
            return self._origin(header.origin)
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
        header, overridden = self._headers[row]
        place = self.tr("Automatic header {0} of {1}").format(row + 1, len(self._headers))
        value = self.tr("hidden value") if self._is_masked(header) else self._value(header)
        parts = [place, header.name, value, self._origin(header.origin)]
        if overridden:
            parts.append(self.tr("overridden by this request"))
        return ", ".join(parts)

    def _origin(self, origin: Origin) -> str:
        return {
            Origin.REQUEST: self.tr("This request"),
            Origin.FOLDER: self.tr("Folder"),
            Origin.COLLECTION: self.tr("Collection"),
            Origin.ENVIRONMENT: self.tr("Environment"),
            Origin.CONNECTION: self.tr("Connection"),
            Origin.RUNTIME: self.tr("Program"),
            Origin.URL: self.tr("From URL"),
            Origin.BODY: self.tr("From body"),
            Origin.RESPONSE_TYPE: self.tr("Response type"),
            Origin.COOKIES: self.tr("Cookies"),
            Origin.PROXY: self.tr("Proxy"),
            Origin.REDIRECT: self.tr("Redirect"),
            Origin.DEFAULT: self.tr("Default"),
        }[origin]
