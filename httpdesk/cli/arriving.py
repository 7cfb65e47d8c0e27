"""Prints the body of an answer while it arrives, where nothing can take its place any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from httpdesk.cli.facts import CHUNK
from httpdesk.cli.output import Output
from httpdesk.engine.ports import Progress
from httpdesk.model.errors import StorageFailed
from httpdesk.model.exchange import Exchange
from httpdesk.model.response import BodyHandle, Response
from httpdesk.render.content_type import SNIFF_LENGTH, looks_binary, parse_media_type

LOOK_AGAIN = 0.05
"""Seconds between two looks at what has come."""


class ArrivingBody:
    """Prints on the main thread; what is left at the end is printed by `rest`.

    It waits for the end where the send may be repeated or go on with other pages, where the body is
    encoded, so that its bytes may turn out to be printed as they came, and for binary data on a
    terminal.
    """

    def __init__(
        self, output: Output, before: Callable[[Exchange], None], *, waits: bool = False
    ) -> None:
        """`before` prints what stands before the body; with `waits` only the whole is of use."""
        self._output = output
        self._before = before
        self._body: BodyHandle | None = None
        self._at = 0
        self._waits = waits
        self._failure: BrokenPipeError | StorageFailed | None = None

    @property
    def failed(self) -> bool:
        """Whether nothing more can be printed; `rest` raises why."""
        return self._failure is not None

    def follow(self, progress: Progress, goes_on: Callable[[], bool]) -> None:
        """Print until `goes_on`, which waits a moment for more, says that the send has ended.

        Returns at once while there is nothing to print.
        """
        arriving = progress.arriving
        if self._waits or self._body is not None or arriving is None or progress.attempts > 1:
            return
        response = arriving.response
        if response is None or not response.body.size:
            return
        self._waits = not self._can_print(arriving, response)
        if self._waits:
            return
        self._body = response.body
        try:
            self._before(arriving)
            media = parse_media_type(response.header("content-type"))
            self._output.body(self._chunks(goes_on), media.charset)
        except (BrokenPipeError, StorageFailed) as error:
            self._failure = error

    def rest(self) -> bool:
        """Return whether the body was printed here, now to its end; raises why it could not."""
        if self._failure is not None:
            raise self._failure
        if self._body is None:
            return False
        if self._at < self._body.size:
            self._output.body(self._chunks(lambda: False))
        return True

    def _can_print(self, arriving: Exchange, response: Response) -> bool:
        options = arriving.request.options
        if options.follow_pages or options.full_response or response.header("content-encoding"):
            return False
        if not self._output.is_terminal:
            return True
        media = parse_media_type(response.header("content-type"))
        return not looks_binary(response.body.read_at(0, SNIFF_LENGTH), media.charset)

    def _chunks(self, goes_on: Callable[[], bool]) -> Iterator[bytes]:
        """Yield what comes; what came before the end was told is yielded after it."""
        assert self._body is not None
        more = True
        while more:
            more = goes_on()
            while piece := self._body.read_at(self._at, CHUNK):
                self._at += len(piece)
                yield piece
