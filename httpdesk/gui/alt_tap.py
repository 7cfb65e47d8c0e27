"""Alt pressed alone, which opens the menu."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

_KEYS: Final = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride)
_SPOILS: Final = (
    QEvent.Type.Shortcut,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.FocusOut,
    QEvent.Type.WindowDeactivate,
)


class AltTap(QObject):
    """Hears Alt pressed and let go with nothing in between.

    Signals: `tapped`.
    """

    tapped = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._armed = False
        self._handle = window.windowHandle()
        if self._handle is not None:
            self._handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in _KEYS and isinstance(event, QKeyEvent):
            if event.key() != Qt.Key.Key_Alt:
                self._arm(False)
            elif watched is self._handle and not event.isAutoRepeat():
                self._hear(event)
        elif kind in _SPOILS:
            self._arm(False)
        return False

    def _hear(self, event: QKeyEvent) -> None:
        if event.type() == QEvent.Type.KeyRelease and self._armed:
            self._arm(False)
            self.tapped.emit()
        elif event.type() == QEvent.Type.KeyPress:
            self._arm(not event.modifiers() & ~Qt.KeyboardModifier.AltModifier)

    def _arm(self, armed: bool) -> None:
        if armed == self._armed:
            return
        self._armed = armed
        application = QApplication.instance()
        assert application is not None
        # A key that is a shortcut never gets to the window: as long as Alt is down, hear it all.
        if armed:
            application.installEventFilter(self)
        else:
            application.removeEventFilter(self)
