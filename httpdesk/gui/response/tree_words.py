"""What the rows of a JSON tree say."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.response.body_words import json_fault_text
from httpdesk.render.json_text import JsonFault
from httpdesk.render.json_tree import LONGEST_LEAD, Node, NodeKind
from httpdesk.render.units import format_size
from httpdesk.render.visible_text import visible, visible_bytes

translate = QCoreApplication.translate


def key_text(key: bytes) -> str:
    """Return a key as received without its quotes, or its beginning."""
    text = visible_bytes(key[1:])
    return text + "…" if len(key) == LONGEST_LEAD else text[:-1]


def value_text(node: Node) -> str:
    """Return a value as received, or its beginning; of a container its brackets."""
    if node.kind is NodeKind.OBJECT:
        return "{}" if node.count == 0 else "{…}"
    if node.kind is NodeKind.ARRAY:
        return "[]" if node.count == 0 else "[…]"
    text = visible_bytes(node.lead)
    return text + "…" if node.is_cut else text


def look_inside(node: Node) -> str:
    """Return how a container begins, on one line; shown while it is closed."""
    text = visible(" ".join(node.lead.decode("utf-8", "ignore").split()))
    whole = 0 < node.end - node.start <= len(node.lead)
    return text if whole else text + "…"


def summary(node: Node) -> str:
    """Return how much a container holds, such as `1,203 items, 12.4 MB`."""
    if not node.is_container:
        return format_size(node.end - node.start) if node.is_cut else ""
    if node.count < 1:
        return ""
    if node.kind is NodeKind.ARRAY:
        one, many = translate("Tree", "1 item"), translate("Tree", "{0:,} items")
    else:
        one, many = translate("Tree", "1 key"), translate("Tree", "{0:,} keys")
    words = one if node.count == 1 else many.format(node.count)
    size = node.end - node.start
    return words if size < LONGEST_LEAD else f"{words}, {format_size(size)}"


def fault_text(fault: JsonFault, line: int, column: int) -> str:
    """Return where the text stops to be JSON, and why."""
    place = translate("Tree", "Line {0:,}, column {1:,}: {2}")
    return place.format(line, column, json_fault_text(fault))
