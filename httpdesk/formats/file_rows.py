"""Rows of a file: headers, parameters, variables, each a mapping with a name and a value."""

from __future__ import annotations

from httpdesk.formats.yaml_tree import Mapping, Node, child, items, plain, text_of
from httpdesk.model.request import PathParam


def prose(node: Node | None) -> str:
    """Return a description or documentation: text, or the content of a structured one."""
    return text_of(node) or text_of(child(node, "content"))


def is_on(node: Node | None) -> bool:
    """Return whether a row is enabled."""
    return text_of(child(node, "disabled")) not in {"true", "True", "TRUE"}


def variable_text(node: Node | None) -> str:
    """Return the value of a variable: plain, typed, or its selected variant."""
    value = child(node, "value")
    variants = items(value)
    if variants:
        value = child(selected(variants), "value")
    return text_of(value) or text_of(child(value, "data"))


def mappings(node: Node | None) -> list[Node]:
    """Return the items of a list that are mappings."""
    return [each for each in items(node) if isinstance(plain(each), Mapping)]


def name_of(node: Node | None) -> str:
    """Return the name of a row."""
    return text_of(child(node, "name"))


def row_of(node: Node, *, off: bool = False) -> tuple[str, str, bool, str]:
    """Return name, value, whether it is on, and the note of a row; `off` switches it off."""
    value, note = text_of(child(node, "value")), prose(child(node, "description"))
    return name_of(node), value, is_on(node) and not off, note


def path_param_of(node: Node) -> PathParam:
    """Return the value of a segment of the path."""
    return PathParam(
        name_of(node), text_of(child(node, "value")), prose(child(node, "description"))
    )


def selected(variants: list[Node]) -> Node:
    """Return the variant in use: the one that is marked, else the first."""
    chosen = [each for each in variants if text_of(child(each, "selected")) == "true"]
    return (chosen or variants)[0]
