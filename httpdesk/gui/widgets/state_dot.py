"""Small shapes that tell a state by form as well as by colour."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QWidget

from httpdesk.gui import theme

Shape = Literal["disc", "hollow", "half", "triangle", "ring"]

BOX: Final = 12
RING_STEPS: Final = 8

_RADIUS = 4.0
_RING_RADIUS = 5.0
_STROKE = 1.5
_SIXTEENTHS = 16


def paint_state(
    painter: QPainter, center: QPointF, shape: Shape, token: str, step: int = 0
) -> None:
    """Paint a shape of about 8 x 8 (at 100 % text size) around `center`.

    `step` (0 to 7) is how far the ring has turned.
    """
    factor = theme.scaled(100) / 100
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(center)
    painter.scale(factor, factor)
    painter.setPen(QPen(theme.color(token), _STROKE))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _PAINTERS[shape](painter, token, step)
    painter.restore()


def paint_color(painter: QPainter, center: QPointF, color: str) -> None:
    """Paint a disc in a colour that the user chose (`#rrggbb`), with an edge to be seen by."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("border_ctl"), 1))
    painter.setBrush(QColor(color))
    painter.drawEllipse(center, theme.scaled(_RADIUS), theme.scaled(_RADIUS))
    painter.restore()


def _disc(painter: QPainter, token: str, _step: int) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(token))
    painter.drawEllipse(QPointF(0, 0), _RADIUS, _RADIUS)


def _hollow(painter: QPainter, _token: str, _step: int) -> None:
    painter.drawEllipse(QPointF(0, 0), _RADIUS - _STROKE / 2, _RADIUS - _STROKE / 2)


def _half(painter: QPainter, token: str, _step: int) -> None:
    inner = _RADIUS - _STROKE / 2
    painter.drawEllipse(QPointF(0, 0), inner, inner)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(token))
    box = QRectF(-inner, -inner, 2 * inner, 2 * inner)
    painter.drawPie(box, -90 * _SIXTEENTHS, 180 * _SIXTEENTHS)


def _triangle(painter: QPainter, token: str, _step: int) -> None:
    painter.setPen(QPen(theme.color(token), 1, j=Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(theme.color(token))
    painter.drawPolygon(QPolygonF([QPointF(0, -4), QPointF(4, 3.2), QPointF(-4, 3.2)]))


def _ring(painter: QPainter, token: str, step: int) -> None:
    pen = QPen(theme.color(token), _STROKE, c=Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    box = QRectF(-_RING_RADIUS, -_RING_RADIUS, 2 * _RING_RADIUS, 2 * _RING_RADIUS)
    start = (30 - step * 360 // RING_STEPS) * _SIXTEENTHS
    painter.drawArc(box, start, 250 * _SIXTEENTHS)


_PAINTERS: Final = {
    "disc": _disc,
    "hollow": _hollow,
    "half": _half,
    "triangle": _triangle,
    "ring": _ring,
}


class StateDot(QLabel):
    """A state shape as a widget; `name` is what a screen reader says."""

    def __init__(
        self,
        shape: Shape = "hollow",
        color: str = "text3",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._shape: Shape = shape
        self._color = color
        self.setAccessibleName(name)
        theme.follow(self._restyle)

    def set_state(self, shape: Shape, color: str, name: str) -> None:
        """Show another shape and say another name."""
        self._shape, self._color = shape, color
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a square that holds any shape."""
        return QSize(theme.scaled(BOX), theme.scaled(BOX))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_state(painter, QRectF(self.rect()).center(), self._shape, self._color)

    def _restyle(self) -> None:
        self.setFixedSize(self.sizeHint())
