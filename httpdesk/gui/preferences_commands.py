"""Commands that open the settings page, and its wiring to settings, secrets and the system."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from httpdesk.gui.parts import Handlers, WindowParts
from httpdesk.gui.tabs import SETTINGS, PageTab
from httpdesk.model.network_choices import ProxyMode

if TYPE_CHECKING:
    from httpdesk.gui.history_keeper import HistoryKeeper
    from httpdesk.gui.preferences.page import PreferencesPage
    from httpdesk.gui.preferences.rule_editor import RuleEditor
    from httpdesk.model.network_choices import TlsRule
    from httpdesk.model.settings import Settings


class PreferencesCommands(QObject):
    """Makes the page when it is first shown."""

    def __init__(self, parts: WindowParts, history: HistoryKeeper) -> None:
        super().__init__(parts.window)
        self._parts, self._history = parts, history
        parts.editors.make_with(SETTINGS, self._make)
        parts.settings.changed.connect(lambda _, now: self._say_settings(now))
        parts.status_line.secretsRequested.connect(lambda: self.open("secrets"))
        parts.status_line.proxyRequested.connect(lambda: self.open("proxy"))

    def handlers(self) -> Handlers:
        """Return the handlers by action."""
        return {
            "settings": self.open,
            "settings.proxy": lambda: self.open("proxy"),
            "settings.tls": lambda: self.open("tls"),
            "settings.secrets": lambda: self.open("secrets"),
            "settings.history": lambda: self.open("history"),
        }

    def open(self, section: str = "") -> PreferencesPage:
        """Show the settings, at a section when one is named."""
        from httpdesk.gui.preferences.page import PreferencesPage

        tab = self._parts.documents.open_page(SETTINGS)
        page = self._parts.editors.page_of(tab)
        assert isinstance(page, PreferencesPage)
        if section:
            page.show_section(section)
        else:
            page.take_focus()
        return page

    def unlock(self) -> None:
        """Show the settings with the focus where the encrypted file is unlocked."""
        self.open().show_unlock()

    def say_settings(self) -> None:
        """Say in the status bar which proxy is in use, and where secrets are kept."""
        self._say_settings(self._parts.settings.settings)

    def _say_settings(self, settings: Settings) -> None:
        self._parts.status_line.set_secrets(settings.secrets)
        self._say_proxy(settings)

    def _say_proxy(self, settings: Settings) -> None:
        """The system's settings are asked off the UI thread; what they say goes by its word."""
        status = self._parts.status_line
        if settings.proxy == ProxyMode.MANUAL.value:
            status.set_proxy(_without_sign_in(settings.proxy_url) or self.tr("no address yet"))
        elif settings.proxy == ProxyMode.SYSTEM.value:
            status.set_proxy(self.tr("as the system"))
            self._describe(self._say_system)
        else:
            status.set_proxy("")

    def _say_system(self, described: str) -> None:
        if self._parts.settings.settings.proxy == ProxyMode.SYSTEM.value:
            words = described or self.tr("none set")
            self._parts.status_line.set_proxy(self.tr("as the system ({0})").format(words))

    # The page

    def _make(self, _: PageTab) -> PreferencesPage:
        from httpdesk.gui.preferences.page import PreferencesPage

        page, settings = PreferencesPage(), self._parts.settings
        page.proxy.systemAsked.connect(lambda: self._describe(page.proxy.show_system))
        if settings.read_only:
            page.set_read_only()
        self._serve_secrets(page)
        page.show_settings(settings.settings)
        self._wire(page)
        return page

    def _wire(self, page: PreferencesPage) -> None:
        settings = self._parts.settings
        page.changed.connect(lambda values: settings.change(**values))
        settings.changed.connect(page.follow_settings)
        page.tls.filesAsked.connect(self._look_at_files)
        page.tls.ruleDeleted.connect(self._offer_undo)
        page.history.clearAsked.connect(self._parts.actions["history.clear"].trigger)
        # Qt lets go of the method when the page is gone.
        self._history.changed.connect(page.refreshAsked)
        page.refreshAsked.connect(lambda: self._ask_size(page))
        self._ask_size(page)

    def _serve_secrets(self, page: PreferencesPage) -> None:
        from httpdesk.engine.routing import PROXY_SECRET, passphrase_secret
        from httpdesk.gui.secret_wiring import SecretWiring

        def serve_editor(editor: RuleEditor) -> None:
            def name() -> str:
                path = editor.rule().certificate
                return passphrase_secret(path) if path else ""

            wiring.bind(editor.passphrase, name)

        wiring = SecretWiring(self._parts, page)
        wiring.bind(page.proxy.password, lambda: PROXY_SECRET)
        page.tls.editorOpened.connect(serve_editor)
        wiring.bind_section(page.secrets)

    def _ask_size(self, page: PreferencesPage) -> None:
        history = self._parts.ports.history
        job = self._parts.jobs.start(lambda _: history().size())
        job.finished.connect(page.history.show_size)

    def _describe(self, then: Callable[[str], None]) -> None:
        proxies = self._parts.ports.system_proxies
        job = self._parts.jobs.start(lambda _: proxies().describe())
        job.finished.connect(then)

    def _look_at_files(self, editor: RuleEditor, paths: tuple[str, ...]) -> None:
        from httpdesk.gui.request_commands import file_facts

        uploads = self._parts.ports.uploads
        job = self._parts.jobs.start(lambda _: file_facts(uploads(None), paths))
        job.finished.connect(editor.show_facts)

    def _offer_undo(self, rules: tuple[TlsRule, ...], words: str) -> None:
        self._parts.notices.undo(words, lambda: self._parts.settings.change(tls_rules=rules))


def _without_sign_in(url: str) -> str:
    """Return the proxy's address: no user name belongs into a corner of the screen."""
    scheme, mark, rest = url.rpartition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"
