"""OpenCollection 1.0.0: the files of a collection folder as bytes and as values of the model.

`bru run` and Bruno read the same files (storage.md). Writing an existing file touches only what
changed, and what is written is read back and compared before it is handed out.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from httpdesk.formats import opencollection_read, yaml_text
from httpdesk.formats.body_block import normal_body
from httpdesk.formats.example_block import tags_of
from httpdesk.formats.example_edit import storable_example
from httpdesk.formats.file_rows import is_on
from httpdesk.formats.opencollection_data import block_of, request_data
from httpdesk.formats.opencollection_read import (
    KINDS,
    OTHER_KINDS,
    Reading,
    actions_of,
    kind_of,
    method_of,
    read_defaults,
)
from httpdesk.formats.opencollection_write import RequestPatch
from httpdesk.formats.yaml_edit import Patch, UnpatchableError, source_of
from httpdesk.formats.yaml_tree import (
    Mapping,
    Node,
    Sequence,
    Tree,
    child,
    data_of,
    items,
    parse,
    plain,
    text_of,
)
from httpdesk.model import reserved_options
from httpdesk.model.collection import ItemKind, RequestDefaults
from httpdesk.model.connection import CONNECTION_VARIABLE
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.request import Example, NoBody, OpaqueBody, Request

VERSION = "1.0.0"
COLLECTION_FILE = "opencollection.yml"
FOLDER_FILE = "folder.yml"
ENDING = ".yml"

T = TypeVar("T")


class NotKeptError(Exception):
    """A written file does not read back as what was to be written; a bug of ours."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the tree of a collection shows of a file."""

    kind: ItemKind
    name: str = ""
    method: str = ""
    url: str = ""
    seq: float | None = None
    tags: tuple[str, ...] = ()


def read_request(data: bytes, path: str = "", default_name: str = "") -> Request:
    """Return the request of a file; raises FileNotUnderstood or ConflictMarkers."""
    return opencollection_read.read(parse(data, path), path, default_name).request


def read_head(data: bytes, path: str = "") -> Head:
    """Return what the tree shows of a request's file; raises as `read_request` does."""
    root = parse(data, path).root
    kind = kind_of(root)
    if kind not in KINDS and kind not in OTHER_KINDS:
        raise FileNotUnderstood(path=path, line=1, column=1, reason="not a request")
    name = text_of(child(root, "info", "name"))
    seq = number(text_of(child(root, "info", "seq")))
    url = text_of(child(root, kind, "url"))
    if kind not in KINDS:
        return Head(ItemKind.OTHER, name, kind, url, seq, tags_of(root))
    return Head(ItemKind.REQUEST, name, method_of(root, kind), url, seq, tags_of(root))


def read_info(data: bytes, path: str = "") -> Head:
    """Return name and place of a folder or collection from its own file."""
    root = parse(data, path).root
    if not isinstance(root, Mapping):
        raise FileNotUnderstood(path=path, line=1, column=1, reason="not a mapping")
    seq = number(text_of(child(root, "info", "seq")))
    return Head(ItemKind.FOLDER, text_of(child(root, "info", "name")), seq=seq)


def read_request_defaults(data: bytes, path: str = "") -> RequestDefaults:
    """Return what a collection or folder file hands down."""
    return read_defaults(parse(data, path).root)


