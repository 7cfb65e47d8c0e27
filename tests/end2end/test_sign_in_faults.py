"""What a provider and a computer may do to a sign-in, and what the window says of it.

Row 40 of quality.md and the bad input of connections: in words, at the request that waits, with the
next step; the API hears nothing of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from httpdesk.gui.connections.page import ConnectionPage
from httpdesk.gui.tabs import CONNECTION
from tests.end2end.test_connect_and_send import Visitor, ask, daemon, visitor, words, world
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.raw_server import response
from tests.helpers.token_world import TokenWorld

__all__ = ["daemon", "visitor", "world"]

AGAIN = ["Connect again", "Open connection", "Cancel"]
_JSON = "Content-Type: application/json"
ANSWERS = {
    "a page": (
        response(b"<html>CANARY</html>", "Content-Type: text/html"),
        "The provider sent no token",
        "answered 200, and not with a token that can be used.",
    ),
    "nothing": (
        response(b"", _JSON),
        "The provider sent no token",
        "answered 200, and not with a token that can be used.",
    ),
    "10 MB": (
        response(b" " * 10_000_000, _JSON),
        "The provider's answer is too long",
        "Is the URL right? The answer was not used.",
    ),
    "a wrong secret": (
        response(b'{"error": "invalid_client"}', _JSON, status="401 Unauthorized"),
        "The provider refused the sign-in",
        "Check the secret, and whether it belongs in the header or in the body.",
    ),
    "a used code": (
        response(b'{"error": "invalid_grant"}', _JSON, status="400 Bad Request"),
        "The provider refused the sign-in",
        "invalid_grant.",
    ),
    "no HTTP": (
        b"SSH-2.0-CANARY\r\n\r\n",
        "The answer isn't HTTP",
        "so the server may have acted on it.",
    ),
}


def bar_says(desk: Desk, title: str) -> None:
    wait_until(lambda: words(desk)[0] == title, f"the words {title!r}")


@pytest.mark.usefixtures("visitor")
@pytest.mark.parametrize(("answer", "title", "text"), ANSWERS.values(), ids=ANSWERS)
def test_what_is_no_token_is_told_where_the_request_waits(
    world: TokenWorld, desk: Desk, answer: bytes, title: str, text: str
) -> None:
    """Row 40 of quality.md."""
    world.raw = answer
    ask(desk)
    desk.click(desk.page.action_bar.buttons["connect"])
    bar_says(desk, title)
    _, told, buttons = words(desk)
    assert told.endswith(text)
    assert buttons == AGAIN
    assert "CANARY" not in told
    assert (len(world.calls), world.api) == (1, [])


def test_without_a_browser_the_link_is_given(
    world: TokenWorld, visitor: Visitor, desk: Desk
) -> None:
    """Statement 26: the sign-in still waits, and ends well once the page was opened by hand."""
    visitor.starts, visitor.answer = False, None
    ask(desk)
    desk.click(desk.page.action_bar.buttons["connect"])
    bar_says(desk, "No browser could be started. Copy the link")
    assert words(desk)[2] == ["Copy link", "Cancel"]
    desk.click(desk.page.action_bar.buttons["copy"])
    copied = QGuiApplication.clipboard().text()
    assert [copied] == visitor.pages
    key = str(desk.session.connections.named("Shop", None))
    request = desk.document
    desk.session.documents.open_page(CONNECTION, key)
    page = desk.window.editors.front
    assert isinstance(page, ConnectionPage)
    wait_until(
        lambda: page.rail.status.title.text() == "No browser could be started. Copy the link",
        "the words on the page",
    )
    assert "copy" in page.rail.status.shown()
    visitor.answer = {"code": "code-CANARY"}
    visitor.open(copied)
    wait_until(lambda: request.exchange is not None, "the answer")
    assert world.api == ["Bearer access-1-CANARY"]


def test_a_weaker_login_is_told_first(
    world: TokenWorld, visitor: Visitor, httpdesk_home: Path, qapp: object
) -> None:
    """Rule R3, 3 of security.md: the file says that there is no PKCE; connecting again agrees."""
    file = httpdesk_home / "config" / "connections" / "shop.yaml"
    file.write_text(file.read_text() + "  pkce: {disabled: true}\n")
    with open_desk() as desk:
        ask(desk)
        desk.click(desk.page.action_bar.buttons["connect"])
        bar_says(desk, "This login is weaker than it could be")
        assert words(desk)[2] == AGAIN
        assert "Choose S256 in the connection, or connect again" in words(desk)[1]
        assert visitor.pages == []
        desk.click(desk.page.action_bar.buttons["connect"])
        wait_until(lambda: world.api, "the request at the API")
        assert "code_challenge" not in visitor.pages[0]
        assert world.api == ["Bearer access-1-CANARY"]
