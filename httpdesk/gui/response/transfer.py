"""How far a transfer is: a panel while there is nothing else to show, a bar below an answer."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.response.sending import Transfer, transfer_text
from httpdesk.gui.widgets.buttons import IconButton, TextButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.progress import ProgressLine
from httpdesk.render.units import format_duration, format_size

_WIDEST = 560
_BAR = 44


class TransferPanel(QWidget):
    """Bytes, total, rate, time left, a bar and Cancel.

    Signals: `cancelRequested`.
    """

    cancelRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = PlainLabel(px=16, weight=600)
        self.text = PlainLabel(color="text2", wrap=True)
        self.line = ProgressLine(self.tr("Transfer"))
        self.cancel = TextButton(self.tr("Cancel"), icon="x")
        self.cancel.clicked.connect(self.cancelRequested)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.title, self.text, self.line):
            column.addWidget(widget)
        column.addSpacing(4)
        buttons = QHBoxLayout()
        buttons.addWidget(self.cancel)
        buttons.addWidget(PlainLabel(self.tr("Esc"), px=12, color="text3"))
        buttons.addStretch(1)
        column.addLayout(buttons)
        inner = QWidget()
        inner.setLayout(column)
        inner.setMaximumWidth(_WIDEST)
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(inner, 100, Qt.AlignmentFlag.AlignTop)
        self._layout.addStretch(1)
        theme.follow(self._restyle)

    def show_transfer(self, transfer: Transfer) -> None:
        """Show how far the transfer is."""
        title = self.tr("Uploading") if transfer.upload else self.tr("Downloading")
        for label, text in ((self.title, title), (self.text, transfer_text(transfer))):
            if label.text() != text:
                label.setText(text)
        self.line.set_fraction(transfer.fraction)

    def _restyle(self) -> None:
        edge = theme.scaled(12)
        self._layout.setContentsMargins(edge, theme.scaled(16), edge, edge)


class TransferBar(QWidget):
    """One row below an answer that arrives: how far it is, Save to file, Cancel.

    It stays when the transfer ends, so that nothing on screen moves, until the next send.
    Signals: `cancelRequested`, `saveRequested`.
    """

    cancelRequested = Signal()
    saveRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = PlainLabel(color="text2", elide=True)
        self.line = ProgressLine(self.tr("Transfer"))
        self.save = TextButton(self.tr("Save to file…"), icon="download")
        self.cancel = TextButton(self.tr("Cancel"), icon="x")
        self.close_button = IconButton("x", self.tr("Hide the transfer"), size=24)
        self._layout = QHBoxLayout(self)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addStretch(1)
        column.addWidget(self.text)
        column.addWidget(self.line)
        column.addStretch(1)
        self._layout.addLayout(column, 1)
        for button in (self.save, self.cancel, self.close_button):
            self._layout.addWidget(button)
        self.save.clicked.connect(self.saveRequested)
        self.cancel.clicked.connect(self.cancelRequested)
        self.close_button.clicked.connect(self.hide)
        self.hide()
        theme.follow(self._restyle)

    def show_transfer(self, transfer: Transfer) -> None:
        """Show how far the transfer is."""
        self._say(transfer_text(transfer), under_way=True)
        self.line.set_fraction(transfer.fraction)
        self.show()

    def end(self, size: int, milliseconds: float, *, whole: bool) -> None:
        """Say how much came in which time, when there was a bar; the row stays where it is."""
        if self.isHidden():
            return
        text = self.tr("{0} came in {1}, {2}/s.").format(
            format_size(size),
            format_duration(milliseconds),
            format_size(round(size / milliseconds * 1000)),
        )
        if whole or self.line.maximum() == 0:
            self.line.set_fraction(1.0 if whole else 0.0)
        self._say(text, under_way=False)

    def _say(self, text: str, *, under_way: bool) -> None:
        if self.text.text() != text:
            self.text.setText(text)
        for widget in (self.save, self.cancel):
            widget.setVisible(under_way)
        self.close_button.setVisible(not under_way)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(QRect(0, 0, self.width(), 1), theme.color("border"))

    def _restyle(self) -> None:
        self.setFixedHeight(theme.scaled(_BAR))
        edge = theme.scaled(12)
        self._layout.setContentsMargins(edge, 1, theme.scaled(8), 0)
        self._layout.setSpacing(theme.scaled(8))
