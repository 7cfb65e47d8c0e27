"""The auth of collection files in the window: what the tab shows is what goes out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from httpdesk.gui.connections.page import ConnectionPage
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.item_models.wire_rows import WireColumn
from httpdesk.model.auth import BasicAuth, OAuth2Auth
from tests.end2end.test_request_connections import add_connection
from tests.end2end.test_saving import choose
from tests.helpers.desk import Desk, wait_until
from tests.helpers.keyring_daemon import KeyringDaemon
from tests.helpers.raw_server import RawServer, answering, response

NAME = "httpdesk.connection"
MAKE = "Make a connection from its auth"


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(answering(response(b"done"))) as server:
        yield server


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyringDaemon]:
    with KeyringDaemon(tmp_path_factory.mktemp("keyring"), "pass phrase") as daemon:
        yield daemon


@pytest.fixture
def keyring(daemon: KeyringDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's keyring, unlocked."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    for name, value in daemon.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def shop(tmp_path: Path, server: RawServer) -> Path:
    """A collection with a folder whose auth the request inherits, and a connection `north`."""
    root = tmp_path / "shop"
    (root / "orders").mkdir(parents=True)
    (root / "opencollection.yml").write_text('opencollection: "1.0.0"\ninfo: {name: Shop}\n')
    (root / "orders" / "folder.yml").write_text(
        "info: {name: Orders, type: folder}\n"
        "request:\n  auth: {type: basic, username: ann, password: canary-pw}\n"
    )
    (root / "orders" / "list.yml").write_text(
        "info: {name: List, type: http}\n"
        f"http:\n  url: http://127.0.0.1:{server.port}/list\n  auth: inherit\n"
    )
    add_connection(root / "connections", "north", server)
    return root


def open_request(desk: Desk, root: Path) -> None:
    opened: list[str] = []
    desk.session.workspace.collectionOpened.connect(opened.append)
    desk.session.workspace.open(str(root))
    wait_until(lambda: opened, "the collection")
    desk.open_item(str(root), "orders/list.yml")
    wait_until(desk.session.connections.entries, "the connections")


def shown(desk: Desk) -> str:
    return desk.page.editor.url_bar.connection.accessibleName()


def wire_lines(desk: Desk) -> list[str]:
    model = desk.page.editor.pane.wire.model
    rows = range(model.rowCount())
    return [str(model.index(row, WireColumn.TEXT).data()) for row in rows]


def sign_in_menu(desk: Desk, root: Path, path: str) -> dict[str, QAction]:
    """Return the entries of "Sign in with" in the context menu of a row."""
    desk.session.collections.select(ItemKey(str(root), path))
    menu = QMenu(desk.window)
    desk.session.items.add_sign_in(
        menu, desk.session.connections, desk.session.auth_conversion.from_level
    )
    found = [each for each in menu.findChildren(QMenu) if each.title() == "Sign in with"]
    return {each.text(): each for menu in found for each in menu.actions() if each.text()}


def test_the_auth_of_a_folder_is_shown_and_goes_out(
    desk: Desk, shop: Path, server: RawServer
) -> None:
    """Its name is said, its secret is not."""
    open_request(desk, shop)
    assert shown(desk) == "Connection, basic, as the file says"
    desk.page.editor.pane.show_tab("auth")
    auth = desk.page.editor.pane.auth
    assert auth.choice.currentText() == "Inherit from Orders: basic of the file"
    assert auth.card.title.text() == "basic, as the file says"
    desk.trigger("wire.show")
    wait_until(lambda: any("Authorization: Basic" in each for each in wire_lines(desk)), "the line")
    assert not any("canary" in each or "YW5u" in each for each in wire_lines(desk))
    desk.press_send()
    assert b"\r\nAuthorization: Basic YW5uOmNhbmFyeS1wdw==\r\n" in server.requests[0]


def test_a_folder_is_given_a_connection_in_the_tree(
    desk: Desk, shop: Path, server: RawServer
) -> None:
    """Open requests know it at once, and the file changes by one row."""
    open_request(desk, shop)
    assert sign_in_menu(desk, shop, "orders/list.yml") == {}
    entries = sign_in_menu(desk, shop, "orders")
    assert list(entries) == ["Inherit", "None", "north", MAKE]
    wait_until(entries["Inherit"].isChecked, "the mark at what holds")
    entries["north"].trigger()
    wait_until(lambda: shown(desk).startswith("Connection, north"), "the connection")
    again = sign_in_menu(desk, shop, "orders")
    wait_until(again["north"].isChecked, "the mark at what was chosen")
    assert [name for name, each in again.items() if each.isChecked()] == ["north"]
    folder = shop / "orders" / "folder.yml"
    assert folder.read_text().count(NAME) == 1
    desk.press_send()
    assert b"\r\nX-Tenant: north\r\n" in server.requests[-1]
    sign_in_menu(desk, shop, "orders")["None"].trigger()
    wait_until(lambda: shown(desk) == "Connection, No connection", "none")
    desk.press_send()
    assert b"\r\nAuthorization" not in server.requests[-1]
    sign_in_menu(desk, shop, "orders")["Inherit"].trigger()
    wait_until(lambda: shown(desk) == "Connection, basic, as the file says", "the file's own")
    assert NAME not in folder.read_text()


SIGNED = """\
info: {name: List, type: http}
http:
  method: GET
  url: http://127.0.0.1:PORT/list
  auth: {type: basic, username: ann, password: canary-pw}
