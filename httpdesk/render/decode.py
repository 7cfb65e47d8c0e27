"""Bytes of a body to text, and which charset that took (statements 51 and 53)."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from enum import Enum

GUESS_LENGTH = 32 * 1024
"""Bytes that the guess looks at; its cost grows with the text, its answer hardly changes."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE_BOMS = tuple(mark for mark, codec in _BOMS if codec != "utf-8")
# Codecs of Python that are no charsets of the web; some of them take quadratic time.
_NOT_CHARSETS = frozenset(
    {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
)
_SHOWN_PREFIXES = (("iso8859", "ISO-8859"), ("cp125", "windows-125"), ("ascii", "US-ASCII"))


class CharsetSource(Enum):
    """What decided the charset."""

    CHOSEN = "chosen"
    HEADER = "header"
    BOM = "bom"
    DEFAULT = "default"
    """UTF-8, because the bytes are valid UTF-8."""
    GUESS = "guess"
    FALLBACK = "fallback"
    """ISO-8859-1, which takes every byte."""


@dataclass(frozen=True, slots=True)
class DecodedText:
    """Text, and how it was won from bytes."""

    text: str
    charset: str
    """The name for the user, such as `UTF-8`."""
    source: CharsetSource
    invalid: int = 0
    """How many places were not valid in that charset; each shows as U+FFFD."""
    unknown: str = ""
    """The charset that the header names, when nobody knows it."""


def decode(
    data: bytes,
    charset: str = "",
    *,
    chosen: str = "",
    whole: bool = True,
    json: bool = False,
) -> DecodedText:
    """Return the text of `data`: the chosen charset, the header's, a BOM, UTF-8, a guess, latin-1.

    `whole` is False when `data` is only the beginning of the body, so that a character cut at the
    end is no fault. With `json` nothing is guessed: JSON without a charset is UTF-8 (RFC 8259 8.1).
    """
    for name, source in ((chosen, CharsetSource.CHOSEN), (charset, CharsetSource.HEADER)):
        codec = find_codec(name)
        if codec is not None:
            return _lenient(data, codec, source, whole)
    unknown = charset
    for mark, codec in _BOMS:
        if data.startswith(mark):
            found = _lenient(data, codec, CharsetSource.BOM, whole)
            return _with_unknown(found, unknown)
    strict = _strict_utf8(data, whole)
    if strict is not None:
        return DecodedText(strict, "UTF-8", CharsetSource.DEFAULT, unknown=unknown)
    if json:
        return _with_unknown(_lenient(data, "utf-8", CharsetSource.DEFAULT, whole), unknown)
    return _with_unknown(_guessed(data, whole), unknown)


def find_codec(charset: str) -> str | None:
    """Return Python's name of a charset, or None when it knows none of that name."""
    if not charset:
        return None
    try:
        codec = codecs.lookup(charset)
        b"aaaa".decode(codec.name, "replace")  # refuses what is no text encoding, such as hex
    except (LookupError, ValueError):
        return None
    return None if codec.name.replace("_", "-") in _NOT_CHARSETS else codec.name


def shown_charset(codec: str) -> str:
    """Return the name that the web uses for a codec of Python."""
    for prefix, shown in _SHOWN_PREFIXES:
        if codec.startswith(prefix):
            return shown + codec.removeprefix(prefix)
    return codec.upper().replace("_", "-") if codec.startswith("utf") else codec.upper()


def _with_unknown(found: DecodedText, unknown: str) -> DecodedText:
    return DecodedText(found.text, found.charset, found.source, found.invalid, unknown)


def _lenient(data: bytes, codec: str, source: CharsetSource, whole: bool) -> DecodedText:
    # Without a mark these two are little-endian on the web, and an error in Python.
    if codec in ("utf-16", "utf-32") and not data.startswith(_WIDE_BOMS):
        codec += "-le"
    decoder = codecs.getincrementaldecoder(codec)(errors="replace")
    text = decoder.decode(data, final=whole).removeprefix("\ufeff")
    invalid = text.count("\ufffd")
    if invalid:
        invalid -= _genuine_replacements(data, codec)
    return DecodedText(text, shown_charset(codec), source, max(0, invalid))


def _genuine_replacements(data: bytes, codec: str) -> int:
    """Count U+FFFD that the server itself sent; they are not faults of the decoding."""
    return data.count("\ufffd".encode(codec, "ignore")) if codec.startswith("utf") else 0


def _strict_utf8(data: bytes, whole: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(data, final=whole)
    except UnicodeDecodeError:
        return None


def _guessed(data: bytes, whole: bool) -> DecodedText:
    # Imported late: only bodies that are not UTF-8 and name no charset pay for it.
    from charset_normalizer import from_bytes

    best = from_bytes(data[:GUESS_LENGTH]).best()
    codec = find_codec(best.encoding) if best is not None else None
    if codec is None:
        return _lenient(data, "iso8859-1", CharsetSource.FALLBACK, whole)
    return _lenient(data, codec, CharsetSource.GUESS, whole)
