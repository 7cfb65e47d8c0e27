"""What of the response pane is asked to go to files, and what goes to the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from httpdesk.gui.response import timeline_rows
from httpdesk.model.exchange import Exchange


class ResponseExports(QObject):
    """Copies and saves of the exchange on screen; nothing happens while there is none.

    Signals:
        saveBodyRequested(Exchange): its response's body is to be saved.
        savePemRequested(Exchange, pem): the certificates of the server are to be saved.
        saveLogRequested(Exchange, text): the log of a debugged request is to be saved.
    """

    saveBodyRequested = Signal(object)
    savePemRequested = Signal(object, str)
    saveLogRequested = Signal(object, str)

    def __init__(self, parent: QObject, shown: Callable[[], Exchange | None]) -> None:
        super().__init__(parent)
        self._shown = shown

    def save(self) -> None:
        """Ask to save the body, or the bytes as they came where nothing could be decoded."""
        exchange = self._shown()
        if exchange is None or exchange.response is None:
            return
        if exchange.response.body.size:
            self.saveBodyRequested.emit(exchange)
        else:
            self.save_raw()

    def save_raw(self) -> None:
        """Ask to save the bytes as they came over the wire (statement 58)."""
        exchange = self._shown()
        if exchange is None or exchange.response is None:
            return
        raw = exchange.response.raw_body or exchange.response.body
        response = replace(exchange.response, body=raw)
        self.saveBodyRequested.emit(replace(exchange, response=response))

    def save_pem(self, pem: str) -> None:
        """Ask to save the certificates of the server."""
        exchange = self._shown()
        if exchange is not None:
            self.savePemRequested.emit(exchange, pem)

    def save_log(self, text: str) -> None:
        """Ask to save the log of the request."""
        exchange = self._shown()
        if exchange is not None:
            self.saveLogRequested.emit(exchange, text)

    def copy_timings(self) -> None:
        """Put the requests that were made and their phases on the clipboard."""
        exchange = self._shown()
        if exchange is not None:
            rows = timeline_rows.hop_rows(exchange)
            QGuiApplication.clipboard().setText(timeline_rows.as_text(rows))
