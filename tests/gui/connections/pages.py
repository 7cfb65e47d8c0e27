"""Reading and filling the page of a connection in the real window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from httpdesk.gui.connection_keeper import ConnectionKeeper
from httpdesk.gui.connections.form_values import Kind
from httpdesk.gui.connections.page import ConnectionPage
from httpdesk.gui.settings_keeper import SettingsKeeper
from httpdesk.model.connection import Connection, StoredConnection
from tests.helpers.desk import Desk, wait_until


def keeper(desk: Desk) -> ConnectionKeeper:
    return desk.session.connections


def settings(desk: Desk) -> SettingsKeeper:
    return desk.session.settings


def only(desk: Desk) -> StoredConnection:
    (entry,) = keeper(desk).entries()
    assert isinstance(entry, StoredConnection)
    return entry


def front(desk: Desk) -> ConnectionPage:
    page = desk.window.editors.front
    assert isinstance(page, ConnectionPage)
    return page


def new_page(desk: Desk) -> ConnectionPage:
    """Make a connection as its command does."""
    settings(desk).change(secrets="session")
    desk.trigger("connection.new")
    wait_until(lambda: isinstance(desk.window.editors.front, ConnectionPage), "the page")
    return front(desk)


def fill(page: ConnectionPage, key: str, text: str) -> None:
    line = page.form.controls[key]
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)


def choose(page: ConnectionPage, kind: Kind) -> None:
    menu = page.form.controls["kind"]
    QTest.keyClick(menu, Qt.Key.Key_Home)  # type: ignore[call-overload]
    for _ in range(list(Kind).index(kind)):
        QTest.keyClick(menu, Qt.Key.Key_Down)  # type: ignore[call-overload]


def saved(desk: Desk, name: str) -> Connection:
    wait_until(lambda: only(desk).connection.name == name, f"{name} in its file")
    return only(desk).connection
