"""Backgrounds by palette role, so that a change of theme needs no code here."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget


def on_surface(widget: QWidget) -> None:
    """Give `widget` the colour of content."""
    widget.setBackgroundRole(QPalette.ColorRole.Base)
    widget.setAutoFillBackground(True)


def on_chrome(widget: QWidget) -> None:
    """Give `widget` the colour of bars and the sidebar."""
    widget.setBackgroundRole(QPalette.ColorRole.Window)
    widget.setAutoFillBackground(True)
