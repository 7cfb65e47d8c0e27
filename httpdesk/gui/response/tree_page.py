"""The Tree view: a JSON body as keys and values that open."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtWidgets import QAbstractItemView, QMenu, QVBoxLayout, QWidget

from httpdesk.engine.masking import MASK
from httpdesk.gui.response.body_page import BodyPage, PageTools, ShownBody
from httpdesk.gui.response.hidden_bytes import HiddenBytes, Revealing, masker_of
from httpdesk.gui.response.masked_text import MaskedText
from httpdesk.gui.response.notice_bar import Notice
from httpdesk.gui.response.tree_page_find import TreeFind
from httpdesk.gui.response.tree_page_loader import MOST_EXPANDED, FoundInTree, TreeLoader
from httpdesk.gui.response.tree_page_model import Item, JsonTreeModel
from httpdesk.gui.response.tree_page_view import JsonTreeView
from httpdesk.gui.response.tree_words import hides, name_of
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.revealing import REVEAL_MS
from httpdesk.model.response import BodyHandle
from httpdesk.render.json_select import selector_of
from httpdesk.render.json_tree import Node, NodeKind, decoded, end_of_key, measure
from httpdesk.render.rows import Pause
from httpdesk.render.units import format_size

MOST_COPIED = 32_000_000
"""Bytes of a value that are copied."""
_STOP = "tree-stop"


class TreePage(BodyPage):
    """A JSON body as a tree that is read as far as it is looked at."""

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self._filtered = False
        self._shown = Revealing()
        self._hide = QTimer(self, interval=REVEAL_MS, singleShot=True)
        self._hide.timeout.connect(self._hide_again)
        self.model = JsonTreeModel(self)
        self.view = JsonTreeView(self.model)
        self.loader = TreeLoader(tools, self.model, self)
        self.search = TreeFind(self.loader)
        self.expand_button = IconButton("chevrons-up-down", self.tr("Expand all"))
        self.collapse_button = IconButton("chevrons-down-up", self.tr("Collapse all"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.search)
        layout.addWidget(self.view, 1)
        self._connect()

    def _connect(self) -> None:
        self.loader.opened.connect(self._on_opened)
        self.loader.grown.connect(self._on_grown)
        self.search.matched.connect(self._show_match)
        self.search.closed.connect(lambda: self.view.setFocus(Qt.FocusReason.OtherFocusReason))
        self.view.clicked.connect(self._on_clicked)
        self.view.seen.connect(self._on_seen)
        self.view.copyRequested.connect(self.copy_shown)
        self.view.secretToggled.connect(self.toggle_secret)
        self.view.expandRequested.connect(self.expand_all)
        self.view.menuRequested.connect(self.open_menu)
        self.expand_button.clicked.connect(lambda: self.expand_all(self.view.currentIndex()))
        self.collapse_button.clicked.connect(self.collapse_all)

    # BodyPage

    @property
    def busy(self) -> bool:
        return self.loader.busy or self.view.looking or self.search.busy

    def show_body(self, body: ShownBody, view: str) -> None:
        self._set_notices()
        self.search.forget()
        self._filtered = body.filtered
        self._shown.ones.clear()
        self.model.masked.open(body.exchange)
        hidden = HiddenBytes(body.handle, "application/json", masker_of(body.exchange))
        self.loader.open(body.handle, hidden, self._shown)

    def clear(self) -> None:
        self._set_notices()
        self.search.forget()
        self.loader.close()

    @property
    def is_text(self) -> bool:
        return True

    def copy_all(self) -> None:
        """Copy the whole body as received."""
        if self.loader.is_open:
            self.loader.run(_whole_text, self._on_text)

    def open_find(self) -> None:
        self.search.open()

    def find_next(self) -> None:
        self.search.find_next()

    def find_previous(self) -> None:
        self.search.find_previous()

    def bar_widgets(self) -> tuple[QWidget, ...]:
        return (self.expand_button, self.collapse_button)

    def act(self, key: str) -> bool:
        if key != _STOP:
            return False
        self.loader.stop_growing()
        self._set_notices()
        return True

    # Secrets

    def set_revealed(self, on: bool) -> None:
        """Show all secrets of this and of later bodies as they are, or hide them again."""
        self._shown.all = self.model.masked.all = on
        self._hide_again()

    def toggle_secret(self) -> bool:
        """Show the current value for a while, or hide it; False when it is no secret."""
        item, masked = self._current(), self.model.masked
        if item is None or item.node is None or not hides(item.node, masked):
            return False
        if masked.all:
            self.hideRequested.emit()
            return True
        masked.ones ^= {item.node.start}
        if item.node.start in masked.ones:
            self._hide.start()
        self.view.viewport().update()
        return True

    def _hide_again(self) -> None:
        self.model.masked.ones.clear()
        self.view.viewport().update()

    # Opening and closing

    def expand_all(self, index: QModelIndex) -> None:
        """Open all below a row, as far as it is not too much; without a row all there is."""
        item = self.model.item(index if index.isValid() else self.model.index(0, 0))
        if item.node is None or not item.node.is_container:
            item = item.parent or item
        if item.node is not None:
            self._set_notices(
                Notice(self.tr("Opening…"), "slate", ((_STOP, self.tr("Stop")),)),
            )
            self.loader.grow(item)

    def collapse_all(self) -> None:
        """Close all but the outermost value."""
        self.view.collapseAll()
        self._open_first()

    def _on_opened(self) -> None:
        self._open_first()
        self.shown.emit()

    def _open_first(self) -> None:
        first = self.model.index(0, 0)
        if self.model.rowCount() <= 2:
            self.view.expand(first)

    def _on_grown(self, item: Item) -> None:
        self._set_notices()
        self.view.expandRecursively(self.model.index_of(item))
        if self.model.has_tail_below(item):
            words = self.tr("The first {0:,} values are open. What follows opens as you scroll.")
            self._set_notices(Notice(words.format(MOST_EXPANDED), "slate"))

    def _show_match(self, found: FoundInTree) -> None:
        """Open the way to a match and choose its row."""
        item = self.loader.show_way(found.way)
        index = self.model.index_of(item)
        parent = index.parent()
        while parent.isValid():
            self.view.expand(parent)
            parent = parent.parent()
        self.view.setCurrentIndex(index)
        self.view.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _on_clicked(self, index: QModelIndex) -> None:
        item = self.model.item(index)
        if item.is_head and item.parent is not None:
            self.loader.restart(item.parent)

    def _on_seen(self, item: Item) -> None:
        if item.is_head:
            return
        if item.is_tail and item.parent is not None:
            self.loader.load(item.parent)
        else:
            self.loader.measure(item)

    # Copying

    def copy_shown(self) -> None:
        """Copy the current value as it is on screen: a secret that is hidden as bullets."""
        item = self._current()
        if item is not None and item.node is not None:
            work = partial(_shown_text, item.node, self.model.masked)
            self.loader.run(work, self._on_text)

    def copy_value(self) -> None:
        """Copy the current value: a string without its quotes and escapes."""
        item = self._current()
        if item is not None and item.node is not None:
            self.loader.run(partial(_value_text, item.node, False), self._on_text)

    def copy_json(self) -> None:
        """Copy the current value as it was received."""
        item = self._current()
        if item is not None and item.node is not None:
            self.loader.run(partial(_value_text, item.node, True), self._on_text)

    def copy_key(self) -> None:
        """Copy the current key, without its quotes and escapes, or the index."""
        item = self._current()
        if item is None or item.node is None:
            return
        if item.node.key is None:
            self.copied.emit(str(item.number))
        else:
            self.loader.run(partial(_key_text, item.node), self._on_text)

    def copy_path(self) -> None:
        """Copy the JSONPath of the current value."""
        item = self._current()
        if item is not None:
            self.copied.emit(self.model.path(item))

    def use_value(self) -> None:
        """Ask for the current value to be a variable of later requests."""
        item = self._current()
        if item is None or not self._can_use(item):
            return
        steps = self.model.steps(item)
        names = [decoded(step) for step in steps if isinstance(step, bytes)]
        selector = selector_of(self.model.path(item))
        self.valueRequested.emit(names[-1] if names else "value", selector)

    def _can_use(self, item: Item) -> bool:
        """Whether each response of the request has such a place: it is one value, unfiltered."""
        is_one = len(self.model.root.kids) == 1
        return item.node is not None and is_one and not self._filtered

    def open_menu(self, index: QModelIndex) -> None:
        """Open the menu of a row under it."""
        item = self.model.item(index)
        if item.node is None:
            return
        menu = QMenu(self)
        menu.addAction(self.tr("Copy value"), self.copy_value)
        menu.addAction(self.tr("Copy key"), self.copy_key)
        menu.addAction(self.tr("Copy path"), self.copy_path)
        menu.addAction(self.tr("Copy as JSON"), self.copy_json)
        if hides(item.node, self.model.masked):
            hidden = MASK in self.model.parts(item).value
            words = self.tr("Reveal value") if hidden else self.tr("Hide value")
            menu.addAction(words, self.toggle_secret)
        use = menu.addAction(self.tr("Use in another request"), self.use_value)
        use.setEnabled(self._can_use(item))
        if item.node.is_container:
            menu.addSeparator()
            menu.addAction(self.tr("Expand all"), lambda: self.expand_all(index))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        place = self.view.visualRect(index).bottomLeft()
        menu.popup(self.view.viewport().mapToGlobal(place))

    def _current(self) -> Item | None:
        index = self.view.currentIndex()
        item = self.model.item(index) if index.isValid() else None
        return item if item is not None and not item.is_tail else None

    def _on_text(self, text: str | None) -> None:
        if text is not None:
            self.copied.emit(text)
            return
        words = self.tr("This is more than {0} and was not copied. Save the body instead.")
        self._set_notices(Notice(words.format(format_size(MOST_COPIED)), "amber"))


def _whole_text(body: BodyHandle, pause: Pause) -> str | None:
    if body.size > MOST_COPIED:
        return None
    return body.read_at(0, body.size).decode("utf-8", "replace")


def _value_text(node: Node, as_json: bool, body: BodyHandle, pause: Pause) -> str | None:
    end = node.end or measure(body, node.start, pause).end
    if end - node.start > MOST_COPIED:
        return None
    token = body.read_at(node.start, end - node.start)
    if node.kind is NodeKind.STRING and not as_json:
        return decoded(token)
    return token.decode("utf-8", "replace")


def _shown_text(node: Node, masked: MaskedText, body: BodyHandle, pause: Pause) -> str | None:
    text = _value_text(node, False, body, pause)
    return None if text is None else masked.value(name_of(node), text, node.start)


def _key_text(node: Node, body: BodyHandle, pause: Pause) -> str:
    end = end_of_key(body, node, pause)
    return decoded(body.read_at(node.key_start, end - node.key_start))
