"""An echoed secret in the real window: nowhere to be seen or heard until it is revealed."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QLabel, QListView, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from httpdesk.engine.masking import MASK
from httpdesk.gui.response.text_view import TextView
from tests.helpers.desk import Desk, open_desk
from tests.helpers.raw_server import RawServer, answering, response

CANARY = "canary-3ch0ed-b41d"
PASSWORD = "canary-0f-answer"
NOWHERE = QModelIndex()
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    with open_desk() as desk:
        yield desk


def send(desk: Desk) -> None:
    """Send a request with a secret to a server that answers with it."""
    body = json.dumps([{"echo": f"Bearer {CANARY}", "password": PASSWORD, "city": "Graz"}])
    answer = response(body.encode(), "Content-Type: application/json", f"X-Echo: {CANARY}")
    with RawServer(answering(answer)) as server:
        desk.trigger("request.new")
        desk.type_url(f"http://127.0.0.1:{server.port}/echo?api_key={CANARY}")
        desk.press_send()


def seen(desk: Desk) -> str:
    """Return all texts of the response pane, painted, said and in tooltips."""
    found = [desk.window.windowTitle()]
    for widget in desk.page.viewer.findChildren(QWidget):
        if not widget.isVisible():
            continue
        found += [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
        told = QAccessible.queryAccessibleInterface(widget)
        found += [told.text(kind) for kind in QAccessible.Text]
        if isinstance(widget, QLabel):
            found.append(widget.text())
        if isinstance(widget, QPlainTextEdit):
            found.append(widget.toPlainText())
        if isinstance(widget, TextView):
            found.append(widget.text_on_screen())
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            # A list has one column and keeps to itself how it says so.
            one = isinstance(widget, QListView)
            found.append(_cells(widget.model(), NOWHERE, one=one))
    return "\n".join(found)


def _cells(model: QAbstractItemModel, parent: QModelIndex, *, one: bool) -> str:
    found = []
    for row in range(model.rowCount(parent)):
        for column in range(1 if one else model.columnCount(parent)):
            index = model.index(row, column, parent)
            found += [str(index.data(role) or "") for role in ROLES]
        if not one:
            found.append(_cells(model, model.index(row, 0, parent), one=one))
    return "\n".join(found)


def test_an_echoed_secret_is_seen_nowhere_until_it_is_revealed(desk: Desk) -> None:
    """Statements 76 and 77: the open tab shows the live response, its secrets as bullets."""
    send(desk)
    viewer = desk.page.viewer
    for view in ("pretty", "raw", "tree", "table", "hex"):
        viewer.body.choose(view)
        desk.settle()
        assert CANARY not in seen(desk), view
        assert PASSWORD not in seen(desk), view
    for tab in viewer.tab_keys():
        viewer.select_tab(tab)
        desk.settle()
        assert CANARY not in seen(desk), tab
    viewer.select_tab("body")
    viewer.body.choose("pretty")
    desk.settle()
    assert '"Graz"' in seen(desk)
    assert MASK in seen(desk)
    desk.press(
        Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    desk.settle()
    assert CANARY in seen(desk)
    assert PASSWORD in seen(desk)
    viewer.select_tab("headers")
    assert CANARY in seen(desk)
    assert desk.window.status_line.masking.text() == "Sensitive values shown"
    desk.click(desk.window.status_line.masking)
    desk.settle()
    assert desk.window.status_line.masking.text() == "Sensitive values masked"
    assert CANARY not in seen(desk)


def test_a_lock_says_that_the_answer_is_not_kept(desk: Desk) -> None:
    """Statements 77 and 78: secure outputs are on at the start; off, there is no lock."""
    send(desk)
    lock = desk.page.viewer.status.lock
    assert lock.isVisible()
    assert "history keeps time, method, host, status and sizes" in lock.accessibleName()
    desk.trigger("secure.outputs")
    desk.settle()
    with RawServer(answering(response(b"ok"))) as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        desk.press_send()
    assert not lock.isVisible()


def test_copy_body_gives_what_came(desk: Desk) -> None:
    send(desk)
    desk.page.viewer.status.copy.click()
    desk.settle()
    assert CANARY in QGuiApplication.clipboard().text()
