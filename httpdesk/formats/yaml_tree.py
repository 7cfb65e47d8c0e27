"""YAML text as a tree of nodes that know where they stand; every scalar stays text.

Nothing is resolved: `no`, `010` and `1.10` are the characters that the file has. Tags, alias
bombs, deep nesting, several documents and repeated keys are refused (security.md section 6, R7).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from httpdesk.model.errors import ConflictMarkers, FileNotUnderstood

if TYPE_CHECKING:
    import yaml

MOST_BYTES = 5_000_000
MOST_DEPTH = 64
MOST_ALIASES = 100
MOST_NODES = 200_000
"""Of a file with its aliases written out, which is what reading it takes."""

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
CORE_TAGS = frozenset(
    {"!"} | {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null")}
)
_CONFLICT = re.compile(rb"^(?:<{7}|>{7}|={7})(?: |\r?$)", re.MULTILINE)


@dataclass(slots=True, eq=False)
class Node:
    """A value of the file; `start` and `end` are character offsets into `Tree.text`."""

    start: int
    end: int
    line: int
    column: int
    anchored: bool = False


@dataclass(slots=True, eq=False)
class Scalar(Node):
    """Text; `style` is the quote, `|`, `>` or empty for plain."""

    text: str = ""
    style: str = ""

    @property
    def is_null(self) -> bool:
        """Whether YAML reads it as null."""
        return not self.style and self.text in NULLS


@dataclass(slots=True, eq=False)
class Mapping(Node):
    """Keys with their values, in file order."""

    flow: bool = False
    entries: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Sequence(Node):
    """Items in file order."""

    flow: bool = False
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Alias(Node):
    """A place that points at an anchored node."""

    target: Node = field(default_factory=lambda: Scalar(0, 0, 0, 0))


@dataclass(slots=True, eq=False)
class Tree:
    """A file: its text without a byte order mark, and its one document."""

    text: str
    root: Node
    newline: str
    bom: bool

    def encode(self, text: str) -> bytes:
        """Return `text` as the file's bytes."""
        return (b"\xef\xbb\xbf" if self.bom else b"") + text.encode("utf-8", "replace")


def plain(node: Node | None) -> Node | None:
    """Return the node itself, or what an alias points at."""
    return node.target if isinstance(node, Alias) else node


def child(node: Node | None, *keys: str) -> Node | None:
    """Return what stands under the keys, or None where one is missing."""
    for key in keys:
        node = plain(node)
        if not isinstance(node, Mapping) or key not in node.entries:
            return None
        node = node.entries[key][1]
    return node


def items(node: Node | None) -> list[Node]:
    """Return the items of a sequence, none for anything else."""
    node = plain(node)
    return node.items if isinstance(node, Sequence) else []


def text_of(node: Node | None, default: str = "") -> str:
    """Return a scalar's text as written; `default` for null, a missing node and collections."""
    node = plain(node)
    return node.text if isinstance(node, Scalar) and not node.is_null else default


def data_of(node: Node | None) -> Any:
    """Return the node as dicts, lists, text and None."""
    node = plain(node)
    if isinstance(node, Mapping):
        return {key: data_of(value) for key, (_, value) in node.entries.items()}
    if isinstance(node, Sequence):
        return [data_of(item) for item in node.items]
    return node.text if isinstance(node, Scalar) and not node.is_null else None


def parse(data: bytes, path: str = "") -> Tree:
    """Return the tree of a YAML file.

    Raises FileNotUnderstood with line and column, or ConflictMarkers.
    """
    text, bom = _decode(data, path)
    tree = Tree(text, _Builder(text, path).build(), _newline_of(text), bom)
    if isinstance(tree.root, Scalar) and tree.root.is_null:
        raise FileNotUnderstood(path=path, reason="empty")
    return tree


def check_bytes(data: bytes, path: str) -> None:
    """Raise for what is refused before YAML is looked at: size, emptiness, conflict markers."""
    if len(data) > MOST_BYTES:
        raise FileNotUnderstood(path=path, reason="too large")
    if not data.strip():
        raise FileNotUnderstood(path=path, reason="empty")
    if b"<<<<<<<" in data or b">>>>>>>" in data:
        _check_conflicts(data, path)


def _check_conflicts(data: bytes, path: str) -> None:
    found = [match for match in _CONFLICT.finditer(data) if not match[0].startswith(b"=")]
    if found:
        raise ConflictMarkers(path=path, line=data.count(b"\n", 0, found[0].start()) + 1)


def _decode(data: bytes, path: str) -> tuple[str, bool]:
    check_bytes(data, path)
    bom = data.startswith(b"\xef\xbb\xbf")
    try:
        return data[3 if bom else 0 :].decode("utf-8"), bom
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileNotUnderstood(path=path, line=line, reason="not UTF-8") from error


def _newline_of(text: str) -> str:
    end = text.find("\n")
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"


@dataclass(slots=True, eq=False)
class _Bulk:
    """What a collection holds with its aliases written out; how many came before while it is open.

    An alias is a few letters, and may stand for as many values as there are, each time.
    """

    nodes: int = 0
    height: int = 0


