"""The order in which Tab goes: as the window is read, whenever its parts were made."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from httpdesk.gui.widgets.reading_order import next_stop, tab_stops


class Form(QWidget):
    """Fields that were made from the last to the first, in layouts inside layouts."""

    def __init__(self) -> None:
        super().__init__()
        self.last, self.second, self.first = QPushButton("3"), QLineEdit("2"), QLineEdit("1")
        self.label = QLabel("no stop")
        row = QHBoxLayout()
        row.addWidget(self.first)
        row.addWidget(self.label)
        row.addWidget(self.second)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(self.last)


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    """Give a form on screen."""
    made = Form()
    qtbot.addWidget(made)
    made.show()
    return made


def test_stops_follow_the_layouts(form: Form) -> None:
    assert tab_stops(form) == [form.first, form.second, form.last]


def test_what_is_hidden_or_disabled_is_left_out(form: Form) -> None:
    form.first.hide()
    form.second.setEnabled(False)
    assert tab_stops(form) == [form.last]


def test_tab_goes_round_in_both_directions(form: Form) -> None:
    assert next_stop(form, form.first, True) is form.second
    assert next_stop(form, form.last, True) is form.first
    assert next_stop(form, form.first, False) is form.last
    assert next_stop(form, form.second, False) is form.first


def test_from_a_place_that_is_no_stop_it_goes_on_from_there(form: Form) -> None:
    assert next_stop(form, form.label, True) is form.second
    assert next_stop(form, form.label, False) is form.first
    inside = QWidget(form.second)
    assert next_stop(form, inside, True) is form.last
    assert next_stop(form, None, True) is form.first


def test_nowhere_to_go(form: Form) -> None:
    for stop in tab_stops(form):
        stop.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    assert next_stop(form, form.first, True) is None


def test_of_a_stack_only_the_page_on_screen_counts(qtbot: QtBot) -> None:
    stack, front = QStackedWidget(), Form()
    qtbot.addWidget(stack)
    for page in (Form(), front, Form()):
        stack.addWidget(page)
    stack.setCurrentWidget(front)
    stack.show()
    assert tab_stops(stack) == [front.first, front.second, front.last]


def test_the_divider_comes_behind_both_panes(qtbot: QtBot) -> None:
    splitter, left, right = QSplitter(), QLineEdit(), QLineEdit()
    qtbot.addWidget(splitter)
    splitter.addWidget(left)
    splitter.addWidget(right)
    splitter.handle(1).setFocusPolicy(Qt.FocusPolicy.TabFocus)
    splitter.show()
    assert tab_stops(splitter) == [left, right, splitter.handle(1)]


def test_a_scroll_area_is_looked_into(qtbot: QtBot) -> None:
    area, form = QScrollArea(), Form()
    qtbot.addWidget(area)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(form)
    area.show()
    assert tab_stops(area) == [form.first, form.second, form.last]


def test_children_outside_of_a_layout_come_as_they_stand(qtbot: QtBot) -> None:
    free = QWidget()
    qtbot.addWidget(free)
    right, left, below = (QLineEdit(free) for _ in range(3))
    for field, x, y in ((right, 100, 0), (left, 0, 0), (below, 0, 50)):
        field.move(x, y)
    free.show()
    assert tab_stops(free) == [left, right, below]
