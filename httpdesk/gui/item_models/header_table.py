"""The headers of a response as a Qt model: order, case and repeats as received (statement 56)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

from PySide6.QtCore import QCoreApplication, QObject, Qt

from httpdesk.engine.masking import Masker, mask_header_value
from httpdesk.gui.item_models.header_meanings import meaning
from httpdesk.gui.item_models.read_only_table import AnyIndex, ReadOnlyTable
from httpdesk.gui.widgets.labels import plain_tooltip

HeaderPair = tuple[str, str]

_LONGEST_TOOLTIP = 2_000


class HeaderColumn(IntEnum):
    """The columns of the table."""

    NAME = 0
    VALUE = 1


class HeaderRole(IntEnum):
    """What the delegate asks for beside Qt's own roles."""

    SENSITIVE = Qt.ItemDataRole.UserRole + 1
    """Whether the row holds a credential, shown or masked."""
    MASKED = Qt.ItemDataRole.UserRole + 2
    """Whether the value on screen hides it."""


class HeaderTableModel(ReadOnlyTable[int]):
    """Name and value of each header line; credentials are masked, one at a time is shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        translate = QCoreApplication.translate
        super().__init__(
            (translate("HeaderTable", "Name"), translate("HeaderTable", "Value")), parent
        )
        self._headers: tuple[HeaderPair, ...] = ()
        self._masked: tuple[str, ...] = ()
        """The values as they are shown without Reveal."""
        self._rows: list[int] = []
        """The header line of each row; the filter leaves lines out."""
        self._filter = ""
        self._revealed: int | None = None
        self._all = False

    def set_headers(self, headers: Sequence[HeaderPair], secrets: Iterable[str] = ()) -> None:
        """Show these header lines; a revealed value is hidden again.

        `secrets` are values that are hidden in a header of any name.
        """
        masker = Masker(secrets)
        self.beginResetModel()
        self._headers = tuple(headers)
        self._masked = tuple(masker.text(mask_header_value(*pair)) for pair in headers)
        self._revealed = None
        self._rows = self._matching()
        self.endResetModel()

    def set_filter(self, text: str) -> None:
        """Show the lines whose name or visible value holds `text`, whatever its case."""
        if text == self._filter:
            return
        self._filter = text
        self._set_rows(self._matching())

    @property
    def total(self) -> int:
        """How many header lines there are, shown or not."""
        return len(self._headers)

    def reveal(self, row: int | None) -> None:
        """Show the value of one masked row and hide the one shown before; None hides it."""
        before = self._revealed
        self._revealed = None if row is None else self._rows[row]
        for line in (before, self._revealed):
            if line is not None and line in self._rows:
                changed = self.index(self._rows.index(line), HeaderColumn.VALUE)
                self.dataChanged.emit(changed, changed)

    def reveal_all(self, on: bool) -> None:
        """Show the values of all rows, or hide them all."""
        self._all, self._revealed = on, None
        if self._rows:
            last = self.index(len(self._rows) - 1, HeaderColumn.VALUE)
            self.dataChanged.emit(self.index(0, HeaderColumn.VALUE), last)

    def is_masked(self, row: int) -> bool:
        """Return whether the row's value is hidden."""
        return self._masks(self._rows[row])

    def as_text(self, rows: Sequence[int] | None = None) -> str:
        """Return rows, or all lines, as `name: value`; what is masked stays masked."""
        lines = range(len(self._headers)) if rows is None else [self._rows[row] for row in rows]
        return "\n".join(f"{self._headers[line][0]}: {self._value(line)}" for line in lines)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self._rows[index.row()]
        if role == HeaderRole.SENSITIVE:
            return self._value_masked(line) != self._headers[line][1]
        if role == HeaderRole.MASKED:
            return self._masks(line)
        shown = self._headers[line][0] if index.column() == HeaderColumn.NAME else self._value(line)
        if role == Qt.ItemDataRole.DisplayRole:
            return shown
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self._explained(line, shown[:_LONGEST_TOOLTIP]))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(index, line, shown)
        return None

    def _explained(self, line: int, shown: str) -> str:
        """Return the text with what the header means, where that is known."""
        name = self._headers[line][0]
        said = meaning(name, "" if self._masks(line) else self._headers[line][1])
        return f"{shown}\n\n{said}" if said else shown

    def _spoken(self, index: AnyIndex, line: int, shown: str) -> str:
        """Return what a screen reader says: never the bullets, never a secret."""
        if index.column() == HeaderColumn.VALUE and self._masks(line):
            shown = QCoreApplication.translate("HeaderTable", "hidden value")
        return QCoreApplication.translate("HeaderTable", "Header {0} of {1}, {2}").format(
            index.row() + 1, len(self._rows), shown
        )

    def _masks(self, line: int) -> bool:
        return not self._shows(line) and self._value_masked(line) != self._headers[line][1]

    def _value(self, line: int) -> str:
        return self._headers[line][1] if self._shows(line) else self._value_masked(line)

    def _shows(self, line: int) -> bool:
        return self._all or line == self._revealed

    def _value_masked(self, line: int) -> str:
        return self._masked[line]

    def _matching(self) -> list[int]:
        wanted = self._filter.casefold()
        return [
            line
            for line, (name, _) in enumerate(self._headers)
            if wanted in name.casefold() or wanted in self._value_masked(line).casefold()
        ]
