"""The list of open tabs: their order, which one is in front, and which were closed.

A tab is a request (`documents.Document`) or a page of the program, such as the settings. What all
of them have in common stands here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

MOST_CLOSED = 30
SETTINGS = "settings"
CONNECTION = "connection"
"""The subject is the key of the connection: the path of its file."""
MERGE = "merge"
"""The subject says what is merged; such a page does not come back by itself."""
ITEM = "item"
"""An item that cannot be sent; the subject is its collection's folder and its path."""
ENVIRONMENT = "environment"
"""The subject is the folder of the collection, "" for the variables of the workspace."""
FIND = "find"
VERSIONS = "versions"
"""The subject is the place of a request, as JSON: its collection's folder and its path in it."""
LEVEL = "level"
"""The subject is the folder of a collection, a new line, and the path of a folder in it or ""."""
HISTORY = "history"
"""The subject is the id of a send of the past."""
PAGE_KINDS = (SETTINGS, CONNECTION, ENVIRONMENT, FIND, ITEM, VERSIONS, LEVEL, HISTORY)
"""The pages that this version has; others that a file names are left out."""


@dataclass(slots=True, eq=False)
class Tab:
    """One tab."""

    id: str

    @property
    def worth_reopening(self) -> bool:
        """Whether a closed tab can be brought back."""
        return True

    def release(self) -> None:
        """Give back what the tab held; called when it is closed."""


@dataclass(slots=True, eq=False)
class PageTab(Tab):
    """A page of the program; there is one tab for each kind and subject."""

    kind: str
    subject: str = ""
    """What the page is about, such as the file of a connection; empty when there is one only."""
    title: str = ""
    """What the tab is called once that is known; empty where the subject says it."""
    edited: bool = False
    """Whether something was typed that is not saved."""

    @property
    def worth_reopening(self) -> bool:
        """Whether a closed tab can be brought back."""
        return self.kind != MERGE


def page_tab(kind: str, subject: str = "") -> PageTab:
    """Return the tab of a page."""
    return PageTab(f"{kind}:{subject}", kind, subject)


class TabList(QObject):
    """The tabs in their order; every change is told as a fact."""

    tabOpened = Signal(object)
    tabClosed = Signal(object)
    tabReopened = Signal(object)
    """A tab that was closed before is open again, as it was then."""
    orderChanged = Signal()
    frontChanged = Signal(object)
    """The Tab in front, or None."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tabs: list[Tab] = []
        self._closed: list[Tab] = []
        self._recent: list[Tab] = []
        self._front: Tab | None = None

    # Reading

    @property
    def front(self) -> Tab | None:
        """The tab whose page is shown."""
        return self._front

    def tabs(self) -> tuple[Tab, ...]:
        """Return the open tabs in their order."""
        return tuple(self._tabs)

    def pages(self) -> tuple[PageTab, ...]:
        """Return the open tabs that are no requests, in their order."""
        return tuple(each for each in self._tabs if isinstance(each, PageTab))

    @property
    def can_reopen(self) -> bool:
        """Whether a closed tab can be brought back."""
        return bool(self._closed)

    def recent(self) -> list[Tab]:
        """Return the open tabs that are not in front, the one last shown first."""
        return [each for each in reversed(self._recent) if each is not self._front]

    def tab(self, tab_id: str) -> Tab | None:
        """Return the open tab with this id, or None."""
        return next((each for each in self._tabs if each.id == tab_id), None)

    def position(self, tab: Tab) -> int:
        """Return the place of `tab` among the tabs."""
        return self._tabs.index(tab)

    # Opening, moving about and closing

    def open_page(self, kind: str, subject: str = "") -> PageTab:
        """Show a page of the program, in its tab when it has one."""
        page = page_tab(kind, subject)
        shown = self.tab(page.id)
        if isinstance(shown, PageTab):
            self.activate(shown.id)
            return shown
        self._closed = [each for each in self._closed if each.id != page.id]
        self._add(page)
        return page

    def activate(self, tab_id: str | None) -> None:
        """Show the tab with this id; unknown ids are ignored."""
        tab = self.tab(tab_id or "")
        if tab is not None and tab is not self._front:
            self._set_front(tab)

    def step(self, by: int) -> None:
        """Show the neighbour `by` tabs further, around the ends."""
        if self._front is not None:
            place = (self.position(self._front) + by) % len(self._tabs)
            self._set_front(self._tabs[place])

    def activate_recent(self) -> None:
        """Show the tab that was in front before this one."""
        if len(self._recent) > 1:
            self._set_front(self._recent[-2])

    def close(self, tab_id: str) -> None:
        """Close a tab; what was typed in it is kept for `reopen`."""
        tab = self.tab(tab_id)
        if tab is None:
            return
        place = self.position(tab)
        self._tabs.remove(tab)
        self._recent = [each for each in self._recent if each is not tab]
        tab.release()
        if tab.worth_reopening:
            self._closed.append(tab)
            del self._closed[:-MOST_CLOSED]
        if tab is self._front:
            self._set_front(self._next_after(place))
        self.tabClosed.emit(tab)
        self.orderChanged.emit()

    def reopen(self) -> Tab | None:
        """Bring the tab that was closed last back with its edits."""
        if not self._closed:
            return None
        tab = self._add(self._closed.pop())
        self.tabReopened.emit(tab)
        return tab

    def move(self, start: int, end: int) -> None:
        """Move a tab from one place to another."""
        self._tabs.insert(end, self._tabs.pop(start))
        self.orderChanged.emit()

    # For those who know more of their tabs

    def _put_back(self, pages: Iterable[tuple[PageTab, int]]) -> None:
        """Open pages of the last run, each at its place, without showing them."""
        for page, place in sorted(pages, key=lambda each: each[1]):
            if self.tab(page.id) is None:
                self._tabs.insert(min(max(place, 0), len(self._tabs)), page)
                self.tabOpened.emit(page)

    def _add(self, tab: Tab) -> Tab:
        place = self.position(self._front) + 1 if self._front else len(self._tabs)
        self._tabs.insert(place, tab)
        self.tabOpened.emit(tab)
        self._set_front(tab)
        self.orderChanged.emit()
        return tab

    def _replace(self, previous: Tab, tab: Tab) -> None:
        self._tabs[self.position(previous)] = tab
        self._recent = [each for each in self._recent if each is not previous]
        previous.release()
        self.tabOpened.emit(tab)
        self._set_front(tab)
        self.tabClosed.emit(previous)
        self.orderChanged.emit()

    def _set_front(self, tab: Tab | None) -> None:
        self._front = tab
        if tab is not None:
            self._recent = [each for each in self._recent if each is not tab]
            self._recent.append(tab)
        self.frontChanged.emit(tab)

    def _next_after(self, place: int) -> Tab | None:
        if self._recent:
            return self._recent[-1]
        return self._tabs[min(place, len(self._tabs) - 1)] if self._tabs else None
