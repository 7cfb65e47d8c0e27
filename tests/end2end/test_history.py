"""What the window's sends leave in the history, and what a broken history does to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from httpdesk.adapters import sqlite_file
from httpdesk.model.history import HistoryFilter, HistoryPage, HistoryRecord
from httpdesk.model.request import Header, RawBody, RawKind, SetVariable
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.raw_server import RawServer, RecordingPeer, answering, response

BODY = b'{"token": "t0p-secret-token", "order": "quark-7781"}'


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(answering(response(BODY, "Content-Type: application/json"))) as made:
        yield made


def send(desk: Desk, url: str, *, inputs: bool = True, outputs: bool = True) -> None:
    """Send a request with a secret in a new tab."""
    desk.trigger("request.new")
    desk.type_url(url)
    request = desk.document.request
    changed = replace(
        request,
        name="Ask for it",
        method="POST",
        headers=(Header("Authorization", "Bearer canary-t0ken-5f1e"),),
        body=RawBody(RawKind.JSON, '{"password": "canary-pa55word", "item": "muon-17"}'),
        options=replace(request.options, secure_inputs=inputs, secure_outputs=outputs),
    )
    desk.session.documents.edit(desk.document, changed)
    desk.press_send()


def kept(desk: Desk, count: int = 1) -> list[HistoryRecord]:
    """Return the history, newest first, once it has so many entries."""
    store = desk.ports.history()
    pages: list[HistoryPage] = []

    def are_there() -> bool:
        pages.append(store.page(HistoryFilter()))
        return len(pages[-1].entries) == count

    wait_until(are_there, f"{count} entries in the history")
    found = [store.record(each.id) for each in pages[-1].entries]
    return [each for each in found if each is not None]


def bytes_of(home: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted((home / "data").glob("history.db*")))


def test_a_new_request_leaves_its_facts_alone(
    desk: Desk, server: RawServer, httpdesk_home: Path
) -> None:
    """Statement 77."""
    send(desk, f"http://127.0.0.1:{server.port}/orders/muon?key=quark")
    (record,) = kept(desk)
    entry = record.entry
    assert record == HistoryRecord(entry)
    assert (entry.method, entry.host, entry.status_code) == ("POST", "127.0.0.1", 200)
    assert (entry.name, entry.url, entry.root, entry.path) == ("", "", "", "")
    assert entry.bytes_sent == len(b'{"password": "canary-pa55word", "item": "muon-17"}')
    assert entry.bytes_received == len(BODY)
    assert entry.elapsed_ms > 0
    assert "quark-7781" in desk.body
    for word in (b"orders", b"muon", b"quark", b"canary", b"Ask for it"):
        assert word not in bytes_of(httpdesk_home), word


def test_one_that_is_turned_off_is_kept_of_later_sends(
    desk: Desk, server: RawServer, httpdesk_home: Path
) -> None:
    """Statements 78 and 79."""
    url = f"http://127.0.0.1:{server.port}/orders"
    send(desk, url)
    send(desk, url, inputs=False)
    send(desk, url, outputs=False)
    outputs, inputs, first = kept(desk, 3)
    assert first.request is None
    assert first.body is None
    assert inputs.request is not None
    assert inputs.body is None
    assert inputs.response_headers == ()
    assert inputs.entry.url == url
    assert inputs.request.headers[0].value == "Bearer ••••••••"
    assert inputs.request.body == RawBody(
        RawKind.JSON, '{"password": "••••••••", "item": "muon-17"}'
    )
    assert outputs.request is None
    assert outputs.request_headers == ()
    assert outputs.body == '{"token": "••••••••", "order": "quark-7781"}'.encode()
    assert ("Content-Type", "application/json") in outputs.response_headers
    assert b"canary" not in bytes_of(httpdesk_home)
    assert b"t0p-secret" not in bytes_of(httpdesk_home)


def test_a_value_out_of_a_secured_response_stays_secured(desk: Desk, httpdesk_home: Path) -> None:
    """Statement 80: also when a later request parses it and takes a part of it."""
    whole = rb'{"data": "{\"grant\": \"sekret-grant-91\", \"n\": 1}"}'
    echo = b'{"echo": {"grant": "sekret-grant-91"}}'
    last = b'{"said": "sekret-grant-91"}'
    with RawServer(
        answering(
            *(response(each, "Content-Type: application/json") for each in (whole, echo, last))
        )
    ) as server:
        url = f"http://127.0.0.1:{server.port}"
        steps = (
            ("/first", SetVariable("data", "res.body.data"), True),
            ("/second?x={{data}}", SetVariable("grant", "res.body.echo.grant"), False),
            ("/third/{{grant}}", SetVariable("said", "res.body.said"), False),
        )
        taken = desk.session.workspace.taken
        for path, action, secure in steps:
            desk.trigger("request.new")
            desk.type_url(url + path)
            request = desk.document.request
            options = replace(request.options, secure_inputs=secure, secure_outputs=secure)
            changed = replace(request, actions=(action,), options=options)
            desk.session.documents.edit(desk.document, changed)
            desk.press_send()
            wait_until(partial(taken.__contains__, action.name), "the value")
        assert b"sekret-grant-91" in server.requests[2]
    third, second, _ = kept(desk, 3)
    assert third.entry.url == f"{url}/third/••••••••"
    assert third.body == '{"said": "••••••••"}'.encode()
    assert second.body == '{"echo": {"grant": "••••••••"}}'.encode()
    assert b"sekret-grant" not in bytes_of(httpdesk_home)


def test_failed_cut_and_cancelled_sends_are_kept(desk: Desk) -> None:
    """Issue 6, part 4; row 3: the history says that it is incomplete."""
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort"

    def cut_short(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(cut)

    with RawServer(cut_short) as server:
        send(desk, f"http://127.0.0.1:{server.port}/", outputs=False)
    send(desk, f"http://127.0.0.1:{server.port}/")
    with RawServer(lambda peer: peer.wait_until_gone()) as server:
        desk.trigger("request.new")
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        desk.trigger("send")
        wait_until(lambda: desk.document.sending, "the send to begin")
        desk.trigger("cancel")
        cancelled, refused, incomplete = kept(desk, 3)
    assert incomplete.entry.failure == "IncompleteBody"
    assert (incomplete.entry.status_code, incomplete.body) == (200, b"short")
    assert (refused.entry.failure, refused.entry.status_code) == ("ConnectionRefused", None)
    assert cancelled.entry.failure == "Cancelled"


def test_a_send_that_ends_with_the_window_is_kept(qtbot: QtBot, httpdesk_home: Path) -> None:
    with RawServer(lambda peer: peer.wait_until_gone()) as server:
        with open_desk() as desk:
            desk.type_url(f"http://127.0.0.1:{server.port}/")
            desk.trigger("send")
            wait_until(lambda: server.connections, "the connection")
        with open_desk() as again:
            (record,) = kept(again)
            assert record.entry.failure == "Cancelled"


# Row 32


def test_a_damaged_history_stops_nothing(
    desk: Desk, server: RawServer, httpdesk_home: Path
) -> None:
    """Row 32."""
    (httpdesk_home / "data" / "history.db").write_bytes(b"no database" * 1000)
    send(desk, f"http://127.0.0.1:{server.port}/")
    assert desk.status == "200 OK"
    assert len(kept(desk)) == 1
    assert list((httpdesk_home / "data").glob("history.damaged-*.db"))


def test_a_history_that_cannot_be_written_is_told_once(
    desk: Desk, server: RawServer, httpdesk_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 32: locked by another process."""
    monkeypatch.setattr(sqlite_file, "LOCK_WAIT_S", 0.01)
    desk.ports.history().page(HistoryFilter())
    other = sqlite3.connect(httpdesk_home / "data" / "history.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    told: list[object] = []
    desk.session.history.failed.connect(told.append)
    for _ in range(3):
        send(desk, f"http://127.0.0.1:{server.port}/")
        assert desk.status == "200 OK"
    wait_until(lambda: told, "the failure to be told")
    assert any("history.db" in each for each in desk.messages())
    wait_until(lambda: not desk.session.jobs.running, "the other writes to fail")
    other.execute("ROLLBACK")
    other.close()
    send(desk, f"http://127.0.0.1:{server.port}/")
    kept(desk, 1)
    assert len(told) == 1


# The switches and the lock


def test_a_lock_shows_what_is_secured(desk: Desk, server: RawServer, tmp_path: Path) -> None:
    """Statement 78: the request's menu, the Options tab and the lock are of one mind."""
    desk.trigger("request.new")
    desk.type_url(f"http://127.0.0.1:{server.port}/")
    lock = desk.page.editor.url_bar.resolved.lock
    switches = desk.page.editor.pane.options.secure.switches
    assert lock.accessibleName() == "Secure inputs and outputs: the history keeps neither"
    assert lock.isVisible()
    menu = lock.menu()
    assert isinstance(menu, QMenu)
    assert [(each.text(), each.isChecked()) for each in menu.actions()] == [
        ("Secure inputs", True),
        ("Secure outputs", True),
    ]
    desk.press_send()
    desk.trigger("secure.outputs")
    assert not switches["secure_outputs"].isChecked()
    assert lock.accessibleName() == "Secure inputs: the history keeps the response alone"
    switches["secure_inputs"].click()
    assert lock.accessibleName() == "The history keeps what is sent and the response"
    assert not desk.window.actions_["secure.inputs"].isChecked()
    desk.press_send()
    later, earlier = kept(desk, 2)
    assert (earlier.request, earlier.body) == (None, None)
    assert later.request is not None
    assert later.body is not None
    desk.trigger("request.new")
    assert desk.window.actions_["secure.inputs"].isChecked()


def test_what_a_collection_hands_down_is_followed_and_overruled(
    desk: Desk, server: RawServer, tmp_path: Path
) -> None:
    """Statement 78, storage.md: reserved variables inherit."""
    (tmp_path / "opencollection.yml").write_text(
        "opencollection: 1.0.0\ninfo: {name: Shop}\nrequest:\n  variables:\n"
        "    - {name: httpdesk.secure.outputs, value: 'false'}\n"
    )
    url = f"http://127.0.0.1:{server.port}/"
    file = tmp_path / "ask.yml"
    file.write_text(f"info: {{name: Ask, type: http}}\nhttp: {{method: GET, url: {url}}}\n")
    desk.session.workspace.open(str(tmp_path))
    wait_until(lambda: desk.session.workspace.collection(str(tmp_path)), "the collection")
    desk.open_item(str(tmp_path), "ask.yml")
    lock = desk.page.editor.url_bar.resolved.lock
    assert lock.accessibleName() == "Secure inputs: the history keeps the response alone"
    desk.press_send()
    desk.trigger("secure.outputs")
    assert lock.accessibleName() == "Secure inputs and outputs: the history keeps neither"
    desk.press_send()
    later, earlier = kept(desk, 2)
    assert (earlier.entry.root, earlier.entry.path) == ("", "")
    assert earlier.body is not None
    assert later.body is None
    desk.trigger("request.save")
    wait_until(lambda: "httpdesk.secure.outputs" in file.read_text(), "the option in the file")


def test_where_a_request_belongs_is_kept(desk: Desk, server: RawServer, tmp_path: Path) -> None:
    """Issue 6, part 4."""
    (tmp_path / "opencollection.yml").write_text(
        "opencollection: 1.0.0\ninfo: {name: Shop}\nrequest:\n  variables:\n"
        "    - {name: httpdesk.secure.inputs, value: 'false'}\n"
    )
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "Staging.yml").write_text(
        f"name: Staging\nvariables:\n  - {{name: port, value: '{server.port}'}}\n"
        "  - {name: pin, value: said-only-here-4711}\n"
    )
    (tmp_path / "ask.yml").write_text(
        "info: {name: Ask, type: http}\nhttp: {method: GET, url: 'http://127.0.0.1:{{port}}/a'}\n"
    )
    root = str(tmp_path)
    desk.session.workspace.open(root)
    wait_until(lambda: desk.session.workspace.collection(root), "the collection")
    desk.session.workspace.choose_environment(root, "Staging")
    desk.open_item(root, "ask.yml")
    line = desk.page.editor.url_bar.resolved
    wait_until(lambda: line.text.endswith(f":{server.port}/a"), "the variables")
    desk.press_send()
    (record,) = kept(desk)
    entry = record.entry
    assert (entry.root, entry.path, entry.environment) == (root, "ask.yml", "Staging")
    assert entry.url == f"http://127.0.0.1:{server.port}/a"
    assert record.request is not None
    assert record.request.url == "http://127.0.0.1:{{port}}/a"
    assert desk.ports.history().newest(root, "ask.yml", 5) == (entry,)
