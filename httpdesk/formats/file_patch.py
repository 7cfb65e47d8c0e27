"""The changes that rows, reserved variables and notes of any OpenCollection file take."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence as Rows
from typing import Any, TypeVar

from httpdesk.formats.file_rows import is_on, selected
from httpdesk.formats.row_changes import row_changes
from httpdesk.formats.variable_rows import edit_description
from httpdesk.formats.yaml_edit import Patch, UnpatchableError, source_of
from httpdesk.formats.yaml_tree import Mapping, Node, Sequence, Tree, child, items, text_of

Row = TypeVar("Row")


class FilePatch(ABC):
    """Changes to one file, collected by those who know its kind."""

    def __init__(self, tree: Tree) -> None:
        self._root = tree.root
        self._patch = Patch(tree)

    @abstractmethod
    def _data(self, row: Any) -> dict[str, Any]:
        """Return a row as its mapping in the file."""

    def _sequence(self, keys: tuple[str, ...], owner: Node | None = None) -> Sequence:
        node = child(owner or self._root, *keys)
        if not isinstance(node, Sequence):
            raise UnpatchableError
        return node

    def _rows(
        self,
        keys: tuple[str, ...],
        nodes: list[Node],
        old: Rows[Row],
        new: Rows[Row],
        owner: Mapping | None = None,
    ) -> None:
        """Change a list of rows: kept rows in place, the others by inserting and removing."""
        freed: dict[Any, Node] = {}
        added: list[tuple[int, Any]] = []
        for _, old_from, old_to, new_from, new_to in row_changes(old, new):
            both = min(old_to - old_from, new_to - new_from)
            for step in range(both):
                self._edit_row(nodes[old_from + step], self._data(new[new_from + step]))
            for at in range(old_from + both, old_to):
                freed[old[at]] = nodes[at]
                self._patch.drop(self._sequence(keys, owner), nodes[at])
            added += [(old_from + both, new[at]) for at in range(new_from + both, new_to)]
        for at, row in added:
            source = freed.get(row)
            self._add_row(keys, nodes, at, source_of(source) if source else self._data(row), owner)

    def _add_row(
        self, keys: tuple[str, ...], nodes: list[Node], at: int, data: Any, owner: Mapping | None
    ) -> None:
        held = child(owner or self._root, *keys)
        if not items(held):
            if owner is None:
                self._patch.put(keys, [data])
            else:
                self._patch.put_in(owner, keys, [data])
            return
        sequence = self._sequence(keys, owner)
        if at < len(nodes):
            index = sequence.items.index(nodes[at])
        elif nodes:
            index = sequence.items.index(nodes[-1]) + 1
        else:
            index = len(sequence.items)
        self._patch.insert(sequence, index, data)

    def _edit_row(self, node: Node, data: dict[str, Any]) -> None:
        if not isinstance(node, Mapping):
            raise UnpatchableError
        for key in ("name", "value"):
            if isinstance(data.get(key), str) and data[key] != text_of(child(node, key)):
                self._patch.put_in(node, (key,), data[key])
        edit_description(self._patch, node, data.get("description", ""))
        if ("disabled" in data) == is_on(node):
            if "disabled" in data:
                self._patch.put_in(node, ("disabled",), True)
            else:
                self._patch.remove(node, "disabled")

    def _reserved(self, keys: tuple[str, ...], old: dict[str, str], new: dict[str, str]) -> None:
        """Change the reserved variables among the rows under `keys`."""
        rows = [row for row in items(child(self._root, *keys)) if is_on(row)]
        held = {text_of(child(row, "name")): row for row in rows}
        for name in old.keys() | new.keys():
            row = held.get(name)
            if name not in new and row is not None:
                self._patch.drop(self._sequence(keys), row)
            elif row is not None and new[name] != old.get(name):
                self._set_variable(row, new[name])
        for name, value in new.items():
            if name not in held:
                self._add_row(keys, [], 0, {"name": name, "value": value}, None)

    def _set_variable(self, node: Node, value: str) -> None:
        """Set a variable's value where it stands: plain, typed, or in the selected variant."""
        variants = items(child(node, "value"))
        owner = selected(variants) if variants else node
        if not isinstance(owner, Mapping):
            raise UnpatchableError
        held = child(owner, "value")
        typed = isinstance(held, Mapping) and "data" in held.entries
        self._patch.put_in(owner, ("value", "data") if typed else ("value",), value)

    def _notes(self, notes: str) -> None:
        held = child(self._root, "docs")
        if not notes and isinstance(self._root, Mapping):
            self._patch.remove(self._root, "docs")
        else:
            inner = ("content",) if isinstance(held, Mapping) else ()
            self._patch.put(("docs", *inner), notes)
