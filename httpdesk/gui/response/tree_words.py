"""What the rows of a JSON tree say."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.response.body_words import json_fault_text
from httpdesk.gui.response.masked_text import MaskedText
from httpdesk.render.json_text import JsonFault
from httpdesk.render.json_tree import LONGEST_LEAD, Node, NodeKind
from httpdesk.render.units import format_size
from httpdesk.render.visible_text import visible, visible_bytes

translate = QCoreApplication.translate


def key_text(key: bytes) -> str:
    """Return a key as received without its quotes, or its beginning."""
    text = visible_bytes(key[1:])
    return text + "…" if len(key) == LONGEST_LEAD else text[:-1]


def value_text(node: Node, masked: MaskedText) -> str:
    """Return a value, or its beginning, with what is hidden of it as bullets; of a container its
    brackets."""
    if node.kind is NodeKind.OBJECT:
        return "{}" if node.count == 0 else "{…}"
    if node.kind is NodeKind.ARRAY:
        return "[]" if node.count == 0 else "[…]"
    received = node.lead.decode("utf-8", "replace")
    shown = masked.value(name_of(node), received, node.start, cut=node.is_cut)
    text = visible(shown)
    return text + "…" if node.is_cut and shown == received else text


def name_of(node: Node) -> str:
    """Return the key by which a string is told to be a secret; numbers are what they are."""
    if node.key is None or node.kind is not NodeKind.STRING or len(node.lead) < len('""x'):
        return ""
    return key_text(node.key)


def hides(node: Node, masked: MaskedText) -> bool:
    """Return whether there is a secret in what is shown of a value, revealed or not."""
    if node.is_container:
        return False
    return masked.hides(name_of(node), node.lead.decode("utf-8", "replace"))


def look_inside(node: Node, masked: MaskedText) -> str:
    """Return how a container begins, on one line; shown while it is closed."""
    whole = 0 < node.end - node.start <= len(node.lead)
    begins = masked.text(" ".join(node.lead.decode("utf-8", "ignore").split()), cut=not whole)
    text = visible(begins)
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
