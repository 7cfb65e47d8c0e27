"""Options that a folder hands down, in the Options and Headers tabs of a request."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from httpdesk.gui.item_models.automatic_headers import AutoColumn
from httpdesk.gui.options.options_tab import OptionsTab
from httpdesk.model.collection import RequestDefaults, Scope
from httpdesk.model.exchange import Origin
from httpdesk.model.request import Options, Request
from tests.gui.request.conftest import Page
from tests.gui.request.test_options_and_pane import type_into

HANDED_DOWN = (
    (Origin.COLLECTION.value, RequestDefaults(name="Shop", options=Options(success="302"))),
    (
        Origin.FOLDER.value,
        RequestDefaults(
            name="Orders",
            path="Orders",
            options=Options(retry_max=3, timeout_ms=2500, removed_headers=("User-Agent",)),
        ),
    ),
)


@pytest.fixture
def options(page: Page) -> OptionsTab:
    page.editor.set_scope(Scope(), HANDED_DOWN)
    page.pane.show_tab("options")
    return page.pane.options


def notes(options: OptionsTab) -> list[str]:
    return [note.accessibleName() for note in options._origins.values() if note.isVisible()]


def test_what_is_handed_down_is_shown_with_its_level(page: Page, options: OptionsTab) -> None:
    assert options.retries.most.text() == "3"
    assert options.timeout.text() == "2.5"
    assert options.success.text() == "302"
    assert notes(options) == ["From folder Orders", "From collection Shop", "From folder Orders"]
    # Showing it says nothing for the request.
    assert page.request.options == Options()


def test_a_request_says_otherwise_and_back(page: Page, options: OptionsTab) -> None:
    type_into(page, options.retries.most.line, "5")
    assert page.request.options == Options(retry_max=5)
    assert "From folder Orders" in notes(options)
    assert len(notes(options)) == 2
    reset = options._resets[("retry_max",)]
    assert reset.isVisible()
    reset.click()
    assert page.request.options == Options()
    assert options.retries.most.text() == "3"
    assert len(notes(options)) == 3
    assert not reset.isVisible()


def test_the_default_itself_is_stated_against_what_is_handed_down(
    page: Page, options: OptionsTab
) -> None:
    type_into(page, options.retries.most.line, "0")
    assert page.request.options == Options(stated=("retry_max",))
    assert options._resets[("retry_max",)].isVisible()
    # Where nothing is handed down a default says nothing.
    options.debug.click()
    options.debug.click()
    assert page.request.options == Options(stated=("retry_max",))


def test_a_click_on_the_origin_asks_for_the_folder(page: Page, options: OptionsTab) -> None:
    asked: list[str] = []
    page.pane.levelAsked.connect(asked.append)
    options._origins[("retry_max",)].click()
    options._origins[("success",)].click()
    assert asked == ["Orders", ""]


def test_headers_that_a_folder_takes_out_are_out_and_can_be_put_back(page: Page) -> None:
    page.editor.set_scope(Scope(), HANDED_DOWN)
    page.pane.show_tab("headers")
    headers = page.pane.headers
    assert headers.removed() == ("User-Agent",)
    assert page.request.options == Options()
    # Another edit of the request does not make it the request's own.
    page.editor.url_bar.change_url("http://h/x")
    page.editor.refresh()
    assert page.request.options == Options()
    model = headers._automatic
    rows = [
        row
        for row in range(model.rowCount())
        if str(model.index(row, 0).data()).lower() == "user-agent"
    ]
    model.toggle(rows)
    assert headers.removed() == ()
    assert page.request.options == Options(stated=("removed_headers",))


def test_a_header_leads_to_the_folder_that_hands_it_down(page: Page) -> None:
    """A click on the From column, and Enter there."""
    level = RequestDefaults(name="Orders", path="Shop/Orders", headers=(("X-Team", "orders"),))
    page.editor.set_request(Request(url="http://h/"))
    page.editor.set_scope(Scope(), ((Origin.FOLDER.value, level),))
    page.pane.show_tab("headers")
    asked: list[str] = []
    page.pane.levelAsked.connect(asked.append)
    table = page.pane.headers.automatic
    index = table.model().index(0, AutoColumn.FROM)
    assert index.data() == "Folder Orders"
    place = table.visualRect(index).center()
    page.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked == ["Shop/Orders"]
    page.qtbot.keyClick(table, Qt.Key.Key_Return)
    assert asked == ["Shop/Orders"] * 2
    # The headers that the program adds by itself lead nowhere.
    own = table.model().index(1, AutoColumn.FROM)
    page.qtbot.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(own).center()
    )
    assert len(asked) == 2
