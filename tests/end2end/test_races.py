"""Things that happen at the same time: the newest wins, nothing is left over, nobody crashes."""

from __future__ import annotations

import gc
import os
import threading
import weakref
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QThread, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken, isValid

from httpdesk.adapters.body_spool import BodySpool
from httpdesk.engine.ports import Reply
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.request_page import RequestPage
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.fault_server import fault_server
from tests.helpers.raw_server import RawServer, RecordingPeer, answering, response

HELLO = "first-steps/say-hello.yml"
TEXT = "Content-Type: text/plain"


class Replies:
    """Remembers what the transport handed over, to see whether it was given back."""

    def __init__(self, desk: Desk, patch: pytest.MonkeyPatch) -> None:
        self.all: list[Reply] = []
        transport = desk.ports.transport()
        send = transport.send

        def recorded(*args: object, **more: object) -> Reply:
            reply = send(*args, **more)  # type: ignore[arg-type]
            self.all.append(reply)
            return reply

        patch.setattr(transport, "send", recorded)

    def open_bodies(self) -> int:
        """Return how many bodies were not given back."""
        bodies = [body for reply in self.all for body in (reply.body, reply.raw_body)]
        return sum(body is not None and not _is_closed(body) for body in bodies)


def _is_closed(body: object) -> bool:
    assert isinstance(body, BodySpool)
    try:
        body.read_at(0, 1)
    except ValueError:
        return True
    return False


def idle(desk: Desk) -> None:
    wait_until(lambda: desk.session.jobs.running == 0, "all jobs to end")


