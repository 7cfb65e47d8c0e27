"""The proxies of the operating system and of the environment's variables."""

from __future__ import annotations


class UrllibSystemProxies:
    """Implements `engine.ports.SystemProxies`; asks anew each time, because they may change."""

    def proxy_for(self, scheme: str, host: str, port: int) -> str:
        """Return the URL of the proxy to use, empty for none."""
        from urllib.request import getproxies, proxy_bypass

        if proxy_bypass(f"{host}:{port}"):
            return ""
        found = getproxies()
        return found.get(scheme, found.get("all", ""))

    def describe(self) -> str:
        """Return in a few words what is set, without sign-ins; empty when nothing is."""
        from urllib.request import getproxies

        found = getproxies()
        return ", ".join(
            f"{scheme}: {_without_sign_in(found[scheme])}"
            for scheme in ("http", "https", "all")
            if scheme in found
        )


def _without_sign_in(url: str) -> str:
    scheme, mark, rest = url.rpartition("://")
    return scheme + mark + rest.rpartition("@")[2]
