"""XML that is at hand as text, laid out to be read."""

from __future__ import annotations

from dataclasses import dataclass

from httpdesk.model.memory_body import MemoryBody
from httpdesk.render.pretty import MAX_OUTPUT, Tick, no_tick
from httpdesk.render.xml_layout import XmlFault, lay_out, write_layout


@dataclass(frozen=True, slots=True)
class XmlError:
    """The first fault; line and column count from 1."""

    fault: XmlFault
    offset: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class PrettyXml:
    """An XML text laid out; with an error `text` is the text as received."""

    text: str
    error: XmlError | None = None
    cut: bool = False


def pretty_xml(text: str, *, limit: int = MAX_OUTPUT, tick: Tick = no_tick) -> PrettyXml:
    """Return `text` with two spaces for each level, or as received with its first error."""
    if not text or text.isspace():
        return PrettyXml("")
    body = MemoryBody(text.encode("utf-8", "surrogatepass"))
    pieces: list[bytes] = []
    facts = write_layout(lay_out(body, limit, tick), pieces.append)
    if facts.fault:
        before = body.read_at(0, facts.offset).decode("utf-8", "surrogatepass")
        offset = len(before)
        line, column = before.count("\n") + 1, offset - before.rfind("\n")
        return PrettyXml(text, XmlError(XmlFault(facts.fault), offset, line, column))
    laid_out = b"".join(pieces)
    return PrettyXml(laid_out.decode("utf-8", "surrogatepass"), cut=len(laid_out) > limit)
