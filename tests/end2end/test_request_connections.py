"""The connection of a request: chosen in the URL bar or the Auth tab, and gone by on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication

from httpdesk.gui.item_models.wire_rows import WireColumn
from tests.helpers.desk import Desk, wait_until
from tests.helpers.raw_server import RawServer, answering, response

TENANT = """\
info: {{name: {name}, type: connection, id: {name}-1}}
baseUrl: http://127.0.0.1:{port}/{name}
auth: none
headers:
  - {{name: X-Tenant, value: {name}}}
"""


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(answering(response(b"done"))) as server:
        yield server


def add_connection(folder: Path, name: str, server: RawServer) -> None:
    """Write the file of a connection that needs no secret."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text(TENANT.format(name=name, port=server.port))


@pytest.fixture
def shop(tmp_path: Path, httpdesk_home: Path, server: RawServer) -> Path:
    """A collection that hands `north` down; `south` is another one, `mine` a personal one."""
    root = tmp_path / "shop"
    root.mkdir()
    (root / "opencollection.yml").write_text(
        'opencollection: "1.0.0"\ninfo: {name: Shop}\n'
        "request:\n  variables: [{name: httpdesk.connection, value: north}]\n"
    )
    (root / "list.yml").write_text("info: {name: List, type: http}\nhttp: {url: /list}\n")
    for name in ("north", "south"):
        add_connection(root / "connections", name, server)
    add_connection(httpdesk_home / "config" / "connections", "mine", server)
    return root


def open_request(desk: Desk, root: Path) -> None:
    opened: list[str] = []
    desk.session.workspace.collectionOpened.connect(opened.append)
    desk.session.workspace.open(str(root))
    wait_until(lambda: opened, "the collection")
    desk.open_item(str(root), "list.yml")
    wait_until(lambda: shown(desk) == "Connection, north, Ready", "the connection")


def shown(desk: Desk) -> str:
    return desk.page.editor.url_bar.connection.accessibleName()


def entries(desk: Desk) -> dict[str, QAction]:
    """Open the menu of the button and return its entries by their first words."""
    menu = desk.page.editor.url_bar.connection.menu()
    menu.aboutToShow.emit()
    return {each.text().partition("\t")[0]: each for each in menu.actions() if each.text()}


def wire_lines(desk: Desk) -> list[str]:
    model = desk.page.editor.pane.wire.model
    rows = range(model.rowCount())
    return [str(model.index(row, WireColumn.TEXT).data()) for row in rows]


def automatic(desk: Desk) -> list[tuple[str, ...]]:
    """Return name, value and From of the headers that are added."""
    model = desk.page.editor.pane.headers.automatic.model()
    return [
        tuple(str(model.index(row, column).data()) for column in range(3))
        for row in range(model.rowCount())
    ]


