"""Where the cursors and scroll bars of a request's page stand: read, kept as JSON, put back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QHeaderView,
    QPlainTextEdit,
    QScrollBar,
    QTableView,
    QWidget,
)

if TYPE_CHECKING:
    from httpdesk.gui.request_page import RequestPage

URL, TABS, FOCUS = "url", "tabs", "focus"
Places = dict[str, Any]


def read_places(page: RequestPage) -> Places:
    """Return where everything in the URL and in the tab in front stands."""
    field, pane = page.editor.url_bar.field, page.editor.pane
    focused = page.window().focusWidget()
    widgets = _widgets(pane.content)
    places: Places = {URL: _text_place(field), TABS: {}}
    places[TABS][pane.tabs.current] = {
        name: _place(widget) for name, widget in widgets.items() if _is_shown(widget, pane.content)
    }
    if focused is field:
        places[FOCUS] = URL
    else:
        found = next((name for name, each in widgets.items() if each is focused), None)
        if found is not None:
            places[FOCUS] = found
    return places


def merged(before: str, now: Places) -> str:
    """Return the places as JSON, with those of the tabs that are not in front as they were."""
    tabs = parsed(before).get(TABS)
    known = tabs if isinstance(tabs, dict) else {}
    return json.dumps({**now, TABS: {**known, **now[TABS]}}, separators=(",", ":"))


def parsed(text: str) -> Places:
    """Return kept places; nothing kept, or damage, is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def put_back(page: RequestPage, places: Places, *, focus: bool = False) -> None:
    """Move cursors and scroll bars of the URL and of the tab in front to where they stood."""
    field, pane = page.editor.url_bar.field, page.editor.pane
    _put(field, places.get(URL))
    put_back_tab(page, places)
    if focus:
        name = places.get(FOCUS)
        widget = field if name == URL else _widgets(pane.content).get(str(name))
        if widget is not None:
            page.last_focus = widget
            if page.isAncestorOf(page.window().focusWidget()):
                page.take_focus()


def put_back_tab(page: RequestPage, places: Places) -> None:
    """Do the same for the tab in front alone."""
    pane = page.editor.pane
    tabs = places.get(TABS)
    kept = tabs.get(pane.tabs.current) if isinstance(tabs, dict) else None
    if isinstance(kept, dict):
        for name, widget in _widgets(pane.content).items():
            _put(widget, kept.get(name))


def moving_widgets(page: RequestPage) -> list[QAbstractScrollArea]:
    """Return what has a cursor or scrolls in the URL and in the tab in front."""
    return [page.editor.url_bar.field, *_widgets(page.editor.pane.content).values()]


@contextmanager
def keeping_places(page: RequestPage | None) -> Iterator[None]:
    """Give a block that fills the page anew without moving its cursors."""
    places = read_places(page) if page is not None else {}
    yield
    if page is not None:
        put_back(page, places)


def _widgets(content: QWidget) -> dict[str, QAbstractScrollArea]:
    """Return what has a cursor or scrolls in a tab, by names that the next run gives again."""
    found: dict[str, QAbstractScrollArea] = {}
    own = [content] if isinstance(content, QAbstractScrollArea) else []
    for widget in (*own, *content.findChildren(QAbstractScrollArea)):
        if isinstance(widget, QHeaderView):
            continue
        shown = _is_shown(widget, content)
        name = f"{type(widget).__name__}:{widget.accessibleName()}"
        # Of several of a kind the one on screen is meant, as only that one is read.
        if shown or name not in found:
            found[name] = widget
    return found


def _is_shown(widget: QWidget, content: QWidget) -> bool:
    return widget is content or widget.isVisibleTo(content)


def _place(widget: QAbstractScrollArea) -> list[int]:
    if isinstance(widget, QPlainTextEdit):
        return _text_place(widget)
    if isinstance(widget, QTableView):
        return [widget.currentIndex().row(), widget.currentIndex().column()]
    return [0, 0, widget.verticalScrollBar().value(), widget.horizontalScrollBar().value()]


def _text_place(widget: QPlainTextEdit) -> list[int]:
    cursor = widget.textCursor()
    bars = widget.verticalScrollBar().value(), widget.horizontalScrollBar().value()
    return [cursor.anchor(), cursor.position(), *bars]


def _put(widget: QAbstractScrollArea, place: object) -> None:
    if not isinstance(place, list) or not all(isinstance(each, int) for each in place):
        return
    if isinstance(widget, QTableView) and len(place) == 2:
        index = widget.model().index(*place)
        if index.isValid() and index != widget.currentIndex():
            widget.setCurrentIndex(index)
    elif len(place) == 4:
        if isinstance(widget, QPlainTextEdit):
            _set_cursor(widget, place[0], place[1])
        scroll_to(widget.verticalScrollBar(), place[2])
        scroll_to(widget.horizontalScrollBar(), place[3])


def _set_cursor(widget: QPlainTextEdit, anchor: int, position: int) -> None:
    cursor, end = widget.textCursor(), max(0, widget.document().characterCount() - 1)
    cursor.setPosition(min(max(anchor, 0), end))
    cursor.setPosition(min(max(position, 0), end), QTextCursor.MoveMode.KeepAnchor)
    widget.setTextCursor(cursor)


def scroll_to(bar: QScrollBar, value: int) -> None:
    """Scroll there now, or as soon as what is scrolled has been laid out."""
    bar.setValue(value)
    if bar.value() == value or bar.maximum() >= value:
        return

    def laid_out(_least: int, most: int) -> None:
        if most >= value:
            bar.rangeChanged.disconnect(laid_out)
            bar.setValue(value)

    bar.rangeChanged.connect(laid_out)
