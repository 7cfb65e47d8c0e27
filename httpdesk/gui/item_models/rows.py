"""Rows of name and value as plain values: changing, comparing and undoing."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import IntEnum

from httpdesk.gui.item_models.variable_rows import VariableRow
from httpdesk.model.environment import Variable
from httpdesk.model.request import FormField, FormPart, Header, PathParam, QueryParam


@dataclass(frozen=True, slots=True)
class NameValue:
    """A row that is always in use, such as a variable of a request."""

    name: str
    value: str = field(default="", repr=False)
    description: str = ""
    """Not kept; the table of these has no column for it."""


Row = NameValue | Header | QueryParam | FormField | FormPart | PathParam | VariableRow | Variable
RowType = (
    type[NameValue]
    | type[Header]
    | type[QueryParam]
    | type[FormField]
    | type[FormPart]
    | type[PathParam]
    | type[VariableRow]
    | type[Variable]
)
Rows = tuple[Row, ...]

UNDO_STEPS = 200
_VARIABLE = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")


class Column(IntEnum):
    """The columns of a table; the check box of a row belongs to its key."""

    KEY = 0
    VALUE = 1
    DESCRIPTION = 2


class RowHistory:
    """The states that undo and redo go through."""

    def __init__(self) -> None:
        self._undo: deque[Rows] = deque(maxlen=UNDO_STEPS)
        self._redo: list[Rows] = []
        self._merge_key: object = None

    def clear(self) -> None:
        """Forget everything."""
        self._undo.clear()
        self._redo.clear()
        self._merge_key = None

    def record(self, before: Rows, merge_key: object = None) -> None:
        """Keep the state before a change; changes in a row with one `merge_key` are one step."""
        if merge_key is None or merge_key != self._merge_key:
            self._undo.append(before)
        self._merge_key = merge_key
        self._redo.clear()

    def is_last(self, merge_key: object) -> bool:
        """Return whether the last change was recorded with `merge_key`."""
        return merge_key is not None and self._merge_key == merge_key

    def can_undo(self) -> bool:
        """Return whether there is a state to go back to."""
        return bool(self._undo)

    def can_redo(self) -> bool:
        """Return whether there is a state to go forth to."""
        return bool(self._redo)

    def back(self, now: Rows) -> Rows:
        """Return the state before `now`, or `now` when there is none."""
        self._merge_key = None
        if not self._undo:
            return now
        self._redo.append(now)
        return self._undo.pop()

    def forth(self, now: Rows) -> Rows:
        """Return the state after `now`, or `now` when there is none."""
        self._merge_key = None
        if not self._redo:
            return now
        self._undo.append(now)
        return self._redo.pop()

    def forget_redo(self) -> None:
        """Make the state that was left by `back` unreachable."""
        self._redo.clear()


def is_enabled(row: Row) -> bool:
    """Return whether the row is sent; path parameters always are."""
    return getattr(row, "enabled", True)


def with_enabled(row: Row, enabled: bool) -> Row:
    """Return the row switched on or off; some have no switch."""
    return row if isinstance(row, PathParam | NameValue) else replace(row, enabled=enabled)


def with_text(row: Row, column: int, text: str) -> Row:
    """Return the row with `text` in one column."""
    if column == Column.KEY:
        return replace(row, name=text)
    if column == Column.VALUE:
        return replace(row, value=text)
    return replace(row, description=text)


def text_of(row: Row, column: int) -> str:
    """Return the text of one column."""
    return (row.name, row.value, row.description)[column]


def changed_span(old: Rows, new: Rows) -> tuple[int, int, int]:
    """Return where the two differ first, and the ends of the differing parts."""
    shortest = min(len(old), len(new))
    first = 0
    while first < shortest and old[first] == new[first]:
        first += 1
    same = 0
    while same < shortest - first and old[-1 - same] == new[-1 - same]:
        same += 1
    return first, len(old) - same, len(new) - same


def holds_secret(row: Row, mask: Callable[[str, str], str]) -> bool:
    """Return whether `mask` hides something; `{{token}}` and `Bearer {{token}}` only name it."""
    words = _VARIABLE.sub("", row.value).split()
    names_only = _VARIABLE.search(row.value) is not None and len(words) < 2
    return not names_only and mask(row.name, row.value) != row.value


def spoken(value: str, variable: str) -> str:
    """Return `value` for a screen reader, with `{{name}}` put as `variable` ("{0} variable")."""
    return _VARIABLE.sub(lambda match: variable.format(match[1]), value)
