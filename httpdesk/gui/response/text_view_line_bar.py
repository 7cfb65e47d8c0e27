"""Go to a line of a painted text by its number."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIntValidator, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from httpdesk.gui import theme
from httpdesk.gui.response.text_view import TextView
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.labels import PlainLabel


class LineBar(QWidget):
    """A field for the number of a line; Enter goes there and Esc closes."""

    def __init__(self, view: TextView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.label = PlainLabel(self.tr("Go to line"), px=12, color="text2")
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("Line number"))
        self.field.setValidator(QIntValidator(1, 2**31 - 1, self))
        self.close_button = IconButton("x", self.tr("Close"), shortcut="Esc")
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self.label)
        self._layout.addWidget(self.field)
        self._layout.addStretch(1)
        self._layout.addWidget(self.close_button)
        self.close_button.clicked.connect(self.close_bar)
        self.field.returnPressed.connect(self._go)
        self.hide()
        theme.follow(self._restyle)

    def open(self) -> None:
        """Show the bar with the focus on its field."""
        self.show()
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_bar(self) -> None:
        """Hide the bar and give the focus back."""
        self.hide()
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)

    def _go(self) -> None:
        self._view.go_to_line(int(self.field.text()))
        self.close_bar()

    def _restyle(self) -> None:
        self._layout.setContentsMargins(theme.scaled(12), 4, theme.scaled(8), 4)
        self._layout.setSpacing(theme.scaled(8))
        self.field.setFont(theme.mono_font(12))
        self.field.setFixedWidth(theme.scaled(120))
