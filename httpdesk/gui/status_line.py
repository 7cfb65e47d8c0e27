"""The line at the bottom: what is saved, and what holds for everything that is shown."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from httpdesk.gui import theme
from httpdesk.gui.surfaces import on_chrome
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled

HEIGHT = 24
MOMENT_MS = 4000


class StatusLine(QWidget):
    """Left: the save state. Right: masking, where secrets are kept, and proxy.

    Signals: `maskingRequested`, `secretsRequested` and `proxyRequested` when that is to be changed.
    """

    maskingRequested = Signal()
    secretsRequested = Signal()
    proxyRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        on_chrome(self)
        self._lasting = self.tr("Ready")
        self._waiting = False
        self._moment = QTimer(self, singleShot=True, interval=MOMENT_MS)
        self.state = PlainLabel(self._lasting, px=11, color="text2", elide=True)
        self._moment.timeout.connect(self._show_lasting)
        row = QHBoxLayout(self)
        keep_scaled(row, (12, 0, 12, 0), spacing=16)
        row.addWidget(self.state, 1)
        self.masking = _FactButton("lock", self.tr("{0}. Reveal or hide those of the response"))
        self.masking.clicked.connect(self.maskingRequested)
        self.set_masked(True)
        row.addWidget(self.masking)
        self.secrets = _FactButton("shield-check", self.tr("{0}. Open the settings of secrets"))
        self.secrets.clicked.connect(self.secretsRequested)
        self.set_secrets("keyring")
        row.addWidget(self.secrets)
        self.proxy = _FactButton("globe", self.tr("{0}. Open the proxy settings"))
        self.proxy.clicked.connect(self.proxyRequested)
        self.set_proxy("")
        row.addWidget(self.proxy)
        theme.follow(self._restyle)

    def set_state(self, text: str) -> None:
        """Say what the current request's state is."""
        self._lasting = text
        self._moment.stop()
        self._show_lasting()

    def set_waiting(self, waiting: bool) -> None:
        """Say whether files are waited for, in place of the state."""
        self._waiting = waiting
        self._show_lasting()

    def _show_lasting(self) -> None:
        words = self.tr("Waiting for the disk…") if self._waiting else self._lasting
        self.state.setText(words)

    def say(self, text: str) -> None:
        """Say something for a moment."""
        self.state.setText(text)
        self._moment.start()

    def set_masked(self, masked: bool) -> None:
        """Say whether the secrets of the response in front are bullets."""
        words = self.tr("Sensitive values masked"), self.tr("Sensitive values shown")
        self.masking.set_icon("lock" if masked else "eye")
        self.masking.set_words(words[0] if masked else words[1])

    def set_secrets(self, place: str) -> None:
        """Say where secrets are kept: a value of the setting."""
        words = {
            "session": self.tr("Secrets: this session"),
            "vault": self.tr("Secrets: encrypted file"),
        }
        self.secrets.set_words(words.get(place, self.tr("Secrets: system keyring")))

    def set_proxy(self, proxy: str) -> None:
        """Say which proxy is used, "" for none."""
        words = self.tr("Proxy: {0}").format(proxy) if proxy else self.tr("No proxy")
        self.proxy.set_words(words)

    def _restyle(self) -> None:
        self.setFixedHeight(theme.scaled(HEIGHT))


class _FactButton(QPushButton):
    """A fact that can be changed: a click leads to where."""

    def __init__(self, icon: str, hint: str) -> None:
        super().__init__()
        self._icon, self._hint = icon, hint
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.follow(self._restyle)

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self.update()

    def set_words(self, text: str) -> None:
        """Show another fact."""
        from httpdesk.gui.widgets.labels import plain_tooltip

        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(plain_tooltip(self._hint.format(text)))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text()) + theme.scaled(12 + 5)
        return QSize(width + 1, theme.scaled(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), theme.scaled(160)), theme.scaled(HEIGHT))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        from httpdesk.gui.widgets.buttons import clicks_by_key

        if not clicks_by_key(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        from httpdesk.gui import icons

        painter = QPainter(self)
        side = theme.scaled(12)
        mark = icons.pixmap(self._icon, "text2", side, self.devicePixelRatioF())
        painter.drawPixmap(0, (self.height() - side) // 2, mark)
        painter.setFont(self.font())
        painter.setPen(theme.color("text" if self.underMouse() else "text2"))
        room = self.rect().adjusted(side + theme.scaled(5), 0, 0, 0)
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _restyle(self) -> None:
        self.setFont(theme.ui_font(11))
        self.updateGeometry()
        self.update()
