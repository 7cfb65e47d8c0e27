"""Which proxy and which TLS options a request gets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from httpdesk.adapters.memory_secrets import MemorySecrets
from httpdesk.engine.routing import (
    PROXY_SECRET,
    network_options,
    parse_proxy,
    passphrase_secret,
    route_for,
)
from httpdesk.engine.url import parse_url
from httpdesk.model.errors import InvalidProxy, ProxyUrlReason
from httpdesk.model.exchange import ResolvedUrl
from httpdesk.model.network import ClientCertificate, NetworkOptions, Proxy, ProxyKind, TlsVersion
from httpdesk.model.network_choices import ProxyMode, TlsRule
from httpdesk.model.settings import Settings

MANUAL = NetworkOptions(ProxyMode.MANUAL, "http://proxy.test:3128")


def url(text: str) -> ResolvedUrl:
    parts = parse_url(text)
    return parts.resolved(parts.path, parts.query)


class Systems:
    """System settings that name one proxy for https."""

    def proxy_for(self, scheme: str, host: str, port: int) -> str:
        return "http://office.test:8080" if scheme == "https" else ""

    def describe(self) -> str:
        return "office.test:8080"


@pytest.mark.parametrize(
    ("text", "proxy"),
    [
        ("http://h:3128", Proxy(ProxyKind.HTTP, "h", 3128)),
        ("h:3128", Proxy(ProxyKind.HTTP, "h", 3128)),
        (" https://h/ ", Proxy(ProxyKind.HTTPS, "h", 443)),
        ("SOCKS5h://h", Proxy(ProxyKind.SOCKS5, "h", 1080)),
        ("socks5://me:p%40ss@h:9", Proxy(ProxyKind.SOCKS5, "h", 9, "me", "p@ss")),
        ("http://[::1]:3128", Proxy(ProxyKind.HTTP, "::1", 3128)),
        ("http://u@h", Proxy(ProxyKind.HTTP, "h", 80, "u", "")),
    ],
)
def test_a_proxy_is_read_from_its_url(text: str, proxy: Proxy) -> None:
    assert parse_proxy(text) == proxy


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", ProxyUrlReason.EMPTY),
        ("ftp://h:21", ProxyUrlReason.SCHEME),
        ("http://", ProxyUrlReason.HOST),
        ("http://a b", ProxyUrlReason.HOST),
        ("http://[::1", ProxyUrlReason.HOST),
        ("http://h:x", ProxyUrlReason.PORT),
        ("http://h:0", ProxyUrlReason.PORT),
        ("http://h:65536", ProxyUrlReason.PORT),
        ("http://h:٣", ProxyUrlReason.PORT),
    ],
)
def test_a_url_that_names_no_proxy_is_refused(text: str, reason: ProxyUrlReason) -> None:
    with pytest.raises(InvalidProxy) as caught:
        parse_proxy(text)
    assert caught.value.reason is reason


def test_the_sign_in_is_in_no_text() -> None:
    proxy = parse_proxy("http://me:CANARY@h:1")
    assert "CANARY" not in f"{proxy} {proxy!r} {MANUAL!r}"
    with pytest.raises(InvalidProxy) as caught:
        parse_proxy("ftp://me:CANARY@h")
    assert "CANARY" not in f"{caught.value.text} {caught.value!r} {caught.value}"


@pytest.mark.parametrize(
    ("mode", "target", "proxy"),
    [
        (ProxyMode.NONE, "https://a.test/", ""),
        (ProxyMode.MANUAL, "https://a.test/", "http://proxy.test:3128"),
        (ProxyMode.MANUAL, "http://a.test/", "http://proxy.test:3128"),
        (ProxyMode.SYSTEM, "https://a.test/", "http://office.test:8080"),
        (ProxyMode.SYSTEM, "http://a.test/", ""),
    ],
)
def test_the_mode_decides_where_the_proxy_comes_from(
    mode: ProxyMode, target: str, proxy: str
) -> None:
    """quality.md, fault 18: the system's proxy is not used unless it was chosen."""
    route = route_for(url(target), replace(MANUAL, proxy_mode=mode), Systems())
    assert str(route.proxy or "") == proxy


@pytest.mark.parametrize(
    ("exceptions", "target", "direct"),
    [
        ("localhost", "http://localhost:8080/", True),
        ("localhost", "http://localhost.test/", False),
        ("*.acme.test", "http://a.b.acme.test/", True),
        ("*.acme.test", "http://notacme.test/", False),
        (".acme.test", "http://acme.test/", True),
        ("a.test, b.test", "http://B.test/", True),
        ("a.test:81", "http://a.test:81/", True),
        ("a.test:81", "http://a.test/", False),
        ("127.0.0.0/8", "http://127.9.9.9/", True),
        ("127.0.0.0/8", "http://127.test/", False),
        ("::1", "http://[::1]:80/", True),
        ("[::1]:81", "http://[::1]:80/", False),
        ("*", "http://any.test/", True),
        ("10.0.0.0/99", "http://10.0.0.1/", False),
    ],
)
def test_exceptions_are_reached_directly(exceptions: str, target: str, direct: bool) -> None:
    route = route_for(url(target), replace(MANUAL, proxy_exceptions=exceptions))
    assert (route.proxy is None) is direct


RULES = (
    TlsRule("*.acme.test", ca_file="/ca/acme.pem"),
    TlsRule("api.acme.test:8443", certificate="/keys/api.p12"),
    TlsRule("*", ca_file="/ca/all.pem", certificate="/keys/all.pem", key="/keys/all.key"),
)


@pytest.mark.parametrize(
    ("target", "ca_file", "certificate"),
    [
        ("https://api.acme.test:8443/", "/ca/acme.pem", "/keys/api.p12"),
        ("https://api.acme.test/", "/ca/acme.pem", "/keys/all.pem"),
        ("https://other.test/", "/ca/all.pem", "/keys/all.pem"),
        ("http://api.acme.test/", "", None),
    ],
)
def test_the_first_rule_that_says_something_decides(
    target: str, ca_file: str, certificate: str | None
) -> None:
    tls = route_for(url(target), NetworkOptions(tls_rules=RULES)).tls
    assert tls.ca_file == ca_file
    assert (tls.client_certificate.path if tls.client_certificate else None) == certificate


def test_a_certificate_for_all_hosts_stays_behind_on_the_way_elsewhere() -> None:
    """security.md R5: a client certificate is dropped on another origin."""
    network = NetworkOptions(tls_rules=RULES)
    elsewhere = route_for(url("https://other.test/"), network, from_elsewhere=True).tls
    assert (elsewhere.client_certificate, elsewhere.ca_file) == (None, "/ca/all.pem")
    named = route_for(url("https://api.acme.test:8443/"), network, from_elsewhere=True).tls
    assert named.client_certificate == ClientCertificate("/keys/api.p12")


def test_settings_and_secrets_make_the_options() -> None:
    secrets = MemorySecrets()
    secrets.keep(PROXY_SECRET, "word")
    secrets.keep(passphrase_secret("/keys/api.p12"), "open")
    settings = Settings(
        proxy="manual", proxy_url="http://me@h:1", minimum_tls="1.3", tls_rules=RULES
    )
    options = network_options(settings, secrets)
    route = route_for(url("https://api.acme.test:8443/"), options)
    assert route.proxy == Proxy(ProxyKind.HTTP, "h", 1, "me", "word")
    assert route.tls.minimum_version is TlsVersion.TLS_1_3
    assert route.tls.client_certificate == ClientCertificate("/keys/api.p12", "", "open")
    assert "word" not in repr(options)
    assert "open" not in repr(route)
