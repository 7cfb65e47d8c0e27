"""Gives what a server sent to another program, once the user has agreed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.parts import WindowParts
from httpdesk.render.rows import Stopped, read_piece

if TYPE_CHECKING:
    from httpdesk.model.exchange import Exchange
    from httpdesk.model.response import BodyHandle

_CHUNK = 1024 * 1024


class OutsideOpener(QObject):
    """Writes a copy in a job and has the desktop open it."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts

    def open(self, exchange: Exchange, body: BodyHandle, is_page: bool) -> None:
        """Open a copy: of a page in the browser, without its scripts and any network."""

        def copied() -> tuple[str, Iterator[bytes]]:
            from httpdesk.render.html_copy import browser_copy

            if is_page:
                return ".html", browser_copy(body)
            return _ending(exchange, body), _pieces(body)

        self._open(exchange, copied)

    def open_in_editor(self, exchange: Exchange) -> None:
        """Open a copy of a text as a text file, whatever it is called; nothing for other bytes.

        Only an editor takes such a file, so nothing in it is run.
        """
        response = exchange.response
        if response is None:
            return
        body, media = response.body, response.header("Content-Type")

        def copied() -> tuple[str, Iterator[bytes]]:
            return ".txt" if _is_text(body, media) else "", _pieces(body)

        self._open(exchange, copied)

    def _open(self, exchange: Exchange, copied: Callable[[], tuple[str, Iterator[bytes]]]) -> None:
        """Write what `copied` gives on a worker, with that ending; an empty one opens nothing."""
        put = self._parts.ports.outside_files

        def work(cancel: CancelToken) -> str:
            try:
                ending, pieces = copied()
                return put().put(_stem(exchange) + ending, pieces, cancel) if ending else ""
            except Stopped:
                return ""

        job = self._parts.jobs.start(work)
        job.finished.connect(self._show)
        job.failed.connect(self._parts.notices.error)

    def _show(self, path: str) -> None:
        if path and not QDesktopServices.openUrl(QUrl.fromLocalFile(path)):
            self._parts.notices.say(self.tr("No program took the file {0}").format(path), "error")


def open_in_browser(url: str) -> None:
    """Open a page of the web that the user agreed to; other addresses are never opened."""
    address = QUrl(url)
    if address.scheme() in {"http", "https"}:
        QDesktopServices.openUrl(address)


def _stem(exchange: Exchange) -> str:
    """Return a harmless name without its ending, which is ours to choose."""
    from httpdesk.formats.download_name import suggested_file_name

    response = exchange.response
    assert response is not None
    return PurePath(suggested_file_name(response.headers, response.url)).stem or "response"


def _ending(exchange: Exchange, body: BodyHandle) -> str:
    from httpdesk.render.content_type import SNIFF_LENGTH, binary_format, parse_media_type
    from httpdesk.render.outside_ending import outside_ending

    response = exchange.response
    assert response is not None
    media = parse_media_type(response.header("Content-Type"))
    start = read_piece(body, 0, SNIFF_LENGTH)
    return outside_ending(binary_format(start) or "", media.essence)


def _is_text(body: BodyHandle, content_type: str | None) -> bool:
    from httpdesk.render.content_type import SNIFF_LENGTH, looks_binary, parse_media_type

    charset = parse_media_type(content_type).charset
    return body.size > 0 and not looks_binary(read_piece(body, 0, SNIFF_LENGTH), charset)


def _pieces(body: BodyHandle) -> Iterator[bytes]:
    offset = 0
    while piece := read_piece(body, offset, _CHUNK):
        yield piece
        offset += len(piece)
