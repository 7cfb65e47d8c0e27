"""Where characters stand in a row: cells in the order of the text, whatever its script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpdesk.gui.response.text_view_cells import TAB, Kind, cells_of
from httpdesk.gui.response.text_view_folds import Folds
from httpdesk.gui.response.text_view_lines import prepared
from httpdesk.gui.response.text_view_matches import Found, marks_of
from httpdesk.gui.response.text_view_paint import Mark
from httpdesk.gui.response.text_view_select import word_after, word_at, word_before
from httpdesk.render.rows import Match, Place, Row

SCRIPTS = "ab é\t日本한שלמرحनमि👍🏽e\u0301,"


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("plain", 5),
        ("é→€", 3),
        ("日本", 4),
        ("a\tb", TAB + 1),
        ("\t\t", 2 * TAB),
        ("e\u0301x", 2),
        ("\u3042\u3099x", 3),
        ("👍🏽x", 3),
        ("🇩🇪", 2),
        ("שלום", 4),
        ("", 0),
    ],
)
def test_each_character_has_its_cells(text: str, width: int) -> None:
    assert cells_of(text).width == width


def test_a_mark_on_a_character_has_no_place_of_its_own() -> None:
    cells = cells_of("ae\u0301b")
    (cluster,) = [part for part in cells.segments if part.kind is Kind.COMBINED]
    assert (cluster.start, cluster.end) == (1, 3)
    assert cells.cell_of(1) == cells.cell_of(2) == 1
    assert cells.cell_of(3) == 2


def test_right_to_left_text_stays_within_its_own_cells() -> None:
    """Nothing around it is reordered."""
    cells = cells_of('{"a": "שלום עולם", "b": 1}')
    (run,) = [part for part in cells.segments if part.kind is Kind.RIGHT_TO_LEFT]
    assert (run.start, run.end, run.cell, run.cells) == (7, 16, 7, 9)


@given(st.text(SCRIPTS, max_size=60), st.integers(8, 20))
def test_wrapped_lines_hold_all_characters_and_fit(text: str, room: int) -> None:
    cells = cells_of(text)
    starts = cells.breaks(room)
    assert starts[0] == 0
    assert list(starts) == sorted(set(starts))
    for start, end in zip(starts, (*starts[1:], len(text)), strict=True):
        assert cells.cell_of(end) - cells.cell_of(start) <= room


@given(st.text(SCRIPTS, max_size=60))
def test_cells_go_up_with_the_columns(text: str) -> None:
    cells = cells_of(text)
    at = [cells.cell_of(column) for column in range(len(text) + 1)]
    assert at == sorted(at)
    assert at[-1] == cells.width
    parts = list(cells.parts(0, len(text)))
    assert sum(part.cells for part in parts) == cells.width or not text


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(2, 12)), max_size=5))
def test_folded_rows_have_no_line(folded: list[tuple[int, int]]) -> None:
    folds = Folds()
    hidden, headers = set[int](), set[int]()
    for row, length in folded:
        inside = set(range(row + 1, row + length))
        if row not in hidden and not {row, *inside, row + length} & {*hidden, *headers}:
            folds.close(row, row + length)
            hidden |= inside
            headers.add(row)
    shown = [row for row in range(60) if row not in hidden]
    assert [folds.row_of(line) for line in range(len(shown))] == shown
    assert [folds.line_of(row) for row in shown] == list(range(len(shown)))
    assert folds.lines(60) == len(shown)
    found = [row for first, count in folds.ranges(0, 20) for row in range(first, first + count)]
    assert found == shown[:20]


def test_a_fold_within_a_fold_comes_back_closed() -> None:
    folds = Folds()
    folds.close(2, 5)
    folds.close(0, 9)
    assert folds.lines(10) == 2
    assert folds.open_around(1)
    assert folds.lines(10) == 8
    assert not folds.open_around(1)


def test_words_are_found_around_a_column() -> None:
    text = 'one, "two three"'
    assert word_at(text, 1) == (0, 3)
    assert word_at(text, 3) == (3, 4)
    assert word_at(text, 99) == (16, 16)
    assert word_before(text, 6) == 5
    assert word_after(text, 6) == 10
    assert word_after(text, 15) == 16


def test_a_row_in_the_middle_of_a_string_is_coloured_as_one() -> None:
    rows = [Row('{"a": "xx', 1, 0), Row('yy", "b": 1}', 1, 9, continued=True)]
    first, second = prepared(0, rows, "json")
    assert second.inside == "string"
    assert second.colours(20)[0] == (0, 3, "syntax_string")
    (alone,) = prepared(1, rows[1:], "json")
    assert alone.inside == "string"
    (key,) = prepared(1, [Row(' "b": 1}', 1, 9, continued=True)], "json")
    assert key.inside == ""
    assert first.colours(20)[1][2] == "syntax_key"


def test_comments_of_xml_reach_over_rows() -> None:
    rows = [Row("<!-- a", 1, 0), Row("b", 2, 7), Row("--><x/>", 3, 9)]
    lines = list(prepared(0, rows, "xml"))
    assert [line.inside for line in lines] == ["", "comment", "comment"]
    assert lines[1].colours(5) == [(0, 1, "text3")]


def test_matches_are_told_by_their_order() -> None:
    found = Found()
    found.fill(iter([Match(5, 7), Match(9, 12), Match(40, 41)]))
    assert found.after(5) == Match(9, 12)
    assert found.before(5) is None
    assert found.index_of(Match(40, 41)) == 2
    assert found.between(8, 41) == (Match(5, 7), Match(9, 12), Match(40, 41))
    assert found.covers(1000)
    assert not Found().covers(0)


def test_a_match_over_several_rows_is_marked_in_each() -> None:
    place = Place(3, 4), Place(5, 2)
    marks = marks_of([place], place)
    assert marks[3] == [Mark(4, 2**30, "current")]
    assert [mark.start for mark in marks[4]] == [0]
    assert marks[5] == [Mark(0, 2, "current")]
