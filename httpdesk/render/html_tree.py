"""The nodes of a page of HTML, for the same tree as XML has."""

from __future__ import annotations

from collections.abc import Iterator

from httpdesk.model.response import BodyHandle
from httpdesk.render.html_tokens import HtmlKind, HtmlToken, nested, read_page
from httpdesk.render.rows import Pause, no_pause
from httpdesk.render.xml_tree import Record, as_lines, lead


def nodes(body: BodyHandle, pause: Pause = no_pause) -> Iterator[bytes]:
    """Yield the nodes for `xml_tree.read_tree`; raises Stopped."""
    return as_lines(_nodes(nested(read_page(body, pause), pause)))


def _nodes(found: Iterator[HtmlToken]) -> Iterator[Record]:
    """Yield the nodes; an element that holds one text is one node with it."""
    depth, leaf, text = 0, None, b""
    for token in found:
        if token.kind in (HtmlKind.TEXT, HtmlKind.RAW) and leaf is not None and not text:
            text = token.data.strip()
            continue
        if leaf is not None:
            is_leaf = token.kind is HtmlKind.END
            yield _element(depth - 1, leaf, text if is_leaf else b"")
            if text and not is_leaf:
                yield depth, "text", "", "", lead(text)
            leaf, text = None, b""
        if token.kind is HtmlKind.START:
            leaf = token
            depth += 1
        elif token.kind is HtmlKind.END:
            depth -= 1
        elif token.kind is HtmlKind.EMPTY:
            yield _element(depth, token, b"")
        elif token.data.strip():
            kind = "other" if token.kind is HtmlKind.OTHER else "text"
            yield depth, kind, "", "", lead(token.data)


def _element(depth: int, token: HtmlToken, text: bytes) -> Record:
    return depth, "element", lead(token.name.encode()), lead(token.attributes), lead(text)
