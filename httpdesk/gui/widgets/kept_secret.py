"""A field for a secret that is kept elsewhere: it says where, and never loads it by itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from httpdesk.gui.widgets.buttons import IconButton, TextButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.secret_choice import SecretChoice
from httpdesk.gui.widgets.secret_field import SecretField

WAITING_MS = 300
"""Before it is said that the keyring is waited for."""


class KeptSecret(QWidget):
    """Where a secret is, with Show, Replace and Remove; a field while there is none.

    Signals:
        entered(text): a secret was typed and is to be kept; answer with `show_stored` or
            `show_failure`, as to all of these.
        removeAsked: the kept one is to be deleted.
        revealAsked: it is to be read; answer with `show_secret`.
        sessionAsked(text): it is to be kept only until the program ends.
    """

    entered = Signal(str)
    removeAsked = Signal()
    revealAsked = Signal()
    sessionAsked = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = SecretField(name)
        self.place = PlainLabel(color="text2")
        self.eye = IconButton("eye", self.tr("Show {0}").format(name.lower()))
        self.replace = TextButton(self.tr("Replace"))
        self.remove = TextButton(self.tr("Remove"))
        self.waiting = PlainLabel(
            self.tr("Waiting for the system keyring…"), px=12, color="text2", wrap=True
        )
        self.choice = SecretChoice()
        self._name = name
        self._stored = self._shows = False
        self._again: Callable[[], object] = lambda: None
        self._patience = QTimer(self, singleShot=True, interval=WAITING_MS)
        self._build()
        self._connect()
        self._show_state()

    def _build(self) -> None:
        self._strip = QWidget()
        strip = QHBoxLayout(self._strip)
        keep_scaled(strip, spacing=8)
        strip.addWidget(self.place)
        strip.addWidget(self.eye)
        strip.addWidget(self.replace)
        strip.addWidget(self.remove)
        strip.addStretch(1)
        column = QVBoxLayout(self)
        keep_scaled(column, spacing=6)
        for widget in (self.field, self._strip, self.waiting, self.choice):
            column.addWidget(widget)
        for button in (self.replace, self.remove):
            button.setAccessibleName(f"{button.text()}: {self._name}")
        self.waiting.hide()

    def _connect(self) -> None:
        self.field.finished.connect(self._finish)
        self.field.line.editingFinished.connect(self._leave)
        self.field.revealed.connect(self._hide_again)
        self.eye.clicked.connect(lambda: self._ask(self.revealAsked.emit))
        self.replace.clicked.connect(self.begin)
        self.remove.clicked.connect(lambda: self._ask(self.removeAsked.emit))
        self.choice.sessionChosen.connect(lambda: self.sessionAsked.emit(self.text()))
        self.choice.againChosen.connect(self._try_again)
        self._patience.timeout.connect(self.waiting.show)

    # What is there

    def text(self) -> str:
        """Return what was typed and is not kept yet."""
        return self.field.text()

    @property
    def is_stored(self) -> bool:
        """Whether a secret is kept."""
        return self._stored

    def enter(self, text: str) -> None:
        """Take a secret that was typed elsewhere."""
        self.field.set_text(text)
        self._stored = False
        self._show_state()
        self._finish()

    def begin(self) -> None:
        """Let another secret be typed; leaving the field empty changes nothing."""
        self._strip.hide()
        self.field.set_text("")
        self.field.show()
        self.field.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_stored(self, words: str) -> None:
        """Say where the secret is kept, "" for nowhere; what is being typed stays."""
        self._settle()
        self._stored = bool(words)
        self.place.setText(words)
        if not self.field.line.hasFocus() or not self.text():
            self._show_state()

    def show_kept(self) -> None:
        """Let go of what was typed: it is kept."""
        self.field.set_text("")
        self._settle()

    def show_secret(self, text: str) -> None:
        """Show the kept secret for a while."""
        self._settle()
        self._strip.hide()
        self.field.set_text(text)
        self.field.line.setReadOnly(True)
        self.field.show()
        self.field.reveal(True)
        self._shows = True
        self.field.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_failure(self, words: str) -> None:
        """Say why it was neither kept nor read nor removed, with what can be chosen."""
        self._settle()
        self.choice.offer(words, can_keep=bool(self.text()))
        self._show_state()

    # Inside

    def _show_state(self) -> None:
        """Show the field while something is typed or nothing is kept, else where it is kept."""
        shows_field = bool(self.text()) or not self._stored
        self._strip.setVisible(not shows_field)
        self.field.setVisible(shows_field)
        self.setFocusProxy(self.field.line if shows_field else self.replace)

    def _finish(self) -> None:
        if self.text() and not self._shows:
            self._ask(lambda: self.entered.emit(self.text()))

    def _leave(self) -> None:
        if not self._shows and not self.text():
            self._show_state()

    def _hide_again(self, revealed: bool) -> None:
        if self._shows and not revealed:
            self._shows = False
            self.field.line.setReadOnly(False)
            self.field.set_text("")
            self._show_state()

    def _ask(self, ask: Callable[[], object]) -> None:
        self._again = ask
        self._try_again()

    def _try_again(self) -> None:
        self._wait()
        self._again()

    def _wait(self) -> None:
        self.choice.hide()
        self._patience.start()

    def _settle(self) -> None:
        self._patience.stop()
        self.waiting.hide()
        self.choice.hide()
