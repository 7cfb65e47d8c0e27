"""The changes that turn one OpenCollection file into another."""

from __future__ import annotations

from collections.abc import Sequence as Rows
from typing import Any, TypeVar

from httpdesk.formats import query_text
from httpdesk.formats.body_block import form_rows
from httpdesk.formats.example_edit import change_examples, change_tags
from httpdesk.formats.file_patch import FilePatch
from httpdesk.formats.file_rows import variable_text
from httpdesk.formats.opencollection_data import (
    Variable,
    action_data,
    body_data,
    enabled_pairs,
    file_data,
    file_name_pairs,
    row_data,
    settings_data,
)
from httpdesk.formats.opencollection_read import Reading, encodes_url
from httpdesk.formats.row_changes import row_changes
from httpdesk.formats.yaml_edit import UnpatchableError, source_of
from httpdesk.formats.yaml_tree import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    Tree,
    child,
    items,
    text_of,
)
from httpdesk.model.request import (
    Body,
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
    PathParam,
    QueryParam,
    RawBody,
    Request,
    SetVariable,
)
from httpdesk.model.reserved_options import write_options

Row = TypeVar("Row", Header, QueryParam, PathParam, FormField, FormPart)


def _paths(held: Node | None) -> list[str]:
    """Return the files that an entry names, in a list or as plain text."""
    named = [text_of(each) for each in items(held)] or [text_of(held)]
    return [each for each in named if each]


def _field(pair: Variable) -> str:
    return pair[0]


