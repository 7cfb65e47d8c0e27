"""Pages of the Body tab by themselves, on screen, and hands that use them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Generic, TypeVar

from pytestqt.qtbot import QtBot

from httpdesk.gui.response.body_page import BodyPage, ShownBody
from httpdesk.gui.surfaces import on_surface
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.response import BodyHandle
from httpdesk.render.content_type import Rendering, parse_media_type
from tests.gui.response import exchanges

Page = TypeVar("Page", bound=BodyPage)


def shown(body: bytes | str | BodyHandle, media: str = "application/json") -> ShownBody:
    """Return a body as the Body tab hands it to a page."""
    exchange = exchanges.answered(b"", headers=exchanges.typed(media))
    if isinstance(body, str):
        body = body.encode()
    handle = MemoryBody(body) if isinstance(body, bytes) else body
    return ShownBody(exchange, handle, parse_media_type(media), Rendering.JSON)


class FileBody:
    """The bytes of a file as a body."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self.size = path.stat().st_size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`."""
        return os.pread(self._file.fileno(), length, offset)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class OnScreen(Generic[Page]):
    """A page in a window of its own."""

    def __init__(self, qtbot: QtBot, page: Page, size: tuple[int, int] = (624, 500)) -> None:
        self.qtbot = qtbot
        self.page = page
        self.copied: list[str] = []
        page.copied.connect(self.copied.append)
        on_surface(page)
        page.resize(*size)
        qtbot.addWidget(page)
        page.show()

    def show(self, body: bytes | str | BodyHandle, media: str = "application/json") -> None:
        """Show a body and wait until nothing of it is on its way."""
        with self.qtbot.waitSignal(self.page.shown):
            self.page.show_body(shown(body, media), "")
        self.settle()

    def settle(self) -> None:
        """Wait until the page has read what it wants to read."""
        self.qtbot.waitUntil(lambda: not self.page.busy)

    def notices(self) -> list[str]:
        """Return what the page has to say."""
        return [notice.text for notice in self.page.notices]
