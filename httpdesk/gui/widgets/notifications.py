"""Short messages at the bottom right of a window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from httpdesk.gui import icons, theme
from httpdesk.gui.widgets.announce import announce
from httpdesk.gui.widgets.buttons import IconButton, TextButton
from httpdesk.gui.widgets.fade import fade_in
from httpdesk.gui.widgets.item_delegate import paint_shadow
from httpdesk.gui.widgets.labels import PlainLabel

_WIDTH = 320
_MARGIN = 16
_GAP = 8
_SHADE = 6
_MOST = 3
_STAY_MS = 6000

_ICONS = {
    "info": ("info", "accent"),
    "success": ("circle-check", "green"),
    "warning": ("triangle-alert", "amber"),
    "error": ("circle-x", "red"),
}


class Notifications(QObject):
    """At most three messages on top of `parent`; each goes after 6 s unless it is looked at."""

    def __init__(self, parent: QWidget, *, bottom: int = 24) -> None:
        super().__init__(parent)
        self._parent = parent
        self._bottom = bottom
        self._shown: list[Message] = []
        parent.installEventFilter(self)

    @property
    def messages(self) -> list[Message]:
        """The messages on screen, oldest first."""
        return list(self._shown)

    def show_message(
        self,
        text: str,
        *,
        tone: str = "info",
        action: str | None = None,
        on_action: Callable[[], object] | None = None,
        sticky: bool = False,
    ) -> Message:
        """Show `text` with the icon of `tone`: info, success, warning or error (which stays)."""
        while len(self._shown) >= _MOST:
            self._shown[0].dismiss()
        message = Message(self._parent, text, tone, action, sticky or tone == "error")
        if on_action is not None:
            message.actionTriggered.connect(on_action)
        message.closed.connect(self._forget)
        self._shown.append(message)
        self._arrange()
        message.show()
        message.raise_()
        fade_in(message)
        announce(message, text, assertive=tone == "error")
        return message

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._shown:
            self._arrange()
        return False

    def place(self) -> None:
        """Stand in the corner again, after the text size was changed."""
        self._arrange()

    def _forget(self, message: Message) -> None:
        message.deleteLater()
        self._shown.remove(message)
        self._arrange()

    def _arrange(self) -> None:
        margin = theme.scaled(_MARGIN - _SHADE)
        bottom = self._parent.height() - theme.scaled(self._bottom) - margin
        for message in reversed(self._shown):
            message.adjust()
            bottom -= message.height()
            message.move(self._parent.width() - message.width() - margin, bottom)
            bottom -= theme.scaled(_GAP - 2 * _SHADE)


class Message(QWidget):
    """One message.

    Signals: `actionTriggered` when its action was used, `closed(message)` when it has to go.
    """

    actionTriggered = Signal()
    closed = Signal(object)

    def __init__(
        self, parent: QWidget, text: str, tone: str, action: str | None, sticky: bool
    ) -> None:
        super().__init__(parent)
        self._icon_name, self._icon_color = _ICONS[tone]
        self._sticky, self._gone = sticky, False
        self._timer = QTimer(self, singleShot=True, interval=_STAY_MS)
        self._timer.timeout.connect(self.dismiss)
        self.label = PlainLabel(text, wrap=True, parent=self)
        self.action = TextButton(action or "", kind="link", parent=self)
        self.close_button = IconButton("x", self.tr("Dismiss"), size=24)
        self.setAccessibleName(text)
        self.action.setVisible(action is not None)
        self.action.clicked.connect(self._use_action)
        self.close_button.clicked.connect(self.dismiss)
        self._layout = QHBoxLayout(self)
        self._build_layout()
        theme.follow(self._restyle)
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]
        self._start()

    def dismiss(self) -> None:
        """Take the message away."""
        if self._gone:
            return
        self._gone = True
        self._timer.stop()
        self.hide()
        self.closed.emit(self)

    def adjust(self) -> None:
        """Take the height the text needs."""
        self.resize(self.width(), self._layout.heightForWidth(self.width()))

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade, radius = theme.scaled(_SHADE), theme.scaled(8)
        box = QRectF(self.rect()).adjusted(shade, shade, -shade, -shade)
        paint_shadow(painter, box, radius, shade)
        painter.setPen(QPen(theme.color("scroll"), 1))
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        side = theme.scaled(16)
        drawn = icons.pixmap(self._icon_name, self._icon_color, side, self.devicePixelRatioF())
        painter.drawPixmap(shade + theme.scaled(12), shade + theme.scaled(12), drawn)

    def _use_action(self) -> None:
        self.actionTriggered.emit()
        self.dismiss()

    def _start(self) -> None:
        if not self._sticky and not self._gone and not self._has_focus():
            self._timer.start()

    def _on_focus_changed(self) -> None:
        if self._has_focus():
            self._timer.stop()
        elif not self._timer.isActive() and not self.underMouse():
            self._start()

    def _has_focus(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def _build_layout(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.label)
        words.addWidget(self.action, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.addLayout(words, 1)
        self._layout.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)

    def _restyle(self) -> None:
        shade = theme.scaled(_SHADE)
        around = shade + theme.scaled(10)
        self._layout.setContentsMargins(shade + theme.scaled(36), around, shade + 8, around)
        self.setFixedWidth(theme.scaled(_WIDTH) + 2 * shade)
        self.adjust()
