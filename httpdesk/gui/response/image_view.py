"""A picture on a check pattern: whole, at its own size, or as near as one likes."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from httpdesk.gui import theme

STEP = 1.25
SMALLEST, LARGEST = 0.02, 32.0
_SQUARE = 8
_MARGIN = 12


class ImageView(QAbstractScrollArea):
    """Fits an image into the view, never larger than it is, until another zoom is chosen.

    Plus and minus zoom, 1 shows it at its own size, F fits it; arrow keys and dragging move it.

    Signals: `zoomChanged` when the factor or fitting changed.
    """

    zoomChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._levels: tuple[QImage, ...] = ()
        self._zoom = 1.0
        self._fits = True
        self._grabbed: QPoint | None = None
        self._checks = QPixmap()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Image"))
        theme.follow(self._restyle)

    @property
    def has_image(self) -> bool:
        """Whether there is an image to look at."""
        return bool(self._levels)

    @property
    def fits(self) -> bool:
        """Whether the image is fitted into the view."""
        return self._fits

    @property
    def zoom(self) -> float:
        """Points of the screen for each pixel of the image."""
        return self._zoom

    def set_image(
        self, image: QImage | None, description: str, levels: tuple[QImage, ...] = ()
    ) -> None:
        """Show `image`, fitted; `description` is what a screen reader says.

        `levels` are what `levels_of` made of it.
        """
        self._levels = levels or (() if image is None else (image,))
        self.setAccessibleName(description)
        self.fit()

    def fit(self) -> None:
        """Show the whole image, never larger than it is."""
        self._fits = True
        self._arrange()
        self.zoomChanged.emit()

    def set_zoom(self, factor: float) -> None:
        """Show the image at another size; what is in the middle stays there."""
        middle = QRectF(self.viewport().rect()).center()
        self._zoom_at(middle, factor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.text()
        if key in ("+", "="):
            self.set_zoom(self._zoom * STEP)
        elif key == "-":
            self.set_zoom(self._zoom / STEP)
        elif key in ("0", "1"):
            self.set_zoom(1.0)
        elif key in ("f", "F"):
            self.fit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        turned = event.angleDelta().y() / 120
        self._zoom_at(event.position(), self._zoom * STEP**turned)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed = event.position().toPoint() + self._scrolled()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self._scroll_to(self._grabbed - event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        if self._fits:
            self.zoomChanged.emit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.color("surface"))
        if not self._levels:
            return
        place = self._place()
        seen = place & self.viewport().rect()
        painter.setBrushOrigin(place.topLeft())
        painter.fillRect(seen, QBrush(self._checks))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._zoom < 2)
        level = self._level(place.size())
        painter.drawImage(QRectF(seen), level, _part(level.size(), place, seen))

    def _level(self, size: QSize) -> QImage:
        """Return the smallest image that has a pixel for each point of the screen, nearly."""
        wanted = size.width() * self.devicePixelRatioF() * 0.8
        fitting = [level for level in self._levels if level.width() >= wanted]
        return fitting[-1] if fitting else self._levels[0]

    def _size(self) -> QSize:
        image = self._levels[0].size() if self._levels else QSize(0, 0)
        return (image * self._zoom).expandedTo(QSize(1, 1))

    def _place(self) -> QRect:
        margin = theme.scaled(_MARGIN)
        return QRect(QPoint(margin, margin) - self._scrolled(), self._size())

    def _arrange(self) -> None:
        """Find the zoom that fits, and how far the bars go."""
        margins = 2 * theme.scaled(_MARGIN)
        if self._fits and self._levels:
            whole, room = self._levels[0].size(), self.maximumViewportSize()
            across = (room.width() - margins) / whole.width()
            down = (room.height() - margins) / whole.height()
            self._zoom = min(1.0, max(SMALLEST / 10, min(across, down)))
        size, room = self._size(), self.viewport().size()
        for bar, length, space in (
            (self.horizontalScrollBar(), size.width(), room.width()),
            (self.verticalScrollBar(), size.height(), room.height()),
        ):
            bar.setRange(0, 0 if self._fits else max(0, length + margins - space))
            bar.setPageStep(space)
            bar.setSingleStep(theme.scaled(32))
        self.viewport().update()

    def _zoom_at(self, point: QPointF, factor: float) -> None:
        before = self._place()
        old, self._zoom = self._zoom, max(SMALLEST, min(factor, LARGEST))
        self._fits = False
        self._arrange()
        ratio = self._zoom / old
        moved = (point - QPointF(before.topLeft())) * ratio - point
        margin = theme.scaled(_MARGIN)
        self._scroll_to(QPointF(moved.x() + margin, moved.y() + margin).toPoint())
        self.zoomChanged.emit()

    def _scrolled(self) -> QPoint:
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _scroll_to(self, point: QPoint) -> None:
        self.horizontalScrollBar().setValue(point.x())
        self.verticalScrollBar().setValue(point.y())

    def _restyle(self) -> None:
        side = theme.scaled(_SQUARE)
        self._checks = QPixmap(2 * side, 2 * side)
        self._checks.fill(theme.color("surface"))
        painter = QPainter(self._checks)
        for x, y in ((0, 0), (side, side)):
            painter.fillRect(QRect(x, y, side, side), theme.color("sunken"))
        painter.end()
        self._arrange()


def _part(size: QSize, place: QRect, seen: QRect) -> QRectF:
    """Return the part of an image of `size` that is painted on `seen`, of its whole `place`."""
    across, down = size.width() / place.width(), size.height() / place.height()
    corner = seen.topLeft() - place.topLeft()
    return QRectF(
        corner.x() * across, corner.y() * down, seen.width() * across, seen.height() * down
    )
