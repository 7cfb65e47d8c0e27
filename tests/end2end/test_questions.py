"""What the user is asked in the middle of a send, answered by keyboard in the real window."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from httpdesk.engine import attempt
from httpdesk.gui.documents import Document
from httpdesk.gui.response import question_view
from httpdesk.gui.widgets.code_editor import CodeEditor
from httpdesk.model.errors import Cancelled, NotConfirmed
from httpdesk.model.exchange import Exchange
from httpdesk.model.questions import EnterPrivateNetwork, Question, SendBodyElsewhere
from httpdesk.model.request import NoBody, Options, RawBody, RawKind, Request
from tests.helpers.desk import Desk, wait_until
from tests.helpers.raw_server import (
    Behaviour,
    RawServer,
    RecordingPeer,
    answering,
    closing,
    response,
)
from tests.helpers.tls_server import Authority, tls_server

KEY = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
BAD = '{\n  "a": 1\n  "b": 2\n}'
GOOD = '{"a": 1}'


@pytest.fixture
def target() -> Iterator[RawServer]:
    """The server that redirects lead to; its host is written another way than the first one's."""
    with RawServer(answering(response(b'{"there": true}'))) as server:
        yield server


@pytest.fixture
def origin(target: RawServer) -> Iterator[RawServer]:
    """A server that sends everybody on to `target`."""
    moved = response(
        b"moved", f"Location: http://localhost:{target.port}/there", status="307 Temporary Redirect"
    )
    with RawServer(answering(moved)) as server:
        yield server


def post(server: RawServer, text: str = GOOD, **options: int) -> Request:
    return Request(
        method="POST",
        url=f"http://127.0.0.1:{server.port}/orders",
        body=RawBody(RawKind.JSON, text),
        options=Options(**options),  # type: ignore[arg-type]
    )


def begin(desk: Desk, request: Request) -> Document:
    """Open a tab with a request and send it by key, with the focus in the URL."""
    document = desk.session.documents.new(request)
    desk.page.editor.url_bar.focus_url()
    desk.press(KEY.Key_Return)
    return document


def asked(desk: Desk, document: Document) -> Question:
    """Wait until the document's send asks something, and return that."""
    wait_until(lambda: document.question, "a question")
    assert document.question is not None
    return document.question


def finished(desk: Desk, document: Document, count: int = 1) -> Exchange:
    """Wait for the end of the document's n-th send."""
    wait_until(lambda: len(document.exchanges) == count, f"exchange {count}")
    return document.exchanges[-1]


def question_words(desk: Desk) -> list[str]:
    """Return title, text and facts of the question on screen."""
    content = desk.page.viewer.question.content
    assert content is not None
    assert content.isVisible()
    labels = (content.title, content.text, *content.facts)
    return [label.text() for label in labels]


def button(desk: Desk) -> str:
    """Return the words of the button that has the keyboard."""
    return str(desk.focus.property("text"))


def go_to(desk: Desk, words: str) -> None:
    """Press Tab until a button with these words has the keyboard; F6 leaves a code editor."""
    for _ in range(60):
        if desk.focus.property("text") == words:
            return
        desk.press(KEY.Key_F6 if isinstance(desk.focus, CodeEditor) else KEY.Key_Tab)
    raise AssertionError(f"Tab does not lead to {words!r}")


# A body that would leave its origin


def test_a_body_leaves_its_server_only_after_a_yes(
    desk: Desk, origin: RawServer, target: RawServer
) -> None:
    """R5: other origin with a 307 body: stop and ask."""
    document = begin(desk, post(origin))
    question = asked(desk, document)
    here, there = f"http://127.0.0.1:{origin.port}", f"http://localhost:{target.port}"
    assert question == SendBodyElsewhere(307, here, there, "POST", len(GOOD))
    title, text, *facts = question_words(desk)
    assert title == "Send the body to another server?"
    assert "307" in text
    assert facts == [here, there, "POST with a body of 8 B"]
    assert desk.page.viewer.status.phase.text() == "Waiting for your answer"
    assert button(desk) == "Stop at the redirect"
    assert target.connections == 0
    go_to(desk, "Send the body there")
    desk.press(KEY.Key_Return)
    exchange = finished(desk, document)
    assert desk.status == "200 OK"
    assert target.requests[0].endswith(b"\r\n\r\n" + GOOD.encode())
    assert exchange.attempts[0].hops[1].confirmed == (question,)
    desk.page.viewer.select_tab("timeline")
    notes = [label.text() for label in desk.page.viewer.timeline.notes]
    assert notes == [f"You agreed to send the body of 8 B from {here} to {there}."]


