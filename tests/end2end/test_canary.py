"""Planted secrets: where they must not turn up while a request with them is sent and saved."""

from __future__ import annotations

import base64
import json
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

from httpdesk.engine.routing import PROXY_SECRET, passphrase_secret
from httpdesk.model.network_choices import TlsRule
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.fault_server import fault_server
from tests.helpers.raw_server import RawServer, answering, response

USER, PASSWORD, KEY, TOKEN = "canary-user", "canary+pa55", "canary-k3y-90cd", "canary-t0ken-5f1e"
PROXY, PASSPHRASE, COOKIE = "canary/pr0xy-31aa", "canary-p4ssphrase", "canary-c00kie-77b1"
SECRETS = (PASSWORD, KEY, TOKEN, PROXY, PASSPHRASE, COOKIE)
BASIC = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
SIGN_IN = base64.b64encode(f"ada:{PROXY}".encode()).decode()
FORMS = (
    *SECRETS,
    *map(quote, SECRETS),
    *(quote(each, safe="") for each in SECRETS),
    *(json.dumps(each).replace("/", "\\/")[1:-1] for each in SECRETS),
    *(base64.urlsafe_b64encode(each.encode()).decode().rstrip("=") for each in SECRETS),
    BASIC,
    SIGN_IN,
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


def test_secrets_of_the_way_and_of_answers_stay_where_they_belong(
    desk: Desk,
    httpdesk_home: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """quality.md row 44: a proxy's password, a passphrase, cookies; with a log, and with faults."""
    certificate = httpdesk_home / "me.p12"
    certificate.write_bytes(b"no certificate")
    jar = f"Set-Cookie: sid={COOKIE}; Max-Age=999"
    refusal = response(f"{PROXY} {SIGN_IN}".encode(), status=f"407 {quote(PROXY, safe='')}")
    settings = desk.session.settings
    for name, value in ((PROXY_SECRET, PROXY), (passphrase_secret(str(certificate)), PASSPHRASE)):
        desk.ports.secrets().keep_for_session(name, value)
    with (
        RawServer(answering(response(b"ok", jar))) as good,
        RawServer(answering(refusal)) as refusing,
    ):
        settings.change(proxy="manual", proxy_url=f"http://ada@127.0.0.1:{good.port}")
        settings.change(tls_rules=(TlsRule("*", certificate=str(certificate)),))
        desk.trigger("request.new")
        desk.type_url(f"http://orders.test/?api_key={KEY}")
        desk.page.editor.pane.options.debug.click()
        for _ in range(2):
            desk.press_send()
        assert f"Proxy-Authorization: Basic {SIGN_IN}".encode() in good.requests[1]
        assert f"Cookie: sid={COOKIE}".encode() in good.requests[1]
        look_everywhere(desk)
        look_at_wire_and_log(desk)
        settings.change(proxy_url=f"http://ada@127.0.0.1:{refusing.port}")
        desk.type_url(f"https://orders.test/?api_key={KEY}")
        for rules in (settings.settings.tls_rules, ()):
            settings.change(tls_rules=rules)
            desk.press_send()
            assert desk.page.viewer.tab_keys()[0] == "error"
            look_everywhere(desk)
            look_at_wire_and_log(desk)
            desk.page.viewer.error.copy_details()
            assert leaks(QGuiApplication.clipboard().text()) == []
        assert len(refusing.requests) == 1
    desk.trigger("settings")
    desk.settle()
    assert leaks(words_on_screen(desk)) == []
    assert leaks(repr(desk.session.documents.all()) + repr(settings.settings)) == []
    desk.window.close()
    assert leaks(caplog.text + "".join(capfd.readouterr())) == []
    cookies = desk.ports.cookies()
    cookies.close()
    held = {
        path.relative_to(httpdesk_home).as_posix(): set(leaks(path.read_bytes().decode("latin-1")))
        for path in httpdesk_home.rglob("*")
        if path.is_file()
    }
    # What was typed is in its draft, and cookies are kept; both for their owner only.
    assert set().union(*held.values()) == {KEY, COOKIE}
    assert {path for path, found in held.items() if found} <= {
        f"data/httpdesk.db{side}" for side in ("", "-wal", "-shm")
    }


def look_at_wire_and_log(desk: Desk) -> None:
    wire = desk.page.editor.pane.wire
    desk.page.editor.pane.show_tab("wire")
    wait_until(wire.copy_all.isEnabled, "the lines")
    desk.settle()
    assert leaks(words_on_screen(desk)) == []
    wire.copy_all.click()
    assert leaks(QGuiApplication.clipboard().text()) == []
    log = desk.page.viewer.log
    desk.page.viewer.select_tab("log")
    wait_until(lambda: log.save.isEnabled() and not log.fill.busy, "the log")
    assert leaks(log.editor.toPlainText()) == []
