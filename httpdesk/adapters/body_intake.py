"""Takes a body off the wire into its spool, decoded on the way and kept within bounds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from httpdesk.adapters.arrivals import ArrivalMarks
from httpdesk.adapters.body_spool import BodySpool
from httpdesk.adapters.decoding import Decoder, DecodingFailed, decoder_for
from httpdesk.adapters.sending import Sending
from httpdesk.model.errors import BodyTooLarge, SendFailed, UndecodableBody

MAX_DECODED = 2 * 1024**3
"""Bytes that a compressed body may grow to."""

MAX_RATIO = 200
RATIO_APPLIES_FROM = 10 * 1024**2
"""Above this size a body may not be more than `MAX_RATIO` times what came over the wire."""

_RAW_MEMORY = 1024**2


class BodyIntake:
    """Receives the wire's pieces of one body.

    Once decoding fails the rest is only kept raw, so that the raw bytes are whole.
    """

    def __init__(
        self,
        codings: Sequence[str],
        folder: Path | None,
        sending: Sending,
        enough: int | None = None,
    ) -> None:
        self.body = BodySpool(folder)
        self.arrivals = ArrivalMarks()
        self.wire_size = 0
        self.problem: SendFailed | None = None
        """Why the body could not be decoded; `raw_body` is set then."""
        self._sending = sending
        self._enough = enough
        self._raw: BodySpool | None = None
        self._decoder: Decoder | None = None
        try:
            self._decoder = decoder_for(codings)
        except DecodingFailed as error:
            self._undecodable(error)
        if self._decoder is not None or self.problem is not None:
            self._raw = BodySpool(folder, _RAW_MEMORY)

    @property
    def raw_body(self) -> BodySpool | None:
        """The undecoded bytes, once decoding has failed (statement 58)."""
        return self._raw if self.problem is not None else None

    @property
    def has_enough(self) -> bool:
        """Whether so much has come, on the wire or decoded, that no more is wanted."""
        most = max(self.wire_size, self.body.size)
        return self._enough is not None and most >= self._enough

    def take(self, piece: memoryview) -> None:
        """Add a piece; raises StorageFailed, Cancelled or TimedOut."""
        self.wire_size += len(piece)
        self._sending.progress.bytes_received = self.wire_size
        if self._raw is None:
            self.body.write(piece)
        else:
            self._raw.write(piece)
            if self.problem is None and self._decoder is not None:
                self._decode(self._decoder, piece)
        self.arrivals.note(self.body.size)

    def finish(self) -> None:
        """Check that the decoded stream ends where the body does."""
        if self._decoder is None or self.problem is not None:
            return
        try:
            self._decoder.finish()
        except DecodingFailed as error:
            self._undecodable(error)

    def _decode(self, decoder: Decoder, piece: memoryview) -> None:
        try:
            for decoded in decoder.feed(piece):
                self._sending.check()
                self.body.write(decoded)
                if self.has_enough:
                    return
                if self._too_large():
                    self.problem = self._sending.failure(
                        BodyTooLarge, limit=self._limit(), detail="decompressed"
                    )
                    return
        except DecodingFailed as error:
            self._undecodable(error)

    def _limit(self) -> int:
        return min(MAX_DECODED, max(RATIO_APPLIES_FROM, MAX_RATIO * self.wire_size))

    def _too_large(self) -> bool:
        return self.body.size > self._limit()

    def _undecodable(self, error: DecodingFailed) -> None:
        self.problem = self._sending.failure(
            UndecodableBody, coding=error.coding, detail=error.reason
        )