@pytest.fixture
def replies(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Replies:
    return Replies(desk, monkeypatch)


@pytest.fixture
def small_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every body beyond 1000 bytes go to a file."""
    monkeypatch.setattr(BodySpool.__init__, "__defaults__", (None, 1000))


# Sending


@pytest.mark.parametrize("fault", ["silent", "stall"])
def test_a_tab_that_is_closed_while_sending_leaves_nothing(
    desk: Desk, replies: Replies, fault: str
) -> None:
    with fault_server(fault) as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        desk.click(desk.page.editor.url_bar.send)
        wait_until(lambda: server.requests, "the request at the server")
        desk.trigger("tab.close")
        idle(desk)
    assert len(replies.all) == 1
    assert replies.open_bodies() == 0
    assert desk.window.first_run.isVisible()
    assert desk.messages() == []


def test_sending_twice_shows_the_newer_answer_and_gives_the_older_one_back(
    desk: Desk, replies: Replies
) -> None:
    answers = iter([b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf", response(b"new", TEXT)])

    def behave(peer: RecordingPeer) -> None:
        while peer.read_request():
            peer.send(next(answers))

    with RawServer(behave) as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        desk.trigger("send")
        progress = desk.session.sending.progress(desk.document)
        assert progress is not None
        wait_until(lambda: progress.bytes_received, "half of the first body")
        desk.trigger("send")
        wait_until(lambda: desk.document.exchanges, "an exchange")
        idle(desk)
        wait_until(lambda: desk.body == "new", "the newer answer")
    assert len(desk.document.exchanges) == 1
    assert len(replies.all) == 2
    assert replies.open_bodies() == 1
    assert not desk.document.sending


def test_ten_sends_in_a_row_end_with_the_last_answer(desk: Desk, replies: Replies) -> None:
    with RawServer(answering(response(b"ok", TEXT))) as server:
        for number in range(10):
            desk.type_url(f"http://127.0.0.1:{server.port}/{number}")
            desk.trigger("send")
        idle(desk)
    assert desk.exchange.request.url.target == "/9"
    assert replies.open_bodies() == len(desk.document.exchanges)
    assert desk.messages() == []


def test_a_tab_closed_while_its_body_is_read_is_no_bug(desk: Desk, replies: Replies) -> None:
    """The reader finds the body closed; that is nothing to tell of."""
    body = b'{"a": [' + b"1, " * 300_000 + b"1]}"
    with RawServer(answering(response(body, "Content-Type: application/json"))) as server:
        for _ in range(5):
            desk.type_url(f"http://127.0.0.1:{server.port}/")
            desk.trigger("send")
            wait_until(lambda: desk.document.exchanges, "the exchange")
            desk.trigger("tab.close")
        idle(desk)
    assert desk.messages() == []
    assert replies.open_bodies() == 0


def test_a_preview_replaced_while_its_body_is_read_is_no_bug(desk: Desk, replies: Replies) -> None:
    root = desk.open_sample()
    for path in (HELLO, "responses/an-image.yml") * 2:
        desk.session.items.open_item(ItemKey(root, path), True)
        idle(desk)
        if desk.document.path == path:
            desk.trigger("send")
            wait_until(lambda: desk.document.exchanges, "the exchange")
    idle(desk)
    assert desk.messages() == []
    assert replies.open_bodies() == len(desk.document.exchanges)


def test_answers_go_to_their_own_tabs(desk: Desk) -> None:
    def behave(peer: RecordingPeer) -> None:
        while request := peer.read_request():
            name = request.split(b" ", 2)[1]
            peer.stopping.wait(0.05 if name == b"/0" else 0)
            peer.send(response(name, TEXT))

    with RawServer(behave) as server:
        for number in range(4):
            desk.trigger("request.new")
            desk.type_url(f"http://127.0.0.1:{server.port}/{number}")
            desk.trigger("send")
        idle(desk)

        def shows(text: str) -> bool:
            return desk.body == text

        for number in range(4):
            desk.trigger(f"tab.{number + 1}")
            wait_until(partial(shows, f"/{number}"), f"answer {number}")


# Saving a body


def save_body(desk: Desk, patch: pytest.MonkeyPatch, target: Path) -> None:
    patch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    desk.trigger("response.save")


def test_a_body_is_saved_whole_although_its_tab_is_closed(
    desk: Desk, replies: Replies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = os.urandom(3_000_000)
    target = tmp_path / "answer.bin"
    with RawServer(answering(response(body))) as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        desk.press_send()
    save_body(desk, monkeypatch, target)
    desk.trigger("tab.close")
    wait_until(desk.messages, "the words")
    assert desk.messages() == [f"Saved to {target}"]
    assert target.read_bytes() == body
    assert replies.open_bodies() == 0


def test_a_body_that_cannot_be_saved_there_can_go_elsewhere(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """quality.md rows 28 and 29."""
    with RawServer(answering(response(b"the answer"))) as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        desk.press_send()
    save_body(desk, monkeypatch, tmp_path / "gone" / "answer.txt")
    wait_until(desk.messages, "the words")
    assert desk.messages()[0].startswith("Can't write this file")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "a.txt"), ""))
    desk.click(desk.session.notices.shown()[0].action)
    wait_until(lambda: desk.messages() == [f"Saved to {tmp_path / 'a.txt'}"], "the words")
    assert (tmp_path / "a.txt").read_bytes() == b"the answer"


def test_send_and_save_asks_once_and_only_for_that_send(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(*_: object) -> tuple[str, str]:
        asked.append("once")
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    desk.type_url("http://localhost:99999/")
    desk.trigger("send.save")
    with RawServer(answering(response(b"the answer"))) as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        desk.press_send()
        assert asked == []
        desk.trigger("send.save")
        wait_until(lambda: asked, "the question")
        idle(desk)
        desk.press_send()
    assert asked == ["once"]


# Opening


def test_a_request_that_is_asked_for_twice_has_one_tab(desk: Desk) -> None:
    root = desk.open_sample()
    key = ItemKey(root, HELLO)
    for preview in (True, False, True):  # what a double click asks for
        desk.session.items.open_item(key, preview)
    idle(desk)
    assert desk.tab_titles == ["Say hello"]
    assert not desk.document.preview


def test_a_double_click_in_the_tree_opens_one_pinned_tab(desk: Desk) -> None:
    root = desk.open_sample()
    tree = desk.session.collections.tree
    tree.expandAll()
    index = desk.session.collections.model.index_of(ItemKey(root, HELLO))
    place = tree.visualRect(index).center()
    left = tree.viewport()
    QTest.mouseClick(left, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(left, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseRelease(left, Qt.MouseButton.LeftButton, pos=place)
    idle(desk)
    assert desk.tab_titles == ["Say hello"]
    assert not desk.document.preview


def test_a_request_renamed_while_it_is_read_has_a_tab_at_its_new_place(desk: Desk) -> None:
    root = desk.open_sample()
    desk.session.items.open_item(ItemKey(root, HELLO), True)
    desk.session.workspace.rename(ItemKey(root, HELLO), "Renamed at once")
    idle(desk)
    assert (desk.document.path, desk.tab_titles) == (
        "first-steps/Renamed at once.yml",
        ["Renamed at once"],
    )
    assert not desk.document.edited
    assert desk.messages() == []


def test_a_request_deleted_while_it_is_read_leaves_its_tab_with_what_was_read(desk: Desk) -> None:
    root = desk.open_sample()
    desk.session.items.open_item(ItemKey(root, HELLO), True)
    desk.session.workspace.delete(ItemKey(root, HELLO))
    idle(desk)
    assert (desk.document.path, desk.document.edited) == (None, True)
    assert len(desk.messages()) == 1
    assert desk.messages()[0].startswith("Deleted")


# Failing


def test_a_failing_collection_is_told_and_the_others_stay(desk: Desk, tmp_path: Path) -> None:
    desk.open_sample()
    before = desk.tree()
    desk.session.workspace.open(str(tmp_path / "gone"))
    wait_until(desk.messages, "the words")
    assert "gone" in desk.messages()[0]
    assert desk.tree() == before


def test_a_bug_of_ours_is_owned_up_to_and_the_program_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = desk.open_sample()
    store = desk.ports.collections()
    monkeypatch.setattr(store, "duplicate", lambda *_: 1 / 0)
    desk.session.workspace.duplicate(ItemKey(root, HELLO))
    wait_until(desk.messages, "the words")
    assert desk.messages() == ["Something in HTTPDesk broke. What you typed is kept."]
    desk.session.notices.shown()[0].action.click()
    report = QApplication.clipboard().text()
    assert "ZeroDivisionError" in report
    desk.open_item(root, HELLO)
    desk.press_send()
    assert desk.status == "200 OK"


def test_a_bug_while_sending_gives_send_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.ports.transport(), "send", lambda *_, **__: 1 / 0)
    desk.type_url("http://127.0.0.1:1/")
    desk.trigger("send")
    wait_until(desk.messages, "the words")
    assert not desk.document.sending
    assert not desk.page.editor.url_bar.send.is_cancel


def test_a_bug_while_saving_does_not_block_the_next_save(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = desk.open_sample()
    desk.open_item(root, HELLO)
    with monkeypatch.context() as patch:
        patch.setattr(desk.ports.collections(), "save", lambda *_: 1 / 0)
        desk.type_url("http://127.0.0.1:1/typed")
        desk.trigger("request.save")
        wait_until(desk.messages, "the words")
    desk.trigger("request.save")
    wait_until(lambda: not desk.document.edited, "the save")


# Closing


def test_closed_tabs_are_freed_with_all_their_timers(desk: Desk, small_memory: None) -> None:
    def live() -> tuple[int, int, int]:
        gc.collect()
        wrappers = Shiboken.getAllValidWrappers()
        timers = sum(isinstance(each, QTimer) for each in wrappers)
        widgets = sum(isinstance(each, QWidget) for each in wrappers)
        return timers, widgets, _spool_files()

    def open_and_close() -> weakref.ref[RequestPage]:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        for tab in ("headers", "body", "options"):
            desk.page.editor.pane.show_tab(tab)
        desk.press_send()
        desk.trigger("response-tab.3")
        desk.page.viewer.find()
        assert _spool_files() == 1
        page = weakref.ref(desk.page)
        desk.trigger("tab.close")
        idle(desk)
        _delete_now()
        return page

    with RawServer(answering(response(b"x" * 5000, TEXT))) as server:
        open_and_close()
        before = live()
        pages = [open_and_close() for _ in range(3)]
        assert live() == before
    assert before[2] == 0
    assert [page for page in pages if page() is not None and isValid(page())] == []


def test_a_window_closed_while_a_collection_loads_is_freed(qtbot: QtBot, tmp_path: Path) -> None:
    _many_requests(tmp_path, 400)
    with open_desk() as desk:
        began = threading.Event()
        store = desk.ports.collections()
        opened = store.glance

        def slow(root: str) -> object:
            began.set()
            return opened(root)

        store.glance = slow  # type: ignore[method-assign, assignment]
        desk.session.workspace.open(str(tmp_path))
        wait_until(began.is_set, "the reading")
        window = desk.window
    assert not isValid(window)
    assert _threads() == []


def test_a_collection_that_is_opened_twice_at_once_is_read_once(desk: Desk, tmp_path: Path) -> None:
    """As when it is one of the last run's and named at the start as well."""
    _many_requests(tmp_path, 3)
    read: list[str] = []
    shown: list[str] = []
    store = desk.ports.collections()
    glance = store.glance

    def counted(root: str) -> object:
        read.append(root)
        return glance(root)

    store.glance = counted  # type: ignore[method-assign, assignment]
    workspace = desk.session.workspace
    workspace.collectionOpened.connect(shown.append)
    workspace.open(str(tmp_path), asked=False)
    workspace.open(str(tmp_path))
    wait_until(lambda: shown, "the collection")
    assert read == shown == [str(tmp_path)]
    workspace.open(str(tmp_path))
    wait_until(lambda: len(shown) == 2, "the collection once more")
    assert len(read) == 2


def test_a_window_closed_while_it_saves_brings_the_save_to_its_end(qtbot: QtBot) -> None:
    with open_desk() as desk:
        root = desk.open_sample()
        desk.open_item(root, HELLO)
        desk.type_url("http://127.0.0.1:1/last")
        desk.trigger("request.save")
    assert "http://127.0.0.1:1/last" in Path(root, HELLO).read_text("utf-8")
    with open_desk() as again:
        # The draft is older than the save; the file says that there is nothing left to save.
        wait_until(lambda: not again.document.edited, "the file")
        assert again.document.request.url == "http://127.0.0.1:1/last"


def test_a_closed_window_is_freed_whatever_was_open(qtbot: QtBot, small_memory: None) -> None:
    with RawServer(answering(response(b"x" * 5000, TEXT))) as server, open_desk() as desk:
        root = desk.open_sample()
        desk.open_item(root, HELLO)
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        desk.press_send()
        desk.trigger("palette")
        desk.session.notices.say("Something")
        desk.trigger("request.save-as")
        session = weakref.ref(desk.session)
        desk.window.close()
    _delete_now()
    held = session()
    assert held is None or not isValid(held)
    assert _threads() == []
    del held, desk
    gc.collect()
    assert _spool_files() == 0


@pytest.fixture(autouse=True)
def no_files_left(homes: Path) -> Iterator[None]:
    """No body is left on disk, whatever happened."""
    yield
    assert list(homes.rglob("body-*")) == []


def _spool_files() -> int:
    """Return how many spool files this process holds open; they have no name."""
    links = (f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd"))
    targets = [os.readlink(link) for link in links if os.path.islink(link)]
    return sum("/cache/" in target and "deleted" in target for target in targets)


def _threads() -> list[str]:
    wrappers = Shiboken.getAllValidWrappers()
    running = [each for each in wrappers if isinstance(each, QThread) and each.isRunning()]
    main = QCoreApplication.instance()
    return [each.objectName() for each in running if main is None or each != main.thread()]


def _delete_now() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _many_requests(folder: Path, count: int) -> None:
    (folder / "opencollection.yml").write_text("opencollection: '1.0'\ninfo:\n  name: Many\n")
    text = "info:\n  name: Request {0}\n  type: http\nhttp:\n  method: GET\n  url: http://h/{0}\n"
    for number in range(count):
        (folder / f"request-{number}.yml").write_text(text.format(number))
