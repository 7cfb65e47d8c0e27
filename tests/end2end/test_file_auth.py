"""The auth of collection files in the window: what the tab shows is what goes out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from httpdesk.gui.item_models.collection_tree import ItemKey
from httpdesk.gui.item_models.wire_rows import WireColumn
from tests.end2end.test_request_connections import add_connection
from tests.helpers.desk import Desk, wait_until
from tests.helpers.raw_server import RawServer, answering, response

NAME = "httpdesk.connection"


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(answering(response(b"done"))) as server:
        yield server


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
    desk.session.items.add_sign_in(menu, desk.session.connections)
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
    assert list(entries) == ["Inherit", "None", "north"]
    entries["north"].trigger()
    wait_until(lambda: shown(desk).startswith("Connection, north"), "the connection")
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
