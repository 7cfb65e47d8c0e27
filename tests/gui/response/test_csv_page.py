"""Comma-separated values and forms in the Table view."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from httpdesk.gui.response.csv_page import CsvPage, FormPage
from httpdesk.gui.response.table_page import TablePage
from httpdesk.model.request import ResponseType
from httpdesk.render import csv_table
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered, typed

CSV = "name,size\nB,10\na,9\n" + "".join(f"x{number},{number}\n" for number in range(3000))


def table_of(pane: Pane, body: str | bytes, media: str) -> TablePage:
    """Show a body, which must come up as a table."""
    pane.show(answered(body, headers=typed(media), wanted=ResponseType.AUTO))
    assert isinstance(pane.body.page, TablePage)
    return pane.body.page


def cells(pane: Pane, page: TablePage, row: int) -> list[str]:
    """Return the cells of a row."""
    page.view.scrollTo(page.model.index(row, 0))
    columns = range(page.model.columnCount())
    for column in columns:
        page.model.index(row, column).data()
    pane.qtbot.waitUntil(lambda: not page.busy)
    return [page.model.index(row, column).data() for column in columns]


def titles(page: TablePage) -> list[str]:
    """Return the titles of the columns."""
    across = range(page.model.columnCount())
    return [str(page.model.headerData(column, Qt.Orientation.Horizontal)) for column in across]


def test_values_are_a_table(pane: Pane) -> None:
    page = table_of(pane, CSV, "text/csv; charset=utf-8")
    assert isinstance(page, CsvPage)
    assert titles(page) == ["name", "size"]
    assert page.count.text() == "3,002 rows"
    assert cells(pane, page, 3001) == ["x2999", "2999"]


def test_the_first_row_is_titles_or_a_row(pane: Pane) -> None:
    page = table_of(pane, CSV, "text/csv")
    assert isinstance(page, CsvPage)
    assert page.titles.isChecked()
    page.titles.click()
    pane.settle()
    assert titles(page) == ["1", "2"]
    assert page.count.text() == "3,003 rows"
    assert cells(pane, page, 0) == ["name", "size"]
    again = table_of(pane, "1,2\n3,4\n", "text/csv")
    assert again is page
    assert not page.titles.isChecked()


def test_another_charset_is_read(pane: Pane) -> None:
    """Statement 53."""
    page = table_of(pane, "jméno;město\nŽofie;Plzeň\n".encode("cp1250"), "text/csv; charset=cp1250")
    assert titles(page) == ["jméno", "město"]
    assert cells(pane, page, 0) == ["Žofie", "Plzeň"]


def test_rows_are_sorted_and_filtered(pane: Pane) -> None:
    page = table_of(pane, CSV, "text/csv")
    page.view.titles.sectionClicked.emit(1)
    pane.settle()
    assert cells(pane, page, 0) == ["x0", "0"]
    page.filter.setText("x299")
    pane.settle()
    assert page.count.text() == "11 of 3,002 rows"


def test_a_quote_without_end_is_said(pane: Pane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "LONGEST_FIELD", 100_000)
    page = table_of(pane, 'a,b\n1,"' + "x" * 2_000_000, "text/csv")
    assert page.model.rowCount() == 0
    assert pane.notices() == ["A quotation mark has no other half; what follows it is left out."]


def test_a_form_is_names_and_values(pane: Pane) -> None:
    page = table_of(pane, "item=a%20b&scope=x+y&item=2", "application/x-www-form-urlencoded")
    assert isinstance(page, FormPage)
    assert titles(page) == ["Name", "Value"]
    assert [cells(pane, page, row) for row in range(3)] == [
        ["item", "a b"],
        ["scope", "x y"],
        ["item", "2"],
    ]
