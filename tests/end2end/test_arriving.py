"""The answer in the window while its body arrives, from real servers."""

from __future__ import annotations

import threading
import time
import zlib
from dataclasses import replace

from httpdesk.gui.item_models.event_table import EventColumn
from httpdesk.gui.response.events_page import EventsPage
from httpdesk.gui.response.notice_bar import NoticeBar
from tests.helpers.desk import Desk, wait_until
from tests.helpers.page_tools import text_view
from tests.helpers.raw_server import Behaviour, RawServer, RecordingPeer


class Tap:
    """An answer that comes in parts, each when the test lets it."""

    def __init__(self, head: bytes, *parts: bytes, closes: bool = False) -> None:
        self.closes = closes
        self.head = head
        self.parts = parts
        self._taps = [threading.Event() for _ in parts]

    def open(self, part: int) -> None:
        """Let the part with this number be sent."""
        self._taps[part].set()

    def behaviour(self) -> Behaviour:
        """Return what a server does: the head at once, then each part."""

        def behave(peer: RecordingPeer) -> None:
            peer.read_request()
            peer.send(self.head)
            for tap, part in zip(self._taps, self.parts, strict=True):
                while not tap.wait(0.01):
                    if peer.stopping.is_set():
                        return
                peer.send(part)
            if not self.closes:
                peer.wait_until_gone()

        return behave


