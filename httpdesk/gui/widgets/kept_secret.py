"""A field for a secret that is kept elsewhere: it says where, and never loads it by itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

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

    What was typed is told of when the focus leaves all of it, or at Enter.
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
        self.session_box = QCheckBox(self.tr("Keep until HTTPDesk closes"))
        self._offers_session = True
        self._pending = False
        """Whether something was typed that nobody was told of."""
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
        for widget in (self.field, self.session_box, self._strip, self.waiting, self.choice):
            column.addWidget(widget)
        for button in (self.replace, self.remove):
            button.setAccessibleName(f"{button.text()}: {self._name}")
        self.session_box.setAccessibleName(f"{self.session_box.text()}: {self._name}")
        self.session_box.hide()
        self.waiting.hide()

    def _connect(self) -> None:
        self.field.finished.connect(self._end_typing)
        self.field.line.textChanged.connect(lambda _: self._show_session_box())
        QApplication.instance().focusChanged.connect(self._follow)  # type: ignore[union-attr]
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

    def offer_session(self, offered: bool) -> None:
        """Offer to keep what is typed until the program ends; not where that holds anyway."""
        self._offers_session = offered
        self._show_session_box()

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
        self.session_box.setChecked(False)
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
        self._show_session_box()
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

    def _show_session_box(self) -> None:
        typed = bool(self.text()) and not self._shows
        self.session_box.setVisible(typed and self._offers_session)

    def _end_typing(self) -> None:
        """Tell of what was typed, unless it is still to be said for how long it is kept."""
        focus = QApplication.focusWidget()
        self._pending = focus is not None and self._holds(focus) and focus is not self.field.line
        if not self._pending:
            self._finish()

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._pending and now is not None and not self._holds(now):
            self._finish()

    def _holds(self, widget: QWidget) -> bool:
        return self.isAncestorOf(widget)

    def _finish(self) -> None:
        self._pending = False
        if not self.text() or self._shows:
            return
        signal = self.sessionAsked if self.session_box.isChecked() else self.entered
        self._ask(lambda: signal.emit(self.text()))

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
