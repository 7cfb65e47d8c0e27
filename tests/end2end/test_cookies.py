"""Cookies in the real window: set, sent back, kept, edited, and found in no other place."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from httpdesk.adapters.stored_cookies import StoredCookies
from httpdesk.model.errors import DiskFull
from httpdesk.model.request import Header, Request
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.raw_server import RawServer, answering, response

CANARY = "c4nary-of-a-cookie"


def sent(server: RawServer) -> list[str]:
    """Return the Cookie header of each request, empty where there was none."""
    found = (re.search(rb"\r\nCookie: ([^\r]*)", request) for request in server.requests)
    return [match[1].decode() if match else "" for match in found]


def setting(*lines: str, status: str = "200 OK", location: str = "") -> bytes:
    headers = [f"Set-Cookie: {line}" for line in lines]
    return response(b"{}", *headers, *([f"Location: {location}"] * bool(location)), status=status)


def get(desk: Desk, url: str) -> None:
    desk.type_url(url)
    desk.press_send()


def open_request(desk: Desk, root: str, url: str) -> None:
    """Make a collection with one request, and open both."""
    store = desk.ports.collections()
    store.create(root, "Collection")
    path = store.add(root, "", Request("Get", "GET", url)).path
    desk.session.workspace.open(root)
    wait_until(lambda: desk.session.workspace.collection(root), "the collection")
    desk.open_item(root, path)


def automatic_cookie(desk: Desk) -> tuple[str, str]:
    """Return value and origin of the automatic Cookie row, both empty without one."""
    desk.page.editor.pane.show_tab("headers")
    model = desk.page.editor.pane.headers.automatic.model()
    for row in range(model.rowCount()):
        if model.index(row, 0).data() == "Cookie":
            return str(model.index(row, 1).data()), str(model.index(row, 2).data())
    return "", ""


def test_a_cookie_is_sent_back_to_its_host_and_path(desk: Desk) -> None:
    answers = (setting("root=1; Path=/", "deep=2; Path=/a", "here=3"), setting())
    with RawServer(answering(*answers)) as server:
        at = f"127.0.0.1:{server.port}"
        for url in (f"{at}/a/b", f"{at}/a/c", f"{at}/", f"localhost:{server.port}/a/c"):
            get(desk, f"http://{url}")
        assert sent(server) == ["", "deep=2; here=3; root=1", "root=1", ""]


def test_the_preview_shows_the_cookie_before_it_leaves(desk: Desk) -> None:
    """Statements 19 and 76: a row of its own, masked, and a typed row in its place."""
    with RawServer(answering(setting("sid=1"), setting())) as server:
        get(desk, f"http://127.0.0.1:{server.port}/")
        assert automatic_cookie(desk) == ("••••••••", "Cookies")
        typed = replace(desk.document.request, headers=(Header("Cookie", "mine=1"),))
        desk.session.documents.edit(desk.document, typed)
        desk.press_send()
        assert sent(server)[-1] == "mine=1"


def test_an_expired_cookie_is_gone(desk: Desk) -> None:
    answers = (setting("a=1; Max-Age=100", "b=1"), setting("a=; Max-Age=0"), setting())
    with RawServer(answering(*answers)) as server:
        for _ in range(3):
            get(desk, f"http://127.0.0.1:{server.port}/")
        assert sent(server) == ["", "a=1; b=1", "b=1"]


def test_a_redirect_sets_a_cookie_and_reads_it(desk: Desk) -> None:
    answers = (setting("sid=1", status="302 Found", location="/in"), setting())
    with RawServer(answering(*answers)) as server:
        get(desk, f"http://127.0.0.1:{server.port}/login")
        assert sent(server) == ["", "sid=1"]
        desk.page.viewer.select_tab("cookies")
        assert desk.page.viewer.cookies.model.index(0, 0).data() == "sid"


def test_a_redirect_to_another_host_takes_no_cookie_of_the_first(desk: Desk) -> None:
    """security.md R5."""
    with RawServer(answering(setting("theirs=1"))) as other:
        there = f"http://localhost:{other.port}/"
        get(desk, there)
        answers = (setting("mine=1", status="302 Found", location=there), setting())
        with RawServer(answering(*answers)) as server:
            get(desk, f"http://127.0.0.1:{server.port}/")
        assert sent(other) == ["", "theirs=1"]


def test_cookies_with_an_expiry_come_back_after_a_restart(qtbot: QtBot) -> None:
    answers = (setting("lasting=1; Max-Age=3600", "session=1"), setting())
    with RawServer(answering(*answers)) as server:
        url = f"http://127.0.0.1:{server.port}/"
        with open_desk() as desk:
            get(desk, url)
        with open_desk() as again:
            wait_until(lambda: automatic_cookie(again)[0], "the cookie in the preview")
            again.press_send()
        assert sent(server) == ["", "lasting=1"]


def test_another_collection_has_another_jar(qtbot: QtBot, tmp_path: Path) -> None:
    """security.md, T2: what one collection signed in to, another one cannot use."""
    with open_desk() as desk, RawServer(answering(setting("sid=1"))) as server:
        url = f"http://127.0.0.1:{server.port}/"
        for name in ("ours", "theirs"):
            open_request(desk, str(tmp_path / name), url)
            desk.press_send()
            desk.press_send()
        assert sent(server) == ["", "sid=1", "", "sid=1"]


def test_cookies_can_be_switched_off_for_a_request(desk: Desk) -> None:
    with RawServer(answering(setting("sid=1"))) as server:
        get(desk, f"http://127.0.0.1:{server.port}/")
        desk.page.editor.pane.show_tab("options")
        desk.click(desk.page.editor.pane.options.cookies)
        desk.press_send()
        assert automatic_cookie(desk) == ("", "")
        assert sent(server) == ["", ""]


def test_a_deleted_cookie_is_not_sent_and_undo_brings_it_back(desk: Desk) -> None:
    with RawServer(answering(setting("sid=1"), setting())) as server:
        get(desk, f"http://127.0.0.1:{server.port}/")
        viewer = desk.page.viewer
        viewer.select_tab("cookies")
        viewer.cookies.clear.click()
        assert desk.messages() == ["Deleted the cookie sid"]
        assert automatic_cookie(desk) == ("", "")
        desk.press_send()
        viewer.select_tab("cookies")
        (message,) = desk.session.notices.shown()
        assert message.action is not None
        message.action.click()
        assert viewer.cookies.model.index(0, 0).data() == "sid"
        desk.press_send()
        assert sent(server) == ["", "", "sid=1"]


def test_an_edited_cookie_is_sent_as_it_was_edited(desk: Desk) -> None:
    with RawServer(answering(setting("sid=1"), setting())) as server:
        get(desk, f"http://127.0.0.1:{server.port}/")
        desk.page.viewer.select_tab("cookies")
        cookies = desk.page.viewer.cookies
        cookies.table.selectRow(0)
        cookies.edit.click()
        cookies.form.fields["value"].setText('"two"')
        cookies.form.save.click()
        desk.press_send()
        assert sent(server)[-1] == 'sid="two"'


def test_a_refused_cookie_is_told(desk: Desk) -> None:
    with RawServer(answering(setting("a=1; Domain=co.uk", "b=1"))) as server:
        get(desk, f"http://127.0.0.1:{server.port}/")
        desk.page.viewer.select_tab("cookies")
        model = desk.page.viewer.cookies.model
        rows = [(model.index(row, 0).data(), model.index(row, 1).data()) for row in (0, 1)]
        assert rows[0] == ("a", "Refused: this server may not set cookies for co.uk")
        assert rows[1][0] == "b"


def test_cookies_that_cannot_be_kept_are_told_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request is sent all the same, and the cookie lasts as long as the window."""

    def fail(*_: object) -> None:
        raise DiskFull(path="httpdesk.db", detail="no space left")

    monkeypatch.setattr(StoredCookies, "_keep", fail)
    with RawServer(answering(setting("sid=1; Max-Age=60"))) as server:
        url = f"http://127.0.0.1:{server.port}/"
        for _ in range(3):
            get(desk, url)
            wait_until(lambda: desk.ports.cookies().problem, "the write")
        assert len(desk.messages()) == 1
        assert "httpdesk.db" in desk.messages()[0]
        assert sent(server) == ["", "sid=1", "sid=1"]


def test_a_cookie_lies_in_the_database_and_nowhere_else(
    qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No collection file, no settings, no log; after Clear not in the database either."""
    caplog.set_level(logging.DEBUG)
    home = tmp_path / "home"
    monkeypatch.setenv("HTTPDESK_HOME", str(home))

    def holders() -> set[str]:
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        found = [path for path in files if CANARY.encode() in path.read_bytes()]
        return {path.name.partition("-")[0] for path in found}

    with RawServer(answering(setting(f"sid={CANARY}; Max-Age=600"))) as server:
        with open_desk() as desk:
            get(desk, f"http://127.0.0.1:{server.port}/")
            desk.save_as("Kept")
            desk.press_send()
            desk.press_send()
            assert sent(server)[-1] == f"sid={CANARY}"
        assert holders() == {"httpdesk.db"}
        with open_desk() as again:
            wait_until(lambda: automatic_cookie(again)[0], "the cookie in the preview")
            again.press_send()
            again.page.viewer.select_tab("cookies")
            cookies = again.page.viewer.cookies
            cookies.scope.button(1).click()
            cookies.clear.click()
        assert CANARY not in caplog.text
    with open_desk() as last:
        assert automatic_cookie(last) == ("", "")
