"""Examples and tags of a request's file: made, and changed in place."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Rows
from dataclasses import replace
from typing import Any, TypeVar

from httpdesk.formats.body_block import normal_body
from httpdesk.formats.example_block import EXAMPLES, TAGS, example_nodes, tag_nodes
from httpdesk.formats.opencollection_data import example_data
from httpdesk.formats.row_changes import row_changes
from httpdesk.formats.variable_rows import edit_description
from httpdesk.formats.yaml_edit import Patch, UnpatchableError, source_of
from httpdesk.formats.yaml_tree import Mapping, Node, Sequence, child, items
from httpdesk.model.request import Example, GraphQLBody, MultipartBody, NoBody, OpaqueBody

T = TypeVar("T", str, Example)
RESPONSE_KINDS = ("json", "text", "xml", "html", "binary")
"""The bodies of a response that the format knows."""


def storable_example(example: Example) -> Example:
    """Return an example as a file can hold it; a body that none can have is left out."""
    request, response = example.request, example.response
    if request is not None:
        unknown = isinstance(request.body, OpaqueBody | GraphQLBody)
        body = NoBody() if unknown else normal_body(request.body)
        if isinstance(body, MultipartBody):
            body = MultipartBody(tuple(replace(part, file_name="") for part in body.parts))
        request = replace(request, body=body)
    if response is not None and response.kind not in RESPONSE_KINDS:
        response = replace(response, kind="", body="")
    return replace(example, request=request, response=response)


def change_examples(patch: Patch, root: Node, old: Rows[Example], new: Rows[Example]) -> None:
    """Write other examples; each that stays is not touched, a renamed one in its name only."""
    writer = _ListPatch(patch, root, EXAMPLES, example_nodes(root))
    writer.change(old, new, example_data, _renamed)


def change_tags(patch: Patch, root: Node, old: Rows[str], new: Rows[str]) -> None:
    """Write other tags; those that stay are not touched."""
    writer = _ListPatch(patch, root, TAGS, tag_nodes(root))
    writer.change(old, new, str, lambda *_: False)


class _ListPatch:
    """Changes a list whose items are kept, edited by a function, or written anew."""

    def __init__(self, patch: Patch, root: Node, keys: tuple[str, ...], nodes: list[Node]) -> None:
        self._patch = patch
        self._keys = keys
        self._held = child(root, *keys)
        self._nodes = nodes

    def change(
        self,
        old: Rows[T],
        new: Rows[T],
        data: Callable[[T], Any],
        edit: Callable[[Patch, Node, T, T], bool],
    ) -> None:
        freed: dict[T, Node] = {}
        added: list[tuple[int, T]] = []
        for kind, start, end, new_start, new_end in row_changes(old, new):
            if kind == "equal":
                continue
            both = min(end - start, new_end - new_start)
            for at in range(start, end):
                step = new[new_start + at - start] if at - start < both else None
                if step is None or not edit(self._patch, self._nodes[at], old[at], step):
                    freed[old[at]] = self._nodes[at]
                    self._drop(self._nodes[at])
                    added += [(at, step)] if step is not None else []
            added += [(end, each) for each in new[new_start + both : new_end]]
        for at, each in added:
            self._insert(at, source_of(freed[each]) if each in freed else data(each))

    def _drop(self, node: Node) -> None:
        if not isinstance(self._held, Sequence):
            raise UnpatchableError
        self._patch.drop(self._held, node)

    def _insert(self, at: int, data: Any) -> None:
        if not items(self._held):
            self._patch.put(self._keys, [data])
            return
        if not isinstance(self._held, Sequence):
            raise UnpatchableError
        listed = self._held.items
        if at < len(self._nodes):
            index = listed.index(self._nodes[at])
        else:
            index = listed.index(self._nodes[-1]) + 1 if self._nodes else len(listed)
        self._patch.insert(self._held, index, data)


def _renamed(patch: Patch, node: Node, old: Example, new: Example) -> bool:
    """Write another name or description; False when more than that differs."""
    same = (old.request, old.response) == (new.request, new.response)
    if not same or not isinstance(node, Mapping):
        return False
    if new.name != old.name:
        patch.put_in(node, ("name",), new.name)
    if new.description != old.description:
        edit_description(patch, node, new.description)
    return True
