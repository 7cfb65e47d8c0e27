"""Connections that were made as files: the window, the system's keyring, a real server."""

from __future__ import annotations

import gc
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from httpdesk.engine.masking import MASK
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.item_models.wire_rows import WireColumn
from httpdesk.gui.response.timeline_rows import hop_rows
from httpdesk.model.request import Options, Request
from tests.helpers.desk import Desk, wait_until
from tests.helpers.keyring_daemon import KeyringDaemon
from tests.helpers.raw_server import RawServer, answering, response

KEY = "canary-9f8e7d6c5b"

CONNECTION = """\
info: {{name: Orders API, type: connection, id: test-1}}
baseUrl: http://127.0.0.1:{port}/v1
auth: {{type: apikey, key: {key}, placement: {placement}}}
headers:
  - {{name: X-Tenant, value: t-42}}
"""

SIGNING = """\
info: {{name: Orders API, type: connection, id: test-2}}
baseUrl: http://127.0.0.1:{port}/v1
auth: {{type: digest, username: ulla}}
"""


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyringDaemon]:
    with KeyringDaemon(tmp_path_factory.mktemp("keyring"), "pass phrase") as daemon:
        yield daemon


@pytest.fixture
def keyring(daemon: KeyringDaemon, monkeypatch: pytest.MonkeyPatch) -> KeyringDaemon:
    """The keyring that the window and the commands of the test find."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    for name, value in daemon.environment.items():
        monkeypatch.setenv(name, value)
    return daemon


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(answering(response(b"done"))) as server:
        yield server


def run(*words: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = (sys.executable, "-m", "httpdesk", *words)
    return subprocess.run(command, input=data, capture_output=True, check=False, timeout=60)


def connect(home: Path, server: RawServer, key: str = "X-Odd", placement: str = "header") -> None:
    """Write the file of the connection and keep its secret, as the guide says."""
    file = home / "config" / "connections" / "orders.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(CONNECTION.format(port=server.port, key=key, placement=placement))
    kept = run("connections", "set-secret", "Orders API", "key", data=KEY.encode())
    assert kept.returncode == 0, kept.stderr
    assert run("connections", "list").stdout.endswith(b"ready\n")


def collect_what_the_keyring_library_left() -> None:
    """A refusal leaves its connection to the bus open."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def open_request(desk: Desk, url: str = "/orders", **options: object) -> None:
    desk.trigger("request.new")
    made = Options(connection="Orders API", **options)  # type: ignore[arg-type]
    desk.session.documents.edit(desk.document, Request(url=url, options=made))


def on_screen(desk: Desk) -> str:
    return "\n".join(label.text() for label in desk.window.findChildren(QLabel))


@pytest.mark.parametrize(("key", "placement"), [("X-Odd", "header"), ("k", "query")])
def test_a_connection_made_as_a_file_signs_in(  # noqa: PLR0917
    desk: Desk, httpdesk_home: Path, server: RawServer, keyring: KeyringDaemon,
    key: str, placement: str,
) -> None:  # fmt: skip
    """Statements 6, 14, 23 and 76: the path below the base; the secret on the wire alone."""
    connect(httpdesk_home, server, key, placement)
    open_request(desk)
    desk.trigger("wire.show")
    model = desk.page.editor.pane.wire.model

    def lines() -> list[str]:
        rows = range(model.rowCount())
        return [str(model.index(row, WireColumn.TEXT).data()) for row in rows]

    wait_until(lambda: any("X-Tenant" in line for line in lines()), "the connection's lines")
    query = f"?k={MASK}" if placement == "query" else ""
    assert f"GET /v1/orders{query} HTTP/1.1" in lines()
    assert placement == "query" or f"X-Odd: {MASK}" in lines()

    exchange = desk.press_send()
    assert exchange.error is None
    head = server.requests[0].decode()
    assert (f"?k={KEY} " if placement == "query" else f"\r\nX-Odd: {KEY}\r\n") in head
    assert "\r\nX-Tenant: t-42\r\n" in head
    told = " ".join(f"{row.request} {row.short_request}" for row in hop_rows(exchange))
    desk.settle()
    assert KEY not in told + on_screen(desk) + "\n".join(lines()) + repr(exchange)
    files = [path for path in httpdesk_home.rglob("*") if path.is_file()]
    assert not [path for path in files if KEY.encode() in path.read_bytes()]


