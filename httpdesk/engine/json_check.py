"""Where the text of a JSON body is not JSON (statement 41)."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


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
    EXTRA_TEXT = "extra text"
    OTHER = "other"


class JsonProblem(NamedTuple):
    """Line and column count from 1; a column is one character."""

    line: int
    column: int
    fault: JsonFault


def json_problem(text: str) -> JsonProblem | None:
    """Return the first problem of `text` as JSON, or None; `{{name}}` may stand anywhere."""
    raise NotImplementedError
