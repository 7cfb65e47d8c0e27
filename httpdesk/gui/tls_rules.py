"""What remedies do to the list of TLS rules; each returns a new list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from httpdesk.engine.routing import fits_host
from httpdesk.model.errors import TlsFileRole
from httpdesk.model.exchange import ResolvedUrl
from httpdesk.model.network_choices import TlsRule

Rules = tuple[TlsRule, ...]
_DEFAULT_PORT = 443
_FIELDS = {
    TlsFileRole.CA: "ca_file",
    TlsFileRole.CERTIFICATE: "certificate",
    TlsFileRole.KEY: "key",
}


def host_pattern(host: str, port: int) -> str:
    """Return the pattern that names a host, with its port unless that is the usual one."""
    name = f"[{host}]" if ":" in host else host
    return name if port in (0, _DEFAULT_PORT) else f"{name}:{port}"


def with_ca_file(rules: Rules, host: str, path: str) -> Rules:
    """Return rules by which `path` holds the authorities for `host`."""
    return _with(rules, host, ca_file=path)


def with_certificate(rules: Rules, host: str, path: str) -> Rules:
    """Return rules by which `host` is shown the certificate at `path`, its key included."""
    return _with(rules, host, certificate=path, key="")


def without_ca_file(rules: Rules, host: str, port: int) -> Rules:
    """Return rules by which the system's authorities hold for `host`."""
    url = ResolvedUrl("https", host, host, port or _DEFAULT_PORT, "/")
    return _that_say_something(
        replace(rule, ca_file="") if fits_host(rule.host, url) else rule for rule in rules
    )


def with_other_file(rules: Rules, role: TlsFileRole, before: str, now: str) -> Rules:
    """Return rules that name the file `now` wherever they named `before` in this role."""
    field = _FIELDS[role]
    return tuple(
        replace(rule, **{field: now}) if _path_in(rule, field) == before else rule for rule in rules
    )


def _path_in(rule: TlsRule, field: str) -> str:
    return str(getattr(rule, field))


def _with(rules: Rules, host: str, **values: str) -> Rules:
    """Change the rule of exactly this host, or put a new one first, where it decides."""
    for place, rule in enumerate(rules):
        if rule.host.strip().lower() == host.lower():
            changed = replace(rule, **values)
            return (changed, *rules[:place], *rules[place + 1 :])
    return (TlsRule(host, **values), *rules)


def _that_say_something(rules: Iterable[TlsRule]) -> Rules:
    return tuple(rule for rule in rules if rule.ca_file or rule.certificate)
