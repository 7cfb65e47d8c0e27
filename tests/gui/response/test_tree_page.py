"""The Tree view of a JSON body."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.tree_page import TreePage
from tests.gui.response.pages import FileBody, OnScreen, shown
from tests.helpers.page_tools import page_tools


class Tree(OnScreen[TreePage]):
    """A tree on screen, and what its user sees of it."""

    def rows(self, parent: QModelIndex | None = None) -> list[str]:
        """Return the rows below a row, the topmost without one."""
        model = self.page.model
        parent = parent or QModelIndex()
        return [model.index(row, 0, parent).data() for row in range(model.rowCount(parent))]

    def shows(self, parent: QModelIndex, rows: list[str]) -> bool:
        """Return whether just these rows are below a row."""
        return self.rows(parent) == rows

    def at(self, *rows: int) -> QModelIndex:
        """Return the row at a path of row numbers."""
        index = QModelIndex()
        for row in rows:
            index = self.page.model.index(row, 0, index)
        assert index.isValid()
        return index

    def open(self, *rows: int) -> list[str]:
        """Open a row and return what is in it then."""
        index = self.at(*rows)
        self.page.view.expand(index)
        self.see()
        return self.rows(self.at(*rows))

    def see(self) -> None:
        """Wait until all that is on screen is read."""

        def seen() -> bool:
            texts = [index.data() for index in self.page.view.visible_indexes()]
            return "Loading…" not in texts and not self.page.busy

        self.qtbot.waitUntil(seen, timeout=10_000)

    def choose(self, *rows: int) -> None:
        """Make a row the current one."""
        self.page.view.setCurrentIndex(self.at(*rows))

    def last_copied(self, count: int) -> str:
        """Wait until so many texts were copied, and return the last."""
        self.qtbot.waitUntil(lambda: len(self.copied) == count)
        return self.copied[-1]


@pytest.fixture
def large_tree(qtbot: QtBot, jobs: JobRunner) -> Iterator[Tree]:
    """Give a tree page whose model is not watched, which takes its time with thousands of rows."""
    page = TreePage(page_tools(jobs))
    yield Tree(qtbot, page)
    page.clear()


@pytest.fixture
def tree(qtbot: QtBot, jobs: JobRunner) -> Iterator[Tree]:
    """Give a tree page on screen, whose model is watched for mistakes."""
    page = TreePage(page_tools(jobs))
    tester = QAbstractItemModelTester(
        page.model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    yield Tree(qtbot, page)
    page.clear()
    tester.deleteLater()


def test_tokens_are_shown_as_received(tree: Tree) -> None:
    """Statement 52: big integers, 1.10, 1e400, repeated keys and escapes stay what was sent."""
    tree.show(r'{"a": 12345678901234567890123, "a": 1.10, "b": 1e400, "c": "\u00e9\n", "d": null}')
    tree.see()
    assert tree.rows() == ["$: {…} 5 keys"]
    assert tree.rows(tree.at(0)) == [
        "a: 12345678901234567890123",
        "a: 1.10",
        "b: 1e400",
        r'c: "\u00e9\n"',
        "d: null",
    ]


def test_containers_say_what_is_in_them(tree: Tree) -> None:
    many = json.dumps({"few": [1, 2], "none": [], "many": list(range(1203)), "one": {"a": 1}})
    tree.show(many)
    tree.see()
    assert tree.rows(tree.at(0)) == [
        "few: […] 2 items",
        "none: []",
        "many: […] 1,203 items, 6.1 KB",
        "one: {…} 1 key",
    ]
    assert not tree.page.model.hasChildren(tree.at(0, 1))


def test_children_come_in_pages_as_one_scrolls(tree: Tree) -> None:
    tree.show(json.dumps(list(range(1000))))
    tree.see()
    rows = tree.rows(tree.at(0))
    assert rows[:2] == ["0: 0", "1: 1"]
    assert (len(rows), rows[-1]) == (201, "Loading…")
    while len(tree.rows(tree.at(0))) != 1000:
        tree.page.view.scrollToBottom()
        tree.see()
    assert tree.rows(tree.at(0))[-1] == "999: 999"


def test_the_tree_reaches_to_the_first_fault_and_names_its_place(tree: Tree) -> None:
    """Statement 51: the place where the text stops to be JSON."""
    tree.show('{"a": 1,\n "b": [1, 2 3]}')
    tree.see()
    assert tree.open(0, 1) == [
        "0: 1",
        "1: 2",
        "Line 2, column 13: expected a comma or a closing bracket",
    ]


def test_lines_of_json_are_values_of_their_own(tree: Tree) -> None:
    tree.show('{"a": 1}\n{"a": 2}\n[3]\n', "application/x-ndjson")
    tree.see()
    assert tree.rows() == ["0: {…} 1 key", "1: {…} 1 key", "2: […] 1 item"]
    assert tree.open(1) == ["a: 2"]
    tree.choose(1, 0)
    tree.page.copy_path()
    assert tree.copied == ["$[1].a"]


def test_values_keys_and_paths_are_copied(tree: Tree) -> None:
    tree.show(r'{"caf\u00e9 \"x\"": ["a\tb", {"n": 1.10}], "plain": 1}')
    tree.open(0, 0)
    tree.choose(0, 0, 0)
    tree.page.copy_value()
    assert tree.last_copied(1) == "a\tb"
    tree.page.copy_json()
    assert tree.last_copied(2) == r'"a\tb"'
    tree.page.copy_path()
    assert tree.last_copied(3) == "$['café \"x\"'][0]"
    tree.choose(0, 0)
    tree.page.copy_key()
    assert tree.last_copied(4) == 'café "x"'
    tree.choose(0, 0, 1)
    tree.qtbot.keyClick(tree.page.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert tree.last_copied(5) == '{"n": 1.10}'


def test_a_subtree_opens_at_once(tree: Tree) -> None:
    tree.show(json.dumps({"a": [{"b": {"c": [1, 2]}} for _ in range(5)]}))
    tree.see()
    with tree.qtbot.waitSignal(tree.page.loader.grown):
        tree.page.expand_all(tree.at(0))
    assert tree.page.view.isExpanded(tree.at(0, 0, 4, 0, 0))
    assert tree.rows(tree.at(0, 0, 4, 0, 0)) == ["0: 1", "1: 2"]
    assert tree.notices() == []
    tree.page.collapse_all()
    assert tree.page.view.isExpanded(tree.at(0))
    assert not tree.page.view.isExpanded(tree.at(0, 0))


def test_opening_a_subtree_ends_at_a_bound(large_tree: Tree) -> None:
    large_tree.show(json.dumps([[{"x": i}] for i in range(6000)]))
    large_tree.see()
    with large_tree.qtbot.waitSignal(large_tree.page.loader.grown, timeout=20_000):
        large_tree.page.expand_all(large_tree.at(0))
        assert large_tree.page.notices[0].text == "Opening…"
    assert large_tree.notices() == [
        "The first 10,000 values are open. What follows opens as you scroll."
    ]


def find(tree: Tree, text: str) -> str:
    """Search for a text and return the row that is shown."""
    tree.page.open_find()
    tree.page.search.field.setText(text)
    tree.see()
    return str(tree.page.view.currentIndex().data())


def test_a_search_opens_the_way_to_keys_and_values(tree: Tree) -> None:
    tree.show(json.dumps({"a": [{"b": {"deep": "needle"}}], "c": {"Needle": 2}, "d": "x"}))
    assert find(tree, "needle") == 'deep: "needle"'
    tree.page.find_next()
    tree.see()
    assert tree.page.view.currentIndex().data() == "Needle: 2"
    tree.page.find_next()
    tree.see()
    assert tree.page.view.currentIndex().data() == 'deep: "needle"'
    assert tree.page.search.count.text() == "From the other end"
    tree.page.find_previous()
    tree.see()
    assert tree.page.view.currentIndex().data() == "Needle: 2"
    assert find(tree, "nowhere") == "Needle: 2"
    assert tree.page.search.count.text() == "No match"


def test_a_match_far_down_a_list_leaves_what_is_before_it_out(large_tree: Tree) -> None:
    tree = large_tree
    tree.show(json.dumps([{"id": number} for number in range(30_000)]))
    assert find(tree, "29123") == "id: 29123"
    tree.page.copy_path()
    assert tree.copied == ["$[29123].id"]
    rows = tree.rows(tree.at(0))
    assert rows[:2] == ["29,123 values before this. Open to show them", "29123: {…} 1 key"]
    tree.page.view.clicked.emit(tree.at(0, 0))
    tree.see()
    assert tree.rows(tree.at(0))[:2] == ["0: {…} 1 key", "1: {…} 1 key"]


def test_depth_costs_nothing(tree: Tree) -> None:
    tree.show(b"[" * 100_000 + b"]" * 100_000)
    rows: tuple[int, ...] = (0,)
    for _ in range(20):
        tree.open(*rows)
        below = tree.at(*rows)
        tree.qtbot.waitUntil(partial(tree.shows, below, ["0: […] 1 item, 200 KB"]))
        rows = (*rows, 0)


def test_the_tree_of_a_huge_sibling_opens_before_its_end_is_known(
    tree: Tree, tmp_path: Path
) -> None:
    """The first screen does not wait for 100 MB; what comes behind them appears in time."""
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.write(b'{"first": 1, "huge": [')
        for _ in range(100):
            file.write(b'"' + b"x" * 999_990 + b'", ')
        file.write(b'0], "last": 2}')
    body = FileBody(path)
    told: list[list[str]] = []
    tree.page.model.rowsInserted.connect(lambda parent: told.append(tree.rows(parent)))
    with tree.qtbot.waitSignal(tree.page.shown):
        tree.page.show_body(shown(body), "tree")
    tree.qtbot.waitUntil(lambda: not tree.page.busy, timeout=30_000)
    assert told[1] == ["first: 1", "huge: […]", "Loading…"]
    assert tree.rows(tree.at(0)) == ["first: 1", "huge: […] 101 items, 100 MB", "last: 2"]
    body.close()
