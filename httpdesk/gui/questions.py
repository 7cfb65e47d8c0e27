"""Shows what a send asks in its tab, and tells of it when that tab is not in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from httpdesk.gui.documents import Document, Documents
from httpdesk.gui.editor_area import EditorArea
from httpdesk.gui.notices import Notices
from httpdesk.gui.send_controller import SendController
from httpdesk.gui.tabs import Tab

if TYPE_CHECKING:
    from httpdesk.gui.widgets.notifications import Message
    from httpdesk.model.questions import Question


class Questions(QObject):
    """Between the sends, the pages of their tabs, and the notifications."""

    def __init__(
        self,
        window: QWidget,
        documents: Documents,
        sender: SendController,
        editors: EditorArea,
        notices: Notices,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._documents = documents
        self._editors = editors
        self._notices = notices
        self._told: dict[str, Message] = {}
        """The notification of a document whose question is not in view."""
        sender.questionAsked.connect(self._asked)
        sender.questionEnded.connect(self._ended)
        documents.frontChanged.connect(self._front_changed)

    def show(self, document: Document) -> None:
        """Bring the question of a document into view, with the focus on the safe answer."""
        self._documents.activate(document.id)
        page = self._editors.page(document)
        if page is not None:
            page.focus_question()

    def _asked(self, document: Document, question: Question) -> None:
        page = self._editors.page(document)
        if page is not None:
            page.show_question(question)
        if self._documents.front is not document:
            self._told[document.id] = self._notices.asks(document, lambda: self.show(document))
        if not self._window.isActiveWindow():
            QApplication.alert(self._window)

    def _ended(self, document: Document) -> None:
        self._take_back(document)
        page = self._editors.page(document)
        if page is not None:
            page.end_question()

    def _front_changed(self, tab: Tab | None) -> None:
        if isinstance(tab, Document):
            self._take_back(tab)

    def _take_back(self, document: Document) -> None:
        message = self._told.pop(document.id, None)
        if message is not None:
            message.dismiss()
