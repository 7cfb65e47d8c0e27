"""Which sends of the history are shown: by outcome, day, collection and request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from httpdesk.gui.item_models.history_rows import day_words, today_here

_DAYS = 7
"""Days that the menu names; an older one is typed."""

Collections = Sequence[tuple[str, str]]
"""(Folder, name) of each collection that is open."""


class HistoryChoices(QObject):
    """A menu, and what is chosen in it.

    Signals: `changed` when something else is chosen; `otherDayAsked` when a day is to be typed,
    which `choose_day` takes.
    """

    changed = Signal()
    otherDayAsked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.menu = QMenu(parent)
        self.collections: Callable[[], Collections] = tuple
        """Says which collections are open."""
        self.status_class: int | None = None
        self.day: date | None = None
        self.collection: tuple[str, str] = ("", "")
        """(Folder, name) of the chosen collection, empty for all."""
        self._statuses = self._status_actions()
        self.menu.addSeparator()
        self.days = self.menu.addMenu(self.tr("Day"))
        self.days.aboutToShow.connect(self._list_days)
        self.places = self.menu.addMenu(self.tr("Collection"))
        self.places.aboutToShow.connect(self._list_collections)
        self.here = QAction(self.tr("Only of the request in front"), self.menu, checkable=True)
        self.here.toggled.connect(lambda _: self.changed.emit())
        self.menu.addAction(self.here)

    @property
    def words(self) -> str:
        """What is chosen, "" for everything."""
        chosen = self._statuses.checkedAction()
        parts = (
            chosen.text() if self.status_class is not None and chosen is not None else "",
            day_words(self.day) if self.day is not None else "",
            self.collection[1],
            self.tr("Of the request in front") if self.here.isChecked() else "",
        )
        return ", ".join(part for part in parts if part)

    @property
    def is_of_a_place(self) -> bool:
        """Whether only sends are wanted that say where they belong, as secured ones do not."""
        return bool(self.collection[0]) or self.here.isChecked()

    def choose_day(self, day: date | None) -> None:
        """Show the sends of one day, or of all."""
        self.day = day
        self.changed.emit()

    def choose_collection(self, root: str, name: str) -> None:
        """Show the sends of one collection, or of all for ""."""
        self.collection = (root, name)
        self.changed.emit()

    def clear(self) -> None:
        """Show everything."""
        self.status_class, self.day, self.collection = None, None, ("", "")
        self._statuses.actions()[0].setChecked(True)
        self.here.blockSignals(True)
        self.here.setChecked(False)
        self.here.blockSignals(False)
        self.changed.emit()

    # Inside

    def _status_actions(self) -> QActionGroup:
        group = QActionGroup(self.menu)
        kinds = (
            (None, self.tr("All sends")),
            (2, self.tr("Succeeded (2xx)")),
            (3, self.tr("Redirected (3xx)")),
            (4, self.tr("Refused (4xx)")),
            (5, self.tr("Failed (5xx)")),
            (0, self.tr("Without an answer")),
        )
        for status, words in kinds:
            action = QAction(words, self.menu, checkable=True, checked=status is None)
            action.setData(-1 if status is None else status)
            group.addAction(action)
            self.menu.addAction(action)
        group.triggered.connect(self._choose_status)
        return group

    def _choose_status(self, action: QAction) -> None:
        chosen = int(action.data())
        self.status_class = None if chosen < 0 else chosen
        self.changed.emit()

    def _list_days(self) -> None:
        today = today_here()
        days = [today - timedelta(days=back) for back in range(_DAYS)]
        if self.day is not None and self.day not in days:
            days.append(self.day)
        self.days.clear()
        self._offer(
            self.days, self.tr("All days"), self.day is None, partial(self.choose_day, None)
        )
        for day in days:
            self._offer(self.days, day_words(day), day == self.day, partial(self.choose_day, day))
        self.days.addSeparator()
        self.days.addAction(self.tr("Another day…"), self.otherDayAsked.emit)

    def _list_collections(self) -> None:
        self.places.clear()
        for root, name in (("", ""), *self.collections()):
            self._offer(
                self.places,
                name or self.tr("All collections"),
                root == self.collection[0],
                partial(self.choose_collection, root, name),
            )

    @staticmethod
    def _offer(menu: QMenu, words: str, chosen: bool, run: Callable[[], object]) -> None:
        # A collection may have an & in its name, which would underline a letter.
        action = menu.addAction(words.replace("&", "&&"), run)
        action.setCheckable(True)
        action.setChecked(chosen)
