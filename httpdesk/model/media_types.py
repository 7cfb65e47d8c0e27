"""Content types by the ending of a file's name (statements 40 and 44).

A table of our own: the standard library's reads files of the system, and so answers differently
on each computer.
"""

from __future__ import annotations

UNKNOWN = "application/octet-stream"

_TYPES = {
    "7z": "application/x-7z-compressed",
    "aac": "audio/aac",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "css": "text/css",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "epub": "application/epub+zip",
    "flac": "audio/flac",
    "gif": "image/gif",
    "gz": "application/gzip",
    "htm": "text/html",
    "html": "text/html",
    "ico": "image/vnd.microsoft.icon",
    "ics": "text/calendar",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "js": "text/javascript",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "m4a": "audio/mp4",
    "md": "text/markdown",
    "mjs": "text/javascript",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "mpeg": "video/mpeg",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ogg": "audio/ogg",
    "otf": "font/otf",
    "pdf": "application/pdf",
    "png": "image/png",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "rtf": "application/rtf",
    "svg": "image/svg+xml",
    "tar": "application/x-tar",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "toml": "application/toml",
    "tsv": "text/tab-separated-values",
    "ttf": "font/ttf",
    "txt": "text/plain",
    "vcf": "text/vcard",
    "wasm": "application/wasm",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "yaml": "application/yaml",
    "yml": "application/yaml",
    "zip": "application/zip",
}


def guess(file_name: str) -> str:
    """Return the content type for a file's name, `application/octet-stream` when unknown."""
    _, dot, ending = file_name.rpartition(".")
    return _TYPES.get(ending.lower(), UNKNOWN) if dot else UNKNOWN


_ENDINGS = {essence: ending for ending, essence in reversed(_TYPES.items())} | {
    "application/gzip": "gz",
    "application/x-ndjson": "ndjson",
    "application/jsonl": "jsonl",
    "image/jpeg": "jpg",
    "image/tiff": "tiff",
    "text/html": "html",
    "text/json": "json",
    "text/xml": "xml",
    "text/javascript": "js",
    "application/yaml": "yaml",
}


def ending_of(essence: str) -> str:
    """Return the usual ending of a file of this media type, without its dot; "" when unknown."""
    if essence in _ENDINGS:
        return _ENDINGS[essence]
    for suffix in ("json", "xml"):
        if essence.endswith(f"+{suffix}"):
            return suffix
    return "txt" if essence.startswith("text/") else ""


def base_name(path: str) -> str:
    """Return the last part of a path, whichever system it was written on."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]