def head(kind: str, length: int | None, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}"]
    lines.append(f"Content-Length: {length}" if length is not None else "Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def start(desk: Desk, server: RawServer, path: str = "/") -> None:
    desk.type_url(f"http://127.0.0.1:{server.port}{path}")
    desk.click(desk.page.editor.url_bar.send)


def test_status_headers_and_first_lines_are_there_before_the_end(desk: Desk) -> None:
    """Statement 59: the first part is shown; nothing is dimmed, and the end changes nothing."""
    first, rest = b"first line\nsecond line\n", b"last line\n"
    tap = Tap(head("text/plain", len(first) + len(rest)), first, rest)
    with RawServer(tap.behaviour()) as server:
        start(desk, server)
        tap.open(0)
        viewer = desk.page.viewer
        wait_until(lambda: "second line" in desk.body, "the first lines")
        assert desk.document.exchange is None
        assert desk.status == "200 OK"
        assert viewer.veil.isHidden()
        viewer.select_tab("headers")
        assert "text/plain" in viewer.headers.model.as_text()
        viewer.select_tab("body")
        wait_until(lambda: not viewer.arrival.bar.isHidden(), "the transfer bar")
        top = viewer.body.mapToGlobal(viewer.body.rect().topLeft())
        tap.open(1)
        wait_until(lambda: desk.document.exchange is not None, "the end")
        wait_until(lambda: "last line" in desk.body, "the last line")
        assert viewer.body.mapToGlobal(viewer.body.rect().topLeft()) == top
        assert not viewer.arrival.bar.isHidden()
        assert "33 B came in" in viewer.arrival.bar.text.text()


def test_cancel_keeps_what_came(desk: Desk) -> None:
    """Section 3.5, state "Cancelled": bytes received so far stay."""
    tap = Tap(head("text/plain", 1000), b"so far\n")
    with RawServer(tap.behaviour()) as server:
        start(desk, server)
        tap.open(0)
        wait_until(lambda: "so far" in desk.body, "the first lines")
        bar = desk.page.viewer.arrival.bar
        wait_until(lambda: not bar.isHidden(), "the transfer bar")
        desk.click(bar.cancel)
        wait_until(lambda: desk.document.exchange is not None, "the end")
        assert desk.status == "Cancelled"
        wait_until(lambda: not desk.page.viewer.body.busy, "the body to be read")
        assert "so far" in desk.body


def test_an_attempt_that_is_repeated_gives_its_place_back(desk: Desk) -> None:
    """Statement 66: what was on screen of a cut body goes when the request is sent again."""
    cut = Tap(head("text/plain", 100), b"half of it\n", b"more", closes=True)
    whole = Tap(head("text/plain", 10), b"all of it\n")
    behaviours = [cut.behaviour(), whole.behaviour()]

    def behave(peer: RecordingPeer) -> None:
        behaviours.pop(0)(peer)

    with RawServer(behave) as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        request = desk.document.request
        options = replace(request.options, retry_max=1, retry_delay_ms=60_000)
        desk.session.documents.edit(desk.document, replace(request, options=options))
        desk.page.show_content()
        desk.click(desk.page.editor.url_bar.send)
        viewer = desk.page.viewer
        cut.open(0)
        wait_until(lambda: "half of it" in desk.body, "the first lines")
        cut.open(1)
        wait_until(lambda: viewer.pages.currentWidget() is viewer.empty, "the wait")
        wait_until(viewer.tabs.isHidden, "the tabs to go")
        words = "Attempt 2 of 2 starts in"
        wait_until(lambda: words in viewer.status.phase.text(), "the words of the wait")
        whole.open(0)
        desk.click(viewer.status.retry_now)
        wait_until(lambda: desk.document.exchange is not None, "the end")
        wait_until(lambda: "all of it" in desk.body, "the whole answer")
        wait_until(lambda: desk.status == "200 OK", "the status of the end")


def test_events_are_listed_while_they_come_and_cancel_keeps_them(desk: Desk) -> None:
    """quality.md, row 2: an endless stream of events is shown as it comes."""
    events = [b"data: %d\n\n" % number for number in range(3)]
    tap = Tap(head("text/event-stream", None), *events)
    with RawServer(tap.behaviour()) as server:
        start(desk, server)
        for number in range(3):
            tap.open(number)
            wait_until(lambda: len(listed(desk)) == number + 1, f"event {number}")  # noqa: B023
        desk.trigger("cancel")
        wait_until(lambda: desk.document.exchange is not None, "the end")
        assert desk.status == "Cancelled"
        assert listed(desk) == ["0", "1", "2"]


def listed(desk: Desk) -> list[str]:
    """Return the data of the events in the list."""
    page = desk.page.viewer.body.page
    if not isinstance(page, EventsPage):
        return []
    rows = range(page.model.rowCount())
    return [page.model.index(row, EventColumn.DATA).data() for row in rows]


def test_lines_that_are_read_stay_where_they_are(desk: Desk) -> None:
    """Part 2: what is shown when it ends is the same view, at the same place."""
    lines = [b"line %d of what is read\n" % number for number in range(4_000)]
    first, rest = b"".join(lines[:2_000]), b"".join(lines[2_000:])
    tap = Tap(head("text/plain", len(first) + len(rest)), first, rest)
    with RawServer(tap.behaviour()) as server:
        start(desk, server)
        tap.open(0)
        wait_until(lambda: "line 1999" in desk.body, "the first lines")
        view = text_view(desk.page.viewer.body)
        bar = view.verticalScrollBar()
        bar.setValue(bar.maximum() // 2)
        desk.settle()
        before, page = view.text_on_screen(), desk.page.viewer.body.page
        assert "line 0 " not in before
        tap.open(1)
        wait_until(lambda: desk.document.exchange is not None, "the end")
        wait_until(lambda: "line 3999" in desk.body, "the last line")
        desk.settle()
        assert view.text_on_screen() == before
        assert desk.page.viewer.body.page is page


def test_a_body_that_ends_early_is_said_to_and_stays(desk: Desk) -> None:
    """quality.md, row 3: bytes so far shown, "incomplete: 500 of 1,000"."""
    tap = Tap(head("text/plain", 1000), b"x" * 400, b"y" * 100, closes=True)
    with RawServer(tap.behaviour()) as server:
        start(desk, server)
        tap.open(0)
        wait_until(lambda: "xxxx" in desk.body, "the first bytes")
        tap.open(1)
        wait_until(lambda: desk.document.exchange is not None, "the end")
        wait_until(lambda: "yyyy" in desk.body, "the last bytes")
        assert desk.status == "Incomplete"
        wait_until(lambda: any("500 of 1,000 bytes" in text for text in notices(desk)), "the words")


def notices(desk: Desk) -> list[str]:
    """Return the sentences above the body."""
    bars = desk.page.viewer.body.findChildren(NoticeBar)
    return [bar.text.text() for bar in bars if not bar.isHidden()]


def test_an_endless_stream_ends_at_the_limit_over_everything(desk: Desk) -> None:
    """quality.md, row 2: the partial body is kept and marked."""

    def behave(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(head("text/event-stream", None))
        while not peer.stopping.wait(0.02):
            peer.send(b"data: tick\n\n")

    with RawServer(behave) as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        request = desk.document.request
        options = replace(request.options, total_timeout_ms=1_200)
        desk.session.documents.edit(desk.document, replace(request, options=options))
        desk.page.show_content()
        desk.click(desk.page.editor.url_bar.send)
        wait_until(lambda: len(listed(desk)) > 5, "events")
        wait_until(lambda: desk.document.exchange is not None, "the end")
        assert desk.status == "Timed out"
        assert 1_100 <= desk.exchange.elapsed_ms <= 1_300
        assert len(listed(desk)) > 20


def test_an_endless_body_can_be_cancelled_at_once(desk: Desk) -> None:
    """quality.md, row 6: cancel within 200 ms, 500 ms on a busy computer."""
    block = b"a line of an endless body\n" * 40_000

    def behave(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(head("text/plain", None))
        while not peer.stopping.is_set():
            peer.send(block)

    with RawServer(behave) as server:
        start(desk, server)
        wait_until(lambda: desk.page.viewer.arrival.exchange is not None, "the answer")
        wait_until(lambda: not desk.page.viewer.arrival.bar.isHidden(), "the transfer bar")
        began = time.monotonic()
        desk.click(desk.page.viewer.arrival.bar.cancel)
        wait_until(lambda: desk.document.exchange is not None, "the end")
        assert time.monotonic() - began < 0.5
        assert desk.status == "Cancelled"


def test_a_compressed_stream_is_decoded_as_it_comes(desk: Desk) -> None:
    """Each event is flushed by the server and seen before the next one."""
    packer = zlib.compressobj(wbits=31)
    parts = [
        packer.compress(b"data: %d\n\n" % number) + packer.flush(zlib.Z_SYNC_FLUSH)
        for number in range(3)
    ]
    coded = head("text/event-stream", None).replace(
        b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n"
    )
    tap = Tap(coded, *parts, packer.flush(), closes=True)
    with RawServer(tap.behaviour()) as server:
        start(desk, server)
        for number in range(3):
            tap.open(number)
            wait_until(lambda: len(listed(desk)) == number + 1, f"event {number}")  # noqa: B023
        tap.open(3)
        wait_until(lambda: desk.document.exchange is not None, "the end")
        assert desk.status == "200 OK"
        assert listed(desk) == ["0", "1", "2"]


def test_text_of_another_charset_grows_too(desk: Desk) -> None:
    """Statement 53: the charset of the header; what is cut inside a character waits."""
    text = "erste Zeile äöü\nzweite Zeile 東京\nlast line\n".encode("utf-16-le")
    tap = Tap(head("text/plain; charset=utf-16le", len(text)), text[:41], text[41:])
    with RawServer(tap.behaviour()) as server:
        start(desk, server)
        tap.open(0)
        wait_until(lambda: "erste Zeile äöü" in desk.body, "the first line")
        page = desk.page.viewer.body.page
        tap.open(1)
        wait_until(lambda: desk.document.exchange is not None, "the end")
        wait_until(lambda: "last line" in desk.body, "the last line")
        assert "zweite Zeile 東京" in desk.body
        assert "�" not in desk.body
        assert desk.page.viewer.body.page is page


def test_a_tree_that_was_chosen_waits_for_the_end_and_then_shows_itself(desk: Desk) -> None:
    """ui.md 3.5: what a view needs is said, and Pretty stands in its place meanwhile."""
    first, rest = b'{"name": "oak",\n', b'"age": 100}'
    size = len(first) + len(rest)
    kind = head("application/json", size)
    taps = [Tap(kind, first, rest, closes=True) for _ in range(2)]
    behaviours = [tap.behaviour() for tap in taps]

    def behave(peer: RecordingPeer) -> None:
        behaviours.pop(0)(peer)

    with RawServer(behave) as server:
        start(desk, server)
        body = desk.page.viewer.body
        taps[0].open(0)
        wait_until(lambda: "oak" in desk.body, "the first line")
        assert body.bar.current == "pretty"
        body.choose("tree")
        assert body.bar.current == "pretty"
        assert notices(desk) == ["Tree is shown once all of the body has arrived."]
        body._on_action("stay-in-view")
        wait_until(lambda: not notices(desk), "the notice to go")
        body.choose("tree")
        taps[0].open(1)
        wait_until(lambda: body.bar.current == "tree" and not body.busy, "the tree")
        wait_until(lambda: not notices(desk), "the notice to go at the end")
        wait_until(lambda: desk.document.exchange is not None, "the end")

        desk.click(desk.page.editor.url_bar.send)
        taps[1].open(0)
        words = ["Tree is shown once all of the body has arrived."]
        wait_until(lambda: notices(desk) == words, "the notice for the choice of before")
        assert body.bar.current == "pretty"
        taps[1].open(1)
        wait_until(lambda: body.bar.current == "tree" and not body.busy, "the tree again")
