"""Files in the user's own programs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices

from httpdesk.gui.notices import Notices


def open_file(path: str, notices: Notices) -> None:
    """Open a file in the program that the system has for it; say so where there is none."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(path)):
        words = QCoreApplication.translate("SystemEditor", "No program opens {0}")
        notices.say(words.format(path), tone="warning")
