"""What the command palette offers: open tabs, the requests of the collections, and commands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.actions import shortcut_text
from httpdesk.gui.collection_commands import CollectionCommands
from httpdesk.gui.documents import Document
from httpdesk.gui.fuzzy import Haystack, Match
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.palette_entry import EntrySource, PaletteEntry
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.tabs import PageTab
from httpdesk.gui.titles import page_icon, tab_title
from httpdesk.model.collection import Collection, Item, ItemKind

MOST_RECENT = 5
COMMANDS = ">"


def recent_tabs(parts: WindowParts, *, requests_only: bool = False) -> Iterator[PaletteEntry]:
    """Yield the tabs that were in front before this one, the last one first."""
    group = _tr("Recent")
    tabs = [each for each in parts.documents.recent() if _is_request(each) or not requests_only]
    for tab in tabs[:MOST_RECENT]:
        activate = partial(parts.documents.activate, tab.id)
        method = tab.request.method if isinstance(tab, Document) else ""
        icon = page_icon(tab) if isinstance(tab, PageTab) else ""
        yield PaletteEntry(group, tab_title(tab), activate, method=method, icon=icon)


def _is_request(tab: object) -> bool:
    return isinstance(tab, Document)


def command_source(parts: WindowParts) -> EntrySource:
    """Return the commands that can run now."""
    group = _tr("Commands")
    return EntrySource(
        (
            PaletteEntry(
                group, action.text(), action.trigger, icon=spec.icon, shortcut=shortcut_text(action)
            )
            for spec, action in parts.actions.for_palette()
            if action.isEnabled() and spec.id != "palette"
        ),
        COMMANDS,
    )


class _Row(NamedTuple):
    root: str
    trail: str
    item: Item


class RequestSource:
    """Finds among the requests of all open collections, by name, folders, method and URL."""

    prefix = ""

    def __init__(self, parts: WindowParts, commands: CollectionCommands) -> None:
        self._parts = parts
        self._commands = commands
        self._rows: dict[str, tuple[Collection, list[_Row], list[str]]] = {}
        self._known: tuple[Collection, ...] = ()
        self._texts: Haystack[_Row] = Haystack((), ())

    def refresh(self) -> None:
        """Take up what the collections have now; cheap while that is what they had before."""
        collections = self._parts.workspace.collections
        same = len(collections) == len(self._known) and all(
            one is other for one, other in zip(collections, self._known, strict=True)
        )
        if same:
            return
        self._known = collections
        self._rows = {each.root: self._rows_of(each) for each in collections}
        rows = [row for _, rows, _ in self._rows.values() for row in rows]
        texts = [text for _, _, texts in self._rows.values() for text in texts]
        self._texts = Haystack(rows, texts)

    def find(self, query: str, most: int) -> list[Match[PaletteEntry]]:
        """Return the best matches, at most `most`."""
        found = self._texts.best(query, most)
        return [Match(self._entry(each.entry), each.score, each.hits) for each in found]

    def _rows_of(self, collection: Collection) -> tuple[Collection, list[_Row], list[str]]:
        known = self._rows.get(collection.root)
        if known is not None and known[0] is collection:
            return known
        rows = list(_requests(collection))
        texts = [
            f"{item.name} {trail}\n{item.method}\n{item.url}\n{item.path}"
            for _, trail, item in rows
        ]
        return collection, rows, texts

    def _entry(self, row: _Row) -> PaletteEntry:
        key = ItemKey(row.root, row.item.path)
        return PaletteEntry(
            _tr("Requests"),
            row.item.name,
            partial(self._commands.open_item, key, False),
            row.trail,
            method=row.item.method,
            send=partial(self._commands.open_and_send, key),
        )


def _requests(collection: Collection) -> Iterator[_Row]:
    folders = [(collection.items, collection.name)]
    while folders:
        items, trail = folders.pop(0)
        below = []
        for item in items:
            if item.kind is ItemKind.FOLDER:
                below.append((item.children, f"{trail} / {item.name}"))
            elif item.kind is ItemKind.REQUEST:
                yield _Row(collection.root, trail, item)
        folders[:0] = below


def _tr(text: str) -> str:
    return QCoreApplication.translate("Palette", text)
