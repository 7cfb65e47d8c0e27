"""The proxies that the operating system and the environment's variables name."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping

from httpdesk.engine.routing import is_excepted
from httpdesk.model.exchange import ResolvedUrl

_LOG = logging.getLogger(__name__)
_DESCRIBED = ("http", "https", "all", "socks")


class UrllibSystemProxies:
    """Implements `engine.ports.SystemProxies`; reads the settings anew at each question.

    On Windows they are in the registry, on macOS in the system's configuration; the variables
    HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY come first where they are set. Configuration
    scripts (PAC) are not run.
    """

    def proxy_for(self, scheme: str, host: str, port: int) -> str:
        """Return the URL of the proxy to use, empty for none; never raises.

        On Windows and macOS it may look the host's name up.
        """
        proxies = _proxies()
        found = _choose(proxies, scheme)
        if not found or _is_bypassed(host, port, proxies):
            return ""
        url = ResolvedUrl(scheme, host, host, port, "/")
        return "" if is_excepted(url, proxies.get("no", "")) else found

    def describe(self) -> str:
        """Return what is set, such as `http, https: http://proxy.test:3128; no: *.test`."""
        proxies = _proxies()
        schemes: dict[str, list[str]] = {}
        for scheme in _DESCRIBED:
            if found := proxies.get(scheme):
                schemes.setdefault(_without_sign_in(found), []).append(scheme)
        told = [f"{', '.join(names)}: {proxy}" for proxy, names in schemes.items()]
        if told and proxies.get("no"):
            told.append(f"no: {proxies['no']}")
        return "; ".join(told)


def _proxies() -> Mapping[str, str]:
    """Return URL by scheme, with `all`, `socks`, and `no` for those that are not used."""
    from urllib.request import getproxies

    try:
        return getproxies()
    except (OSError, ValueError) as error:
        _LOG.warning("the system's proxies cannot be read: %s", type(error).__name__)
        return {}


def _choose(proxies: Mapping[str, str], scheme: str) -> str:
    found = proxies.get(scheme) or proxies.get("all") or ""
    if found:
        return found
    # macOS names its SOCKS proxy as if it spoke HTTP.
    socks = proxies.get("socks", "")
    return re.sub(r"^[a-z0-9]+://", "socks5://", socks) if socks else ""


def _is_bypassed(host: str, port: int, proxies: Mapping[str, str]) -> bool:
    from urllib.request import proxy_bypass

    places = (host, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    try:
        return any(proxy_bypass(place) for place in places)
    except (OSError, ValueError):
        return False


def _without_sign_in(url: str) -> str:
    scheme, mark, rest = url.rpartition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"
