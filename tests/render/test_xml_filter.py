"""XPath over an XML body."""

from __future__ import annotations

import pytest

from httpdesk.render.json_filter import FilterFacts, FilterFault
from httpdesk.render.xml_filter import DEEPEST, apply
from tests.render.test_transcode import spooled

ORDERS = (
    '<orders><order id="1"><total>9.50</total></order> tail <order id="2"><total>20</total>'
    "<note>a &lt; b</note></order></orders>"
)
SPACED = '<a xmlns="urn:one" xmlns:x="urn:two"><b x:id="7">one</b><x:b>two</x:b></a>'


def found(document: str, expression: str) -> tuple[FilterFacts, list[str]]:
    """Return the facts and the lines of the result."""
    line, _, rest = b"".join(apply(spooled(document.encode()), "xpath", expression)).partition(
        b"\n"
    )
    return FilterFacts.from_line(line), rest.decode().splitlines()


@pytest.mark.parametrize(
    ("expression", "lines"),
    [
        ("/orders/order[2]/total", ["<total>20</total>"]),
        ("//order[total > 10]/@id", ["2"]),
        ("//note", ["<note>a &lt; b</note>"]),
        ("//total/text()", ["9.50", "20"]),
        ("count(//order)", ["2"]),
        ("sum(//total) > 29", ["true"]),
        ("//absent", []),
        ("for $o in //order return concat($o/@id, '!')", ["1!", "2!"]),
    ],
)
def test_matches_are_written_one_by_one(expression: str, lines: list[str]) -> None:
    facts, shown = found(ORDERS, expression)
    assert facts.fault == ""
    assert (facts.count, shown) == (len(lines), lines)


def test_names_of_the_document_need_no_declaration() -> None:
    assert found(SPACED, "/a/b")[1] == ['<b xmlns="urn:one" xmlns:x="urn:two" x:id="7">one</b>']
    assert found(SPACED, "//x:b/text()")[1] == ["two"]
    assert found(SPACED, "//@x:id")[1] == ["7"]


@pytest.mark.parametrize(
    ("document", "expression", "fault"),
    [
        (ORDERS, "//order[", FilterFault.EXPRESSION),
        (ORDERS, "//unknown:b", FilterFault.EXPRESSION),
        (ORDERS, "number-of-things()", FilterFault.EXPRESSION),
        (ORDERS, "//note/xs:date(.)", FilterFault.RUN),
        ("<a>", "//a", FilterFault.BODY),
        ("{}", "//a", FilterFault.BODY),
        ("<a>" * (DEEPEST + 1), "//a", FilterFault.TOO_DEEP),
    ],
)
def test_what_is_wrong_is_told(document: str, expression: str, fault: FilterFault) -> None:
    facts, shown = found(document, expression)
    assert (FilterFault(facts.fault), shown) == (fault, [])


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY x "ha"><!ENTITY y "&x;&x;">',
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        '<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;',
    ],
)
def test_entities_neither_grow_nor_reach_out(declaration: str) -> None:
    """Fault 24: xml-bomb."""
    facts, _ = found(f"<!DOCTYPE a [{declaration}]><a>&x;</a>", "/a")
    assert FilterFault(facts.fault) is FilterFault.BODY


@pytest.mark.parametrize(
    "expression",
    [
        "doc('file:///etc/passwd')",
        "doc-available('file:///etc/passwd') and true()",
        "collection('file:///etc')",
        "unparsed-text('file:///etc/passwd')",
        "environment-variable('HOME')",
        "json-doc('file:///etc/passwd')",
    ],
)
def test_no_expression_reads_a_file(expression: str) -> None:
    facts, shown = found(ORDERS, expression)
    assert facts.fault or shown == ["false"]


def test_many_attributes_are_taken() -> None:
    attributes = " ".join(f'a{number}="{number}"' for number in range(200_000))
    assert found(f"<a {attributes}/>", "string(/a/@a199999)")[1] == ["199999"]
