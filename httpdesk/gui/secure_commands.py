"""What the history keeps of the request in front: two switches, and the lock that shows them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from httpdesk.engine.inherited_options import inherited_options, saying, with_inherited
from httpdesk.gui.documents import Document
from httpdesk.gui.parts import Handlers, WindowParts
from httpdesk.model.request import Options

if TYPE_CHECKING:
    from httpdesk.gui.request_page import RequestPage

OPTIONS = {"secure.inputs": "secure_inputs", "secure.outputs": "secure_outputs"}


class SecureCommands(QObject):
    """Commands of the request's menu; turning one off holds for later sends (statement 78)."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts
        parts.documents.changed.connect(self._show)
        parts.documents.frontChanged.connect(lambda _: self._show_front())
        parts.sender.sendStarted.connect(lambda document, _: self._show(document))
        parts.editors.pageMade.connect(self._page_made)
        self._show_front()

    def handlers(self) -> Handlers:
        """Return the handlers by action."""
        return {
            action: self._parts.with_document(partial(self._switch, option))
            for action, option in OPTIONS.items()
        }

    def _switch(self, option: str, document: Document) -> None:
        """Turn one of the two on or off, also where a folder says the other."""
        scope = self._parts.environments.scope(document)
        own, inherited = document.request.options, inherited_options(document.inherited, scope)
        on = not getattr(self._in_force(document), option)
        values: dict[str, Any] = {option: on}
        changed = replace(document.request, options=saying(own, inherited, **values))
        self._parts.documents.edit(document, changed)

    def _in_force(self, document: Document) -> Options:
        scope = self._parts.environments.scope(document)
        return with_inherited(document.request, document.inherited, scope).options

    def _page_made(self, page: RequestPage) -> None:
        lock = page.editor.url_bar.resolved.lock
        menu = QMenu(lock)
        menu.addActions([self._parts.actions[action] for action in OPTIONS])
        lock.setMenu(menu)
        self._show(page.document)

    def _show_front(self) -> None:
        document = self._parts.document
        for action in OPTIONS:
            self._parts.actions[action].setEnabled(document is not None)
        if document is not None:
            self._show(document)

    def _show(self, document: Document) -> None:
        options = self._in_force(document)
        page = self._parts.editors.page(document)
        if page is not None:
            resolved = page.editor.url_bar.resolved
            resolved.show_secured(inputs=options.secure_inputs, outputs=options.secure_outputs)
        if document is self._parts.document:
            for action, option in OPTIONS.items():
                self._parts.actions[action].setChecked(getattr(options, option))
