"""The line below a request's fields that says what it takes of each response."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.buttons import MenuButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.model.request import SetVariable


class TakenRow(QWidget):
    """Names the variables that each response sets; a menu takes one of them back.

    Signals: `removeRequested(SetVariable)`.
    """

    removeRequested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions: tuple[SetVariable, ...] = ()
        self.label = PlainLabel("", px=12, color="text3")
        self.menu_button = MenuButton(self.tr("Remove"), color="text2")
        self.menu_button.setAccessibleName(self.tr("Remove a variable that responses set"))
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self.label, 1)
        self._layout.addWidget(self.menu_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()
        theme.follow(self._restyle)

    def show_actions(self, actions: tuple[SetVariable, ...]) -> None:
        """Name what these actions set; without any the row is not there."""
        if actions == self._actions:
            return
        self._actions = actions
        names = ", ".join("{{" + action.name + "}}" for action in actions)
        self.label.setText(self.tr("Each response sets {0}").format(names))
        menu = self.menu_button.menu()
        menu.clear()
        for action in actions:
            title = f"{action.name}: {action.selector}".replace("&", "&&")
            entry = menu.addAction(title)
            entry.triggered.connect(lambda _=False, each=action: self.removeRequested.emit(each))
        self.setVisible(bool(actions))

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(0, 0, self.width(), 1, theme.color("border"))

    def _restyle(self) -> None:
        self.setFixedHeight(theme.scaled(32))
        self._layout.setContentsMargins(theme.scaled(12), 1, theme.scaled(4), 0)
