"""Every option of the program once: type, default, and a sentence that says what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from typing import Any

from httpdesk.model.network_choices import TlsRule

VERSION = 1
"""Of the settings file; a file with a higher one is read and never written."""


def _choice(default: str, sentence: str, *choices: str) -> Any:
    return field(default=default, metadata={"sentence": sentence, "choices": choices})


def _number(default: int, sentence: str, least: int, most: int) -> Any:
    return field(default=default, metadata={"sentence": sentence, "range": range(least, most + 1)})


def _switch(default: bool, sentence: str) -> Any:
    return field(default=default, metadata={"sentence": sentence})


def _text(default: str, sentence: str) -> Any:
    return field(default=default, metadata={"sentence": sentence})


def _table(row: type, sentence: str) -> Any:
    """A tuple of frozen dataclasses whose fields are all text; an array of tables in the file."""
    return field(default=(), metadata={"sentence": sentence, "row": row})


@dataclass(frozen=True, slots=True)
class Settings:
    """The user's options; each field's metadata holds its sentence and what it may be."""

    theme: str = _choice(
        "system",
        "Colours of the window: those of the system, light or dark.",
        *("system", "light", "dark"),
    )
    layout: str = _choice(
        "auto",
        "Where the response stands: beside the request, below it, or as the width allows.",
        *("auto", "side-by-side", "stacked"),
    )
    text_size_percent: int = _number(100, "Size of all text, in percent.", 50, 300)
    show_menu_bar: bool = _switch(False, "Always show the menu bar.")
    proxy: str = _choice(
        "none",
        "Proxy for all requests: none, that of the system, or the one given below.",
        *("none", "system", "manual"),
    )
    proxy_url: str = _text(
        "", "The proxy as http://, https:// or socks5:// host:port; may hold a user name."
    )
    proxy_exceptions: str = _text(
        "localhost, 127.0.0.0/8, ::1",
        "Hosts that are reached without the proxy, such as *.internal or 10.0.0.0/8.",
    )
    secrets: str = _choice(
        "keyring",
        "Where passwords, passphrases and tokens are kept from now on: in the system keyring, "
        "until HTTPDesk closes, or in a file that a passphrase of yours encrypts.",
        *("keyring", "session", "vault"),
    )
    history_entries: int = _number(
        100_000, "How many sends the history keeps; the oldest go first.", 1, 1_000_000
    )
    history_megabytes: int = _number(
        200, "How much the history may hold, in megabytes; the oldest sends go first.", 1, 10_000
    )
    minimum_tls: str = _choice("1.2", "The oldest version of TLS that is used.", "1.2", "1.3")
    tls_rules: tuple[TlsRule, ...] = _table(
        TlsRule, "Authorities to trust and certificates to show, by host."
    )


def options() -> tuple[Field[Any], ...]:
    """Return the fields of Settings, from which pages and docs are built."""
    return fields(Settings)


def from_values(values: Mapping[str, object]) -> tuple[Settings, tuple[str, ...]]:
    """Return the settings with the given values, and the names of those that cannot be.

    An unusable value leaves its option at the default; unknown names are ignored.
    """
    usable, refused = {}, []
    for option in options():
        if option.name in values:
            try:
                usable[option.name] = _read(option, values[option.name])
            except ValueError:
                refused.append(option.name)
    return Settings(**usable), tuple(refused)


def to_values(settings: Settings) -> dict[str, Any]:
    """Return the options that differ from their defaults, as a settings file holds them."""
    values = {option.name: getattr(settings, option.name) for option in options()}
    return {
        option.name: _written(option, values[option.name])
        for option in options()
        if values[option.name] != option.default
    }


def _read(option: Field[Any], value: object) -> Any:
    """Return the option's value; raises ValueError for one that it cannot have."""
    row = option.metadata.get("row")
    if row is not None:
        if not isinstance(value, list):
            raise ValueError(value)
        return tuple(_read_row(row, each) for each in value)
    if type(value) is not type(option.default):
        raise ValueError(value)
    allowed = option.metadata.get("choices", option.metadata.get("range"))
    if allowed is not None and value not in allowed:
        raise ValueError(value)
    return value


def _read_row(row: type, value: object) -> Any:
    names = {each.name for each in fields(row)}
    if not isinstance(value, dict) or not names.issuperset(value):
        raise ValueError(value)
    if not all(isinstance(text, str) for text in value.values()):
        raise ValueError(value)
    try:
        return row(**value)
    except TypeError as error:
        raise ValueError(value) from error


def _written(option: Field[Any], value: Any) -> Any:
    if "row" not in option.metadata:
        return value
    return [{name: text for name, text in asdict(each).items() if text} for each in value]
