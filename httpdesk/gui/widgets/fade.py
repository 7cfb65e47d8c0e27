"""The one motion there is: what appears over the window fades in."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QAbstractAnimation, QPropertyAnimation
from PySide6.QtWidgets import QGraphicsOpacityEffect, QWidget

from httpdesk.gui import theme

FADE_MS: Final = 120


def fade_in(widget: QWidget) -> None:
    """Let a shown widget appear within 120 ms, at once with reduced motion."""
    if theme.reduced_motion():
        return
    effect = QGraphicsOpacityEffect(widget)
    effect.setOpacity(0.0)
    widget.setGraphicsEffect(effect)
    motion = QPropertyAnimation(effect, b"opacity", effect)
    motion.setDuration(FADE_MS)
    motion.setEndValue(1.0)
    # The effect goes at the end: as long as it is there, every paint takes a detour.
    motion.finished.connect(lambda: widget.setGraphicsEffect(None))  # type: ignore[arg-type]
    motion.start(QAbstractAnimation.DeletionPolicy.DeleteWhenStopped)
