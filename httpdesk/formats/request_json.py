"""A request as JSON text, for HTTPDesk's own database; reads what older versions wrote.

Lists are short and fields that equal their default are left out, so that a draft is written with
each pause in typing at no cost.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from enum import Enum
from typing import Any

from httpdesk.formats.auth_block import auth_of, draft_auth_data
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.request import (
    Body,
    Example,
    ExampleRequest,
    ExampleResponse,
    FileBody,
    FormBody,
    FormField,
    FormPart,
    GraphQLBody,
    Header,
    MultipartBody,
    NoBody,
    OpaqueBody,
    Options,
    PartKind,
    PathParam,
    QueryParam,
    RawBody,
    RawKind,
    Request,
    ResponseType,
    SetVariable,
)

_ROWS: dict[str, Any] = {
    "headers": Header,
    "params": QueryParam,
    "path_params": PathParam,
    "actions": SetVariable,
}
_SENT = ("headers", "params", "path_params")
"""The rows of an example's request."""
_BODIES = {
    "none": NoBody,
    "raw": RawBody,
    "form": FormBody,
    "multipart": MultipartBody,
    "file": FileBody,
    "graphql": GraphQLBody,
    "opaque": OpaqueBody,
}


def dump(request: Request) -> str:
    """Return the request as JSON; every text comes back equal, lone surrogates too."""
    data = _fields(request)
    data["body"] = _body_data(request.body)
    data["options"] = _fields(request.options)
    for name in _ROWS:
        data[name] = [_fields(row) for row in getattr(request, name)]
    data["examples"] = [_example_data(each) for each in request.examples]
    if request.auth is not None:
        data["auth"] = draft_auth_data(request.auth)
    kept = {key: value for key, value in data.items() if value not in ({}, [], ())}
    return json.dumps(kept, separators=(",", ":"))


def load(text: str) -> Request:
    """Return the request that `dump` wrote; raises FileNotUnderstood for anything else."""
    try:
        data = json.loads(text)
        values = {key: value for key, value in data.items() if key in _names(Request)}
        for name, kind in _ROWS.items():
            values[name] = tuple(_made(kind, row) for row in data.get(name, ()))
        values["body"] = _body(data.get("body", {}))
        values["options"] = _options(data.get("options", {}))
        values["variables"] = tuple((str(n), str(v)) for n, v in data.get("variables", ()))
        values["unapplied"] = tuple(str(word) for word in data.get("unapplied", ()))
        values["tags"] = tuple(map(str, data.get("tags", ())))
        values["examples"] = tuple(map(_example, data.get("examples", ())))
        values["auth"] = auth_of(data.get("auth"))
        return Request(**values)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise FileNotUnderstood(path="", reason="not a request") from error


def _fields(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass that differ from their defaults."""
    data = {}
    for each in fields(value):
        held = getattr(value, each.name)
        if each.default is MISSING or held != each.default:
            data[each.name] = held.value if isinstance(held, Enum) else held
    return data


def _body_data(body: Body) -> dict[str, Any]:
    if isinstance(body, FormBody):
        return {"is": "form", "fields": [_fields(row) for row in body.fields]}
    if isinstance(body, MultipartBody):
        return {"is": "multipart", "parts": [_fields(row) for row in body.parts]}
    kind = next(name for name, each in _BODIES.items() if isinstance(body, each))
    return {} if kind == "none" else {"is": kind, **_fields(body)}


def _body(data: dict[str, Any]) -> Body:
    kind = data.get("is", "none")
    if kind == "form":
        return FormBody(tuple(_made(FormField, row) for row in data["fields"]))
    if kind == "raw":
        return RawBody(RawKind(data["kind"]), str(data["text"]))
    if kind == "multipart":
        return MultipartBody(tuple(_part(row) for row in data["parts"]))
    if kind in {"file", "graphql"}:
        texts = {key: str(value) for key, value in data.items() if key != "is"}
        return _made(_BODIES[kind], texts)  # type: ignore[no-any-return]
    return OpaqueBody(str(data["kind"])) if kind == "opaque" else NoBody()


def _example_data(example: Example) -> dict[str, Any]:
    data = _fields(example)
    if example.request is not None:
        sent = _fields(example.request) | {"body": _body_data(example.request.body)}
        sent |= {name: [_fields(row) for row in getattr(example.request, name)] for name in _SENT}
        data["request"] = sent
    if example.response is not None:
        data["response"] = _fields(example.response)
    return data


def _example(data: dict[str, Any]) -> Example:
    return Example(
        str(data.get("name", "")),
        str(data.get("description", "")),
        None if data.get("request") is None else _sent(data["request"]),
        None if data.get("response") is None else _came(data["response"]),
    )


def _sent(data: dict[str, Any]) -> ExampleRequest:
    rows = {name: tuple(_made(_ROWS[name], row) for row in data.get(name, ())) for name in _SENT}
    values = {**data, **rows, "body": _body(data.get("body", {}))}
    return _made(ExampleRequest, values)  # type: ignore[no-any-return]


def _came(data: dict[str, Any]) -> ExampleResponse:
    headers = tuple((str(name), str(value)) for name, value in data.get("headers", ()))
    return _made(ExampleResponse, {**data, "headers": headers})  # type: ignore[no-any-return]


def _part(data: dict[str, Any]) -> FormPart:
    kind = PartKind(data.get("kind", PartKind.TEXT.value))
    return _made(FormPart, {**data, "kind": kind})  # type: ignore[no-any-return]


def _options(data: dict[str, Any]) -> Options:
    if "response_type" in data:
        data = {**data, "response_type": ResponseType(data["response_type"])}
    if "removed_headers" in data:
        data = {**data, "removed_headers": tuple(map(str, data["removed_headers"]))}
    if "stated" in data:
        data = {**data, "stated": tuple(map(str, data["stated"]))}
    return _made(Options, data)  # type: ignore[no-any-return]


def _made(kind: Any, data: dict[str, Any]) -> Any:
    return kind(**{key: value for key, value in data.items() if key in _names(kind)})


def _names(kind: Any) -> set[str]:
    return {each.name for each in fields(kind)}
