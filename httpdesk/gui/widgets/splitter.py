"""Two panes with a hairline between them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from httpdesk.gui import theme

DEFAULT_SHARES = (45, 55)

_KEY_STEP = 16


class Splitter(QSplitter):
    """A splitter whose divider is one pixel wide, easy to grab and moved by arrow keys.

    A double click on the divider, or Home on it, goes back to `DEFAULT_SHARES`.
    """

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        # Qt widens the grab area of a handle this thin over the neighbours by itself.
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)

    def createHandle(self) -> QSplitterHandle:
        """Return the divider."""
        return _Divider(self.orientation(), self)

    def reset(self) -> None:
        """Go back to the default shares."""
        total = sum(self.sizes())
        self.setSizes([total * share // 100 for share in DEFAULT_SHARES])
        self.splitterMoved.emit(self.sizes()[0], 1)

    def move_divider(self, delta: int) -> None:
        """Make the first pane `delta` pixels longer."""
        first, second = self.sizes()[:2]
        self.setSizes([first + delta, second - delta])
        self.splitterMoved.emit(self.sizes()[0], 1)


class _Divider(QSplitterHandle):
    def __init__(self, orientation: Qt.Orientation, owner: Splitter) -> None:
        super().__init__(orientation, owner)
        self._owner = owner
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Divider"))
        self.setAccessibleDescription(self.tr("Arrow keys move it, Home resets it"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        line = self.contentsRect()
        painter.fillRect(line, theme.color("accent" if self.hasFocus() else "border"))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._owner.reset()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        across = self.orientation() is Qt.Orientation.Horizontal
        back, forth = (Qt.Key.Key_Left, Qt.Key.Key_Right)
        if not across:
            back, forth = (Qt.Key.Key_Up, Qt.Key.Key_Down)
        step = theme.scaled(_KEY_STEP)
        if event.key() == back:
            self._owner.move_divider(-step)
        elif event.key() == forth:
            self._owner.move_divider(step)
        elif event.key() == Qt.Key.Key_Home:
            self._owner.reset()
        else:
            super().keyPressEvent(event)
