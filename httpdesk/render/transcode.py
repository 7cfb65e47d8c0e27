"""Text in any charset to UTF-8, chunk by chunk, so that views only ever read UTF-8.

The bytes as received stay where they are: what is read here goes into bytes of our own, and another
charset is another reading of the same body (statement 53).
"""

from __future__ import annotations

import codecs
from collections.abc import Callable

from httpdesk.model.response import BodyHandle
from httpdesk.render.decode import Charset, count_invalid
from httpdesk.render.rows import Pause, Stopped, no_pause

CHUNK = 64 * 1024
"""Bytes that are decoded at once: at most 2 ms of the interpreter in the slowest charset."""


class Transcoder:
    """Reads one body in one charset, as far as it has arrived, and goes on where it was."""

    def __init__(self, charset: Charset) -> None:
        self.charset = charset
        self.invalid = 0
        """How many places so far were not valid; each became U+FFFD."""
        self.read = 0
        """How many bytes of the body have been read."""
        self._decoder = codecs.getincrementaldecoder(charset.codec)(errors="replace")
        self._at_start = True

    def feed(
        self,
        body: BodyHandle,
        write: Callable[[bytes], object],
        pause: Pause = no_pause,
        *,
        final: bool = True,
    ) -> None:
        """Give `write` what has arrived since, as UTF-8 without a mark; belongs on a worker.

        With `final` the body ends here, and half a character at its end is a fault. Raises Stopped
        when the body is given back, and what `write` and `pause` raise.
        """
        while chunk := self._next(body):
            self._give(chunk, write, final=False)
            pause()
        if final:
            self._give(b"", write, final=True)

    def _next(self, body: BodyHandle) -> bytes:
        try:
            return body.read_at(self.read, CHUNK)
        except (ValueError, OSError) as error:
            raise Stopped from error

    def _give(self, chunk: bytes, write: Callable[[bytes], object], *, final: bool) -> None:
        text = self._decoder.decode(chunk, final)
        self.read += len(chunk)
        if text and self._at_start:
            self._at_start = False
            text = text.removeprefix("\ufeff")
        if text:
            self.invalid += count_invalid(chunk, text, self.charset.codec)
            # UTF-7 can spell half a pair, which no UTF-8 can.
            write(text.encode("utf-8", "replace"))


def transcode(
    body: BodyHandle,
    charset: Charset,
    write: Callable[[bytes], object],
    pause: Pause = no_pause,
) -> int:
    """Give `write` the whole text as UTF-8; return how many places were not valid.

    Raises Stopped when the body is given back, and what `write` and `pause` raise.
    """
    transcoder = Transcoder(charset)
    transcoder.feed(body, write, pause)
    return transcoder.invalid
