"""What the command palette offers: open tabs, the requests of the collections, and commands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.actions import shortcut_text
from httpdesk.gui.collection_commands import CollectionCommands
from httpdesk.gui.documents import Document
from httpdesk.gui.item_models.collection_tree import ItemKey
from httpdesk.gui.palette_entry import PaletteEntry
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.saving import folder_choices
from httpdesk.gui.tabs import PageTab
from httpdesk.gui.titles import page_icon, tab_title
from httpdesk.model.collection import Collection, ItemKind

MOST_RECENT = 5


def recent_tabs(parts: WindowParts) -> Iterator[PaletteEntry]:
    """Yield the tabs that were in front before this one, the last one first."""
    group = _tr("Recent")
    for tab in parts.documents.recent()[:MOST_RECENT]:
        activate = partial(parts.documents.activate, tab.id)
        method = tab.request.method if isinstance(tab, Document) else ""
        icon = page_icon(tab) if isinstance(tab, PageTab) else ""
        yield PaletteEntry(group, tab_title(tab), activate, method=method, icon=icon)


def all_entries(parts: WindowParts, commands: CollectionCommands) -> Iterator[PaletteEntry]:
    """Yield every request of the open collections, then every command that can run now."""
    for collection in parts.workspace.collections:
        yield from _requests(collection, commands)
    group = _tr("Commands")
    for spec, action in parts.actions.for_palette():
        if action.isEnabled() and spec.id != "palette":
            keys = shortcut_text(action)
            yield PaletteEntry(group, action.text(), action.trigger, icon=spec.icon, shortcut=keys)


def _requests(collection: Collection, commands: CollectionCommands) -> Iterator[PaletteEntry]:
    group, trails = _tr("Requests"), dict(folder_choices(collection))
    for item in collection.walk():
        if item.kind is ItemKind.REQUEST:
            key = ItemKey(collection.root, item.path)
            yield PaletteEntry(
                group,
                item.name,
                partial(commands.open_item, key, False),
                trails.get(ItemKey(key.root, key.folder), collection.name),
                method=item.method,
                send=partial(commands.open_and_send, key),
            )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Palette", text)
