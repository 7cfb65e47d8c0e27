"""What a request's file says, text by text, each with the field it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from httpdesk.formats.file_rows import prose
from httpdesk.formats.opencollection_read import KINDS, OTHER_KINDS, kind_of, method_of
from httpdesk.formats.yaml_tree import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    child,
    items,
    parse,
    plain,
    text_of,
)
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.find import FindField

_NO_TEXTS = frozenset({"type", "enabled", "disabled", "selected", "mode", "contentType"})


class FieldText(NamedTuple):
    """The text of one field; `label` says which of several."""

    field: FindField
    label: str
    text: str


class FileTexts(NamedTuple):
    """A request by its name and method, and its texts in the order of the editor."""

    name: str
    method: str
    texts: tuple[FieldText, ...]


def read_texts(data: bytes, path: str = "", default_name: str = "") -> FileTexts:
    """Return the texts of a request; raises FileNotUnderstood or ConflictMarkers."""
    root = parse(data, path).root
    kind = kind_of(root)
    if kind not in KINDS and kind not in OTHER_KINDS:
        raise FileNotUnderstood(path=path, line=1, column=1, reason="not a request")
    name = text_of(child(root, "info", "name"), default_name)
    method = method_of(root, kind) if kind in KINDS else kind
    return FileTexts(name, method, tuple(_texts(root, kind, name)))


def _texts(root: Node, kind: str, name: str) -> Iterator[FieldText]:
    block = child(root, kind)
    yield FieldText(FindField.NAME, "", name)
    for tag in items(child(root, "info", "tags")):
        yield FieldText(FindField.TAG, "", text_of(tag))
    yield FieldText(FindField.URL, "", text_of(child(block, "url")))
    yield from _rows(child(block, "params"), FindField.PARAMETER, "=")
    yield from _rows(child(block, "headers"), FindField.HEADER, ": ")
    yield from _body(child(block, "body"))
    runtime = child(root, "runtime")
    yield from _rows(child(runtime, "variables"), FindField.VARIABLE, "=")
    for each in items(child(runtime, "scripts")):
        yield FieldText(FindField.SCRIPT, "", text_of(child(each, "code")))
    for name_ in ("assertions", "actions"):
        for each in items(child(runtime, name_)):
            yield FieldText(FindField.CHECK, "", " ".join(_scalars(each)))
    yield FieldText(FindField.NOTES, "", prose(child(root, "docs")))
    for each in items(child(root, "examples")):
        label = text_of(child(each, "name"))
        yield FieldText(FindField.EXAMPLE, label, "\n".join(_scalars(each)))


def _rows(node: Node | None, field: FindField, between: str) -> Iterator[FieldText]:
    for row in items(node):
        name, value = text_of(child(row, "name")), _value(child(row, "value"))
        yield FieldText(field, name, f"{name}{between}{value}")
        description = prose(child(row, "description"))
        if description:
            yield FieldText(FindField.NOTES, name, description)


def _value(node: Node | None) -> str:
    return text_of(node) or text_of(child(node, "data")) or " ".join(_scalars(node))


def _body(node: Node | None) -> Iterator[FieldText]:
    node = plain(node)
    if isinstance(node, Sequence):
        for variant in node.items:
            yield from _body(child(variant, "body"))
        return
    data = plain(child(node, "data"))
    if isinstance(data, Sequence):
        yield from _rows(data, FindField.BODY, "=")
        for row in data.items:
            if child(row, "filePath") is not None:
                yield FieldText(FindField.BODY, "", text_of(child(row, "filePath")))
    elif isinstance(data, Scalar):
        yield FieldText(FindField.BODY, "", data.text)
    elif isinstance(node, Mapping):
        for key, (_, value) in node.entries.items():
            if key not in _NO_TEXTS:
                yield FieldText(FindField.BODY, key, _value(value))


def _scalars(node: Node | None) -> Iterator[str]:
    """Yield the texts of a node and of what is below it, in file order."""
    waiting = [node]
    while waiting:
        each = plain(waiting.pop())
        if isinstance(each, Scalar) and not each.is_null:
            yield each.text
        elif isinstance(each, Sequence):
            waiting += reversed(each.items)
        elif isinstance(each, Mapping):
            values = [value for key, (_, value) in each.entries.items() if key not in _NO_TEXTS]
            waiting += reversed(values)
