"""Changes to a YAML file that touch only the characters concerned.

A `Patch` collects changes against the nodes of a tree and applies them to the file's text at once:
comments, order, quotes and everything unknown stay as they are (storage.md, "Writing rules").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from httpdesk.formats import yaml_text
from httpdesk.formats.yaml_places import Places, is_block
from httpdesk.formats.yaml_text import STEP
from httpdesk.formats.yaml_tree import Alias, Mapping, Node, Scalar, Sequence, Tree

KEY_ORDER = (
    *("opencollection", "info", "config", "http", "graphql", "request", "runtime", "settings"),
    *("examples", "docs", "extensions"),
    *("secret", "name", "color", "description", "extends", "dotEnvFilePath"),
    *("type", "seq", "tags", "title", "selected"),
    *("method", "url", "headers", "params", "body", "auth", "data", "filePath", "value"),
    *("contentType", "disabled", "query"),
    *("variables", "scripts", "actions", "encodeUrl", "timeout", "followRedirects"),
    *("maxRedirects", "forwardAuthorizationHeader"),
)
"""Where a new key goes: behind the last one that is named before it here."""

_DASH = re.compile(r"[ ]*-[ \t]+\Z")


class UnpatchableError(Exception):
    """The file is written in a way that a small change cannot be made in place."""


class Patch:
    """Changes to one file; `apply` returns its new text."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._text = tree.text
        self._places = Places(tree.text)
        self._splices: list[tuple[int, int, int, str]] = []
        self._new: dict[tuple[int, str], tuple[Mapping, str, Any]] = {}
        self._removed: dict[int, tuple[Mapping, list[str]]] = {}
        self._inserted: dict[int, tuple[Sequence, dict[int, list[Any]]]] = {}
        self._dropped: dict[int, tuple[Sequence, list[Node]]] = {}
        self._parents: dict[int, tuple[Node, str]] = {}
        self._in_flow: set[int] = set()
        self._note(tree.root, None, "", False)

    def put(self, keys: tuple[str, ...], data: Any) -> None:
        """Set what stands under the keys, from the root, making what is missing."""
        self.put_in(self._mapping(self._tree.root), keys, data)

    def put_in(self, mapping: Mapping, keys: tuple[str, ...], data: Any) -> None:
        """Set what stands under the keys inside `mapping`, making what is missing."""
        first, rest = keys[0], keys[1:]
        if first not in mapping.entries:
            self._make(mapping, first, _nested(rest, data))
            return
        value = mapping.entries[first][1]
        if rest and isinstance(value, Mapping) and value.entries:
            self.put_in(value, rest, data)
        elif rest or isinstance(data, dict | list):
            self._make(mapping, first, _nested(rest, data))
        elif isinstance(value, Scalar) and not value.anchored:
            self._set_scalar(value, mapping.entries[first][0], data)
        else:
            self._make(mapping, first, data)

    def remove(self, mapping: Mapping, key: str) -> None:
        """Remove a key with its value; one that is not there is ignored."""
        if key in mapping.entries:
            self._removed.setdefault(id(mapping), (mapping, []))[1].append(key)

    def rename(self, mapping: Mapping, key: str, name: str) -> None:
        """Give a key another name; its value stays."""
        old = mapping.entries[key][0]
        self._splice(old.start, old.end, name)

    def insert(self, sequence: Sequence, index: int, data: Any) -> None:
        """Insert an item in front of the one at `index` of the unchanged sequence."""
        places = self._inserted.setdefault(id(sequence), (sequence, {}))[1]
        places.setdefault(index, []).append(data)

    def drop(self, sequence: Sequence, item: Node) -> None:
        """Remove an item of a sequence."""
        self._dropped.setdefault(id(sequence), (sequence, []))[1].append(item)

    def apply(self) -> str:
        """Return the new text; raises UnpatchableError."""
        for sequence in self._changed_sequences():
            self._finish_sequence(sequence)
        for mapping, keys in self._removals():
            self._finish_removals(mapping, keys)
        for mapping, key, data in self._sorted_new():
            self._finish_new(mapping, key, data)
        return self._spliced()

    # Bookkeeping

    def _note(self, node: Node, parent: Node | None, key: str, flow: bool) -> None:
        if parent is not None:
            self._parents[id(node)] = (parent, key)
        if flow:
            self._in_flow.add(id(node))
        if isinstance(node, Mapping):
            for name, (_, value) in node.entries.items():
                self._note(value, node, name, flow or node.flow)
        elif isinstance(node, Sequence):
            for each in node.items:
                self._note(each, node, "", flow or node.flow)

    def _mapping(self, node: Node) -> Mapping:
        if not isinstance(node, Mapping):
            raise UnpatchableError
        return node

    def _make(self, mapping: Mapping, key: str, data: Any) -> None:
        place = (id(mapping), key)
        if place in self._new:
            data = _merged(self._new[place][2], data)
        self._new[place] = (mapping, key, data)

    def _sorted_new(self) -> list[tuple[Mapping, str, Any]]:
        return sorted(self._new.values(), key=lambda each: _rank(each[1]))

    def _splice(self, start: int, end: int, text: str, column: int = 0) -> None:
        self._splices.append((start, end, -column, text))

    def _spliced(self) -> str:
        # Of the lines inserted at one place those that stand deepest belong to what is before it.
        ordered = sorted(self._splices, key=lambda splice: splice[:3])
        parts, at = [], 0
        for start, end, _, text in ordered:
            if start < at:
                raise UnpatchableError
            parts += [self._text[at:start], text]
            at = end
        return "".join([*parts, self._text[at:]])

    # Scalars

    def _set_scalar(self, node: Scalar, key: Scalar, value: Any) -> None:
        if not isinstance(value, str):
            self._replace_inline(node, yaml_text.scalar(value))
            return
        flow = id(node) in self._in_flow
        keeps_quotes = node.style == '"' and "\n" in node.text
        if not flow and not keeps_quotes and self._set_literal(node, key, value):
            return
        self._replace_inline(node, _restyled(node, value, flow=flow))

    def _set_literal(self, node: Scalar, key: Scalar, text: str) -> bool:
        """Write `text` as a literal block if it has lines, or stands in a block already."""
        is_block = node.style in {"|", ">"}
        if "\n" not in text and node.style != "|":
            return False
        header = self._places.line(node.start)[node.start - self._places.line_start(node.start) :]
        keep = is_block and "+" in header.partition("#")[0]
        indent = self._block_indent(node, key) if is_block else " " * key.column + STEP
        parts = yaml_text.literal(text, indent, self._tree.newline, keep=keep)
        if parts is None:
            return False
        comment = self._places.comment_after(node.start if is_block else node.end)
        end = self._places.content_end(node) if is_block else self._places.line_stop(node.end)
        gap = "" if node.start < node.end else " "
        shown = f"{gap}{parts[0]}{comment}{self._tree.newline}{parts[1]}"
        self._splice(node.start, end, shown)
        return True

    def _replace_inline(self, node: Scalar, shown: str) -> None:
        if node.style in {"|", ">"}:
            shown += self._places.comment_after(node.start)
        gap = "" if node.start < node.end else " "
        self._splice(node.start, self._places.content_end(node), gap + shown)

    def _block_indent(self, node: Scalar, key: Scalar) -> str:
        """Return the indentation of a block scalar's lines, as the file has it."""
        first = self._places.line_end(node.start)
        for line in self._text[first : node.end].splitlines():
            if line.strip():
                found = line[: len(line) - len(line.lstrip(" "))]
                return found if len(found) > key.column else " " * key.column + STEP
        return " " * key.column + STEP

    # Keys of mappings

    def _removals(self) -> list[tuple[Mapping, list[str]]]:
        """Return the keys to remove; a mapping that would become empty goes as a whole."""
        waiting = list(self._removed.values())
        while waiting:
            mapping, keys = waiting.pop()
            made = any(owner is mapping for owner, _, _ in self._new.values())
            if set(keys) >= set(mapping.entries) and not made:
                parent, key = self._parents.get(id(mapping), (None, ""))
                if not isinstance(parent, Mapping):
                    raise UnpatchableError
                del self._removed[id(mapping)]
                self.remove(parent, key)
                waiting.append(self._removed[id(parent)])
        return list(self._removed.values())

    def _finish_removals(self, mapping: Mapping, keys: list[str]) -> None:
        for key in self._behind_dash(mapping, dict.fromkeys(keys)):
            name, value = mapping.entries[key]
            if mapping.flow or id(mapping) in self._in_flow:
                self._remove_flow_entry(mapping, key)
            else:
                self._remove_lines(name.start, self._places.content_end(value))

    def _behind_dash(self, mapping: Mapping, keys: Iterable[str]) -> list[str]:
        """Remove the first keys of a block's item, which share their line with its dash.

        Returns the other ones.
        """
        names, gone = list(mapping.entries), set(keys)
        first = mapping.entries[names[0]][0].start
        shared = self._text[self._places.line_start(first) : first].strip() == "-"
        kept = next((name for name in names if name not in gone), None)
        if mapping.flow or id(mapping) in self._in_flow or not shared or kept is None:
            return list(keys)
        run = names[: names.index(kept)]
        if run:
            self._splice(first, mapping.entries[kept][0].start, "")
        return [key for key in keys if key not in run]

    def _remove_flow_entry(self, mapping: Mapping, key: str) -> None:
        names = list(mapping.entries)
        at = names.index(key)
        if at:
            start = self._places.content_end(mapping.entries[names[at - 1]][1])
            self._splice(start, self._places.content_end(mapping.entries[key][1]), "")
        else:
            following = mapping.entries[names[1]][0]
            self._splice(mapping.entries[key][0].start, following.start, "")

    def _remove_lines(self, start: int, stop: int) -> None:
        first = self._places.line_start(start)
        if self._text[first:start].strip():
            raise UnpatchableError
        end = self._places.line_end(stop)
        before = self._places.line_start(first - 1) if first else 0
        blank_before = first > 0 and not self._text[before:first].strip()
        if blank_before and not self._text[end : self._places.line_stop(end)].strip():
            first = before
        self._splice(first, end, "")

    def _finish_new(self, mapping: Mapping, key: str, data: Any) -> None:
        if key in mapping.entries:
            self._replace_value(mapping, key, data)
        elif mapping.flow or id(mapping) in self._in_flow:
            self._insert_flow_entry(mapping, key, data)
        else:
            self._insert_entry(mapping, key, data)

    def _replace_value(self, mapping: Mapping, key: str, data: Any) -> None:
        name, old = mapping.entries[key]
        end = self._places.content_end(old)
        if mapping.flow or id(mapping) in self._in_flow:
            self._splice(old.start, end, yaml_text.flow(data))
            return
        colon = self._text.index(":", name.end) + 1
        shown = yaml_text.block(data, " " * name.column + STEP, self._tree.newline)
        if "\n" in shown and not isinstance(old, Mapping | Sequence):
            comment = self._places.comment_after(old.start if is_block(old) else end)
            head, line, rest = shown.partition(self._tree.newline)
            shown = head + comment + line + rest
            end = end if is_block(old) else self._places.line_stop(end)
        self._splice(colon, end, shown)

    def _insert_flow_entry(self, mapping: Mapping, key: str, data: Any) -> None:
        shown = f"{key}: {yaml_text.flow(data)}"
        if not mapping.entries:
            self._splice(mapping.start + 1, mapping.start + 1, shown)
            return
        last = list(mapping.entries.values())[-1][1]
        place = self._places.content_end(last)
        self._splice(place, place, ", " + shown)

    def _insert_entry(self, mapping: Mapping, key: str, data: Any) -> None:
        names = list(mapping.entries)
        if not names:
            raise UnpatchableError
        earlier = [name for name in names if _rank(name) <= _rank(key)]
        column = mapping.entries[names[0]][0].column
        indent, newline = " " * column, self._tree.newline
        line = indent + f"{key}:" + yaml_text.block(data, indent + STEP, newline)
        gap = newline if mapping is self._tree.root and self._has_gaps() else ""
        first = mapping.entries[names[0]][0].start
        start = self._places.line_start(first)
        if not earlier and not self._text[start:first].strip():
            self._splice(start, start, line + newline + gap, column)
            return
        after = mapping.entries[earlier[-1] if earlier else names[0]][1]
        self._insert_line(self._places.content_end(after), gap + line, column)

    def _has_gaps(self) -> bool:
        """Whether blank lines stand between the top-level blocks; so it is in a small file."""
        names = list(self._mapping(self._tree.root).entries.values())
        starts = [self._places.line_start(name.start) for name, _ in names[1:]]
        blank = [
            not self._text[self._places.line_start(start - 1) : start].strip() for start in starts
        ]
        return any(blank) or not blank

    # Items of sequences

    def _changed_sequences(self) -> list[Sequence]:
        places = {key: sequence for key, (sequence, _) in self._inserted.items()}
        return list((places | {key: seq for key, (seq, _) in self._dropped.items()}).values())

    def _finish_sequence(self, sequence: Sequence) -> None:
        inserted = self._inserted.get(id(sequence), (sequence, {}))[1]
        dropped = self._dropped.get(id(sequence), (sequence, []))[1]
        if len(dropped) == len(sequence.items) and not inserted:
            parent, key = self._parents.get(id(sequence), (None, ""))
            if not isinstance(parent, Mapping):
                raise UnpatchableError
            self.remove(parent, key)
        elif sequence.flow or id(sequence) in self._in_flow:
            self._change_flow_items(sequence, inserted, dropped)
        else:
            for each in dropped:
                self._drop_item(each)
            for index, data in inserted.items():
                self._insert_items(sequence, index, data)

    def _drop_item(self, node: Node) -> None:
        start = self._places.line_start(node.start)
        if not _DASH.match(self._text[start : node.start]):
            raise UnpatchableError
        self._splice(start, self._places.line_end(self._places.content_end(node)), "")

    def _insert_items(self, sequence: Sequence, index: int, data: list[Any]) -> None:
        newline = self._tree.newline
        indent = " " * sequence.column
        lines = newline.join(yaml_text.item(each, indent, newline) for each in data)
        if index:
            before = self._places.content_end(sequence.items[index - 1])
            self._insert_line(before, lines, sequence.column)
            return
        start = self._places.line_start(sequence.start)
        if self._text[start : sequence.start].strip():
            raise UnpatchableError
        self._splice(start, start, lines + newline, sequence.column)

    def _change_flow_items(
        self, sequence: Sequence, inserted: dict[int, list[Any]], dropped: list[Node]
    ) -> None:
        nodes = sequence.items
        kept = [at for at, node in enumerate(nodes) if node not in dropped]
        if not kept:
            new = [each for _, data in sorted(inserted.items()) for each in data]
            shown = yaml_text.flow(new)[1:-1]
            self._splice(sequence.start + 1, nodes[-1].end, shown)
            return
        for before, after in pairwise([-1, *kept, len(nodes)]):
            if after - before > 1:
                start = nodes[before].end if before >= 0 else nodes[0].start
                end = nodes[after - 1].end if before >= 0 else nodes[after].start
                self._splice(start, end, "")
        for index, data in inserted.items():
            shown = yaml_text.flow(data)[1:-1]
            earlier = [at for at in kept if at < index]
            if earlier:
                place = nodes[earlier[-1]].end
                self._splice(place, place, f", {shown}")
            else:
                self._splice(nodes[kept[0]].start, nodes[kept[0]].start, f"{shown}, ")

    def _insert_line(self, content_end: int, lines: str, column: int) -> None:
        place = self._places.line_end(content_end)
        newline = self._tree.newline
        if self._text[:place].endswith("\n"):
            self._splice(place, place, lines + newline, column)
        else:
            self._splice(place, place, newline + lines, column)


