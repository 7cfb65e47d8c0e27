"""A pulled change of where a connection leads, in the window (security.md R5, last row)."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from httpdesk.engine.places import approve
from httpdesk.model.auth import TOKEN_SECRET
from httpdesk.model.connection import Connection
from httpdesk.model.errors import Cancelled, PlacesRefused
from httpdesk.model.oauth import Token
from httpdesk.model.questions import NewPlaces
from httpdesk.model.request import Options, Request
from tests.helpers.desk import Desk, wait_until
from tests.helpers.fixtures import evil, server
from tests.helpers.raw_server import RawServer

__all__ = ["evil", "server"]

KEY = "canary-9f8e7d6c"
CONNECTION = """\
info: {{name: Orders API, type: connection, id: test-1}}
baseUrl: http://127.0.0.1:{port}
auth: {auth}
"""
API_KEY = "{type: apikey, key: X-Odd, placement: header}"


def write(home: Path, server: RawServer, auth: str = API_KEY) -> None:
    file = home / "config" / "connections" / "orders.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(CONNECTION.format(port=server.port, auth=auth))


def stored(desk: Desk) -> Connection:
    found = desk.ports.connections().store.find("Orders API", None)
    assert found is not None
    return found.connection


def agree(desk: Desk, secret: str, value: str) -> None:
    """Let the user have entered a secret when the file was as it is now."""
    connection = stored(desk)
    desk.ports.secrets().keep_for_session(connection.secret(secret), value)
    approve(connection, desk.ports.connections().records)


def begin(desk: Desk) -> None:
    desk.session.documents.new(Request(url="/orders", options=Options(connection="Orders API")))
    desk.page.editor.url_bar.focus_url()
    desk.press(Qt.Key.Key_Return)


def asked(desk: Desk) -> NewPlaces:
    wait_until(lambda: desk.document.question, "a question")
    question = desk.document.question
    assert isinstance(question, NewPlaces)
    return question


def ended(desk: Desk) -> None:
    wait_until(lambda: desk.document.exchange is not None, "the end")


def test_old_and_new_stand_side_by_side_and_no_sends_nothing(
    desk: Desk, httpdesk_home: Path, server: RawServer, evil: RawServer
) -> None:
    """Row 37 of quality.md; a yes is remembered."""
    write(httpdesk_home, server)
    agree(desk, "key", KEY)
    write(httpdesk_home, evil)
    begin(desk)
    asked(desk)
    content = desk.page.viewer.question.content
    assert content is not None
    facts = [label.text() for label in content.facts]
    assert facts == [f"http://127.0.0.1:{server.port} → http://127.0.0.1:{evil.port}"]
    assert str(desk.focus.property("text")) == "Send nothing"
    desk.press(Qt.Key.Key_Return)
    ended(desk)
    assert isinstance(desk.exchange.error, PlacesRefused)
    error = desk.page.viewer.error.content
    assert error is not None
    assert error.title.text() == "The connection leads to new places"
    assert f"http://127.0.0.1:{evil.port}" in error.text.text()
    assert (server.connections, evil.connections) == (0, 0)
    begin(desk)
    asked(desk)
    while str(desk.focus.property("text")) != "Let them go there":
        desk.press(Qt.Key.Key_Tab)
    desk.press(Qt.Key.Key_Return)
    ended(desk)
    assert desk.status == "200 OK"
    assert KEY.encode() in evil.requests[0]
    begin(desk)
    ended(desk)
    assert (desk.status, len(evil.requests)) == ("200 OK", 2)


def test_saving_in_the_program_agrees(
    desk: Desk, httpdesk_home: Path, server: RawServer, evil: RawServer
) -> None:
    write(httpdesk_home, server)
    agree(desk, "key", KEY)
    keeper = desk.session.connections
    keeper.reload()
    wait_until(keeper.entries, "the connection")
    (entry,) = keeper.entries()
    job = keeper.save(entry.path, replace(stored(desk), base_url=f"http://127.0.0.1:{evil.port}"))
    assert job is not None
    wait_until(
        lambda: str(evil.port) in str(desk.ports.connections().records.record("test-1").places),
        "the places",
    )
    begin(desk)
    ended(desk)
    assert (desk.status, len(evil.requests)) == ("200 OK", 1)


def test_a_token_is_waited_for_in_sight_and_a_cancel_ends_it(
    desk: Desk, httpdesk_home: Path, server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 39 of quality.md: a keyring that waits for its owner, at the read of a token."""
    auth = f"{{type: oauth2, flow: authorization_code, accessTokenUrl: http://127.0.0.1:{server.port}/t}}"
    write(httpdesk_home, server, auth)
    now = time.time()
    agree(desk, TOKEN_SECRET, json.dumps(asdict(Token("t", expires_at=now + 900, obtained_at=now))))
    secrets, goes_on = desk.ports.secrets(), threading.Event()
    monkeypatch.setattr(secrets, "at_hand", lambda _: None)
    original = secrets.read

    def slow(name: str) -> str | None:
        if name.endswith(TOKEN_SECRET):
            goes_on.wait(30)
        return original(name)

    monkeypatch.setattr(secrets, "read", slow)
    begin(desk)
    phase = desk.page.viewer.status.phase
    wait_until(lambda: "keyring" in phase.text(), "the wait in sight")
    desk.press(Qt.Key.Key_Escape)
    ended(desk)
    goes_on.set()
    assert isinstance(desk.exchange.error, Cancelled)
    assert server.requests == []
