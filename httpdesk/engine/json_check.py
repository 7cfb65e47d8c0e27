"""Where the text of a JSON body is not JSON (statement 41)."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple, NoReturn

from httpdesk.engine.template import Mark, marks


class JsonFault(Enum):
    """What is wrong at the place."""

    EMPTY = "empty"
    VALUE_EXPECTED = "value expected"
    NAME_EXPECTED = "name expected"
    COMMA_EXPECTED = "comma expected"
    COLON_EXPECTED = "colon expected"
    TRAILING_COMMA = "trailing comma"
    UNTERMINATED_STRING = "unterminated string"
    BAD_ESCAPE = "bad escape"
    CONTROL_CHARACTER = "control character"
    NOT_A_JSON_NUMBER = "not a JSON number"
    """NaN and Infinity, which many programs write and JSON does not know."""
    EXTRA_TEXT = "extra text"
    OBJECT_EXPECTED = "object expected"
    """JSON, but no object where one has to be."""
    OTHER = "other"


class JsonProblem(NamedTuple):
    """Line and column count from 1; a column is one character."""

    line: int
    column: int
    fault: JsonFault


_FAULTS = (
    ("Expecting value", JsonFault.VALUE_EXPECTED),
    ("Expecting property name", JsonFault.NAME_EXPECTED),
    ("Expecting ','", JsonFault.COMMA_EXPECTED),
    ("Expecting ':'", JsonFault.COLON_EXPECTED),
    ("Illegal trailing comma", JsonFault.TRAILING_COMMA),
    ("Unterminated string", JsonFault.UNTERMINATED_STRING),
    ("Invalid \\", JsonFault.BAD_ESCAPE),
    ("Invalid control", JsonFault.CONTROL_CHARACTER),
    ("Extra data", JsonFault.EXTRA_TEXT),
)
"""Beginnings of the standard library's messages, Python 3.11 to 3.13."""

_STRING_OR_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*"|(-?Infinity|NaN)', re.DOTALL)


class _NotANumber(Exception):
    """NaN or Infinity was met."""


def json_problem(text: str) -> JsonProblem | None:
    """Return the first problem of `text` as JSON, or None when it is sound.

    `{{name}}` may stand anywhere: what a variable will bring is not judged, and a text that is
    nested too deep to be checked passes.
    """
    if not text.strip(" \t\r\n"):
        return JsonProblem(1, 1, JsonFault.EMPTY)
    places = tuple(marks(text))
    checked = _with_stand_ins(text, places)
    found = _first_fault(checked)
    if found is None:
        return None
    position, fault = found
    if any(mark.start <= position < mark.end for mark in places):
        return None
    line = text.count("\n", 0, position) + 1
    return JsonProblem(line, position - text.rfind("\n", 0, position), fault)


def _with_stand_ins(text: str, places: tuple[Mark, ...]) -> str:
    """Return `text` with digits of the same length for each reference: sound in most places."""
    pieces, at = [], 0
    for mark in places:
        pieces += [text[at : mark.start], "1" * (mark.end - mark.start)]
        at = mark.end
    return "".join([*pieces, text[at:]])


def _first_fault(text: str) -> tuple[int, JsonFault] | None:
    import json

    try:
        json.loads(text, parse_int=len, parse_float=len, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        return _place_of(text, error.pos, error.msg)
    except _NotANumber:
        found = (match for match in _STRING_OR_CONSTANT.finditer(text) if match.group(1))
        return next(((match.start(), JsonFault.NOT_A_JSON_NUMBER) for match in found), None)
    except RecursionError:
        return None
    return None


def _place_of(text: str, position: int, message: str) -> tuple[int, JsonFault]:
    """Return place and fault; a comma before a closing bracket is named in every Python alike."""
    before = text[:position].rstrip(" \t\r\n")
    if text[position : position + 1] in {"]", "}"} and before.endswith(","):
        return len(before) - 1, JsonFault.TRAILING_COMMA
    faults = (fault for start, fault in _FAULTS if message.startswith(start))
    return position, next(faults, JsonFault.OTHER)


def _refuse_constant(_text: str) -> NoReturn:
    raise _NotANumber
