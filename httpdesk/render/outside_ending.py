"""Which bodies another program may be given, and the ending that tells it what they are.

The ending is never the server's: a program may be what a name asks for. Only formats that are read
and not run are given away, by what their first bytes say.
"""

from __future__ import annotations

_ENDINGS = {
    "PDF": ".pdf",
    "PNG": ".png",
    "JPEG": ".jpg",
    "GIF": ".gif",
    "WebP": ".webp",
    "TIFF": ".tiff",
    "BMP": ".bmp",
    "ICO": ".ico",
    "ZIP": ".zip",
    "gzip": ".gz",
    "Zstandard": ".zst",
    "bzip2": ".bz2",
    "XZ": ".xz",
    "7-Zip": ".7z",
    "WAV": ".wav",
    "FLAC": ".flac",
    "MP3": ".mp3",
    "Ogg": ".ogg",
    "MP4": ".mp4",
    "Matroska": ".mkv",
    "AVI": ".avi",
    "WOFF": ".woff",
    "WOFF2": ".woff2",
    "TrueType": ".ttf",
    "OpenType": ".otf",
}
_OFFICE = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.presentation": ".odp",
    "application/epub+zip": ".epub",
}
"""Documents in ZIP archives; those with macros have other names and are left out."""


def outside_ending(format_name: str, essence: str = "") -> str:
    """Return the ending for a file of this format; "" when it is not given away."""
    if format_name == "ZIP" and essence in _OFFICE:
        return _OFFICE[essence]
    return _ENDINGS.get(format_name, "")
