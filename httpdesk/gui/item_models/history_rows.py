"""The sends of the past as rows, under the day on which they were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import IntEnum
from urllib.parse import urlsplit

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QDate,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from httpdesk.gui.widgets.labels import plain_tooltip
from httpdesk.model.history import HistoryEntry
from httpdesk.render.units import format_duration

AnyIndex = QModelIndex | QPersistentModelIndex
Row = date | HistoryEntry
_ROOT = QModelIndex()


class HistoryRole(IntEnum):
    """What the delegate asks for."""

    ENTRY = Qt.ItemDataRole.UserRole + 1
    """The HistoryEntry, None for the row of a day."""


class HistoryListModel(QAbstractListModel):
    """Days and the sends below them, the newest first; grows by pages.

    Signals: `moreWanted` when the end comes into view and there may be more.
    """

    moreWanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._more = False

    def show_page(self, entries: Sequence[HistoryEntry], *, more: bool, behind: bool) -> None:
        """Show these sends, or add them `behind` those that are shown."""
        self._more = more
        if not behind:
            self.beginResetModel()
            self._rows = _under_days(entries, None)
            self.endResetModel()
            return
        added = _under_days(entries, self._last_day())
        if added:
            first = len(self._rows)
            self.beginInsertRows(_ROOT, first, first + len(added) - 1)
            self._rows += added
            self.endInsertRows()

    def entry(self, index: AnyIndex) -> HistoryEntry | None:
        """Return the send of a row, None for that of a day."""
        row = self._rows[index.row()] if index.isValid() else None
        return row if isinstance(row, HistoryEntry) else None

    def entries(self) -> tuple[HistoryEntry, ...]:
        """Return the sends that are shown."""
        return tuple(row for row in self._rows if isinstance(row, HistoryEntry))

    def row_of(self, entry_id: str) -> QModelIndex:
        """Return the row of a send, an invalid index when it is not shown."""
        for row, each in enumerate(self._rows):
            if isinstance(each, HistoryEntry) and each.id == entry_id:
                return self.index(row, 0)
        return QModelIndex()

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def canFetchMore(self, parent: AnyIndex) -> bool:
        return self._more and not parent.isValid()

    def fetchMore(self, parent: AnyIndex) -> None:
        # Asked again for each row that comes into view until the page is there.
        self._more = False
        self.moreWanted.emit()

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if self.entry(index) is None:
            return Qt.ItemFlag.ItemNeverHasChildren
        return super().flags(index) | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == HistoryRole.ENTRY:
            return row if isinstance(row, HistoryEntry) else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return spoken(row) if isinstance(row, HistoryEntry) else day_words(row)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, HistoryEntry):
            return plain_tooltip(row.url or row.host)
        return None

    def _last_day(self) -> date | None:
        last = self._rows[-1] if self._rows else None
        return _day(last) if isinstance(last, HistoryEntry) else None


def _under_days(entries: Sequence[HistoryEntry], day: date | None) -> list[Row]:
    rows: list[Row] = []
    for entry in entries:
        if _day(entry) != day:
            day = _day(entry)
            rows.append(day)
        rows.append(entry)
    return rows


def _day(entry: HistoryEntry) -> date:
    return entry.started_at.astimezone().date()


def today_here() -> date:
    """Return the day of the computer's own time zone."""
    return datetime.now().astimezone().date()


def day_words(day: date) -> str:
    """Return a day as the user's system writes it; the last two have a word."""
    translate = QCoreApplication.translate
    today = today_here()
    if day == today:
        return translate("History", "Today")
    if (today - day).days == 1:
        return translate("History", "Yesterday")
    written = QDate(day.year, day.month, day.day)
    return QLocale().toString(written, QLocale.FormatType.ShortFormat)


def target(entry: HistoryEntry) -> str:
    """Return what a row says of where the request went: the path, or the host alone."""
    if not entry.url:
        return entry.host
    parts = urlsplit(entry.url)
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


def outcome(entry: HistoryEntry) -> str:
    """Return the status, or a word for a send without an answer."""
    if entry.failure and entry.status_code is None:
        return _failure(entry.failure)
    return str(entry.status_code or "")


def outcome_token(entry: HistoryEntry) -> str:
    """Return the colour token of the outcome, which the text says, too."""
    if entry.failure:
        return "slate" if entry.failure == "Cancelled" else "red"
    tokens = {2: "green", 3: "blue", 4: "amber", 5: "red"}
    return tokens.get((entry.status_code or 0) // 100, "slate")


def _failure(name: str) -> str:
    translate = QCoreApplication.translate
    if name == "Cancelled":
        return translate("History", "Cancelled")
    return translate("History", "No answer")


def facts(entry: HistoryEntry) -> str:
    """Return time of day, how long it took, and where, as far as the row does not say so."""
    at = entry.started_at.astimezone().strftime("%H:%M:%S")
    words = [at, format_duration(entry.elapsed_ms)]
    if entry.url:
        words.append(entry.host)
    return " · ".join(words)


def spoken(entry: HistoryEntry) -> str:
    """Return what a screen reader says of a send."""
    translate = QCoreApplication.translate
    words = [f"{entry.method} {entry.host}", target(entry) if entry.url else "", outcome(entry)]
    words.append(facts(entry))
    if entry.secure_inputs or entry.secure_outputs:
        words.append(translate("History", "secured"))
    return ", ".join(word for word in words if word)
