"""Keeps where the cursors of each tab stand within a second, and puts them back after a start."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QPlainTextEdit,
    QTableView,
    QWidget,
)

from httpdesk.gui.draft_keeper import TREE, DraftKeeper
from httpdesk.gui.page_places import (
    TABS,
    merged,
    moving_widgets,
    parsed,
    put_back,
    put_back_tab,
    read_places,
    scroll_to,
)
from httpdesk.gui.parts import WindowParts

if TYPE_CHECKING:
    from httpdesk.gui.request_page import RequestPage

DELAY_MS = 300
"""How long after a key or a click the places are read; the draft follows with its own delay."""
_WATCHED: Final = "placeWatched"
_DIGITS: Final = 7


class PlaceKeeper(QObject):
    """Looks at the page in front after each pause of the user."""

    def __init__(self, parts: WindowParts, keeper: DraftKeeper) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._keeper = keeper
        self._moved: set[RequestPage] = set()
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self.note)
        self._tree_timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._tree_timer.timeout.connect(self._keep_tree)
        parts.editors.pageMade.connect(self._follow)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_changed)

    def restore_tree(self, kept: str) -> None:
        """Scroll the tree to where the last run left it, and keep that from then on."""
        bar = self._parts.collections.tree.verticalScrollBar()
        if kept.isdecimal():
            scroll_to(bar, int(kept[:_DIGITS]))
        bar.valueChanged.connect(lambda _: self._tree_timer.start())

    def _keep_tree(self) -> None:
        bar = self._parts.collections.tree.verticalScrollBar()
        self._keeper.keep_state(TREE, str(bar.value()))

    def note(self) -> None:
        """Keep the places of the pages whose cursors have moved."""
        self._timer.stop()
        moved, self._moved = self._moved, set()
        for page in moved:
            if self._parts.editors.page(page.document) is page:
                view = merged(page.document.view, read_places(page))
                if view != page.document.view:
                    page.document.view = view
                    self._keeper.note(page.document)

    def _follow(self, page: RequestPage) -> None:
        places = parsed(page.document.view)
        waiting = set(places.get(TABS, ()))
        pane = page.editor.pane

        def tab_chosen(key: str) -> None:
            if key in waiting:
                waiting.discard(key)
                put_back_tab(page, places)
            self._watch(page)

        def filled() -> None:
            waiting.discard(pane.tabs.current)
            put_back(page, places, focus=True)
            pane.tabs.currentChanged.connect(tab_chosen)
            self._watch(page)

        # The page is filled in this turn of the event loop, after it was wired.
        QTimer.singleShot(0, page, filled)

    def _focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        page = self._parts.page
        if page is not None and now is not None and page.isAncestorOf(now):
            self._watch(page)
            self._soon(page)

    def _watch(self, page: RequestPage) -> None:
        """Follow what can move in the tab in front; much of it is made when it is first shown."""
        for widget in moving_widgets(page):
            if not widget.property(_WATCHED):
                widget.setProperty(_WATCHED, True)
                self._connect(widget, partial(self._soon, page))

    @staticmethod
    def _connect(widget: QAbstractScrollArea, soon: Callable[[], None]) -> None:
        for bar in (widget.verticalScrollBar(), widget.horizontalScrollBar()):
            bar.valueChanged.connect(lambda _: soon())
        if isinstance(widget, QPlainTextEdit):
            widget.cursorPositionChanged.connect(soon)
        elif isinstance(widget, QTableView):
            widget.selectionModel().currentChanged.connect(lambda *_: soon())

    def _soon(self, page: RequestPage) -> None:
        self._moved.add(page)
        if not self._timer.isActive():
            self._timer.start()
