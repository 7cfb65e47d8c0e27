"""Scopes as chips, and a line in which others are typed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.field_frame import paint_field
from httpdesk.gui.widgets.flow_layout import FlowLayout
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled

_LEAST = 28
_LINE_WIDTH = 48


class Chip(QWidget):
    """One scope with a button that takes it away."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.close_button = IconButton("x", self.tr("Remove {0}").format(text), size=24)
        row = QHBoxLayout(self)
        keep_scaled(row, (8, 0, 0, 0), spacing=2)
        row.addWidget(PlainLabel(text, px=12, mono=True))
        row.addWidget(self.close_button)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sunken"))
        painter.drawRoundedRect(self.rect(), theme.scaled(4), theme.scaled(4))


class ScopesControl(QWidget):
    """A frame of chips; a blank, a comma, Enter or leaving the line makes one of what was typed.

    Backspace in the empty line takes the last one back into it.
    """

    edited = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setProperty("bare", True)
        self.line.setAccessibleName(name)
        self._chips: list[Chip] = []
        self._holder = QWidget()
        self._flow = FlowLayout(6)
        self._holder.setLayout(self._flow)
        column = QVBoxLayout(self)
        keep_scaled(column, (6, 2, 6, 2))
        column.addWidget(self._holder)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._flow.addWidget(self.line)
        self.setFocusProxy(self.line)
        self.line.installEventFilter(self)
        self.line.textEdited.connect(self._on_typed)
        self.line.editingFinished.connect(self._take)
        theme.follow(self._restyle)

    def value(self) -> Any:
        """Return the scopes with blanks between them, what is being typed among them."""
        return " ".join([*(chip.text for chip in self._chips), *self.line.text().split()])

    def put(self, value: Any) -> None:
        """Show scopes."""
        if value.split() != self.value().split():
            self.line.clear()
            self._show(value.split())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            empty = not self.line.text()
            if event.key() == Qt.Key.Key_Backspace and empty and self._chips:
                last = self._chips[-1].text
                self._show([chip.text for chip in self._chips[:-1]])
                self.line.setText(last)
                return True
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_field(self, focused=self.line.hasFocus(), radius=6)

    # Inside

    def _on_typed(self, text: str) -> None:
        if text and text[-1] in " ,":
            self._take()
        self.edited.emit()

    def _take(self) -> None:
        typed = self.line.text().replace(",", " ").split()
        if typed:
            self.line.clear()
            known = [chip.text for chip in self._chips]
            self._show([*known, *(each for each in typed if each not in known)])

    def _remove(self, chip: Chip) -> None:
        self._show([each.text for each in self._chips if each is not chip])
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()

    def _show(self, scopes: list[str]) -> None:
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._flow.removeWidget(self.line)
        self._chips = [Chip(text) for text in scopes]
        for chip in self._chips:
            chip.close_button.clicked.connect(lambda _=False, each=chip: self._remove(each))
            self._flow.addWidget(chip)
        self._flow.addWidget(self.line)
        self.updateGeometry()

    def _restyle(self) -> None:
        self.line.setFont(theme.mono_font(12))
        self.line.setFixedSize(theme.scaled(_LINE_WIDTH), theme.scaled(_LEAST - 4))
        self.setMinimumHeight(theme.scaled(_LEAST))
