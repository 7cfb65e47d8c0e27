"""XPath over an XML body or a page of HTML, for the child process only.

XPath 2.0 and not 3.1, whose functions read files and addresses. Nothing outside of the body is
touched: no entity of its own is taken that could grow, and none from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import unescape
from typing import Literal
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
Method = Literal["xml", "html"]
"""How results are written."""
_CHUNK = 256 * 1024


class _Failed(Exception):
    def __init__(self, fault: FilterFault, detail: object = "") -> None:
        super().__init__(fault.value)
        self.facts = FilterFacts(fault=fault.value, detail=str(detail).partition("\n")[0].strip())


def apply(body: BodyHandle, language: str, expression: str) -> Iterator[bytes]:
    """Yield a line with the facts, then what the expression finds, each match on lines of its own.

    Raises Stopped when the body is given back.
    """
    return _apply(body, _parsed, expression, "xml")


def apply_html(body: BodyHandle, language: str, expression: str) -> Iterator[bytes]:
    """Do the same on a page of HTML, whose names are in small letters."""
    return _apply(body, _parsed_html, expression, "html")


Parsed = tuple[Element, dict[str, str]]


def _apply(
    body: BodyHandle, parse: Callable[[BodyHandle], Parsed], expression: str, method: Method
) -> Iterator[bytes]:
    try:
        root, names = parse(body)
        found = _matches(root, names, expression)
        results = list(_written(found, names, method))
    except _Failed as failed:
        yield failed.facts.as_line()
        return
    except RecursionError:
        yield FilterFacts(fault=FilterFault.TOO_DEEP.value).as_line()
        return
    yield FilterFacts(len(found), cut=len(found) > MOST_RESULTS).as_line()
    yield from results


def _parsed(body: BodyHandle) -> Parsed:
    """Return the root of the body and the prefixes that it declares."""
    from xml.parsers import expat

    if body.size > LARGEST_XML:
        raise _Failed(FilterFault.TOO_LARGE, LARGEST_XML)
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


def _parsed_html(body: BodyHandle) -> Parsed:
    """Return the root of a page; `html` around all when it has several, or none."""
    from httpdesk.render.html_tokens import (
        LARGEST_PAGE,
        WITH_ENTITIES,
        HtmlKind,
        attributes_of,
        nested,
        read_page,
    )

    if body.size > LARGEST_PAGE:
        raise _Failed(FilterFault.TOO_LARGE, LARGEST_PAGE)
    builder, depth = TreeBuilder(), 0
    builder.start("html", {})
    for token in nested(read_page(body)):
        if token.kind in (HtmlKind.START, HtmlKind.EMPTY):
            builder.start(_plain(token.name), _plain_names(attributes_of(token)))
            depth += 1
            if depth > DEEPEST:
                raise _Failed(FilterFault.TOO_DEEP)
        if token.kind in (HtmlKind.END, HtmlKind.EMPTY):
            builder.end(_plain(token.name))
            depth -= 1
        elif token.kind in (HtmlKind.TEXT, HtmlKind.RAW):
            text = token.data.decode("utf-8", "replace")
            is_code = token.kind is HtmlKind.RAW and token.name not in WITH_ENTITIES
            builder.data(text if is_code else unescape(text))
    builder.end("html")
    around = builder.close()
    return (around[0] if len(around) == 1 and around[0].tag == "html" else around), {}


def _plain(name: str) -> str:
    """Return a name without what would be a namespace in it."""
    return name.replace("{", "").replace("}", "") or "_"


def _plain_names(attributes: dict[str, str]) -> dict[str, str]:
    return {_plain(name): value for name, value in attributes.items()}


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


def _written(found: Iterable[object], names: dict[str, str], method: Method) -> Iterator[bytes]:
    for prefix, uri in names.items():
        _register(prefix, uri)
    size = 0
    for number, match in enumerate(found):
        if number == MOST_RESULTS:
            return
        piece = _as_text(match, method).encode("utf-8", "replace") + b"\n"
        size += len(piece)
        if size > LARGEST_RESULT:
            raise _Failed(FilterFault.TOO_LARGE, LARGEST_RESULT)
        yield piece


def _register(prefix: str, uri: str) -> None:
    try:
        register_namespace(prefix, uri)
    except ValueError:
        return  # `ns1` and the like are made up anew where they are needed


def _as_text(match: object, method: Method) -> str:
    if isinstance(match, ElementTree):
        match = match.getroot()
    if isinstance(match, Element):
        tail, match.tail = match.tail, None
        text = tostring(match, "unicode", method=method)
        match.tail = tail
        return text
    if isinstance(match, bool):
        return str(match).lower()
    if isinstance(match, float) and match.is_integer():
        return f"{match:.0f}"
    return str(match)
