"""What the page of every tab has in common."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget
from shiboken6 import isValid

from httpdesk.gui.surfaces import on_surface


class Page(QWidget):
    """The page of one tab; it remembers where the focus was while another tab is in front."""

    saves = False
    """Whether the page itself has something to save, as a folder's has and a request's has not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        on_surface(self)
        self.last_focus: QWidget | None = None
        """What had the focus when another tab was chosen."""
        self._owes_focus = False

    def show_content(self) -> None:
        """Show what the page is about; called once, when it is wired."""

    def take_focus(self) -> None:
        """Put the focus where it was in this tab, or where work begins.

        A page whose file is still being read takes it once it can be used.
        """
        self._owes_focus = not self.isEnabled()
        last = self.last_focus
        if last is not None and isValid(last) and last.isVisibleTo(self):
            last.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.begin()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange and self._owes_focus and self.isEnabled():
            self._owes_focus = False
            if self.isVisible():
                self.take_focus()

    def begin(self) -> None:
        """Put the focus where work on the page begins."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Save what was typed, on a page that `saves`."""

    def panes(self) -> list[tuple[QWidget, QWidget | None]]:
        """Return the parts that F6 goes through, each with what it goes to in it if not first."""
        return [(self, None)]


def scrolled(holder: QWidget) -> QScrollArea:
    """Return an area in which `holder` scrolls up and down; it is no tab stop itself."""
    on_surface(holder)
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(holder)
    return area
