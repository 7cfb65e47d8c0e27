"""The messages of a stream as a Qt model: the newest ones, more of them every moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from PySide6.QtCore import QCoreApplication, QObject, Qt

from httpdesk.engine.masking import MASK
from httpdesk.gui.item_models.read_only_table import ROOT, AnyIndex, ReadOnlyTable
from httpdesk.gui.widgets.labels import plain_tooltip
from httpdesk.render.events import Message

MOST = 100_000
"""Messages that are listed; a stream of days goes on in the body only."""
_BLOCK = 10_000
"""How many of the oldest ones go at once."""

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Listed:
    """A message, its number from 1, and the Unix time at which its end came, if that is known."""

    message: Message
    number: int
    time: float | None = None


class EventColumn(IntEnum):
    """The columns of the table."""

    NUMBER = 0
    TIME = 1
    EVENT = 2
    ID = 3
    DATA = 4


class EventTableModel(ReadOnlyTable[Listed]):
    """Number, time of arrival, type, ID and the beginning of the data of each message."""

    def __init__(self, parent: QObject | None = None) -> None:
        self._hide: Callable[[str], str] = str
        titles = {
            EventColumn.NUMBER: translate("EventTable", "#"),
            EventColumn.TIME: translate("EventTable", "Time"),
            EventColumn.EVENT: translate("EventTable", "Event"),
            EventColumn.ID: translate("EventTable", "ID"),
            EventColumn.DATA: translate("EventTable", "Data"),
        }
        super().__init__(tuple(titles.values()), parent)
        self._rows: list[Listed] = []

    def set_hide(self, hide: Callable[[str], str]) -> None:
        """Show the data as `hide` returns it from now on: with secrets as bullets, or as it is."""
        self._hide = hide
        if self._rows:
            last = self.index(len(self._rows) - 1, EventColumn.DATA)
            self.dataChanged.emit(self.index(0, EventColumn.DATA), last)

    @property
    def dropped(self) -> int:
        """How many of the first messages are not listed any more."""
        return self._rows[0].number - 1 if self._rows else 0

    def clear(self) -> None:
        """List nothing."""
        self._set_rows([])

    def add(self, rows: Sequence[Listed]) -> None:
        """List these messages below the others; the oldest ones make room."""
        if not rows:
            return
        rows = rows[-MOST:]
        self._make_room(len(rows))
        first = len(self._rows)
        self.beginInsertRows(ROOT, first, first + len(rows) - 1)
        self._rows.extend(rows)
        self.endInsertRows()

    def listed(self, row: int) -> Listed:
        """Return the message of a row."""
        return self._rows[row]

    def all(self) -> tuple[Listed, ...]:
        """Return all messages that are listed."""
        return tuple(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        shown = self._text(self._rows[index.row()], EventColumn(index.column()))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return shown.replace(MASK, translate("TextView", "hidden value"))
        if role == Qt.ItemDataRole.DisplayRole:
            return shown
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(shown)
        return None

    def _text(self, row: Listed, column: EventColumn) -> str:
        if column is EventColumn.NUMBER:
            return f"{row.number:,}"
        if column is EventColumn.TIME:
            return time_text(row.time)
        if column is EventColumn.EVENT:
            return row.message.event or "message"
        return self._hide(row.message.id if column is EventColumn.ID else row.message.shown)

    def _make_room(self, count: int) -> None:
        over = len(self._rows) + count - MOST
        if over <= 0:
            return
        gone = min(len(self._rows), max(over, _BLOCK))
        self.beginRemoveRows(ROOT, 0, gone - 1)
        del self._rows[:gone]
        self.endRemoveRows()


def time_text(time: float | None) -> str:
    """Return local time with milliseconds; "" when the time is not known."""
    if time is None:
        return ""
    return datetime.fromtimestamp(time, UTC).astimezone().strftime("%H:%M:%S.%f")[:-3]
