"""Bytes of a body to text, and which charset that took (statements 51 and 53)."""

from __future__ import annotations

import codecs
import re
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
_XML_DECLARATION = re.compile(rb"""<\?xml[^>]{1,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_META = re.compile(rb"""<meta[^>]{1,200}?charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_WEB_NAMES = {
    "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "x-sjis": "shift_jis",
    "x-gbk": "gbk",
    "x-x-big5": "big5",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-cp1252": "cp1252",
}
"""Labels of the Encoding Standard that Python does not know."""
_SHOWN_PREFIXES = (("iso8859", "ISO-8859"), ("cp125", "windows-125"), ("ascii", "US-ASCII"))


class CharsetSource(Enum):
    """What decided the charset."""

    CHOSEN = "chosen"
    HEADER = "header"
    BOM = "bom"
    DOCUMENT = "document"
    """An XML declaration, or a `meta` element of HTML."""
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


@dataclass(frozen=True, slots=True)
class Charset:
    """The charset that a text is in, and who said so."""

    codec: str
    """Python's name, such as `utf-16-le`."""
    name: str
    """The name for the user, such as `UTF-16-LE`."""
    source: CharsetSource
    unknown: str = ""
    """The charset that the header names, when nobody knows it."""

    @property
    def is_utf8(self) -> bool:
        """Whether the bytes can be read as UTF-8 as they are; US-ASCII is a part of it."""
        return self.codec in ("utf-8", "ascii")


def decode(
    data: bytes,
    charset: str = "",
    *,
    chosen: str = "",
    whole: bool = True,
    json: bool = False,
) -> DecodedText:
    """Return the text of `data` in the charset that `charset_of` finds for it.

    `whole` is False when `data` is only the beginning of the body, so that a character cut at the
    end is no fault.
    """
    found = charset_of(data, charset, chosen=chosen, whole=whole, json=json)
    text, invalid = _lenient(data, found.codec, whole)
    return DecodedText(text, found.name, found.source, invalid, found.unknown)


def charset_of(
    start: bytes,
    charset: str = "",
    *,
    chosen: str = "",
    whole: bool = True,
    json: bool = False,
) -> Charset:
    """Return the chosen charset, the header's, a BOM's, UTF-8, the document's, a guess, or latin-1.

    `start` is the beginning of the body, or with `whole` all of it. With `json` nothing is guessed:
    JSON without a charset is UTF-8 (RFC 8259 section 8.1).
    """
    for name, source in ((chosen, CharsetSource.CHOSEN), (charset, CharsetSource.HEADER)):
        codec = find_codec(name)
        if codec is not None:
            return _charset(_with_byte_order(codec, start), source)
    for mark, codec in _BOMS:
        if start.startswith(mark):
            return _charset(codec, CharsetSource.BOM, charset)
    if json or _is_utf8(start, whole):
        return _charset("utf-8", CharsetSource.DEFAULT, charset)
    declared = find_codec(_declared(start))
    if declared is not None and not declared.startswith("utf"):
        return _charset(declared, CharsetSource.DOCUMENT, charset)
    guess = _guess(start)
    if guess is None:
        return _charset("iso8859-1", CharsetSource.FALLBACK, charset)
    return _charset(_with_byte_order(guess, start), CharsetSource.GUESS, charset)


def find_codec(charset: str) -> str | None:
    """Return Python's name of a charset, or None when it knows none of that name."""
    if not charset:
        return None
    try:
        codec = codecs.lookup(_WEB_NAMES.get(charset.lower(), charset))
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


def count_invalid(data: bytes, text: str, codec: str) -> int:
    """Return how many U+FFFD of a text stand for bytes that are not valid in the charset.

    Those that the server itself sent are no faults of the decoding.
    """
    shown = text.count("\ufffd")
    if not shown or not codec.startswith("utf"):
        return shown
    return max(0, shown - data.count("\ufffd".encode(codec, "ignore")))


def _charset(codec: str, source: CharsetSource, unknown: str = "") -> Charset:
    return Charset(codec, shown_charset(codec), source, unknown)


def _with_byte_order(codec: str, start: bytes) -> str:
    """Without a mark these two are little-endian on the web, and an error in Python."""
    unmarked = codec in ("utf-16", "utf-32") and not start.startswith(_WIDE_BOMS)
    return f"{codec}-le" if unmarked else codec


def _lenient(data: bytes, codec: str, whole: bool) -> tuple[str, int]:
    """Return the text and the number of places that are not valid."""
    decoder = codecs.getincrementaldecoder(codec)(errors="replace")
    text = decoder.decode(data, final=whole).removeprefix("\ufeff")
    return text, count_invalid(data, text, codec)


def _is_utf8(data: bytes, whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=whole)
    except UnicodeDecodeError:
        return False
    return True


def _declared(data: bytes) -> str:
    """Return the charset that a document says it is in; it could not be read as UTF-16 here."""
    found = _XML_DECLARATION.match(data) or _META.search(data, 0, 4096)
    return found[1].decode("ascii") if found is not None else ""


def _guess(data: bytes) -> str | None:
    # Imported late: only bodies that are not UTF-8 and name no charset pay for it.
    from charset_normalizer import from_bytes

    best = from_bytes(data[:GUESS_LENGTH]).best()
    return find_codec(best.encoding) if best is not None else None
