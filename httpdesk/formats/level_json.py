"""What a folder says as JSON text, for edits of it in HTTPDesk's own database."""

from __future__ import annotations

import json
from typing import Any

from httpdesk.formats import request_json
from httpdesk.model.auth_choice import AuthWord, FileAuth
from httpdesk.model.environment import ValueType, Variable
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.level import Level
from httpdesk.model.request import Request


def dump(level: Level) -> str:
    """Return the level as JSON; an auth with secrets of its own stays in the file alone."""
    request = Request(
        name=level.name,
        headers=level.headers,
        options=level.options,
        notes=level.notes,
        auth=level.auth if isinstance(level.auth, AuthWord) else None,
    )
    rows = [
        [row.name, row.value, row.enabled, row.secret, row.type.value, row.description]
        for row in level.variables
    ]
    held = isinstance(level.auth, FileAuth)
    return json.dumps([request_json.dump(request), rows, held], separators=(",", ":"))


def load(text: str, file: Level) -> Level:
    """Return the level that `dump` wrote; an auth that stayed in the file is that of `file`.

    Raises FileNotUnderstood for any other text.
    """
    try:
        kept, rows, held = json.loads(text)
        request = request_json.load(kept)
        variables = tuple(_variable(row) for row in rows)
    except (ValueError, TypeError, RecursionError) as error:
        raise FileNotUnderstood(path="", reason="not a level") from error
    return Level(
        name=request.name,
        headers=request.headers,
        variables=variables,
        auth=file.auth if held else request.auth,
        options=request.options,
        notes=request.notes,
        unapplied=file.unapplied,
    )


def _variable(row: list[Any]) -> Variable:
    name, value, enabled, secret, kind, description = row
    return Variable(
        str(name), str(value), bool(enabled), bool(secret), ValueType(kind), str(description)
    )
