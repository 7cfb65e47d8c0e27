"""The body of a request's file as a value, with the nodes that its rows came from."""

from __future__ import annotations

from collections.abc import Sequence as Rows
from dataclasses import dataclass, field, replace

from httpdesk.formats.file_rows import mappings, row_of, selected
from httpdesk.formats.yaml_tree import Mapping, Node, Sequence, child, items, plain, text_of
from httpdesk.model.media_types import base_name, guess
from httpdesk.model.request import (
    Body,
    FileBody,
    FormBody,
    FormField,
    FormPart,
    GraphQLBody,
    MultipartBody,
    NoBody,
    OpaqueBody,
    PartKind,
    RawBody,
    RawKind,
)

JSON = "application/json"
Names = Rows[tuple[str, str]]
"""(field, file name) in the order of the field's files (statement 45)."""


def body_node(node: Node | None) -> Node | None:
    """Return the body in use: `node` itself, or the selected one of its variants."""
    variants = items(node)
    return child(selected(variants), "body") if variants else node


@dataclass(slots=True)
class BodyReading:
    """A body, and the nodes that its rows came from."""

    body: Body
    parts: list[Node] = field(default_factory=list)
    """The node of each part of a multipart form; one that names several files is there for each."""
    file: Node | None = None
    """The file in use of a file body."""


def read_body(node: Node | None, block: str = "http", sent: Names = ()) -> BodyReading:
    """Return the body of an item of this kind; `sent` are the names sent for files, by field."""
    if block == "graphql":
        return BodyReading(_graphql(node))
    kind = text_of(child(node, "type"))
    if not kind or kind == "none":
        return BodyReading(NoBody())
    if kind in {each.value for each in RawKind}:
        return BodyReading(RawBody(RawKind(kind), text_of(child(node, "data"))))
    if kind == "form-urlencoded":
        return BodyReading(FormBody(tuple(FormField(*row_of(row)) for row in form_rows(node))))
    found = _multipart(node, sent) if kind == "multipart-form" else None
    found = _file(node) if kind == "file" else found
    return found or BodyReading(OpaqueBody(kind))


def _graphql(node: Node | None) -> Body:
    query, variables = child(node, "query"), child(node, "variables")
    if any(isinstance(plain(each), Mapping | Sequence) for each in (query, variables)):
        return OpaqueBody("graphql")
    return GraphQLBody(text_of(query), text_of(variables))


def _multipart(body: Node | None, sent: Names) -> BodyReading | None:
    """Return the parts, one for each file; None for an entry that is neither text nor file."""
    parts: list[FormPart] = []
    nodes: list[Node] = []
    for node in form_rows(body):
        made = _parts(node)
        if made is None:
            return None
        parts += made
        nodes += [node] * len(made)
    names: dict[str, list[str]] = {}
    for name, value in sent:
        names.setdefault(name, []).append(value)
    return BodyReading(MultipartBody(tuple(_named(part, names) for part in parts)), nodes)


def _named(part: FormPart, names: dict[str, list[str]]) -> FormPart:
    """Give a file the next name of its field (statement 45)."""
    left = names.get(part.name)
    return replace(part, file_name=left.pop(0)) if part.kind is PartKind.FILE and left else part


def _parts(node: Node) -> list[FormPart] | None:
    name, _, enabled, note = row_of(node)
    kind, value = text_of(child(node, "type")), plain(child(node, "value"))
    content_type = text_of(child(node, "contentType"))
    if kind == "file":
        if isinstance(value, Mapping):
            return None
        paths = [text_of(each) for each in items(value)] or [text_of(value)]
        return [
            FormPart(name, path, PartKind.FILE, content_type, "", enabled, note) for path in paths
        ]
    if kind not in {"", "text"} or isinstance(value, Mapping | Sequence):
        return None
    part = FormPart(name, text_of(value), PartKind.TEXT, content_type, "", enabled, note)
    return [normal_part(part)]


def normal_part(part: FormPart) -> FormPart:
    """Return a part as the format can tell it: JSON is text of a JSON content type."""
    if part.kind is PartKind.FILE:
        return part
    essence = part.content_type.partition(";")[0].strip().lower()
    given = part.content_type or (JSON if part.kind is PartKind.JSON else "")
    is_json = essence == JSON or essence.endswith("+json") or given == JSON
    kind = PartKind.JSON if is_json else PartKind.TEXT
    return replace(part, kind=kind, content_type="" if given == JSON else given, file_name="")


def _file(body: Node | None) -> BodyReading | None:
    """Return the selected file; None where there are files and none is selected."""
    entries = form_rows(body)
    chosen = [each for each in entries if text_of(child(each, "selected")).lower() == "true"]
    if not entries:
        return BodyReading(FileBody())
    if not chosen:
        return None
    path = text_of(child(chosen[0], "filePath"))
    held = FileBody(path, text_of(child(chosen[0], "contentType")))
    return BodyReading(normal_file(held), file=chosen[0])


def normal_file(body: FileBody) -> FileBody:
    """Return a file body as the format can tell it: the guessed type is written down there."""
    guessed = body.content_type == guess(base_name(body.path))
    return FileBody(body.path) if guessed else body


def form_rows(body: Node | None) -> list[Node]:
    """Return the nodes of a form's fields."""
    return mappings(child(body, "data"))


def normal_body(body: Body) -> Body:
    """Return a body as the format can tell it."""
    if isinstance(body, MultipartBody):
        return MultipartBody(tuple(normal_part(part) for part in body.parts))
    return normal_file(body) if isinstance(body, FileBody) else body
