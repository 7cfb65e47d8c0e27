"""The history in the window: list, search, read-only page, restore, forget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from httpdesk.gui.history.panel import HistoryPanel
from httpdesk.gui.history_page import HistoryPage
from httpdesk.gui.item_models.history_rows import HistoryRole
from httpdesk.gui.preferences.page import PreferencesPage
from httpdesk.gui.widgets.number_field import NumberField
from httpdesk.model.history import HistoryEntry, HistoryRecord
from httpdesk.model.request import Header, Options, RawBody, RawKind, Request
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.page_tools import shown_text
from tests.helpers.raw_server import RawServer, answering, response

KEY = Qt.Key
OPEN = Options(secure_inputs=False, secure_outputs=False)
CANARY = "canary-4711-secret"
BODY = b'{"order": 1001}'


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(answering(response(BODY, "Content-Type: application/json"))) as server:
        yield server


def send(desk: Desk, server: RawServer, path: str, method: str = "GET", **more: object) -> None:
    url = f"http://127.0.0.1:{server.port}{path}"
    values = {"options": OPEN, **more}
    desk.session.documents.new(Request(method=method, url=url, **values))  # type: ignore[arg-type]
    desk.press_send()


def panel(desk: Desk, count: int) -> HistoryPanel:
    """Show the history and wait until it has this many sends."""
    if not desk.window.sidebar.shows_history:
        desk.trigger("view.history")
    found: HistoryPanel = desk.session.past.panel
    wait_until(lambda: len(found.model.entries()) == count, f"{count} entries")
    return found


def page(desk: Desk) -> HistoryPage:
    front = desk.window.editors.front
    assert isinstance(front, HistoryPage)
    return front


def paths(found: HistoryPanel) -> list[str]:
    return [entry.url.rpartition("/")[2] for entry in found.model.entries()]


def menu(desk: Desk, ids: tuple[str, ...]) -> dict[str, bool]:
    made = QMenu(desk.window)
    desk.session.past.fill_menu(made, ids)
    return {action.text(): action.isEnabled() for action in made.actions() if action.text()}


def test_sends_stand_under_their_day_the_newest_first(desk: Desk, server: RawServer) -> None:
    """Statement 77: a secured one has the host and nothing more; a lock says so (78)."""
    send(desk, server, "/first")
    send(desk, server, "/second", options=Options())
    found = panel(desk, 2)
    model = found.model
    words = [str(model.index(row, 0).data()) for row in range(model.rowCount())]
    assert words[0] == "Today"
    assert words[1].startswith("GET 127.0.0.1, 200, ")
    assert words[1].endswith(", secured")
    assert "/second" not in words[1]
    assert words[2].startswith("GET 127.0.0.1, /first, 200, ")
    assert "secured" not in words[2]
    assert model.index(0, 0).data(HistoryRole.ENTRY) is None


def test_a_send_comes_while_the_list_is_in_front(desk: Desk, server: RawServer) -> None:
    panel(desk, 0)
    send(desk, server, "/a")
    panel(desk, 1)


def test_search_and_choice_narrow_the_list(desk: Desk, server: RawServer) -> None:
    for path in ("/orders", "/customers"):
        send(desk, server, path)
    send(desk, server, "/orders", "DELETE")
    found = panel(desk, 3)
    desk.type(found.field, "order delete")
    wait_until(lambda: len(found.model.entries()) == 1, "one match")
    assert found.model.entries()[0].method == "DELETE"
    desk.press(KEY.Key_Escape)
    wait_until(lambda: len(found.model.entries()) == 3, "all again")
    actions = {action.text(): action for action in found.choice.menu().actions()}
    actions["Refused (4xx)"].trigger()
    wait_until(lambda: not found.model.entries(), "no match")
    assert found.empty.isVisible()
    assert found.empty.text.text() == "Nothing is found."


def test_a_send_is_opened_read_only_by_key_and_restored(desk: Desk, server: RawServer) -> None:
    """Statement 79: credentials are masked although nothing was secured."""
    headers = (Header("Authorization", f"Bearer {CANARY}"), Header("X-Odd", "1"))
    body = RawBody(RawKind.JSON, '{"password": "' + CANARY + '"}')
    send(desk, server, "/orders", "POST", name="Create", headers=headers, body=body)
    found = panel(desk, 1)
    found.begin()
    desk.press(KEY.Key_Return)
    wait_until(lambda: shown_text(page(desk).viewer.body), "the answer")
    shown = page(desk)
    text = shown.request.toPlainText()
    assert text.startswith(f"POST http://127.0.0.1:{server.port}/orders\nHost: ")
    assert "X-Odd: 1" in text
    assert CANARY not in text
    assert shown.request.isReadOnly()
    assert shown.viewer.status.lock.isHidden()
    assert "1001" in shown_text(shown.viewer.body)
    shown.restore.click()
    wait_until(lambda: desk.session.documents.current is not None, "a new tab")
    request = desk.document.request
    assert (request.name, request.method, request.headers[1].value) == ("Create", "POST", "1")
    assert CANARY not in repr(request.headers[0].value)


def test_a_secured_send_says_what_is_not_kept(desk: Desk, server: RawServer) -> None:
    send(desk, server, "/orders", options=Options())
    found = panel(desk, 1)
    entry = found.model.entries()[0]
    assert menu(desk, (entry.id,))["Restore as request"] is False
    desk.session.past.open(entry.id)
    wait_until(lambda: page(desk).title.text() == "GET 127.0.0.1", "the record")
    assert "its inputs were secure" in page(desk).no_request.text.text()
    assert "the outputs were secure" in page(desk).no_response.text.text()
    assert not page(desk).restore.isEnabled()


def test_send_again_sends_the_same(desk: Desk, server: RawServer) -> None:
    send(desk, server, "/again?x=1")
    entry = panel(desk, 1).model.entries()[0]
    desk.session.past.open(entry.id)
    wait_until(page(desk).again.isEnabled, "the record")
    page(desk).again.click()
    wait_until(lambda: len(server.requests) == 2, "a second request")
    assert server.requests[0].split(b"\r\n")[0] == server.requests[1].split(b"\r\n")[0]
    panel(desk, 2)


def again(desk: Desk) -> None:
    """Use Send again of the newest send."""
    entry = panel(desk, 1).model.entries()[0]
    desk.session.past.open(entry.id)
    wait_until(page(desk).again.isEnabled, "the record")
    desk.click(page(desk).again)


@pytest.mark.parametrize(
    "secret",
    [
        {"path": f"/x?api_key={CANARY}"},
        {"path": "/x", "headers": (Header("Authorization", f"Bearer {CANARY}"),)},
        {"path": "/x", "body": RawBody(RawKind.JSON, '{"password": "' + CANARY + '"}')},
    ],
)
def test_bullets_are_never_sent_in_the_place_of_a_secret(
    desk: Desk, server: RawServer, secret: dict[str, Any]
) -> None:
    """A password on the server must not become eight bullets."""
    send(desk, server, method="POST", **secret)
    again(desk)
    wait_until(lambda: any("Nothing was sent" in words for words in desk.messages()), "the words")
    assert desk.document.request.method == "POST"
    assert len(server.requests) == 1


def test_send_again_sends_the_file_with_its_secrets(desk: Desk, server: RawServer) -> None:
    """While it is the same request still; a file that became another one is left alone."""
    auth = Header("Authorization", f"Bearer {CANARY}")
    url = f"http://127.0.0.1:{server.port}/x"
    desk.session.documents.new(Request(url=url, options=OPEN, headers=(auth,)))
    desk.save_as("File")
    desk.press_send()
    again(desk)
    wait_until(lambda: len(server.requests) == 2, "a second request")
    assert f"Bearer {CANARY}".encode() in server.requests[1]
    assert desk.document.path == "File.yml"
    documents = desk.session.documents
    documents.edit(desk.document, replace(desk.document.request, method="DELETE"))
    desk.session.past.open(panel(desk, 2).model.entries()[1].id)
    wait_until(page(desk).again.isEnabled, "the record")
    desk.click(page(desk).again)
    wait_until(lambda: any("Nothing was sent" in words for words in desk.messages()), "the words")
    assert len(server.requests) == 2


def test_two_answers_are_compared(desk: Desk, server: RawServer) -> None:
    for path in ("/a", "/b"):
        send(desk, server, path)
    ids = tuple(entry.id for entry in panel(desk, 2).model.entries())
    assert menu(desk, ids)["Compare the two"]
    desk.session.past.compare(ids)
    wait_until(lambda: page(desk).viewer.comparing.view is not None, "the comparison")


def test_deleted_entries_come_back_with_undo(desk: Desk, server: RawServer) -> None:
    for path in ("/a", "/b", "/c"):
        send(desk, server, path)
    found = panel(desk, 3)
    found.begin()
    desk.press(KEY.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    desk.press(KEY.Key_Delete)
    wait_until(lambda: paths(found) == ["a"], "two entries gone")
    message = desk.session.notices.shown()[-1]
    assert message.label.text() == "2 entries deleted"
    message.action.click()
    wait_until(lambda: paths(found) == ["c", "b", "a"], "all back")


def test_a_day_and_everything_can_be_forgotten(desk: Desk, server: RawServer) -> None:
    send(desk, server, "/a")
    found = panel(desk, 1)
    desk.session.past.delete_day(found.model.entries()[0].id)
    wait_until(lambda: not found.model.entries(), "the day gone")
    send(desk, server, "/b")
    panel(desk, 1)
    desk.trigger("history.clear")
    form = desk.session.notices.form()
    assert desk.focus is form.cancel_button
    desk.click(form.accept_button)
    wait_until(lambda: not found.model.entries(), "everything gone")


def test_of_the_request_in_front_only(desk: Desk, server: RawServer) -> None:
    send(desk, server, "/first")
    desk.save_as("First")
    desk.press_send()
    send(desk, server, "/second")
    found = panel(desk, 3)
    desk.session.documents.activate(desk.session.documents.all()[0].id)
    found.choices.here.trigger()
    wait_until(lambda: paths(found) == ["first"], "that of the file")


def test_past_responses_of_a_request_after_a_restart(qtbot: QtBot, server: RawServer) -> None:
    """Issue 6: older responses of a request; they are read in the history."""
    with open_desk() as desk:
        send(desk, server, "/first")
        assert not desk.window.actions_["history.of-request"].isEnabled()
        desk.save_as("First")
        for _ in range(2):
            desk.press_send()
        send(desk, server, "/other")
    with open_desk() as desk:
        first = next(each for each in desk.session.documents.all() if each.path)
        desk.session.documents.activate(first.id)
        desk.trigger("history.of-request")
        found = panel(desk, 2)
        assert paths(found) == ["first", "first"]
        assert found.chosen_words.text() == "Of the request in front"
        desk.press(KEY.Key_Down)
        desk.press(KEY.Key_Return)
        wait_until(lambda: shown_text(page(desk).viewer.body), "the older response")
        assert "1001" in shown_text(page(desk).viewer.body)


def old_send(desk: Desk, days: int, root: str = "") -> date:
    """Keep a send of so many days ago; return its day."""
    at = datetime.now(UTC) - timedelta(days=days)
    entry = HistoryEntry(
        f"old-{days}", at, "GET", "h.test", 200, url="http://h.test/old", root=root
    )
    desk.ports.history().add(HistoryRecord(entry))
    return at.astimezone().date()


def test_by_day_and_what_is_left_out_is_said(desk: Desk, server: RawServer) -> None:
    """Issue 6: filter by day; one line says what is not shown and leads back."""
    day = old_send(desk, 40)
    send(desk, server, "/now")
    found = panel(desk, 2)
    assert not found.show_all.isVisible()
    found.choices.days.aboutToShow.emit()
    words = {action.text(): action for action in found.choices.days.actions()}
    assert list(words)[:3] == ["All days", "Today", "Yesterday"]
    words["Today"].trigger()
    wait_until(lambda: paths(found) == ["now"], "today's")
    assert found.chosen_words.text() == "Today"
    words["Another day…"].trigger()
    desk.fill_form(day="the first")
    assert "the first is no day" in desk.messages()[0]
    words["Another day…"].trigger()
    desk.fill_form(day=day.isoformat())
    wait_until(lambda: paths(found) == ["old"], "that of the day")
    desk.click(found.show_all)
    wait_until(lambda: len(paths(found)) == 2, "all again")
    assert not found.show_all.isVisible()


def test_the_settings_bound_it_and_forget_it(desk: Desk, server: RawServer) -> None:
    """Issue 6: size bound with the oldest first; what is kept is said and can be forgotten."""
    for days in (3, 2, 1):
        old_send(desk, days)
    desk.trigger("settings.history")
    settings = desk.window.editors.front
    assert isinstance(settings, PreferencesPage)
    section = settings.history
    wait_until(lambda: section.kept.text().startswith("3 sends, "), "how much is kept")
    most = section.control("history_entries")
    assert isinstance(most, NumberField)
    most.setValue(2)
    send(desk, server, "/now")
    assert paths(panel(desk, 2)) == ["now", "old"]
    wait_until(lambda: section.kept.text().startswith("2 sends, "), "the bound")
    desk.trigger("settings.history")
    desk.click(section.clear)
    desk.click(desk.session.notices.form().accept_button)
    wait_until(lambda: section.kept.text() == "Nothing", "nothing kept")
    assert not section.clear.isEnabled()


def test_by_collection(desk: Desk, server: RawServer) -> None:
    """Issue 6: filter by collection; a secured send does not say where it belongs (77)."""
    root = desk.open_sample()
    old_send(desk, 0, root)
    send(desk, server, "/elsewhere")
    found = panel(desk, 2)
    found.choices.places.aboutToShow.emit()
    name = desk.session.workspace.collections[0].name
    words = {action.text(): action for action in found.choices.places.actions()}
    words[name].trigger()
    wait_until(lambda: paths(found) == ["old"], "that of the collection")
    assert found.chosen_words.text() == name
    desk.type(found.field, "nowhere")
    wait_until(lambda: not paths(found), "nothing")
    assert "Secured sends don't say where they belong" in found.empty.text.text()


def test_a_failure_without_an_answer_is_there_too(desk: Desk) -> None:
    document = desk.session.documents.new(Request(url="http://127.0.0.1:1/x", options=OPEN))
    desk.session.sending.send(document)
    wait_until(lambda: document.exchanges, "the failure")
    entry = panel(desk, 1).model.entries()[0]
    assert (entry.status_code, entry.failure) == (None, "ConnectionRefused")
    desk.session.past.open(entry.id)
    wait_until(lambda: "ConnectionRefused" in page(desk).no_response.text.text(), "the words")


def test_the_palette_finds_past_sends_behind_a_hash(desk: Desk, server: RawServer) -> None:
    send(desk, server, "/orders/77")
    panel(desk, 1)
    texts = [entry.text for entry in desk.session.past.palette_entries()]
    assert len(texts) == 1
    assert texts[0].startswith("/orders/77")


def scrolled(found: HistoryPanel) -> int:
    """Scroll to the end, as far as it is laid out, and return how many sends are there."""
    found.list.scrollToBottom()
    return len(found.model.entries())


def test_many_sends_come_page_by_page(desk: Desk, server: RawServer) -> None:
    send(desk, server, "/a")
    entry = panel(desk, 1).model.entries()[0]
    store = desk.ports.history()
    record = store.record(entry.id)
    assert record is not None
    for number in range(450):
        store.add(replace(record, entry=replace(record.entry, id=f"copy-{number}")))
    send(desk, server, "/b")
    found = desk.session.past.panel
    wait_until(lambda: len(found.model.entries()) >= 200, "the first page")
    assert len(found.model.entries()) == 200
    wait_until(lambda: scrolled(found) == 452, "all pages")
