"""The Wire tab in the real window: what will be sent, and what was (issue 3, part 2)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from httpdesk.engine.masking import MASK
from httpdesk.gui.item_models.wire_rows import WireColumn, WireRole
from httpdesk.gui.request.wire_tab import PLANNED, SENT, WireTab
from httpdesk.model.request import (
    FormPart,
    Header,
    MultipartBody,
    Options,
    PartKind,
    RawBody,
    RawKind,
    Request,
)
from tests.helpers.desk import Desk, wait_until
from tests.helpers.raw_server import RawServer, answering, response


def wire_tab(desk: Desk, request: Request) -> WireTab:
    """Open a request in a tab of its own, with its lines on screen."""
    desk.trigger("request.new")
    desk.session.documents.edit(desk.document, request)
    desk.trigger("wire.show")
    return desk.page.editor.pane.wire


def rows(tab: WireTab) -> list[str]:
    model = tab.model
    return [str(model.index(at, WireColumn.TEXT).data()) for at in range(model.rowCount())]


def notes(tab: WireTab) -> list[str]:
    model = tab.model
    return [
        text
        for at, text in enumerate(rows(tab))
        if model.index(at, WireColumn.TEXT).data(WireRole.NOTE)
    ]


def reveal_all(tab: WireTab) -> bytes:
    """Return the whole message as text; there must be one secret at most."""
    for at in range(tab.model.rowCount()):
        if tab.model.index(at, WireColumn.TEXT).data(WireRole.MASKED):
            tab.table.activate_row(at)
            break
    return tab.model.as_text().encode()


def test_the_bytes_that_left_are_those_that_were_shown(desk: Desk) -> None:
    """Statement 43 too: the form has the boundary that was on screen; the next one has another."""
    with RawServer(answering(response(b"ok"))) as server:
        body = MultipartBody((FormPart("a", "1"), FormPart("b", "Gr\u00fc\u00dfe")))
        url = f"http://127.0.0.1:{server.port}/a?x=%7e"
        headers = (Header("Authorization", "Bearer planted-token"),)
        tab = wire_tab(desk, Request(method="POST", url=url, headers=headers, body=body))
        assert f"Authorization: Bearer {MASK}" in rows(tab)
        assert "planted-token" not in tab.model.as_text()
        before = reveal_all(tab)
        tab.model.mask_all()
        desk.press_send()
        captured = server.requests[0].replace(b"\r\n", b"\n")
    assert before + b"\n" == captured
    tab.which.set_current(SENT)
    assert notes(tab) == ["The boundary is another one for each send."]
    assert "planted-token" not in tab.model.as_text()
    assert reveal_all(tab) + b"\n" == captured
    tab.which.set_current(PLANNED)
    assert reveal_all(tab) + b"\n" != captured


def test_each_attempt_and_redirect_can_be_chosen(desk: Desk) -> None:
    busy = response(status="503 Busy")
    moved = response(b"", "Location: /next", status="302 Found")
    with RawServer(answering(busy, moved, response(b"ok"))) as server:
        url = f"http://127.0.0.1:{server.port}/first"
        request = Request(
            method="POST",
            url=url,
            body=RawBody(RawKind.TEXT, "body"),
            options=Options(retry_max=1, retry_delay_ms=1),
        )
        tab = wire_tab(desk, request)
        desk.press_send()
        tab.which.set_current(SENT)
        shown = []
        tab.hop.menu().aboutToShow.emit()
        for action in tab.hop.menu().actions():
            action.trigger()
            shown.append((action.text(), rows(tab)[len(notes(tab))], notes(tab)))
    led = ["Another request than the first: a redirect led here."]
    assert shown == [
        ("Attempt 1", "POST /first HTTP/1.1", []),
        ("Attempt 2", "POST /first HTTP/1.1", []),
        ("Attempt 2, Redirect 1", "GET /next HTTP/1.1", led),
    ]


def test_a_change_after_the_send_is_told(desk: Desk) -> None:
    with RawServer(answering(response(b"ok"))) as server:
        tab = wire_tab(desk, Request(url=f"http://127.0.0.1:{server.port}/first"))
        desk.press_send()
    tab.which.set_current(SENT)
    assert notes(tab) == []
    desk.type_url("http://127.0.0.1:1/other")
    wait_until(lambda: notes(tab), "a word about the difference")
    assert notes(tab) == ["The request, or something it uses, has changed since."]
    assert rows(tab)[1] == "GET /first HTTP/1.1"


def test_nothing_left_when_nobody_listens(desk: Desk) -> None:
    tab = wire_tab(desk, Request(url="http://127.0.0.1:1/"))
    assert not tab.which.button(SENT).isEnabled()
    desk.press_send()
    tab.which.set_current(SENT)
    assert rows(tab) == ["Nothing left this computer."]


def test_a_file_shows_its_first_bytes_on_request(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("first line\nsecond line\n")
    body = MultipartBody((FormPart("f", str(path), PartKind.FILE),))
    tab = wire_tab(desk, Request(method="POST", url="http://h/", body=body))
    wait_until(lambda: "<23 bytes of notes.txt>" in rows(tab), "the file's size")
    at = rows(tab).index("<23 bytes of notes.txt>")
    cell = tab.table.visualRect(tab.model.index(at, WireColumn.TEXT))
    QTest.mouseClick(
        tab.table.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        cell.center(),
    )
    wait_until(lambda: "second line" in rows(tab), "the first bytes")
    assert rows(tab)[at + 1 : at + 3] == ["first line", "second line"]


def test_a_proxy_gets_the_whole_url(desk: Desk) -> None:
    """The line is the one that the proxy reads; the direct one comes back with the setting."""
    with RawServer(answering(response(b"ok"))) as proxy:
        desk.session.settings.change(proxy="manual", proxy_url=f"http://127.0.0.1:{proxy.port}")
        tab = wire_tab(desk, Request(url="http://somewhere.test/a"))
        line = "GET http://somewhere.test/a HTTP/1.1"
        wait_until(lambda: rows(tab)[0] == line, "the line for the proxy")
        shown = tab.model.as_text()
        desk.press_send()
        assert shown.encode() + b"\n" == proxy.requests[0].replace(b"\r\n", b"\n")
    desk.session.settings.change(proxy="none")
    wait_until(lambda: rows(tab)[0] == "GET /a HTTP/1.1", "the line for the server")