"""


def secrets_of(desk: Desk) -> str:
    """Return the secrets of the auth in the tab, which its file holds."""
    return str(getattr(desk.document.request.auth, "secrets", ()))


def test_a_draft_leaves_the_secrets_of_an_auth_in_its_file(
    shop: Path, server: RawServer, httpdesk_home: Path
) -> None:
    """Statement 23: nothing in the data folder, and after a restart the request is signed in."""
    file = shop / "orders" / "list.yml"
    file.write_text(SIGNED.replace("PORT", str(server.port)))
    first = Desk()
    open_request(first, shop)
    first.type_url(f"http://127.0.0.1:{server.port}/edited")
    first.close()
    kept = [each for each in httpdesk_home.rglob("*") if each.is_file()]
    assert any(b"/edited" in each.read_bytes() for each in kept)
    assert not any(b"canary-pw" in each.read_bytes() for each in kept)
    second = Desk()
    wait_until(lambda: "canary-pw" in secrets_of(second), "the file")
    assert second.document.edited
    second.press_send()
    second.close()
    assert server.requests[0].startswith(b"GET /edited ")
    assert b"\r\nAuthorization: Basic YW5uOmNhbmFyeS1wdw==\r\n" in server.requests[0]


def test_a_draft_whose_file_is_gone_is_not_sent_without_its_password(
    shop: Path, server: RawServer, httpdesk_home: Path
) -> None:
    """An empty password would be another credential."""
    file = shop / "orders" / "list.yml"
    file.write_text(SIGNED.replace("PORT", str(server.port)))
    first = Desk()
    open_request(first, shop)
    first.type_url(f"http://127.0.0.1:{server.port}/edited")
    first.close()
    file.unlink()
    second = Desk()
    second.page.editor.refresh()
    wait_until(lambda: second.page.editor.url_bar.resolved.shows_problem, "the problem")
    assert second.page.editor.url_bar.resolved.text == "The file's auth has no password."
    second.click(second.page.editor.url_bar.send)
    second.settle()
    second.close()
    assert server.requests == []


def test_a_request_can_leave_the_auth_of_its_file(
    desk: Desk, shop: Path, server: RawServer
) -> None:
    open_request(desk, shop)
    menu = desk.page.editor.url_bar.connection.menu()
    menu.aboutToShow.emit()
    entries = {each.text(): each for each in menu.actions()}
    assert not entries["No connection"].isChecked()
    entries["No connection"].trigger()
    assert shown(desk) == "Connection, No connection"
    desk.press_send()
    assert b"\r\nAuthorization" not in server.requests[-1]


def connection_page(desk: Desk) -> ConnectionPage:
    """Wait for the page of a connection to be in front."""
    found: list[ConnectionPage] = []

    def is_shown() -> bool:
        found[:] = [
            each
            for each in desk.window.findChildren(ConnectionPage)
            if each.isVisible() and each.connection.name
        ]
        return bool(found)

    wait_until(is_shown, "the page of the connection")
    return found[0]


OAUTH = """\
info: {name: List, type: http}
http:
  method: GET
  url: "{{host}}/list"
  auth:
    type: oauth2
    flow: client_credentials
    accessTokenUrl: "{{host}}/token"
    credentials: {clientId: me, clientSecret: canary-secret, placement: body}
    scope: read
    tokenConfig: {placement: {header: Token}, source: access_token}
