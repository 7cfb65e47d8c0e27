"""The Headers tab: order, case and repeats as received; credentials masked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QMenu

from httpdesk.gui.item_models.header_table import HeaderColumn, HeaderRole, HeaderTableModel
from httpdesk.gui.widgets.revealing import REVEAL_MS
from tests.gui.response import exchanges
from tests.gui.response.conftest import Pane

HEADERS = (
    ("content-type", "text/plain"),
    ("Set-Cookie", "session=4f1d8c2a"),
    ("X-Trace", "a"),
    ("Set-Cookie", "theme=dark"),
    ("Location", "https://h/?token=s3cr3t"),
)


@pytest.fixture
def model(qapp: object) -> HeaderTableModel:
    """Give a model of the headers above, watched by Qt's model tester."""
    made = HeaderTableModel()
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    made.tester = tester  # type: ignore[attr-defined]
    made.set_headers(HEADERS)
    return made


def cells(model: HeaderTableModel, role: int = Qt.ItemDataRole.DisplayRole) -> list[list[object]]:
    """Return the data of all cells."""
    rows, columns = range(model.rowCount()), range(model.columnCount())
    return [[model.index(row, column).data(role) for column in columns] for row in rows]


def test_order_case_and_repeats_are_kept_and_credentials_masked(model: HeaderTableModel) -> None:
    """Statements 56 and 76."""
    assert cells(model) == [
        ["content-type", "text/plain"],
        ["Set-Cookie", "••••••••"],
        ["X-Trace", "a"],
        ["Set-Cookie", "••••••••"],
        ["Location", "https://h/?token=••••••••"],
    ]


def test_one_value_at_a_time_is_revealed(model: HeaderTableModel) -> None:
    """Statement 76: when Reveal is pressed, then one value shows."""
    model.reveal(1)
    model.reveal(3)
    assert [row[1] for row in cells(model)] == [
        "text/plain",
        "••••••••",
        "a",
        "theme=dark",
        "https://h/?token=••••••••",
    ]
    model.set_headers(HEADERS)
    assert model.is_masked(3)


def test_a_known_value_is_hidden_whatever_the_header_is_called(model: HeaderTableModel) -> None:
    """Statement 76: a server may repeat what it was sent; copied masked, too."""
    echoed = (("X-Echo", "key=c%2Fanary1; kept"), ("X-Trace", "canary"))
    model.set_headers(echoed, {"c/anary1"})
    assert [row[1] for row in cells(model)] == ["key=••••••••; kept", "canary"]
    assert (model.is_masked(0), model.is_masked(1)) == (True, False)
    assert "anary1" not in model.as_text()
    model.reveal(0)
    assert cells(model)[0][1] == "key=c%2Fanary1; kept"


