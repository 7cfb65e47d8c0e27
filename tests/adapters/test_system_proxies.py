"""What the environment and the operating system say about proxies."""

from __future__ import annotations

import urllib.request
from collections.abc import Mapping

import pytest

from httpdesk.adapters.system_proxies import UrllibSystemProxies

PROXY = "http://proxy.test:3128"


@pytest.fixture
def proxies() -> UrllibSystemProxies:
    return UrllibSystemProxies()


@pytest.mark.parametrize(
    ("variables", "scheme", "expected"),
    [
        ({}, "http", ""),
        ({"HTTP_PROXY": PROXY}, "http", PROXY),
        ({"http_proxy": PROXY}, "http", PROXY),
        ({"HTTP_PROXY": PROXY}, "https", ""),
        ({"HTTPS_PROXY": PROXY}, "https", PROXY),
        ({"ALL_PROXY": "socks5://s.test:1080"}, "http", "socks5://s.test:1080"),
        ({"ALL_PROXY": "socks5://s.test:1080", "https_proxy": PROXY}, "https", PROXY),
        ({"HTTP_PROXY": "proxy.test:3128"}, "http", "proxy.test:3128"),
        # A web server sets HTTP_PROXY from a header of its client.
        ({"HTTP_PROXY": PROXY, "REQUEST_METHOD": "GET"}, "http", ""),
    ],
)
def test_the_variables_are_read_at_each_question(
    proxies: UrllibSystemProxies,
    monkeypatch: pytest.MonkeyPatch,
    variables: Mapping[str, str],
    scheme: str,
    expected: str,
) -> None:
    """security.md 1."""
    assert proxies.proxy_for(scheme, "api.test", 80) == ""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxies.proxy_for(scheme, "api.test", 80) == expected


@pytest.mark.parametrize(
    ("exceptions", "place", "excepted"),
    [
        ("api.test", ("api.test", 80), True),
        ("api.test", ("API.test", 80), True),
        ("api.test", ("other.test", 80), False),
        ("other.test, api.test", ("api.test", 80), True),
        (".test", ("api.test", 80), True),
        ("test", ("api.test", 80), True),
        ("*.test", ("api.test", 80), True),
        ("api.test:8080", ("api.test", 8080), True),
        ("api.test:8080", ("api.test", 80), False),
        ("*", ("api.test", 80), True),
        ("10.0.0.0/8", ("10.1.2.3", 80), True),
        ("10.0.0.0/8", ("11.1.2.3", 80), False),
        ("::1", ("::1", 80), True),
        ("[::1]", ("::1", 80), True),
        ("localhost,127.0.0.1", ("127.0.0.1", 5000), True),
    ],
)
def test_no_proxy_excepts_hosts(
    proxies: UrllibSystemProxies,
    monkeypatch: pytest.MonkeyPatch,
    exceptions: str,
    place: tuple[str, int],
    excepted: bool,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", exceptions)
    assert proxies.proxy_for("http", *place) == ("" if excepted else PROXY)


def test_what_is_set_is_told_without_sign_ins(
    proxies: UrllibSystemProxies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """security.md 1: "use system proxy" shows its value."""
    assert proxies.describe() == ""
    monkeypatch.setenv("NO_PROXY", "localhost,*.acme.test")
    assert proxies.describe() == ""
    monkeypatch.setenv("HTTP_PROXY", "http://ada:s3c@ret@proxy.test:3128")
    monkeypatch.setenv("HTTPS_PROXY", "http://ada:other@proxy.test:3128")
    monkeypatch.setenv("ALL_PROXY", "ada:more@socks.test:1080")
    told = "http, https: http://proxy.test:3128; all: socks.test:1080; no: localhost,*.acme.test"
    assert proxies.describe() == told


def system_says(monkeypatch: pytest.MonkeyPatch, found: Mapping[str, str]) -> None:
    """Let the operating system say this, as those do that have settings of their own."""
    monkeypatch.setattr(urllib.request, "getproxies", lambda: dict(found))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_socks_proxy_of_the_system_serves_both_schemes(
    proxies: UrllibSystemProxies, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    """macOS names it with the scheme of an HTTP proxy."""
    system_says(monkeypatch, {"socks": "http://socks.test:1080"})
    assert proxies.proxy_for(scheme, "api.test", 443) == "socks5://socks.test:1080"
    assert proxies.describe() == "socks: http://socks.test:1080"


def test_a_system_that_excepts_a_host_is_obeyed(
    proxies: UrllibSystemProxies, monkeypatch: pytest.MonkeyPatch
) -> None:
    system_says(monkeypatch, {"http": PROXY})
    monkeypatch.setattr(urllib.request, "proxy_bypass", lambda host: host == "intern.test:80")
    assert proxies.proxy_for("http", "intern.test", 80) == ""
    assert proxies.proxy_for("http", "api.test", 80) == PROXY


@pytest.mark.expects_log("system_proxies: the system's proxies cannot be read: OSError")
def test_settings_that_cannot_be_read_are_none(
    proxies: UrllibSystemProxies, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bool:
        raise OSError("no registry")

    monkeypatch.setattr(urllib.request, "getproxies", broken)
    assert (proxies.proxy_for("http", "api.test", 80), proxies.describe()) == ("", "")
    system_says(monkeypatch, {"http": PROXY})
    monkeypatch.setattr(urllib.request, "proxy_bypass", broken)
    assert proxies.proxy_for("http", "api.test", 80) == PROXY
