"""Text that is only ever text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from httpdesk.gui import theme

_MIN_ELIDED = 24


def plain_tooltip(text: str) -> str:
    """Return `text` for a tooltip that shows it as it is, markup characters and all."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<span style="white-space:pre-wrap">{escaped}</span>' if text else ""


class PlainLabel(QLabel):
    """A label that never reads its text as markup and follows theme and text size.

    With `elide` it may shrink below its text, which then ends in an ellipsis and is the tooltip.
    """

    def __init__(
        self,
        text: str = "",
        *,
        px: int = 13,
        weight: int = 400,
        color: str = "text",
        mono: bool = False,
        wrap: bool = False,
        selectable: bool = False,
        elide: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._px, self._weight, self._color, self._mono = px, weight, color, mono
        self._elide = elide
        # On a parent with another background role Qt would take that role's text colour.
        self.setForegroundRole(QPalette.ColorRole.WindowText)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setText(text)
        theme.follow(self._restyle)

    def setText(self, text: str) -> None:
        """Show `text` as it is."""
        super().setText(text)
        self._update_tooltip()

    def set_color(self, token: str) -> None:
        """Show the text in the colour of `token`."""
        if token != self._color:
            self._color = token
            self._restyle()

    def minimumSizeHint(self) -> QSize:
        """Return the least size: a few letters when the text may be elided."""
        hint = super().minimumSizeHint()
        if self._elide:
            hint.setWidth(min(hint.width(), theme.scaled(_MIN_ELIDED)))
        return hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_tooltip()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._is_cut():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        room = self.contentsRect()
        mode = Qt.TextElideMode.ElideRight
        painter.drawText(
            room, self.alignment(), self.fontMetrics().elidedText(self.text(), mode, room.width())
        )

    def _is_cut(self) -> bool:
        if not self._elide:
            return False
        return self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()

    def _update_tooltip(self) -> None:
        if self._elide:
            self.setToolTip(plain_tooltip(self.text()) if self._is_cut() else "")

    def _wanted_font(self) -> QFont:
        px, weight = self._px, self._weight
        return theme.mono_font(px, weight) if self._mono else theme.ui_font(px, weight)

    def _restyle(self) -> None:
        self.setFont(self._wanted_font())
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, theme.color(self._color))
        self.setPalette(palette)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._update_tooltip()
        if event.type() == QEvent.Type.StyleChange:
            self._keep_look()

    def _keep_look(self) -> None:
        """Take back the colour and size that the label had when it was first shown.

        Under a style sheet Qt brings them back when a label goes elsewhere with what is around it.
        """
        shown = self.palette().color(QPalette.ColorRole.WindowText)
        same_size = self.font().pointSizeF() == self._wanted_font().pointSizeF()
        if not same_size or shown != theme.color(self._color):
            self._restyle()
