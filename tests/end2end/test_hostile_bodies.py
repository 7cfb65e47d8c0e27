"""Bodies made to hurt, in every view of the real window: alive, nothing loaded, shown as sent.

The large ones have a tenth of their size; the whole with HTTPDESK_TEST_ALL=1 in the environment.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from httpdesk.gui.response.body_views import titles
from httpdesk.gui.response.hex_page import HexPage
from httpdesk.gui.response.image_page import ImagePage
from httpdesk.gui.response.notice_bar import NoticeBar
from tests.end2end.test_faults import Heartbeat
from tests.helpers.desk import Desk, wait_until
from tests.helpers.hostile_bodies import ACTIVE, BODIES, EVERYTHING, Trap
from tests.helpers.page_tools import text_view
from tests.helpers.raw_server import RawServer, answering, response

LONGEST_GAP = 2.0
"""Seconds; 0.2 are asked for on a quiet computer, what hangs takes many on any."""
QT_OF_IMAGES = "JPEG datastream contains no image"
"""What Qt prints of images that are none."""
LIMIT_MS = 300_000 if EVERYTHING else 60_000

ROWS = {
    "22": ("json-",),
    "23": (
        "long-",
        "nul-",
        "wrong-",
        "charset-",
        "controls",
        "bidi",
        "broken",
        "many-",
        "combining",
    ),
    "24": ("png-", "gif-", "jpeg-", "svg-", "xml-"),
    "lists": ("html-", "events-", "lines-", "csv-", "form-", "multipart-"),
}
"""How the names of bodies begin, by the row of quality.md."""
SEEN = {
    "json-bigint": '"id": 12345678901234567890,\n  "n": 1.10',
    "json-dupkeys": '"a": 1,\n  "b": 2,\n  "a": 3',
    "wrong-charset": "Gr\ufffd\ufffde, d\ufffdj\ufffd vu",
    "bidirectional": "abc \u2039U+202E\u203atxt.exe\u2039U+202C\u203a \u2039U+2066\u203aevil",
    "broken-utf-8": "a\ufffd\ufffd(",
}
DOUBTS = {
    "json-dupkeys": 'repeats the key "a"',
    "wrong-charset": "400 places are not valid UTF-8",
    "charset-bogus": "The charset “klingon” is not known. Shown as UTF-8.",
    "charset-rot": "The charset “rot13” is not known.",
}
REFUSED = {
    "png-bomb": "60,000 by 60,000 pixels are too many to show here.",
    "png-none": "The image is damaged and can't be shown.",
    "gif-cut": "The image is damaged and can't be shown.",
    "jpeg-cut": "The image is damaged and can't be shown.",
}


def show(desk: Desk, media: str, body: bytes) -> None:
    """Send for a body, and wait until it is on screen."""
    with RawServer(answering(response(body, f"Content-Type: {media}"))) as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        desk.press_send()
    settle(desk)


def settle(desk: Desk) -> None:
    """Wait until nothing of the body is on its way."""
    wait_until(lambda: not desk.page.viewer.body.busy, "the body", LIMIT_MS)


def every_view(desk: Desk) -> Iterator[str]:
    """Choose each view that fits, as the user may, and yield its key once it is there."""
    body = desk.page.viewer.body
    for key, _ in titles():
        body.choose(key)
        if body.bar.current == key:
            settle(desk)
            yield key


def names_of(row: str) -> list[str]:
    """Return the names of the bodies of a row."""
    return [name for name in BODIES if name.startswith(ROWS[row])]


def lived_through(desk: Desk, media: str, body: bytes) -> tuple[float, list[str]]:
    """Look at a body in every view; return the longest gap in seconds, and the views."""
    heart = Heartbeat()
    show(desk, media, body)
    seen = list(every_view(desk))
    return heart.stop(), seen


def notices(desk: Desk) -> str:
    """Return the sentences above the body."""
    bars = desk.page.viewer.body.findChildren(NoticeBar)
    return " ".join(bar.text.text() for bar in bars if not bar.isHidden())


def first_lines(desk: Desk) -> str:
    """Return the text on screen."""
    return text_view(desk.page.viewer.body).text_on_screen()


@pytest.mark.qt_log_ignore(QT_OF_IMAGES)
@pytest.mark.parametrize("row", ROWS)
def test_the_window_lives_in_every_view(desk: Desk, row: str) -> None:
    """Faults 22, 23 and 24: the window answers while each view shows the body, and sends on."""
    for name in names_of(row):
        hostile = BODIES[name]
        data = hostile.make()
        gap, seen = lived_through(desk, hostile.media, data)
        if gap >= LONGEST_GAP:
            gap, _ = lived_through(desk, hostile.media, data)  # others may need the computer
        assert "hex" in seen, name
        assert (desk.status, desk.messages()) == ("200 OK", []), name
        assert gap < LONGEST_GAP, name
    show(desk, "text/plain", b"well")
    assert desk.exchange.response is not None
    assert desk.exchange.response.body.read_at(0, 99) == b"well"


def test_every_body_is_tried() -> None:
    assert sorted(name for row in ROWS for name in names_of(row)) == sorted(BODIES)


def test_what_was_sent_is_what_is_seen(desk: Desk) -> None:
    """Faults 22 and 23, statements 52 and 53: nothing is changed, and nothing stays unseen."""
    for name, words in SEEN.items():
        show(desk, BODIES[name].media, BODIES[name].make())
        assert words in first_lines(desk), name


def test_bytes_that_are_hardly_text_are_digits(desk: Desk) -> None:
    """Fault 23: text or hex."""
    for name, words in {"nul-text": "72 65 00", "controls": "1b 5d 30 3b 74"}.items():
        show(desk, BODIES[name].media, BODIES[name].make())
        assert desk.body == "", name
        desk.page.viewer.body.choose("hex")
        settle(desk)
        page = desk.page.viewer.body.page
        assert isinstance(page, HexPage)
        assert words in " ".join(page.view.text_on_screen().split()), name


def test_what_is_doubtful_is_named(desk: Desk) -> None:
    """Faults 22 and 23, statements 52 and 53: repeated keys, encoding named."""
    for name, words in DOUBTS.items():
        show(desk, BODIES[name].media, BODIES[name].make())
        wait_until(lambda: words in notices(desk), f"{words} of {name}")  # noqa: B023


@pytest.mark.qt_log_ignore(QT_OF_IMAGES)
def test_an_image_that_cannot_be_shown_is_refused_in_words(desk: Desk) -> None:
    """Fault 24: refused with size."""
    for name, words in REFUSED.items():
        show(desk, BODIES[name].media, BODIES[name].make())
        page = desk.page.viewer.body.page
        assert isinstance(page, ImagePage), name
        assert page.message.text.text() == words, name
        assert not page.image.has_image


@contextmanager
def watched(desk: Desk, folder: Path, port: int) -> Iterator[Trap]:
    """Give a trap, and fail when a process waits to read its file: a pipe that nobody fills."""
    pipe = folder / "red.png"
    os.mkfifo(pipe)
    yield Trap(f"http://127.0.0.1:{port}", str(pipe))
    desk.settle()
    with pytest.raises(OSError, match="No such device"):  # no reader
        os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the trap is a pipe with a name")
@pytest.mark.parametrize("name", ACTIVE)
def test_nothing_is_loaded_by_any_view(desk: Desk, tmp_path: Path, name: str) -> None:
    """Faults 24 and 25: 0 requests, 0 file reads, title unchanged."""
    media, text = ACTIVE[name]
    with RawServer(answering(response(b"trapped"))) as trap:
        with watched(desk, tmp_path, trap.port) as bait:
            show(desk, media, bait.fill(text))
            title = desk.window.windowTitle()
            seen = list(every_view(desk))
        assert trap.requests == []
        assert trap.connections == 0
    assert {"raw", "hex"} < set(seen)
    assert "Stolen" not in title
    assert desk.window.windowTitle() == title
