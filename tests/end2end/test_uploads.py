"""Files outside of a collection: only what the user named here is sent (security.md R7)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytest_httpbin.serve import Server
from pytestqt.qtbot import QtBot

from httpdesk.model.request import FileBody, Request
from tests.helpers.desk import Desk, open_desk, wait_until


def open_collection(desk: Desk, root: Path, secret: Path, url: str) -> None:
    """Open a collection whose one request asks for a file outside of it, and open the request."""
    store = desk.ports.collections()
    store.create(str(root), "Theirs")
    body = FileBody(str(secret), "text/plain")
    path = store.add(str(root), "", Request("Upload", "POST", url, body=body)).path
    desk.session.workspace.open(str(root))
    wait_until(lambda: desk.session.workspace.collection(str(root)), "the collection")
    desk.open_item(str(root), path)


def test_a_collection_cannot_have_our_files_sent(
    qtbot: QtBot, tmp_path: Path, httpbin: Server
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("mine")
    root = tmp_path / "theirs"
    with open_desk() as desk:
        open_collection(desk, root, secret, f"{httpbin.url}/post")
        desk.trigger("send")
        wait_until(lambda: desk.page.editor.url_bar.resolved.shows_problem, "the refusal")
        assert desk.document.exchanges == []
        desk.page.editor.pane.show_tab("body")
        desk.page.editor.pane.body.take_files([str(secret)])
        desk.press_send()
        assert desk.status == "200 OK"
        assert '"data": "mine"' in desk.body
    with open_desk() as again:
        wait_until(lambda: again.document.saved is not None, "the file to be read")
        again.press_send()
        assert again.status == "200 OK"


def test_a_missing_file_is_told_once(qtbot: QtBot, tmp_path: Path) -> None:
    """Statement 48; ui.md 11: no notification for what is marked in the request already."""
    missing = tmp_path / "report.pdf"
    with open_desk() as desk:
        body = FileBody(str(missing))
        document = desk.session.documents.new(Request("", "POST", "http://127.0.0.1:9/", body=body))
        ended: list[object] = []
        desk.session.sending.sendRefused.connect(lambda *_: ended.append(True))
        desk.press(Qt.Key.Key_F5)
        wait_until(lambda: ended, "the refusal")
        assert desk.page.editor.url_bar.resolved.shows_problem
        assert desk.focus.accessibleName() == "Path of the file"
        assert desk.messages() == []
        assert document.exchanges == []
