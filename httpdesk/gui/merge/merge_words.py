"""What a place of a request is called on the merge page, and how a value of it is shown.

Credentials are hidden as they are everywhere else; what a user typed into texts is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from PySide6.QtCore import QCoreApplication

from httpdesk.engine.masking import MASK, is_credential_key, mask_header_value, mask_url
from httpdesk.engine.merge import ORDER, TEXTS, Absent, Conflict
from httpdesk.model.request import (
    FormBody,
    FormPart,
    GraphQLBody,
    Header,
    MultipartBody,
    NoBody,
    OpaqueBody,
    PartKind,
    RawBody,
    Request,
)


def place_words(way: tuple[str | int, ...]) -> str:
    """Return what a place is called, such as `Header X-Trace`."""
    if isinstance(way[-1], int) and way[-2] in TEXTS:
        words = _place_words(way[:-1])
        return _tr("{0}, place {1}").format(words, way[-1] + 1) if way[-1] else words
    return _place_words(way)


def _place_words(way: tuple[str | int, ...]) -> str:
    one, many = _level_words(str(way[0])), _many_words(str(way[0]))
    if way[-1] == ORDER:
        return _tr("Order of {0}").format(many or one)
    if way[0] == "options" and len(way) > 1:
        return _tr("Option {0}").format(str(way[1]).replace("_", " "))
    if way[0] == "body" and len(way) > 2 and way[1] in ("fields", "parts"):
        return _named(_tr("Form field {0}"), way[2], way[3])
    if way[0] == "body" and len(way) > 1:
        return _tr("Body: {0}").format(_body_words(str(way[1])))
    if len(way) > 2 and isinstance(way[2], int):
        return _named(f"{one} {{0}}", way[1], way[2])
    return one


def _named(words: str, name: str | int, number: str | int) -> str:
    named = words.format(name)
    return named if number == 1 else _tr("{0} (number {1})").format(named, number)


def _level_words(name: str) -> str:
    words = {
        "name": _tr("Name"),
        "method": _tr("Method"),
        "url": _tr("URL"),
        "params": _tr("Parameter"),
        "path_params": _tr("Path parameter"),
        "headers": _tr("Header"),
        "body": _tr("Body"),
        "options": _tr("Options"),
        "notes": _tr("Notes"),
        "variables": _tr("Variable"),
        "actions": _tr("Value taken of the response"),
        "auth": _tr("Sign-in"),
        "tags": _tr("Tag"),
        "examples": _tr("Example"),
    }
    return words.get(name, name)


def _many_words(name: str) -> str:
    words = {
        "params": _tr("parameters"),
        "path_params": _tr("path parameters"),
        "headers": _tr("headers"),
        "variables": _tr("variables"),
        "body": _tr("form fields"),
    }
    return words.get(name, "")


def _body_words(name: str) -> str:
    words = {
        "text": _tr("text"),
        "kind": _tr("kind"),
        "path": _tr("file"),
        "content_type": _tr("content type"),
        "query": _tr("query"),
        "variables": _tr("variables"),
    }
    return words.get(name, name)


def value_words(way: tuple[str | int, ...], value: Any) -> str:
    """Return a side's value as it may be shown."""
    if value is Absent.ROW:
        return _tr("(not there)")
    if value is Absent.BASE:
        return _tr("(not known)")
    if way == ("url",):
        return mask_url(str(value))
    if way[-1] == ORDER:
        return "\n".join(str(each) for each in value)
    if way[0] == "auth":
        return _auth_words(value)
    if way == ("body",):
        return _body_text(value)
    if isinstance(value, tuple) and len(value) == 2:
        return f"{value[0]}: {_hidden(str(value[0]), str(value[1]))}"
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _tr("On") if value else _tr("Off")
    if value is None:
        return _tr("(none)")
    if isinstance(value, Enum):
        return str(value.value)
    if is_dataclass(value):
        return _row_words(value)
    return str(value) or _tr("(empty)")


def _row_words(row: Any) -> str:
    """Return a table's row in a line, what else it says below it."""
    name = str(getattr(row, "name", ""))
    value = str(getattr(row, "value", getattr(row, "selector", "")))
    shown = mask_header_value(name, value) if isinstance(row, Header) else _hidden(name, value)
    lines = [f"{name}: {shown}"]
    if not getattr(row, "enabled", True):
        lines.append(_tr("(switched off)"))
    if isinstance(row, FormPart):
        kinds = {PartKind.FILE: _tr("(file)"), PartKind.JSON: _tr("(JSON)")}
        lines += [kinds[row.kind]] if row.kind in kinds else []
    lines += [
        str(getattr(row, each.name))
        for each in fields(row)
        if each.name in ("description", "content_type", "file_name") and getattr(row, each.name)
    ]
    return "\n".join(lines)


def _hidden(name: str, value: str) -> str:
    return MASK if value and is_credential_key(name) else value


def _auth_words(value: Any) -> str:
    if value is None:
        return _tr("(none)")
    if isinstance(value, Enum):
        return str(value.value)
    return _tr("{0}, values hidden").format(getattr(value, "kind", ""))


def _body_text(body: Any) -> str:
    match body:
        case NoBody():
            return _tr("(no body)")
        case RawBody():
            return f"{body.kind.value.upper()}\n{body.text}"
        case FormBody():
            return _joined(_tr("Form"), body.fields)
        case MultipartBody():
            return _joined(_tr("Multipart form"), body.parts)
        case GraphQLBody():
            return f"GraphQL\n{body.query}\n{body.variables}".rstrip()
        case OpaqueBody():
            return str(body.kind)
    return _tr("File: {0}").format(body.path)


def _joined(title: str, rows: Iterable[Any]) -> str:
    return "\n".join((title, *(_row_words(row) for row in rows)))


def hides_difference(conflict: Conflict) -> bool:
    """Return whether both sides look the same because what differs is hidden."""
    mine, theirs = (value_words(conflict.way, e) for e in (conflict.mine, conflict.theirs))
    return mine == theirs


def masked(request: Request) -> Request:
    """Return the request as it may be shown: without credentials, and without its sign-in."""
    body = request.body
    if isinstance(body, FormBody):
        body = FormBody(_masked_rows(body.fields))
    elif isinstance(body, MultipartBody):
        body = MultipartBody(_masked_rows(body.parts))
    return replace(
        request,
        url=mask_url(request.url),
        params=_masked_rows(request.params),
        path_params=_masked_rows(request.path_params),
        headers=tuple(
            replace(each, value=mask_header_value(each.name, each.value))
            for each in request.headers
        ),
        variables=tuple((name, _hidden(name, value)) for name, value in request.variables),
        body=body,
        auth=None,
    )


def _masked_rows(rows: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(replace(row, value=_hidden(row.name, row.value)) for row in rows)


def _tr(words: str) -> str:
    return QCoreApplication.translate("Merge", words)
