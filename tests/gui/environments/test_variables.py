"""From a request to the values of its variables, and what a protected environment asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from httpdesk.gui.item_models.variable_table import VariableColumn
from httpdesk.gui.request.resolved_line import ResolvedLine
from httpdesk.gui.response.question_view import QuestionView
from tests.gui.environments.rooms import PRODUCTION, Room
from tests.helpers.desk import wait_until
from tests.helpers.raw_server import RawServer, answering, response

NAME, VALUE = VariableColumn.KEY, VariableColumn.VALUE


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(answering(response(b"{}", "Content-Type: application/json"))) as server:
        yield server


def line(room: Room) -> ResolvedLine:
    return room.desk.page.editor.url_bar.resolved


def ask_of(room: Room, server: RawServer) -> None:
    """Have the request in front name variables of the environments, and send it."""
    room.write("Production", PRODUCTION.replace("https://live.test", _origin(server)))
    room.read()
    room.use("Production")
    room.desk.type_url("{{base_url}}/orders/{{order_id}}")
    room.desk.trigger("send")


def _origin(server: RawServer) -> str:
    return f"http://127.0.0.1:{server.port}"


def question(room: Room) -> QuestionView:
    view = room.desk.page.viewer.question
    wait_until(lambda: room.desk.page.viewer.is_asking, "the question")
    return view


def sent(room: Room) -> bool:
    document = room.desk.document
    wait_until(lambda: not document.sending, "the send to end")
    return document.exchange is not None and document.exchange.response is not None


def test_a_protected_environment_asks_before_it_is_changed(room: Room, server: RawServer) -> None:
    """Method and URL are in the question; nothing goes out on a no (ui.md 3.9)."""
    ask_of(room, server)
    view = question(room)
    assert view.content is not None
    assert view.content.title.text() == "Send this POST to Production?"
    facts = [fact.accessibleName() for fact in view.content.facts]
    assert facts == ["Method POST", f"URL {_origin(server)}/orders/ord_1"]
    assert view.content.quiet.isVisible()

    view.content.refuse.click()
    assert not sent(room)
    assert server.requests == []


def test_dont_ask_for_ten_minutes_sends_now_and_asks_no_more(room: Room, server: RawServer) -> None:
    ask_of(room, server)
    view = question(room)
    assert view.content is not None
    view.content.quiet.click()
    assert sent(room)

    room.desk.trigger("send")
    wait_until(lambda: len(server.requests) == 2, "the second request")
    assert sent(room)
    assert not room.desk.page.viewer.is_asking


def test_an_agreement_holds_once(room: Room, server: RawServer) -> None:
    ask_of(room, server)
    content = question(room).content
    assert content is not None
    content.agree.click()
    assert sent(room)

    room.desk.trigger("send")
    again = question(room).content
    assert again is not None
    again.refuse.click()
    sent(room)
    assert len(server.requests) == 1


def test_a_variable_without_a_value_offers_to_add_one(room: Room) -> None:
    """Statement 83."""
    room.use("Staging")
    room.desk.type_url("{{base_url}}/{{customer}}")
    wait_until(line(room).add.isVisible, "the offer")
    assert line(room).text == "customer has no value."
    assert line(room).add.accessibleName() == "Add value of customer"

    line(room).add.click()
    room.settle()
    assert room.page.current == "Staging"
    assert room.cells(NAME)[-1] == "customer"
    room.type("c_7")
    room.press(Qt.Key.Key_Return)
    room.save()

    room.desk.trigger("tab.previous")
    wait_until(lambda: line(room).text == "https://staging.test/c_7", "the resolved URL")


def test_without_an_environment_the_value_is_for_the_workspace(room: Room) -> None:
    room.desk.type_url("https://a.test/{{customer}}")
    wait_until(line(room).add.isVisible, "the offer")
    line(room).add.click()
    room.settle()

    assert room.page.current == "\n"
    assert room.cells(NAME) == ["customer"]


def test_another_environment_can_be_chosen_beside_the_problem(room: Room) -> None:
    room.use("Staging")
    room.desk.type_url("https://a.test/{{region}}")
    wait_until(line(room).switch.isVisible, "the offer")
    line(room).switch.click()
    room.type("Production")
    room.press(Qt.Key.Key_Return)

    wait_until(lambda: line(room).text == "https://a.test/eu", "the value of the other one")


def test_a_made_value_that_is_not_known_has_no_offer(room: Room) -> None:
    room.desk.type_url("https://a.test/{{$nothing}}")
    wait_until(lambda: line(room).shows_problem, "the problem")

    assert not line(room).add.isVisible()


def test_ctrl_i_shows_value_and_source_and_leads_to_where_it_is_edited(room: Room) -> None:
    room.use("Staging")
    room.desk.type_url("{{base_url}}/")
    field = room.desk.page.editor.url_bar.field
    wait_until(lambda: "base_url" in field.variables, "the variables")
    field.select(4, 0)
    room.press(Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)

    menu = field.findChildren(QMenu)[-1]
    texts = [each.text() for each in menu.actions()]
    assert texts == ["base_url = https://staging.test", "From: environment", "Edit value…"]

    menu.actions()[-1].trigger()
    menu.close()
    room.settle()
    assert room.page.current == "Staging"
    assert room.form.table.currentIndex().row() == 1
    assert room.form.table.currentIndex().column() == VALUE
