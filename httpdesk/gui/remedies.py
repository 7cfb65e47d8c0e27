"""What the remedies of an error do: each is an action, and most of them send again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from httpdesk.gui import messages
from httpdesk.gui.documents import Document
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.preferences_commands import PreferencesCommands
from httpdesk.gui.send_controller import Manner
from httpdesk.gui.tls_rules import (
    host_pattern,
    with_ca_file,
    with_certificate,
    with_other_file,
    without_ca_file,
)
from httpdesk.model.errors import (
    HttpDeskError,
    NotConfirmed,
    ProxyFailed,
    SecretsFailed,
    SendFailed,
    TlsFileUnusable,
)
from httpdesk.model.network_choices import ProxyMode, TlsRule

if TYPE_CHECKING:
    from httpdesk.gui.request_page import RequestPage

DEFAULT_TIMEOUT_MS = 30_000
Steps = dict[str, Callable[[], object]]


class Remedies(QObject):
    """Handlers by the keys of `gui.messages`."""

    def __init__(self, parts: WindowParts, preferences: PreferencesCommands) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._preferences = preferences

    def do(self, key: str) -> None:
        """Do what a remedy of the error view in front offers."""
        page, document = self._parts.page, self._parts.document
        if page is None or document is None:
            return
        exchange = document.exchange
        steps = self._on_the_page(page) | self.steps(document)
        error = exchange.error if exchange is not None else None
        if isinstance(error, SendFailed):
            steps |= self._of_error(page, document, error)
        if isinstance(error, SecretsFailed):
            secret = page.viewer.error.answers().get("secret", "")
            steps[messages.ENTER_SECRET] = lambda: self._enter_secret(error.name, secret)
        step = steps.get(key)
        if step is not None:
            step()

    def steps(self, document: Document) -> Steps:
        """Return what can be done about any error of a document, a refused request included."""
        return {
            messages.TRY_AGAIN: self._send,
            messages.PROXY_SETTINGS: lambda: self._preferences.open("proxy"),
            messages.TLS_SETTINGS: lambda: self._preferences.open("tls"),
            messages.SECRET_SETTINGS: lambda: self._preferences.open("secrets"),
            messages.UNLOCK_VAULT: self._preferences.unlock,
            messages.WITHOUT_PROXY: lambda: self._parts.sender.send(document, without_proxy=True),
            messages.IGNORE_TLS: lambda: self._resend_with(document, ignore_tls_errors=True),
            messages.RAISE_TIMEOUT: lambda: self._raise_timeout(document),
        }

    def _on_the_page(self, page: RequestPage) -> Steps:
        return {
            messages.EDIT_URL: page.editor.url_bar.focus_url,
            messages.SHOW_DEBUG: lambda: page.editor.show_option("debug"),
            messages.SHOW_OPTIONS: lambda: page.editor.pane.show_tab("options"),
            messages.SHOW_TIMELINE: lambda: page.viewer.select_tab("timeline"),
            messages.SAVE_RAW: page.viewer.exports.save_raw,
            messages.SHOW_CERTIFICATE: lambda: page.viewer.select_tab("tls"),
        }

    def _of_error(self, page: RequestPage, document: Document, error: SendFailed) -> Steps:
        answers = page.viewer.error.answers()
        return {
            messages.TRUST_CA: lambda: self._trust(error),
            messages.SYSTEM_TRUST: lambda: self._trust_system(error),
            messages.CHOOSE_CERTIFICATE: lambda: self._choose_certificate(error),
            messages.CHOOSE_TLS_FILE: lambda: self._choose_other(error),
            messages.PASSPHRASE: lambda: self._unlock(error, answers.get("passphrase", "")),
            messages.PROXY_SIGN_IN: lambda: self._sign_in(error, answers),
            messages.FOLLOW: lambda: self._follow(error),
        }

    # Sending again

    def _send(self) -> None:
        page = self._parts.page
        if page is not None:
            page.editor.send()

    def _follow(self, error: SendFailed) -> None:
        """Send again and follow the redirect that the user stopped at, this once."""
        if isinstance(error, NotConfirmed):
            with self._parts.sender.manner(Manner(agreed=(error.question,))):
                self._send()

    def _raise_timeout(self, document: Document) -> None:
        exchange = document.exchange
        options = exchange.request.options if exchange is not None else document.request.options
        limit = options.timeout_ms or DEFAULT_TIMEOUT_MS
        self._resend_with(document, timeout_ms=2 * limit)

    def _resend_with(self, document: Document, **changes: object) -> None:
        options = document.request.options.stating(**changes)
        self._parts.documents.edit(document, replace(document.request, options=options))
        self._send()

    # Certificates

    def _trust(self, error: SendFailed) -> None:
        path = self._file(self.tr("Choose a CA file"))
        if path:
            rules = self._parts.settings.settings.tls_rules
            self._change_rules(with_ca_file(rules, host_pattern(error.host, error.port), path))

    def _trust_system(self, error: SendFailed) -> None:
        rules = self._parts.settings.settings.tls_rules
        self._change_rules(without_ca_file(rules, error.host, error.port))

    def _choose_certificate(self, error: SendFailed) -> None:
        path = self._file(self.tr("Choose a client certificate"))
        if path:
            rules = self._parts.settings.settings.tls_rules
            self._change_rules(with_certificate(rules, host_pattern(error.host, error.port), path))

    def _choose_other(self, error: SendFailed) -> None:
        path = self._file(self.tr("Choose another file"))
        if path and isinstance(error, TlsFileUnusable):
            rules = self._parts.settings.settings.tls_rules
            self._change_rules(with_other_file(rules, error.role, error.path, path))

    def _change_rules(self, rules: tuple[TlsRule, ...]) -> None:
        self._parts.settings.change(tls_rules=rules)
        self._send()

    def _file(self, title: str) -> str:
        from httpdesk.gui.widgets.file_field import certificate_files, choose_file

        return choose_file(self._parts.window, title, certificate_files())

    def _unlock(self, error: SendFailed, passphrase: str) -> None:
        from httpdesk.engine.routing import passphrase_secret

        if not isinstance(error, TlsFileUnusable):
            return
        # The passphrase opens the key as well, and is kept under the certificate's name.
        rules = self._parts.settings.settings.tls_rules
        paths = {r.certificate for r in rules if error.path in (r.certificate, r.key)}
        names = tuple(passphrase_secret(path) for path in paths or {error.path})
        self._keep_and_send(names, passphrase)

    # Secrets

    def _enter_secret(self, name: str, secret: str) -> None:
        """Keep what the user typed until the program ends, and send with it."""
        if not secret:
            self._parts.notices.say(self.tr("Type the secret first"))
            return
        self._keep_and_send((name,), secret, for_session=True)

    def _keep_and_send(
        self, names: tuple[str, ...], secret: str, *, for_session: bool = False
    ) -> None:
        """Keep a secret and send with it; where it can't be kept the user has the choice."""
        page = self._parts.page
        for name in names:
            job = self._parts.settings.keep_secret(name, secret, for_session=for_session)
        job.finished.connect(lambda _: self._send())
        if page is None:
            return
        view = page.viewer.error

        def offer(problem: HttpDeskError) -> None:
            message = messages.message_for(problem)
            view.offer_session(
                f"{message.title}. {message.text}",
                lambda: self._keep_and_send(names, secret, for_session=True),
                lambda: self._keep_and_send(names, secret),
            )

        job.failed.connect(offer)

    # Proxies

    def _sign_in(self, error: SendFailed, answers: dict[str, str]) -> None:
        """Keep the sign-in to the proxy that refused, and send again.

        The system's proxy takes none from here: it becomes the one that is given by hand.
        """
        from httpdesk.engine.routing import PROXY_SECRET
        from httpdesk.gui.proxy_text import ProxyText

        if not isinstance(error, ProxyFailed):
            return
        text = ProxyText(error.proxy, answers.get("username", "").strip())
        settings = self._parts.settings
        if settings.settings.proxy == ProxyMode.SYSTEM.value:
            words = self.tr("{0} is the proxy in the settings now, with your sign-in")
            self._parts.notices.say(words.format(error.proxy))
        settings.change(proxy=ProxyMode.MANUAL.value, proxy_url=text.setting)
        self._keep_and_send((PROXY_SECRET,), answers.get("password", ""))
