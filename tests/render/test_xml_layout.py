"""XML of any size laid out piece by piece."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpdesk.render import xml_layout
from httpdesk.render.rows import Stopped
from httpdesk.render.xml_layout import XmlFacts, XmlFault, lay_out, write_layout
from tests.render.test_transcode import spooled

RECORD = (
    '<order id="42">\n <customer>Anna &amp; Co</customer><lines><line sku="A>1" qty=\'"2"\'/>'
    "<note>mixed <b>text</b> here</note><empty></empty><blank> </blank></lines>"
    "<!-- a <b> --><![CDATA[<x>]]></order>\n<a>\n<b/></a>"
)


def laid_out(text: str) -> tuple[str, XmlFacts]:
    """Return the text laid out, and what is known of it."""
    pieces: list[bytes] = []
    facts = write_layout(lay_out(spooled(text.encode())), pieces.append)
    return b"".join(pieces).decode(), facts


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64])
def test_where_a_piece_ends_changes_nothing(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    document = f'\ufeff<?xml version="1.0"?><all>{RECORD * 3}</all>'
    whole = laid_out(document)
    assert "\n    <customer>Anna &amp; Co</customer>\n" not in whole[0], "the order holds text"
    assert "\n  <a>\n    <b/>\n  </a>\n" in whole[0]
    monkeypatch.setattr(xml_layout, "_CHUNK", chunk)
    assert laid_out(document) == whole


@given(st.text("<>/ab \"'=!-?[]&;\n", max_size=80))
def test_any_text_has_an_end(text: str) -> None:
    """Whatever is laid out has the same characters but white space."""
    shown, facts = laid_out(text)
    if not facts.fault:
        assert "".join(shown.split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "fault", "offset"),
    [
        ("<a>", "unclosed", 0),
        ("<a><b></b>", "unclosed", 0),
        ("<a></b>", "mismatch", 3),
        ("<a/>x", "text", 4),
        ("<a><!-- </a>", "markup", 3),
        ("plain", "text", 0),
        ("<!-- only -->", "text", 13),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, fault: str, offset: int) -> None:
    shown, facts = laid_out(text)
    assert shown == ""
    assert (XmlFault(facts.fault), facts.offset) == (XmlFault(fault), offset)


def test_hostile_texts_take_no_time() -> None:
    """Faults 22 and 24: a million attributes, elements in elements, laughs, quotes without end."""
    began = time.process_time()
    attributes = " ".join(f'a{number}="{number}"' for number in range(1_000_000))
    assert laid_out(f"<a {attributes}/>")[0] == f"<a {attributes}/>"
    assert laid_out("<a>" * 100_000 + "</a>" * 100_000)[1].fault == ""
    laughs = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'
    assert laid_out(laughs)[0] == laughs.replace("]>", "]>\n")
    assert laid_out("<a b='" + "x" * 5_000_000)[1].fault == "markup"
    assert laid_out("<!--" + "-" * 5_000_000)[1].fault == "markup"
    assert laid_out("<a>" + "</" * 1_000_000)[1].fault == "markup"
    assert time.process_time() - began < 8


def test_it_grows_no_further_than_the_limit() -> None:
    body = spooled(b"<a>" * 90 + b"<b/>" * 50_000 + b"</a>" * 90)
    assert sum(map(len, lay_out(body, 100_000))) < 100_400


def test_a_body_that_is_given_back_stops_the_work() -> None:
    body = spooled(b"<a/>")
    body.close()
    with pytest.raises(Stopped):
        list(lay_out(body))
