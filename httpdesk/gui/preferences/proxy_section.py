"""Which proxy requests go through."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from httpdesk.engine.routing import parse_proxy
from httpdesk.gui import theme
from httpdesk.gui.messages import proxy_problem
from httpdesk.gui.preferences.option_controls import OptionControl, sentence
from httpdesk.gui.proxy_text import ProxyText, take_apart, wrong_exception
from httpdesk.gui.widgets.form import Form, FormRow
from httpdesk.gui.widgets.kept_secret import KeptSecret
from httpdesk.model.errors import InvalidProxy
from httpdesk.model.network_choices import ProxyMode
from httpdesk.model.settings import Settings


class ProxySection(Form):
    """None, the system's, or one that is given here.

    Signals:
        changed(values): a dict of the options that the user changed.
        systemAsked: what the system says right now is wanted; answer with `show_system`.
    """

    changed = Signal(dict)
    systemAsked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Proxy"), parent)
        self.mode = OptionControl(
            "proxy",
            self.tr("Proxy"),
            (self.tr("None"), self.tr("System"), self.tr("Manual")),
            self._choose_mode,
        )
        self.address = QLineEdit()
        self.username = QLineEdit()
        self.password = KeptSecret(self.tr("Password of the proxy"))
        self.exceptions = QLineEdit()
        self._shown_url = self._shown_exceptions = ""
        self._mode_row = self.add_row(self.tr("Use"), self.mode.widget, sentence("proxy"))
        self._build_fields()
        self._connect()
        theme.follow(self._restyle_fields)

    def _build_fields(self) -> None:
        self.address.setAccessibleName(self.tr("Address of the proxy"))
        self.address.setPlaceholderText("http://proxy.example:8080")
        self.username.setAccessibleName(self.tr("User name at the proxy"))
        self.exceptions.setAccessibleName(self.tr("Hosts without the proxy"))
        self.address_row = self.add_row(
            self.tr("Address"), self.address, self.tr("As http://, https:// or socks5://host:port.")
        )
        self._sign_in: tuple[FormRow, ...] = (
            self.add_row(self.tr("User name"), self.username),
            self.add_row(
                self.tr("Password"),
                self.password,
                self.tr("Kept where Secrets below says; never in a file."),
            ),
        )
        self.exceptions_row = self.add_row(
            self.tr("Exceptions"), self.exceptions, sentence("proxy_exceptions")
        )

    def _connect(self) -> None:
        self.address.textEdited.connect(lambda _: self.address_row.set_problem(""))
        self.address.editingFinished.connect(self._finish_address)
        self.username.editingFinished.connect(self._finish_address)
        self.exceptions.editingFinished.connect(self._finish_exceptions)

    # Showing

    def show_settings(self, settings: Settings) -> None:
        """Show what holds now; what is being typed, or is no address yet, is left alone."""
        self.mode.show(settings.proxy)
        if settings.proxy_url != self._shown_url:
            self._show_url(settings.proxy_url)
        if settings.proxy_exceptions != self._shown_exceptions:
            self._shown_exceptions = settings.proxy_exceptions
            _put(self.exceptions, settings.proxy_exceptions)
        self._show_mode(settings.proxy)

    def _show_url(self, url: str) -> None:
        self._shown_url = url
        parts = take_apart(url)
        _put(self.address, parts.address)
        _put(self.username, parts.username)
        if parts.password and self.isEnabled():
            self._move_password(parts)

    def show_system(self, described: str) -> None:
        """Say what the system's settings are right now."""
        if self.mode_value == ProxyMode.SYSTEM.value:
            words = self.tr("Right now: {0}").format(described)
            nothing = self.tr("Right now the system has no proxy set, so requests go straight.")
            self._mode_row.set_help(words if described else nothing)

    @property
    def mode_value(self) -> str:
        """The mode that is shown, a value of ProxyMode."""
        return self._mode

    # Inside

    def _choose_mode(self, mode: str) -> None:
        self._show_mode(mode)
        self.changed.emit({"proxy": mode})

    def _show_mode(self, mode: str) -> None:
        self._mode = mode
        manual = mode == ProxyMode.MANUAL.value
        for row in (self.address_row, *self._sign_in):
            row.setVisible(manual)
        self.exceptions_row.setVisible(mode != ProxyMode.NONE.value)
        self._mode_row.set_help(sentence("proxy"))
        if manual:
            self.address_row.set_problem(self._address_problem(take_apart(self.address.text())))
        if mode == ProxyMode.SYSTEM.value:
            self.systemAsked.emit()

    def _finish_address(self) -> None:
        """Keep a good address; a password that was typed in it goes where passwords are kept."""
        parts = take_apart(self.address.text())
        parts = ProxyText(
            parts.address, parts.username or self.username.text().strip(), parts.password
        )
        if parts.password:
            self._move_password(parts)
        problem = self._address_problem(parts)
        self.address_row.set_problem(problem)
        if not problem or not parts.address:
            _put(self.address, parts.address)
            _put(self.username, parts.username)
            self.changed.emit({"proxy_url": parts.setting if parts.address else ""})

    def _move_password(self, parts: ProxyText) -> None:
        _put(self.address, parts.address)
        _put(self.username, parts.username)
        self.password.enter(parts.password)
        if not self._address_problem(parts):
            self.changed.emit({"proxy_url": parts.setting})

    def _finish_exceptions(self) -> None:
        wrong = wrong_exception(self.exceptions.text())
        if wrong:
            words = self.tr("“{0}” is no host, address or range of addresses.")
            self.exceptions_row.set_problem(words.format(wrong))
        else:
            self.exceptions_row.set_problem("")
            self.changed.emit({"proxy_exceptions": self.exceptions.text().strip()})

    @staticmethod
    def _address_problem(parts: ProxyText) -> str:
        try:
            parse_proxy(parts.address)
        except InvalidProxy as error:
            return proxy_problem(error.reason)
        return ""

    def _restyle_fields(self) -> None:
        for line in (self.address, self.username, self.exceptions):
            line.setFont(theme.mono_font(12))


def _put(line: QLineEdit, text: str) -> None:
    if text != line.text():
        line.setText(text)
