"""Pictures out of bytes: decoded off the UI thread, refused when they would take too much memory.

The decoder is named and never guessed, so that QtSvg, which reads files and fetches, gets nothing
of a response (security.md R7).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

LARGEST_FILE = 64_000_000
"""Bytes of a compressed image that are read for its preview."""
LARGEST_IMAGE = 64 * 1024 * 1024
"""Bytes that the decoded image may take, at four for each pixel."""
_SMALLEST_LEVEL = 512
_CODECS = {"JPEG": "jpeg", "WebP": "webp", "TIFF": "tiff", "Portable anymap": "ppm"}
"""Where the name of Qt's decoder is not the format's in lower case."""


@dataclass(frozen=True, slots=True)
class ImagePreview:
    """An image, or its size and why it is not shown."""

    image: QImage | None
    size: QSize
    too_large: bool = False
    levels: tuple[QImage, ...] = field(default=(), repr=False)
    """The image and its halves, quarters and so on, so that painting it smaller is quick."""


def decode_image(data: bytes, format_name: str) -> ImagePreview:
    """Decode an image of a format; the size is asked first, so a bomb is never unpacked.

    Safe on a worker thread.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    codec = _CODECS.get(format_name, format_name.lower())
    reader = QImageReader(buffer, QByteArray(codec.encode()))
    try:
        return _read(reader)
    finally:
        # The decoder for TIFF still uses the buffer when it ends, and so must end first.
        reader.setDevice(None)  # type: ignore[arg-type]


def _read(reader: QImageReader) -> ImagePreview:
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    QImageReader.setAllocationLimit(LARGEST_IMAGE // (1024 * 1024))
    size = reader.size()
    if size.width() * size.height() * 4 > LARGEST_IMAGE:
        return ImagePreview(None, size, too_large=True)
    image = reader.read()
    if image.isNull():
        return ImagePreview(None, size)
    return ImagePreview(image, image.size(), levels=levels_of(image))


def levels_of(image: QImage) -> tuple[QImage, ...]:
    """Return the image and ever smaller ones of it; the work of a job when it is large."""
    levels = [image]
    while max(levels[-1].width(), levels[-1].height()) > _SMALLEST_LEVEL:
        last = levels[-1]
        half = QSize(max(1, last.width() // 2), max(1, last.height() // 2))
        smooth = Qt.TransformationMode.SmoothTransformation
        levels.append(last.scaled(half, Qt.AspectRatioMode.IgnoreAspectRatio, smooth))
    return tuple(levels)
