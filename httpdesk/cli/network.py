"""Proxy and TLS of a run: the window's settings, with what the command line says over them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from httpdesk.cli.arguments import NetworkArguments, UsageError
from httpdesk.cli.credentials import EnvironmentSecrets, refuse_proxy_password
from httpdesk.cli.ports import CliPorts, FileStore
from httpdesk.engine.ports import SystemProxies
from httpdesk.engine.routing import network_options, passphrase_secret
from httpdesk.model.errors import HttpDeskError, TlsFileReason, TlsFileUnusable
from httpdesk.model.network import NetworkOptions
from httpdesk.model.network_choices import ProxyMode, TlsRule
from httpdesk.model.settings import Settings

_WORDS = {mode.value: mode for mode in (ProxyMode.SYSTEM, ProxyMode.NONE)}


_USED = frozenset({"proxy", "proxy_url", "proxy_exceptions", "minimum_tls", "tls_rules"})


class Network:
    """The settings of one run and the secrets that go with them."""

    def __init__(self, ports: CliPorts, given: NetworkArguments) -> None:
        """Read the settings; raises UsageError, and StorageFailed for a file that is unreadable."""
        settings, refused = ports.settings()
        if unusable := sorted(_USED.intersection(refused)):
            raise UsageError(f"The settings have no usable value for {', '.join(unusable)}.")
        self._ports = ports
        self._settings = with_arguments(settings, given, ports.files)
        self._secrets = EnvironmentSecrets(ports.environ, ports.secrets)

    def options(self) -> NetworkOptions:
        """Return what the engine makes routes from."""
        return network_options(self._settings, self._secrets)

    def system_proxies(self) -> SystemProxies | None:
        """Return the proxies of the system when they are to be used."""
        uses_them = self._settings.proxy == ProxyMode.SYSTEM.value
        return self._ports.system_proxies() if uses_them else None

    def takes_passphrase(self, error: HttpDeskError | None) -> bool:
        """Ask for the passphrase that an error says is missing; return whether one was typed."""
        if not isinstance(error, TlsFileUnusable):
            return False
        rules = self._settings.tls_rules
        rule = next((each for each in rules if error.path in (each.certificate, each.key)), None)
        if rule is None or error.reason is not TlsFileReason.PASSPHRASE_NEEDED:
            return False
        typed = self._ports.ask_secret(f"Passphrase of {error.path}: ")
        self._secrets.keep(passphrase_secret(rule.certificate), typed)
        return bool(typed)


def with_arguments(settings: Settings, given: NetworkArguments, files: FileStore) -> Settings:
    """Return the settings with the switches over them; raises UsageError and StorageFailed."""
    return replace(settings, **_proxy(given), **_tls(settings, given, files))


def _proxy(given: NetworkArguments) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    if given.proxy in _WORDS:
        changed = {"proxy": given.proxy}
    elif given.proxy is not None:
        refuse_proxy_password(given.proxy)
        # The exceptions of the settings belong to the settings' own proxy.
        manual = ProxyMode.MANUAL.value
        changed = {"proxy": manual, "proxy_url": given.proxy, "proxy_exceptions": ""}
    if given.no_proxy is not None:
        changed["proxy_exceptions"] = given.no_proxy
    return changed


def _tls(settings: Settings, given: NetworkArguments, files: FileStore) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    names = {"ca_file": given.ca, "certificate": given.cert, "key": given.key}
    paths = {field: files.absolute(name) for field, name in names.items() if name}
    if paths:
        # For all hosts; that the certificate stays with the first origin is routing's rule.
        changed["tls_rules"] = (TlsRule("*", **paths), *settings.tls_rules)
    if given.tls_min is not None:
        changed["minimum_tls"] = given.tls_min.value
    return changed
