"""Laying out JSON and XML: nothing but white space changes."""

from __future__ import annotations

import json
import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from httpdesk.render import pretty
from httpdesk.render.json_text import JsonFault, Kind, scan
from httpdesk.render.pretty import RemarkKind, pretty_json
from httpdesk.render.xml_layout import XmlFault
from httpdesk.render.xml_text import pretty_xml

HOSTILE = (
    '{"n": 12345678901234567890, "f": 1.10, "e": 1E+2, "x": 1e21, "z": -0.0, "h": 1e400,'
    ' "b": "\\u00e9\\/\\ud83d\\ude00", "a": 1, "nested": [[], {}, [1, [2]], {"k": {"v": null}}]}'
)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30
)


def tokens(text: str) -> list[str]:
    return [token for _, token, _ in scan(text)]


def test_every_token_stays_as_received() -> None:
    """Statements 51 and 52: big integers, 1.10, 1e21, escapes, order."""
    shown = pretty_json(HOSTILE)
    assert shown.error is None
    assert tokens(shown.text) == tokens(HOSTILE)
    assert shown.text.splitlines()[:3] == ["{", '  "n": 12345678901234567890,', '  "f": 1.10,']
    assert '"b": "\\u00e9\\/\\ud83d\\ude00"' in shown.text


