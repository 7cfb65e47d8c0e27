"""The encrypted file: made, unlocked and locked here, and given another passphrase."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from httpdesk.gui.messages import keyring_advice, keyring_title, message_for
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.secret_field import SecretField
from httpdesk.model.errors import HttpDeskError, SecretsFailed
from httpdesk.model.secrets import VaultState

SHORTEST = 8
"""Characters of a passphrase that is new."""


class VaultPanel(QWidget):
    """How the file stands in words, and the fields that fit it.

    Signals:
        stateAsked, createAsked(new), unlockAsked(passphrase), lockAsked, changeAsked(old, new):
            answer each with `show_state` or `show_failure`.
        shown: another state is shown.
    """

    stateAsked = Signal()
    createAsked = Signal(str)
    unlockAsked = Signal(str)
    lockAsked = Signal()
    changeAsked = Signal(str, str)
    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: VaultState | None = None
        self._changes = self._wants_focus = False
        self.words = PlainLabel(color="text2", wrap=True)
        self.passphrase = SecretField(self.tr("Passphrase"))
        self.new = SecretField(self.tr("New passphrase"))
        self.again = SecretField(self.tr("New passphrase again"))
        self.make = TextButton(self.tr("Create the file"), kind="primary")
        self.unlock = TextButton(self.tr("Unlock"), kind="primary")
        self.lock = TextButton(self.tr("Lock"))
        self.change = TextButton(self.tr("Change passphrase…"))
        self.save = TextButton(self.tr("Change passphrase"), kind="primary")
        self.cancel = TextButton(self.tr("Cancel"))
        self._build()
        self._connect()
        self._show()

    @property
    def exists(self) -> bool:
        """Whether there is a file."""
        return self._state is not None and self._state.exists

    def _build(self) -> None:
        column = QVBoxLayout(self)
        keep_scaled(column, spacing=6)
        column.addWidget(self.words)
        for field, hint in (
            (self.passphrase, self.tr("Passphrase")),
            (self.new, self.tr("New passphrase")),
            (self.again, self.tr("The same again")),
        ):
            field.line.setPlaceholderText(hint)
            column.addWidget(field)
        row = QHBoxLayout()
        for button in self._buttons():
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)

    def _buttons(self) -> tuple[TextButton, ...]:
        return self.make, self.unlock, self.save, self.cancel, self.lock, self.change

    def _connect(self) -> None:
        self.make.clicked.connect(self._create)
        self.unlock.clicked.connect(self._unlock)
        self.save.clicked.connect(self._save)
        self.lock.clicked.connect(lambda: self._begin(self.lockAsked.emit))
        self.change.clicked.connect(lambda: self._show_change(True))
        self.cancel.clicked.connect(lambda: self._show_change(False))
        self.passphrase.line.returnPressed.connect(self._enter)
        self.new.line.returnPressed.connect(self._go_on)
        self.again.line.returnPressed.connect(self._enter)

    # Showing

    def ask_state(self) -> None:
        """Ask how the file stands."""
        self.stateAsked.emit()

    def ask_to_unlock(self) -> None:
        """Ask for the state, and put the focus into the passphrase when it is locked."""
        self._wants_focus = True
        self.stateAsked.emit()

    def show_state(self, state: VaultState) -> None:
        """Say how the file stands; what was typed is gone."""
        self._state, self._changes = state, False
        for field in (self.passphrase, self.new, self.again):
            field.set_text("")
        self._show()
        if self._wants_focus:
            self._wants_focus = False
            self._first().setFocus(Qt.FocusReason.OtherFocusReason)

    def show_failure(self, error: HttpDeskError) -> None:
        """Say why it could not be done; what was typed stays, to be mended."""
        self.tell(error)
        self._first().setFocus(Qt.FocusReason.OtherFocusReason)

    def tell(self, error: HttpDeskError) -> None:
        """Say what is wrong with the file."""
        self.setEnabled(True)
        if isinstance(error, SecretsFailed):
            self._say(f"{keyring_title(error)}. {keyring_advice(error)}", "red")
        else:
            message = message_for(error)
            self._say(f"{message.title}. {message.text}", "red")

    # Inside

    def _show(self) -> None:
        state = self._state
        exists, locked = self.exists, state is None or state.locked
        unlocked = exists and not locked
        self.setEnabled(True)
        self.passphrase.setVisible(exists and (locked or self._changes))
        for field in (self.new, self.again):
            field.setVisible(state is not None and (not exists or self._changes))
        self.make.setVisible(state is not None and not exists)
        self.unlock.setVisible(exists and locked)
        for button in (self.save, self.cancel):
            button.setVisible(unlocked and self._changes)
        for button in (self.lock, self.change):
            button.setVisible(unlocked and not self._changes)
        self._say(self._described(), "amber" if exists and locked else "text2")
        self.shown.emit()

    def _described(self) -> str:
        state = self._state
        if state is None:
            return self.tr("Looking for the file…")
        if not state.exists:
            return self.tr(
                "There is none yet. Choose a passphrase: without it nobody, not even you, can read "
                "what the file holds."
            )
        if state.locked:
            return self.tr("{0} is locked. Requests that need its secrets stop.").format(state.path)
        return self.tr("{0} is unlocked until HTTPDesk closes.").format(state.path)

    def _first(self) -> QWidget:
        """Return where the keyboard goes on."""
        fields = (self.passphrase, self.new, *self._buttons())
        return next((each for each in fields if not each.isHidden()), self)

    def _show_change(self, changes: bool) -> None:
        self._changes = changes
        for field in (self.passphrase, self.new, self.again):
            field.set_text("")
        self._show()
        self._first().setFocus(Qt.FocusReason.OtherFocusReason)

    # Doing

    def _enter(self) -> None:
        """Do what Enter in the last field means."""
        if not self.make.isHidden():
            self._create()
        elif not self.unlock.isHidden():
            self._unlock()
        elif self.again.line.hasFocus():
            self._save()
        else:
            self.new.line.setFocus()

    def _go_on(self) -> None:
        self.again.line.setFocus(Qt.FocusReason.TabFocusReason)

    def _create(self) -> None:
        new = self.new.text()
        if self._is_usable():
            self._begin(lambda: self.createAsked.emit(new))

    def _unlock(self) -> None:
        passphrase = self.passphrase.text()
        if passphrase:
            self._begin(lambda: self.unlockAsked.emit(passphrase))

    def _save(self) -> None:
        old, new = self.passphrase.text(), self.new.text()
        if self._is_usable():
            self._begin(lambda: self.changeAsked.emit(old, new))

    def _is_usable(self) -> bool:
        """Return whether the new passphrase can be taken, and say why not."""
        if len(self.new.text()) < SHORTEST:
            self._say(self.tr("Take at least {0} characters.").format(SHORTEST), "red")
            self.new.line.setFocus()
        elif self.new.text() != self.again.text():
            self._say(self.tr("The two passphrases differ."), "red")
            self.again.line.setFocus()
        else:
            return True
        return False

    def _begin(self, ask: Callable[[], object]) -> None:
        self._say(self.tr("One moment…"), "text2")
        self.setEnabled(False)
        ask()

    def _say(self, words: str, color: str) -> None:
        self.words.set_color(color)
        self.words.setText(words)
