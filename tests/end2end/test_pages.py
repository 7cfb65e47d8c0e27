"""Pages followed in the window, from the option to the page that is looked at."""

from __future__ import annotations

import json

from pytestqt.qtbot import QtBot

from tests.cli.test_pages import paged
from tests.helpers.desk import open_desk, wait_until
from tests.helpers.raw_server import RawServer


def test_pages_are_joined_and_looked_at_one_by_one(qtbot: QtBot) -> None:
    with RawServer(paged) as server, open_desk() as desk:
        desk.type_url(f"http://127.0.0.1:{server.port}/list")
        desk.page.editor.pane.show_tab("options")
        desk.page.editor.pane.options.going_on.follow.click()
        desk.press_send()
        assert json.loads(desk.body) == [{"id": 1}, {"id": 2}, {"id": 3}]
        bar = desk.page.viewer.page_choice
        assert bar.text.text() == "3 items. The last page names no next one."
        actions = {each.text(): each for each in bar.choice.menu().actions() if each.text()}
        assert list(actions) == ["All 3 pages", "Page 1", "Page 2", "Page 3"]
        actions["Page 2"].trigger()
        wait_until(lambda: desk.body.count("id") == 1, "the second page")
        assert json.loads(desk.body) == [{"id": 2}]
        assert bar.choice.text() == "Page 2"
        desk.trigger("send.no-retries")
        wait_until(lambda: len(server.requests) == 6, "all pages again")
