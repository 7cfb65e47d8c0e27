"""What several delegates paint alike: row backgrounds, elided text, method labels."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from httpdesk.gui import theme

_METHOD_COLORS: Final = {
    "GET": "blue",
    "POST": "green",
    "PUT": "amber",
    "PATCH": "violet",
    "DELETE": "red",
}
_METHOD_SHORT: Final = {
    "DELETE": "DEL",
    "OPTIONS": "OPT",
    # Of items that cannot be sent the kind stands in place of a method.
    "WEBSOCKET": "ws",
    "SCRIPT": "js",
}
_SHORT_LENGTH = 6

_ALIGN: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


def method_color(method: str) -> str:
    """Return the colour token of a method; HEAD, OPTIONS and custom verbs are slate."""
    return _METHOD_COLORS.get(method.upper(), "slate")


def method_short(method: str) -> str:
    """Return the method as it fits a narrow column: DEL, OPT, a custom verb's first letters."""
    short = _METHOD_SHORT.get(method.upper(), method)
    return short if len(short) <= _SHORT_LENGTH else short[: _SHORT_LENGTH - 1] + "…"


def paint_row(painter: QPainter, rect: QRect, token: str, inset: int = 6) -> None:
    """Paint the rounded background of a selected or hovered row of a list or tree."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(token))
    box = QRectF(rect).adjusted(theme.scaled(inset), 1, -theme.scaled(inset), -1)
    painter.drawRoundedRect(box, theme.scaled(5), theme.scaled(5))
    painter.restore()


def paint_row_ring(painter: QPainter, rect: QRect, inset: int = 6) -> None:
    """Paint the ring of the row that has the keyboard, on the edge of its background."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("accent"), 2))
    box = QRectF(rect).adjusted(theme.scaled(inset) + 1, 2, -theme.scaled(inset) - 1, -2)
    painter.drawRoundedRect(box, theme.scaled(4), theme.scaled(4))
    painter.restore()


def draw_text(
    painter: QPainter,
    rect: QRect,
    text: str,
    font: QFont,
    token: str,
    *,
    align: Qt.AlignmentFlag = _ALIGN,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> int:
    """Draw one line of `text` in `rect`, elided to fit; return the width it took."""
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, elide, rect.width())
    painter.setFont(font)
    painter.setPen(theme.color(token))
    painter.drawText(rect, int(align) | int(Qt.TextFlag.TextSingleLine), shown)
    return metrics.horizontalAdvance(shown)


def paint_shadow(painter: QPainter, box: QRectF, radius: float, reach: int) -> None:
    """Paint a soft shadow of `reach` pixels around a rounded box; the box itself comes after."""
    shade = QColor(theme.color("shadow"))
    strength = shade.alphaF() / reach
    painter.setPen(Qt.PenStyle.NoPen)
    for step in range(reach):
        shade.setAlphaF(strength * (step + 1) / reach)
        painter.setBrush(shade)
        grow = reach - step
        painter.drawRoundedRect(
            box.adjusted(-grow, -grow / 2, grow, grow), radius + grow, radius + grow
        )
