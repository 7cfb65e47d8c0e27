"""One ring per window around the widget that has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QTextEdit,
    QWidget,
)

from httpdesk.gui import theme

_OUTSIDE = 3
_THICK = 2
_RADIUS = 8

_MOVES = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide})
_OWN_BORDER = (QLineEdit, QAbstractSpinBox, QComboBox, QTextEdit)


class FocusRing(QWidget):
    """Shows a ring after the focus moved by key (Tab, a shortcut), never after a mouse press.

    Text fields are left out: they show their own border. A widget with the property
    `ringAroundParent` has the ring around its parent. Make one per window, after its content.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._by_key = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        window.installEventFilter(self)
        self._watch_input()
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]

    @property
    def target(self) -> QWidget | None:
        """The widget the ring is around, None while there is no ring."""
        return self._target

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress:
            self._by_key = False
            self._release()
        elif kind == QEvent.Type.KeyPress:
            self._by_key = True
        elif kind == QEvent.Type.WinIdChange:
            self._watch_input()
        elif self._target is not None and kind in _MOVES:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick = theme.scaled(_THICK)
        painter.setPen(QPen(theme.color("accent"), thick))
        inset = thick / 2
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        radius = theme.scaled(_RADIUS if not self._is_inside() else 4)
        painter.drawRoundedRect(box, radius, radius)

    def _watch_input(self) -> None:
        """Hear keys and mouse presses of the whole window before any widget does."""
        handle = self.window().windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._release()
        if new is None or new.window() is not self.window() or not self._by_key:
            return
        if isinstance(new, _OWN_BORDER) or new.property("showsOwnFocus"):
            return
        _scroll_to(new)
        self._hold(new)

    def _hold(self, widget: QWidget) -> None:
        around = widget.property("ringAroundParent")
        self._target = widget.parentWidget() if around else widget
        walk: QWidget | None = self._target
        while walk is not None and walk is not self.window():
            walk.installEventFilter(self)
            self._watched.append(walk)
            walk = walk.parentWidget()
        self._place()

    def _release(self) -> None:
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._watched.clear()
        self._target = None
        self.hide()

    def _is_inside(self) -> bool:
        return isinstance(self._target, QAbstractScrollArea)

    def _place(self) -> None:
        target = self._target
        if target is None or not target.isVisible():
            self.hide()
            return
        outside = 0 if self._is_inside() else theme.scaled(_OUTSIDE)
        corner = target.mapTo(self.window(), QPoint(0, 0))
        box = QRect(corner, target.size()).adjusted(-outside, -outside, outside, outside)
        seen = _visible_part(target, box, outside)
        self.setGeometry(box)
        if seen == box:
            self.clearMask()
        else:
            self.setMask(QRegion(seen.translated(-box.topLeft())))
        self.raise_()
        self.setVisible(not seen.isEmpty())
        self.update()


def _visible_part(target: QWidget, box: QRect, outside: int) -> QRect:
    """Return the part of `box` (in the window) that no scroll area around `target` hides."""
    walk, window = target.parentWidget(), target.window()
    while walk is not None and walk is not window:
        if isinstance(walk, QAbstractScrollArea):
            view = walk.viewport()
            seen = QRect(view.mapTo(window, QPoint(0, 0)), view.size())
            box = box.intersected(seen.adjusted(-outside, -outside, outside, outside))
        walk = walk.parentWidget()
    return box


def _scroll_to(widget: QWidget) -> None:
    walk = widget.parentWidget()
    while walk is not None:
        if isinstance(walk, QScrollArea) and not isinstance(walk, QAbstractItemView):
            walk.ensureWidgetVisible(widget, 8, 8)
        walk = walk.parentWidget()
