"""JSONPath (RFC 9535) and jq over a JSON body; numbers come out as they came in.

Meant for a process of its own: an expression of the user may take any time and much memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import Enum
from typing import TYPE_CHECKING

from httpdesk.render.rows import Pause, Stopped, no_pause

if TYPE_CHECKING:
    from jsonpath import JSONPath

    from httpdesk.model.response import BodyHandle

LARGEST_BODY = 64_000_000
"""Bytes of a body that is filtered: parsed it needs about ten times its size."""
LARGEST_XML = 32_000_000
"""The same for XML, whose trees need more."""
LARGEST_RESULT = 64_000_000
MOST_RESULTS = 100_000
_CHUNK = 256 * 1024

_JQ_START = "{} as $ENV | def env: {}; (\n"
"""Takes the variables of our own process away; the line end keeps the columns of an expression."""
_JQ_END = "\n) | tojson"
_JQ_PLACE = re.compile(r"at <top-level>, line (\d+)(?:, column (\d+))?:")
_JQ_UNREADABLE = re.compile(r"parse error: ")
_NAMED_TOKEN = re.compile(r"'TOKEN_(\w+)'")


class Language(Enum):
    """What an expression is written in."""

    JSON_PATH = "jsonpath"
    JQ = "jq"
    XPATH = "xpath"
    """Of XML and HTML; see `xml_filter`."""


class FilterFault(Enum):
    """Why there is no result."""

    EXPRESSION = "expression"
    """The expression is wrong; `column` says where, if that is known."""
    BODY = "body"
    """The body is not JSON, or not JSON that the language reads."""
    RUN = "run"
    """The expression failed on this body."""
    TOO_LARGE = "too-large"
    """The body or the result is larger than can be filtered."""
    TOO_DEEP = "too-deep"


@dataclass(frozen=True, slots=True)
class FilterFacts:
    """What is known of a result; the first line of the bytes that `apply` yields."""

    count: int = 0
    """Values that were found."""
    total: int | None = None
    """Values that the last filter of a JSONPath chose from; None where nothing was chosen."""
    cut: bool = False
    """Whether there are more than `MOST_RESULTS`."""
    fault: str = ""
    """A FilterFault's value."""
    detail: str = ""
    """What the library says of a fault."""
    line: int = 0
    column: int = 0
    """Where in the expression, counted from 1; 0 where that is not known."""

    def as_line(self) -> bytes:
        """Return the facts as a line of bytes."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> FilterFacts:
        """Return the facts that `as_line` wrote."""
        return cls(**json.loads(line))


class _Failed(Exception):
    def __init__(
        self, fault: FilterFault, detail: object = "", line: int = 0, column: int = 0
    ) -> None:
        super().__init__(fault.value)
        self.facts = FilterFacts(
            fault=fault.value, detail=str(detail).strip(), line=line, column=column
        )


class _Int(int):
    """An integer that remembers how it was written."""

    lexeme: str


class _Float(float):
    """A number with a fraction or an exponent that remembers how it was written."""

    lexeme: str


class _Object(dict[str, object]):
    """An object that remembers all members of repeated keys; the last one counts for queries."""

    pairs: list[tuple[str, object]]


def apply(
    body: BodyHandle, language: str, expression: str, pause: Pause = no_pause
) -> Iterator[bytes]:
    """Yield a line with the facts, then a JSON array of what the expression finds in the body.

    A body of several values (NDJSON) is an array of them for JSONPath; jq gets one after the other.
    Raises Stopped when the body is given back.
    """
    try:
        text = _text(body)
        found = _jq if Language(language) is Language.JQ else _json_path
        facts, results = found(text, expression, pause)
        yield facts.as_line()
        yield from _array(results)
    except _Failed as failed:
        yield failed.facts.as_line()
    except RecursionError:
        yield _Failed(FilterFault.TOO_DEEP).facts.as_line()


def _text(body: BodyHandle) -> str:
    try:
        if body.size > LARGEST_BODY:
            raise _Failed(FilterFault.TOO_LARGE)
        data = body.read_at(0, body.size)
    except (ValueError, OSError) as error:
        raise Stopped from error
    return data.decode("utf-8-sig", "replace")


def _array(results: list[str]) -> Iterator[bytes]:
    """Yield the results as an array, each on a line."""
    piece = "["
    for number, result in enumerate(results):
        piece += f"{',' if number else ''}\n{result}"
        if len(piece) > _CHUNK:
            yield piece.encode("utf-8", "surrogatepass")
            piece = ""
    yield (piece + "\n]\n" if results else piece + "]\n").encode("utf-8", "surrogatepass")


# JSONPath


def _json_path(text: str, expression: str, pause: Pause) -> tuple[FilterFacts, list[str]]:
    path = _compiled_path(expression)
    data = _parsed(text)
    results = _collected((_written(value) for value in _matches(path, data)), pause)
    facts = FilterFacts(len(results), _total(path, data), len(results) == MOST_RESULTS)
    return facts, results


def _compiled_path(expression: str) -> JSONPath:
    import jsonpath

    try:
        path = jsonpath.compile(expression, strict=True)
    except jsonpath.JSONPathError as error:
        words = _NAMED_TOKEN.sub(_token_name, str(error).partition("\n")[0])
        token = error.token
        at = token.index if token is not None else -1
        raise _Failed(
            FilterFault.EXPRESSION, words, 1, (at if at >= 0 else len(expression)) + 1
        ) from error
    assert isinstance(path, jsonpath.JSONPath)
    return path


def _token_name(name: re.Match[str]) -> str:
    return "'$'" if name[1] == "ROOT" else name[1].lower().replace("_", " ")


def _matches(path: JSONPath, data: object) -> Iterator[object]:
    import jsonpath

    try:
        for match in path.finditer(data):  # type: ignore[arg-type]
            yield match.obj
    except jsonpath.JSONPathError as error:
        raise _Failed(FilterFault.RUN, str(error).partition("\n")[0]) from error


def _total(path: JSONPath, data: object) -> int | None:
    """Return how many values the last filter of the path looked at."""
    import jsonpath
    from jsonpath.selectors import Filter, WildcardSelector

    at = [
        number
        for number, segment in enumerate(path.segments)
        if any(isinstance(selector, Filter) for selector in segment.selectors)
    ]
    if not at:
        return None
    last = path.segments[at[-1]]
    everything = WildcardSelector(env=path.env, token=last.token)
    looked_at = type(last)(env=path.env, token=last.token, selectors=(everything,))
    before = jsonpath.JSONPath(env=path.env, segments=(*path.segments[: at[-1]], looked_at))
    return sum(1 for _ in _matches(before, data))


def _parsed(text: str) -> object:
    decoder = json.JSONDecoder(
        parse_int=_int, parse_float=_float, parse_constant=_float, object_pairs_hook=_object
    )
    try:
        return decoder.decode(text)
    except ValueError as error:
        if not isinstance(error, json.JSONDecodeError) or not error.msg.startswith("Extra data"):
            raise _Failed(FilterFault.BODY, error) from error
    return list(_several(decoder, text))


def _several(decoder: json.JSONDecoder, text: str) -> Iterator[object]:
    """Yield the values of a text that holds one on each line."""
    at = 0
    while True:
        at += len(text[at : at + 1000]) - len(text[at : at + 1000].lstrip())
        if at >= len(text):
            return
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError as error:
            raise _Failed(FilterFault.BODY, error) from error
        yield value


def _int(text: str) -> _Int:
    try:
        number = _Int(text)
    except ValueError:  # more digits than Python turns into a number
        number = _Int(10**4300 * (-1 if text.startswith("-") else 1))
    number.lexeme = text
    return number


def _float(text: str) -> _Float:
    number = _Float(text)
    number.lexeme = text
    return number


def _object(pairs: list[tuple[str, object]]) -> _Object:
    found = _Object(pairs)
    if len(found) != len(pairs):
        found.pairs = pairs
    return found


_encoded: Callable[[object], str] = json.JSONEncoder(ensure_ascii=False).encode


def _written(value: object) -> str:
    """Return a value as JSON, with its numbers as they were written."""
    if isinstance(value, _Int | _Float):
        return value.lexeme
    if isinstance(value, _Object):
        pairs: Iterable[tuple[str, object]] = getattr(value, "pairs", value.items())
        return "{" + ", ".join(f"{_encoded(key)}: {_written(each)}" for key, each in pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    return _encoded(value)


def _collected(found: Iterable[str], pause: Pause) -> list[str]:
    results: list[str] = []
    size = 0
    for result in found:
        pause()
        results.append(result)
        size += len(result)
        if size > LARGEST_RESULT:
            raise _Failed(FilterFault.TOO_LARGE)
        if len(results) == MOST_RESULTS:
            break
    return results


# jq


def _jq(text: str, expression: str, pause: Pause) -> tuple[FilterFacts, list[str]]:
    import jq

    try:
        program = jq.compile(_JQ_START + expression + _JQ_END)
    except ValueError as error:
        raise _jq_expression(str(error)) from error
    try:
        results = _collected(iter(program.input_text(text)), pause)
    except ValueError as error:
        words = str(error)
        fault = FilterFault.BODY if _JQ_UNREADABLE.match(words) else FilterFault.RUN
        raise _Failed(fault, words) from error
    return FilterFacts(len(results), cut=len(results) == MOST_RESULTS), results


def _jq_expression(words: str) -> _Failed:
    """Return the fault that jq's report of an expression means."""
    place = _JQ_PLACE.search(words)
    message = words.partition(" at <top-level>")[0].removeprefix("jq: error: ")
    line, column = (int(each or 0) for each in place.groups()) if place else (0, 0)
    return _Failed(FilterFault.EXPRESSION, message, max(0, line - 1), column)
