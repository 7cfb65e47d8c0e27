"""The main action of a page with its variants in a menu, and Cancel while it runs."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from httpdesk.gui import icons, theme
from httpdesk.gui.widgets.buttons import clicks_by_key, tooltip_with_keys

_WIDTH = 112
_HEIGHT = 36
_MORE = 30
_RADIUS = 8
_ICON = 16


class SplitButton(QWidget):
    """A primary button 112 x 36 with a chevron part that opens `menu()`.

    Signals: `clicked` when the main part is used, also while it says Cancel.
    """

    clicked = Signal()

    def __init__(
        self, text: str, icon: str, *, shortcut: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text, self._icon_name, self._shortcut = text, icon, shortcut
        self._cancel = False
        self._menu: QMenu | None = None
        self.main = _Part(self)
        self.more = _More(self)
        self.main.clicked.connect(self.clicked)
        self.more.clicked.connect(self._open_menu)
        self.setFocusProxy(self.main)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.main, 1)
        layout.addWidget(self.more)
        self._say()
        theme.follow(self._restyle)

    def menu(self) -> QMenu:
        """Return the menu of the chevron part."""
        if self._menu is None:
            self._menu = QMenu(self)
        return self._menu

    def set_cancel(self, cancel: bool) -> None:
        """Turn the button into Cancel, or back."""
        self._cancel = cancel
        self.more.setVisible(not cancel)
        self._say()
        self.update()
        self.main.update()

    @property
    def is_cancel(self) -> bool:
        """Whether the button says Cancel now."""
        return self._cancel

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        radius = theme.scaled(_RADIUS)
        if self._cancel:
            shape.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
            painter.setPen(QPen(theme.color("border_ctl"), 1))
            painter.setBrush(theme.color("hover" if self.main.underMouse() else "surface"))
            painter.drawPath(shape)
            return
        shape.addRoundedRect(QRectF(self.rect()), radius, radius)
        painter.fillPath(shape, theme.color("accent" if self.isEnabled() else "sunken"))
        painter.setClipPath(shape)
        for part in (self.main, self.more):
            if part.isEnabled() and (part.underMouse() or part.isDown()):
                painter.fillRect(part.geometry(), theme.color("accent_hover"))
        inset = theme.scaled(9)
        line = self.more.geometry().adjusted(0, inset, 0, -inset)
        line.setWidth(1)
        painter.setOpacity(0.4)
        painter.fillRect(line, theme.color(self.ink()))

    def face(self) -> tuple[str, str, str]:
        """Return words, icon and colour token of the main part."""
        if self._cancel:
            return self.tr("Cancel"), "x", "text"
        return self._text, self._icon_name, self.ink()

    def ink(self) -> str:
        """Return the colour token of words and icons on the main colour."""
        return "on_accent" if self.isEnabled() else "text3"

    def _say(self) -> None:
        words = self.face()[0]
        self.main.setAccessibleName(words)
        self.main.setToolTip(tooltip_with_keys(words, "Esc" if self._cancel else self._shortcut))
        more = self.tr("More ways to {0}").format(self._text.lower())
        self.more.setAccessibleName(more)
        self.more.setToolTip(tooltip_with_keys(more, ""))

    def _open_menu(self) -> None:
        self.menu().popup(self.mapToGlobal(QPoint(0, self.height() + theme.scaled(4))))

    def _restyle(self) -> None:
        words = theme.ui_font(13, 600)
        self.main.setFont(words)
        self.more.setFixedWidth(theme.scaled(_MORE))
        self.setFixedSize(theme.scaled(_WIDTH), theme.scaled(_HEIGHT))


class _Part(QPushButton):
    """The main part: icon and words on the background its parent paints."""

    def __init__(self, owner: SplitButton) -> None:
        super().__init__(owner)
        self._owner = owner
        self.setProperty("ringAroundParent", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(theme.scaled(_WIDTH - _MORE), theme.scaled(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, theme.scaled(_HEIGHT))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not clicks_by_key(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        words, icon, token = self._owner.face()
        painter = QPainter(self)
        side, gap = theme.scaled(_ICON), theme.scaled(8)
        width = side + gap + self.fontMetrics().horizontalAdvance(words)
        x = (self.width() - width) // 2
        drawn = icons.pixmap(icon, token, side, self.devicePixelRatioF())
        painter.drawPixmap(x, (self.height() - side) // 2, drawn)
        painter.setFont(self.font())
        painter.setPen(theme.color(token))
        room = self.rect().adjusted(x + side + gap, 0, 0, 0)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._owner.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._owner.update()


class _More(QToolButton):
    """The chevron part."""

    def __init__(self, owner: SplitButton) -> None:
        super().__init__(owner)
        self._owner = owner
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(theme.scaled(_MORE), theme.scaled(_HEIGHT))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not clicks_by_key(self, event, opens_menu=True):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        side = theme.scaled(14)
        drawn = icons.pixmap("chevron-down", self._owner.ink(), side, self.devicePixelRatioF())
        QPainter(self).drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, drawn)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._owner.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._owner.update()
