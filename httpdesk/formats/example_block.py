"""The `examples` and `info.tags` of a request's file as values, with their nodes."""

from __future__ import annotations

from httpdesk.formats.body_block import read_body
from httpdesk.formats.file_rows import mappings, name_of, path_param_of, prose, row_of
from httpdesk.formats.yaml_tree import Mapping, Node, Scalar, child, items, plain, text_of
from httpdesk.model.request import Example, ExampleRequest, ExampleResponse, Header, QueryParam

EXAMPLES = ("examples",)
TAGS = ("info", "tags")


def example_nodes(root: Node) -> list[Node]:
    """Return the node of each example."""
    return mappings(child(root, *EXAMPLES))


def example_of(node: Node) -> Example:
    """Return one example."""
    return Example(
        name_of(node),
        prose(child(node, "description")),
        _request_of(child(node, "request")),
        _response_of(child(node, "response")),
    )


def tag_nodes(root: Node) -> list[Node]:
    """Return the node of each tag that is a text."""
    return [each for each in items(child(root, *TAGS)) if isinstance(plain(each), Scalar)]


def tags_of(root: Node) -> tuple[str, ...]:
    """Return the tags of an item of any kind."""
    return tuple(map(text_of, tag_nodes(root)))


def _request_of(node: Node | None) -> ExampleRequest | None:
    if not isinstance(plain(node), Mapping):
        return None
    rows = mappings(child(node, "params"))
    paths = [row for row in rows if text_of(child(row, "type")) == "path"]
    return ExampleRequest(
        text_of(child(node, "method")),
        text_of(child(node, "url")),
        tuple(Header(*row_of(row)) for row in mappings(child(node, "headers"))),
        tuple(QueryParam(*row_of(row)) for row in rows if row not in paths),
        tuple(path_param_of(row) for row in paths),
        read_body(child(node, "body")).body,
    )


def _response_of(node: Node | None) -> ExampleResponse | None:
    if not isinstance(plain(node), Mapping):
        return None
    status = text_of(child(node, "status"))
    body = child(node, "body")
    return ExampleResponse(
        int(status) if status.isascii() and status.isdigit() and len(status) < 10 else None,
        text_of(child(node, "statusText")),
        tuple(
            (name_of(row), text_of(child(row, "value"))) for row in mappings(child(node, "headers"))
        ),
        text_of(child(body, "type")),
        text_of(child(body, "data")),
    )
