"""The variables of a request itself, below its parameters (statement 82)."""

from __future__ import annotations

from PySide6.QtCore import Qt

from httpdesk.gui.item_models.rows import Column
from httpdesk.model.request import Request
from tests.gui.request.conftest import Page


def test_they_have_a_section_once_there_are_any(page: Page) -> None:
    page.editor.set_request(Request(url="http://h/{{size}}"))
    assert page.pane.params._own is None
    page.editor.set_request(Request(url="http://h/{{size}}", variables=(("size", "20"),)))
    section = page.pane.params.own_variables
    assert section.isVisible()
    model = section.table.rows
    assert model.index(0, Column.KEY).data() == "size"
    assert model.index(0, Column.KEY).data(Qt.ItemDataRole.CheckStateRole) is None
    assert page.bar.resolved.text == "http://h/20"


def test_a_variable_is_added_from_the_menu_and_used_at_once(page: Page) -> None:
    page.editor.set_request(Request(url="http://h/{{size}}"))
    menu = page.pane.params.query.menu_button.menu()
    menu.aboutToShow.emit()
    (add,) = [each for each in menu.actions() if each.text() == "Add a variable of this request"]
    add.trigger()
    page.keys("size", Qt.Key.Key_Return)
    model = page.pane.params.own_variables.table.rows
    model.setData(model.index(0, Column.VALUE), "30")
    assert page.request.variables == (("size", "30"),)
    page.settle()
    assert page.bar.resolved.text == "http://h/30"
    section = page.pane.params.own_variables
    section.table.setCurrentIndex(section.table.rows.index(0, Column.KEY))
    section.table.remove_rows()
    assert page.request.variables == ()
