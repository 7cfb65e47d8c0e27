"""Bad input of every kind: words in their place, nothing typed is lost, and the program goes on."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from httpdesk.adapters import body_spool
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.tables.row_table import RowTable
from httpdesk.model.errors import DiskFull, FileUnwritable
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import RawBody
from tests.helpers.desk import Desk, wait_until
from tests.helpers.fault_server import fault_server
from tests.helpers.raw_server import RawServer, answering, response
from tests.helpers.tls_server import Authority, tls_server

CONFLICT = b"info:\n<<<<<<< ours\n  name: a\n=======\n  name: b\n>>>>>>> theirs\n"


@pytest.fixture
def good() -> Iterator[RawServer]:
    """A server on which the same tab succeeds afterwards."""
    with RawServer(answering(response(b"all is well", "Content-Type: text/plain"))) as server:
        yield server


def goes_on(desk: Desk, good: RawServer) -> None:
    """The same tab sends something good right after."""
    desk.type_url(f"http://127.0.0.1:{good.port}/next")
    desk.press_send()
    assert (desk.status, desk.body) == ("200 OK", "all is well")


def shown_error(desk: Desk, exchange: Exchange) -> str:
    """Return all the words of the error view, which has to be on screen."""
    viewer = desk.page.viewer
    assert exchange.error is not None
    assert viewer.tab_keys()[:2] == ["error", "timeline"]
    content = viewer.error.content
    assert content is not None
    assert content.isVisible()
    viewer.error.copy_details()
    return QGuiApplication.clipboard().text()


# What cannot be sent


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http:///orders", "The URL has no host."),
        ("http://my host/", "my host holds a space"),
        ("http://localhost:99999/", "99999 is above 65535"),
        ("http://localhost:http/", "The port http is not a number"),
        ("gopher://localhost/", "The scheme gopher can't be sent. Use https or http."),
        ("http://localhost/{{nobody}}", "nobody has no value"),
    ],
)
def test_a_url_that_cannot_be_sent(desk: Desk, good: RawServer, url: str, told: str) -> None:
    """Statement 8."""
    desk.type_url(url)
    desk.trigger("send")
    line = desk.page.editor.url_bar.resolved
    wait_until(lambda: line.shows_problem, "the words below the URL")
    assert told in line.text
    assert desk.page.editor.url_bar.url() == url
    assert (desk.document.sending, desk.document.exchanges) == (False, [])
    goes_on(desk, good)


def test_an_empty_url_is_asked_for(desk: Desk, good: RawServer) -> None:
    """Statement 8."""
    desk.trigger("request.new")
    desk.trigger("send")
    wait_until(lambda: desk.page.editor.url_bar.resolved.shows_problem, "the words")
    assert desk.page.editor.url_bar.resolved.text == "Enter a URL."
    goes_on(desk, good)


def test_a_line_break_pasted_into_a_header_value_is_not_sent(desk: Desk, good: RawServer) -> None:
    """Statement 18: nothing may break out of its line."""
    desk.type_url(f"http://127.0.0.1:{good.port}/")
    headers = _headers_table(desk)
    headers.edit_cell(0, 0)
    desk.type_here("X-Note")
    desk.press(Qt.Key.Key_Tab)
    QGuiApplication.clipboard().setText("one\r\nInjected: yes")
    desk.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    desk.press(Qt.Key.Key_Return)
    wait_until(headers.hasFocus, "the cell to close")
    assert desk.document.request.headers[0].value == "one\r\nInjected: yes"
    desk.trigger("send")
    line = desk.page.editor.url_bar.resolved
    wait_until(lambda: line.shows_problem, "the words below the URL")
    assert line.text == "The value of X-Note holds a line break or another control character."
    assert good.requests == []
    desk.trigger("draft.discard")
    goes_on(desk, good)


def test_invalid_json_is_told_with_its_place_and_stays_typed(desk: Desk, good: RawServer) -> None:
    """Statement 41."""
    desk.type_url(f"http://127.0.0.1:{good.port}/")
    body = desk.page.editor.pane.body
    desk.page.editor.pane.show_tab("body")
    body.choose_kind("json")
    editor = body.current_editor()
    assert editor is not None
    desk.type(editor, '{"a": 1 "b"')
    wait_until(lambda: body.note.place, "the place of the mistake")
    assert body.note.place == (1, 9)
    assert "Line 1, column 9: expected a comma" in body.note.text.text()
    assert isinstance(desk.document.request.body, RawBody)
    assert desk.document.request.body.text == editor.body_text()
    editor.selectAll()
    desk.type(editor, '{"a": 1}')
    goes_on(desk, good)


# What is sent and brings no answer


def test_a_name_that_does_not_resolve(desk: Desk, good: RawServer) -> None:
    desk.type_url("http://no-such-host.invalid/")
    words = shown_error(desk, desk.press_send())
    assert "Can't find no-such-host.invalid" in words
    assert "Nothing was sent." in words
    goes_on(desk, good)


def test_a_refused_port(desk: Desk, good: RawServer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        desk.type_url(f"http://127.0.0.1:{port}/")
        words = shown_error(desk, desk.press_send())
    assert f"Nothing is listening on 127.0.0.1:{port}" in words
    assert "Nothing was sent." in words
    goes_on(desk, good)


def test_an_untrusted_certificate_and_the_way_past_it(
    desk: Desk, good: RawServer, tmp_path: Path
) -> None:
    """Statement 74: the unsafe way stands beside its warning, and holds for this request only."""
    with tls_server(Authority(tmp_path).context("localhost")) as server:
        desk.type_url(f"https://localhost:{server.port}/")
        words = shown_error(desk, desk.press_send())
        assert "The server's certificate isn't trusted" in words
        assert server.requests == []
        content = desk.page.viewer.error.content
        assert content is not None
        unsafe = next(each for each in content.buttons if "Ignore" in each.text())
        assert any("Unsafe" in words for words in _visible_words(desk))
        before = len(desk.document.exchanges)
        desk.click(unsafe)
        wait_until(lambda: len(desk.document.exchanges) > before, "the second exchange")
        wait_until(lambda: desk.body == "secure", "the answer")
    assert desk.document.request.options.ignore_tls_errors
    desk.trigger("request.new")
    assert not desk.document.request.options.ignore_tls_errors
    goes_on(desk, good)


def test_a_slow_server_is_cut_at_the_limit(desk: Desk, good: RawServer) -> None:
    """Statement 67."""
    with fault_server("silent") as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        options = desk.page.editor.pane.options
        desk.page.editor.pane.show_tab("options")
        desk.type(options.timeout.line, "0.3")
        exchange = desk.press_send()
    words = shown_error(desk, exchange)
    assert "No response within 300 ms" in words
    assert 300 <= exchange.elapsed_ms < 1500
    goes_on(desk, good)


@pytest.mark.parametrize("fault", ["close-early", "reset-early"])
def test_a_server_that_closes_early(desk: Desk, good: RawServer, fault: str) -> None:
    with fault_server(fault) as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        words = shown_error(desk, desk.press_send())
    assert "closed the connection" in words
    assert "The whole request was sent" in words
    goes_on(desk, good)


# Files that are no requests


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"a: [b\n", "line"),
        (b"just text\n", "Can't understand"),
        (CONFLICT, "unfinished merge"),
        (b"\xff\xfe\x00", "Can't"),
    ],
    ids=["empty", "not-yaml", "text", "conflict", "binary"],
)
def test_a_file_that_is_no_request_is_a_row_with_its_reason(
    desk: Desk, good: RawServer, tmp_path: Path, content: bytes, told: str
) -> None:
    folder = tmp_path / "orders"
    desk.session.workspace.create(str(folder), "Orders")
    wait_until(lambda: desk.tree() == ["Orders"], "the collection")
    file = folder / "broken.yml"
    file.write_bytes(content)
    desk.session.workspace.reload(str(folder))
    wait_until(lambda: desk.tree() == ["Orders", "  broken"], "the broken row")
    panel = desk.session.collections
    index = panel.model.index_of(ItemKey(str(folder), "broken.yml"))
    assert "can't be read" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    panel.tree.setCurrentIndex(index)
    panel.tree.setFocus()
    desk.press(Qt.Key.Key_Return)
    wait_until(desk.messages, "the details")
    assert told in desk.messages()[0]
    assert "broken.yml" in desk.messages()[0]
    assert desk.session.documents.all() == ()
    assert file.read_bytes() == content
    goes_on(desk, good)


def test_a_file_that_breaks_while_its_tab_is_open_is_not_written(
    desk: Desk, good: RawServer
) -> None:
    root = desk.open_sample()
    desk.open_item(root, "first-steps/say-hello.yml")
    desk.type_url("http://127.0.0.1:1/typed")
    file = Path(root, "first-steps/say-hello.yml")
    file.write_bytes(CONFLICT)
    desk.trigger("request.save")
    wait_until(desk.messages, "the words")
    assert file.read_bytes() == CONFLICT
    assert desk.document.edited
    assert desk.page.editor.url_bar.url() == "http://127.0.0.1:1/typed"
    goes_on(desk, good)


# Disks that take nothing


class Disk:
    """Refuses to make files below `folder` with `error` while it is set."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.error = 0
        self._folder = str(folder)
        self._write, self._open = os.write, os.open
        patch.setattr(os, "open", self._checked_open)
        patch.setattr(os, "write", self._checked_write)
        for name in ("mkdir", "link", "rename", "replace", "unlink"):
            patch.setattr(os, name, partial(self._checked_change, getattr(os, name)))

    def _checked_open(self, path: str | Path, flags: int, *rest: int) -> int:
        if self.error in (errno.EROFS, errno.EACCES) and flags & os.O_CREAT:
            self._refuse(os.fspath(path))
        return self._open(path, flags, *rest)

    def _checked_change(
        self, change: Callable[..., object], path: str | Path, *rest: Any, **more: Any
    ) -> None:
        if self.error in (errno.EROFS, errno.EACCES):
            self._refuse(os.fspath(path))
        change(path, *rest, **more)

    def _checked_write(self, handle: int, data: bytes) -> int:
        if self.error == errno.ENOSPC:
            self._refuse(os.readlink(f"/proc/self/fd/{handle}"))
        return self._write(handle, data)

    def _refuse(self, path: str) -> None:
        if path.startswith(self._folder):
            raise OSError(self.error, os.strerror(self.error), path)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (errno.EROFS, "Can't write this file"),
        (errno.EACCES, "Can't write this file"),
        (errno.ENOSPC, "The disk is full"),
    ],
)
def test_a_save_that_the_disk_refuses_keeps_the_file_and_what_was_typed(
    desk: Desk, good: RawServer, monkeypatch: pytest.MonkeyPatch, error: int, told: str
) -> None:
    """quality.md rows 28, 29: the old file is whole, the mark stays, another place is offered."""
    root = desk.open_sample()
    desk.open_item(root, "first-steps/say-hello.yml")
    file = Path(root, "first-steps/say-hello.yml")
    before, names = file.read_bytes(), sorted(os.listdir(file.parent))
    disk = Disk(Path(root), monkeypatch)
    typed = f"http://127.0.0.1:{good.port}/typed"
    desk.type_url(typed)
    disk.error = error
    desk.trigger("request.save")
    wait_until(desk.messages, "the words")
    assert told in desk.messages()[0]
    assert (file.read_bytes(), sorted(os.listdir(file.parent))) == (before, names)
    assert desk.document.edited
    disk.error = 0
    action = desk.session.notices.shown()[0].action
    if error == errno.ENOSPC:
        assert action.text() == "Try again"
        desk.click(action)
        wait_until(lambda: not desk.document.edited, "the save")
        assert typed.encode() in file.read_bytes()
    else:
        assert action.text() == "Save as…"
        desk.click(action)
        desk.fill_form(name="Elsewhere")
        wait_until(lambda: not desk.document.edited, "the save")
        assert desk.document.path == "first-steps/Elsewhere.yml"
        assert file.read_bytes() == before
    goes_on(desk, good)


