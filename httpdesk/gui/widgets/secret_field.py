"""A field for a password, with an eye that shows it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.revealing import REVEAL_MS
from httpdesk.gui.widgets.scaled_layout import keep_scaled


class SecretField(QWidget):
    """Bullets until the eye is used; hides again after a while and when the window loses it.

    Signals: `edited` on typing, `finished` when typing has ended and the text is another one,
    `revealed(shown)` when the text or bullets are shown.
    """

    edited = Signal()
    finished = Signal()
    revealed = Signal(bool)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.eye = IconButton("eye", self.tr("Show {0}").format(name.lower()))
        self._name = name
        self._told = ""
        self._hide = QTimer(self, singleShot=True, interval=REVEAL_MS)
        row = QHBoxLayout(self)
        keep_scaled(row, spacing=4)
        row.addWidget(self.line, 1)
        row.addWidget(self.eye)
        self.setFocusProxy(self.line)
        self.line.installEventFilter(self)
        self.line.textEdited.connect(lambda _: self.edited.emit())
        self.line.editingFinished.connect(self._finish)
        self.eye.clicked.connect(lambda: self.reveal(self.is_hidden))
        self._hide.timeout.connect(lambda: self.reveal(False))

    @property
    def is_hidden(self) -> bool:
        """Whether bullets stand for the text."""
        return self.line.echoMode() == QLineEdit.EchoMode.Password

    def text(self) -> str:
        """Return the secret."""
        return self.line.text()

    def set_text(self, text: str) -> None:
        """Show another secret, hidden; nobody is told."""
        self._told = text
        self.reveal(False)
        if text != self.line.text():
            self.line.setText(text)

    def reveal(self, shown: bool) -> None:
        """Show the text, or bullets."""
        modes = QLineEdit.EchoMode
        self.line.setEchoMode(modes.Normal if shown else modes.Password)
        self.eye.set_icon("eye-off" if shown else "eye")
        words = self.tr("Hide {0}") if shown else self.tr("Show {0}")
        self.eye.set_name(words.format(self._name.lower()))
        if shown:
            self._hide.start()
        else:
            self._hide.stop()
        self.revealed.emit(shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowDeactivate:
            self.reveal(False)
        return super().eventFilter(watched, event)

    def _finish(self) -> None:
        if self.line.text() != self._told:
            self._told = self.line.text()
            self.finished.emit()
