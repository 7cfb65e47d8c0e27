"""One bordered field around buttons and a text field."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.section import VLine

_RADIUS: Final = 8


class FieldFrame(QWidget):
    """Each of `leads`, a hairline behind it, and `field` in one frame.

    The frame is accented while `field` has the focus. `prefix` stands right before the field's
    text. `height` is in pixels at 100 % text size.
    """

    def __init__(
        self, *leads: QWidget, field: QWidget, height: int, prefix: QWidget | None = None
    ) -> None:
        super().__init__()
        self._field, self._height = field, height
        self._dividers = [VLine() for _ in leads]
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        for lead, divider in zip(leads, self._dividers, strict=True):
            self._row.addWidget(lead)
            self._row.addWidget(divider)
            lead.setCursor(Qt.CursorShape.ArrowCursor)
        self._row.addSpacing(theme.scaled(10))
        if prefix is not None:
            self._row.addWidget(prefix)
        self._row.addWidget(field, 1)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        QApplication.instance().focusChanged.connect(self._follow)  # type: ignore[union-attr]
        theme.follow(self._restyle)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._field.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_field(self, focused=self._field.hasFocus(), radius=_RADIUS)

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        if self._field in (before, now):
            self.update()

    def _restyle(self) -> None:
        self._row.setContentsMargins(theme.scaled(6), 0, theme.scaled(10), 0)
        for divider in self._dividers:
            divider.setFixedHeight(theme.scaled(18))
        self.setFixedHeight(theme.scaled(self._height))


def paint_field(widget: QWidget, *, focused: bool, radius: int) -> None:
    """Paint the frame of a field as large as `widget`; `radius` is in pixels at 100 % text size."""
    width = 2 if focused else 1
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("accent" if focused else "border_ctl"), width))
    painter.setBrush(theme.color("surface"))
    inset = width / 2
    box = QRectF(widget.rect()).adjusted(inset, inset, -inset, -inset)
    painter.drawRoundedRect(box, theme.scaled(radius), theme.scaled(radius))
