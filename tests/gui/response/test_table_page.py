"""The Table view of a JSON body."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from httpdesk.engine.offload import Scratch
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.table_page import TablePage
from httpdesk.render.visible_text import visible
from tests.gui.response import exchanges
from tests.gui.response.conftest import Pane
from tests.gui.response.pages import OnScreen
from tests.helpers.page_tools import page_tools

ROWS = [{"id": number, "name": f"Name {number}"} for number in range(1000)]


class Table(OnScreen[TablePage]):
    """A table on screen, and what its user sees of it."""

    def row(self, row: int) -> list[str]:
        """Scroll to a row and return its cells."""
        model = self.page.model
        self.page.view.scrollTo(model.index(row, 0))
        self.cells(row)
        self.settle()
        return self.cells(row)

    def cells(self, row: int) -> list[str]:
        """Return the cells of a row as far as they are read."""
        model = self.page.model
        return [model.index(row, column).data() for column in range(model.columnCount())]

    def click_title(self, column: int) -> None:
        """Click a column's title and wait for the order."""
        self.page.view.titles.sectionClicked.emit(column)
        self.settle()

    def choose(self, row: int, column: int, *, add: bool = False) -> None:
        """Choose a cell, or add it to the chosen ones."""
        flag = QItemSelectionModel.SelectionFlag
        how = flag.Select if add else flag.ClearAndSelect
        self.page.view.selectionModel().setCurrentIndex(self.page.model.index(row, column), how)


@pytest.fixture
def table(qtbot: QtBot, jobs: JobRunner) -> Iterator[Table]:
    """Give a table page on screen, whose model is watched for mistakes."""
    page = TablePage(page_tools(jobs))
    tester = QAbstractItemModelTester(
        page.model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    yield Table(qtbot, page)
    page.clear()
    tester.deleteLater()


def test_rows_are_read_when_they_come_on_screen(table: Table) -> None:
    table.show(json.dumps({"items": ROWS}))
    titles = [table.page.model.headerData(each, Qt.Orientation.Horizontal) for each in (0, 1)]
    assert titles == ["id", "name"]
    assert table.page.count.text() == "1,000 rows"
    assert table.row(0) == ["0", "Name 0"]
    assert table.row(999) == ["999", "Name 999"]


def test_a_long_name_is_cut_in_its_title(table: Table) -> None:
    """Security.md R2, T1: the window measures the titles."""
    table.show(json.dumps([{"k" * 250: 1}]))
    title = table.page.model.headerData(0, Qt.Orientation.Horizontal)
    assert title == "k" * 200 + "…"
    assert table.row(0) == ["1"]


def test_a_title_sorts_up_down_and_not_at_all(table: Table) -> None:
    table.show(b'[{"v": 9}, {"v": 10}, {"v": 1.0e1}, {"v": 2}]')
    orders = []
    for _ in range(3):
        table.click_title(0)
        orders.append([table.row(row)[0] for row in range(4)])
    assert orders == [
        ["2", "9", "10", "1.0e1"],
        ["10", "1.0e1", "9", "2"],
        ["9", "10", "1.0e1", "2"],
    ]


def test_the_filter_leaves_rows_out(table: Table) -> None:
    table.show(json.dumps(ROWS))
    table.page.filter.setText("name 99")
    table.settle()
    assert table.page.count.text() == "11 of 1,000 rows"
    assert table.row(0) == ["99", "Name 99"]
    table.page.filter.clear()
    table.settle()
    assert table.page.count.text() == "1,000 rows"


def test_cells_and_rows_are_copied(table: Table) -> None:
    table.show(r'[{"a": "x,y\n", "b": 1.10}, {"a": "=1", "b": 2}]')
    table.choose(0, 0)
    table.qtbot.keyClick(table.page.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    table.settle()
    table.choose(0, 1, add=True)
    table.choose(1, 0, add=True)
    table.choose(1, 1, add=True)
    table.page.copy_cells()
    table.settle()
    table.page.copy_csv()
    table.settle()
    table.page.copy_json()
    table.settle()
    assert table.copied == [
        "x,y\n",
        '"x,y\n"\t1.10\r\n\'=1\t2\r\n',
        'a,b\r\n"x,y\n",1.10\r\n\'=1,2\r\n',
        '{"a": "x,y\\n", "b": 1.10}\n{"a": "=1", "b": 2}',
    ]


def test_the_rows_on_screen_are_saved_in_their_order(table: Table) -> None:
    saved: list[Scratch] = []
    table.page.saveRequested.connect(saved.append)
    table.show(b'[{"v": "=2"}, {"v": "b"}, {"v": "a"}]')
    table.click_title(0)
    with table.qtbot.waitSignal(table.page.saveRequested):
        table.page.save_csv()
    assert saved[0].read_at(0, 100) == b"v\r\n'=2\r\na\r\nb\r\n"
    assert table.notices()[0].endswith("does not run them: 1.")


def test_a_body_without_a_list_says_so(table: Table) -> None:
    table.show(b'{"a": 1}')
    assert table.page.message.isVisible()
    table.show(b'[{"a": 1}]')
    assert not table.page.message.isVisible()
    assert table.row(0) == ["1"]


def test_hostile_text_stays_on_its_line_and_in_its_order(table: Table) -> None:
    """security.md R7: no character of a server changes how others are read."""
    table.show(json.dumps([{"a\u202eb": "x\ny\u202ez"}]))
    assert table.page.model.headerData(0, Qt.Orientation.Horizontal) == visible("a\u202eb")
    assert table.row(0) == ["x␊y" + visible("\u202e") + "z"]
    assert "\u202e" not in visible("\u202e")


@pytest.mark.parametrize("view", ["tree", "table"])
def test_a_narrow_pane_is_not_widened(pane: Pane, view: str) -> None:
    pane.viewer.resize(360, 400)
    pane.show(exchanges.answered(json.dumps([{"id": 1, "name": "x"}])))
    pane.body.choose(view)
    pane.settle()
    pane.viewer.open_filter()
    pane.viewer.grab()
    assert pane.viewer.width() == 360
