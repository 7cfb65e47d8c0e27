"""The line at the bottom: what is saved, and what holds for everything that is shown."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.surfaces import on_chrome
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled

HEIGHT = 24
MOMENT_MS = 4000


class StatusLine(QWidget):
    """Left: the save state. Right: masking and proxy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        on_chrome(self)
        self._lasting = self.tr("Ready")
        self._moment = QTimer(self, singleShot=True, interval=MOMENT_MS)
        self.state = PlainLabel(self._lasting, px=11, color="text2", elide=True)
        self._moment.timeout.connect(lambda: self.state.setText(self._lasting))
        row = QHBoxLayout(self)
        keep_scaled(row, (12, 0, 12, 0), spacing=16)
        row.addWidget(self.state, 1)
        for icon, text in (
            ("lock", self.tr("Sensitive values masked")),
            ("globe", self.tr("No proxy")),
        ):
            row.addWidget(_Fact(icon, text))
        theme.follow(self._restyle)

    def set_state(self, text: str) -> None:
        """Say what the current request's state is."""
        self._lasting = text
        self._moment.stop()
        self.state.setText(text)

    def say(self, text: str) -> None:
        """Say something for a moment."""
        self.state.setText(text)
        self._moment.start()

    def _restyle(self) -> None:
        self.setFixedHeight(theme.scaled(HEIGHT))


class _Fact(QWidget):
    def __init__(self, icon: str, text: str) -> None:
        super().__init__()
        self._icon = icon
        self._picture = PlainLabel()
        row = QHBoxLayout(self)
        keep_scaled(row, spacing=5)
        row.addWidget(self._picture)
        row.addWidget(PlainLabel(text, px=11, color="text2"))
        theme.follow(self._restyle)

    def _restyle(self) -> None:
        from httpdesk.gui import icons

        self._picture.setPixmap(icons.pixmap(self._icon, "text2", theme.scaled(12)))
