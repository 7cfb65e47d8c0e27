"""Which tab of a request is in front, now and after a restart."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.helpers.desk import open_desk


def test_a_request_with_a_body_begins_with_it(qtbot: QtBot) -> None:
    with open_desk() as desk:
        root = desk.open_sample()
        desk.open_item(root, "orders/create-an-order.yml")
        assert desk.page.editor.pane.tabs.current == "body"
        desk.open_item(root, "orders/list-open-orders.yml")
        assert desk.page.editor.pane.tabs.current == "params"


def test_each_tab_is_found_as_it_was_left(qtbot: QtBot) -> None:
    with open_desk() as desk:
        for url, tab in (("http://one.test/", "headers"), ("http://two.test/", "options")):
            desk.trigger("request.new")
            desk.type_url(url)
            desk.page.editor.pane.show_tab(tab)
    with open_desk() as desk:
        assert desk.document.request.url == "http://two.test/"
        assert desk.page.editor.pane.tabs.current == "options"
        desk.trigger("tab.previous")
        assert desk.page.editor.pane.tabs.current == "headers"


def test_what_was_kept_and_makes_no_sense_is_left_out(qtbot: QtBot) -> None:
    with open_desk() as desk:
        desk.trigger("request.new")
        kept: list[object] = [
            [desk.document.id, "nonsense"],
            ["x"],
            "y",
            [1, 2],
            [desk.document.id, 3],
        ]
        desk.session.sub_tabs.restore(kept)
        page = desk.page
        desk.session.sub_tabs.follow(page)
        assert page.editor.pane.tabs.current == "params"