def test_no_is_the_answer_of_escape_and_shows_the_redirect(
    desk: Desk, origin: RawServer, target: RawServer
) -> None:
    document = begin(desk, post(origin))
    asked(desk, document)
    desk.press(KEY.Key_Escape)
    exchange = finished(desk, document)
    assert isinstance(exchange.error, NotConfirmed)
    assert exchange.response is not None
    assert exchange.response.status_code == 307
    assert desk.status == "307 not followed"
    wait_until(lambda: desk.body == "moved", "the redirect's own body")
    assert target.connections == 0
    assert desk.focus is desk.page.editor.url_bar.field


def test_the_focused_answer_is_given_by_enter(desk: Desk, origin: RawServer) -> None:
    """The safe one has the focus, so Enter alone never agrees."""
    document = begin(desk, post(origin))
    asked(desk, document)
    desk.press(KEY.Key_Return)
    assert isinstance(finished(desk, document).error, NotConfirmed)


def test_sending_again_follows_only_when_that_is_asked_for(
    desk: Desk, origin: RawServer, target: RawServer
) -> None:
    """After a no there is a way that agrees this once, and one that asks again."""
    document = begin(desk, post(origin))
    asked(desk, document)
    desk.press(KEY.Key_Escape)
    finished(desk, document)
    wait_until(lambda: desk.body == "moved", "the redirect's own body")
    go_to(desk, "Send again and follow")
    desk.press(KEY.Key_Space)
    assert finished(desk, document, 2).error is None
    assert desk.status == "200 OK"
    assert (len(origin.requests), len(target.requests)) == (2, 1)
    desk.trigger("send")
    asked(desk, document)
    desk.press(KEY.Key_Escape)
    finished(desk, document, 3)
    assert len(target.requests) == 1


def test_send_pressed_twice_answers_nothing(
    desk: Desk, origin: RawServer, target: RawServer
) -> None:
    """Ctrl+Enter goes to the question; a key that is held down must not agree to it."""
    document = begin(desk, post(origin))
    asked(desk, document)
    desk.page.editor.url_bar.focus_url()
    for _ in range(3):
        desk.press(KEY.Key_Return, CONTROL)
        assert button(desk) == "Stop at the redirect"
    assert document.question is not None
    assert (len(origin.requests), target.connections) == (1, 0)
    desk.press(KEY.Key_Escape)
    finished(desk, document)


def test_a_changed_request_is_sent_anew(desk: Desk, origin: RawServer, target: RawServer) -> None:
    """A question about what is no longer on screen ends with the next send."""
    document = begin(desk, post(origin))
    asked(desk, document)
    desk.type_url(f"http://127.0.0.1:{target.port}/here")
    desk.press(KEY.Key_Return, CONTROL)
    exchange = finished(desk, document)
    assert exchange.error is None
    assert document.question is None
    assert target.requests[0].startswith(b"POST /here ")


def test_other_tabs_of_the_answer_before_stay_readable(
    desk: Desk, origin: RawServer, target: RawServer
) -> None:
    """The question stands in place of the body; headers and timeline are still there."""
    document = begin(desk, Request(url=f"http://127.0.0.1:{target.port}/"))
    finished(desk, document)
    desk.page.viewer.select_tab("headers")
    desk.session.documents.edit(document, post(origin))
    desk.trigger("send")
    asked(desk, document)
    viewer = desk.page.viewer
    assert viewer.pages.currentWidget() is viewer.question
    viewer.select_tab("headers")
    assert viewer.pages.currentWidget() is viewer.headers
    desk.press(KEY.Key_Return, CONTROL)
    assert viewer.pages.currentWidget() is viewer.question
    desk.page.editor.url_bar.focus_url()
    for _ in range(2):
        desk.press(KEY.Key_F6)
    assert button(desk) == "Stop at the redirect"
    desk.press(KEY.Key_Escape)
    finished(desk, document, 2)
    assert viewer.pages.currentWidget() is viewer.headers


