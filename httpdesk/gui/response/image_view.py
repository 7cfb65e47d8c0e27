"""A picture in the body: decoded off the UI thread, refused when it would take too much memory."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from httpdesk.gui import theme

LARGEST_FILE = 20_000_000
"""Bytes of a compressed image that are read for its preview."""
LARGEST_IMAGE = 64 * 1024 * 1024
"""Bytes that the decoded image may take, at four for each pixel."""

_SQUARE = 8


@dataclass(frozen=True, slots=True)
class ImagePreview:
    """An image, or its size and why it is not shown."""

    image: QImage | None
    size: QSize
    too_large: bool = False


def decode_image(data: bytes, format_name: str) -> ImagePreview:
    """Decode a PNG, JPEG or GIF; the size is asked first, so a bomb is never unpacked.

    Only the named format's decoder is used. Safe on a worker thread.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(format_name.lower().encode()))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.width() * size.height() * 4 > LARGEST_IMAGE:
        return ImagePreview(None, size, too_large=True)
    image = reader.read()
    return ImagePreview(None if image.isNull() else image, size)


class ImageView(QWidget):
    """Shows an image whole, never larger than it is, on a check pattern."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._scaled: QImage | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Image"))

    def set_image(self, image: QImage | None, description: str) -> None:
        """Show `image`; `description` is what a screen reader says."""
        self._image, self._scaled = image, None
        self.setAccessibleName(description)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image is None:
            return
        painter = QPainter(self)
        place = self._place()
        self._paint_checks(painter, place)
        painter.drawImage(place, self._fitted(place.size()))

    def _place(self) -> QRect:
        assert self._image is not None
        margin = theme.scaled(12)
        room = self.rect().adjusted(margin, margin, -margin, -margin)
        size = self._image.size()
        if size.width() > room.width() or size.height() > room.height():
            size.scale(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRect(room.topLeft(), size.expandedTo(QSize(1, 1)))

    def _fitted(self, size: QSize) -> QImage:
        """Return the image at the size on screen; scaling at each paint would be slow."""
        assert self._image is not None
        wanted = size * self.devicePixelRatioF()
        if self._scaled is None or self._scaled.size() != wanted:
            smaller = wanted.width() < self._image.width()
            self._scaled = (
                self._image.scaled(
                    wanted,
                    Qt.AspectRatioMode.IgnoreAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
                if smaller
                else self._image
            )
        return self._scaled

    def _paint_checks(self, painter: QPainter, place: QRect) -> None:
        side = theme.scaled(_SQUARE)
        painter.fillRect(place, theme.color("surface"))
        painter.save()
        painter.setClipRect(place)
        dark = theme.color("sunken")
        for row, y in enumerate(range(place.top(), place.bottom() + 1, side)):
            for x in range(place.left() + (row % 2) * side, place.right() + 1, 2 * side):
                painter.fillRect(QRect(x, y, side, side), dark)
        painter.restore()
