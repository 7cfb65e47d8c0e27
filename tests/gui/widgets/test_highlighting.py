"""Colours, folds and positions as plain functions of text."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from httpdesk.gui.widgets.code_units import code_units, unit_offset
from httpdesk.gui.widgets.folding import fold_end, opens_fold
from httpdesk.gui.widgets.highlighter import spans, state_before, variables, xml_state_before
from httpdesk.gui.widgets.search_bar import find_all


def pieces(language: str, line: str, inside: str = "") -> list[tuple[str, str]]:
    """Return the coloured pieces of a line with their token, without the syntax_ in front."""
    return [
        (line[start : start + length], token.removeprefix("syntax_"))
        for start, length, token in spans(language, line, inside)
    ]


def test_json_values_and_keys_differ() -> None:
    assert pieces("json", '"a": "b", -1.5e3 null') == [
        ('"a"', "key"),
        (":", "punctuation"),
        ('"b"', "string"),
        (",", "punctuation"),
        ("-1.5e3", "number"),
        ("null", "literal"),
    ]


def test_a_quote_behind_a_backslash_does_not_end_a_string() -> None:
    assert pieces("json", r'"a\"b": 1')[0] == (r'"a\"b"', "key")


def test_an_open_string_is_coloured_to_its_end() -> None:
    assert pieces("json", '"abc') == [('"abc', "string")]


def test_xml_names_and_values_differ() -> None:
    assert pieces("xml", '<a b="c">&lt;</a>') == [
        ("<", "punctuation"),
        ("a", "key"),
        ("b", "number"),
        ('"c"', "string"),
        (">", "punctuation"),
        ("&lt;", "literal"),
        ("</", "punctuation"),
        ("a", "key"),
        (">", "punctuation"),
    ]


def test_quotes_between_tags_are_text() -> None:
    assert pieces("xml", '<p>say "hi"</p>')[3:] == [
        ("</", "punctuation"),
        ("p", "key"),
        (">", "punctuation"),
    ]


def test_a_bracket_in_an_attribute_does_not_end_the_tag() -> None:
    assert ('"a>b"', "string") in pieces("xml", '<p t="a>b"/>')


def test_a_comment_that_began_above_ends_where_it_ends() -> None:
    assert pieces("xml", "still --><a/>", "comment")[0] == ("still -->", "text3")
    assert pieces("xml", "all of it", "comment") == [("all of it", "text3")]


@pytest.mark.parametrize(
    ("above", "expected"),
    [("<a>", ""), ("<!-- x", "comment"), ("<!-- x -->", ""), ("<![CDATA[ x", "cdata")],
)
def test_a_line_knows_what_is_open_above(qapp: QApplication, above: str, expected: str) -> None:
    document = QTextDocument(f"{above}\nplain\nlast")
    assert xml_state_before(document.lastBlock()) == expected


def test_graphql_has_colours_for_what_it_is_made_of() -> None:
    line = "query Orders($first: Int = 10, $open: Boolean!) @live { # all"
    assert pieces("graphql", line) == [
        ("query", "literal"),
        ("(", "punctuation"),
        ("$first", "number"),
        (":", "punctuation"),
        ("=", "punctuation"),
        ("10", "number"),
        (",", "punctuation"),
        ("$open", "number"),
        (":", "punctuation"),
        ("!)", "punctuation"),
        ("@live", "literal"),
        ("{", "punctuation"),
        ("# all", "text3"),
    ]
    assert pieces("graphql", '  all: orders(sort: "a # \\" b", on: true)') == [
        ("all", "key"),
        (":", "punctuation"),
        ("(", "punctuation"),
        ("sort", "key"),
        (":", "punctuation"),
        ('"a # \\" b"', "string"),
        (",", "punctuation"),
        ("on", "key"),
        (":", "punctuation"),
        ("true", "literal"),
        (")", "punctuation"),
    ]
    assert pieces("graphql", "  ... on Order { queryId on }") == [
        ("...", "punctuation"),
        ("on", "literal"),
        ("{", "punctuation"),
        ("}", "punctuation"),
    ]


def test_a_block_string_of_graphql_goes_over_lines(qapp: QApplication) -> None:
    assert pieces("graphql", 'note: """a "quoted" word""" x') == [
        ("note", "key"),
        (":", "punctuation"),
        ('"""a "quoted" word"""', "string"),
    ]
    assert pieces("graphql", 'end""" true', "block") == [('end"""', "string"), ("true", "literal")]
    for above, expected in (
        ('a(b: """', "block"),
        ('a(b: """x""")', ""),
        ('# """', ""),
        ('"""\nx\n"""', ""),
    ):
        document = QTextDocument(f"{above}\nplain\nlast")
        assert state_before("graphql", document.lastBlock()) == expected


