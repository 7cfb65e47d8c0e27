"""The heading of the group Authentication, and the line that asks for an issuer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.model.oauth import ProviderMetadata


class IssuerRow(QWidget):
    """Asks in the page itself which issuer is meant, and says what it told.

    Signals: `asked(issuer)`; answer with `show_found` or `show_problem`.
    """

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.open_button = TextButton(self.tr("Fill in from issuer…"), kind="link")
        self.line = QLineEdit()
        self.line.setAccessibleName(self.tr("Issuer to fill in from"))
        self.line.setPlaceholderText("https://login.example.com")
        self.go = TextButton(self.tr("Fill in"))
        self.close_button = TextButton(self.tr("Close"), kind="flat")
        self.told = PlainLabel(px=12, color="text2", wrap=True)
        self._panel = QWidget()
        self._build()
        self.open_button.clicked.connect(self.open)
        self.go.clicked.connect(self._ask)
        self.line.returnPressed.connect(self._ask)
        self.close_button.clicked.connect(self.close_panel)
        theme.follow(self._restyle)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(PlainLabel(self.tr("Authentication"), weight=600))
        head.addStretch(1)
        head.addWidget(self.open_button)
        fields = QHBoxLayout()
        keep_scaled(fields, spacing=8)
        for widget in (self.line, self.go, self.close_button):
            fields.addWidget(widget, 1 if widget is self.line else 0)
        panel = QVBoxLayout(self._panel)
        keep_scaled(panel, spacing=4)
        panel.addLayout(fields)
        panel.addWidget(self.told)
        column = QVBoxLayout(self)
        keep_scaled(column, spacing=8)
        column.addLayout(head)
        column.addWidget(self._panel)
        self._panel.hide()
        self.told.hide()

    def set_offered(self, offered: bool) -> None:
        """Offer it for kinds that have a provider."""
        self.open_button.setVisible(offered)
        if not offered:
            self._panel.hide()

    def open(self) -> None:
        """Ask for the issuer."""
        self._panel.show()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_panel(self) -> None:
        """Ask no more."""
        self._panel.hide()
        self.open_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_found(self, found: ProviderMetadata) -> None:
        """Say what the issuer told."""
        kinds = {
            self.tr("authorization"): found.authorization_url,
            self.tr("token"): found.token_url,
            self.tr("device"): found.device_url,
            self.tr("revocation"): found.revocation_url,
        }
        urls = ", ".join(name for name, url in kinds.items() if url)
        words = self.tr("{0} told its URLs: {1}.").format(found.issuer, urls)
        if found.scopes:
            words += " " + self.tr("Its scopes: {0}.").format(" ".join(found.scopes))
        if found.lacks_s256:
            words += " " + self.tr(
                "It does not offer S256 for PKCE, so a login there is weaker. If it refuses S256, "
                "choose Plain or Off below."
            )
        self._say(words, "amber" if found.lacks_s256 else "text2")

    def show_problem(self, words: str) -> None:
        """Say why nothing was filled in."""
        self._say(words, "red")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._panel.isVisible():
            self.close_panel()
        else:
            super().keyPressEvent(event)

    def _ask(self) -> None:
        issuer = self.line.text().strip()
        if issuer:
            self._say(self.tr("Asking {0}…").format(issuer), "text2")
            self.asked.emit(issuer)
        else:
            self._say(self.tr("Type the issuer's URL."), "red")

    def _say(self, words: str, token: str) -> None:
        self.told.set_color(token)
        self.told.setText(words)
        self.told.show()
        self.go.setAccessibleDescription(words)

    def _restyle(self) -> None:
        self.line.setFont(theme.mono_font(12))
