"""The small parts of the shell: titles, matching, the form panel, the window's state."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from httpdesk.gui import fuzzy
from httpdesk.gui.form_rows import Answers, ChoiceRow, TextRow
from httpdesk.gui.overlay import FormPanel
from httpdesk.gui.titles import request_title
from httpdesk.gui.window_state import DEFAULT_SIZE, WindowState
from httpdesk.model.request import Request

# Titles


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("http://h/orders/42", "/42"),
        ("http://h/orders/?key=secret#frag", "/orders"),
        ("http://api.example.com", "api.example.com"),
        ("api.example.com:8080", "api.example.com:8080"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("http://me:secret@host", "host"),
        ("http://me:secre", "me"),
        ("http://me:secret@", "Untitled request"),
        ("{{base}}/orders", "/orders"),
        ("", "Untitled request"),
        ("   ", "Untitled request"),
        ("?api_key=secret", "Untitled request"),
    ],
)
def test_a_title_tells_where_it_goes_and_no_secret(url: str, title: str) -> None:
    assert request_title(Request(url=url)) == title


def test_a_name_is_the_title() -> None:
    assert request_title(Request(name="List orders", url="http://h/x")) == "List orders"


# Matching


def test_the_start_of_a_word_beats_its_middle_and_letters_in_order_come_last() -> None:
    names = ["Reorder", "Show a bread", "Orders", "Or the door"]
    found = [each.entry for each in fuzzy.best("or", names, str, 10)]
    assert found == ["Orders", "Or the door", "Reorder", "Show a bread"]
    assert next(each.entry for each in fuzzy.best("ods", names, str, 10)) == "Orders"


def test_hits_are_the_letters_to_be_shown_bold() -> None:
    (found,) = fuzzy.best("say", ["Say hello"], str, 1)
    assert found.hits == (0, 1, 2)
    (scattered,) = fuzzy.best("shl", ["Say hello"], str, 1)
    assert [("Say hello"[at]).lower() for at in scattered.hits] == list("shl")
    assert scattered.score > found.score
    (words,) = fuzzy.best("hello sa", ["Say hello"], str, 1)
    assert words.hits == (0, 1, 4, 5, 6, 7, 8)


def test_fewer_letters_find_again_what_more_letters_left_out() -> None:
    texts = fuzzy.Haystack(["Orders", "Customers"], ["Orders", "Customers"])
    assert [len(texts.best(query, 9)) for query in ("o", "ord", "o", "cu", "")] == [2, 1, 2, 1, 2]


def test_letters_that_are_scattered_over_lines_are_no_match() -> None:
    assert fuzzy.best("ab", ["a\nb"], str, 9) == []
    assert len(fuzzy.best("b a", ["a\nb"], str, 9)) == 1


def test_nothing_typed_keeps_the_order_and_the_bound() -> None:
    assert [each.entry for each in fuzzy.best("", ["b", "a", "c"], str, 2)] == ["b", "a"]
    assert fuzzy.best("xyz", ["a"], str, 2) == []


# The form


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A window with the focus on a button."""
    window, button = QWidget(), QPushButton("before")
    QVBoxLayout(window).addWidget(button)
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    button.setFocus()
    return window


@pytest.fixture
def form(window: QWidget) -> FormPanel:
    return FormPanel(window)


ROWS = (
    TextRow("name", "Name", "Old name"),
    ChoiceRow("place", "Folder", ((1, "One"), (2, "<b>Two</b>")), 2),
)


def test_a_form_takes_what_is_typed_and_gives_the_focus_back(
    window: QWidget, form: FormPanel
) -> None:
    answers: list[Answers] = []
    before = window.focusWidget()
    form.ask("Save", ROWS, "Save", answers.append)
    name = form.field("name")
    assert isinstance(name, QLineEdit)
    assert name.hasFocus()
    assert name.selectedText() == "Old name"
    QTest.keyClicks(name, "  New name ")
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert answers == [{"name": "New name", "place": 2}]
    assert form.isHidden()
    assert before is not None
    assert before.hasFocus()


def test_a_form_without_a_name_cannot_be_accepted(form: FormPanel) -> None:
    answers: list[Answers] = []
    form.ask("Save", ROWS, "Save", answers.append)
    name = form.field("name")
    assert isinstance(name, QLineEdit)
    name.setText("   ")
    assert not form.accept_button.isEnabled()
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert (answers, form.isHidden()) == ([], False)


@pytest.mark.parametrize("leave", ["escape", "cancel", "click"])
def test_a_form_is_left_without_an_answer(window: QWidget, form: FormPanel, leave: str) -> None:
    answers: list[Answers] = []
    form.ask("Save", ROWS, "Save", answers.append)
    if leave == "escape":
        QTest.keyClick(form.field("place"), Qt.Key.Key_Escape)
    elif leave == "cancel":
        form.cancel_button.click()
    else:
        QTest.mouseClick(window, Qt.MouseButton.LeftButton)
    assert (answers, form.isHidden()) == ([], True)


def test_a_form_that_is_asked_again_has_only_its_new_fields(form: FormPanel) -> None:
    form.ask("Save", ROWS, "Save", lambda _: None)
    form.ask("Move", ROWS[1:], "Move", lambda _: None)
    assert form.title.text() == "Move"
    with pytest.raises(KeyError):
        form.field("name")
    assert form.accept_button.isEnabled()


# The window's state


def test_the_state_is_kept_over_a_restart(qtbot: QtBot, tmp_path: Path) -> None:
    path = str(tmp_path / "window.ini")
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(700, 500)
    state = WindowState(path)
    state.keep_geometry(window)
    state.keep_sizes("sidebar", [264, 900])
    state.keep_flag("sidebar", False)
    del state
    again, other = WindowState(path), QMainWindow()
    qtbot.addWidget(other)
    again.restore_geometry(other)
    assert other.size().toTuple() == (700, 500)
    assert again.sizes("sidebar") == [264, 900]
    assert again.flag("sidebar", True) is False
    assert again.flag("other", True) is True


@pytest.mark.parametrize("content", ["", "\x00\x01", "[splitter]\nx=a, b\n[flag]\nx=perhaps\n"])
def test_a_damaged_state_is_none(qtbot: QtBot, tmp_path: Path, content: str) -> None:
    """quality.md row 33."""
    path = tmp_path / "window.ini"
    path.write_text(content)
    state, window = WindowState(str(path)), QMainWindow()
    qtbot.addWidget(window)
    state.restore_geometry(window)
    assert window.size().toTuple() == DEFAULT_SIZE
    assert state.sizes("x") == []
    assert isinstance(state.flag("x", True), bool)
