"""The painted text: only rows near the screen are read, and everything works on them."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QApplication
from pytestqt.qtbot import QtBot

from httpdesk.gui import theme
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.text_view import TextView
from httpdesk.gui.response.text_view_select import END, Selection
from httpdesk.render.rows import Place
from tests.helpers.memory_rows import MemoryRows

LINES = "\n".join(f"line {number}" for number in range(1, 5001))
ORDER = json.dumps({"a": {"b": [1, 2.5, True], "c": "x"}, "d": None}, indent=2)
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class Screen:
    """A view on screen, and hands that use it."""

    def __init__(self, qtbot: QtBot, jobs: JobRunner) -> None:
        self.qtbot = qtbot
        self.view = TextView("Response body", jobs)
        self.view.resize(600, 320)
        qtbot.addWidget(self.view)
        self.view.show()
        self.view.setFocus()
        self.rows = MemoryRows("")

    def show(self, text: str, language: str = "text", width: int = 4096) -> None:
        """Show a text and wait until the rows around the screen are there."""
        self.rows = MemoryRows(text, width=width)
        with self.qtbot.waitSignal(self.view.firstShown):
            self.view.show_rows(self.rows, language)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is being read."""
        self.qtbot.waitUntil(lambda: not self.view.busy, timeout=20_000)

    def lines(self) -> list[str]:
        """Return the lines on screen."""
        return [p.line.row.text[p.start : p.end] for p, _ in self.view.placed_pieces()]

    def key(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press a key and wait for what it brings."""
        self.qtbot.keyClick(self.view, key, modifier)
        self.settle()

    def at(self, row: int, column: int) -> QPoint:
        """Return the point of the viewport where a place on screen is."""
        view = self.view
        caret = view.selection
        view.set_selection(Selection(Place(row, column), Place(row, column)))
        point = view.caret_rect().center()
        view.set_selection(caret)
        return point

    def click(
        self, row: int, column: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Click at a place."""
        at = self.at(row, column)
        self.qtbot.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, modifier, at)

    def wheel(
        self, notches: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Turn the wheel; down is positive."""
        at = self.view.viewport().rect().center()
        event = QWheelEvent(
            at.toPointF(),
            self.view.viewport().mapToGlobal(at).toPointF(),
            QPoint(),
            QPoint(0, -120 * notches),
            Qt.MouseButton.NoButton,
            modifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.view.viewport(), event)
        self.settle()


@pytest.fixture
def screen(qtbot: QtBot, jobs: JobRunner) -> Screen:
    """Give a view of text on screen."""
    return Screen(qtbot, jobs)


def test_only_rows_near_the_screen_are_read(screen: Screen) -> None:
    """Part 2 of the viewer: the text is in no document."""
    screen.show(LINES)
    assert screen.lines()[0] == "line 1"
    assert 15 < len(screen.lines()) < 30
    assert max(first + count for first, count in screen.rows.asked) < 200
    assert screen.view.verticalScrollBar().maximum() == 5000 - screen.view.page_lines()


def test_what_is_on_screen_is_read_before_what_is_around(screen: Screen) -> None:
    screen.show(LINES)
    first, count = screen.rows.asked[0]
    assert (first, count) == (0, len(screen.lines()))


def test_the_scroll_bar_leads_anywhere_and_old_lines_stay_until_new_ones_are_there(
    screen: Screen,
) -> None:
    screen.show(LINES)
    screen.view.verticalScrollBar().setValue(3000)
    assert screen.lines()[0] == "line 1"
    screen.settle()
    assert screen.lines()[0] == "line 3001"
    screen.view.verticalScrollBar().setValue(10**9)
    screen.settle()
    assert screen.lines()[-1] == "line 5000"


def test_lines_read_ahead_are_there_at_once(screen: Screen) -> None:
    screen.show(LINES)
    before = len(screen.rows.asked)
    screen.view.scroll_lines(10)
    assert screen.lines()[0] == "line 11"
    assert len(screen.rows.asked) == before


def test_the_wheel_goes_three_lines_and_zooms_with_ctrl(screen: Screen) -> None:
    screen.show(LINES)
    screen.wheel(2)
    assert screen.lines()[0] == "line 7"
    height = screen.view.line_height()
    screen.wheel(-4, _CTRL)
    assert screen.view.line_height() > height
    assert screen.lines()[0] == "line 7"


def test_rows_that_become_known_lengthen_the_scroll_bar(screen: Screen) -> None:
    """The scroll bar grows while the body is indexed."""
    rows = MemoryRows(LINES, known=100)
    with screen.qtbot.waitSignal(screen.view.firstShown):
        screen.view.show_rows(rows, "text")
    short = screen.view.verticalScrollBar().maximum()
    rows.known = 5000
    screen.view.rows_grew()
    assert short < 100 < screen.view.verticalScrollBar().maximum()


def test_wrapped_rows_are_scrolled_line_by_line(screen: Screen) -> None:
    """The place of the scroll bar is a row and a line of it."""
    rows = [",".join(f"{number}.{part}" for part in range(100)) for number in range(100)]
    text = "\n".join(rows)
    screen.show(text)
    screen.view.set_wrap(True)
    screen.settle()
    lines = screen.lines()
    width = len(lines[0])
    assert "".join(lines).startswith(text[: width * 4])
    assert screen.view.horizontalScrollBar().maximum() == 0
    screen.view.scroll_lines(1)
    assert screen.lines()[0] == text[width : 2 * width]
    last = screen.lines()[-1]
    bar = screen.view.verticalScrollBar()
    bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepAdd)
    screen.settle()
    assert last in screen.lines()[:4]
    bar.setValue(bar.maximum())
    screen.settle()
    assert screen.lines()[-1].endswith("99.99")


def test_a_row_of_a_long_line_has_no_number_of_its_own(screen: Screen) -> None:
    screen.show("x" * 100 + "\nshort", width=40)
    numbers = [
        (piece.line.row.line, piece.line.row.continued) for piece, _ in screen.view.placed_pieces()
    ]
    assert numbers == [(1, False), (1, True), (1, True), (2, False)]


# The caret and the selection


def test_keys_move_the_caret(screen: Screen) -> None:
    screen.show("one two\nthree\n\nfour")
    for key, modifier, place in (
        (Qt.Key.Key_Right, None, (0, 1)),
        (Qt.Key.Key_End, None, (0, 7)),
        (Qt.Key.Key_Down, None, (1, 5)),
        (Qt.Key.Key_Down, None, (2, 0)),
        (Qt.Key.Key_Up, None, (1, 5)),
        (Qt.Key.Key_Right, None, (2, 0)),
        (Qt.Key.Key_Left, None, (1, 5)),
        (Qt.Key.Key_Home, None, (1, 0)),
        (Qt.Key.Key_Up, None, (0, 0)),
        (Qt.Key.Key_Right, _CTRL, (0, 4)),
        (Qt.Key.Key_Left, _CTRL, (0, 0)),
        (Qt.Key.Key_End, _CTRL, (3, 4)),
        (Qt.Key.Key_Home, _CTRL, (0, 0)),
    ):
        screen.key(key, modifier or Qt.KeyboardModifier.NoModifier)
        assert screen.view.selection.caret == Place(*place), (key, place)


def test_the_caret_is_followed_wherever_it_goes(screen: Screen) -> None:
    screen.show(LINES)
    screen.key(Qt.Key.Key_End, _CTRL)
    assert screen.lines()[-1] == "line 5000"
    screen.key(Qt.Key.Key_PageUp)
    assert screen.view.selection.caret.row == 5000 - screen.view.page_lines()
    assert f"line {screen.view.selection.caret.row + 1}" in screen.lines()
    screen.key(Qt.Key.Key_Home, _CTRL)
    for _ in range(screen.view.page_lines() + 5):
        screen.key(Qt.Key.Key_Down)
    assert screen.lines()[0] == "line 7"
    screen.view.go_to_line(2500)
    screen.settle()
    assert "line 2500" in screen.lines()
    assert screen.view.selection.caret == Place(2499, 0)


def test_a_line_far_to_the_right_is_followed(screen: Screen) -> None:
    screen.show("x" * 900 + "end")
    screen.key(Qt.Key.Key_End)
    assert screen.view.viewport().rect().contains(screen.view.caret_rect())
    screen.key(Qt.Key.Key_Home)
    assert screen.view.horizontalScrollBar().value() == 0


def test_shift_and_keys_select(screen: Screen) -> None:
    screen.show("one two\nthree")
    screen.key(Qt.Key.Key_Right, _SHIFT)
    screen.key(Qt.Key.Key_Down, _SHIFT)
    assert screen.view.selection == Selection(Place(0, 0), Place(1, 1))
    screen.key(Qt.Key.Key_Left)
    assert screen.view.selection == Selection(Place(0, 0), Place(0, 0))


def test_the_whole_body_is_selected_without_reading_it(screen: Screen) -> None:
    screen.show(LINES)
    before = len(screen.rows.asked)
    screen.key(Qt.Key.Key_A, _CTRL)
    assert screen.view.selection.end == END
    assert len(screen.rows.asked) == before
    assert screen.lines()[0] == "line 1"


def test_a_click_puts_the_caret_and_shift_stretches_to_it(screen: Screen) -> None:
    screen.show(LINES)
    screen.click(3, 4)
    assert screen.view.selection.caret == Place(3, 4)
    screen.click(5, 2, _SHIFT)
    assert screen.view.selection == Selection(Place(3, 4), Place(5, 2))


def test_a_double_click_takes_the_word_and_a_third_one_the_line(screen: Screen) -> None:
    screen.show("one two_2 three\nnext")
    at = screen.at(0, 6)
    port = screen.view.viewport()
    screen.qtbot.mouseDClick(port, Qt.MouseButton.LeftButton, pos=at)
    assert screen.view.selection == Selection(Place(0, 4), Place(0, 9))
    screen.qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=at)
    assert screen.view.selection == Selection(Place(0, 0), Place(1, 0))


def test_dragging_beyond_the_edge_scrolls(screen: Screen) -> None:
    screen.show(LINES)
    port = screen.view.viewport()
    screen.qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=screen.at(2, 0))
    screen.qtbot.mouseMove(port, screen.at(5, 3))
    assert screen.view.selection == Selection(Place(2, 0), Place(5, 3))
    screen.qtbot.mouseMove(port, QPoint(10, port.height() + 30))
    screen.qtbot.waitUntil(lambda: screen.view.selection.caret.row > 60)
    screen.qtbot.mouseRelease(port, Qt.MouseButton.LeftButton)
    assert screen.view.selection.anchor == Place(2, 0)


def test_what_is_selected_is_tinted(screen: Screen) -> None:
    screen.show("aaaa bbbb\ncccc")
    screen.view.set_selection(Selection(Place(0, 5), Place(1, 0)))
    picture = screen.view.viewport().grab().toImage()
    tint = theme.color("selected")
    y = screen.view.line_height() // 2
    inside, outside = screen.at(0, 7).x(), screen.at(0, 2).x()

    def tinted(x: int) -> bool:
        return any(QColor(picture.pixel(x, row)) == tint for row in range(y - 7, y + 7))

    assert tinted(inside)
    assert not tinted(outside)


# Folding


def test_objects_fold_and_lines_keep_their_numbers(screen: Screen) -> None:
    screen.show(ORDER, "json")
    screen.view.toggle_fold(2)
    screen.settle()
    shown = screen.lines()
    assert shown == [
        "{",
        '  "a": {',
        '    "b": [',
        "    ],",
        '    "c": "x"',
        "  },",
        '  "d": null',
        "}",
    ]
    numbers = [piece.line.row.line for piece, _ in screen.view.placed_pieces()]
    assert numbers == [1, 2, 3, 7, 8, 9, 10, 11]
    screen.view.toggle_fold(1)
    screen.settle()
    assert screen.lines() == ["{", '  "a": {', "  },", '  "d": null', "}"]
    screen.view.toggle_fold(1)
    assert screen.lines() == shown


def test_folds_survive_scrolling_and_open_for_what_is_gone_to(screen: Screen) -> None:
    text = json.dumps([{"id": number, "tags": ["a", "b"]} for number in range(2000)], indent=2)
    screen.show(text, "json")
    screen.view.toggle_fold(1)
    screen.settle()
    assert screen.lines()[:3] == ["[", "  {", "  },"]
    screen.view.verticalScrollBar().setValue(8000)
    screen.settle()
    screen.view.verticalScrollBar().setValue(0)
    screen.settle()
    assert screen.lines()[:3] == ["[", "  {", "  },"]
    screen.view.go_to(Place(3, 4))
    screen.settle()
    assert screen.lines()[3] == '    "tags": ['


def test_keys_fold_around_the_caret(screen: Screen) -> None:
    screen.show(ORDER, "json")
    screen.view.go_to(Place(4, 6))
    screen.key(Qt.Key.Key_BracketLeft, _CTRL | _SHIFT)
    assert screen.lines()[3] == "    ],"
    assert screen.view.selection.caret == Place(2, 0)
    screen.key(Qt.Key.Key_BracketRight, _CTRL | _SHIFT)
    assert screen.lines()[3] == "      1,"


# Others


def test_a_body_that_is_let_go_of_is_read_no_more(screen: Screen) -> None:
    screen.show(LINES)
    before = len(screen.rows.asked)
    screen.view.clear()
    screen.view.scroll_lines(40)
    screen.settle()
    assert screen.lines() == []
    assert len(screen.rows.asked) == before


def test_the_menu_offers_what_the_keys_do(screen: Screen) -> None:
    screen.show("one two")
    menu = screen.view.menu()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == ["Copy", "Select all", "Find", "Go to line…", "Wrap lines"]
    assert not menu.actions()[0].isEnabled()
    menu.actions()[1].trigger()
    assert screen.view.menu().actions()[0].isEnabled()
    with screen.qtbot.waitSignal(screen.view.goToLineRequested):
        screen.key(Qt.Key.Key_G, _CTRL)
    with screen.qtbot.waitSignal(screen.view.copyRequested):
        screen.key(Qt.Key.Key_C, _CTRL)
