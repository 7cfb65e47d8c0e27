"""The main job done by itself, through the window's own widgets: `httpdesk --demo FILE`."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QTimer

from httpdesk.gui.documents import Document
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.session import Session
from httpdesk.model.collection import ItemKind
from httpdesk.model.exchange import Exchange

LIMIT_MS = 30_000
MOST_BODY = 4096
SETTLE_MS = 100
"""Until everything that the answer changes is painted."""


class Demo(QObject):
    """Opens the sample collection, sends its first request and leaves a screenshot."""

    def __init__(self, session: Session, screenshot: str) -> None:
        super().__init__(session)
        self.status = 1
        self._session = session
        self._window = session.window
        self._screenshot = screenshot

    def start(self) -> None:
        """Begin; the window closes at the end or after 30 seconds."""
        session = self._session
        session.workspace.collectionOpened.connect(self._open_first)
        session.workspace.requestLoaded.connect(lambda *_: QTimer.singleShot(0, self._press_send))
        session.sending.exchangeFinished.connect(self._finished)
        session.workspace.failed.connect(lambda error, _: self._give_up(repr(error)))
        QTimer.singleShot(LIMIT_MS, self, lambda: self._give_up("nothing came back in 30 s"))
        self._window.actions_["collection.sample"].trigger()

    def _open_first(self, root: str) -> None:
        collection = self._session.workspace.collection(root)
        assert collection is not None
        first = next(item for item in collection.walk() if item.kind is ItemKind.REQUEST)
        self._session.collections.select(ItemKey(root, first.path))
        self._session.items.open_item(ItemKey(root, first.path), preview=False)

    def _press_send(self) -> None:
        page = self._window.editors.current_page
        assert page is not None
        page.editor.url_bar.send.clicked.emit()

    def _finished(self, document: Document, exchange: Exchange) -> None:
        response = exchange.response
        if response is None:
            self._give_up(repr(exchange.error))
            return
        body = response.body.read_at(0, MOST_BODY).decode("utf-8", "replace")
        self._say(f"{document.request.method} {exchange.request.url}")
        self._say(f"{response.status_code} {response.reason_phrase}\n{body}")
        page = self._window.editors.page(document)
        assert page is not None
        page.viewer.bodyShown.connect(lambda: QTimer.singleShot(SETTLE_MS, self._grab))

    def _grab(self) -> None:
        self._window.grab().save(self._screenshot)
        self._say(f"screenshot: {self._screenshot}")
        self.status = 0
        self._window.close()

    def _give_up(self, reason: str) -> None:
        self._say(reason)
        self._window.close()

    @staticmethod
    def _say(text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