@given(values, st.sampled_from([None, 1]))
def test_both_ways_print_the_same(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    slow = pretty_json(text)
    assert slow.text == msgspec.json.format(text, indent=2)
    assert tokens(slow.text) == tokens(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretty, "PRINTED_HERE", -1)
        assert pretty_json(text) == slow


@pytest.mark.parametrize("printed_here", [0, 1_000_000])
def test_a_long_text_is_flagged_either_way(
    printed_here: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statement 52 holds where the quick way would say nothing."""
    monkeypatch.setattr(pretty, "PRINTED_HERE", printed_here)
    rows = ",".join(f'{{"id": {number}, "n": 1.10}}' for number in range(2000))
    assert pretty_json(f"[{rows}]").remarks == ()
    assert pretty_json(f'[{rows}, {{"a": 1, "a": 2}}]').remarks[0].token == '"a"'
    assert pretty_json(f"[{rows}, NaN]").remarks[0].token == "NaN"
    wrong = pretty_json(f"[{rows}, x]")
    assert wrong.error is not None
    assert wrong.error.column == len(rows) + 4
    deep = "[" * 5000 + "]" * 5000
    assert "".join(pretty_json(deep).text.split()) == deep


def test_long_work_lets_others_run_and_can_be_stopped() -> None:
    class StopError(Exception):
        pass

    def stop() -> None:
        raise StopError

    rows = "[" + ",".join('{"a": [1, 2, {"b": "c"}]}' for _ in range(3000)) + "]"
    ticks: list[int] = []
    pretty_json(rows, tick=lambda: ticks.append(1))
    assert len(ticks) > 10
    for text, whole in ((rows, True), (rows, False)):
        with pytest.raises(StopError):
            pretty_json(text, whole=whole, tick=stop)
    with pytest.raises(StopError):
        pretty_xml("<a>" + "<b/>" * 3000 + "</a>", tick=stop)


def test_a_repeated_key_and_nan_are_flagged_on_their_lines() -> None:
    """Statement 52; `a` and `\\u0061` are the same key."""
    shown = pretty_json('{"a":NaN,"b":[-Infinity],"a":1,"\\u0061":2}')
    assert [(remark.kind, remark.token, remark.line) for remark in shown.remarks] == [
        (RemarkKind.NOT_A_NUMBER, "NaN", 2),
        (RemarkKind.NOT_A_NUMBER, "-Infinity", 4),
        (RemarkKind.REPEATED_KEY, '"a"', 6),
        (RemarkKind.REPEATED_KEY, '"\\u0061"', 7),
    ]
    assert shown.text.splitlines()[1] == '  "a": NaN,'


def test_remarks_are_bounded() -> None:
    shown = pretty_json("[" + ",".join(["NaN"] * 5000) + "]")
    assert len(shown.remarks) == pretty.MAX_REMARKS


@pytest.mark.parametrize(
    ("text", "fault", "line", "column"),
    [
        ('{"a": 1\n "b": 2}', JsonFault.COMMA, 2, 2),
        ("[1,]", JsonFault.VALUE, 1, 4),
        ('{"a":1,}', JsonFault.KEY, 1, 8),
        ("{a: 1}", JsonFault.KEY, 1, 2),
        ('{"a" 1}', JsonFault.COLON, 1, 6),
        ('["a\\x"]', JsonFault.STRING, 1, 4),
        ('["tab\there"]', JsonFault.STRING, 1, 6),
        ('["open', JsonFault.STRING, 1, 7),
        ("[1, 2", JsonFault.END, 1, 6),
        ("[1}", JsonFault.COMMA, 1, 3),
        ("01", JsonFault.EXTRA, 1, 2),
        ("[.5]", JsonFault.VALUE, 1, 2),
        ("{} {}", JsonFault.EXTRA, 1, 4),
        ("\n\n<html>", JsonFault.VALUE, 3, 1),
        ("]", JsonFault.VALUE, 1, 1),
        ("tru", JsonFault.VALUE, 1, 1),
    ],
)
def test_the_first_fault_has_a_place_and_the_text_is_kept(
    text: str, fault: JsonFault, line: int, column: int
) -> None:
    """Statement 51: the text plus a notice with its position."""
    shown = pretty_json(text)
    assert shown.text == text
    assert shown.error is not None
    assert (shown.error.fault, shown.error.line, shown.error.column) == (fault, line, column)


@pytest.mark.parametrize("text", ["", "  \n\t"])
def test_an_empty_body_is_an_empty_result(text: str) -> None:
    """Statement 51."""
    assert pretty_json(text) == pretty.PrettyJson("")


@given(st.text(alphabet='{}[]",:\\ue0123456789.+-truefalsnINy \n', max_size=40))
@settings(max_examples=400)
def test_the_grammar_agrees_with_the_standard_library(text: str) -> None:
    if not text.strip():
        return
    try:
        json.loads(text)
        valid = True
    except ValueError:
        valid = False
    assert (pretty_json(text).error is None) == valid


@given(values, st.data())
def test_the_beginning_of_a_body_is_laid_out_up_to_its_cut(
    value: object, data: st.DataObject
) -> None:
    text = json.dumps([value])
    cut = data.draw(st.integers(min_value=1, max_value=len(text)))
    shown = pretty_json(text[:cut], whole=False)
    assert shown.error is None
    received = "".join(token for _, token, _ in scan(text[:cut], whole=False))
    assert re.sub(r"\s", "", shown.text) == re.sub(r"\s", "", received)


def test_a_hundred_thousand_levels_do_not_recurse() -> None:
    """Statement 51 for `json-deep`: shown exactly as sent."""
    text = "[" * 100_000 + "]" * 100_000
    shown = pretty_json(text)
    assert shown.error is None
    assert "".join(shown.text.split()) == text
    assert len(shown.text.splitlines()) == 2 * pretty.MAX_DEPTH + 1
    assert len(shown.text) < 2 * len(text)


@pytest.mark.parametrize("depth", [50, 99, 100, 101])
def test_levels_past_the_bound_stay_on_one_line(depth: int) -> None:
    text = '{"a":[' * (depth // 2) + "[" * (depth % 2) + "1,2"
    text += "]" * (depth % 2) + "]}" * (depth // 2)
    shown = pretty_json(text)
    assert tokens(shown.text) == tokens(text)
    inner = [line.strip() for line in shown.text.splitlines()]
    assert ("[1, 2]" in inner) == (depth > pretty.MAX_DEPTH)
    assert all(len(line) - len(line.lstrip()) <= 2 * pretty.MAX_DEPTH for line in inner)


def test_indentation_cannot_blow_a_small_body_up() -> None:
    text = "[" * 99 + "0," * 100_000 + "0" + "]" * 99
    shown = pretty_json(text, limit=1_000_000)
    assert shown.cut
    assert len(shown.text) < 1_001_000


def test_a_long_hostile_text_takes_one_pass() -> None:
    for text in ('"' + "\\" * 200_000, " " * 300_000 + "?", "-" * 200_000, '["' * 50_000):
        assert pretty_json(text).error is not None


def test_key_and_value_kinds_are_told_apart() -> None:
    kinds = [kind for kind, _, _ in scan('{"k":["v",1,true,NaN]}')]
    assert [kind for kind in kinds if kind is not Kind.PUNCTUATION] == [
        Kind.KEY,
        Kind.STRING,
        Kind.NUMBER,
        Kind.LITERAL,
        Kind.NOT_FINITE,
    ]


def test_xml_is_indented_and_mixed_content_kept() -> None:
    text = (
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><!-- c -->'
        "<a><b k='1>2'>some <i>mixed</i> text</b><c/><d></d><e> </e>\n"
        '<f><![CDATA[<x>]]></f><g xml:space="preserve"> <h/> </g></a>'
    )
    assert pretty_xml(text).text.splitlines() == [
        '<?xml version="1.0"?>',
        '<!DOCTYPE a [<!ENTITY x "y">]>',
        "<!-- c -->",
        "<a>",
        "  <b k='1>2'>some <i>mixed</i> text</b>",
        "  <c/>",
        "  <d></d>",
        "  <e> </e>",
        "  <f><![CDATA[<x>]]></f>",
        '  <g xml:space="preserve"> <h/> </g>',
        "</a>",
    ]


def test_xml_that_is_indented_already_comes_out_the_same() -> None:
    text = "<a>\n  <b>\n    <c>1</c>\n  </b>\n  <!-- x -->\n</a>"
    assert pretty_xml(text).text == text
    assert (
        pretty_xml(pretty_xml("<a><b/><!-- x --></a>").text).text
        == "<a>\n  <b/>\n  <!-- x -->\n</a>"
    )


@pytest.mark.parametrize(
    ("text", "fault", "column"),
    [
        ("<a><b></a>", XmlFault.MISMATCH, 7),
        ("<a><br></a>", XmlFault.MISMATCH, 8),
        ("<a>", XmlFault.UNCLOSED, 1),
        ("</a>", XmlFault.MISMATCH, 1),
        ("<a", XmlFault.MARKUP, 1),
        ("<a><!-- no end</a>", XmlFault.MARKUP, 4),
        ("hello", XmlFault.TEXT, 1),
        ("<a/>tail", XmlFault.TEXT, 5),
        ("<!-- only -->", XmlFault.TEXT, 14),
    ],
)
def test_what_is_not_xml_is_kept_as_it_is(text: str, fault: XmlFault, column: int) -> None:
    shown = pretty_xml(text)
    assert shown.text == text
    assert shown.error is not None
    assert (shown.error.fault, shown.error.line, shown.error.column) == (fault, 1, column)


def test_an_entity_bomb_is_just_text() -> None:
    bomb = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]><l>&c;</l>'
    assert pretty_xml(bomb).text.splitlines()[1] == "<l>&c;</l>"


def test_deep_xml_does_not_recurse_or_grow() -> None:
    text = "<a>" * 50_000 + "</a>" * 50_000
    shown = pretty_xml(text)
    assert shown.error is None
    assert "".join(shown.text.split()) == text
    assert len(shown.text) < 2 * len(text)


def test_formatted_xml_is_cut_at_the_limit() -> None:
    text = "<a>" * 90 + "<b/>" * 50_000 + "</a>" * 90
    shown = pretty_xml(text, limit=100_000)
    assert shown.cut
    assert len(shown.text) < 101_000