def number(text: str) -> float | None:
    """Return a place in the order, or None when it is no number."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value - value == 0 else None


def new_collection(name: str) -> bytes:
    """Return the root file of a new collection."""
    data = {"opencollection": yaml_text.Quoted(VERSION), "info": {"name": name}}
    return yaml_text.document(data).encode()


def new_folder(name: str, seq: float | None = None) -> bytes:
    """Return the file of a new folder."""
    return yaml_text.document({"info": _info(name, "folder", seq)}).encode()


def new_request(request: Request, seq: float | None = None) -> bytes:
    """Return the file of a new request.

    A body of a kind that cannot be edited yet is left out: only its own file holds its content.
    """
    wanted = storable(request)
    if isinstance(wanted.body, OpaqueBody):
        wanted = replace(wanted, body=NoBody())
    wanted = _with_new_examples(wanted, ())
    text = yaml_text.document(request_data(wanted, _shown(seq)))
    data = text.encode()
    if _comparable(read_request(data)) != _comparable(wanted):
        raise NotKeptError
    return data


def request_text(request: Request) -> str:
    """Return the request as its own file would have it, for comparing it with another."""
    return yaml_text.document(request_data(storable(request), None))


def edit_request(data: bytes, request: Request, path: str = "", default_name: str = "") -> bytes:
    """Return the file with `request` in it; only what differs is touched.

    Raises what `read_request` raises.
    """
    tree = parse(data, path)
    reading = opencollection_read.read(tree, path, default_name)
    wanted = _with_new_examples(storable(request), reading.request.examples)
    if _comparable(wanted) == _comparable(reading.request):
        return data
    if not isinstance(wanted.body, OpaqueBody) and block_of(wanted.body) != reading.block:
        tree = _as_kind(tree, block_of(wanted.body), path)
        reading = opencollection_read.read(tree, path, default_name)
    changed = _patched(tree, reading, wanted, path, default_name)
    if changed is None:
        # Written in a way that no small change fits (aliases, odd nesting): once rewritten
        # plainly, with all that it says, the change fits.
        tree = parse(tree.encode(_rewritten(tree)), path)
        reading = opencollection_read.read(tree, path, default_name)
        changed = _patched(tree, reading, wanted, path, default_name)
    if changed is None:
        raise NotKeptError
    return changed


def edit_info(data: bytes, path: str = "", **values: Any) -> bytes:
    """Return the file of a request, folder or collection with other `info` (name, seq)."""
    tree = parse(data, path)
    shown = {key: _shown(value) for key, value in values.items()}
    try:
        return _with_info(tree, shown)
    except UnpatchableError:
        return _with_info(parse(tree.encode(_rewritten(tree)), path), shown)


def edit_connection(data: bytes, name: str | None, path: str = "") -> bytes:
    """Return the file of a collection or folder that names this connection; None for no word.

    Only the line with the name is touched. Raises what `parse` raises.
    """
    tree = parse(data, path)
    try:
        return _with_connection(tree, name)
    except UnpatchableError:
        return _with_connection(parse(tree.encode(_rewritten(tree)), path), name)


def storable(request: Request) -> Request:
    """Return the request as a file can hold it.

    Lone surrogates in its texts become U+FFFD. Names of the options' own variables are not taken.
    """
    own = tuple(
        pair for pair in request.variables if not pair[0].startswith(reserved_options.PREFIX)
    )
    stored = clean(replace(request, variables=own))
    return replace(stored, body=normal_body(stored.body))


def _with_new_examples(request: Request, held: tuple[Example, ...]) -> Request:
    """Return the request with examples as a file can hold them; those of `held` stay as is."""
    examples = (each if each in held else storable_example(each) for each in request.examples)
    return replace(request, examples=tuple(examples))


def _as_kind(tree: Tree, kind: str, path: str) -> Tree:
    """Return the file as an item of the other kind of request, without its body."""
    try:
        return _changed_kind(tree, kind, path)
    except UnpatchableError:
        return _changed_kind(parse(tree.encode(_rewritten(tree)), path), kind, path)


def _changed_kind(tree: Tree, kind: str, path: str) -> Tree:
    old = next(each for each in KINDS if each != kind)
    block = child(tree.root, old)
    patch = Patch(tree)
    if isinstance(tree.root, Mapping) and isinstance(block, Mapping):
        patch.rename(tree.root, old, kind)
        patch.remove(block, "body")
    patch.put(("info", "type"), kind)
    after = parse(tree.encode(patch.apply()), path)
    if _rest(after) != _rest(tree):
        raise NotKeptError
    return after


def _with_info(tree: Tree, values: dict[str, Any]) -> bytes:
    patch = Patch(tree)
    for key, value in values.items():
        if text_of(child(tree.root, "info", key)) != str(value):
            patch.put(("info", key), value)
    return tree.encode(patch.apply())


def _with_connection(tree: Tree, name: str | None) -> bytes:
    keys = ("request", "variables")
    held = plain(child(tree.root, *keys))
    rows = [row for row in map(plain, items(held)) if isinstance(row, Mapping)]
    named = [row for row in rows if text_of(child(row, "name")) == CONNECTION_VARIABLE]
    named = [row for row in named if is_on(row)]
    patch = Patch(tree)
    for row in named if name is None else named[:-1]:
        if isinstance(held, Sequence):
            patch.drop(held, row)
    row_data = {"name": CONNECTION_VARIABLE, "value": name}
    if name is not None and named:
        patch.put_in(named[-1], ("value",), name)
    elif name is not None and isinstance(held, Sequence) and held.items:
        patch.insert(held, len(held.items), row_data)
    elif name is not None:
        patch.put(keys, [row_data])
    if name is None and named and isinstance(tree.root, Mapping) and len(tree.root.entries) == 1:
        # Without the row the file could be empty, and then it would be no folder's file.
        patch.put(("info",), {"type": "folder"})
    changed = tree.encode(patch.apply())
    found = dict(read_request_defaults(changed).variables).get(CONNECTION_VARIABLE)
    if found != name:
        raise NotKeptError
    return changed


def _patched(
    tree: Tree, reading: Reading, wanted: Request, path: str, default_name: str
) -> bytes | None:
    try:
        data = tree.encode(RequestPatch(tree, reading).text(wanted))
        after = parse(data, path)
    except (UnpatchableError, FileNotUnderstood):
        return None
    got = opencollection_read.read(after, path, default_name).request
    same = _comparable(got) == _comparable(wanted) and _rest(after) == _rest(tree)
    return data if same else None


def _rewritten(tree: Tree) -> str:
    return yaml_text.document(source_of(tree.root), tree.newline)


def _comparable(request: Request) -> Request:
    """Return the request without what the file alone decides."""
    return replace(request, unapplied=(), auth=None)


_OURS = {
    "info": {"name", "type", "tags"},
    "http": {"method", "url", "params", "headers", "body"},
    "runtime": {"variables"},
    "settings": {"encodeUrl", "timeout", "followRedirects", "maxRedirects"},
    "docs": set(),
}


def _rest(tree: Tree) -> dict[str, Any]:
    """Return what the file says beyond the request, which no save may change."""
    data = data_of(tree.root)
    rest = {key: value for key, value in data.items() if key not in {"docs", "examples"}}
    if "graphql" in rest:
        rest["http"] = rest.pop("graphql")
    foreign = [data_of(each) for each in _foreign_actions(tree.root)]
    if isinstance(rest.get("runtime"), dict):
        rest["runtime"] = (
            {**rest["runtime"], "actions": foreign}
            if foreign
            else {key: value for key, value in rest["runtime"].items() if key != "actions"}
        )
    for block, ours in _OURS.items():
        if isinstance(rest.get(block), dict):
            kept = {key: each for key, each in rest[block].items() if key not in ours}
            rest[block] = kept
        if not rest.get(block):
            rest.pop(block, None)
    return rest


def _foreign_actions(root: Node) -> list[Node]:
    ours = actions_of(root)
    return [each for each in items(child(root, "runtime", "actions")) if each not in ours]


def clean(value: T) -> T:
    """Return a value with U+FFFD in place of every lone surrogate in its texts."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return yaml_text.without_surrogates(value)  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(clean(each) for each in value)  # type: ignore[return-value]
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: clean(getattr(value, f.name)) for f in fields(value)})
    return value


def _info(name: str, kind: str, seq: float | None) -> dict[str, Any]:
    info: dict[str, Any] = {"name": name, "type": kind}
    return info if seq is None else {**info, "seq": _shown(seq)}


def _shown(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
