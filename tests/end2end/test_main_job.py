"""The main job: compose, send, read, save, quit, start again, find it there."""

from __future__ import annotations

import json
from pathlib import Path

from pytest_httpbin.serve import Server
from pytestqt.qtbot import QtBot

from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.fault_server import fault_server


def test_a_newcomer_types_a_url_on_the_first_page_and_reads_the_answer(
    desk: Desk, httpbin: Server
) -> None:
    first_run = desk.window.first_run
    assert first_run.isVisible()
    desk.type(first_run.url, f"{httpbin.url}/get?show=1")
    desk.click(first_run.send)
    wait_until(lambda: desk.document.exchanges, "an exchange")
    wait_until(lambda: '"show"' in desk.body, "the body on screen")
    assert desk.status == "200 OK"


def test_compose_send_save_quit_reopen_and_send_again(qtbot: QtBot, httpbin: Server) -> None:
    with open_desk() as desk:
        desk.type_url(f"{httpbin.url}/anything/orders?x=1")
        desk.press_send()
        assert desk.status == "200 OK"
        assert json.loads(desk.body)["args"] == {"x": "1"}
        desk.save_as("List orders")
        wait_until(lambda: len(desk.tree()) == 2, "the request in the tree")
    with open_desk() as again:
        wait_until(lambda: again.tree() == ["My requests", "  List orders"], "the collection")
        assert again.tab_titles == ["List orders"]
        wait_until(lambda: again.document.saved is not None, "the file to be read")
        again.press_send()
        assert again.status == "200 OK"
        assert json.loads(again.body)["args"] == {"x": "1"}


def test_what_was_typed_and_never_saved_is_there_after_a_restart(qtbot: QtBot) -> None:
    with open_desk() as desk:
        desk.type_url("http://127.0.0.1:1/not/saved?a=%7E")
    with open_desk() as again:
        assert again.page.editor.url_bar.url() == "http://127.0.0.1:1/not/saved?a=%7E"
        assert again.document.edited


def test_a_refused_port_is_told_in_words_and_the_window_goes_on(
    desk: Desk, httpbin: Server
) -> None:
    desk.type_url("http://127.0.0.1:1/")
    exchange = desk.press_send()
    assert exchange.response is None
    assert desk.page.viewer.tab_keys() == ["error", "timeline", "tls", "log"]
    desk.type_url(f"{httpbin.url}/status/204")
    desk.press_send()
    assert desk.status == "204 NO CONTENT"


def test_cancel_ends_a_send_that_hangs(desk: Desk) -> None:
    """Statement 69."""
    with fault_server("silent") as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        desk.click(desk.page.editor.url_bar.send)
        wait_until(lambda: server.requests, "the request at the server")
        desk.trigger("cancel")
        wait_until(lambda: desk.document.exchanges, "the cancelled exchange")
    assert desk.status == "Cancelled"
    assert not desk.document.sending


def test_three_sends_pass_one_that_hangs(desk: Desk, httpbin: Server) -> None:
    with fault_server("silent") as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        desk.click(desk.page.editor.url_bar.send)
        wait_until(lambda: server.requests, "the request at the server")
        for number in range(3):
            desk.trigger("request.new")
            desk.type_url(f"{httpbin.url}/anything/{number}")
            desk.press_send()
            assert desk.status == "200 OK"
        busy = [document for document in desk.session.documents.all() if document.sending]
        assert len(busy) == 1
        desk.trigger("tab.previous")


def test_a_wrong_url_stays_typed_and_says_what_is_wrong(desk: Desk) -> None:
    """Statement 8."""
    desk.type_url("http://localhost:99999/")
    desk.trigger("send")
    wait_until(lambda: "99999" in desk.page.editor.url_bar.resolved.text, "the inline error")
    assert not desk.document.sending
    assert desk.document.exchanges == []
    assert desk.page.editor.url_bar.url() == "http://localhost:99999/"


def test_the_sample_collection_works_offline(desk: Desk) -> None:
    root = desk.open_sample()
    desk.open_item(root, "first-steps/say-hello.yml")
    desk.press_send()
    assert desk.status == "200 OK"
    assert "HTTPDesk sample server" in desk.body


def test_a_file_changed_outside_is_not_overwritten(desk: Desk, tmp_path: Path) -> None:
    root = desk.open_sample()
    desk.open_item(root, "first-steps/say-hello.yml")
    file = Path(root, "first-steps/say-hello.yml")
    outside = file.read_text("utf-8").replace("GET", "HEAD")
    file.write_text(outside, "utf-8")
    desk.type_url("http://127.0.0.1:1/mine")
    desk.trigger("request.save")
    wait_until(desk.messages, "the message about the merge")
    assert desk.messages()[0] == "Merged Say hello with the changes on disk."
    request = desk.document.request
    assert (request.method, request.url) == ("HEAD", "http://127.0.0.1:1/mine")
    assert "method: HEAD" in file.read_text("utf-8")


def test_delete_can_be_undone(desk: Desk) -> None:
    root = desk.open_sample()
    file = Path(root, "first-steps/say-hello.yml")
    before = file.read_bytes()
    desk.open_item(root, "first-steps/say-hello.yml")
    desk.trigger("item.delete")
    wait_until(lambda: not file.exists(), "the file to go")
    wait_until(desk.messages, "Undo")
    desk.session.notices.shown()[-1].action.click()
    wait_until(file.exists, "the file to come back")
    assert file.read_bytes() == before
