"""Which rendering a body gets: from its media type, its first bytes and the wished type."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from httpdesk.model.request import ResponseType

SNIFF_LENGTH = 1024
"""How many bytes from the start decide; more would change nothing but the time."""

_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"icns", "ICNS"),
    (b"\0\0\1\0", "ICO"),
    (b"\0\0\2\0", "CUR"),
)
_DECLARED_IMAGES = {
    "image/x-portable-bitmap": "PBM",
    "image/x-portable-graymap": "PGM",
    "image/x-portable-pixmap": "PPM",
    "image/x-portable-anymap": "PPM",
    "image/x-tga": "TGA",
    "image/x-targa": "TGA",
    "image/vnd.wap.wbmp": "WBMP",
    "image/x-xbitmap": "XBM",
    "image/x-xbm": "XBM",
    "image/x-xpixmap": "XPM",
}
"""Formats without first bytes of their own, or whose first bytes may begin any text."""
_OTHER_MAGIC = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"\x7fELF", "ELF"),
    (b"wOFF", "WOFF"),
    (b"wOF2", "WOFF2"),
    (b"OggS", "Ogg"),
    (b"fLaC", "FLAC"),
    (b"ID3\3", "MP3"),
    (b"ID3\4", "MP3"),
    (b"\xff\xfb", "MP3"),
    (b"\xff\xf3", "MP3"),
    (b"\x1a\x45\xdf\xa3", "Matroska"),
    (b"\0\1\0\0\0", "TrueType"),
    (b"OTTO\0", "OpenType"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"BZh9", "bzip2"),
    (b"\xfd7zXZ\0", "XZ"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"SQLite format 3\0", "SQLite"),
    (b"\0asm", "WebAssembly"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Compound File"),
)
_RIFF = {b"WAVE": "WAV", b"AVI ": "AVI"}
_JSON_TYPES = frozenset({"application/json", "text/json", "application/x-ndjson"})
_XML_TYPES = frozenset({"application/xml", "text/xml"})
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_TEXT_TYPES = frozenset(
    {
        "application/javascript",
        "application/ecmascript",
        "application/x-javascript",
        "application/yaml",
        "application/x-yaml",
        "application/toml",
        "application/graphql",
        "application/sql",
        "application/x-www-form-urlencoded",
    }
)
_BINARY_TOP_LEVEL = frozenset({"image", "audio", "video", "font"})


class Rendering(Enum):
    """How a body is shown."""

    EMPTY = "empty"
    JSON = "json"
    XML = "xml"
    HTML = "html"
    TEXT = "text"
    IMAGE = "image"
    """An image of a format that may be decoded; SVG is XML that can be painted."""
    BINARY = "binary"


SVG_TYPE = "image/svg+xml"
TEXTS = (Rendering.JSON, Rendering.XML, Rendering.HTML, Rendering.TEXT)
"""What can be read as text."""


@dataclass(frozen=True, slots=True)
class MediaType:
    """A Content-Type taken apart (RFC 9110 section 8.3.1)."""

    essence: str = ""
    """Type and subtype in lower case, such as `application/json`; "" when there is none."""
    charset: str = ""

    @property
    def top_level(self) -> str:
        """The part before the slash."""
        return self.essence.partition("/")[0]


_UNTYPED = MediaType()


def parse_media_type(value: str | None) -> MediaType:
    """Return the essence and charset of a Content-Type value; nonsense gives empty parts."""
    if not value:
        return MediaType()
    essence, *parameters = value.split(";")
    charset = ""
    for parameter in parameters:
        name, _, text = parameter.partition("=")
        if name.strip().lower() == "charset" and not charset:
            charset = text.strip().strip("\"'").strip()
    essence = essence.strip().lower()
    return MediaType(essence if "/" in essence else "", charset)


def image_format(start: bytes, media: MediaType = _UNTYPED) -> str | None:
    """Return the format of an image that can be decoded, such as `PNG`, else None.

    The bytes say it, or the media type where the bytes of a format may begin anything.
    """
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WebP"
    if start[:2] == b"BM" and start[6:10] == bytes(4):
        return "BMP"
    named = next((name for magic, name in _MAGIC if start.startswith(magic)), None)
    return named or _DECLARED_IMAGES.get(media.essence)


def binary_format(start: bytes) -> str | None:
    """Return the name of the format that the first bytes give away, such as `PDF`, or None."""
    if start[:4] == b"RIFF" and start[8:12] in _RIFF:
        return _RIFF[start[8:12]]
    if start[4:8] == b"ftyp":
        return "MP4"
    named = next((name for magic, name in _OTHER_MAGIC if start.startswith(magic)), None)
    return named or image_format(start)


def looks_binary(start: bytes, charset: str = "") -> bool:
    """Return whether the bytes are no text: a known binary format, or NUL where none may be."""
    if start.startswith(_BOMS) or charset.lower().replace("_", "-").startswith(
        ("utf-16", "utf-32")
    ):
        return False
    head = start[:SNIFF_LENGTH]
    return b"\0" in head or (binary_format(head) is not None and not head.isascii())


def rendering_of(media: MediaType, start: bytes, wanted: ResponseType) -> Rendering:
    """Return how a body that begins with `start` is shown (statements 51, 53, 54).

    A wish for JSON or text holds for every media type; only bytes that cannot be text
    are shown as what they are all the same.
    """
    if not start:
        return Rendering.EMPTY
    if image_format(start, media) is not None:
        return Rendering.IMAGE
    if wanted is ResponseType.BINARY or looks_binary(start, media.charset):
        return Rendering.BINARY
    if wanted is ResponseType.JSON:
        return Rendering.JSON
    if wanted is ResponseType.TEXT:
        return Rendering.TEXT
    return text_rendering(media, start)


def text_rendering(media: MediaType, start: bytes) -> Rendering:
    """Return what the media type says, else what the first bytes look like."""
    declared = _declared(media)
    return declared if declared is not None else _sniffed(start)


def _declared(media: MediaType) -> Rendering | None:
    essence = media.essence
    if essence in _HTML_TYPES:
        return Rendering.HTML
    if essence in _JSON_TYPES or essence.endswith("+json"):
        return Rendering.JSON
    if essence in _XML_TYPES or essence.endswith("+xml"):
        return Rendering.XML
    if media.top_level == "text" or essence in _TEXT_TYPES:
        return Rendering.TEXT
    return Rendering.BINARY if media.top_level in _BINARY_TOP_LEVEL else None


def _sniffed(start: bytes) -> Rendering:
    head = start[:SNIFF_LENGTH].removeprefix(_BOMS[0]).lstrip().lower()
    if head.startswith((b"{", b"[")):
        return Rendering.JSON
    if head.startswith((b"<!doctype html", b"<html")):
        return Rendering.HTML
    if head.startswith(b"<?xml"):
        return Rendering.XML
    return Rendering.TEXT