@pytest.mark.parametrize(
    "change",
    ["item.duplicate", "item.delete", "item.move", "item.move-down", "folder.new", "rename"],
)
def test_a_read_only_collection_is_told_of_and_stays_as_it_is(
    desk: Desk, good: RawServer, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """quality.md row 29."""
    root = desk.open_sample()
    desk.open_item(root, "first-steps/say-hello.yml")
    before, tree = _contents(root), desk.tree()
    disk = Disk(Path(root), monkeypatch)
    disk.error = errno.EROFS
    key = ItemKey(root, "first-steps/say-hello.yml")
    desk.session.collections.select(key)
    if change == "rename":
        desk.session.workspace.rename(key, "Another name")
    else:
        desk.trigger(change)
    form = desk.session.notices.form()
    if change == "folder.new":
        desk.fill_form(name="New")
    elif form.isVisible():
        desk.click(form.accept_button)
    wait_until(desk.messages, "the words")
    disk.error = 0
    assert desk.messages()[0].startswith("Can't write this file")
    assert (_contents(root), desk.tree()) == (before, tree)
    assert desk.document.path == "first-steps/say-hello.yml"
    goes_on(desk, good)


def test_drafts_that_the_disk_refuses_are_told_once_and_kept_when_there_is_room(
    desk: Desk, good: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """quality.md row 28: what could not be written is written when the window closes."""
    desk.trigger("request.new")
    store = desk.ports.drafts()
    save = store.save_draft
    tried: list[str] = []

    def full(draft: object) -> None:
        tried.append("draft")
        raise DiskFull(path="httpdesk.db")

    monkeypatch.setattr(store, "save_draft", full)
    desk.type_url("http://127.0.0.1:1/first")
    wait_until(lambda: len(tried) > 0, "a draft")
    wait_until(desk.messages, "the words")
    desk.type_url("http://127.0.0.1:1/second")
    wait_until(lambda: len(tried) > 1, "another draft")
    desk.settle()
    assert len(desk.messages()) == 1
    assert "The disk is full" in desk.messages()[0]
    goes_on(desk, good)
    typed = desk.page.editor.url_bar.url()
    wait_until(lambda: len(tried) > 2, "a third draft")
    desk.settle()
    monkeypatch.setattr(store, "save_draft", save)
    desk.window.close()
    assert [draft.request.url for draft in store.drafts()] == [typed]


def test_a_body_that_the_disk_has_no_room_for_is_kept_as_far_as_it_came(
    desk: Desk, good: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """quality.md row 28, the spool."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(body_spool, "_write_all", full)
    large = response(b"x" * (body_spool.MEMORY_LIMIT + 4_000_000), "Content-Type: text/plain")
    with RawServer(answering(large)) as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        exchange = desk.press_send()
    assert exchange.response is not None
    assert 0 < exchange.response.body.size <= body_spool.MEMORY_LIMIT
    words = " ".join(_visible_words(desk))
    assert "disk is full" in words.lower()
    monkeypatch.undo()
    goes_on(desk, good)


def test_a_cache_folder_that_cannot_be_made_is_told(
    desk: Desk, good: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure before anything is sent is no silence."""

    def refused() -> None:
        raise FileUnwritable(path="/nowhere/cache", detail="Read-only file system")

    wait_until(lambda: desk.session.jobs.running == 0, "the warm-up")
    monkeypatch.setattr(desk.ports.transport, "_made", [])
    monkeypatch.setattr(desk.ports.transport, "_make", refused)
    desk.type_url(f"http://127.0.0.1:{good.port}/")
    desk.click(desk.page.editor.url_bar.send)
    wait_until(desk.messages, "the words")
    assert "/nowhere/cache" in desk.messages()[0]
    assert not desk.document.sending
    monkeypatch.undo()
    goes_on(desk, good)


def _contents(root: str) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path(root).rglob("*") if path.is_file()}


def _headers_table(desk: Desk) -> RowTable:
    desk.page.editor.pane.show_tab("headers")
    return desk.page.editor.pane.headers.own.table


def _visible_words(desk: Desk) -> list[str]:
    return [each.text() for each in desk.window.findChildren(QLabel) if each.isVisible()]