# Cancel, closing, other tabs


def test_cancel_while_asked_takes_no_time(desk: Desk, origin: RawServer, target: RawServer) -> None:
    """Statement 69: within 200 ms, sends nothing more and is recorded as cancelled."""
    document = begin(desk, post(origin, retry_max=3))
    asked(desk, document)
    began = time.monotonic()
    desk.press(KEY.Key_Period, CONTROL)
    exchange = finished(desk, document)
    assert time.monotonic() - began < 0.2
    assert isinstance(exchange.error, Cancelled)
    assert desk.status == "Cancelled"
    assert (len(origin.requests), target.connections) == (1, 0)


def test_closing_the_tab_is_a_no(desk: Desk, origin: RawServer, target: RawServer) -> None:
    document = begin(desk, post(origin))
    asked(desk, document)
    desk.press(KEY.Key_W, CONTROL)
    wait_until(lambda: desk.session.jobs.running == 0, "the worker to end")
    assert target.connections == 0


def test_closing_the_window_is_a_no(desk: Desk, origin: RawServer, target: RawServer) -> None:
    """`Desk.close` asserts that the worker ended."""
    document = begin(desk, post(origin))
    asked(desk, document)
    began = time.monotonic()
    desk.window.close()
    assert time.monotonic() - began < 1.0
    assert desk.session.threads_ended
    assert target.connections == 0


def _moving_when(release: list[bool], target: RawServer) -> Behaviour:
    """Redirect to `target`, once `release` holds something."""

    def behave(peer: RecordingPeer) -> None:
        peer.read_request()
        while not release and not peer.stopping.wait(0.01):
            continue
        location = f"Location: http://localhost:{target.port}/"
        peer.send(response(b"", location, status="308 Permanent Redirect"))

    return behave


def test_a_question_in_another_tab_is_told_of(
    desk: Desk, origin: RawServer, target: RawServer
) -> None:
    """The tab has a mark, a notification leads there, and both go with the answer."""
    release: list[bool] = []
    with RawServer(_moving_when(release, target)) as slow:
        document = begin(desk, post(slow))
        desk.press(KEY.Key_T, CONTROL)
        other = desk.document
        focus = desk.focus
        release.append(True)
        asked(desk, document)
        bar = desk.window.editors.tabs.bar
        wait_until(lambda: any(tab.asking for tab in bar.tabs), "the mark on the tab")
        place = desk.session.documents.position(document)
        assert bar.accessibleTabName(place) == "/orders, POST, edited, waiting for your answer"
        assert desk.messages() == ["/orders asks something before it goes on."]
        assert desk.document is other
        assert desk.focus is focus
        go_to(desk, "Show the question")
        desk.press(KEY.Key_Return)
        assert desk.document is document
        assert button(desk) == "Stop at the redirect"
        assert desk.messages() == []
        go_to(desk, "Send the body there")
        desk.press(KEY.Key_Space)
        finished(desk, document)
        wait_until(lambda: not any(tab.asking for tab in bar.tabs), "the mark to go")
        assert len(target.requests) == 1


@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_question_takes_no_keystroke_from_a_field(
    desk: Desk, target: RawServer, elsewhere: bool
) -> None:
    """Enter and Space that were meant for the body, or for the URL, answer nothing."""
    release: list[bool] = []
    with RawServer(_moving_when(release, target)) as slow:
        document = begin(desk, post(slow))
        if elsewhere:
            desk.page.editor.pane.show_tab("body")
            editor = desk.page.editor.pane.body.current_editor()
            assert editor is not None
            editor.setFocus()
        desk.type_here("1")
        typing = desk.focus
        release.append(True)
        asked(desk, document)
        desk.type_here(" 2")
        assert desk.focus is typing
        assert document.question is not None
        go_to(desk, "Stop at the redirect")
        desk.press(KEY.Key_Return)
        finished(desk, document)
    assert target.connections == 0


