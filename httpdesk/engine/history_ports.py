"""What the program needs of the place where sends are remembered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from httpdesk.model.history import (
        HistoryEntry,
        HistoryFilter,
        HistoryPage,
        HistoryRecord,
        HistorySize,
    )

PAGE = 200
"""Entries of a page unless another number is asked for."""


class HistoryStore(Protocol):
    """The sends of the past, newest first; every method raises StorageFailed.

    Bounded: the oldest entries go first. May be used from several threads, never from the UI's.
    """

    def add(self, record: HistoryRecord) -> None:
        """Keep a send; what is in the record is written as it is, so it holds no secret."""

    def page(self, wanted: HistoryFilter, after: str = "", most: int = PAGE) -> HistoryPage:
        """Return the newest entries, or those behind the page whose `next` is `after`."""

    def count(self, wanted: HistoryFilter) -> int:
        """Return how many entries there are."""

    def size(self) -> HistorySize:
        """Return how much is kept."""

    def record(self, entry_id: str) -> HistoryRecord | None:
        """Return everything that is kept of an entry, None when it is gone."""

    def delete(self, entry_ids: Iterable[str]) -> tuple[HistoryRecord, ...]:
        """Forget entries; return them, so that it can be undone with `add`."""

    def delete_day(self, day: date) -> int:
        """Forget the entries of a day of the computer's own time zone; return how many."""

    def clear(self) -> int:
        """Forget everything, also in the files of the database; return how many."""

    def newest(self, root: str, path: str, most: int) -> tuple[HistoryEntry, ...]:
        """Return the newest entries of one request."""

    def close(self) -> None:
        """Bring everything to disk and let the file go."""
