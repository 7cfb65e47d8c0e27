"""A row of tabs with counts, a "more" menu when they do not fit, and room for buttons."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QIcon,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QTabBar, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.labels import plain_tooltip

_HEIGHT = 40
_PADDING = 10
_LEFT = 2
_BADGE_GAP = 5
_DOT_ROOM = 7


@dataclass(slots=True)
class _Tab:
    key: str
    title: str
    badge: str | None = None
    dot: str | None = None
    meaning: str = ""

    def spoken(self) -> str:
        """Return what a screen reader says, such as "Params, 2"."""
        meaning = self.meaning if self.dot else ""
        return ", ".join(part for part in (self.title, self.badge, meaning) if part)


class TabRow(QWidget):
    """Tabs by key; arrow keys, Home and End move between them.

    Signals: `currentChanged(key)` when the user or `set_current` chose another tab.
    """

    currentChanged = Signal(str)

    def __init__(
        self, name: str = "", *, height: int = _HEIGHT, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._height = height
        self._tabs: list[_Tab] = []
        self.bar = _Bar(self._tabs, self)
        self.bar.setAccessibleName(name)
        self.more = IconButton("ellipsis", self.tr("More tabs"), parent=self)
        self._hidden = QMenu(self)
        self._hidden.aboutToShow.connect(self._list_hidden)
        self.more.setMenu(self._hidden)
        self.more.hide()
        self._trailing = QHBoxLayout()
        self._trailing.setSpacing(4)
        self._layout = QHBoxLayout(self)
        self._layout.setSpacing(0)
        # The row may be narrower than its tabs: then `_fit` hides some.
        self._layout.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self._layout.addWidget(self.bar)
        self._layout.addWidget(self.more)
        self._layout.addStretch(1)
        self._layout.addLayout(self._trailing)
        self.bar.currentChanged.connect(self._on_current_changed)
        theme.follow(self._restyle)

    @property
    def current(self) -> str:
        """The key of the chosen tab, "" when there is none."""
        index = self.bar.currentIndex()
        return self._tabs[index].key if index >= 0 else ""

    def keys(self) -> list[str]:
        """Return the keys from left to right."""
        return [tab.key for tab in self._tabs]

    def add_tab(self, key: str, title: str) -> None:
        """Add a tab at the end; the first one becomes the current tab."""
        self._tabs.append(_Tab(key, title))
        self.bar.addTab(title)
        self._retell(len(self._tabs) - 1)

    def remove_tab(self, key: str) -> None:
        """Take a tab away; raises `KeyError` on an unknown key."""
        index = self._index(key)
        del self._tabs[index]
        self.bar.removeTab(index)
        self._fit()

    def set_badge(self, key: str, text: str | None) -> None:
        """Show a count or a short word after the tab's name, or nothing."""
        index = self._index(key)
        self._tabs[index].badge = text
        self._retell(index)

    def set_dot(self, key: str, color: str | None, meaning: str = "") -> None:
        """Show a dot in the colour of a token after the tab's name; `meaning` is its tooltip."""
        index = self._index(key)
        self._tabs[index].dot, self._tabs[index].meaning = color, meaning
        self.bar.setTabToolTip(index, plain_tooltip(meaning if color else ""))
        self._retell(index)

    def set_current(self, key: str) -> None:
        """Choose the tab of `key`; raises `KeyError` on an unknown one."""
        self.bar.setCurrentIndex(self._index(key))

    def add_trailing(self, widget: QWidget) -> None:
        """Put a widget at the right end of the row."""
        self._trailing.addWidget(widget)

    def tabs_width(self) -> int:
        """Return the width at which every tab is shown."""
        return self.bar.full_width()

    def minimumSizeHint(self) -> QSize:
        """Return the width of the trailing widgets, one tab and the menu."""
        trailing = self._trailing.minimumSize().width()
        return QSize(trailing + theme.scaled(120), theme.scaled(self._height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        line = QRect(0, self.height() - 1, self.width(), 1)
        QPainter(self).fillRect(line, theme.color("border"))

    def _index(self, key: str) -> int:
        for index, tab in enumerate(self._tabs):
            if tab.key == key:
                return index
        raise KeyError(key)

    def _retell(self, index: int) -> None:
        self.bar.setAccessibleTabName(index, self._tabs[index].spoken())
        self.bar.relayout()
        self._fit()

    def _on_current_changed(self, index: int) -> None:
        if index < 0:
            return
        self._fit()
        self.currentChanged.emit(self._tabs[index].key)

    def _fit(self) -> None:
        margins = self._layout.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        trailing = self._trailing.sizeHint().width()
        fits = self.bar.fit(room - trailing, theme.scaled(32))
        self.more.setVisible(not fits)
        self._layout.activate()

    def _list_hidden(self) -> None:
        self._hidden.clear()
        for index, tab in enumerate(self._tabs):
            if not self.bar.isTabVisible(index):
                action = self._hidden.addAction(tab.spoken())
                action.triggered.connect(lambda _=False, key=tab.key: self.set_current(key))

    def _restyle(self) -> None:
        self.setFixedHeight(theme.scaled(self._height))
        self._layout.setContentsMargins(theme.scaled(_LEFT), 0, theme.scaled(12), 0)
        self.bar.set_height(theme.scaled(self._height))
        self._fit()


class _Bar(QTabBar):
    """Qt's own tab bar for roles, focus and keys, with painting of its own."""

    def __init__(self, tabs: list[_Tab], parent: QWidget) -> None:
        super().__init__(parent)
        self._tabs = tabs
        self._tall = _HEIGHT
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_height(self, height: int) -> None:
        self._tall = height
        self.setFont(theme.ui_font(13, 500))
        self.setFixedHeight(height)
        self.relayout()

    def relayout(self) -> None:
        """Ask for the sizes of the tabs again.

        Qt has no call for just that, but does it when a tab without an icon gets none.
        """
        if self.count():
            self.setTabIcon(0, QIcon())

    def full_width(self) -> int:
        return sum(self._width(tab) for tab in self._tabs)

    def fit(self, room: int, more: int) -> bool:
        """Hide the last tabs that do not fit `room`, never the current one; True if all fit."""
        widths = [self._width(tab) for tab in self._tabs]
        shown = set(range(len(widths)))
        if sum(widths) > room:
            shown = self._choose(widths, room - more)
        blocker = QSignalBlocker(self)
        for index in range(self.count()):
            self.setTabVisible(index, index in shown)
        blocker.unblock()
        # A bar that is not on screen would keep the hint of the tabs that it had before.
        self.setFixedWidth(sum(widths[index] for index in shown))
        return len(shown) == len(widths)

    def _choose(self, widths: list[int], room: int) -> set[int]:
        current = max(self.currentIndex(), 0)
        shown, used = {current}, widths[current]
        for index, width in enumerate(widths):
            if index == current:
                continue
            if used + width > room:
                break
            shown.add(index)
            used += width
        return shown

    def tabSizeHint(self, index: int) -> QSize:
        if index >= len(self._tabs):
            return QSize(0, self._tall)
        return QSize(self._width(self._tabs[index]), self._tall)

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last, current = self.count() - 1, self.currentIndex()
        steps = {
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
            Qt.Key.Key_Left: max(current - 1, 0),
            Qt.Key.Key_Right: min(current + 1, last),
        }
        target = steps.get(Qt.Key(event.key()))
        if target is None:
            super().keyPressEvent(event)
        else:
            self.setCurrentIndex(target)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel alone: it scrolls what is under a row of tabs, it does not choose."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered = self.tabAt(self.mapFromGlobal(self.cursor().pos())) if self.underMouse() else -1
        for index, tab in enumerate(self._tabs):
            if self.isTabVisible(index):
                self._paint_tab(painter, index, tab, index == hovered)

    def _paint_tab(self, painter: QPainter, index: int, tab: _Tab, hovered: bool) -> None:
        room = self.tabRect(index)
        current = index == self.currentIndex()
        pad = theme.scaled(_PADDING)
        x = room.left() + pad
        font = theme.ui_font(13, 500)
        painter.setFont(font)
        painter.setPen(theme.color("text" if current or hovered else "text2"))
        align = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRect(x, 0, room.width(), room.height()), align, tab.title)
        x += QFontMetrics(font).horizontalAdvance(tab.title)
        if tab.badge:
            painter.setFont(theme.ui_font(11))
            painter.setPen(theme.color("text3"))
            x += theme.scaled(_BADGE_GAP)
            painter.drawText(QRect(x, 1, room.width(), room.height()), align, tab.badge)
            x += QFontMetrics(theme.ui_font(11)).horizontalAdvance(tab.badge)
        if tab.dot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(tab.dot))
            radius = theme.scaled(5) / 2
            center = QPointF(x + theme.scaled(7.5), room.height() / 2 + 0.5)
            painter.drawEllipse(center, radius, radius)
        if current:
            thick = theme.scaled(2)
            line = QRect(room.left() + pad, room.height() - thick, room.width() - 2 * pad, thick)
            painter.fillRect(line, theme.color("accent"))

    def _width(self, tab: _Tab) -> int:
        width = QFontMetrics(theme.ui_font(13, 500)).horizontalAdvance(tab.title)
        if tab.badge:
            metrics = QFontMetrics(theme.ui_font(11))
            width += theme.scaled(_BADGE_GAP) + metrics.horizontalAdvance(tab.badge)
        if tab.dot:
            width += theme.scaled(_BADGE_GAP + _DOT_ROOM)
        return width + 2 * theme.scaled(_PADDING)