def test_a_connection_is_chosen_by_keyboard_and_goes_out(
    desk: Desk, shop: Path, server: RawServer
) -> None:
    """Statement 10: what the tab shows is on the wire, and the file says it in one variable."""
    open_request(desk, shop)
    before = (shop / "list.yml").read_text()
    pane = desk.page.editor.pane
    desk.press(Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert pane.tabs.current == "auth"
    choice = pane.auth.choice
    words = [choice.itemText(at) for at in range(choice.count())]
    assert words == ["Inherit from Shop: north", "None", "north", "south", "mine"]
    assert pane.auth.row.hint.text() == "“Shop” hands it down."
    choice.setFocus()
    for _ in range(3):
        desk.press(Qt.Key.Key_Down)
    assert shown(desk) == "Connection, south, Ready"
    assert pane.auth.card.title.text() == "south: Ready"
    desk.trigger("wire.show")
    wait_until(lambda: "X-Tenant: south" in wire_lines(desk), "the connection's header")
    assert ("X-Tenant", "south", "Connection south") in automatic(desk)
    desk.press_send()
    head = server.requests[0].decode()
    assert head.startswith("GET /south/list HTTP/1.1\r\n")
    assert "\r\nX-Tenant: south\r\n" in head
    desk.trigger("request.save")
    wait_until(lambda: not desk.document.edited, "the file")
    after = (shop / "list.yml").read_text()
    assert after.count("south") == 1
    assert "httpdesk.connection" in after
    entries(desk)["north"].trigger()
    desk.trigger("request.save")
    wait_until(lambda: not desk.document.edited, "the file")
    assert "httpdesk.connection" not in (shop / "list.yml").read_text()
    assert (shop / "list.yml").read_text().split() == before.split()


def test_none_ends_what_a_folder_hands_down(desk: Desk, shop: Path, server: RawServer) -> None:
    """Statement 10: `none` is a word of the request's own."""
    open_request(desk, shop)
    assert list(entries(desk)) == [
        "north",
        "south",
        "mine",
        "No connection",
        "New connection…",
        "Open north",
    ]
    assert entries(desk)["north"].isChecked()
    entries(desk)["No connection"].trigger()
    assert shown(desk) == "Connection, No connection"
    assert desk.document.request.options.connection == "none"
    desk.type_url(f"http://127.0.0.1:{server.port}/plain")
    desk.press_send()
    assert b"X-Tenant" not in server.requests[0]


def test_the_base_url_stands_before_a_path_alone(desk: Desk, shop: Path, server: RawServer) -> None:
    """ui.md 3.3: the scheme is shown, in amber, when it is http."""
    open_request(desk, shop)
    base = desk.page.editor.url_bar.base
    assert base.isVisible()
    assert base.scheme.text() + base.rest.text() == f"http://127.0.0.1:{server.port}/north"
    desk.type_url("https://example.com/")
    assert not base.isVisible()


def paste_url(desk: Desk, url: str) -> None:
    """Paste over the whole URL."""
    QGuiApplication.clipboard().setText(url)
    desk.page.editor.url_bar.focus_url()
    desk.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_a_variable_that_holds_a_whole_url_has_no_base_before_it(desk: Desk, shop: Path) -> None:
    """ui.md 3.3: what stands before the text is what is sent before it."""
    open_request(desk, shop)
    base, resolved = desk.page.editor.url_bar.base, desk.page.editor.url_bar.resolved
    request = desk.document.request
    variables = (("all", "http://127.0.0.1:1/x"), ("part", "orders"))
    desk.session.documents.edit(desk.document, replace(request, variables=variables))
    desk.type_url("{{part}}/a")
    wait_until(lambda: resolved.text.endswith("/north/orders/a"), "the whole URL")
    for url, is_below in (("{{all}}/a", False), ("{{part}}/b", True), ("{{none}}/c", False)):
        desk.type_url(url)
        desk.page.editor.refresh()
        assert base.isVisible() is is_below, url


def test_a_pasted_url_finds_its_connection(desk: Desk, shop: Path, server: RawServer) -> None:
    """ui.md 3.3: by the base URL that it lies below, with the rest in the field; Undo brings it
    back whole.
    """
    open_request(desk, shop)
    bar, start = desk.page.editor.url_bar, f"http://127.0.0.1:{server.port}"
    paste_url(desk, f"{start}/north/a?b=c")
    assert (bar.url(), shown(desk)) == ("/a?b=c", "Connection, north, Ready")
    assert desk.document.request.options.connection is None
    paste_url(desk, f"HTTP://127.0.0.1:{server.port}/south/orders")
    assert (bar.url(), shown(desk)) == ("/orders", "Connection, south, Ready")
    desk.press_send()
    assert server.requests[-1].startswith(b"GET /south/orders HTTP/1.1\r\n")
    bar.focus_url()
    desk.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert bar.url() == f"HTTP://127.0.0.1:{server.port}/south/orders"
    for url in (
        f"{start}/southern/a",
        f"{start}/south",
        f"{start}/SOUTH/a",
        "http://other/south/a",
    ):
        paste_url(desk, url)
        assert bar.url() == url
    entries(desk)["No connection"].trigger()
    paste_url(desk, f"{start}/south/orders")
    assert bar.url() == f"{start}/south/orders"
    assert shown(desk) == "Connection, No connection"


def test_nothing_is_guessed_among_equal_bases(
    desk: Desk, shop: Path, httpdesk_home: Path, server: RawServer
) -> None:
    """Two accounts of one API: the URL stays whole."""
    twin = shop / "connections" / "twin.yaml"
    text = (shop / "connections" / "south.yaml").read_text()
    twin.write_text(text.replace("name: south,", "name: twin,").replace("south-1", "twin-1"))
    open_request(desk, shop)
    url = f"http://127.0.0.1:{server.port}/south/orders"
    paste_url(desk, url)
    assert desk.page.editor.url_bar.url() == url


def test_a_name_that_no_connection_has_is_said(desk: Desk, shop: Path, server: RawServer) -> None:
    """Nothing goes out, and the way to mend it is in the tab that is shown."""
    open_request(desk, shop)
    request = desk.document.request
    options = replace(request.options, connection="gone")
    desk.session.documents.edit(desk.document, replace(request, options=options))
    assert shown(desk) == "Connection, gone, Not found"
    desk.click(desk.page.editor.url_bar.send)
    wait_until(desk.messages, "the refusal")
    assert not server.requests
    auth = desk.page.editor.pane.auth
    assert auth.card.title.text() == "No connection is called “gone”"
    assert auth.choice.currentText() == "gone (not found)"
