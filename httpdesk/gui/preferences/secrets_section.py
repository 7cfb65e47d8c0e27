"""Where secrets are kept, how the system keyring does, and what is in it, by name."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from httpdesk.gui.messages import keyring_advice, keyring_title, secret_name
from httpdesk.gui.preferences.option_controls import OptionControl, sentence
from httpdesk.gui.preferences.vault_panel import VaultPanel
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.form import Form
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.model.errors import HttpDeskError, SecretsFailed
from httpdesk.model.secrets import KeyringState, SecretPlace, StoredSecret
from httpdesk.model.settings import Settings


class SecretsSection(Form):
    """The choice of the place, the keyring's health, and a list without values.

    Signals:
        changed(values): a dict of the options that the user changed.
        checkAsked: a probe is to be written, read and deleted; answer with `show_checked` or
            `show_failure`.
        removeAsked(name), removeAllAsked: secrets are to be deleted for good.
    """

    changed = Signal(dict)
    checkAsked = Signal()
    removeAsked = Signal(str)
    removeAllAsked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Secrets"), parent)
        words = (self.tr("System keyring"), self.tr("This session"), self.tr("Encrypted file"))
        self.choice = OptionControl(
            "secrets",
            self.tr("Keep in"),
            words,
            lambda value: self.changed.emit({"secrets": value}),
        )
        self.state = PlainLabel(self.tr("Asking the system…"), color="text2", wrap=True)
        self.check = TextButton(self.tr("Check"))
        self.vault = VaultPanel()
        self.empty = PlainLabel(self.tr("Nothing is kept."), color="text3")
        self.remove_all = TextButton(self.tr("Remove all…"))
        self.confirmation = PlainLabel(wrap=True)
        self.confirm = TextButton(self.tr("Remove all for good"), kind="danger")
        self.keep = TextButton(self.tr("Keep them"))
        self.rows: dict[str, TextButton] = {}
        self._row_widgets: list[QWidget] = []
        self._names: tuple[str, ...] = ()
        self._chosen = ""
        self._build()
        self._connect()

    def _build(self) -> None:
        self.add_row(self.tr("Keep in"), self.choice.widget, sentence("secrets"))
        health = QWidget()
        row = QHBoxLayout(health)
        keep_scaled(row, spacing=8)
        row.addWidget(self.state, 1)
        row.addWidget(self.check)
        self.add_row(
            self.tr("Keyring"),
            health,
            self.tr("Check writes a value that is no secret, reads it back and deletes it."),
        )
        self._vault_row = self.add_row(self.tr("Encrypted file"), self.vault)
        self._vault_row.hide()
        self.vault.shown.connect(self._show_vault)
        stored = QWidget()
        self._list = QVBoxLayout(stored)
        keep_scaled(self._list, spacing=4)
        self._list.addWidget(self.empty)
        self.add_row(self.tr("Stored"), stored, self.tr("Names only; values are not read for it."))
        self.add_row("", self._build_ends())
        self._ask_nothing()

    def _build_ends(self) -> QWidget:
        ends = QWidget()
        column = QVBoxLayout(ends)
        keep_scaled(column, spacing=6)
        column.addWidget(self.confirmation)
        row = QHBoxLayout()
        for button in (self.remove_all, self.confirm, self.keep):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        return ends

    def _connect(self) -> None:
        self.check.clicked.connect(self._begin_check)
        self.remove_all.clicked.connect(self._ask_about_all)
        self.keep.clicked.connect(self._ask_nothing)
        self.confirm.clicked.connect(self._confirm)

    # Showing

    def show_settings(self, settings: Settings) -> None:
        """Show what holds now."""
        self.choice.show(settings.secrets)
        self._chosen = settings.secrets
        self._show_vault()

    def show_state(self, state: KeyringState) -> None:
        """Say which keyring there is, and whether it is locked."""
        words = {
            True: self.tr("{0} answers, and is locked."),
            False: self.tr("{0} answers, and is unlocked."),
            None: self.tr("{0} answers."),
        }[state.locked]
        self._say(words.format(_capital(state.store)), "amber" if state.locked else "text2")

    def show_checked(self, store: str) -> None:
        """Say that the probe was written, read back and deleted."""
        self.check.setEnabled(True)
        words = self.tr("{0} works: a value was written, read back and deleted.")
        self._say(words.format(_capital(store)), "green")

    def show_failure(self, error: HttpDeskError) -> None:
        """Say what is wrong with the keyring, or with the encrypted file."""
        if isinstance(error, SecretsFailed) and error.in_vault:
            self.vault.tell(error)
            return
        self.check.setEnabled(True)
        if isinstance(error, SecretsFailed):
            self._say(f"{keyring_title(error)}. {keyring_advice(error)}", "amber")
        else:
            self._say(self.tr("The list of secrets can't be read."), "red")

    def show_stored(self, stored: tuple[StoredSecret, ...]) -> None:
        """List the names of what is kept."""
        for row in self._row_widgets:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._row_widgets = []
        self.rows = {each.name: self._add(each) for each in stored}
        self._names = tuple(each.name for each in stored)
        self.empty.setVisible(not stored)
        self._ask_nothing()

    # Inside

    def _show_vault(self) -> None:
        """Show the encrypted file where it is chosen, and where there is one."""
        self._vault_row.setVisible(self._chosen == SecretPlace.VAULT.value or self.vault.exists)

    def _add(self, stored: StoredSecret) -> TextButton:
        name = secret_name(stored.name)
        place = {
            SecretPlace.SESSION: self.tr("until HTTPDesk closes"),
            SecretPlace.KEYRING: self.tr("in the keyring"),
            SecretPlace.VAULT: self.tr("in the encrypted file"),
        }[stored.place]
        row = QWidget()
        layout = QHBoxLayout(row)
        keep_scaled(layout, spacing=8)
        layout.addWidget(PlainLabel(name, elide=True))
        layout.addWidget(PlainLabel(place, px=12, color="text3"))
        layout.addStretch(1)
        button = TextButton(self.tr("Remove"))
        button.setAccessibleName(self.tr("Remove: {0}").format(name))
        button.clicked.connect(lambda: self.removeAsked.emit(stored.name))
        layout.addWidget(button)
        self._list.addWidget(row)
        self._row_widgets.append(row)
        return button

    def _begin_check(self) -> None:
        self.check.setEnabled(False)
        self._say(self.tr("Waiting for the system keyring…"), "text2")
        self.checkAsked.emit()

    def _say(self, words: str, color: str) -> None:
        self.state.set_color(color)
        self.state.setText(words)

    def _ask_about_all(self) -> None:
        words = self.tr("This deletes {0} for good. It can't be undone.")
        self.confirmation.setText(words.format(", ".join(map(secret_name, self._names))))
        self._ask(asks=True)
        self.keep.setFocus()

    def _ask_nothing(self) -> None:
        self._ask(asks=False)

    def _confirm(self) -> None:
        self._ask_nothing()
        self.removeAllAsked.emit()

    def _ask(self, *, asks: bool) -> None:
        for widget in (self.confirmation, self.confirm, self.keep):
            widget.setVisible(asks)
        self.remove_all.setVisible(bool(self._names) and not asks)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