def test_a_key_that_the_server_repeats_is_hidden_in_its_headers(
    desk: Desk, httpdesk_home: Path, keyring: KeyringDaemon
) -> None:
    """Statement 76: by value, and so is what is copied of them."""
    with RawServer(answering(response(b"ok", f"X-Echo: {KEY}"))) as server:
        connect(httpdesk_home, server)
        open_request(desk)
        desk.press_send()
    viewer = desk.page.viewer
    viewer.select_tab("headers")
    assert f"X-Echo: {MASK}" in viewer.headers.model.as_text()
    assert KEY not in viewer.headers.model.as_text()


def test_a_signature_is_made_for_the_request_that_leaves(
    desk: Desk, httpdesk_home: Path, keyring: KeyringDaemon
) -> None:
    """Digest (RFC 7616): shown before, answered once, told in the timeline, hidden after."""
    challenge = 'WWW-Authenticate: Digest realm="r", nonce="n-1", qop="auth", algorithm=SHA-256'
    refusal = response(b"", challenge, status="401 Unauthorized")
    with RawServer(answering(refusal, response(b"done"))) as server:
        file = httpdesk_home / "config" / "connections" / "orders.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(SIGNING.format(port=server.port))
        kept = run("connections", "set-secret", "Orders API", "password", data=KEY.encode())
        assert kept.returncode == 0, kept.stderr
        open_request(desk)
        desk.trigger("wire.show")
        model = desk.page.editor.pane.wire.model

        def lines() -> list[str]:
            rows = range(model.rowCount())
            return [str(model.index(row, WireColumn.TEXT).data()) for row in rows]

        wait_until(lambda: f"Authorization: Digest {MASK}" in lines(), "the pending line")
        exchange = desk.press_send()
    assert exchange.error is None
    assert b"Authorization" not in server.requests[0]
    answer = server.requests[1].partition(b"Authorization: Digest ")[2].partition(b"\r\n")[0]
    assert b'username="ulla"' in answer
    rows = hop_rows(exchange)
    assert [row.code for row in rows] == ["401", "200"]
    assert rows[1].notes[0] == "Sent again with the signature that the 401 asked for."
    desk.settle()
    digest = answer.decode().partition('response="')[2].partition('"')[0]
    for secret in (KEY, digest):
        assert secret not in on_screen(desk) + "\n".join(lines())


def test_a_collection_hands_its_connection_down(
    desk: Desk, httpdesk_home: Path, server: RawServer, keyring: KeyringDaemon, tmp_path: Path
) -> None:
    """storage.md: `httpdesk.connection` of the collection."""
    connect(httpdesk_home, server)
    root = tmp_path / "shop"
    root.mkdir()
    (root / "opencollection.yml").write_text(
        'opencollection: "1.0.0"\ninfo: {name: Shop}\n'
        "request:\n  variables: [{name: httpdesk.connection, value: Orders API}]\n"
    )
    (root / "list.yml").write_text("info: {name: List, type: http}\nhttp: {url: /list}\n")
    opened: list[str] = []
    desk.session.workspace.collectionOpened.connect(opened.append)
    desk.session.workspace.open(str(root))
    wait_until(lambda: opened, "the collection")
    desk.open_item(str(root), "list.yml")
    wait_until(lambda: desk.page.editor.url_bar.field.toPlainText() == "/list", "the URL")
    desk.settle()
    desk.press_send()
    assert server.requests[0].startswith(b"GET /v1/list HTTP/1.1\r\n")
    assert f"X-Odd: {KEY}".encode() in server.requests[0]
    assert ItemKey(str(root), "list.yml") == desk.session.collections.current_key()


@pytest.mark.parametrize("case", ["locked", "missing", "unknown"])
def test_what_keeps_a_request_here_is_said(
    desk: Desk, httpdesk_home: Path, server: RawServer, keyring: KeyringDaemon, case: str
) -> None:
    """Statement 24 and security.md R4: nothing goes out without its credential."""
    connect(httpdesk_home, server)
    words = {
        "locked": "The system keyring is locked",
        "missing": "Its key has not been entered yet.",
        "unknown": "No connection is called “Orders API”",
    }[case]
    if case == "missing":
        assert run("connections", "logout", "Orders API").returncode == 0
    if case == "unknown":
        (httpdesk_home / "config" / "connections" / "orders.yaml").unlink()
    if case == "locked":
        keyring.start_locked()
    try:
        open_request(desk)
        desk.click(desk.page.editor.url_bar.send)
        wait_until(lambda: words in "\n".join([on_screen(desk), *desk.messages()]), words)
    finally:
        if case == "locked":
            keyring.stop()
            keyring.unlock()
            collect_what_the_keyring_library_left()
    assert server.requests == []
