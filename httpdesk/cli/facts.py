"""What `--json` and `--full` have in common: JSON of an exchange, with its body as a stream."""

from __future__ import annotations

import base64
import codecs
import json
from collections.abc import Iterable, Iterator
from typing import Any

from httpdesk.cli.messages import describe
from httpdesk.engine.masking import Masker, mask_headers, mask_url
from httpdesk.model.errors import HttpDeskError, SendFailed
from httpdesk.model.exchange import Exchange
from httpdesk.model.response import BodyHandle, Response

CHUNK = 64 * 1024

Json = dict[str, Any]


class Facts:
    """Values as they may be shown; `masker` is None when credentials may be."""

    def __init__(self, masker: Masker | None) -> None:
        self._masker = masker

    def headers(self, pairs: tuple[tuple[str, str], ...]) -> list[Json]:
        """Return the lines as objects, in their order."""
        shown = mask_headers(pairs) if self._masker else pairs
        return [{"name": name, "value": self.text(value)} for name, value in shown]

    def url(self, url: str) -> str:
        """Return a URL as it may be shown."""
        return self.text(mask_url(url)) if self._masker else url

    def text(self, text: str) -> str:
        """Return a text as it may be shown."""
        return self._masker.text(text) if self._masker else text

    def masked(self, pieces: Iterable[bytes]) -> Iterable[bytes]:
        """Return the pieces of a body as they may be shown."""
        return self._masker.stream(pieces) if self._masker else pieces

    def error(self, error: HttpDeskError | None) -> Json | None:
        """Return an error by its kind, in words and with its stage."""
        if error is None:
            return None
        facts: Json = {"kind": type(error).__name__, "message": self.text(describe(error))}
        if isinstance(error, SendFailed):
            facts |= {"phase": error.phase.value, "sent": error.sent.value}
            facts |= {"elapsed_ms": round(error.elapsed_ms, 3), "host": error.host}
            facts |= {"port": error.port, "detail": self.text(error.detail)}
        return facts


def mark_of(exchange: Exchange) -> str:
    """Return what stands in the facts where the body goes; no server can know it."""
    return f"body-goes-here-{exchange.id}"


def filled(facts: Json, mark: str, body: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the facts as JSON in UTF-8, with the pieces of a JSON value in place of the mark."""
    whole = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
    before, found, after = whole.partition(json.dumps(mark))
    yield encoded(before)
    if found:
        yield from body
    yield encoded(after)


def as_json_string(pieces: Iterable[bytes], *, is_text: bool) -> Iterator[bytes]:
    """Yield a body as a JSON string: its text, or its bytes in base64."""
    yield b'"'
    yield from _as_text(pieces) if is_text else _as_base64(pieces)
    yield b'"'


def body_of(response: Response) -> BodyHandle:
    """Return the body, or its undecoded bytes when decoding failed (statement 58)."""
    return response.body if response.raw_body is None else response.raw_body


def bodies_of(exchange: Exchange) -> tuple[BodyHandle, ...]:
    """Return all spooled bodies, for closing."""
    answers = [each.response for each in (exchange, *exchange.pages) if each.response is not None]
    found = [each.body for each in answers] + [each.raw_body for each in answers]
    return tuple(body for body in found if body is not None)


def read_chunks(handle: BodyHandle) -> Iterator[bytes]:
    """Yield a spooled body in pieces."""
    offset = 0
    while piece := handle.read_at(offset, CHUNK):
        offset += len(piece)
        yield piece


def is_utf8(handle: BodyHandle) -> bool:
    """Return whether the whole body is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in read_chunks(handle):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _as_text(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield UTF-8 as the inside of a JSON string."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for chunk in chunks:
        yield json.dumps(decoder.decode(chunk), ensure_ascii=False)[1:-1].encode()
    decoder.decode(b"", final=True)


def _as_base64(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held = b""
    for chunk in chunks:
        held += chunk
        whole = len(held) // 3 * 3
        yield base64.b64encode(held[:whole])
        held = held[whole:]
    yield base64.b64encode(held)


def encoded(text: str) -> bytes:
    """Return the text as UTF-8."""
    # A lone surrogate cannot be UTF-8; as an escape it is still a part of the JSON text.
    return text.encode("utf-8", "backslashreplace")
