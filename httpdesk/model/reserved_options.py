"""HTTPDesk's own options as reserved variables of a file (storage.md).

A value that is none is left in the file as it is, told to the user, and not used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from httpdesk.model.connection import CONNECTION_VARIABLE
from httpdesk.model.paging import LARGEST_MOST, parse_rule
from httpdesk.model.request import (
    LONGEST_MS,
    MOST_RETRIES,
    Options,
    ResponseType,
)

PREFIX = "httpdesk."
_DEFAULTS = Options()
_MOST_DIGITS = 9
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
"""A token, RFC 9110 section 5.6.2."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """One variable: the option it holds, and the option's value from and to text."""

    option: str
    read: Callable[[str], Any]
    """Raises ValueError for a text that is no value."""
    write: Callable[[Any], str]
    tells: bool = True
    """Whether a wrong value is told here; the others are told elsewhere or were never."""


def read_options(variables: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Return (options by field name, what is wrong as `name: value`)."""
    found: dict[str, Any] = {}
    wrong = []
    for name, kind in _KINDS.items():
        if name not in variables:
            continue
        try:
            found[kind.option] = kind.read(variables[name])
        except ValueError:
            if kind.tells:
                wrong.append(f"{name}: {variables[name][:40]}")
    return found, wrong


def write_options(options: Options) -> dict[str, str]:
    """Return name and value of every variable; a default that is not stated has none."""
    return {
        name: kind.write(getattr(options, kind.option))
        for name, kind in _KINDS.items()
        if kind.option in options.stated
        or getattr(options, kind.option) != getattr(_DEFAULTS, kind.option)
    }


def is_applied(name: str) -> bool:
    """Return whether a reserved variable of this name is an option that is used."""
    return name in _KINDS


def _switch(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


def _on(value: bool) -> str:
    return "true" if value else "false"


def _number(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        digits = text.strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS):
            raise ValueError(text)
        if int(digits) > most:
            raise ValueError(text)
        return int(digits)

    return read


def _names(text: str) -> tuple[str, ...]:
    """Return header names, each once; raises ValueError for what can be no name."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not all(_NAME.fullmatch(name) for name in names):
        raise ValueError(text)
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(name.lower(), name)
    return tuple(first.values())


def _named(text: str) -> str:
    if not text.strip():
        raise ValueError(text)
    return text.strip()


def _rule(text: str) -> str:
    return str(parse_rule(text) or "")


def _limit(text: str) -> int | None:
    return _number(LONGEST_MS)(text) or None


_KINDS: dict[str, _Kind] = {
    "httpdesk.response.type": _Kind(
        "response_type", ResponseType, lambda kind: str(kind.value), tells=False
    ),
    "httpdesk.response.full": _Kind("full_response", _switch, _on),
    "httpdesk.pages": _Kind("follow_pages", _switch, _on),
    "httpdesk.pages.most": _Kind("most_pages", _number(LARGEST_MOST), str),
    "httpdesk.pages.rule": _Kind("page_rule", _rule, str),
    "httpdesk.response.wait": _Kind("wait_for_completion", _switch, _on),
    "httpdesk.debug": _Kind("debug", _switch, _on),
    "httpdesk.secure.inputs": _Kind("secure_inputs", _switch, _on),
    "httpdesk.secure.outputs": _Kind("secure_outputs", _switch, _on),
    "httpdesk.tls.ignore-errors": _Kind(
        "ignore_tls_errors", lambda text: text == "true", _on, tells=False
    ),
    "httpdesk.success": _Kind("success", str, str, tells=False),
    "httpdesk.retry.max": _Kind("retry_max", _number(MOST_RETRIES), str),
    "httpdesk.retry.delay": _Kind("retry_delay_ms", _number(LONGEST_MS), str),
    "httpdesk.retry.backoff": _Kind("retry_backoff", _switch, _on),
    "httpdesk.retry.all": _Kind("retry_all", _switch, _on),
    "httpdesk.retry.safe-only": _Kind("retry_safe_only", _switch, _on),
    "httpdesk.retry.429": _Kind("retry_on_429", _switch, _on),
    "httpdesk.headers.remove": _Kind("removed_headers", _names, ", ".join),
    "httpdesk.cookies": _Kind("use_cookies", _switch, _on),
    "httpdesk.timeout.total": _Kind("total_timeout_ms", _limit, lambda limit: str(limit or 0)),
    CONNECTION_VARIABLE: _Kind("connection", _named, str),
    "httpdesk.connection.headers-win": _Kind("own_headers_win", _switch, _on),
    "httpdesk.connection.cross-origin": _Kind("connection_crosses", _switch, _on),
}
