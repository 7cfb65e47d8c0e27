"""What Tab goes through: the visible widgets in the order in which they are read.

Qt's own chain has widgets in the order in which they were made, and much of this window is made
when it is first needed. This one follows the layouts instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QLayout,
    QLineEdit,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QWidget,
)

_LEAVES = (QAbstractSpinBox, QComboBox, QLineEdit, QTabBar)


def tab_stops(root: QWidget) -> list[QWidget]:
    """Return the widgets below `root` that Tab stops at."""
    return [widget for widget in _walk(root) if _takes_tab(widget)]


def next_stop(root: QWidget, focused: QWidget | None, forward: bool) -> QWidget | None:
    """Return where Tab goes from `focused`, round and round below `root`; None when nowhere."""
    widgets = list(_walk(root))
    here = _place_of(focused, widgets)
    behind, before = widgets[here + 1 :], widgets[: max(here, 0)]
    ways = behind + before if forward else [*reversed(before), *reversed(behind)]
    return next((widget for widget in ways if _takes_tab(widget)), None)


def _place_of(focused: QWidget | None, widgets: list[QWidget]) -> int:
    """Return where the focus is: at the widget that has it, or at the one that holds that."""
    while focused is not None:
        if focused in widgets:
            return widgets.index(focused)
        focused = focused.parentWidget()
    return -1


def _walk(root: QWidget) -> Iterator[QWidget]:
    for child in _children(root):
        if child.isVisible():
            yield child
            yield from _walk(child)


def _children(widget: QWidget) -> list[QWidget]:
    """Return the children from first to last; the dividers of a splitter come behind its panes."""
    found: list[QWidget | None]
    if isinstance(widget, QStackedWidget):
        found = [widget.currentWidget()]
    elif isinstance(widget, QSplitter):
        places = range(widget.count())
        found = [widget.widget(n) for n in places] + [widget.handle(n) for n in places if n]
    elif isinstance(widget, QScrollArea):
        found = [widget.widget()]
    elif isinstance(widget, (QAbstractScrollArea, *_LEAVES)):
        found = []
    else:
        return _laid_out(widget)
    return [child for child in found if child is not None]


def _laid_out(widget: QWidget) -> list[QWidget]:
    layout = widget.layout()
    ordered = list(_of_layout(layout)) if layout is not None else []
    found = widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    rest = [child for child in found if child not in ordered and not child.isWindow()]
    return ordered + sorted(rest, key=lambda child: (child.y(), child.x()))


def _of_layout(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is None:
            continue
        inner = item.layout()
        child = item.widget()
        if inner is not None:
            yield from _of_layout(inner)
        elif child is not None:
            yield child


def _takes_tab(widget: QWidget) -> bool:
    policy = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(policy) and widget.isEnabled() and widget.focusProxy() is None
