"""Buttons: an icon, words, words with a menu, and the split button of the main action."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from httpdesk.gui import icons, theme
from httpdesk.gui.widgets.key_cap import native_keys
from httpdesk.gui.widgets.labels import plain_tooltip
from httpdesk.gui.widgets.state_dot import Shape, paint_state

Kind = Literal["default", "primary", "flat", "link", "danger"]

_HEIGHT: Final = 28
_RADIUS: Final = 6
_ICON: Final = 16
_SMALL: Final = 24
_SMALL_ICON: Final = 14
_VCENTER: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


def tooltip_with_keys(name: str, shortcut: str) -> str:
    """Return the tooltip of a command: its name and, in brackets, its shortcut."""
    return plain_tooltip(f"{name} ({native_keys(shortcut)})" if shortcut else name)


def _fill_rounded(
    button: QWidget, painter: QPainter, fill: QColor | None, border: QColor | None, radius: int
) -> None:
    painter.setPen(QPen(border, 1) if border else Qt.PenStyle.NoPen)
    painter.setBrush(fill or Qt.BrushStyle.NoBrush)
    half = 0.5 if border else 0.0
    box = QRectF(button.rect()).adjusted(half, half, -half, -half)
    painter.drawRoundedRect(box, theme.scaled(radius), theme.scaled(radius))


def clicks_by_key(button: QAbstractButton, event: QKeyEvent, *, opens_menu: bool = False) -> bool:
    """Click `button` if the key is Enter, which Qt leaves to default buttons of dialogs.

    With `opens_menu` the key may be Down too, which would otherwise go to the next button.
    """
    keys = {Qt.Key.Key_Return, Qt.Key.Key_Enter} | ({Qt.Key.Key_Down} if opens_menu else set())
    if event.key() not in keys:
        return False
    button.click()
    return True


class IconButton(QToolButton):
    """A square button that shows an icon and says `name` with its shortcut.

    `size` is 28, or 24 with a smaller icon.
    """

    def __init__(
        self,
        icon_name: str,
        name: str,
        *,
        shortcut: str = "",
        size: int = 28,
        color: str = "text2",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name, self._size, self._color = icon_name, size, color
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.set_name(name, shortcut)
        theme.follow(self._restyle)

    def set_name(self, name: str, shortcut: str = "") -> None:
        """Say what the button does and which keys do the same."""
        self.setAccessibleName(name)
        self.setToolTip(tooltip_with_keys(name, shortcut))

    def set_icon(self, icon_name: str, color: str = "text2") -> None:
        """Show another icon."""
        self._icon_name, self._color = icon_name, color
        self.update()

    def sizeHint(self) -> QSize:
        """Return the square the button takes."""
        return QSize(theme.scaled(self._size), theme.scaled(self._size))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not clicks_by_key(self, event, opens_menu=self.menu() is not None):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = self._background()
        if fill:
            _fill_rounded(self, painter, theme.color(fill), None, _RADIUS)
        token = self._color if self.isEnabled() else "border_ctl"
        side = theme.scaled(_ICON if self._size > _SMALL else _SMALL_ICON)
        drawn = icons.pixmap(self._icon_name, token, side, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, drawn)

    def _background(self) -> str:
        if not self.isEnabled():
            return ""
        if self.isDown() or self.isChecked():
            return "selected"
        return "hover" if self.underMouse() else ""

    def _restyle(self) -> None:
        self.setFixedSize(self.sizeHint())


class TextButton(QPushButton):
    """A button with words. Kinds: default (framed), primary, flat, link, danger."""

    def __init__(
        self,
        text: str,
        *,
        kind: Kind = "default",
        icon: str | None = None,
        radius: int = _RADIUS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._kind: Kind = kind
        self._radius = radius
        self._icon_name = icon
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if kind == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.follow(self._restyle)

    def set_icon(self, icon_name: str | None) -> None:
        """Show another icon before the words, or none."""
        self._icon_name = icon_name
        self.updateGeometry()
        self.update()

    def set_kind(self, kind: Kind) -> None:
        """Change how much the button stands out."""
        self._kind = kind
        self._restyle()

    def sizeHint(self) -> QSize:
        """Return the words' width with icon and padding."""
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2 * self._padding()
        if self._icon_name:
            width += theme.scaled(_ICON + 6)
        return QSize(width, theme.scaled(24 if self._kind == "link" else _HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not clicks_by_key(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, border, text = self._tokens()
        if fill or border:
            _fill_rounded(
                self,
                painter,
                theme.color(fill) if fill else None,
                theme.color(border) if border else None,
                self._radius,
            )
        spare = max(0, self.width() - self.sizeHint().width()) // 2
        room = self.rect().adjusted(self._padding() + spare, 0, -self._padding(), 0)
        if self._icon_name:
            room.setLeft(self._paint_icon(painter, room, text))
        painter.setFont(self.font())
        painter.setPen(theme.color(text))
        painter.drawText(room, int(_VCENTER), self.text())
        if self._kind == "link" and self.underMouse():
            baseline = (self.height() + self.fontMetrics().ascent()) // 2 + 1
            painter.fillRect(QRect(room.left(), baseline, room.width(), 1), theme.color(text))

    def _paint_icon(self, painter: QPainter, room: QRect, token: str) -> int:
        side = theme.scaled(_ICON)
        token = "text2" if self.isEnabled() and self._kind == "default" else token
        drawn = icons.pixmap(self._icon_name or "", token, side, self.devicePixelRatioF())
        painter.drawPixmap(room.left(), (self.height() - side) // 2, drawn)
        return room.left() + side + theme.scaled(6)

    def _padding(self) -> int:
        return theme.scaled({"link": 0, "flat": 8}.get(self._kind, 12))

    def _tokens(self) -> tuple[str, str, str]:
        """Return the tokens of background, border and words; "" is none."""
        hot = self.isEnabled() and (self.underMouse() or self.isDown())
        if not self.isEnabled():
            framed = self._kind not in ("flat", "link")
            return ("alt", "border", "text3") if framed else ("", "", "text3")
        return {
            "default": ("hover" if hot else "surface", "border_ctl", "text"),
            "primary": ("accent_hover" if hot else "accent", "", "on_accent"),
            "flat": ("hover" if hot else "", "", "text" if hot else "text2"),
            "link": ("", "", "accent_text"),
            "danger": ("red_tint" if hot else "surface", "red", "red"),
        }[self._kind]

    def _restyle(self) -> None:
        self.setFont(theme.ui_font(13, 600 if self._kind == "primary" else 400))
        self.updateGeometry()
        self.update()


class MenuButton(QToolButton):
    """Words with a chevron that open a menu; `menu()` makes it on first use.

    `dot` is a colour token (a disc) or a pair of shape and token shown before the words.
    """

    def __init__(
        self,
        text: str,
        *,
        icon: str | None = None,
        dot: str | tuple[Shape, str] | None = None,
        mono: bool = False,
        color: str = "text",
        weight: int = 400,
        height: int = _HEIGHT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name, self._dot, self._color = icon, dot, color
        self._mono, self._weight, self._height = mono, weight, height
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setText(text)
        theme.follow(self._restyle)

    def menu(self) -> QMenu:
        """Return the menu that a click opens."""
        found = super().menu()
        if found is None:
            found = QMenu(self)
            self.setMenu(found)
        return found

    def setText(self, text: str) -> None:
        """Show `text` before the chevron."""
        super().setText(text)
        self.updateGeometry()
        self.update()

    def set_color(self, token: str) -> None:
        """Show the words in the colour of `token`."""
        self._color = token
        self.update()

    def set_dot(self, dot: str | tuple[Shape, str] | None) -> None:
        """Show another state shape before the words, or none."""
        self._dot = dot
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the width of everything shown."""
        width = self._lead() + self.fontMetrics().horizontalAdvance(self.text()) + self._tail()
        return QSize(width + 1 + theme.scaled(4 + 14 + 8), theme.scaled(self._height))

    def minimumSizeHint(self) -> QSize:
        """Return the width at which the words are elided to a few letters."""
        least = self._lead() + theme.scaled(24 + 4 + 14 + 8) + self._tail()
        return QSize(min(least, self.sizeHint().width()), theme.scaled(self._height))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not clicks_by_key(self, event, opens_menu=True):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            _fill_rounded(self, painter, theme.color("hover"), None, _RADIUS)
        self._paint_lead(painter)
        chevron = theme.scaled(14)
        room = self.rect().adjusted(self._lead(), 0, -theme.scaled(8 + 14 + 4) - self._tail(), 0)
        metrics = self.fontMetrics()
        painter.setFont(self.font())
        painter.setPen(theme.color(self._color if self.isEnabled() else "text3"))
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(_VCENTER), shown)
        drawn = icons.pixmap("chevron-down", "text3", chevron, self.devicePixelRatioF())
        x = room.left() + metrics.horizontalAdvance(shown)
        self._paint_tail(painter, x)
        x += self._tail() + theme.scaled(4)
        painter.drawPixmap(x, (self.height() - chevron) // 2, drawn)

    def _paint_lead(self, painter: QPainter) -> None:
        x = theme.scaled(8)
        if self._dot:
            shape, token = self._dot if isinstance(self._dot, tuple) else ("disc", self._dot)
            paint_state(painter, QPointF(x + theme.scaled(4), self.height() / 2), shape, token)
            x += theme.scaled(16)
        if self._icon_name:
            side = theme.scaled(_ICON)
            drawn = icons.pixmap(self._icon_name, "text2", side, self.devicePixelRatioF())
            painter.drawPixmap(x, (self.height() - side) // 2, drawn)

    def _lead(self) -> int:
        return theme.scaled(8 + (16 if self._dot else 0) + (22 if self._icon_name else 0))

    def _tail(self) -> int:
        """Return the width between the words and the chevron."""
        return 0

    def _paint_tail(self, painter: QPainter, x: int) -> None:
        """Paint what stands behind the words, which end at `x`."""

    def _restyle(self) -> None:
        weight = self._weight
        self.setFont(theme.mono_font(12, weight) if self._mono else theme.ui_font(13, weight))
        self.updateGeometry()
