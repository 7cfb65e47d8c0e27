"""How much of a token's time is left, as a bar."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from httpdesk.gui.widgets.progress import ProgressLine


class LifetimeBar(ProgressLine):
    """Green, and amber when the token expires soon; hidden until there is something to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", color="green", parent=parent)
        self.setAccessibleName(self.tr("Time left of the token"))
        self.hide()

    def show_left(self, part: float | None, expires_soon: bool) -> None:
        """Show the part that is left, from 0 to 1; None for nothing."""
        if part is not None:
            self.set_color("amber" if expires_soon else "green")
            self.set_fraction(part)
        self.setVisible(part is not None)
