"""Planted secrets: where they must not turn up while a request with them is sent and saved."""

from __future__ import annotations

import base64
import logging
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QLabel, QListView, QWidget
from pytestqt.qtbot import QtBot

from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.fault_server import fault_server
from tests.helpers.raw_server import RawServer, answering, response

USER, PASSWORD, KEY, TOKEN = "canary-user", "canary+pa55", "canary-k3y-90cd", "canary-t0ken-5f1e"
SECRETS = (PASSWORD, KEY, TOKEN)
BASIC = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
FORMS = (
    *SECRETS,
    *map(quote, SECRETS),
    BASIC,
    *(base64.b64encode(each.encode()).decode() for each in SECRETS),
    *(each.encode().hex() for each in SECRETS),
)
"""The secrets as they are, and as somebody may have written them down."""


def leaks(text: str) -> list[str]:
    return [each for each in FORMS if each in text]


@pytest.fixture
def desk(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> Iterator[Desk]:
    caplog.set_level(logging.DEBUG)
    with open_desk() as desk:
        yield desk


def compose(desk: Desk, port: int) -> None:
    """Type a request with all three secrets, looking at the title after each key."""
    desk.trigger("request.new")
    desk.page.editor.url_bar.focus_url()
    url = f"http://{USER}:{PASSWORD}@127.0.0.1:{port}/orders?api_key={KEY}"
    for letter in url:
        desk.type_here(letter)
        assert_unseen(desk)
    desk.page.editor.pane.show_tab("headers")
    desk.page.editor.pane.headers.own.table.edit_cell(0, 0)
    desk.type_here("Authorization")
    desk.press(Qt.Key.Key_Tab)
    desk.type_here(f"Bearer {TOKEN}")
    desk.press(Qt.Key.Key_Return)
    desk.session.collections.tree.setFocus()
    desk.settle()


def assert_unseen(desk: Desk) -> None:
    """The title, the tabs and the status line are seen over a shoulder and in recordings."""
    words = [desk.window.windowTitle(), *desk.tab_titles, desk.window.status_line.state.text()]
    half_typed = [word for word in words if "canary+" in word or "k3y" in word]
    assert half_typed == []


def words_on_screen(desk: Desk) -> str:
    """Return all labels, table cells and tooltips of the window, not the fields typed into."""
    found = [desk.window.windowTitle(), *desk.tab_titles, *desk.messages()]
    for widget in desk.window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        found += [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
        if isinstance(widget, QLabel):
            found.append(widget.text())
        if isinstance(widget, QAbstractItemView):
            found += _cells(widget)
    return "\n".join(found)


def _cells(view: QAbstractItemView) -> list[str]:
    model = view.model()
    if model is None:
        return []
    roles = (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
    )
    # A list has one column and keeps to itself how it says so.
    columns = 1 if isinstance(view, QListView) else model.columnCount(QModelIndex())
    indexes = (
        model.index(row, column)
        for row in range(model.rowCount(QModelIndex()))
        for column in range(columns)
    )
    return [str(index.data(role) or "") for index in indexes for role in roles]


def look_everywhere(desk: Desk) -> None:
    """Look at each tab of request and response, and at what Copy puts on the clipboard."""
    for tab in ("params", "headers", "body", "options"):
        desk.page.editor.pane.show_tab(tab)
        assert leaks(words_on_screen(desk)) == [], f"request {tab}"
    for tab in desk.page.viewer.tab_keys():
        desk.page.viewer.select_tab(tab)
        desk.settle()
        assert leaks(words_on_screen(desk)) == [], f"response {tab}"
    for action in desk.page.viewer.status.menu.actions():
        if action.text().startswith("Copy"):
            action.trigger()
            assert leaks(QGuiApplication.clipboard().text()) == [], action.text()


def test_secrets_stay_out_of_title_screen_clipboard_log_and_files(
    desk: Desk,
    httpdesk_home: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """quality.md row 44, as far as there are places where they could be kept."""
    with RawServer(answering(response(b"ok", "Content-Type: text/plain"))) as server:
        compose(desk, server.port)
        desk.press_send()
        sent = server.requests[0].decode()
        assert f"Bearer {TOKEN}" in sent
        assert f"api_key={KEY}" in sent
        look_everywhere(desk)
        desk.save_as("Orders")
        look_everywhere(desk)
    exchange = desk.press_send()
    assert exchange.error is not None
    look_everywhere(desk)
    desk.page.viewer.error.copy_details()
    assert leaks(QGuiApplication.clipboard().text()) == []
    for fault in ("not-http", "close-early", "truncated"):
        with fault_server(fault) as faulty:
            url = f"http://{USER}:{PASSWORD}@127.0.0.1:{faulty.port}/?api_key={KEY}"
            desk.type_url(url)
            desk.press_send()
            look_everywhere(desk)
    assert leaks(repr(desk.document.exchanges)) == []
    desk.window.close()
    assert leaks(caplog.text) == []
    assert leaks("".join(capfd.readouterr())) == []
    _assert_only_where_typed(httpdesk_home)


def _assert_only_where_typed(home: Path) -> None:
    """Drafts and saved requests hold what was typed; they are readable by their owner only."""
    for path in home.rglob("*"):
        if path.is_file():
            held = leaks(path.read_bytes().decode("latin-1"))
            drafts = path.parent == home / "data" and path.name.startswith("httpdesk.db")
            assert held == [] or drafts or home / "collections" in path.parents, path
    kept = sorted((home / "data").glob("httpdesk.db*"))
    assert any(leaks(path.read_bytes().decode("latin-1")) for path in kept)
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert stat.S_IMODE((home / "data").stat().st_mode) == 0o700


def test_a_refused_request_tells_no_secret(desk: Desk) -> None:
    """The part before the @ is never repeated in a sentence."""
    part = f"{USER}:{PASSWORD}@"
    for url in (f"http://{part}h:99999/", f"http://{part}a b/", f"ftp://{part}h/"):
        desk.type_url(url)
        desk.trigger("send")
        wait_until(lambda: desk.page.editor.url_bar.resolved.shows_problem, "the words")
        assert leaks(words_on_screen(desk)) == []


def test_a_typed_header_is_hidden_from_over_the_shoulder_and_from_screen_readers(
    desk: Desk,
) -> None:
    compose(desk, 1)
    desk.page.editor.pane.show_tab("headers")
    table = desk.page.editor.pane.headers.own.table
    assert table.rows.rows()[0].value == f"Bearer {TOKEN}"
    spoken = table.rows.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "hidden value" in spoken
    assert leaks(words_on_screen(desk)) == []
