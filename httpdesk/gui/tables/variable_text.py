"""One line of data with its `{{variables}}` marked, painted or as formats."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen, QPolygonF

from httpdesk.engine.template import has_value, marks
from httpdesk.gui import theme

_WAVE_STEP: Final = 2
_RADIUS: Final = 3
_TINT_HEIGHT: Final = 18


class Piece(NamedTuple):
    """A stretch of text; `name` is the variable that it names, if any."""

    text: str
    name: str | None


def pieces(text: str) -> Iterator[Piece]:
    """Yield `text` cut at its variables."""
    at = 0
    for mark in marks(text):
        if mark.name is None:
            continue
        if mark.start > at:
            yield Piece(text[at : mark.start], None)
        yield Piece(text[mark.start : mark.end], mark.name)
        at = mark.end
    if at < len(text):
        yield Piece(text[at:], None)


def paint_variable_text(
    painter: QPainter,
    room: QRect,
    text: str,
    font: QFont,
    token: str,
    *,
    known: Collection[str] | None = None,
) -> QRect:
    """Paint one line of `text`, elided to `room`, and return the place it took.

    Variables stand on a tint; those not in `known` are red with a wavy line below.
    """
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.setFont(font)
    place = QRect(room)
    for piece in pieces(shown) if "{{" in shown else (Piece(shown, None),):
        place.setWidth(metrics.horizontalAdvance(piece.text))
        unknown = known is not None and not _has_value(piece.name, known)
        if piece.name is not None:
            _paint_tint(painter, place, "red_tint" if unknown else "accent_tint")
        painter.setPen(theme.color(_token(piece, unknown, token)))
        painter.drawText(place, _ALIGN, piece.text)
        if unknown:
            paint_wave(painter, place, metrics)
        place.moveLeft(place.left() + place.width())
    return QRect(room.left(), room.top(), place.left() - room.left(), room.height())


def paint_wave(painter: QPainter, place: QRect, metrics: QFontMetrics) -> None:
    """Paint the wavy red line of a mistake below a line of text."""
    bottom = place.center().y() + metrics.ascent() / 2 + 2.5
    ends = range(place.left(), place.right() + 1, _WAVE_STEP)
    points = [QPointF(x, bottom + (number % 2) * 1.5) for number, x in enumerate(ends)]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("red"), 1))
    painter.drawPolyline(QPolygonF(points))
    painter.restore()


_ALIGN: Final = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft) | int(
    Qt.TextFlag.TextSingleLine
)


def _has_value(name: str | None, known: Collection[str]) -> bool:
    return name is None or has_value(name, known)


def _token(piece: Piece, unknown: bool, token: str) -> str:
    if piece.name is None:
        return token
    return "red" if unknown else "accent_text"


def _paint_tint(painter: QPainter, place: QRect, token: str) -> None:
    height = min(theme.scaled(_TINT_HEIGHT), place.height())
    box = QRectF(place.left() - 1, 0, place.width() + 2, height)
    box.moveCenter(QPointF(box.center().x(), QRectF(place).center().y()))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(token))
    painter.drawRoundedRect(box, theme.scaled(_RADIUS), theme.scaled(_RADIUS))
    painter.restore()