runtime:
  variables: [{name: host, value: "http://127.0.0.1:PORT"}]
"""
TOKEN = b'{"access_token": "canary-token", "token_type": "bearer", "expires_in": 3600}'


def test_a_connection_is_made_from_the_oauth_of_a_request(
    keyring: None, desk: Desk, shop: Path, server: RawServer
) -> None:
    """Statements 10 and 23: its page opens filled in, the next send gets a token and uses it."""
    file = shop / "orders" / "list.yml"
    with RawServer(answering(response(TOKEN, "Content-Type: application/json"))) as provider:
        file.write_text(
            OAUTH.replace("{{host}}/token", f"http://127.0.0.1:{provider.port}/token").replace(
                "PORT", str(server.port)
            )
        )
        open_request(desk, shop)
        page = desk.page
        page.editor.pane.show_tab("auth")
        card = page.editor.pane.auth.card
        assert card.title.text() == "oauth2, as the file says"
        assert card.detail.text() == (
            "OAuth 2.0 needs a connection, which keeps its secrets and its token."
        )
        desk.click(card.make_button)
        made = connection_page(desk)
        auth = made.connection.auth
        assert isinstance(auth, OAuth2Auth)
        assert (made.connection.name, made.connection.base_url) == (
            "List",
            f"http://127.0.0.1:{server.port}",
        )
        assert (auth.client_id, auth.scope, auth.token_prefix) == ("me", "read", "Token")
        field = made.form.secrets["client_secret"]
        wait_until(field.place.text, "the secret to be kept")
        desk.session.documents.activate(page.document.id)
        wait_until(lambda: shown(desk).startswith("Connection, List"), "the request to use it")
        assert page.document.edited
        desk.press_send()
        assert b"client_secret=canary-secret" in provider.requests[0]
    assert b"\r\nAuthorization: Token canary-token\r\n" in server.requests[0]
    connection = (shop / "connections" / "List.yaml").read_text()
    assert "canary" not in connection
    assert "flow: client_credentials" in connection


def test_a_connection_is_made_from_the_auth_of_a_folder(
    keyring: None, desk: Desk, shop: Path
) -> None:
    """The folder names it; its own auth stays, for other programs."""
    open_request(desk, shop)
    folder = shop / "orders" / "folder.yml"
    before = folder.read_text()
    sign_in_menu(desk, shop, "orders")[MAKE].trigger()
    made = connection_page(desk)
    assert made.connection.auth == BasicAuth("ann")
    field = made.form.secrets["password"]
    wait_until(field.place.text, "the secret to be kept")
    wait_until(lambda: folder.read_text().count(NAME) == 1, "the folder to name it")
    assert before.strip() in folder.read_text()
    assert "canary" not in (shop / "connections" / "Orders.yaml").read_text()


def test_a_request_that_is_saved_below_an_auth_inherits_it(
    desk: Desk, shop: Path, server: RawServer
) -> None:
    """As a new request of Bruno does; the tab shows it, and what goes out has it."""
    open_request(desk, shop)
    desk.trigger("request.new")
    desk.type_url(f"http://127.0.0.1:{server.port}/new")
    desk.trigger("request.save")
    form = desk.session.notices.form()
    wait_until(form.isVisible, "the form")
    choose(desk, "place", ItemKey(str(shop), "orders"))
    wait_until(lambda: shown(desk) == "Connection, basic, as the file says", "the folder's auth")
    assert not desk.document.edited
    desk.press_send()
    assert b"\r\nAuthorization: Basic YW5uOmNhbmFyeS1wdw==\r\n" in server.requests[0]


def test_a_level_without_auth_makes_no_connection(desk: Desk, shop: Path) -> None:
    open_request(desk, shop)
    sign_in_menu(desk, shop, "")[MAKE].trigger()
    wait_until(desk.messages, "the message")
    assert desk.messages() == ["Its file has no auth that a connection can be made from."]
    assert not (shop / "connections" / "Shop.yaml").exists()
