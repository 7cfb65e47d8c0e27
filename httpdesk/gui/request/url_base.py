"""The base URL of the connection, before the text of a URL that stands below it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from httpdesk.engine.url import is_relative
from httpdesk.gui import theme
from httpdesk.gui.widgets.labels import PlainLabel, plain_tooltip

_WIDEST = 240
_HTTPS, _HTTP = "https://", "http://"


class UrlBase(QWidget):
    """The scheme only when it is http, in amber; a long base is elided in its middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base = ""
        self._url = ""
        self._is_below = False
        self.scheme = PlainLabel("", color="amber", mono=True)
        self.rest = PlainLabel("", color="text3", mono=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.scheme)
        row.addWidget(self.rest)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        theme.follow(self._show)

    def set_base(self, base: str) -> None:
        """Give the base URL, empty for none; one with variables is only in the resolved URL."""
        base = "" if "{{" in base else base.rstrip("/")
        if base != self._base:
            self._base = base
            self._show()

    def set_url(self, url: str) -> None:
        """Give the URL as typed: a whole one has no base."""
        self._url = url
        self._show()

    def set_below(self, below: bool) -> None:
        """Say whether a URL that begins with a variable stands below the base, filled in."""
        if below != self._is_below:
            self._is_below = below
            self._show()

    def _show(self) -> None:
        base = self._base
        scheme = _HTTP if base.lower().startswith(_HTTP) else ""
        rest = base[len(scheme) :].removeprefix(_HTTPS)
        metrics, middle = self.rest.fontMetrics(), Qt.TextElideMode.ElideMiddle
        self.scheme.setText(scheme)
        self.rest.setText(metrics.elidedText(rest, middle, theme.scaled(_WIDEST)))
        self.setToolTip(plain_tooltip(base))
        self.setAccessibleName(self.tr("Base URL, {0}").format(base) if base else "")
        self.scheme.setVisible(bool(scheme))
        begins_filled = self._url.lstrip().startswith("{{")
        below = self._is_below if begins_filled else is_relative(self._url)
        self.setVisible(bool(base) and below)
