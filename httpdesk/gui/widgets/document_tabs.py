"""The tabs of open documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QSizePolicy, QTabBar, QWidget

from httpdesk.gui import icons, theme
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.item_delegate import draw_text, method_short
from httpdesk.gui.widgets.labels import plain_tooltip
from httpdesk.gui.widgets.state_dot import RING_STEPS, paint_state

_HEIGHT: Final = 36
_NARROW, _WIDE = 112, 208
_PADDING = 12
_SLOT = 28
_ASKING = 16
_STEP_MS = 125


@dataclass(frozen=True, slots=True)
class DocumentTab:
    """What one tab shows. `method` is the coloured label before the title, or `icon` an icon.

    `tooltip` says more than the title.
    """

    id: str
    title: str
    method: str = ""
    method_color: str = "slate"
    edited: bool = False
    preview: bool = False
    busy: bool = False
    icon: str = ""
    tooltip: str = ""
    asking: bool = False
    """Whether it waits for an answer of the user."""


class DocumentTabs(QWidget):
    """Tabs 112 to 208 wide, the button for a new one and the list of those that do not fit.

    Signals: `activated(id)`, `closeRequested(id)`, `moveRequested(from, to)`, `newRequested`,
    `pinRequested(id)` on a double click, `versionsRequested(id)`. Nothing changes by itself but
    the current tab: the owner answers with `set_tabs`.
    """

    activated = Signal(str)
    closeRequested = Signal(str)
    moveRequested = Signal(int, int)
    newRequested = Signal()
    pinRequested = Signal(str)
    versionsRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = _Bar(self)
        self.new_button = IconButton("plus", self.tr("New request"), shortcut="Ctrl+T")
        self.list_button = IconButton("chevron-down", self.tr("All open tabs"))
        self.list_button.setMenu(QMenu(self))
        self.list_button.menu().aboutToShow.connect(self._fill_list)
        self.new_button.clicked.connect(self.newRequested)
        self._layout = QHBoxLayout(self)
        self._layout.setSpacing(0)
        self._layout.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self._layout.addWidget(self.bar)
        self._layout.addWidget(self.new_button)
        self._layout.addStretch(1)
        self._layout.addWidget(self.list_button)
        self.bar.currentChanged.connect(self._on_current_changed)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.follow(self._restyle)

    @property
    def current(self) -> str:
        """The id of the active tab, "" when there is none."""
        index = self.bar.currentIndex()
        return self.bar.tabs[index].id if index >= 0 else ""

    def set_tabs(self, tabs: Sequence[DocumentTab]) -> None:
        """Show these tabs; the active one stays active if it is still there."""
        active = self.current
        with QSignalBlocker(self.bar):
            self.bar.show_tabs(list(tabs))
        if active:
            self.set_current(active)
        self.bar.fit(self._room())

    def set_current(self, tab_id: str) -> None:
        """Make a tab the active one without a signal; an unknown id changes nothing."""
        for index, tab in enumerate(self.bar.tabs):
            if tab.id == tab_id:
                with QSignalBlocker(self.bar):
                    self.bar.setCurrentIndex(index)
                self.bar.fit(self._room())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.bar.fit(self._room())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("chrome"))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme.color("border"))

    def _room(self) -> int:
        return self.width() - theme.scaled(80)

    def _on_current_changed(self, index: int) -> None:
        if index >= 0:
            self.bar.fit(self._room())
            self.activated.emit(self.bar.tabs[index].id)

    def _fill_list(self) -> None:
        menu = self.list_button.menu()
        menu.clear()
        for index, tab in enumerate(self.bar.tabs):
            action = menu.addAction(_menu_text(tab))
            action.setCheckable(True)
            action.setChecked(tab.id == self.current)
            action.triggered.connect(lambda _=False, i=index: self.bar.setCurrentIndex(i))

    def _restyle(self) -> None:
        self.setFixedHeight(theme.scaled(_HEIGHT))
        margin = (theme.scaled(_HEIGHT) - theme.scaled(28)) // 2
        self._layout.setContentsMargins(0, 0, margin, 0)
        self.bar.setFont(theme.ui_font(13))
        self.bar.setFixedHeight(theme.scaled(_HEIGHT))
        self.bar.fit(self._room())


def _menu_text(tab: DocumentTab) -> str:
    """Return title and method, which stands where other menus have the shortcut."""
    words = tab.title.replace("&", "&&") + (" •" if tab.edited else "")
    words += " ?" if tab.asking else ""
    return f"{words}\t{tab.method}" if tab.method else words


def spoken(tab: DocumentTab) -> str:
    """Return what a screen reader says, such as "Create refund, POST, edited"."""
    words = [tab.title, tab.method]
    words += ["edited"] if tab.edited else []
    words += ["preview"] if tab.preview else []
    words += ["sending"] if tab.busy and not tab.asking else []
    words += ["waiting for your answer"] if tab.asking else []
    return ", ".join(word for word in words if word)


class _Bar(QTabBar):
    """Qt's own tab bar for roles, focus and keys, with painting and dragging of its own."""

    def __init__(self, owner: DocumentTabs) -> None:
        super().__init__(owner)
        self._owner = owner
        self.tabs: list[DocumentTab] = []
        self._tab_width = _WIDE
        self._hover = -1
        self._pressed = QPoint()
        self._dragging = -1
        self._step = 0
        self._timer = QTimer(self, interval=_STEP_MS)
        self._timer.timeout.connect(self._advance)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Open tabs"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_tabs(self, tabs: list[DocumentTab]) -> None:
        self.tabs = tabs
        while self.count() > len(tabs):
            self.removeTab(self.count() - 1)
        while self.count() < len(tabs):
            self.addTab("")
        for index, tab in enumerate(tabs):
            self.setTabText(index, tab.title)
            self.setTabToolTip(index, plain_tooltip(tab.tooltip or tab.title))
            self.setAccessibleTabName(index, spoken(tab))
        self._run_or_stop()
        self.update()

    def fit(self, room: int) -> None:
        """Choose the width of the tabs and hide the ones that are too many for `room`."""
        count = len(self.tabs)
        if not count:
            return
        narrow, wide = theme.scaled(_NARROW), theme.scaled(_WIDE)
        self._tab_width = min(wide, max(narrow, room // count))
        first = self._first_shown(max(room // self._tab_width, 1))
        with QSignalBlocker(self):
            for index in range(count):
                last = first + max(room // self._tab_width, 1)
                self.setTabVisible(index, first <= index < last)
            # As in a tab row: this makes Qt lay the tabs out anew.
            self.setTabIcon(0, QIcon())

    def _first_shown(self, capacity: int) -> int:
        return max(0, self.currentIndex() - capacity + 1)

    def tabSizeHint(self, index: int) -> QSize:
        return QSize(self._tab_width, self.height())

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    # Keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, current = event.key(), self.currentIndex()
        moves = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if key == Qt.Key.Key_Home:
            self.setCurrentIndex(0)
        elif key == Qt.Key.Key_End:
            self.setCurrentIndex(self.count() - 1)
        elif key == Qt.Key.Key_Delete and current >= 0:
            self._owner.closeRequested.emit(self.tabs[current].id)
        elif moves and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._move(current, current + (1 if key == Qt.Key.Key_Right else -1))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()
        index = self.tabAt(self._pressed)
        if event.button() == Qt.MouseButton.LeftButton and not self._on_close(self._pressed):
            self._dragging = index
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        where = event.position().toPoint()
        self._set_hover(self.tabAt(where))
        far = (where - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if self._dragging >= 0 and far and event.buttons() & Qt.MouseButton.LeftButton:
            target = self.tabAt(QPoint(where.x(), self.height() // 2))
            if target >= 0 and target != self._dragging:
                moved, self._dragging = self._dragging, target
                self._move(moved, target)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        where = event.position().toPoint()
        index = self.tabAt(where)
        self._dragging = -1
        middle = event.button() == Qt.MouseButton.MiddleButton
        closes = event.button() == Qt.MouseButton.LeftButton and self._on_close(self._pressed)
        same = index >= 0 and index == self.tabAt(self._pressed)
        if same and (middle or (closes and self._on_close(where))):
            self._owner.closeRequested.emit(self.tabs[index].id)
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.tabAt(event.position().toPoint())
        if index >= 0:
            self._owner.pinRequested.emit(self.tabs[index].id)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if at_key else self.tabAt(event.pos())
        if index < 0:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        tab_id = self.tabs[index].id
        menu.addAction(self.tr("Close"), lambda: self._owner.closeRequested.emit(tab_id))
        if self.tabs[index].preview:
            menu.addAction(self.tr("Keep open"), lambda: self._owner.pinRequested.emit(tab_id))
        if self.tabs[index].method:
            show = self._owner.versionsRequested.emit
            menu.addAction(self.tr("Version history"), lambda: show(tab_id))
        menu.addSeparator()
        left = menu.addAction(self.tr("Move left"), lambda: self._move(index, index - 1))
        right = menu.addAction(self.tr("Move right"), lambda: self._move(index, index + 1))
        left.setEnabled(index > 0)
        right.setEnabled(index < self.count() - 1)
        menu.popup(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._set_hover(-1)

    def _move(self, start: int, end: int) -> None:
        if 0 <= start < self.count() and 0 <= end < self.count():
            self._owner.moveRequested.emit(start, end)

    def _set_hover(self, index: int) -> None:
        if index != self._hover:
            self._hover = index
            self.update()

    def _on_close(self, where: QPoint) -> bool:
        index = self.tabAt(where)
        if index < 0 or not self._shows_close(index):
            return False
        return where.x() >= self.tabRect(index).right() - theme.scaled(_SLOT)

    def _shows_close(self, index: int) -> bool:
        tab = self.tabs[index]
        if index == self._hover:
            return True
        return index == self.currentIndex() and not tab.busy and not tab.edited

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, tab in enumerate(self.tabs):
            if self.isTabVisible(index):
                self._paint_tab(painter, index, tab)

    def _paint_tab(self, painter: QPainter, index: int, tab: DocumentTab) -> None:
        room = self.tabRect(index)
        current = index == self.currentIndex()
        self._paint_frame(painter, index, room, current)
        x = room.left() + theme.scaled(_PADDING)
        x += self._paint_lead(painter, tab, x, room)
        font = theme.ui_font(13, italic=tab.preview)
        end = _SLOT if self._shows_close(index) or tab.busy or tab.edited else _PADDING
        words = QRect(x, 0, room.right() - theme.scaled(end) - x, room.height())
        draw_text(painter, words, tab.title, font, "text" if current else "text2")
        self._paint_slot(painter, index, tab, room)

    def _paint_frame(self, painter: QPainter, index: int, room: QRect, current: bool) -> None:
        border = theme.color("border")
        if current:
            painter.fillRect(room, theme.color("surface"))
            top = QRect(room.left(), 0, room.width(), theme.scaled(2))
            painter.fillRect(top, theme.color("accent"))
            painter.fillRect(QRect(room.right(), 0, 1, room.height()), border)
            if room.left():
                painter.fillRect(QRect(room.left() - 1, 0, 1, room.height()), border)
            return
        painter.fillRect(QRect(room.left(), room.height() - 1, room.width(), 1), border)
        if index != self.currentIndex() - 1:
            inset = theme.scaled(10)
            painter.fillRect(QRect(room.right(), inset, 1, room.height() - 2 * inset), border)

    def _paint_lead(self, painter: QPainter, tab: DocumentTab, x: int, room: QRect) -> int:
        """Paint the method or the icon; return the width it took with its gap."""
        if tab.method:
            font = theme.mono_font(11, 700)
            label = method_short(tab.method)
            width = QFontMetrics(font).horizontalAdvance(label)
            box = QRect(x, 0, width + 1, room.height())
            draw_text(painter, box, label, font, tab.method_color)
            return width + theme.scaled(8)
        if tab.icon:
            side = theme.scaled(14)
            drawn = icons.pixmap(tab.icon, "text2", side, self.devicePixelRatioF())
            painter.drawPixmap(x, (room.height() - side) // 2, drawn)
            return theme.scaled(22)
        return 0

    def _paint_slot(self, painter: QPainter, index: int, tab: DocumentTab, room: QRect) -> None:
        center = QPointF(room.right() - theme.scaled(18), room.height() / 2)
        if self._shows_close(index):
            side = theme.scaled(14)
            drawn = icons.pixmap("x", "text3", side, self.devicePixelRatioF())
            painter.drawPixmap(center - QPointF(side / 2, side / 2), drawn)
        elif tab.asking:
            side = theme.scaled(_ASKING)
            drawn = icons.pixmap("circle-question-mark", "amber", side, self.devicePixelRatioF())
            painter.drawPixmap(center - QPointF(side / 2, side / 2), drawn)
        elif tab.busy:
            paint_state(painter, center, "ring", "accent", self._step)
        elif tab.edited:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("text2"))
            painter.drawEllipse(center, theme.scaled(3), theme.scaled(3))

    def _advance(self) -> None:
        self._step = (self._step + 1) % RING_STEPS
        self.update()

    def _run_or_stop(self) -> None:
        if any(tab.busy and not tab.asking for tab in self.tabs) and not theme.reduced_motion():
            self._timer.start()
        else:
            self._timer.stop()
