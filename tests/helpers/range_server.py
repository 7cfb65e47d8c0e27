"""A file server with ranges (RFC 9110 section 14) that cuts answers where a test says.

with RangeServer(b"0123456789", cut_after=4) as server:
    ...  # the first answer ends after 4 bytes, the ones after it are whole
"""

from __future__ import annotations

import re
import threading

from tests.helpers.raw_server import RawServer, RecordingPeer

DATE = "Sun, 22 Nov 2026 08:00:00 GMT"


class RangeServer(RawServer):
    """Serves one file; `data`, `tag` and `modified` may change between requests."""

    def __init__(
        self,
        data: bytes,
        *,
        tag: str = '"v1"',
        modified: str = "",
        cut_after: int | None = None,
        headers: tuple[str, ...] = (),
        ranges: bool = True,
    ) -> None:
        super().__init__(self._behave)
        self.data = data
        self.tag = tag
        self.modified = modified
        self.cut_after = cut_after
        self.headers = headers
        self.ranges = ranges
        self.hold = threading.Event()
        """Cleared, a cut answer stays open until it is set."""
        self.hold.set()

    def _behave(self, peer: RecordingPeer) -> None:
        while request := peer.read_request():
            cut, self.cut_after = self.cut_after, None
            head, body = self._answer(request.decode("latin-1"))
            peer.send(head)
            peer.send(body[:cut])
            if cut is not None:
                while not self.hold.wait(0.01) and not peer.stopping.is_set():
                    pass
                return

    def _answer(self, request: str) -> tuple[bytes, bytes]:
        start = self._asked_from(request)
        facts = [f"Date: {DATE}", "Content-Type: application/octet-stream", *self.headers]
        facts += [f"ETag: {self.tag}"] if self.tag else []
        facts += [f"Last-Modified: {self.modified}"] if self.modified else []
        size = len(self.data)
        if start is None:
            return _head("200 OK", facts, size), self.data
        if start >= size:
            return _head(
                "416 Range Not Satisfiable", [*facts, f"Content-Range: bytes */{size}"], 0
            ), b""
        place = f"Content-Range: bytes {start}-{size - 1}/{size}"
        rest = self.data[start:]
        return _head("206 Partial Content", [*facts, place], len(rest)), rest

    def _asked_from(self, request: str) -> int | None:
        """Return where the asked part begins; None where all of it is to be sent."""
        asked = re.search(r"\r\nRange: bytes=(\d+)-\r\n", request)
        given = re.search(r"\r\nIf-Range: (.*)\r\n", request)
        if asked is None or not self.ranges:
            return None
        same = given is None or given[1] in (self.tag, self.modified)
        return int(asked[1]) if same else None


def _head(status: str, facts: list[str], length: int) -> bytes:
    lines = [f"HTTP/1.1 {status}", *facts, f"Content-Length: {length}", "", ""]
    return "\r\n".join(lines).encode("latin-1")
