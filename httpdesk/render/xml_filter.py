"""XPath over an XML body, for the child process only.

XPath 2.0 and not 3.1, whose functions read files and addresses. Nothing outside of the body is
touched: no entity of its own is taken that could grow, and none from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import (
    Element,
    ElementTree,
    TreeBuilder,
    register_namespace,
    tostring,
)

from httpdesk.model.response import BodyHandle
from httpdesk.render.json_filter import (
    LARGEST_RESULT,
    LARGEST_XML,
    MOST_RESULTS,
    FilterFacts,
    FilterFault,
)
from httpdesk.render.rows import read_piece
from httpdesk.render.xml_entities import EntityRefused, refuse_entities

DEEPEST = 300
_CHUNK = 256 * 1024


class _Failed(Exception):
    def __init__(self, fault: FilterFault, detail: object = "") -> None:
        super().__init__(fault.value)
        self.facts = FilterFacts(fault=fault.value, detail=str(detail).partition("\n")[0].strip())


def apply(body: BodyHandle, language: str, expression: str) -> Iterator[bytes]:
    """Yield a line with the facts, then what the expression finds, each match on lines of its own.

    Raises Stopped when the body is given back.
    """
    try:
        root, names = _parsed(body)
        found = _matches(root, names, expression)
        results = list(_written(found, names))
    except _Failed as failed:
        yield failed.facts.as_line()
        return
    except RecursionError:
        yield FilterFacts(fault=FilterFault.TOO_DEEP.value).as_line()
        return
    yield FilterFacts(len(found), cut=len(found) > MOST_RESULTS).as_line()
    yield from results


def _parsed(body: BodyHandle) -> tuple[Element, dict[str, str]]:
    """Return the root of the body and the prefixes that it declares."""
    from xml.parsers import expat

    if body.size > LARGEST_XML:
        raise _Failed(FilterFault.TOO_LARGE)
    reader = _Reader()
    parser = expat.ParserCreate("utf-8", "}")
    parser.buffer_text = True
    refuse_entities(parser)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.builder.data
    parser.StartNamespaceDeclHandler = reader.namespace
    try:
        for offset in range(0, body.size, _CHUNK):
            parser.Parse(read_piece(body, offset, _CHUNK), False)
        parser.Parse(b"", True)
    except (expat.ExpatError, EntityRefused) as error:
        raise _Failed(FilterFault.BODY, error) from error
    return reader.builder.close(), reader.names


class _Reader:
    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self.names: dict[str, str] = {}
        self._depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Failed(FilterFault.TOO_DEEP)
        self.builder.start(_qualified(name), {_qualified(key): v for key, v in attributes.items()})

    def end(self, name: str) -> None:
        self._depth -= 1
        self.builder.end(_qualified(name))

    def namespace(self, prefix: str | None, uri: str | None) -> None:
        self.names.setdefault(prefix or "", uri or "")


def _qualified(name: str) -> str:
    return "{" + name if "}" in name else name


def _matches(root: Element, names: dict[str, str], expression: str) -> list[object]:
    from elementpath import ElementPathError, XPath2Parser, XPathContext

    known = {prefix: uri for prefix, uri in names.items() if prefix}
    try:
        # Names without a prefix mean those of the document's own namespace, too.
        parser = XPath2Parser(known, default_namespace=names.get("", ""))
        token = parser.parse(expression)
    except ElementPathError as error:
        raise _Failed(FilterFault.EXPRESSION, error) from error
    try:
        found = token.get_results(XPathContext(ElementTree(root)))
    except (ElementPathError, ValueError, TypeError, ArithmeticError) as error:
        raise _Failed(FilterFault.RUN, error) from error
    return list(found) if isinstance(found, list) else [found]


def _written(found: Iterable[object], names: dict[str, str]) -> Iterator[bytes]:
    for prefix, uri in names.items():
        _register(prefix, uri)
    size = 0
    for number, match in enumerate(found):
        if number == MOST_RESULTS:
            return
        piece = _as_text(match).encode("utf-8", "replace") + b"\n"
        size += len(piece)
        if size > LARGEST_RESULT:
            raise _Failed(FilterFault.TOO_LARGE)
        yield piece


def _register(prefix: str, uri: str) -> None:
    try:
        register_namespace(prefix, uri)
    except ValueError:
        return  # `ns1` and the like are made up anew where they are needed


def _as_text(match: object) -> str:
    if isinstance(match, ElementTree):
        match = match.getroot()
    if isinstance(match, Element):
        tail, match.tail = match.tail, None
        text = tostring(match, "unicode")
        match.tail = tail
        return text
    if isinstance(match, bool):
        return str(match).lower()
    if isinstance(match, float) and match.is_integer():
        return f"{match:.0f}"
    return str(match)
