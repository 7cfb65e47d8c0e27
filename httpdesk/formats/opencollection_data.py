"""A Request as the content of an OpenCollection file."""

from __future__ import annotations

from collections.abc import Sequence as Rows
from typing import Any

from httpdesk.formats import query_text
from httpdesk.formats.auth_block import auth_data
from httpdesk.formats.body_block import JSON
from httpdesk.formats.opencollection_read import FILES
from httpdesk.model.media_types import base_name, guess
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
    Options,
    PartKind,
    PathParam,
    QueryParam,
    RawBody,
    Request,
    SetVariable,
)
from httpdesk.model.reserved_options import write_options

Variable = tuple[str, str]


def request_data(request: Request, seq: float | None) -> dict[str, Any]:
    """Return a new file's content; whatever equals its default is left out."""
    query = query_text.encoded(enabled_pairs(request.params))
    http: dict[str, Any] = {
        "method": request.method,
        "url": query_text.join(request.url, query),
        "headers": [row_data(each) for each in request.headers],
        "params": [
            *(row_data(each) for each in request.params),
            *(row_data(each) for each in request.path_params),
        ],
    }
    if request.auth is not None:
        http["auth"] = auth_data(request.auth)
    body = body_data(request.body)
    block = block_of(request.body)
    data: dict[str, Any] = {
        "info": {"name": request.name, "type": block, "seq": seq, "tags": list(request.tags)},
        block: _without_empty(http) | ({} if body is None else {"body": body}),
        "runtime": {
            "variables": _variables_data(request),
            "actions": [action_data(each) for each in request.actions],
        },
        "settings": settings_data(request.options),
        "examples": [example_data(each) for each in request.examples],
        "docs": request.notes,
    }
    return {
        key: value
        for key, value in ((key, _without_empty(value)) for key, value in data.items())
        if value
    }


def _without_empty(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    kept = {key: each for key, each in value.items() if each not in (None, [], {})}
    if "method" in value:
        kept |= {"method": value["method"], "url": value["url"]}
    return kept


def block_of(body: Body) -> str:
    """Return the kind of item that holds a body of this kind."""
    return "graphql" if isinstance(body, GraphQLBody) else "http"


def row_data(row: Header | QueryParam | PathParam | FormField | FormPart) -> dict[str, Any]:
    """Return a row as its mapping in the file."""
    if isinstance(row, FormPart):
        return part_data(row)
    data: dict[str, Any] = {"name": row.name, "value": row.value}
    if isinstance(row, QueryParam | PathParam):
        data["type"] = "query" if isinstance(row, QueryParam) else "path"
    if row.description:
        data["description"] = row.description
    if not isinstance(row, PathParam) and not row.enabled:
        data["disabled"] = True
    return data


def action_data(action: SetVariable) -> dict[str, Any]:
    """Return what is taken of a response as its mapping in the file."""
    data: dict[str, Any] = {
        "type": "set-variable",
        "phase": "after-response",
        "selector": {"expression": action.selector, "method": "jsonq"},
        "variable": {"name": action.name, "scope": "runtime"},
    }
    if action.description:
        data["description"] = action.description
    if not action.enabled:
        data["disabled"] = True
    return data


def part_data(part: FormPart) -> dict[str, Any]:
    """Return a part of a multipart form as its mapping in the file."""
    is_file = part.kind is PartKind.FILE
    paths = [part.value] if part.value else []
    data: dict[str, Any] = {
        "name": part.name,
        "type": "file" if is_file else "text",
        "value": paths if is_file else part.value,
    }
    content_type = part.content_type or (JSON if part.kind is PartKind.JSON else "")
    if content_type:
        data["contentType"] = content_type
    if part.description:
        data["description"] = part.description
    if not part.enabled:
        data["disabled"] = True
    return data


def file_data(body: FileBody) -> dict[str, Any]:
    """Return a file body as the entry in use; its type is written down, for Bruno guesses none."""
    kind = body.content_type or guess(base_name(body.path))
    return {"filePath": body.path, "contentType": kind, "selected": True}


def file_name_pairs(body: Body) -> tuple[Variable, ...]:
    """Return the reserved variables with the names sent for files (statement 45)."""
    names: dict[str, list[str]] = {}
    for part in body.parts if isinstance(body, MultipartBody) else ():
        if part.kind is PartKind.FILE:
            names.setdefault(part.name, []).append(part.file_name)
    pairs: list[Variable] = []
    for name, sent in names.items():
        while sent and not sent[-1]:
            sent.pop()
        pairs += [(FILES + name, each) for each in sent]
    return tuple(pairs)


def body_data(body: Body) -> dict[str, Any] | None:
    """Return a body as its mapping in the file, or None for no body.

    A body that cannot be edited yet is not known beyond its kind and gives None too.
    """
    if isinstance(body, RawBody):
        return {"type": body.kind.value, "data": body.text}
    if isinstance(body, FormBody):
        return {"type": "form-urlencoded", "data": [row_data(each) for each in body.fields]}
    if isinstance(body, MultipartBody):
        return {"type": "multipart-form", "data": [part_data(each) for each in body.parts]}
    if isinstance(body, FileBody):
        return {"type": "file"} | ({"data": [file_data(body)]} if body != FileBody() else {})
    if isinstance(body, GraphQLBody):
        return {"query": body.query, "variables": body.variables}
    return None


def settings_data(options: Options) -> dict[str, Any]:
    """Return the options that the format has, without defaults that are not stated."""
    default = Options()
    data: dict[str, Any] = {}
    stated = options.stated
    if options.timeout_ms or "timeout_ms" in stated:
        data["timeout"] = options.timeout_ms or 0
    if not options.follow_redirects or "follow_redirects" in stated:
        data["followRedirects"] = options.follow_redirects
    if options.max_redirects != default.max_redirects or "max_redirects" in stated:
        data["maxRedirects"] = options.max_redirects
    # With settings Bruno would encode the URL a second time unless it is told not to.
    return {"encodeUrl": False, **data} if data else {}


def _variables_data(request: Request) -> list[dict[str, Any]]:
    reserved = write_options(request.options).items()
    pairs = [*request.variables, *reserved, *file_name_pairs(request.body)]
    return [{"name": name, "value": value} for name, value in pairs]


def enabled_pairs(params: Rows[QueryParam]) -> list[query_text.Pair]:
    """Return name and value of the rows that are sent."""
    return [(each.name, each.value) for each in params if each.enabled and each.name]


def example_data(example: Example) -> dict[str, Any]:
    """Return an example as its mapping in the file."""
    data: dict[str, Any] = {"name": example.name}
    if example.description:
        data["description"] = example.description
    if example.request is not None:
        data["request"] = _request_data(example.request)
    if example.response is not None:
        data["response"] = _response_data(example.response)
    return data


def _request_data(request: ExampleRequest) -> dict[str, Any]:
    data = {
        "url": request.url,
        "method": request.method,
        "headers": [row_data(each) for each in request.headers],
        "params": [*map(row_data, request.params), *map(row_data, request.path_params)],
        "body": body_data(request.body),
    }
    return {key: value for key, value in data.items() if value} or {"url": ""}


def _response_data(response: ExampleResponse) -> dict[str, Any]:
    data = {
        "status": response.status,
        "statusText": response.reason,
        "headers": [{"name": name, "value": value} for name, value in response.headers],
        "body": {"type": response.kind, "data": response.body} if response.kind else None,
    }
    return {key: value for key, value in data.items() if value not in (None, "", [])} or {
        "statusText": ""
    }
