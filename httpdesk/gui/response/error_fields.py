"""What an error asks for in place: a sign-in to the proxy, or a passphrase."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from httpdesk.gui.messages import ENTER_SECRET, PASSPHRASE, PROXY_SIGN_IN
from httpdesk.gui.widgets.form import Form
from httpdesk.gui.widgets.secret_choice import SecretChoice
from httpdesk.gui.widgets.secret_field import SecretField


class AskedFields(Form):
    """A few fields by key; Enter in the last one does what the primary button does.

    Signals: `entered`.
    """

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.fields: dict[str, QLineEdit] = {}
        self.choice: SecretChoice | None = None

    def answers(self) -> dict[str, str]:
        """Return what was typed."""
        return {key: line.text() for key, line in self.fields.items()}

    def add_line(self, key: str, label: str) -> None:
        """Ask for a line of text."""
        line = QLineEdit()
        line.setAccessibleName(label)
        line.returnPressed.connect(self.entered)
        self.add_row(label, line)
        self.fields[key] = line

    def add_secret(self, key: str, label: str, kept: str) -> None:
        """Ask for a secret; `kept` says where it will be."""
        secret = SecretField(label)
        secret.line.returnPressed.connect(self.entered)
        self.add_row(label, secret, kept)
        self.fields[key] = secret.line

    def offer_session(
        self, words: str, for_session: Callable[[], object], again: Callable[[], object]
    ) -> None:
        """Say that the secret could not be kept, and offer what can be done."""
        if self.choice is not None:
            self.choice.hide()
            self.choice.deleteLater()
        self.choice = SecretChoice(self)
        self.add_wide(self.choice)
        self.choice.sessionChosen.connect(for_session)
        self.choice.againChosen.connect(again)
        self.choice.offer(words, can_keep=True)


ASKING = (PROXY_SIGN_IN, PASSPHRASE, ENTER_SECRET)
"""The remedies that need fields."""


def fields_for(remedies: tuple[str, ...], secret: str = "") -> AskedFields | None:
    """Return the fields that one of the remedies needs, None when none does.

    `secret` says which secret could not be had.
    """
    fields, translate = AskedFields(), QCoreApplication.translate
    kept = translate("Error", "Kept where Settings, Secrets says; never in a file.")
    if PROXY_SIGN_IN in remedies:
        fields.add_line("username", translate("Error", "User name"))
        fields.add_secret("password", translate("Error", "Password"), kept)
    elif PASSPHRASE in remedies:
        fields.add_secret("passphrase", translate("Error", "Passphrase"), kept)
    elif ENTER_SECRET in remedies:
        session = translate("Error", "Or enter it here: kept until HTTPDesk closes, in no file.")
        fields.add_secret("secret", secret, session)
    else:
        return None
    return fields
