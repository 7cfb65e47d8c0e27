"""Alt pressed alone, which opens the menu."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget


class AltTap(QObject):
    """Hears Alt pressed and let go with nothing in between.

    Signals: `tapped`.
    """

    tapped = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._armed = False
        handle = window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            assert isinstance(event, QKeyEvent)
            self._hear(event, kind == QEvent.Type.KeyPress)
        elif kind in (QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.FocusOut):
            self._armed = False
        return False

    def _hear(self, event: QKeyEvent, pressed: bool) -> None:
        if event.isAutoRepeat():
            return
        is_alt = event.key() == Qt.Key.Key_Alt
        if is_alt and not pressed and self._armed:
            self.tapped.emit()
        others = event.modifiers() & ~Qt.KeyboardModifier.AltModifier
        self._armed = is_alt and pressed and not others
