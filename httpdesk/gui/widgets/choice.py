"""A field with one of a few words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox


class Choice(QComboBox):
    """One of a few; the wheel scrolls the page and changes nothing."""

    def __init__(self, name: str, labels: Sequence[str]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.addItems(list(labels))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
