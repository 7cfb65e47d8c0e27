"""A value out of a response, used in another request, in the real window."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from httpdesk.engine.masking import MASK
from httpdesk.gui.item_models.wire_rows import WireColumn
from httpdesk.gui.request.variable_words import variable_words
from httpdesk.gui.response.tree_page import TreePage
from httpdesk.model.request import Header, Request, SetVariable
from tests.helpers.desk import Desk, wait_until
from tests.helpers.raw_server import RawServer, answering, response

JSON = "Content-Type: application/json"


def tree(desk: Desk) -> TreePage:
    """Show the tree of the response in front, with its outermost value open."""
    body = desk.page.viewer.body
    body.choose("tree")
    wait_until(lambda: isinstance(body.page, TreePage) and not body.busy, "the tree")
    assert isinstance(body.page, TreePage)
    return body.page


def choose(page: TreePage, row: str) -> None:
    """Choose a row of the outermost value."""
    model = page.model
    root = model.index(0, 0)
    rows = [model.index(at, 0, root) for at in range(model.rowCount(root))]
    page.view.setCurrentIndex(next(each for each in rows if each.data() == row))


def test_a_value_is_used_in_another_request_and_hidden_there(desk: Desk) -> None:
    """Statements 80 and 82: picked in the tree, filled in, and masked in the next preview."""
    first = response(b'{"ticket": "abc-123-def", "n": 1}', JSON)
    second = response(b'{"ticket": "second-value", "n": 2}', JSON)
    with RawServer(answering(first, response(b"{}", JSON), second)) as server:
        address = f"http://127.0.0.1:{server.port}"
        desk.type_url(f"{address}/start")
        desk.press_send()
        page = tree(desk)
        choose(page, 'ticket: "abc-123-def"')
        page.use_value()
        taking = desk.document
        assert taking.request.actions == (SetVariable("ticket", "res.body.ticket"),)
        assert QGuiApplication.clipboard().text() == "{{ticket}}"
        assert desk.page.editor.pane.taken.label.text() == "Each response sets {{ticket}}"
        wait_until(lambda: desk.session.workspace.taken, "the value")

        desk.trigger("request.new")
        using = Request(url=f"{address}/next/{{{{ticket}}}}", headers=(Header("X", "{{ticket}}"),))
        desk.session.documents.edit(desk.document, using)
        desk.trigger("wire.show")
        model = desk.page.editor.pane.wire.model
        lines = [str(model.index(at, WireColumn.TEXT).data()) for at in range(model.rowCount())]
        assert [line for line in lines if "abc-123" in line] == []
        assert f"X: {MASK}" in lines
        told = variable_words(using, desk.page.editor._scope)["ticket"]
        assert told == f"ticket = {MASK}\nFrom: an earlier response"
        assert desk.page.editor.url_bar.resolved.text == f"{address}/next/{MASK}"
        desk.press_send()
        assert b"GET /next/abc-123-def HTTP/1.1\r\n" in server.requests[1]
        assert b"X: abc-123-def\r\n" in server.requests[1]

        desk.session.documents.activate(taking.id)
        desk.press_send()
        assert desk.session.workspace.taken == {"ticket": "second-value"}
        desk.page.editor.pane.taken.menu_button.menu().actions()[0].trigger()
        assert (taking.request.actions, desk.session.workspace.taken) == ((), {})
        assert not desk.page.editor.pane.taken.isVisible()


def test_a_value_that_is_not_there_any_more_is_told(desk: Desk) -> None:
    """Statement 85: the message names path and request."""
    with RawServer(answering(response(b'{"other": 1}', JSON))) as server:
        request = Request(
            name="Log in",
            url=f"http://127.0.0.1:{server.port}/",
            actions=(SetVariable("ticket", "res.body.ticket"),),
        )
        desk.trigger("request.new")
        desk.session.documents.edit(desk.document, request)
        desk.press_send()
        told = "{{ticket}} was not set: the response of Log in has no res.body.ticket."
        wait_until(lambda: told in desk.messages(), "the message")


def test_using_a_value_can_be_undone(desk: Desk) -> None:
    with RawServer(answering(response(b'{"id": 12345678901234567890}', JSON))) as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        desk.press_send()
        page = tree(desk)
        choose(page, "id: 12345678901234567890")
        page.use_value()
        taken = desk.session.workspace.taken
        wait_until(lambda: taken == {"id": "12345678901234567890"}, "the value")
        (message,) = desk.session.notices.shown()
        assert message.action is not None
        desk.click(message.action)
        assert desk.document.request.actions == ()
        assert taken == {}
