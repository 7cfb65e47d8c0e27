"""Small helpers that the sample server's routes share."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from httpdesk.adapters.sample.wire import HttpProblem, Pairs, Reply, WireRequest


def json_reply(value: object, status: int = 200, headers: Pairs = ()) -> Reply:
    """Return `value` as indented JSON."""
    body = json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace")
    return Reply(status, (("Content-Type", "application/json"), *headers), body + b"\n")


def text_reply(text: str, content_type: str = "text/plain; charset=utf-8") -> Reply:
    """Return `text` in UTF-8."""
    return Reply(200, (("Content-Type", content_type),), text.encode())


def read_json(request: WireRequest, limit: int = 1024 * 1024) -> Any:
    """Return the body as JSON; HttpProblem 400 when it is not."""
    try:
        return json.loads(request.body.read(limit))
    except (ValueError, RecursionError) as error:
        raise HttpProblem(400, f"The body is not JSON: {error}") from error


def query_pairs(request: WireRequest) -> list[tuple[str, str]]:
    """Return the decoded query in its order, repeats and empty values included."""
    return parse_qsl(request.query, keep_blank_values=True)


def query_value(request: WireRequest, name: str, default: str) -> str:
    """Return the first value of `name` in the query."""
    return next((value for key, value in query_pairs(request) if key == name), default)


def whole_number(text: str, name: str, low: int, high: int) -> int:
    """Return `text` as a number between the bounds; HttpProblem 400 when it is not."""
    if not (text.isascii() and text.isdigit() and len(text) < 19 and low <= int(text) <= high):
        raise HttpProblem(400, f"{name} is a whole number from {low} to {high:,}.")
    return int(text)


def seconds(text: str, name: str) -> float:
    """Return `text` as seconds up to a minute; HttpProblem 400 when it is not."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 60:
        raise HttpProblem(400, f"{name} is a number of seconds from 0 to 60.")
    return value


def as_pairs(pairs: Pairs | list[tuple[str, str]]) -> list[dict[str, str]]:
    """Return pairs as HAR writes them, so that order and repeats survive JSON."""
    return [{"name": name, "value": value} for name, value in pairs]
