"""Tells when a minute of a token's time has passed."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal

_MINUTE = 60.0


class TokenMinutes(QObject):
    """A timer that runs only while there is a token that runs out."""

    passed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.passed)

    @property
    def runs(self) -> bool:
        """Whether it wakes again."""
        return self._timer.isActive()

    def wind(self, ends: Iterable[float | None], now: float) -> None:
        """Wake at the next whole minute before one of these times, in seconds since 1970."""
        left = [(end - now) % _MINUTE for end in ends if end is not None and end > now]
        if left:
            self._timer.start(int(min(left) * 1000) + 50)
        else:
            self._timer.stop()
