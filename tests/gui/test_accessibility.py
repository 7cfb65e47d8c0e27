"""A walk through every state of the window: names, roles, reach, targets, and text at 200 %."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSplitterHandle,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from httpdesk.gui.command_palette import CommandPalette
from httpdesk.gui.connections.page import ConnectionPage
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.levels.page import LevelPage
from httpdesk.gui.response.events_page import EventsPage
from httpdesk.gui.widgets.reading_order import tab_stops
from httpdesk.model.auth import ApiKeyAuth, OAuth1Auth, OAuth2Auth
from httpdesk.model.connection_state import ConnectionStatus, Standing
from httpdesk.model.errors import SignInFailed, SignInReason
from httpdesk.model.network_choices import TlsRule
from httpdesk.model.questions import (
    EnterPrivateNetwork,
    LeaveTls,
    SendBodyElsewhere,
    SendInvalidJson,
    SendToProtected,
)
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.fault_server import fault_server
from tests.helpers.raw_server import RawServer, answering, response

SMALL_SCREEN = (1280, 800)
LEAST_TARGET = 24
Role = QAccessible.Role
CONTROLS: dict[type[QWidget], set[Role]] = {
    QComboBox: {Role.ComboBox},
    QAbstractSpinBox: {Role.SpinBox},
    QLineEdit: {Role.EditableText},
    QPlainTextEdit: {Role.EditableText},
    QTabBar: {Role.PageTabList},
    QAbstractItemView: {Role.Table, Role.Tree, Role.List},
    QSplitterHandle: {Role.Grip},
    QAbstractButton: {Role.Button, Role.ButtonMenu, Role.CheckBox, Role.RadioButton, Role.Link},
}
"""What a screen reader has to be told of each kind of control."""

LONG_HOST = "http://" + "rather-long-label." * 9 + "test"
QUESTIONS = {
    "a wrong body": SendInvalidJson(4, 12, "comma expected"),
    "a body elsewhere": SendBodyElsewhere(307, "https://a.test", LONG_HOST, "POST", 12_400),
    "a protected environment": SendToProtected("Production", "DELETE", LONG_HOST),
    "leaving TLS": LeaveTls(302, "https://a.test", LONG_HOST),
    "a private network": EnterPrivateNetwork(302, LONG_HOST, "http://b.test", "10.0.0.7:80"),
}
Scene = tuple[str, QWidget]
"""The name of a state of the window, and what has the keyboard in it: the window or a panel."""


@pytest.fixture
def server() -> Iterator[RawServer]:
    answer = response(b'{"a": 1}', "Content-Type: application/json", "X-Note: long " + "x" * 300)
    with RawServer(answering(answer)) as server:
        yield server


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    with open_desk(size=SMALL_SCREEN) as desk:
        yield desk


def scenes(desk: Desk, server: RawServer) -> Iterator[Scene]:
    """Lead the window through its states."""
    yield from _beginning(desk)
    yield from _composing(desk)
    yield from _reading(desk, server)
    yield from _settings(desk)
    yield from _connections(desk)
    yield from _folders(desk)
    yield from _panels(desk)


def _beginning(desk: Desk) -> Iterator[Scene]:
    yield _scene(desk, "first run")
    root = desk.open_sample()
    desk.session.collections.filter.setText("order")
    yield _scene(desk, "the tree, filtered")
    desk.session.collections.filter.clear()
    desk.open_item(root, "orders/create-an-order.yml")


def _composing(desk: Desk) -> Iterator[Scene]:
    desk.trigger("view.maximise-request")
    pane = desk.page.editor.pane
    for tab in ("params", "headers", "body", "options"):
        pane.show_tab(tab)
        yield _scene(desk, f"request {tab}")
    pane.show_tab("body")
    pane.body.choose_kind("form")
    yield _scene(desk, "a form body")
    pane.body.choose_kind("json")
    editor = pane.body.current_editor()
    assert editor is not None
    desk.type(editor, "{")
    wait_until(lambda: pane.body.note.place, "the mistake")
    yield _scene(desk, "a wrong body")
    desk.type_url("http://localhost:99999/a/path/that/is/rather/long/and/goes/on?x=1")
    desk.trigger("send")
    yield _scene(desk, "a wrong URL")
    desk.trigger("view.maximise-request")


def _asking(desk: Desk) -> Iterator[Scene]:
    page = desk.page
    for name, question in QUESTIONS.items():
        page.show_question(question)
        yield _scene(desk, f"asked, {name}")
    page.end_question()


def _reading(desk: Desk, server: RawServer) -> Iterator[Scene]:
    desk.trigger("view.maximise-response")
    yield from _asking(desk)
    desk.trigger("draft.discard")
    desk.type_url(f"http://127.0.0.1:{server.port}/")
    desk.press_send()
    for tab in ("headers", "timeline", "tls", "body"):
        desk.page.viewer.select_tab(tab)
        yield _scene(desk, f"response {tab}")
    desk.page.viewer.find()
    yield _scene(desk, "finding")
    desk.press(Qt.Key.Key_Escape)
    with fault_server("drip") as slow:
        desk.type_url(f"http://127.0.0.1:{slow.port}/")
        desk.trigger("send")
        wait_until(desk.page.viewer.arrival.bar.isVisible, "the transfer")
        yield _scene(desk, "a transfer")
        desk.trigger("cancel")
        wait_until(lambda: not desk.document.sending, "the end")
    events = response(b"id: 1\ndata: {}\n\n", "Content-Type: text/event-stream")
    with RawServer(answering(events)) as stream:
        desk.type_url(f"http://127.0.0.1:{stream.port}/")
        desk.press_send()
        body = desk.page.viewer.body
        wait_until(lambda: isinstance(body.page, EventsPage), "the events")
        page = body.page
        assert isinstance(page, EventsPage)
        wait_until(page.model.rowCount, "the list")
        page.table.selectRow(0)
        wait_until(page.detail.isVisible, "the event")
        desk.page.viewer.find()
        yield _scene(desk, "an event")
    desk.type_url("http://127.0.0.1:1/")
    desk.press_send()
    yield _scene(desk, "an error")
    yield from _asked_by_a_proxy(desk)
    desk.trigger("view.maximise-response")


def _asked_by_a_proxy(desk: Desk) -> Iterator[Scene]:
    refusal = response(b"", status="407 Proxy Authentication Required")
    with RawServer(answering(refusal)) as proxy:
        desk.session.settings.change(
            proxy="manual", proxy_url=f"http://127.0.0.1:{proxy.port}", proxy_exceptions=""
        )
        desk.type_url("https://api.acme.test/")
        desk.press_send()
    assert desk.page.viewer.error.answers() == {"username": "", "password": ""}
    yield _scene(desk, "a sign-in to a proxy")


def _settings(desk: Desk) -> Iterator[Scene]:
    rules = (TlsRule("*.acme.test", "/keys/acme.pem"), TlsRule("api.test", "", "/keys/me.p12"))
    desk.session.settings.change(tls_rules=rules)
    page = desk.session.preferences.open()
    yield _scene(desk, "the settings")
    page.show_section("tls")
    page.tls.edit_rule(1)
    yield _scene(desk, "a rule in the settings")
    desk.session.settings.change(proxy="system")
    yield _scene(desk, "the system's proxy")
    desk.session.settings.change(proxy="none")
    desk.trigger("tab.close")


def _connections(desk: Desk) -> Iterator[Scene]:
    desk.trigger("connection.new")
    wait_until(lambda: isinstance(desk.window.editors.front, ConnectionPage), "the page")
    page = desk.window.editors.front
    assert isinstance(page, ConnectionPage)
    page.form.show_more(True)
    page.form.issuer.open()
    page.form.issuer.show_problem("Nothing was found at this issuer's address. " * 2)
    for kind in (ApiKeyAuth(), OAuth1Auth(), OAuth2Auth(scope="read write", redirect_port=8765)):
        page.show_connection(replace(page.connection, auth=kind))
        refused = SignInFailed(reason=SignInReason.PROVIDER_ERROR, error="access_denied")
        page.show_status(ConnectionStatus(Standing.FAILED, error=refused), 0.0)
        yield _scene(desk, f"a connection, {type(kind).__name__}")
    desk.trigger("tab.close")


def _folders(desk: Desk) -> Iterator[Scene]:
    root = desk.session.workspace.collections[0].root
    desk.session.collections.select(ItemKey(root, "orders"))
    desk.trigger("folder.settings")
    page = desk.window.editors.front
    assert isinstance(page, LevelPage)
    wait_until(page.isEnabled, "the folder")
    for key in ("headers", "variables", "auth", "options", "notes"):
        page.tabs.set_current(key)
        yield _scene(desk, f"a folder's {key}")
    one, other = replace(page.level(), notes="a"), replace(page.level(), notes="b")
    page.conflict.merge(page.level(), one, other)
    yield _scene(desk, "a folder that was changed elsewhere")
    desk.trigger("tab.close")


def _panels(desk: Desk) -> Iterator[Scene]:
    notices = desk.session.notices
    desk.trigger("palette")
    assert notices._palette is not None
    yield _scene(desk, "the palette", notices._palette)
    desk.press(Qt.Key.Key_Escape)
    desk.trigger("request.save-as")
    yield _scene(desk, "a form", notices.form())
    desk.press(Qt.Key.Key_Escape)
    notices.undo("Deleted a request with a name that needs more than a line", lambda: None)
    notices.say("Saved to a file")
    yield _scene(desk, "messages")
    desk.trigger("view.menu-bar")
    yield _scene(desk, "the menu bar")


def _scene(desk: Desk, name: str, panel: QWidget | None = None) -> Scene:
    desk.settle()
    return name, panel or desk.window


@dataclass
class Seen:
    """What is on screen in one scene."""

    root: QWidget
    widgets: list[QWidget]
    controls: list[QWidget]
    stops: list[QWidget]


Check = Callable[[QWidget, Seen], str]
"""Returns what is wrong with a widget, "" when nothing is."""


def look(root: QWidget) -> Seen:
    widgets = [each for each in root.findChildren(QWidget) if each.isVisible()]
    widgets = [
        each for each in widgets if each.window() is root.window() and not each.size().isEmpty()
    ]
    # A table's head is part of the table, a number's line part of its field.
    kinds = tuple(CONTROLS)
    used = [e for e in widgets if isinstance(e, kinds) and not isinstance(e, QHeaderView)]
    used = [each for each in used if not isinstance(each.parent(), QAbstractSpinBox)]
    return Seen(root, widgets, used, tab_stops(root))


def walk(desk: Desk, server: RawServer, *checks: Check) -> list[str]:
    """Return what the checks find wrong, scene by scene."""
    wrong = []
    for name, root in scenes(desk, server):
        seen = look(root)
        for each, check in product(seen.widgets, checks):
            reason = check(each, seen)
            if reason:
                words = f"{type(each).__name__} in {type(each.parent()).__name__}"
                wrong.append(f"{name}: {words} {reason}")
    return wrong


# What is looked at


def _unspoken(widget: QWidget, seen: Seen) -> str:
    if widget not in seen.controls:
        return ""
    spoken = QAccessible.queryAccessibleInterface(widget)
    kinds = next(roles for kind, roles in CONTROLS.items() if isinstance(widget, kind))
    if not spoken.text(QAccessible.Text.Name).strip():
        return "has no name"
    return "" if spoken.role() in kinds else f"is a {spoken.role().name}"


def _unreached(widget: QWidget, seen: Seen) -> str:
    if widget not in seen.controls or not widget.isEnabled() or widget in seen.stops:
        return ""
    by_arrows = isinstance(widget, QAbstractButton) and widget.autoExclusive()
    by_arrows = by_arrows or (isinstance(seen.root, CommandPalette) and widget is seen.root.list)
    if by_arrows or isinstance(widget.parent(), QLineEdit):
        return ""
    return f"{widget.accessibleName()!r} is not reached by Tab"


def _too_small(widget: QWidget, seen: Seen) -> str:
    if not isinstance(widget, QAbstractButton) or isinstance(widget.parent(), QLineEdit):
        return ""
    size = widget.size()
    small = min(size.width(), size.height()) < LEAST_TARGET
    return f"{widget.accessibleName()!r} is {size.toTuple()}" if small else ""


def _cut(widget: QWidget, seen: Seen) -> str:
    if _outside(widget):
        return f"{_words(widget)!r} leaves the window or its pane"
    if isinstance(widget, QLabel):
        return f"{_words(widget)!r} is cut" if _label_cut(widget) else ""
    own_layout = widget.layout() is not None or isinstance(widget.parent(), QLineEdit)
    if isinstance(widget, QAbstractButton) and not own_layout:
        least = widget.minimumSizeHint()
        short = widget.width() < least.width() or widget.height() < least.height()
        return f"{_words(widget)!r} is {widget.size().toTuple()}" if short else ""
    if isinstance(widget, QLineEdit):
        return "is too low" if widget.height() < widget.fontMetrics().height() else ""
    return ""


def _words(widget: QWidget) -> str:
    if isinstance(widget, QLabel | QAbstractButton):
        return widget.text() or widget.accessibleName()
    return widget.accessibleName()


def _label_cut(label: QLabel) -> bool:
    if label.text() == "":
        return False
    room, metrics = label.contentsRect(), label.fontMetrics()
    if label.wordWrap():
        return label.heightForWidth(label.width()) > label.height() + 1
    cut = metrics.horizontalAdvance(label.text()) > room.width() + 1
    return metrics.height() > label.height() + 1 or (cut and not label.toolTip())


def _outside(widget: QWidget) -> bool:
    """Return whether a part of a control or text is cut off by what it stands in."""
    if not isinstance(widget, QLabel | QAbstractButton | QLineEdit | QTabBar):
        return False
    window = widget.window()
    whole = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    walked = widget.parentWidget()
    while walked is not None and walked is not window:
        if isinstance(walked.parentWidget(), QAbstractScrollArea):
            return False  # it can be scrolled to
        if not QRect(walked.mapTo(window, QPoint(0, 0)), walked.size()).contains(whole):
            return True
        walked = walked.parentWidget()
    return not window.rect().contains(whole)


# The walk


def test_everything_has_a_name_is_reached_by_key_and_large_enough(
    desk: Desk, server: RawServer
) -> None:
    """ui.md sections 5 (the smallest pointer target is 24 x 24) and 8."""
    assert walk(desk, server, _unspoken, _unreached, _too_small, _cut) == []


def test_no_text_is_cut_at_200_percent_on_a_small_screen(desk: Desk, server: RawServer) -> None:
    """ui.md section 8: 1280x800; either pane can have the room of both."""
    desk.themes.set_text_scale(2.0)
    assert walk(desk, server, _cut) == []
    assert desk.window.size().toTuple() == SMALL_SCREEN
