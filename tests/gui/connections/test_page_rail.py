"""What stands beside a connection's form in the real window: questions, tests and uses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from httpdesk.engine.places import approve
from httpdesk.gui import connection_work
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.model.connection_state import Standing
from tests.gui.connections.pages import fill, front, keeper, new_page, only
from tests.helpers.desk import Desk, wait_until
from tests.helpers.raw_server import RawServer, answering, response

CONNECTION = """\
info: {{name: Orders API, type: connection, id: test-1}}
baseUrl: http://127.0.0.1:{port}
auth: {{type: apikey, key: X-Odd, placement: header}}
"""
KEY = "canary-5e1f0a77"


def pulled(
    desk: Desk,
    home: Path,
    before: RawServer,
    now: RawServer,
    *,
    text: str = CONNECTION,
    secret: str = "key",
) -> str:
    """Let the user have agreed to one address, and the file lead to another by now."""
    file = home / "config" / "connections" / "orders.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.format(port=before.port))
    stored = desk.ports.connections().store.find("Orders API", None)
    assert stored is not None
    desk.ports.secrets().keep_for_session(stored.connection.secret(secret), KEY)
    approve(stored.connection, desk.ports.connections().records)
    file.write_text(text.format(port=now.port))
    keeper(desk).reload()
    wait_until(keeper(desk).entries, "the connection")
    return only(desk).path


@pytest.mark.parametrize("agrees", [True, False])
def test_a_test_asks_about_new_places_as_a_send_does(
    desk: Desk, httpdesk_home: Path, agrees: bool
) -> None:
    """The secret goes to the new address only after a yes (security.md R5, last row)."""
    with (
        RawServer(answering(response(b"ok"))) as before,
        RawServer(answering(response(b"ok"))) as now,
    ):
        key = pulled(desk, httpdesk_home, before, now)
        keeper(desk).test(key)
        wait_until(lambda: keeper(desk).question(key), "the question")
        bar = front(desk).question_bar
        assert "new places" in bar.title.text()
        assert f"http://127.0.0.1:{before.port} → http://127.0.0.1:{now.port}" in bar.text.text()
        assert bar.main_button is not None
        assert bar.main_button.text() == "Send nothing"
        assert now.requests == []
        bar.buttons["agree" if agrees else "refuse"].click()
        words = "200 OK" if agrees else "new places"
        wait_until(lambda: words in front(desk).outcome.text(), "what came of it")
        assert bar.isHidden()
        assert [KEY.encode() in request for request in now.requests] == [True] * agrees


BY_ITSELF = """\
info: {{name: Orders API, type: connection, id: test-1}}
baseUrl: https://api.example.com
auth:
  type: oauth2
  flow: client_credentials
  accessTokenUrl: http://127.0.0.1:{port}/token
  credentials: {{clientId: me, placement: body}}
"""
TOKEN = b'{"access_token": "given", "token_type": "Bearer", "expires_in": 3600}'


@pytest.mark.parametrize("agrees", [True, False])
def test_connect_asks_about_new_places_before_the_secret_is_read(
    desk: Desk, httpdesk_home: Path, agrees: bool
) -> None:
    answer = answering(response(TOKEN, "Content-Type: application/json"))
    with RawServer(answer) as before, RawServer(answer) as now:
        key = pulled(desk, httpdesk_home, before, now, text=BY_ITSELF, secret="client_secret")
        keeper(desk).connect_(key)
        wait_until(lambda: keeper(desk).question(key), "the question")
        assert before.requests == now.requests == []
        front(desk).question_bar.buttons["agree" if agrees else "refuse"].click()
        if agrees:
            wait_until(lambda: now.requests, "the call")
            assert KEY.encode() in now.requests[0]
        else:
            failed = Standing.FAILED
            wait_until(lambda: keeper(desk).status(key).standing is failed, "why not")
            assert "You did not agree" in front(desk).rail.status.text.text()
            assert now.requests == []


def test_a_question_goes_when_its_test_is_cancelled(desk: Desk, httpdesk_home: Path) -> None:
    with (
        RawServer(answering(response(b"ok"))) as before,
        RawServer(answering(response(b"ok"))) as now,
    ):
        key = pulled(desk, httpdesk_home, before, now)
        keeper(desk).test(key)
        wait_until(lambda: keeper(desk).question(key), "the question")
        keeper(desk).cancel(key)
        wait_until(lambda: keeper(desk).question(key) is None, "no question")
        assert front(desk).question_bar.isHidden()
        assert now.requests == []


def test_a_bug_of_ours_in_a_test_is_told_as_ours(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(connection_work, "test", broken)
    page = new_page(desk)
    page.test_button.click()
    wait_until(lambda: "HTTPDesk itself broke" in page.outcome.text(), "whose fault it is")
    wait_until(desk.session.notices.shown, "the report")


def test_the_page_tells_what_uses_the_connection_and_leads_there(desk: Desk) -> None:
    root = desk.open_sample()
    before = new_page(desk)
    fill(before, "name", "Shop")
    before.save()
    wait_until(lambda: front(desk) is not before, "the page of the new name")
    page = front(desk)
    assert "Nothing in the open collections" in _texts(page)
    store = desk.ports.collections()
    loaded = store.load(root, "orders/list-open-orders.yml")
    options = replace(loaded.request.options, connection="Shop")
    store.save(root, loaded.path, replace(loaded.request, options=options), None)
    desk.session.workspace.set_connection(ItemKey(root, "orders"), "Shop")
    uses = page.rail.uses
    wait_until(lambda: len(uses.lines) == 2, "both uses")
    assert uses.lines[0].text().startswith("Everything in ")
    assert "1 request, 1 folder or collection" in _texts(page)
    uses.lines[1].click()
    wait_until(lambda: desk.session.documents.current, "the request")
    assert desk.document.path == "orders/list-open-orders.yml"


def _texts(page: Any) -> str:
    from httpdesk.gui.widgets.labels import PlainLabel

    QApplication.sendPostedEvents()
    labels = page.rail.uses.findChildren(PlainLabel)
    return " ".join(label.text() for label in labels if not label.isHidden())
