"""A field for a whole number."""

from __future__ import annotations

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSpinBox, QWidget

from httpdesk.gui import theme

_WIDTH = 88
_PADDING = 9


class NumberField(QSpinBox):
    """Digits in the data font; the style sheet hides the buttons, arrow keys count instead."""

    def __init__(
        self, name: str = "", minimum: int = 0, maximum: int = 99, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setRange(minimum, maximum)
        theme.follow(self._restyle)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page: scrolling past a number must not change it."""
        event.ignore()

    def _restyle(self) -> None:
        self.setFont(theme.mono_font(12))
        # Qt ignores the padding of a style sheet in the field inside a spin box.
        self.lineEdit().setTextMargins(theme.scaled(_PADDING), 0, theme.scaled(_PADDING), 0)
        self.setFixedWidth(theme.scaled(_WIDTH))