def test_a_screen_reader_hears_hidden_value(model: HeaderTableModel) -> None:
    """Section 8: never the bullets or the secret."""
    spoken = cells(model, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken[0] == ["Header 1 of 5, content-type", "Header 1 of 5, text/plain"]
    assert spoken[1][1] == "Header 2 of 5, hidden value"
    assert "•" not in str(spoken)
    assert "s3cr3t" not in str(spoken)
    assert "s3cr3t" not in str(cells(model, Qt.ItemDataRole.ToolTipRole))


def test_the_filter_looks_at_names_and_visible_values(model: HeaderTableModel) -> None:
    model.set_filter("COOKIE")
    assert [row[0] for row in cells(model)] == ["Set-Cookie", "Set-Cookie"]
    model.set_filter("plain")
    assert model.rowCount() == 1
    model.set_filter("4f1d8c2a")
    assert model.rowCount() == 0
    assert model.total == 5
    model.set_filter("")
    assert model.rowCount() == 5


def test_a_filter_keeps_what_is_revealed(model: HeaderTableModel) -> None:
    model.reveal(3)
    model.set_filter("cookie")
    assert [row[1] for row in cells(model)] == ["••••••••", "theme=dark"]
    model.reveal(None)
    assert [row[1] for row in cells(model)] == ["••••••••", "••••••••"]


def test_as_text_masks_what_the_table_masks(model: HeaderTableModel) -> None:
    assert model.as_text().splitlines()[1] == "Set-Cookie: ••••••••"
    assert model.as_text([2]) == "X-Trace: a"
    model.reveal(1)
    assert "session=4f1d8c2a" in model.as_text()


def test_titles_and_roles(model: HeaderTableModel) -> None:
    across = Qt.Orientation.Horizontal
    assert [model.headerData(column, across) for column in HeaderColumn] == ["Name", "Value"]
    assert model.index(1, 0).data(HeaderRole.SENSITIVE) is True
    assert model.index(0, 0).data(HeaderRole.SENSITIVE) is False


@pytest.fixture
def table(pane: Pane) -> Pane:
    """Give a pane that shows its Headers tab."""
    pane.show(exchanges.order())
    pane.viewer.select_tab("headers")
    return pane


def value(pane: Pane, row: int) -> object:
    """Return the value on screen."""
    return pane.viewer.headers.model.index(row, HeaderColumn.VALUE).data()


def test_space_reveals_and_hides(table: Pane) -> None:
    view = table.viewer.headers.table
    view.setCurrentIndex(view.model().index(3, 0))
    table.qtbot.keyClick(view, Qt.Key.Key_Space)
    assert value(table, 3) == "session=4f1d8c2a; Path=/; HttpOnly"
    table.qtbot.keyClick(view, Qt.Key.Key_Space)
    assert value(table, 3) == "••••••••"


def test_the_eye_reveals_and_hides(table: Pane) -> None:
    view = table.viewer.headers.table
    place = view.visualRect(view.model().index(3, HeaderColumn.VALUE))
    eye = QPoint(place.right() - 14, place.center().y())
    left = Qt.MouseButton.LeftButton
    table.qtbot.mouseClick(view.viewport(), left, pos=eye)
    assert value(table, 3) == "session=4f1d8c2a; Path=/; HttpOnly"
    table.qtbot.mouseClick(view.viewport(), left, pos=QPoint(place.left() + 20, eye.y()))
    assert value(table, 3) == "session=4f1d8c2a; Path=/; HttpOnly"
    table.qtbot.mouseClick(view.viewport(), left, pos=eye)
    assert value(table, 3) == "••••••••"


def test_what_is_revealed_is_hidden_again_by_itself(
    table: Pane, monkeypatch: pytest.MonkeyPatch
) -> None:
    """security.md R6: reveal ends after 30 s."""
    assert REVEAL_MS == 30_000
    view = table.viewer.headers.table
    view._hide.setInterval(1)
    view.reveal(3)
    assert value(table, 3) != "••••••••"
    table.qtbot.waitUntil(lambda: value(table, 3) == "••••••••")


def test_rows_are_copied_as_text(table: Pane) -> None:
    view = table.viewer.headers.table
    view.selectRow(1)
    table.qtbot.keySequence(view, QKeySequence(QKeySequence.StandardKey.Copy))
    assert table.clipboard() == "Date: Sat, 21 Nov 2026 14:32:08 GMT"
    table.press("Copy all")
    assert len(table.clipboard().splitlines()) == 8


def test_the_menu_of_a_row_copies_and_reveals(table: Pane) -> None:
    """Section 11: nothing by right click only; the menu key opens the same menu."""
    view = table.viewer.headers.table
    view.setCurrentIndex(view.model().index(3, 0))
    view.open_menu()
    menu = view.findChild(QMenu)
    assert menu is not None
    actions = {action.text(): action for action in menu.actions()}
    menu.close()
    actions["Reveal value"].trigger()
    actions["Copy"].trigger()
    assert table.clipboard() == "Set-Cookie: session=4f1d8c2a; Path=/; HttpOnly"


def test_typing_in_the_filter_narrows_the_table(table: Pane) -> None:
    table.qtbot.keyClicks(table.viewer.headers.filter, "rate")
    assert table.viewer.headers.model.rowCount() == 1
    assert table.viewer.tabs.bar.accessibleTabName(1) == "Headers, 8"


def test_a_value_of_a_megabyte_is_painted_in_no_time(pane: Pane) -> None:
    pane.show(exchanges.answered(b"1", headers=(("X-Long", "y" * 1_000_000),)))
    pane.viewer.select_tab("headers")
    tooltip = pane.viewer.headers.model.index(0, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert len(str(tooltip)) < 3000
    pane.viewer.headers.grab()