class RequestPatch(FilePatch):
    """The changes from the request that a file holds to another one."""

    def __init__(self, tree: Tree, reading: Reading) -> None:
        super().__init__(tree)
        self._old = reading.request
        self._reading = reading
        self._block = reading.block

    def _data(self, row: Any) -> dict[str, Any]:
        return row_data(row)

    def _edit_row(self, node: Node, data: dict[str, Any]) -> None:
        if isinstance(node, Mapping) and data.get("type") in {"text", "file"}:
            self._edit_part(node, data)
        super()._edit_row(node, data)

    def text(self, new: Request) -> str:
        """Return the file's text with `new` in it; raises UnpatchableError."""
        old = self._old
        if new.name != old.name:
            self._patch.put(("info", "name"), new.name)
        if new.method != old.method:
            self._patch.put((self._block, "method"), new.method)
        if (new.url, new.params, new.path_params) != (old.url, old.params, old.path_params):
            self._target(new)
        if new.headers != old.headers:
            key = (self._block, "headers")
            self._rows(key, self._reading.headers, old.headers, new.headers)
        if new.body != old.body:
            self._body(new.body)
            self._file_names(new.body)
        self._options(new.options)
        if new.variables != old.variables:
            self._variables(new.variables)
        if new.actions != old.actions:
            self._actions(new.actions)
        if new.notes != old.notes:
            self._notes(new.notes)
        if new.tags != old.tags:
            change_tags(self._patch, self._root, old.tags, new.tags)
        if new.examples != old.examples:
            change_examples(self._patch, self._root, old.examples, new.examples)
        return self._patch.apply()

    # URL and parameters

    def _target(self, new: Request) -> None:
        key = (self._block, "params")
        reading = self._reading
        if new.url != self._old.url:
            for node in reading.mirrors:
                self._patch.drop(self._sequence(key), node)
        self._rows(key, reading.params, self._old.params, new.params)
        self._rows(key, reading.path_params, self._old.path_params, new.path_params)
        url = query_text.join(new.url, self._query(enabled_pairs(new.params)))
        if url != text_of(child(self._root, self._block, "url")):
            self._patch.put((self._block, "url"), url)

    def _query(self, pairs: list[query_text.Pair]) -> str:
        """Return the query of the rows so that Bruno sends the same."""
        encoded = query_text.encoded(pairs)
        if not encodes_url(self._root):
            return encoded
        verbatim = query_text.verbatim(pairs, encodes=True)
        if verbatim is not None:
            return verbatim
        self._patch.put(("settings", "encodeUrl"), False)
        return encoded

    def _edit_part(self, node: Mapping, data: dict[str, Any]) -> None:
        kind = data["type"]
        if kind != text_of(child(node, "type"), "text"):
            self._patch.put_in(node, ("type",), kind)
        content_type = data.get("contentType", "")
        if not content_type and "contentType" in node.entries:
            self._patch.remove(node, "contentType")
        elif content_type != text_of(child(node, "contentType")):
            self._patch.put_in(node, ("contentType",), content_type)
        held = child(node, "value")
        if kind == "file" and data["value"] != _paths(held):
            self._edit_path(node, held, data["value"])
        elif kind == "text" and not isinstance(held, Scalar) and not data["value"]:
            self._patch.put_in(node, ("value",), "")

    def _edit_path(self, node: Mapping, held: Node | None, paths: list[str]) -> None:
        if isinstance(held, Sequence) and len(held.items) == 1 and paths:
            self._patch.insert(held, 0, paths[0])
            self._patch.drop(held, held.items[0])
        else:
            self._patch.put_in(node, ("value",), paths)

    # Body

    def _body(self, new: Body) -> None:
        old, node = self._old.body, self._reading.body
        if isinstance(new, OpaqueBody):
            # Only the file holds its content; a copy of its kind alone cannot be written.
            return
        if isinstance(new, RawBody) and isinstance(old, RawBody) and isinstance(node, Mapping):
            if new.kind != old.kind:
                self._patch.put_in(node, ("type",), new.kind.value)
            if new.text != old.text:
                self._patch.put_in(node, ("data",), new.text)
        elif isinstance(new, FormBody) and isinstance(old, FormBody) and isinstance(node, Mapping):
            self._form(node, old, new)
        elif isinstance(new, MultipartBody) and isinstance(old, MultipartBody):
            self._multipart(node, old, new)
        elif isinstance(new, FileBody) and isinstance(self._reading.file, Mapping):
            self._file(self._reading.file, new)
        elif isinstance(new, GraphQLBody) and isinstance(node, Mapping):
            self._graphql(node, new)
        elif isinstance(new, NoBody):
            http = child(self._root, self._block)
            if isinstance(http, Mapping):
                self._patch.remove(http, "body")
        else:
            self._replace_body(node, body_data(new))

    def _form(self, node: Mapping, old: FormBody, new: FormBody) -> None:
        if new.fields:
            self._rows(("data",), form_rows(node), old.fields, new.fields, node)
        else:
            self._patch.put_in(node, ("data",), [])

    def _multipart(self, node: Node | None, old: MultipartBody, new: MultipartBody) -> None:
        nodes = self._reading.parts
        if not isinstance(node, Mapping):
            raise UnpatchableError
        if not new.parts or len(nodes) > len({id(each) for each in nodes}):
            # An entry that names several files becomes one entry for each.
            shared = {id(each) for each in nodes if nodes.count(each) > 1}
            kept = {
                part: source_of(each)
                for part, each in zip(old.parts, nodes, strict=True)
                if id(each) not in shared
            }
            rows = [kept.get(part) or row_data(part) for part in new.parts]
            self._patch.put_in(node, ("data",), rows)
        else:
            self._rows(("data",), nodes, old.parts, new.parts, node)

    def _file(self, node: Mapping, new: FileBody) -> None:
        held = text_of(child(node, "contentType"))
        data = file_data(new)
        if not held and not new.content_type:
            data["contentType"] = held
        for key in ("filePath", "contentType"):
            if data[key] != text_of(child(node, key)):
                self._patch.put_in(node, (key,), data[key])

    def _graphql(self, node: Mapping, new: GraphQLBody) -> None:
        for key, text in (("query", new.query), ("variables", new.variables)):
            if text != text_of(child(node, key)):
                self._patch.put_in(node, (key,), text)

    def _file_names(self, new: Body) -> None:
        if not isinstance(new, MultipartBody) and not isinstance(self._old.body, MultipartBody):
            return
        nodes = self._reading.file_names
        old = [(text_of(child(each, "name")), variable_text(each)) for each in nodes]
        wanted = file_name_pairs(new)
        if sorted(old, key=_field) != sorted(wanted, key=_field):
            self._variable_rows(nodes, old, wanted)

    def _replace_body(self, node: Node | None, data: dict[str, Any] | None) -> None:
        for variant in items(child(self._root, self._block, "body")):
            if isinstance(variant, Mapping) and child(variant, "body") is node:
                self._patch.put_in(variant, ("body",), data)
                return
        self._patch.put((self._block, "body"), data)

    # Options, variables, notes

    def _options(self, new: Options) -> None:
        reserved, held = write_options(new), write_options(self._old.options)
        if reserved != held:
            self._reserved(("runtime", "variables"), held, reserved)
        if settings_data(new) != settings_data(self._old.options):
            self._settings(settings_data(new))

    def _settings(self, new: dict[str, Any]) -> None:
        held = child(self._root, "settings")
        if not isinstance(held, Mapping) or not held.entries:
            self._patch.put(("settings",), new)
            return
        old = settings_data(self._old.options)
        changed = [key for key in old | new if old.get(key) != new.get(key) and key != "encodeUrl"]
        for key in changed:
            if key in new:
                self._patch.put(("settings", key), new[key])
        gone = [key for key in changed if key not in new]
        if gone:
            self._unset(held, gone, (set(held.entries) | set(changed)) - set(gone))

    def _unset(self, settings: Mapping, keys: list[str], left: set[str]) -> None:
        if left == {"encodeUrl"} and not encodes_url(self._root):
            # Nothing but our own mark is left: without settings it says the same.
            keys = [*keys, "encodeUrl"]
        elif not left:
            # Without any settings Bruno would no longer encode the URL.
            self._patch.put_in(settings, ("encodeUrl",), True)
        for key in keys:
            self._patch.remove(settings, key)

    def _variables(self, new: Rows[Variable]) -> None:
        self._variable_rows(self._reading.variables, self._old.variables, new)

    def _actions(self, new: Rows[SetVariable]) -> None:
        key, nodes = ("runtime", "actions"), self._reading.actions
        for kind, old_from, old_to, new_from, new_to in row_changes(self._old.actions, new):
            if kind == "equal":
                continue
            for at in range(old_from, old_to):
                self._patch.drop(self._sequence(key), nodes[at])
            for action in new[new_from:new_to]:
                self._add_row(key, nodes, old_to, action_data(action), None)

    def _variable_rows(self, nodes: list[Node], old: Rows[Variable], new: Rows[Variable]) -> None:
        key = ("runtime", "variables")
        for _, old_from, old_to, new_from, new_to in row_changes(old, new):
            both = min(old_to - old_from, new_to - new_from)
            for step in range(both):
                self._edit_variable(nodes[old_from + step], *new[new_from + step])
            for at in range(old_from + both, old_to):
                self._patch.drop(self._sequence(key), nodes[at])
            for name, value in new[new_from + both : new_to]:
                data = {"name": name, "value": value}
                self._add_row(key, nodes, old_from + both, data, None)

    def _edit_variable(self, node: Node, name: str, value: str) -> None:
        if not isinstance(node, Mapping):
            raise UnpatchableError
        if name != text_of(child(node, "name")):
            self._patch.put_in(node, ("name",), name)
        if value != variable_text(node):
            self._set_variable(node, value)
