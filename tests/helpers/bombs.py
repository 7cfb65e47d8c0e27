"""Small bodies that decode to very large ones; made once in a run, in a fraction of a second."""

from __future__ import annotations

import zlib
from functools import cache

MEMBER = 64 * 1024**2
MEMBERS = 160


def gzipped(data: bytes) -> bytes:
    """Return `data` as one gzip member."""
    engine = zlib.compressobj(wbits=31)
    return engine.compress(data) + engine.flush()


@cache
def zeros_member() -> bytes:
    """Return a gzip member of 64 MiB of zeros, about 64 kB."""
    engine = zlib.compressobj(9, wbits=31)
    block = bytes(1024**2)
    return b"".join(engine.compress(block) for _ in range(MEMBER // len(block))) + engine.flush()


@cache
def gzip_bomb() -> bytes:
    """Return 10 MB that are 10 GiB of zeros: a valid stream of many members."""
    return zeros_member() * MEMBERS


@cache
def gzip_chain() -> bytes:
    """Return the bomb compressed once more, a few kB: `Content-Encoding: gzip, gzip`."""
    return gzipped(gzip_bomb())


@cache
def zstd_bomb(window_log: int = 23) -> bytes:
    """Return 33 kB of zstd that are 1 GiB of zeros; `window_log` says how far it looks back."""
    from backports import zstd

    parameter = zstd.CompressionParameter
    options: dict[int, int] = {parameter.window_log: window_log, parameter.compression_level: 1}
    engine = zstd.ZstdCompressor(options=options)
    block = bytes(1024**2)
    return b"".join(engine.compress(block) for _ in range(1024)) + engine.flush()


@cache
def brotli_bomb() -> bytes:
    """Return 200 kB of brotli that are 1 GiB of zeros."""
    import brotli  # type: ignore[import-untyped]

    engine = brotli.Compressor(quality=1)
    block = bytes(1024**2)
    made: bytes = b"".join(engine.process(block) for _ in range(1024)) + engine.finish()
    return made