def test_two_tabs_ask_at_the_same_time(desk: Desk, origin: RawServer, target: RawServer) -> None:
    """Each answer is for its own send."""
    first, second = begin(desk, post(origin)), begin(desk, post(origin))
    asked(desk, first)
    asked(desk, second)
    desk.press(KEY.Key_Escape)
    assert isinstance(finished(desk, second).error, NotConfirmed)
    assert first.question is not None
    desk.press(KEY.Key_PageUp, CONTROL)
    assert desk.document is first
    go_to(desk, "Send the body there")
    desk.press(KEY.Key_Return)
    assert finished(desk, first).error is None
    assert len(target.requests) == 1


def test_a_maximised_request_makes_room_for_the_question(desk: Desk, origin: RawServer) -> None:
    document = desk.session.documents.new(post(origin))
    desk.trigger("view.maximise-request")
    desk.trigger("send")
    asked(desk, document)
    assert question_words(desk)
    desk.press(KEY.Key_Escape)
    finished(desk, document)


def test_a_screen_reader_is_told_at_once(
    desk: Desk, origin: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ui.md 8: assertive, with where from and where to."""
    said: list[tuple[str, bool]] = []

    def listen(widget: QWidget, text: str, *, assertive: bool) -> None:
        said.append((QAccessibleAnnouncementEvent(widget, text).message(), assertive))

    monkeypatch.setattr(question_view, "announce", listen)
    document = begin(desk, post(origin))
    asked(desk, document)
    ((text, assertive),) = said
    assert text.startswith("Send the body to another server?. ")
    assert f"From: http://127.0.0.1:{origin.port}. To: http://localhost:" in text
    assert assertive
    content = desk.page.viewer.question.content
    assert content is not None
    assert content.refuse.accessibleDescription() == "The safe answer, also given by Escape"
    desk.press(KEY.Key_Escape)
    finished(desk, document)


# Other borders


def test_leaving_tls_is_asked_about(desk: Desk, target: RawServer, tmp_path: Path) -> None:
    """R5: https to http: ask."""
    moved = response(b"", f"Location: http://127.0.0.1:{target.port}/plain", status="302 Found")
    authority = Authority(tmp_path)
    with tls_server(authority.context("localhost"), closing(moved)) as server:
        options = Options(ignore_tls_errors=True)
        request = Request(url=f"https://localhost:{server.port}/", options=options)
        document = begin(desk, request)
        asked(desk, document)
        title, _, *facts = question_words(desk)
        assert title == "Go on without encryption?"
        assert facts == [f"https://localhost:{server.port}", f"http://127.0.0.1:{target.port}"]
        go_to(desk, "Go on without encryption")
        desk.press(KEY.Key_Return)
        assert finished(desk, document).error is None
        assert target.requests[0].startswith(b"GET /plain ")


def test_a_private_network_is_asked_about_once_in_a_session(
    desk: Desk, origin: RawServer, target: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R5: public host to a private address, after the name lookup: ask once per pair."""
    # The engine takes the first server for one on the internet; the transport is not deceived.
    monkeypatch.setattr(attempt, "is_public", lambda address: address.endswith(f":{origin.port}"))
    request = Request(url=f"http://127.0.0.1:{origin.port}/", body=NoBody())
    document = begin(desk, request)
    question = asked(desk, document)
    assert isinstance(question, EnterPrivateNetwork)
    assert question.address in (f"127.0.0.1:{target.port}", f"[::1]:{target.port}")
    assert question_words(desk)[0] == "Follow the redirect into your network?"
    desk.press(KEY.Key_Escape)
    exchange = finished(desk, document)
    assert isinstance(exchange.error, NotConfirmed)
    assert desk.status == "307 not followed"
    assert target.connections == 0
    desk.trigger("send")
    asked(desk, document)
    go_to(desk, "Follow the redirect")
    desk.press(KEY.Key_Return)
    assert finished(desk, document, 2).error is None
    again = begin(desk, request)
    exchange = finished(desk, again)
    assert exchange.error is None
    assert exchange.attempts[0].hops[1].confirmed != ()
    assert len(target.requests) == 2


# A body that is no JSON


def cursor(desk: Desk) -> tuple[int, int]:
    """Return line and column of the cursor in the body, from 1."""
    editor = desk.page.editor.pane.body.current_editor()
    assert editor is not None
    assert editor.hasFocus()
    place = editor.textCursor()
    return place.blockNumber() + 1, place.positionInBlock() + 1


def test_invalid_json_is_sent_only_after_a_yes(desk: Desk, target: RawServer) -> None:
    """Statement 41: line and column are shown and the user is asked before sending."""
    document = begin(desk, post(target, BAD))
    asked(desk, document)
    assert question_words(desk)[0] == "Line 3, column 3: expected a comma"
    assert button(desk) == "Go to line"
    assert target.connections == 0
    go_to(desk, "Send as typed")
    desk.press(KEY.Key_Return)
    finished(desk, document)
    assert target.requests[0].endswith(BAD.encode())


def test_the_same_text_is_not_asked_about_twice(desk: Desk, target: RawServer) -> None:
    """Only a change of the body makes it a question again."""
    document = begin(desk, post(target, BAD))
    asked(desk, document)
    go_to(desk, "Send as typed")
    desk.press(KEY.Key_Return)
    finished(desk, document)
    desk.trigger("send")
    finished(desk, document, 2)
    for text in (BAD + " ", BAD):
        desk.session.documents.edit(document, post(target, text))
    desk.trigger("send")
    asked(desk, document)
    desk.press(KEY.Key_Escape)
    wait_until(lambda: not document.sending, "the end of the send")
    assert len(target.requests) == 2


def test_no_puts_the_cursor_at_the_mistake(desk: Desk, target: RawServer) -> None:
    """Statement 41: nothing was sent, and the way to mend it is short."""
    document = begin(desk, post(target, BAD))
    asked(desk, document)
    desk.press(KEY.Key_Return)
    wait_until(lambda: not document.sending, "the end of the send")
    assert cursor(desk) == (3, 3)
    assert desk.messages() == []
    assert document.exchanges == []
    assert target.connections == 0
    body = desk.page.editor.pane.body
    assert body.note.text.text() == "Line 3, column 3: expected a comma. Send asks first."


def test_typing_on_takes_the_question_back(desk: Desk, target: RawServer) -> None:
    """What would be sent has to be what is on screen."""
    document = desk.session.documents.new(post(target, BAD))
    desk.page.editor.pane.show_tab("body")
    editor = desk.page.editor.pane.body.current_editor()
    assert editor is not None
    editor.setFocus()
    desk.press(KEY.Key_Return, CONTROL)
    asked(desk, document)
    editor.setFocus()
    editor.go_to(2, 9)
    desk.type_here(",")
    wait_until(lambda: not document.sending, "the end of the send")
    assert document.question is None
    assert target.connections == 0
    assert desk.focus is editor
    desk.press(KEY.Key_Return, CONTROL)
    finished(desk, document)
    assert target.requests[0].endswith(BAD.replace("1", "1,").encode())


def test_variables_of_graphql_go_to_their_own_editor(desk: Desk, target: RawServer) -> None:
    """Statement 41 is about JSON bodies; GraphQL's variables cannot be sent as typed."""
    from httpdesk.model.request import GraphQLBody

    url = f"http://127.0.0.1:{target.port}/"
    desk.session.documents.new(Request(method="POST", url=url, body=GraphQLBody("{ a }", "{")))
    desk.trigger("send")
    assert desk.focus.accessibleName() == "Variables"
    assert target.connections == 0


# Send without retries


def test_one_send_goes_out_without_retries(desk: Desk) -> None:
    """ui.md 3.3; the request itself keeps its retries."""
    busy: Callable[[RecordingPeer], None] = answering(response(b"", status="503 Busy"))
    with RawServer(busy) as server:
        request = Request(url=f"http://127.0.0.1:{server.port}/", options=Options(retry_max=2))
        document = desk.session.documents.new(request)
        desk.trigger("send.no-retries")
        assert len(finished(desk, document).attempts) == 1
        assert document.request.options.retry_max == 2
        desk.trigger("send")
        assert len(finished(desk, document, 2).attempts) == 3
        assert len(server.requests) == 4
        menu = desk.page.editor.url_bar.send_menu
        assert "Send without retries" in [action.text() for action in menu.actions()]
