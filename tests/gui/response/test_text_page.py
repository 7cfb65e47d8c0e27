"""Pretty and Raw: found, copied and wrapped like any text, whatever the size of the body."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QColor, QGuiApplication
from pytestqt.qtbot import QtBot

from httpdesk.adapters.body_spool import BodySpool
from httpdesk.gui import theme
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response import text_page, text_page_copy, text_page_work, text_view_matches
from httpdesk.gui.response.body_page import ShownBody
from httpdesk.gui.response.text_page import TextPage
from httpdesk.gui.response.text_page_source import RAW, lay_out_markup
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.request import ResponseType
from httpdesk.render.content_type import Rendering, parse_media_type
from httpdesk.render.rows import Place
from tests.gui.response import exchanges
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered, typed
from tests.helpers.page_tools import page_tools

WORDS = "\n".join(f"word {number} Word" for number in range(1, 30_001))


def show_text(pane: Pane, text: str) -> TextPage:
    """Show plain text and return the page of it."""
    pane.show(answered(text, wanted=ResponseType.TEXT))
    return pane.text_page


def find(pane: Pane, wanted: str) -> str:
    """Type into the find bar and return what it says at the end."""
    pane.viewer.find()
    pane.text_page.search.field.setText(wanted)
    pane.settle()
    return pane.text_page.search.count.text()


def caret(pane: Pane) -> tuple[int, int]:
    """Return the row and column of the caret."""
    place = pane.text_page.view.selection.caret
    return place.row, place.column


# ---- any size


def test_no_byte_of_the_body_is_read_on_the_ui_thread(pane: Pane) -> None:
    readers: set[str] = set()

    class Watched(MemoryBody):
        def read_at(self, offset: int, length: int) -> bytes:
            readers.add(threading.current_thread().name)
            return super().read_at(offset, length)

    exchange = answered(b"x")
    assert exchange.response is not None
    body = Watched(json.dumps(list(range(100_000))).encode())
    pane.show(replace(exchange, response=replace(exchange.response, body=body)))
    pane.text_page.view.verticalScrollBar().setValue(50_000)
    find(pane, "7777")
    pane.viewer.status.copy.click()
    pane.settle()
    assert readers
    assert threading.main_thread().name not in readers


def test_a_large_body_is_there_from_its_start_to_its_end(pane: Pane) -> None:
    """Statement 59: nothing is left out, and the first screen waits for nothing else."""
    pane.show(exchanges.large(1_400_000))
    assert pane.notices() == []
    view = pane.text_page.view
    assert view.text_on_screen().splitlines()[:3] == ["[", "  {", '    "id": 0,']
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    pane.settle()
    assert view.text_on_screen().splitlines()[-1] == "]"


def test_the_first_screen_is_shown_before_the_rest_is_indexed(
    pane: Pane, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []
    pane.viewer.bodyShown.connect(lambda: counts.append(pane.source.rows.count))
    monkeypatch.setattr(text_page, "GROW_MS", 1)
    show_text(pane, WORDS * 20)
    assert counts[0] < 200_000 < pane.source.rows.count


def test_a_long_line_goes_on_in_rows_and_is_copied_whole(pane: Pane) -> None:
    line = "[" + "1, " * 20_000 + "1]"
    show_text(pane, line)
    assert pane.notices() == []
    assert pane.text() == line
    assert pane.source.rows.count > 5
    pane.viewer.status.copy.click()
    pane.settle()
    assert pane.clipboard() == line


def test_going_to_an_error_far_down_waits_for_nothing_else(pane: Pane) -> None:
    text = "[\n" + "1,\n" * 20_000 + "x\n]"
    with pane.qtbot.waitSignal(pane.viewer.bodyShown):
        pane.viewer.show_exchange(answered(text))
    pane.press("Go to line")
    pane.settle()
    assert pane.caret_row() == "x"
    assert "x" in pane.text_page.view.text_on_screen().splitlines()


def test_the_place_of_an_error_is_marked(pane: Pane) -> None:
    """Statement 51."""
    pane.show(answered('{\n  "a": 1\n  "b": 2\n}'))
    view = pane.text_page.view
    picture = view.viewport().grab().toImage()
    bottom = 3 * view.line_height() - 2
    red = theme.color("red").hue()
    waves = [
        x
        for x in range(picture.width())
        for y in (bottom - 1, bottom)
        if QColor(picture.pixel(x, y)).hue() == red
    ]
    assert waves
    view.go_to(Place(2, 2))
    assert abs(min(waves) - view.caret_rect().x()) < 4


def test_long_xml_is_shown_as_received_while_it_is_laid_out(
    pane: Pane, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Section 3.5: raw text at once, Pretty replaces it when formatting is done."""
    go_on = threading.Event()
    lay_out = lay_out_markup

    def slow(*arguments: object) -> object:
        assert go_on.wait(10)
        return lay_out(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(text_page_work, "lay_out_markup", slow)
    body = "<a>" + "<b>x</b>" * 20_000 + "</a>"
    with pane.qtbot.waitSignal(pane.viewer.bodyShown):
        pane.viewer.show_exchange(
            answered(body, headers=typed("application/xml"), wanted=ResponseType.AUTO)
        )
    assert pane.text_page.view.text_on_screen().startswith("<a><b>x</b><b>")
    pane.qtbot.waitUntil(pane.body.bar.working.isVisible)
    go_on.set()
    pane.settle()
    assert pane.text_page.view.text_on_screen().startswith("<a>\n  <b>x</b>\n")
    assert not pane.body.bar.working.isVisible()


def test_a_body_that_grows_stays_where_it_is(qtbot: QtBot, jobs: JobRunner) -> None:
    """Nothing on screen jumps when more comes, nor at the end."""
    page = TextPage(page_tools(jobs))
    page.resize(500, 300)
    qtbot.addWidget(page)
    page.show()
    spool = BodySpool()
    spool.write(b"one\ntwo\nthr")
    body = ShownBody(
        answered(b""), spool, parse_media_type("text/plain"), Rendering.TEXT, growing=True
    )
    with qtbot.waitSignal(page.shown):
        page.show_body(body, RAW)
    qtbot.waitUntil(lambda: not page.busy)
    page.view.go_to(Place(1, 1))
    spool.write(b"ee\nfour" + b"\nmore" * 1000)
    page.grow()
    qtbot.waitUntil(lambda: not page.busy)
    assert page.view.text_on_screen().splitlines()[:4] == ["one", "two", "three", "four"]
    spool.write(b"\nlast")
    page.end(replace(body, growing=False), RAW)
    qtbot.waitUntil(lambda: not page.busy)
    assert page.view.selection.caret == Place(1, 1)
    assert page.source is not None
    assert page.source.rows.complete
    page.view.verticalScrollBar().setValue(10_000)
    qtbot.waitUntil(lambda: page.view.text_on_screen().splitlines()[-1] == "last")


# ---- find


def test_find_counts_and_goes_around(pane: Pane) -> None:
    show_text(pane, WORDS)
    assert find(pane, "WORD 3 ") == "1 of 1"
    assert find(pane, "word 300") == "1 of 12"
    assert caret(pane) == (299, 0)
    pane.viewer.find_next()
    pane.settle()
    assert caret(pane) == (2999, 0)
    assert pane.text_page.search.count.text() == "2 of 12"
    pane.viewer.find_previous()
    pane.viewer.find_previous()
    pane.settle()
    assert pane.text_page.search.count.text() == "12 of 12"
    assert caret(pane) == (30_000 - 1, 0)
    assert find(pane, "nowhere") == "No match"


def test_find_begins_at_what_is_on_screen(pane: Pane) -> None:
    page = show_text(pane, WORDS)
    page.view.verticalScrollBar().setValue(20_000)
    pane.settle()
    assert find(pane, "word") == "40,001 of 60,000"
    assert caret(pane) == (20_000, 0)


def test_case_words_and_expressions_are_told_apart(pane: Pane) -> None:
    show_text(pane, "Cat cat concat\ncat7 c.t")
    search = pane.text_page.search
    assert find(pane, "cat").endswith(" of 4")
    search.case.click()
    pane.settle()
    assert search.count.text().endswith(" of 3")
    search.word.click()
    pane.settle()
    assert search.count.text() == "1 of 1"
    search.case.click()
    search.word.click()
    search.regex.click()
    assert find(pane, r"^c.t").endswith(" of 2")
    assert "unterminated" in find(pane, "c[a")


def test_matches_on_screen_are_marked_wherever_it_is(pane: Pane) -> None:
    page = show_text(pane, WORDS)
    find(pane, "rd 20 ")
    assert [(mark.start, mark.end) for mark in page.view.marks[19]] == [(2, 8)]
    find(pane, "rd")
    page.view.verticalScrollBar().setValue(25_000)
    pane.qtbot.waitUntil(lambda: 25_000 in page.view.marks)
    assert [mark.kind for mark in page.view.marks[25_000]] == ["match", "match"]
    pane.qtbot.keyClick(page.search.field, Qt.Key.Key_Escape)
    assert not page.view.marks
    assert page.search.isHidden()


def test_more_matches_than_are_kept_are_said_to_be_more(
    pane: Pane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_view_matches, "MOST", 100)
    page = show_text(pane, WORDS)
    assert find(pane, "word") == "1 of 100+"
    page.view.verticalScrollBar().setValue(20_000)
    pane.settle()
    assert find(pane, "word 2") == "100+ matches"
    assert caret(pane)[0] >= 20_000 - 1
    pane.viewer.find_previous()
    pane.settle()
    assert caret(pane)[0] < 20_000


def test_closing_find_selects_the_match(pane: Pane) -> None:
    page = show_text(pane, WORDS)
    find(pane, "word 5 ")
    page.search.close_bar()
    selection = page.view.selection
    assert (selection.start, selection.end) == (Place(4, 0), Place(4, 7))
    pane.viewer.find()
    assert page.search.field.text() == "word 5 "


# ---- copy, lines, wrapping


def test_what_is_selected_is_copied(pane: Pane) -> None:
    page = show_text(pane, "one\ntwo\nthree")
    page.view.select(Place(0, 1), Place(2, 2))
    pane.qtbot.keyClick(page.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    pane.settle()
    assert pane.clipboard() == "ne\ntwo\nth"
    pane.qtbot.keyClick(page.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    pane.qtbot.keyClick(page.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    pane.settle()
    assert pane.clipboard() == "one\ntwo\nthree"


def test_a_copy_that_is_too_large_ends_at_a_bound_that_is_named(
    pane: Pane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_page_copy, "MOST_COPIED", 1000)
    monkeypatch.setattr(text_page, "MOST_COPIED", 1000)
    show_text(pane, WORDS)
    pane.viewer.status.copy.click()
    pane.settle()
    assert pane.clipboard() == WORDS[:1000]
    assert pane.notices() == ["Copied the first 1,000 characters. Save the body to have all of it."]
    with pane.qtbot.waitSignal(pane.viewer.exports.saveBodyRequested):
        pane.press("Save…")


def test_a_line_is_gone_to_by_its_number(pane: Pane) -> None:
    page = show_text(pane, WORDS)
    pane.qtbot.keyClick(page.view, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert page.line_bar.isVisible()
    pane.qtbot.keyClicks(page.line_bar.field, "12345")
    pane.qtbot.keyClick(page.line_bar.field, Qt.Key.Key_Return)
    pane.settle()
    assert pane.caret_row() == "word 12345 Word"
    assert page.line_bar.isHidden()
    assert QGuiApplication.focusObject() is page.view


def test_wrapping_is_a_switch_of_the_bar_and_of_the_menu(pane: Pane) -> None:
    page = show_text(pane, "x" * 500)
    assert len(page.view.text_on_screen().splitlines()) == 1
    pane.qtbot.mouseClick(pane.body.bar.wrap, Qt.MouseButton.LeftButton)
    assert page.view.wraps
    action = next(each for each in page.view.menu().actions() if each.text() == "Wrap lines")
    action.trigger()
    assert not page.view.wraps
    assert not pane.body.bar.wrap.isChecked()


def test_an_expression_without_an_end_stops_nothing(pane: Pane) -> None:
    """The search runs beside the window and is ended by the next one."""
    show_text(pane, "a" * 3_000 + "b\nneedle")
    pane.viewer.find()
    search = pane.text_page.search
    search.regex.click()
    search.field.setText("(a|a)+$")
    assert pane.text_page.busy
    assert find(pane, "n..dle") == "1 of 1"


def test_raw_is_copied_as_it_was_received(pane: Pane) -> None:
    """Line ends and characters that are not seen, too."""
    text = "one\r\ntwo\r\n\u202eabc\n"
    show_text(pane, text)
    assert "U+202E" in pane.text()
    pane.viewer.status.copy.click()
    pane.settle()
    assert pane.clipboard() == text


def test_a_screen_reader_is_told_of_the_text(pane: Pane) -> None:
    page = show_text(pane, "one\ntwo")
    page.view.go_to(Place(1, 0))
    told = QAccessible.queryAccessibleInterface(page.view)
    assert told.role() is QAccessible.Role.EditableText
    assert told.text(QAccessible.Text.Name) == "Response body"
    assert told.text(QAccessible.Text.Value) == "two"
    assert told.state().readOnly


def test_xml_of_megabytes_is_laid_out_beside_the_window(pane: Pane) -> None:
    """Section 3.5; a hundred megabytes take about twelve seconds there."""
    body = "<all>" + "<b><c>x</c></b>" * 200_000 + "</all>"
    pane.show(answered(body, headers=typed("application/xml"), wanted=ResponseType.AUTO))
    assert pane.text_page.view.text_on_screen().startswith("<all>\n  <b>\n    <c>x</c>\n")
    assert pane.text_page.source is not None
    assert pane.text_page.source.rows.count == 600_002
    assert pane.notices() == []


def test_large_json_is_copied_laid_out_with_every_token(pane: Pane) -> None:
    """Statement 52; the layout is made beside the window."""
    items = ",".join(f'{{"id":{number},"n":1.10,"s":"\u200d"}}' for number in range(15_000))
    pane.show(answered(f"[{items}]"))
    pane.viewer.status.copy.click()
    pane.settle()
    lines = pane.clipboard().splitlines()
    assert lines[:5] == ["[", "  {", '    "id": 0,', '    "n": 1.10,', '    "s": "\u200d"']
    assert lines[-1] == "]"
    assert len(lines) == 15_000 * 5 + 2
