"""Undoes content codings piece by piece, and knows whether a stream ended where it should.

requests and urllib3 take a cut gzip stream or junk that calls itself brotli for a whole body;
here each coding must reach its own end with no bytes behind it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from backports import zstd

PIECE = 256 * 1024
"""The most bytes that one call gives out, however well they were compressed."""

_STEP = 16 * 1024
"""Bytes given to a decoder at once: what it leaves over is copied, so it is kept short."""

MAX_CODINGS = 5

ZSTD_WINDOW_LOG = 23
"""The largest window is 8 MB, which is all that a content coding may ask for (RFC 9659): without
a bound a few bytes could claim 128 MB of memory for each coding."""

_GZIP_MAGIC = 0x1F

Data = bytes | memoryview


class DecodingFailed(Exception):
    """The stream is not what its coding promises."""

    def __init__(self, coding: str, reason: str) -> None:
        super().__init__(reason)
        self.coding = coding
        self.reason = reason


class Decoder(Protocol):
    """Undoes one coding."""

    def feed(self, data: Data) -> Iterator[bytes]:
        """Yield what `data` brings, in pieces of at most `PIECE`; raises DecodingFailed."""

    def finish(self) -> None:
        """Raise DecodingFailed when the stream has not come to its own end."""


class ZlibDecoder:
    """gzip (several members too) and deflate, with or without the zlib wrapper."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._engine: zlib._Decompress | None = None
        self._held = b""

    def feed(self, data: Data) -> Iterator[bytes]:
        """Yield what `data` brings."""
        for start in range(0, len(data), _STEP):
            yield from self._feed_step(bytes(data[start : start + _STEP]))

    def finish(self) -> None:
        """Check that the last member is complete."""
        complete = self._engine.eof if self._engine is not None else not self._held
        if not complete:
            raise DecodingFailed(self._coding, "the stream ends early")

    def _feed_step(self, data: bytes) -> Iterator[bytes]:
        data = self._held + data
        self._held = data if self._engine is None and len(data) < 2 else b""
        full = False
        while not self._held and (data or full):
            engine = self._engine_for(data)
            try:
                piece = engine.decompress(data, PIECE)
            except zlib.error as error:
                raise DecodingFailed(self._coding, str(error)) from error
            full = len(piece) == PIECE and not engine.eof
            data = engine.unused_data if engine.eof else engine.unconsumed_tail
            if piece:
                yield piece

    def _engine_for(self, data: bytes) -> zlib._Decompress:
        """Return the engine of the current member; `data` is what comes next."""
        if self._engine is None:
            self._engine = zlib.decompressobj(self._window(data))
        elif self._engine.eof:
            if self._coding != "gzip" or data[0] != _GZIP_MAGIC:
                raise DecodingFailed(self._coding, "there are bytes behind the end of the stream")
            self._engine = zlib.decompressobj(self._window(data))
        return self._engine

    def _window(self, first: bytes) -> int:
        if self._coding == "gzip":
            return 16 + zlib.MAX_WBITS
        # Some servers send raw deflate by the name of deflate; the wrapper has a check of its own.
        wrapped = first[0] & 0x0F == 8 and int.from_bytes(first[:2], "big") % 31 == 0
        return zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS


class BrotliDecoder:
    """br (RFC 7932)."""

    def __init__(self) -> None:
        import brotli  # type: ignore[import-untyped]

        self._engine = brotli.Decompressor()
        self._error: type[Exception] = brotli.error
        self._begun = False

    def feed(self, data: Data) -> Iterator[bytes]:
        """Yield what `data` brings."""
        waiting = bytes(data)
        full = False
        # A full piece may leave output behind even when all input has gone in.
        while waiting or full or not self._engine.can_accept_more_data():
            if waiting and self._engine.is_finished():
                raise DecodingFailed("br", "there are bytes behind the end of the stream")
            self._begun = True
            try:
                piece = self._engine.process(waiting, output_buffer_limit=PIECE)
            except self._error as error:
                raise DecodingFailed("br", "the bytes are not brotli") from error
            waiting = b""
            full = len(piece) >= PIECE and not self._engine.is_finished()
            if piece:
                yield piece

    def finish(self) -> None:
        """Check that the stream is complete."""
        if self._begun and not self._engine.is_finished():
            raise DecodingFailed("br", "the stream ends early")


class ZstdDecoder:
    """zstd (RFC 8878), frames one after another."""

    def __init__(self) -> None:
        from backports import zstd

        self._zstd = zstd
        self._engine = self._new_engine()
        self._begun = False

    def feed(self, data: Data) -> Iterator[bytes]:
        """Yield what `data` brings."""
        waiting = bytes(data)
        while waiting or not (self._engine.eof or self._engine.needs_input):
            if self._engine.eof:
                self._engine = self._new_engine()
            self._begun = True
            try:
                piece = self._engine.decompress(waiting, max_length=PIECE)
            except self._zstd.ZstdError as error:
                raise DecodingFailed("zstd", str(error).rstrip(".")) from error
            waiting = self._engine.unused_data if self._engine.eof else b""
            if piece:
                yield piece

    def finish(self) -> None:
        """Check that the last frame is complete."""
        if self._begun and not self._engine.eof:
            raise DecodingFailed("zstd", "the stream ends early")

    def _new_engine(self) -> zstd.ZstdDecompressor:
        parameter = self._zstd.DecompressionParameter.window_log_max
        return self._zstd.ZstdDecompressor(options={parameter: ZSTD_WINDOW_LOG})


class Chain:
    """Undoes several codings, the one applied last first (RFC 9110 section 8.4)."""

    def __init__(self, decoders: Sequence[Decoder]) -> None:
        self._decoders = decoders

    def feed(self, data: Data) -> Iterator[bytes]:
        """Yield what `data` brings."""
        pieces: Iterable[bytes] = self._decoders[0].feed(data)
        for decoder in self._decoders[1:]:
            pieces = _through(decoder, pieces)
        yield from pieces

    def finish(self) -> None:
        """Check that each stream is complete."""
        for decoder in self._decoders:
            decoder.finish()


def _through(decoder: Decoder, pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield from decoder.feed(piece)


def decoder_for(codings: Sequence[str]) -> Decoder | None:
    """Return what undoes `codings`, listed in the order they were applied; None for none.

    Raises DecodingFailed for a coding that is not known, or for more than `MAX_CODINGS`.
    """
    names = [name for name in (coding.lower() for coding in codings) if name != "identity"]
    if len(names) > MAX_CODINGS:
        raise DecodingFailed(", ".join(names), f"more than {MAX_CODINGS} codings")
    decoders = [_decoder(name) for name in reversed(names)]
    return Chain(decoders) if len(decoders) > 1 else next(iter(decoders), None)


def _decoder(name: str) -> Decoder:
    match name:
        case "gzip" | "x-gzip":
            return ZlibDecoder("gzip")
        case "deflate":
            return ZlibDecoder("deflate")
        case "br":
            return BrotliDecoder()
        case "zstd":
            return ZstdDecoder()
    raise DecodingFailed(name, "the coding is not known")
