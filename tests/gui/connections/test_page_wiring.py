"""Connections edited in the real window: files, secrets and tabs follow; nothing typed is lost."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from httpdesk.engine.places import places_of
from httpdesk.gui.connections.form_values import Kind
from httpdesk.gui.connections.page import ConnectionPage
from httpdesk.model.auth import BasicAuth
from httpdesk.model.secrets import SecretPlace
from tests.gui.connections.pages import (
    choose,
    fill,
    front,
    keeper,
    new_page,
    only,
    saved,
)
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.raw_server import RawServer, RecordingPeer, answering, response

PASSWORD = "canary-c0nn-19"


def test_a_connection_is_made_named_and_saved_by_keys_alone(desk: Desk) -> None:
    page = new_page(desk)
    fill(page, "name", "Shop")
    fill(page, "base_url", "https://shop.example.com")
    choose(page, Kind.BASIC)
    fill(page, "username", "dana")
    QTest.keyClick(
        page.form.controls["username"],  # type: ignore[call-overload]
        Qt.Key.Key_S,
        Qt.KeyboardModifier.ControlModifier,
    )
    made = saved(desk, "Shop")
    assert made.auth == BasicAuth("dana")
    assert made.base_url == "https://shop.example.com"
    # A renamed connection has another file, and its page another tab: still one.
    wait_until(lambda: front(desk).name.text() == "Shop", "the page of the new name")
    tabs = desk.session.documents.pages()
    assert [(tab.subject, tab.title) for tab in tabs] == [(only(desk).path, "Shop")]
    assert not front(desk).is_edited


def test_secrets_follow_the_users_own_edit_of_the_address(desk: Desk) -> None:
    page = new_page(desk)
    choose(page, Kind.BASIC)
    fill(page, "username", "dana")
    password = page.form.secrets["password"]
    password.field.line.setFocus()
    QTest.keyClicks(password.field.line, PASSWORD)
    QTest.keyClick(password.field.line, Qt.Key.Key_Return)
    wait_until(lambda: password.is_stored, "the password in its place")
    before = only(desk).connection.secret("password")
    fill(page, "base_url", "https://other.example.com")
    page.save_button.click()
    wait_until(lambda: only(desk).connection.base_url, "the address in the file")
    now = only(desk).connection.secret("password")
    assert (now, desk.ports.secrets().read(now)) == (before, PASSWORD)
    records, made = desk.ports.connections().records, only(desk).connection
    wait_until(lambda: records.record(made.id).places == places_of(made), "the user's yes")
    assert PASSWORD not in repr(page.form.connection())


def test_a_secret_is_kept_for_the_session_where_the_user_says_so(desk: Desk) -> None:
    """ui.md 3.8, by keys alone; the keyring is never asked for it."""
    desk.trigger("connection.new")
    wait_until(lambda: isinstance(desk.window.editors.front, ConnectionPage), "the page")
    page = front(desk)
    choose(page, Kind.BASIC)
    page.save()
    wait_until(lambda: isinstance(only(desk).connection.auth, BasicAuth), "the kind in the file")
    password = page.form.secrets["password"]
    assert password.session_box.isHidden()
    password.field.line.setFocus()
    QTest.keyClicks(password.field.line, PASSWORD)
    assert not password.session_box.isHidden()
    # Over the eye to the box, and on.
    password.field.eye.setFocus()
    password.session_box.setFocus()
    assert not password.is_stored
    QTest.keyClick(password.session_box, Qt.Key.Key_Space)
    page.save_button.setFocus()
    page.test_button.setFocus()
    wait_until(lambda: password.is_stored, "the password in its place")
    assert password.place.text() == "Kept until HTTPDesk closes"
    (kept,) = desk.ports.secrets().stored()
    assert kept.place is SecretPlace.SESSION
    assert password.session_box.isHidden()


def test_closing_an_edited_page_saves_and_can_be_undone(desk: Desk) -> None:
    page = new_page(desk)
    fill(page, "base_url", "https://shop.example.com")
    desk.trigger("tab.close")
    wait_until(lambda: only(desk).connection.base_url, "the address in the file")
    wait_until(desk.session.notices.shown, "a message")
    message = desk.session.notices.shown()[-1]
    assert message.label.text().startswith("Saved ")
    message.action.click()
    wait_until(lambda: not only(desk).connection.base_url, "the file as it was")


def test_edits_stay_while_another_tab_is_in_front(desk: Desk) -> None:
    page = new_page(desk)
    fill(page, "base_url", "https://shop.example.com")
    desk.trigger("request.new")
    assert desk.window.editors.front is not page
    desk.session.documents.open_page("connection", only(desk).path)
    assert front(desk) is page
    assert page.form.controls["base_url"].value() == "https://shop.example.com"


def test_a_deleted_connections_page_closes(desk: Desk) -> None:
    page = new_page(desk)
    page.deleteAsked.emit()
    wait_until(lambda: not desk.session.documents.pages(), "no page")
    assert keeper(desk).entries() == ()


def test_a_test_tells_what_the_base_url_answered(desk: Desk) -> None:
    page = new_page(desk)
    with RawServer(answering(response(b"ok"))) as server:
        fill(page, "base_url", f"http://127.0.0.1:{server.port}/")
        page.test_button.click()
        wait_until(lambda: "200" in front(desk).outcome.text(), "the answer")
        assert front(desk).outcome.text().startswith("The base URL answered 200 OK in ")


def test_edits_are_saved_when_the_window_closes_and_the_page_comes_back(qtbot: QtBot) -> None:
    with open_desk() as desk:
        fill(new_page(desk), "base_url", "https://shop.example.com")
    with open_desk() as desk:
        wait_until(lambda: keeper(desk).entries(), "the connections")
        page = front(desk)
        wait_until(lambda: page.connection.base_url, "the address on the page")
        assert page.form.controls["base_url"].value() == "https://shop.example.com"
        assert not page.is_edited


def test_an_issuer_is_asked_and_fills_in_its_urls(desk: Desk) -> None:
    page = new_page(desk)
    choose(page, Kind.CODE)

    def behave(peer: RecordingPeer) -> None:
        peer.read_request()
        told = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
        }
        peer.send(response(json.dumps(told).encode(), "Content-Type: application/json"))

    with RawServer(behave) as server:
        issuer = f"http://127.0.0.1:{server.port}"
        page.form.issuer.open()
        QTest.keyClicks(page.form.issuer.line, issuer)
        QTest.keyClick(page.form.issuer.line, Qt.Key.Key_Return)
        wait_until(lambda: "told its URLs" in page.form.issuer.told.text(), "what it told")
    assert page.form.controls["token_url"].value() == f"{issuer}/token"
    assert page.form.controls["authorization_url"].value() == f"{issuer}/authorize"
    # It is not there any more: the page says so, and keeps what it has.
    QTest.keyClick(page.form.issuer.line, Qt.Key.Key_Return)
    wait_until(lambda: "refused" in page.form.issuer.told.text(), "why nothing was filled in")
    assert page.form.controls["token_url"].value() == f"{issuer}/token"