def test_text_has_no_colours_but_variables() -> None:
    assert spans("text", '{"a": 1}') == []
    assert variables("x {{a}} y {{ b }} {{}} {{c") == [(2, 5), (10, 7)]


def test_a_very_long_line_is_coloured_at_its_beginning_only() -> None:
    started = time.perf_counter()
    found = spans("json", '"a",' * 500_000)
    assert time.perf_counter() - started < 0.2
    assert max(start + length for start, length, _ in found) <= 10_000


@pytest.mark.parametrize("line", ['"' + "\\" * 9_999, "<" * 10_000, '<a b="' * 1_600, "{{" * 5_000])
def test_hostile_lines_take_no_time(line: str) -> None:
    started = time.perf_counter()
    for language in ("json", "xml", "graphql"):
        spans(language, line)
    variables(line)
    assert time.perf_counter() - started < 0.5


# Folds


@pytest.mark.parametrize(
    ("language", "line", "expected"),
    [
        ("json", '  "a": {', True),
        ("json", '  "a": {}', False),
        ("json", '  "{": 1', False),
        ("json", "  }, {", True),
        ("json", "  ]", False),
        ("xml", "  <a>", True),
        ("xml", '  <a b="c">', True),
        ("xml", "  <a/>", False),
        ("xml", "  <a>b</a>", False),
        ("xml", "  </a>", False),
        ("graphql", "query Orders($a: Int) {", True),
        ("graphql", "  id }", False),
        ("text", "{", False),
    ],
)
def test_a_line_that_opens_something_can_be_folded(
    language: str, line: str, expected: bool
) -> None:
    assert opens_fold(language, line) is expected


PRETTY = json.dumps({"a": {"b": [1, {"c": 2}], "d": "}"}, "e": 3}, indent=2)


@pytest.mark.parametrize(("start", "end"), [(0, 11), (1, 9), (2, 7), (3, 3), (4, 6), (9, 9)])
def test_the_end_of_a_fold_is_its_closing_line(start: int, end: int) -> None:
    assert fold_end("json", PRETTY, start) == end


def test_badly_indented_json_is_folded_by_its_brackets() -> None:
    text = '{\n"a": [\n1,\n2\n],\n"b": "]"\n}'
    assert fold_end("json", text, 0) == 6
    assert fold_end("json", text, 1) == 4


def test_json_that_never_closes_is_not_folded() -> None:
    assert fold_end("json", '{\n  "a": [\n    1', 0) == 0


def test_xml_is_folded_to_its_closing_tag() -> None:
    assert fold_end("xml", "<a>\n  <b>\n    1\n  </b>\n</a>", 0) == 4
    assert fold_end("xml", "<a>\n  <b>\n    1\n  </b>\n</a>", 1) == 3


def test_folding_a_megabyte_is_quick() -> None:
    text = "[\n" + '  {"id": 12345, "name": "something", "ok": true},\n' * 20_000 + "]"
    started = time.perf_counter()
    assert fold_end("json", text, 0) == 20_001
    assert time.perf_counter() - started < 0.2


# Positions


@given(st.text(max_size=40))
def test_positions_are_those_of_the_document(text: str) -> None:
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    assert len(code_units(text)) == units
    assert unit_offset(text, len(text) + 1) == units
    assert unit_offset(text, 1) == 0


@given(st.text("ab😀é", max_size=20), st.text("ab😀é", min_size=1, max_size=3))
def test_found_text_stands_where_it_was_found(text: str, wanted: str) -> None:
    units, part = code_units(text), code_units(wanted)
    found = find_all(units, part)
    assert len(found) == text.count(wanted)
    for position, length in found:
        assert units[position : position + length] == part


def test_found_in_either_case_and_never_as_a_pattern() -> None:
    assert find_all("Abc aBC a.c", "abc") == [(0, 3), (4, 3)]
    assert find_all("abc a.c", "a.c") == [(4, 3)]
    assert find_all("abc", "") == []
    assert len(find_all("a" * 20_000, "a")) == 10_000
