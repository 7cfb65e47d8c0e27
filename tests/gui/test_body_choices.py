"""The view of the body that was chosen is found again, per request and kind of content."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.helpers.desk import Desk, open_desk
from tests.helpers.raw_server import RawServer, answering, response

JSON = "Content-Type: application/json"


def view(desk: Desk) -> str:
    return desk.page.viewer.body.bar.current


def test_a_choice_outlives_a_restart_and_is_the_requests_own(qtbot: QtBot) -> None:
    with RawServer(answering(response(b'{"a": 1}', JSON))) as server:
        url = f"http://127.0.0.1:{server.port}/"
        with open_desk() as desk:
            desk.type_url(url)
            desk.press_send()
            assert view(desk) == "pretty"
            desk.page.viewer.body.choose("raw")
        with open_desk() as desk:
            desk.press_send()
            assert view(desk) == "raw"
            desk.trigger("request.new")
            desk.type_url(url)
            desk.press_send()
            assert view(desk) == "pretty"


def test_what_was_kept_and_makes_no_sense_is_left_out(qtbot: QtBot) -> None:
    with (
        RawServer(answering(response(b'{"a": 1}', JSON))) as server,
        open_desk() as desk,
    ):
        desk.trigger("request.new")
        kept: list[object] = [
            [desk.document.id, "application/json", "nonsense"],
            ["x"],
            1,
            [1, 2, 3],
        ]
        desk.session.body_choices.restore(kept)
        desk.session.body_choices.follow(desk.page)
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        desk.press_send()
        assert view(desk) == "pretty"