class _Builder:
    """Turns the parser's events into nodes, within the bounds; never recurses."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._anchors: dict[str, Node] = {}
        self._open: list[Mapping | Sequence] = []
        self._keys: list[Scalar | None] = []
        self._bulks: list[_Bulk] = []
        self._anchored: dict[int, _Bulk] = {}
        self._root: Node | None = None
        self._aliases = 0
        self._nodes = 0

    def build(self) -> Node:
        import yaml

        try:
            for event in _events(self._text):
                self._take(event)
        except yaml.reader.ReaderError as error:
            raise self._reader_error(error) from error
        except yaml.MarkedYAMLError as error:
            raise self._marked_error(error) from error
        if self._root is None:
            raise FileNotUnderstood(path=self._path, reason="empty")
        return self._root

    def _take(self, event: yaml.Event) -> None:
        name = type(event).__name__
        if name == "ScalarEvent":
            self._add(event, self._scalar(event))
        elif name in {"MappingStartEvent", "SequenceStartEvent"}:
            self._open_collection(event, Mapping if name == "MappingStartEvent" else Sequence)
        elif name in {"MappingEndEvent", "SequenceEndEvent"}:
            self._close(event)
        elif name == "AliasEvent":
            self._add(event, self._alias(event))
        elif name == "DocumentStartEvent" and self._root is not None:
            raise self._refuse(event, "several documents")

    def _scalar(self, event: Any) -> Scalar:
        style = event.style or ""
        return Scalar(*_place(event), event.anchor is not None, event.value, style)

    def _alias(self, event: Any) -> Alias:
        self._aliases += 1
        if self._aliases > MOST_ALIASES:
            raise self._refuse(event, "too many aliases")
        target = self._anchors.get(event.anchor)
        if target is None:
            raise self._refuse(event, "unknown alias")
        if target in self._open:
            raise self._refuse(event, "alias to itself")
        bulk = self._anchored.get(id(target), _Bulk())
        if len(self._open) + bulk.height > MOST_DEPTH:
            raise self._refuse(event, "nested too deeply")
        self._nodes += bulk.nodes
        self._raise_height(bulk.height)
        return Alias(*_place(event), False, target)

    def _open_collection(self, event: Any, kind: type[Mapping] | type[Sequence]) -> None:
        if len(self._open) >= MOST_DEPTH:
            raise self._refuse(event, "nested too deeply")
        node = kind(*_place(event), event.anchor is not None, bool(event.flow_style))
        self._add(event, node)
        self._open.append(node)
        self._keys.append(None)
        self._bulks.append(_Bulk(self._nodes))

    def _close(self, event: Any) -> None:
        node = self._open.pop()
        self._keys.pop()
        node.end = event.end_mark.index
        bulk = self._bulks.pop()
        bulk.nodes = self._nodes - bulk.nodes
        bulk.height += 1
        self._raise_height(bulk.height)
        if node.anchored:
            self._anchored[id(node)] = bulk

    def _raise_height(self, height: int) -> None:
        """Note that the open collection holds something of this height."""
        if self._bulks:
            self._bulks[-1].height = max(self._bulks[-1].height, height)

    def _add(self, event: Any, node: Node) -> None:
        self._check(event)
        if getattr(event, "anchor", None) is not None and not isinstance(node, Alias):
            self._anchors[event.anchor] = node
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        else:
            self._add_entry(event, parent, node)

    def _add_entry(self, event: Any, parent: Mapping, node: Node) -> None:
        key = self._keys[-1]
        if key is not None:
            parent.entries[key.text] = (key, node)
            self._keys[-1] = None
        elif not isinstance(node, Scalar):
            raise self._refuse(event, "a key is not text")
        elif node.text in parent.entries:
            raise self._refuse(event, f"the key {node.text!r} is there twice")
        else:
            self._keys[-1] = node

    def _check(self, event: Any) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise self._refuse(event, "too many values")
        tag = getattr(event, "tag", None)
        if tag is not None and tag not in CORE_TAGS:
            raise self._refuse(event, f"the tag {tag!r} is not allowed")

    def _refuse(self, event: Any, reason: str) -> FileNotUnderstood:
        mark = event.start_mark
        return FileNotUnderstood(
            path=self._path, line=mark.line + 1, column=mark.column + 1, reason=reason
        )

    def _marked_error(self, error: Any) -> FileNotUnderstood:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        reason = error.problem or error.context or "not YAML"
        return FileNotUnderstood(path=self._path, line=line, column=column, reason=reason)

    def _reader_error(self, error: Any) -> FileNotUnderstood:
        # The reader reports bytes; the first refused character is found in the text itself.
        bad = _UNREADABLE.search(self._text)
        line = self._text.count("\n", 0, bad.start()) + 1 if bad else 0
        return FileNotUnderstood(path=self._path, line=line, reason="a control character")


_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def _place(event: Any) -> tuple[int, int, int, int]:
    start = event.start_mark
    return start.index, event.end_mark.index, start.line, start.column


def _events(text: str) -> Iterator[yaml.Event]:
    import yaml

    # libyaml is about ten times faster; where PyYAML came without it the slow parser serves.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()