def _restyled(node: Scalar, text: str, *, flow: bool) -> str:
    if node.style == '"':
        return yaml_text.quoted(text)
    if node.style == "'":
        return yaml_text.single_quoted(text) or yaml_text.quoted(text)
    return yaml_text.scalar(text, flow=flow)


def _nested(keys: tuple[str, ...], data: Any) -> Any:
    for key in reversed(keys):
        data = {key: data}
    return data


def _merged(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        keys = [*old, *(key for key in new if key not in old)]
        merged = {
            key: _merged(old[key], new[key]) if key in old and key in new else {**old, **new}[key]
            for key in keys
        }
        return dict(sorted(merged.items(), key=lambda entry: _rank(entry[0])))
    if isinstance(old, list) and isinstance(new, list):
        return old + new
    return new


def _rank(key: str) -> int:
    return KEY_ORDER.index(key) if key in KEY_ORDER else len(KEY_ORDER)


def source_of(node: Node) -> Any:
    """Return a node as data that is written as it was read: plain scalars stay plain."""
    if isinstance(node, Alias):
        return source_of(node.target)
    if isinstance(node, Mapping):
        return {key: source_of(value) for key, (_, value) in node.entries.items()}
    if isinstance(node, Sequence):
        return [source_of(each) for each in node.items]
    if not isinstance(node, Scalar) or node.is_null:
        return None
    return yaml_text.Plain(node.text) if not node.style else node.text
