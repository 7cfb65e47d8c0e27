"""What a folder says, edited here and changed elsewhere, in one value."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from httpdesk.model.level import Level
from httpdesk.model.request import Options

PARTS = ("name", "headers", "variables", "auth", "notes")
OPTIONS = "options"


def merge_levels(base: Level, mine: Level, theirs: Level) -> tuple[Level, tuple[str, ...]]:
    """Return the changes of both sides since `base`, and the parts that both changed differently.

    Of those it has mine. Options count one by one; the others as a whole.
    """
    values: dict[str, Any] = {}
    both: list[str] = []
    for name in PARTS:
        sides = (getattr(base, name), getattr(mine, name), getattr(theirs, name))
        values[name] = _merged(*sides)
        if _differ(*sides):
            both.append(name)
    options, contested = _merge_options(base.options, mine.options, theirs.options)
    if contested:
        both.append(OPTIONS)
    return replace(theirs, **values, options=options), tuple(both)


def _merge_options(base: Options, mine: Options, theirs: Options) -> tuple[Options, bool]:
    names = [each.name for each in fields(Options) if each.name != "stated"]
    values, stated, contested = {}, [], False
    for name in names:
        sides = (_said(base, name), _said(mine, name), _said(theirs, name))
        values[name], is_said = _merged(*sides)
        contested = contested or _differ(*sides)
        if is_said:
            stated.append(name)
    return Options(**values, stated=tuple(stated)), contested


def _said(options: Options, name: str) -> tuple[Any, bool]:
    return getattr(options, name), name in options.said()


def _merged(base: Any, mine: Any, theirs: Any) -> Any:
    return theirs if mine == base else mine


def _differ(base: Any, mine: Any, theirs: Any) -> bool:
    return mine not in (base, theirs) and theirs != base
