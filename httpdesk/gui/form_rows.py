"""What a small form asks for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextRow:
    """A line of text to fill in."""

    key: str
    label: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One of several; `options` are (value, words)."""

    key: str
    label: str
    options: tuple[tuple[object, str], ...]
    value: object = None


Row = TextRow | ChoiceRow
Answers = dict[str, object]
