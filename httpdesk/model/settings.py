"""Every option of the program once: type, default, and a sentence that says what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

VERSION = 1
"""Of the settings file; a file with a higher one is read and never written."""


def _choice(default: str, sentence: str, *choices: str) -> Any:
    return field(default=default, metadata={"sentence": sentence, "choices": choices})


def _number(default: int, sentence: str, least: int, most: int) -> Any:
    return field(default=default, metadata={"sentence": sentence, "range": range(least, most + 1)})


def _switch(default: bool, sentence: str) -> Any:
    return field(default=default, metadata={"sentence": sentence})


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
            if _fits(option, values[option.name]):
                usable[option.name] = values[option.name]
            else:
                refused.append(option.name)
    return Settings(**usable), tuple(refused)  # type: ignore[arg-type]


def to_values(settings: Settings) -> dict[str, Any]:
    """Return the options that differ from their defaults."""
    values = {option.name: getattr(settings, option.name) for option in options()}
    return {
        option.name: values[option.name]
        for option in options()
        if values[option.name] != option.default
    }


def _fits(option: Field[Any], value: object) -> bool:
    if type(value) is not type(option.default):
        return False
    allowed = option.metadata.get("choices", option.metadata.get("range"))
    return allowed is None or value in allowed
