"""Content codings: decoded piece by piece, and every wrong end is noticed (statement 58)."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd

from httpdesk.adapters.decoding import MAX_CODINGS, PIECE, Chain, DecodingFailed, decoder_for


def _raw_deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush()


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "deflate raw": _raw_deflate,
    "br": brotli.compress,
    "zstd": zstd.compress,
}
CODINGS = sorted(ENCODERS)


def coding_of(name: str) -> str:
    """The Content-Encoding of an encoder: both kinds of deflate go by one name."""
    return name.partition(" ")[0]


TEXT = b"".join(b"line %d of a text\n" % number for number in range(5000))


def decode(codings: list[str], data: bytes, step: int = 100_000) -> bytes:
    decoder = decoder_for(codings)
    assert decoder is not None
    pieces = []
    for start in range(0, len(data), step):
        pieces += list(decoder.feed(memoryview(data)[start : start + step]))
    decoder.finish()
    return b"".join(pieces)


@pytest.mark.parametrize("step", [1, 7, 100_000])
@pytest.mark.parametrize("name", CODINGS)
def test_each_coding_is_undone_however_it_is_cut(name: str, step: int) -> None:
    data = ENCODERS[name](TEXT[:20_000])
    assert decode([coding_of(name)], data, step) == TEXT[:20_000]


@pytest.mark.parametrize("name", CODINGS)
def test_a_large_incompressible_body_survives(name: str) -> None:
    data = random.Random(7).randbytes(1_500_000)
    assert decode([coding_of(name)], ENCODERS[name](data)) == data


@pytest.mark.parametrize("name", CODINGS)
def test_pieces_stay_small_however_much_comes_out(name: str) -> None:
    """Fault row 4: a bomb never swells in one call."""
    decoder = decoder_for([coding_of(name)])
    assert decoder is not None
    sizes = [len(piece) for piece in decoder.feed(ENCODERS[name](bytes(20_000_000)))]
    decoder.finish()
    assert sum(sizes) == 20_000_000
    # brotli fills whole blocks of its own before it looks at the limit.
    assert max(sizes) <= 2 * PIECE


@pytest.mark.parametrize("name", CODINGS)
def test_what_a_full_piece_leaves_behind_comes_too(name: str) -> None:
    """The input can be used up while the last bytes still wait for room."""
    for more in range(1, 600, 7):
        data = bytes(PIECE + more)
        assert decode([coding_of(name)], ENCODERS[name](data)) == data


@pytest.mark.parametrize("name", CODINGS)
def test_a_cut_stream_is_noticed(name: str) -> None:
    """Fault row 5: requests takes a cut gzip body for a whole one."""
    data = ENCODERS[name](TEXT)
    with pytest.raises(DecodingFailed, match="ends early"):
        decode([coding_of(name)], data[:-5])


@pytest.mark.parametrize("name", CODINGS)
def test_bytes_behind_the_end_are_noticed(name: str) -> None:
    with pytest.raises(DecodingFailed):
        decode([coding_of(name)], ENCODERS[name](TEXT) + b"trailing")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_junk_is_noticed(coding: str) -> None:
    """urllib3 takes junk that calls itself brotli for an empty body."""
    with pytest.raises(DecodingFailed) as caught:
        decode([coding], b"\xff\xfenothing of the kind" * 20)
    assert caught.value.coding == coding


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_no_bytes_at_all_are_an_empty_body(coding: str) -> None:
    assert decode([coding], b"") == b""


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_members_and_frames_may_follow_each_other(name: str) -> None:
    assert decode([name], ENCODERS[name](b"one ") + ENCODERS[name](b"two")) == b"one two"


def test_stacked_codings_are_undone_from_the_last() -> None:
    assert decode(["gzip", "br"], brotli.compress(gzip.compress(TEXT))) == TEXT
    with pytest.raises(DecodingFailed) as caught:
        decode(["br", "gzip"], gzip.compress(brotli.compress(TEXT)[:-1]))
    assert caught.value.coding == "br"


def test_names_are_read_whatever_their_case() -> None:
    assert decode(["X-GZip"], gzip.compress(b"text")) == b"text"


def test_no_coding_needs_no_decoder() -> None:
    assert decoder_for([]) is None
    assert decoder_for(["identity"]) is None


def test_unknown_and_too_many_codings_are_refused() -> None:
    with pytest.raises(DecodingFailed) as caught:
        decoder_for(["gzip", "sdch"])
    assert caught.value.coding == "sdch"
    assert isinstance(decoder_for(["gzip"] * MAX_CODINGS), Chain)
    with pytest.raises(DecodingFailed, match="more than 5"):
        decoder_for(["gzip"] * (MAX_CODINGS + 1))
