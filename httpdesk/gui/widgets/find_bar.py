"""The bar above a text that finds in it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.labels import PlainLabel

MOST_MATCHES = 10_000
"""How many matches are counted before the number gets a plus."""
_STEPPING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3)


class FindBar(QWidget):
    """A field, the number of matches, and buttons for the next one, the previous one and the end.

    What is searched differs: each kind of bar starts its search when `field` changes and goes from
    match to match in `step`.

    Signals: `closed` when Esc or the close button hid the bar.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Find"))
        self.field.setAccessibleName(self.tr("Find text"))
        self.count = PlainLabel("", px=12, color="text3", elide=True)
        self.previous = IconButton("arrow-up", self.tr("Previous match"), shortcut="Shift+F3")
        self.next = IconButton("arrow-down", self.tr("Next match"), shortcut="F3")
        self.close_button = IconButton("x", self.tr("Close find"), shortcut="Esc")
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self.field, 1)
        for widget in (self.count, self.previous, self.next, self.close_button):
            self._layout.addWidget(widget)
        self.next.clicked.connect(self.find_next)
        self.previous.clicked.connect(self.find_previous)
        self.close_button.clicked.connect(self.close_bar)
        self.hide()
        theme.follow(self._restyle)

    def add_before_field(self, widget: QWidget) -> None:
        """Put a choice in front of the field."""
        self._layout.insertWidget(self._layout.indexOf(self.field), widget)

    def add_behind_field(self, widget: QWidget) -> None:
        """Put a switch behind the field and the switches that are there."""
        self._layout.insertWidget(self._layout.indexOf(self.count), widget)

    def add_switch(self, icon: str, name: str, changed: Callable[[], object]) -> IconButton:
        """Put a switch behind the field that changes what is found."""
        button = IconButton(icon, name)
        button.setCheckable(True)
        button.toggled.connect(lambda _: changed())
        self.add_behind_field(button)
        return button

    def open(self) -> None:
        """Show the bar with the keyboard in its field."""
        self.show()
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_bar(self) -> None:
        """Hide the bar."""
        self.hide()
        self.closed.emit()

    def find_next(self) -> None:
        """Go to the next match, from the first again after the last."""
        self.step(forward=True)

    def find_previous(self) -> None:
        """Go to the match before, from the last again before the first."""
        self.step(forward=False)

    def step(self, *, forward: bool) -> None:
        """Go to the match behind or before the current one, around the text."""
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() in _STEPPING:
            self.step(forward=not back)
        else:
            super().keyPressEvent(event)

    def position_text(self, index: int, number: int, *, more: bool) -> str:
        """Return such as `3 of 1,204`, with a plus where there may be `more` than `number`."""
        total = f"{number:,}" + ("+" if more else "")
        return self.tr("{0} of {1}").format(f"{index + 1:,}", total)

    def _restyle(self) -> None:
        self._layout.setContentsMargins(theme.scaled(12), 4, theme.scaled(8), 4)
        self._layout.setSpacing(theme.scaled(4))
