"""Values that a request makes up or asks for, in the real window and on a real terminal."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt

from httpdesk.gui.documents import Document
from httpdesk.model.errors import ValuesNotGiven
from httpdesk.model.request import Header, Request
from tests.helpers.desk import Desk, wait_until
from tests.helpers.fixtures import server
from tests.helpers.raw_server import RawServer

__all__ = ["server"]

KEY = Qt.Key
COMMAND = (sys.executable, "-m", "httpdesk")


def begin(desk: Desk, request: Request) -> Document:
    document = desk.session.documents.new(request)
    desk.page.editor.url_bar.focus_url()
    desk.press(KEY.Key_Return)
    return document


def resolved_url(desk: Desk) -> str:
    return desk.page.editor.url_bar.resolved.text


def test_what_is_made_is_shown_before_it_is_sent(desk: Desk, server: RawServer) -> None:
    """The resolved line has the very UUID and name that leave; the next send has others."""
    url = f"http://127.0.0.1:{server.port}/{{{{$uuid}}}}?name={{{{$randomFirstName}}}}"
    desk.session.documents.new(Request(url=url))
    wait_until(
        lambda: re.search(r"/[0-9a-f-]{36}\?name=(?!randomFirstName)", resolved_url(desk)),
        "made values",
    )
    shown = resolved_url(desk)
    desk.press_send()
    sent = server.requests[0].split()[1].decode()
    assert shown.endswith(sent)
    wait_until(lambda: resolved_url(desk) != shown, "other values")


def test_values_are_asked_for_by_key(desk: Desk, server: RawServer) -> None:
    """Nothing leaves before; a value whose label tells of a secret is typed as bullets."""
    headers = (Header("X-Pin", "{{?One-time password}}"),)
    url = f"http://127.0.0.1:{server.port}/orders/{{{{?Order}}}}"
    document = begin(desk, Request(url=url, headers=headers))
    wait_until(lambda: document.question, "a question")
    assert server.requests == []
    desk.type_here("1001")
    desk.press(KEY.Key_Return)
    desk.type_here("hunter-22")
    assert "hunter-22" not in desk.focus.property("displayText")
    desk.press(KEY.Key_Return)
    wait_until(lambda: document.exchanges, "an exchange")
    head = server.requests[0].decode()
    assert head.startswith("GET /orders/1001 ")
    assert "X-Pin: hunter-22\r\n" in head
    assert "hunter-22" not in repr(document.exchanges[0])
    assert "hunter-22" in document.exchanges[0].secrets | document.exchanges[0].request.secrets


def test_escape_sends_nothing(desk: Desk, server: RawServer) -> None:
    document = begin(desk, Request(url=f"http://127.0.0.1:{server.port}/{{{{?Order}}}}"))
    wait_until(lambda: document.question, "a question")
    desk.type_here("1001")
    desk.press(KEY.Key_Escape)
    wait_until(lambda: not document.sending, "the end of the send")
    assert (server.requests, document.exchanges) == ([], [])


def test_the_error_names_what_was_asked_for(desk: Desk) -> None:
    from httpdesk.cli.messages import describe
    from httpdesk.gui.messages import message_for

    error = ValuesNotGiven(("?Order",))
    assert "No value was given for Order" in message_for(error).title
    assert "asks for values that were not given: Order." in describe(error)


def test_on_a_terminal(server: RawServer, tmp_path: Path) -> None:
    master, slave = pty.openpty()
    url = f"http://127.0.0.1:{server.port}/{{{{?Order number}}}}"
    with subprocess.Popen(
        [*COMMAND, "send", url], stdin=slave, stdout=subprocess.PIPE, stderr=slave
    ) as process:
        os.close(slave)
        shown = b""
        while b"Order number: " not in shown:
            shown += os.read(master, 1000)
        os.write(master, b"7 of 9\n")
        process.communicate(timeout=30)
    os.close(master)
    assert process.returncode == 0
    assert server.requests[0].startswith(b"GET /7%20of%209 ")


def test_nobody_is_asked_without_a_terminal(server: RawServer) -> None:
    url = f"http://127.0.0.1:{server.port}/{{{{?Order number}}}}"
    ended = subprocess.run(
        [*COMMAND, "send", url], capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    assert ended.returncode == 2
    assert b"asks for values that were not given: Order number" in ended.stderr
    assert server.requests == []
