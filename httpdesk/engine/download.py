"""Bodies that go to a file of the user: while they arrive, afterwards, or the rest of one."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.resume import Continuation, PartFacts, continuation, part_facts
from httpdesk.model.exchange import Exchange
from httpdesk.model.response import BodyHandle

CHUNK = 1024 * 1024
_LOOK_AGAIN = 0.05
"""Seconds between two looks at a body that arrives."""


class PartFile(Protocol):
    """A file that has its final name only when it is whole; every method raises StorageFailed."""

    @property
    def path(self) -> str:
        """Where the bytes are until `commit`: the name with `.part` behind it."""

    def write(self, data: bytes) -> None:
        """Append bytes."""

    def flush(self) -> None:
        """Hand what was written to the system, so that it is there whatever becomes of us."""

    def commit(self, *, replace: bool = True) -> None:
        """Give the file its name; what is remembered of the part goes.

        Without `replace` it raises NameTaken where there is one of that name, and stays a part.
        """

    def keep_part(self, facts: PartFacts | None) -> None:
        """Leave the part where it is, with what the rest can be asked for with."""

    def discard(self) -> None:
        """Remove the part; nothing happens after one of the others."""


@dataclass(frozen=True, slots=True)
class Part:
    """The beginning of a file that was left by a download."""

    path: str
    size: int
    facts: PartFacts


class DownloadFiles(Protocol):
    """The files that the user saves to; every method raises StorageFailed."""

    def begin(self, path: str) -> PartFile:
        """Begin a new part of the file at `path`, beside an older part."""

    def go_on(self, part: Part, path: str) -> PartFile:
        """Append to a part; commit gives it the name `path`."""

    def part(self, path: str) -> Part | None:
        """Return the part of the file at `path` that can be gone on with."""

    def remove(self, part: Part) -> None:
        """Remove a part that is of no use any more."""


class End:
    """How a send ends, for whoever saves its body meanwhile."""

    def __init__(self, exchange: Exchange | None = None) -> None:
        self._exchange = exchange
        self._told = threading.Event()

    @property
    def exchange(self) -> Exchange | None:
        """The exchange, None while the send goes on."""
        return self._exchange

    def tell(self, exchange: Exchange) -> None:
        """Say how it ended."""
        self._exchange = exchange
        self._told.set()

    def wait(self, seconds: float) -> None:
        """Return when it has ended, or after this time."""
        self._told.wait(seconds)


class Ending(Enum):
    """What became of a download."""

    SAVED = "saved"
    CUT = "cut"
    """A part is there."""
    ANEW = "anew"
    """Saved, but not by going on: all of it came again."""
    REFUSED = "refused"
    """The server did not send the rest; the part is as it was."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What is on disk now."""

    ending: Ending
    path: str
    """The file, or its part."""
    size: int
    """Bytes in it."""
    total: int | None = None
    """Bytes of the whole where it is cut and that is known."""
    part: Part | None = None
    """What can be gone on with."""


def save_arriving(
    arriving: Exchange, end: End, file: PartFile, path: str, cancel: CancelToken
) -> Saved:
    """Write what has come of the body and what comes on, until the send ends; runs on a worker.

    A cut body, or a cancel, leaves the part. Raises StorageFailed, and nothing is left then.
    """
    assert arriving.response is not None
    copy = _Copy(arriving.response.body, file, cancel)
    try:
        while True:
            # Asked before the copy: what comes in between is seen by the next round.
            exchange = end.exchange
            readable = copy.catch_up()
            if exchange is not None or cancel.cancelled or not readable:
                break
            end.wait(_LOOK_AGAIN)
        whole = exchange is not None and exchange.error is None
        if whole and readable and not cancel.cancelled:
            file.commit()
            return Saved(Ending.SAVED, path, copy.at)
        return _cut(file, exchange or arriving, copy.at)
    finally:
        file.discard()


def save_rest(
    exchange: Exchange, part: Part, files: DownloadFiles, path: str, cancel: CancelToken
) -> Saved:
    """Put the answer to `range_headers` behind the part; runs on a worker. Raises StorageFailed."""
    found = continuation(exchange, part.facts, part.size)
    if found is Continuation.REFUSED or exchange.response is None:
        return Saved(Ending.REFUSED, part.path, part.size, part.facts.total, part)
    body = exchange.response.body
    if found is Continuation.ANEW:
        saved = save_arriving(exchange, End(exchange), files.begin(path), path, cancel)
        if saved.ending is not Ending.SAVED:
            return saved
        files.remove(part)
        return Saved(Ending.ANEW, path, saved.size)
    file = files.go_on(part, path)
    copy = _Copy(body, file, cancel)
    try:
        readable = found is Continuation.COMPLETE or copy.catch_up()
        size = part.size + copy.at
        ended = exchange.error is None and readable and not cancel.cancelled
        if ended and part.facts.total in (None, size):
            file.commit()
            return Saved(Ending.SAVED, path, size)
        file.keep_part(part.facts)
    finally:
        file.discard()
    rest = Part(part.path, size, part.facts)
    return Saved(Ending.CUT, part.path, size, part.facts.total, rest)


def _cut(file: PartFile, exchange: Exchange, written: int) -> Saved:
    facts = part_facts(exchange) if written else None
    path = file.path
    file.keep_part(facts)
    part = Part(path, written, facts) if facts is not None else None
    return Saved(Ending.CUT, path, written, facts.total if facts is not None else None, part)


class _Copy:
    """Brings a file up to what has come of a body."""

    def __init__(self, body: BodyHandle, file: PartFile, cancel: CancelToken) -> None:
        self.at = 0
        """Bytes that were written."""
        self._body = body
        self._file = file
        self._cancel = cancel

    def catch_up(self) -> bool:
        """Write what is there; False when the body was given back meanwhile.

        That is when its tab was closed, or its request is sent again.
        """
        while not self._cancel.cancelled:
            try:
                chunk = self._body.read_at(self.at, CHUNK)
            except ValueError:
                return False
            if not chunk:
                break
            self._file.write(chunk)
            self.at += len(chunk)
        self._file.flush()
        return True
