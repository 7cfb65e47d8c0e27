"""Which proxy and which TLS options a request gets, from what the user chose."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from urllib.parse import unquote

from httpdesk.engine.ports import SecretReader, SystemProxies
from httpdesk.model.errors import InvalidProxy, ProxyUrlReason
from httpdesk.model.exchange import ResolvedUrl
from httpdesk.model.network import (
    DEFAULT_PROXY_PORTS,
    ClientCertificate,
    NetworkOptions,
    Proxy,
    ProxyKind,
    Route,
    TlsOptions,
    TlsVersion,
)
from httpdesk.model.network_choices import ProxyMode, TlsRule
from httpdesk.model.settings import Settings

PROXY_SECRET = "proxy"
"""The name under which a `SecretStore` has the proxy's password."""

_KINDS = {
    "http": ProxyKind.HTTP,
    "https": ProxyKind.HTTPS,
    "socks": ProxyKind.SOCKS5,
    "socks5": ProxyKind.SOCKS5,
    "socks5h": ProxyKind.SOCKS5,
}
_PLACE = re.compile(
    r"(?:(?P<name>[A-Za-z0-9._-]+)|\[(?P<ipv6>[0-9A-Fa-f:.]+)\])(?::(?P<port>[^:]*))?"
)


def passphrase_secret(certificate: str) -> str:
    """Return the name under which a `SecretStore` has the passphrase of a certificate's file."""
    return f"certificate {certificate}"


def network_options(settings: Settings, secrets: SecretReader) -> NetworkOptions:
    """Return what the settings say about the network, with the secrets that go with it.

    Raises what `secrets.read` raises.
    """
    mode = ProxyMode(settings.proxy)
    password = secrets.read(PROXY_SECRET) if mode is ProxyMode.MANUAL else None
    certificates = {rule.certificate for rule in settings.tls_rules if rule.certificate}
    read = ((path, secrets.read(passphrase_secret(path))) for path in sorted(certificates))
    return NetworkOptions(
        proxy_mode=mode,
        proxy_url=settings.proxy_url,
        proxy_password=password or "",
        proxy_exceptions=settings.proxy_exceptions,
        minimum_tls=TlsVersion(settings.minimum_tls),
        tls_rules=settings.tls_rules,
        passphrases=tuple((path, passphrase) for path, passphrase in read if passphrase),
    )


def route_for(
    url: ResolvedUrl,
    network: NetworkOptions,
    system: SystemProxies | None = None,
    *,
    verify: bool = True,
    from_elsewhere: bool = False,
) -> Route:
    """Return how a request to `url` travels; raises InvalidProxy.

    After a redirect `from_elsewhere` another origin, a client certificate that was meant for all
    hosts stays behind (security.md R5).
    """
    return Route(_proxy_for(url, network, system), _tls_for(url, network, verify, from_elsewhere))


def parse_proxy(text: str, password: str = "", *, from_system: bool = False) -> Proxy:
    """Return the proxy that a URL names, `http` without a scheme; raises InvalidProxy."""
    typed = text.strip()

    def refused(reason: ProxyUrlReason) -> InvalidProxy:
        return InvalidProxy(reason, typed.rpartition("@")[2], from_system)

    if not typed:
        raise refused(ProxyUrlReason.EMPTY)
    scheme, mark, rest = typed.rpartition("://")
    kind = _KINDS.get(scheme.lower()) if mark else ProxyKind.HTTP
    if kind is None:
        raise refused(ProxyUrlReason.SCHEME)
    userinfo, _, place = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")
    username, _, own_password = userinfo.partition(":")
    found = _PLACE.fullmatch(place)
    if found is None:
        raise refused(ProxyUrlReason.HOST)
    host, port = found["name"] or found["ipv6"], found["port"]
    if port is not None and not _is_port(port):
        raise refused(ProxyUrlReason.PORT)
    return Proxy(
        kind,
        host,
        int(port) if port else DEFAULT_PROXY_PORTS[kind],
        unquote(username),
        password or unquote(own_password),
    )


def is_excepted(url: ResolvedUrl, exceptions: str) -> bool:
    """Return whether a list such as `localhost, *.acme.test, 10.0.0.0/8` names the URL's host."""
    return any(_names(entry, url) for entry in re.split(r"[,;\s]+", exceptions) if entry)


def fits_host(pattern: str, url: ResolvedUrl) -> bool:
    """Return whether `host`, `*.host` or `*`, with or without `:port`, fits the URL."""
    host, port = _without_port(pattern.strip().lower())
    if port is not None and port != url.port:
        return False
    name = url.host_ascii.lower()
    if host == "*":
        return True
    return name.endswith(host[1:]) if host.startswith("*.") else name in {host, host.strip("[]")}


def _proxy_for(
    url: ResolvedUrl, network: NetworkOptions, system: SystemProxies | None
) -> Proxy | None:
    if network.proxy_mode is ProxyMode.NONE or is_excepted(url, network.proxy_exceptions):
        return None
    if network.proxy_mode is ProxyMode.MANUAL:
        return parse_proxy(network.proxy_url, network.proxy_password)
    found = system.proxy_for(url.scheme, url.host_ascii, url.port) if system else ""
    return parse_proxy(found, from_system=True) if found else None


def _tls_for(
    url: ResolvedUrl, network: NetworkOptions, verify: bool, from_elsewhere: bool
) -> TlsOptions:
    if url.scheme != "https":
        return TlsOptions(verify, minimum_version=network.minimum_tls)
    rules = [rule for rule in network.tls_rules if fits_host(rule.host, url)]
    named = [rule for rule in rules if not (from_elsewhere and _is_for_all(rule))]
    shown = next((rule for rule in named if rule.certificate), None)
    return TlsOptions(
        verify,
        next((rule.ca_file for rule in rules if rule.ca_file), ""),
        _certificate(shown, network) if shown else None,
        network.minimum_tls,
    )


def _is_for_all(rule: TlsRule) -> bool:
    return _without_port(rule.host.strip())[0] == "*"


def _certificate(rule: TlsRule, network: NetworkOptions) -> ClientCertificate:
    passphrase = dict(network.passphrases).get(rule.certificate, "")
    return ClientCertificate(rule.certificate, rule.key, passphrase)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) <= 65535


def _names(entry: str, url: ResolvedUrl) -> bool:
    name = url.host_ascii.lower()
    if "/" in entry:
        return _is_within(name, entry)
    if entry.startswith("."):
        entry = f"*{entry}"
    if entry.startswith("*."):
        return fits_host(entry, url) or name == _without_port(entry.lower())[0][2:]
    return fits_host(entry, url)


def _is_within(host: str, network: str) -> bool:
    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:
        return False


def _without_port(text: str) -> tuple[str, int | None]:
    """Return the host and the port; the colons of a bare IPv6 address are no port's."""
    host, colon, port = text.rpartition(":")
    bare_ipv6 = ":" in host and not host.endswith("]")
    if not colon or bare_ipv6 or not port.isascii() or not port.isdigit():
        return text, None
    return host, int(port)
