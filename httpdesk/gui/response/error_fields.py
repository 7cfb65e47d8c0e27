"""What an error asks for in place: a sign-in to the proxy, or a passphrase."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from httpdesk.gui.messages import PASSPHRASE, PROXY_SIGN_IN
from httpdesk.gui.widgets.form import Form
from httpdesk.gui.widgets.secret_field import SecretField


class AskedFields(Form):
    """A few fields by key; Enter in the last one does what the primary button does.

    Signals: `entered`.
    """

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.fields: dict[str, QLineEdit] = {}

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

    def add_secret(self, key: str, label: str) -> None:
        """Ask for a secret."""
        secret = SecretField(label)
        secret.line.returnPressed.connect(self.entered)
        kept = QCoreApplication.translate("Error", "Kept until HTTPDesk closes, never in a file.")
        self.add_row(label, secret, kept)
        self.fields[key] = secret.line


def fields_for(remedies: tuple[str, ...]) -> AskedFields | None:
    """Return the fields that one of the remedies needs, None when none does."""
    fields = AskedFields()
    if PROXY_SIGN_IN in remedies:
        fields.add_line("username", QCoreApplication.translate("Error", "User name"))
        fields.add_secret("password", QCoreApplication.translate("Error", "Password"))
    elif PASSPHRASE in remedies:
        fields.add_secret("passphrase", QCoreApplication.translate("Error", "Passphrase"))
    else:
        return None
    return fields
