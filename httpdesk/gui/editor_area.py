"""The tabs and the page of the current one; pages are made when they are first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from httpdesk.gui.documents import Document, Documents
    from httpdesk.gui.jobs import JobRunner
    from httpdesk.gui.request_page import RequestPage
    from httpdesk.gui.widgets.document_tabs import DocumentTab


class EditorArea(QWidget):
    """Shows one page for each document; the words of a tab follow its document."""

    pageMade = Signal(object)
    """A RequestPage that was just made and has to be wired."""

    def __init__(self, first_run: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first_run = first_run
        self.stack = QStackedWidget()
        self.stack.addWidget(first_run)
        self._pages: dict[str, RequestPage] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.stack, 1)

    def attach(self, documents: Documents, jobs: JobRunner) -> None:
        """Show these documents from now on."""
        from httpdesk.gui.widgets.document_tabs import DocumentTabs

        self._documents = documents
        self._jobs = jobs
        self.tabs = DocumentTabs()
        self.tabs.hide()
        self._column.insertWidget(0, self.tabs)
        self._refresh = QTimer(self, singleShot=True, interval=0)
        self._refresh.timeout.connect(self._show_tabs)
        documents.changed.connect(self._changed)
        documents.orderChanged.connect(self._show_tabs)
        documents.closed.connect(self._drop_page)
        documents.currentChanged.connect(self._show_current)
        self.tabs.activated.connect(documents.activate)
        self.tabs.closeRequested.connect(documents.close)
        self.tabs.moveRequested.connect(documents.move)
        self.tabs.pinRequested.connect(self._pin)

    def warm_up(self) -> None:
        """Load what the first page needs."""
        import httpdesk.gui.request_page  # noqa: F401

    # Reading

    def page(self, document: Document) -> RequestPage | None:
        """Return the document's page when it was made already."""
        return self._pages.get(document.id)

    @property
    def current_page(self) -> RequestPage | None:
        """The page on screen, None while the first-run page is."""
        document = self._documents.current
        return self.page(document) if document is not None else None

    def pages(self) -> tuple[RequestPage, ...]:
        """Return the pages that were made."""
        return tuple(self._pages.values())

    # Inside

    def _show_current(self, document: Document | None) -> None:
        focused = self._focus_inside()
        if document is None:
            self.stack.setCurrentWidget(self.first_run)
            self.first_run.setFocus()
        else:
            page = self._page_for(document)
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

    def _page_for(self, document: Document) -> RequestPage:
        from httpdesk.gui.request_page import RequestPage

        page = self._pages.get(document.id)
        if page is None:
            page = self._pages[document.id] = RequestPage(document, self._jobs)
            self.stack.addWidget(page)
            self.pageMade.emit(page)
            page.show_document()
        return page

    def _drop_page(self, document: Document) -> None:
        page = self._pages.pop(document.id, None)
        if page is not None:
            self.stack.removeWidget(page)
            page.deleteLater()

    def _changed(self, document: Document) -> None:
        self._refresh.start()

    def _show_tabs(self) -> None:
        documents = self._documents.all()
        self.tabs.setVisible(bool(documents))
        self.tabs.set_tabs([self._tab(document) for document in documents])
        current = self._documents.current
        if current is not None:
            self.tabs.set_current(current.id)

    def _tab(self, document: Document) -> DocumentTab:
        from httpdesk.gui.titles import document_title, document_tooltip
        from httpdesk.gui.widgets.document_tabs import DocumentTab
        from httpdesk.gui.widgets.item_delegate import method_color, method_short

        method = document.request.method
        return DocumentTab(
            document.id,
            document_title(document),
            method_short(method),
            method_color(method),
            document.edited,
            document.preview,
            document.sending,
            tooltip=document_tooltip(document),
        )

    def _pin(self, document_id: str) -> None:
        document = self._documents.by_id(document_id)
        if document is not None:
            self._documents.pin(document)
