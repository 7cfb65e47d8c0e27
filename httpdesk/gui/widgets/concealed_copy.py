"""Copies a text with secrets: clipboard histories are told, and it is gone after half a minute."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

CLEARED_MS: Final = 30_000
"""After which the clipboard is emptied, unless something else is in it by then (security.md R6)."""
HINT: Final = "x-kde-passwordManagerHint"
_MARKS: Final = {
    HINT: b"secret",
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"\x01",
}
"""What tells the clipboard histories of KDE and others, and of Windows, to keep no copy."""


def copy_concealed(text: str) -> None:
    """Put a text on the clipboard that no history should keep, for half a minute."""
    data = QMimeData()
    data.setText(text)
    for kind, mark in _MARKS.items():
        data.setData(kind, mark)
    clipboard = QGuiApplication.clipboard()
    clipboard.setMimeData(data)
    # What is copied later has its own half minute.
    for before in clipboard.findChildren(_Wait):
        before.stop()
        before.deleteLater()
    _Wait(clipboard, text).start(CLEARED_MS)


class _Wait(QTimer):
    """Empties the clipboard once if it still holds the text."""

    def __init__(self, clipboard: QClipboard, text: str) -> None:
        super().__init__(clipboard, singleShot=True)
        self._clipboard, self._text = clipboard, text
        self.timeout.connect(self._clear)

    def _clear(self) -> None:
        if self._clipboard.text() == self._text:
            self._clipboard.clear()
        self.deleteLater()
