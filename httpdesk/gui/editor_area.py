"""The tabs and the page of the current one; pages are made when they are first shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeGuard

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from httpdesk.gui.documents import Document, Documents
    from httpdesk.gui.page import Page
    from httpdesk.gui.request_page import RequestPage
    from httpdesk.gui.response.body_page import PageTools
    from httpdesk.gui.tabs import PageTab, Tab
    from httpdesk.gui.widgets.document_tabs import DocumentTab


class EditorArea(QWidget):
    """Shows one page for each tab; the words of a tab follow its document."""

    pageMade = Signal(object)
    """A RequestPage that was just made and has to be wired."""

    def __init__(self, first_run: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first_run = first_run
        self.stack = QStackedWidget()
        self.stack.addWidget(first_run)
        self._pages: dict[str, Page] = {}
        self._makers: dict[str, Callable[[PageTab], Page]] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.stack, 1)

    def attach(self, documents: Documents, tools: PageTools) -> None:
        """Show these documents from now on."""
        from httpdesk.gui.widgets.document_tabs import DocumentTabs

        self._documents = documents
        self._tools = tools
        self.tabs = DocumentTabs()
        self.tabs.hide()
        self._column.insertWidget(0, self.tabs)
        self._refresh = QTimer(self, singleShot=True, interval=0)
        self._refresh.timeout.connect(self._show_tabs)
        documents.changed.connect(self._changed)
        documents.orderChanged.connect(self._show_tabs)
        documents.tabClosed.connect(self._drop_page)
        documents.frontChanged.connect(self._show_front)
        self.tabs.activated.connect(documents.activate)
        self.tabs.closeRequested.connect(documents.close)
        self.tabs.moveRequested.connect(documents.move)
        self.tabs.pinRequested.connect(self._pin)

    def warm_up(self) -> None:
        """Load what the first page needs."""
        import httpdesk.gui.request_page  # noqa: F401

    def make_with(self, kind: str, make: Callable[[PageTab], Page]) -> None:
        """Let `make` build the pages of a kind; their first show is the only time it is asked."""
        self._makers[kind] = make

    # Reading

    def page(self, document: Document) -> RequestPage | None:
        """Return the document's page when it was made already."""
        page = self._pages.get(document.id)
        return page if _is_request(page) else None

    @property
    def current_page(self) -> RequestPage | None:
        """The page of the request in front, None while none is."""
        document = self._documents.current
        return self.page(document) if document is not None else None

    @property
    def front(self) -> Page | None:
        """The page on screen, None while the first-run page is."""
        tab = self._documents.front
        return self._pages.get(tab.id) if tab is not None else None

    def pages(self) -> tuple[RequestPage, ...]:
        """Return the pages of requests that were made."""
        return tuple(page for page in self._pages.values() if _is_request(page))

    def page_of(self, tab: Tab) -> Page | None:
        """Return the page of a tab of any kind when it was made already."""
        return self._pages.get(tab.id)

    # Inside

    def _show_front(self, tab: Tab | None) -> None:
        focused = self._focus_inside()
        if tab is None:
            self.stack.setCurrentWidget(self.first_run)
            self.first_run.setFocus()
        else:
            page = self._page_for(tab)
            self.stack.setCurrentWidget(page)
            if focused:
                page.take_focus()
        self._show_tabs()

    def _focus_inside(self) -> bool:
        """Return whether the focus is in the page on screen, which then remembers where."""
        focused = self.window().focusWidget()
        if not self.stack.isAncestorOf(focused):
            return False
        shown = self.stack.currentWidget()
        for page in self._pages.values():
            if page is shown:
                page.last_focus = focused
        return True

    def _page_for(self, tab: Tab) -> Page:
        page = self._pages.get(tab.id)
        if page is None:
            page = self._pages[tab.id] = self._make(tab)
            self.stack.addWidget(page)
            if _is_request(page):
                self.pageMade.emit(page)
            page.show_content()
        return page

    def _make(self, tab: Tab) -> Page:
        from httpdesk.gui.documents import Document
        from httpdesk.gui.request_page import RequestPage
        from httpdesk.gui.tabs import PageTab

        if isinstance(tab, PageTab):
            return self._makers[tab.kind](tab)
        assert isinstance(tab, Document)
        return RequestPage(tab, self._tools)

    def _drop_page(self, tab: Tab) -> None:
        page = self._pages.pop(tab.id, None)
        if page is not None:
            self.stack.removeWidget(page)
            page.deleteLater()

    def _changed(self, document: Document) -> None:
        self._refresh.start()

    def _show_tabs(self) -> None:
        tabs = self._documents.tabs()
        self.tabs.setVisible(bool(tabs))
        self.tabs.set_tabs([_shown(tab) for tab in tabs])
        front = self._documents.front
        if front is not None:
            self.tabs.set_current(front.id)

    def _pin(self, document_id: str) -> None:
        document = self._documents.by_id(document_id)
        if document is not None:
            self._documents.pin(document)


def _is_request(page: Page | None) -> TypeGuard[RequestPage]:
    if page is None:
        return False
    from httpdesk.gui.request_page import RequestPage

    return isinstance(page, RequestPage)


def _shown(tab: Tab) -> DocumentTab:
    """Return what stands in the tab."""
    from httpdesk.gui.documents import Document
    from httpdesk.gui.tabs import PageTab
    from httpdesk.gui.titles import document_tooltip, page_icon, tab_title
    from httpdesk.gui.widgets.document_tabs import DocumentTab
    from httpdesk.gui.widgets.item_delegate import method_color, method_short

    if isinstance(tab, PageTab):
        return DocumentTab(tab.id, tab_title(tab), edited=tab.edited, icon=page_icon(tab))
    assert isinstance(tab, Document)
    method = tab.request.method
    return DocumentTab(
        tab.id,
        tab_title(tab),
        method_short(method),
        method_color(method),
        tab.edited,
        tab.preview,
        tab.sending,
        tooltip=document_tooltip(tab),
        asking=tab.question is not None,
    )
