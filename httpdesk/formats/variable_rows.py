"""Variables as rows of an OpenCollection file: plain, typed, in variants, or secret.

What a row says beyond what the model knows, such as the variants that are not selected, stays.
"""

from __future__ import annotations

from collections.abc import Sequence as Rows
from typing import Any

from httpdesk.formats.file_rows import is_on, prose, selected, variable_text
from httpdesk.formats.row_changes import row_changes
from httpdesk.formats.yaml_edit import Patch, UnpatchableError, source_of
from httpdesk.formats.yaml_tree import Mapping, Node, Sequence, child, items, plain, text_of
from httpdesk.model.environment import ValueType, Variable

_TRUE = frozenset({"true", "True", "TRUE"})
_TYPES = {each.value: each for each in ValueType}


def row_nodes(held: Node | None) -> list[Mapping]:
    """Return the rows of a list of variables; what is no mapping is none."""
    return [row for row in map(plain, items(held)) if isinstance(row, Mapping)]


def read_variable(node: Mapping) -> Variable:
    """Return the variable of a row; a secret one never has a value."""
    secret = text_of(child(node, "secret")) in _TRUE
    held = child(node, "type") if secret else child(_value(node), "type")
    return Variable(
        name=text_of(child(node, "name")),
        value="" if secret else variable_text(node),
        enabled=is_on(node),
        secret=secret,
        type=_TYPES.get(text_of(held), ValueType.STRING),
        description=prose(child(node, "description")),
    )


def variable_data(variable: Variable) -> dict[str, Any]:
    """Return the row of a new variable, in the order that Bruno writes."""
    data: dict[str, Any] = {"secret": True} if variable.secret else {}
    data["name"] = variable.name
    if not variable.secret:
        data["value"] = _value_data(variable)
    elif variable.type is not ValueType.STRING:
        data["type"] = variable.type.value
    if variable.description:
        data["description"] = variable.description
    return data if variable.enabled else {**data, "disabled": True}


def change_rows(
    patch: Patch,
    keys: tuple[str, ...],
    held: Node | None,
    nodes: list[Mapping],
    new: Rows[Variable],
) -> None:
    """Change `nodes`, some rows of the list `held` under `keys`, into `new`.

    Rows that stay are edited in place, the others are inserted and removed; a row that moves
    takes along all that it says. Raises UnpatchableError.
    """
    old = [read_variable(node) for node in nodes]
    freed: dict[Variable, Mapping] = {}
    added: list[tuple[int, Variable]] = []
    for _, old_from, old_to, new_from, new_to in row_changes(old, new):
        both = min(old_to - old_from, new_to - new_from)
        for step in range(both):
            _edit(patch, nodes[old_from + step], old[old_from + step], new[new_from + step])
        for at in range(old_from + both, old_to):
            freed[old[at]] = nodes[at]
            patch.drop(_sequence(held), nodes[at])
        added += [(old_from + both, new[at]) for at in range(new_from + both, new_to)]
    rows = [(at, _row_source(freed.get(row), row)) for at, row in added]
    if rows and not items(held):
        patch.put(keys, [row for _, row in rows])
        return
    for at, row in rows:
        patch.insert(_sequence(held), _index(_sequence(held), nodes, at), row)


def _row_source(node: Mapping | None, variable: Variable) -> Any:
    return variable_data(variable) if node is None else source_of(node)


def _index(sequence: Sequence, nodes: list[Mapping], at: int) -> int:
    if at < len(nodes):
        return sequence.items.index(nodes[at])
    return sequence.items.index(nodes[-1]) + 1 if nodes else len(sequence.items)


def _sequence(held: Node | None) -> Sequence:
    if not isinstance(held, Sequence):
        raise UnpatchableError
    return held


def _value(node: Mapping) -> Node | None:
    value = plain(child(node, "value"))
    return child(selected(value.items), "value") if isinstance(value, Sequence) else value


def _value_data(variable: Variable) -> Any:
    if variable.type is ValueType.STRING:
        return variable.value
    return {"type": variable.type.value, "data": variable.value}


def _edit(patch: Patch, node: Mapping, old: Variable, new: Variable) -> None:
    if old.name != new.name:
        patch.put_in(node, ("name",), new.name)
    if old.secret != new.secret:
        _switch_secret(patch, node, new)
    elif (old.value, old.type) != (new.value, new.type):
        _edit_value(patch, node, old, new)
    if old.description != new.description:
        edit_description(patch, node, new.description)
    if old.enabled and not new.enabled:
        patch.put_in(node, ("disabled",), True)
    elif new.enabled and not old.enabled:
        patch.remove(node, "disabled")


def _switch_secret(patch: Patch, node: Mapping, new: Variable) -> None:
    """Make a row secret, so that no value of it stays in the file, or make it plain."""
    for key in ("value", "type") if new.secret else ("secret", "type"):
        patch.remove(node, key)
    if not new.secret:
        patch.put_in(node, ("value",), _value_data(new))
        return
    patch.put_in(node, ("secret",), True)
    if new.type is not ValueType.STRING:
        patch.put_in(node, ("type",), new.type.value)


def _edit_value(patch: Patch, node: Mapping, old: Variable, new: Variable) -> None:
    """Set the value where it stands: plain, typed, or in the selected variant."""
    if new.secret:
        _put_or_remove(patch, node, "type", new)
        return
    value = plain(child(node, "value"))
    owner = plain(selected(value.items)) if isinstance(value, Sequence) and value.items else node
    if not isinstance(owner, Mapping):
        raise UnpatchableError
    held = plain(child(owner, "value"))
    if not isinstance(held, Mapping) or "data" not in held.entries:
        patch.put_in(owner, ("value",), _value_data(new))
        return
    if new.type is ValueType.STRING and old.type is not ValueType.STRING:
        patch.put_in(owner, ("value",), new.value)
        return
    if old.type is not new.type:
        patch.put_in(held, ("type",), new.type.value)
    if old.value != new.value:
        patch.put_in(held, ("data",), new.value)


def _put_or_remove(patch: Patch, node: Mapping, key: str, new: Variable) -> None:
    if new.type is ValueType.STRING:
        patch.remove(node, key)
    else:
        patch.put_in(node, (key,), new.type.value)


def edit_description(patch: Patch, node: Mapping, text: str) -> None:
    """Set a description, which is text or has its text inside; "" takes it out."""
    held = plain(child(node, "description"))
    if text == prose(held):
        return
    if not text:
        patch.remove(node, "description")
        return
    inner = ("content",) if isinstance(held, Mapping) else ()
    patch.put_in(node, ("description", *inner), text)
