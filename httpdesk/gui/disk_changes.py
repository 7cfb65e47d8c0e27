"""What becomes of the tree and of open tabs when files change outside (storage.md).

A look is a job in the lane of the collections, so it comes before or after a save of ours, never
in between, and what we wrote ourselves has the digest that the tab knows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from PySide6.QtCore import QDeadlineTimer, QObject, QTimer, Signal

from httpdesk.engine.collection_ports import CollectionStore
from httpdesk.gui.documents import Detached, Document, Documents
from httpdesk.gui.folder_watch import FolderWatch
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.tabs import Tab
from httpdesk.gui.workspace import LANE, Workspace
from httpdesk.model.collection import Collection, Defaults, Item, ItemKind, LoadedRequest
from httpdesk.model.storage_errors import FileUnreadable, StorageFailed

BESIDE = ("environments", "connections")
"""Folders of a collection that hold no requests and are watched all the same."""
AGAIN_MS = 600
"""How long a file may be missing or broken before that is believed: many programs write in steps"""

REFRESHED = 100
"""Items of which each is read again by itself; for more the whole tree is, by its index."""
_COARSE_MS = 50
"""Timers may be early by a twentieth."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A tab on a file, as it was when the look began."""

    document: Document
    path: str
    digest: str | None


@dataclass(slots=True)
class _Seen:
    """What a look found; `collection` is None when it is as it was, or was not asked for."""

    collection: Collection | None = None
    whole: bool = True
    """Whether each file of the collection was read whole."""
    files: dict[str, LoadedRequest | StorageFailed] = field(default_factory=dict)
    """Of open tabs: those that are no longer what the tab knows."""
    inherited: dict[str, Defaults] = field(default_factory=dict)


class DiskChanges(QObject):
    """Has the window show what other programs made of the open collections."""

    changed = Signal(str, object)
    """(Root of a collection, the frozenset of watched paths that changed; empty when unknown)."""
    inheritedChanged = Signal(object)
    """The Document whose collection or folders hand down other things now."""
    tabsDetached = Signal(object)
    """The Documents, never none, whose files are gone; what is in them is kept."""
    unreadable = Signal(object, object)
    """(Document, StorageFailed): its file is there and cannot be read; the tab is as it was."""

    def __init__(
        self,
        store: Callable[[], CollectionStore],
        workspace: Workspace,
        documents: Documents,
        jobs: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._workspace = workspace
        self._documents = documents
        self._jobs = jobs
        self.watch = FolderWatch(self)
        self._looking: set[str] = set()
        self._again: set[str] = set()
        self._doubted: dict[str, QDeadlineTimer] = {}
        """By tab the time from which on it is believed that its file is gone or broken."""
        self._told: set[str] = set()
        self._lost: list[tuple[str, Detached]] = []
        """(The path that a tab's file had, what brings the tab back to it)."""
        self._watched_files: set[str] = set()
        self._unwatched: set[str] = set()
        """The folders of collections with files that are about to be watched."""
        self._beside: dict[str, frozenset[str]] = {}
        """By collection those of the folders BESIDE that are watched."""
        self.more_files: Callable[[], Iterable[str]] = tuple
        """What else is to be watched by itself, since editors write it in place."""
        self._second = QTimer(self, singleShot=True, interval=AGAIN_MS + _COARSE_MS)
        self._second.timeout.connect(self.look_everywhere)
        self._rewatch = QTimer(self, singleShot=True, interval=0)
        self._rewatch.timeout.connect(self._watch)
        self._connect()

    def _connect(self) -> None:
        self.watch.changed.connect(self._paths_changed)
        self.watch.activated.connect(self.look_everywhere)
        self.watch.complete.connect(self._watching)
        self._workspace.collectionsChanged.connect(self._rewatch.start)
        self._documents.changed.connect(self._file_changed)
        self._documents.orderChanged.connect(self._rewatch.start)
        self._documents.tabReopened.connect(self._reopened)
        self._documents.closed.connect(self._forget)

    @property
    def waits(self) -> bool:
        """Whether something is under way; nothing is while nothing changes."""
        return bool(self._looking) or self._second.isActive() or self._rewatch.isActive()

    # Looking

    def look_everywhere(self) -> None:
        """Look at every open collection, and at the files of tabs outside of them."""
        self._look_at(self._roots())

    def look(
        self, root: str, paths: frozenset[str] = frozenset(), *, only_tabs: bool = False
    ) -> None:
        """Find out what became of a collection and of the files of its tabs, or of those alone.

        `paths` are those that are known to have changed.
        """
        if self._jobs.closed:
            return
        if root in self._looking:
            self._again.add(root)
            return
        self._looking.add(root)
        known = None if only_tabs else self._workspace.collection(root)
        tabs = self._open_tabs(root)
        job = self._jobs.start(lambda _: _look(self._store(), root, known, tabs, paths), lane=LANE)
        job.finished.connect(lambda seen: self._take(root, tabs, seen))
        if not only_tabs:
            job.ended.connect(lambda: self.changed.emit(root, paths))
        job.ended.connect(lambda: self._looked(root))

    def _looked(self, root: str) -> None:
        self._looking.discard(root)
        if root in self._again:
            self._again.discard(root)
            self.look(root)

    def _roots(self) -> list[str]:
        roots = [collection.root for collection in self._workspace.collections]
        roots += [each.root for each in self._documents.all() if each.root is not None]
        return list(dict.fromkeys(roots))

    def _open_tabs(self, root: str) -> list[_Open]:
        """Return the tabs on files of `root`, and those whose file was there once."""
        open_tabs = self._documents.all()
        self._lost = [
            (path, each)
            for path, each in self._lost
            if each.document.path is None and each.document in open_tabs
        ]
        lost = [_Open(e.document, path, None) for path, e in self._lost if e.root == root]
        held = [each for each in open_tabs if each.root == root]
        return lost + [_Open(e, e.path, e.digest) for e in held if e.path is not None]

    def _reopened(self, tab: Tab) -> None:
        if isinstance(tab, Document) and tab.root is not None:
            self.look(tab.root)

    def rewatch(self) -> None:
        """Watch what there is by now."""
        self._rewatch.start()

    # What was found

    def _take(self, root: str, tabs: list[_Open], seen: _Seen) -> None:
        if seen.collection is not None and self._workspace.collection(root) is not None:
            self._workspace.take(seen.collection, whole=seen.whole)
        gone = [tab for tab in tabs if not self._take_tab(root, tab, seen)]
        for tab in gone:
            found = self._documents.detach(root, tab.path)
            self._lost += [(tab.path, each) for each in found]
        if gone:
            self.tabsDetached.emit([tab.document for tab in gone])
        # A folder that was deleted and made again is another one to the system.
        self._rewatch.start()

    def _take_tab(self, root: str, tab: _Open, seen: _Seen) -> bool:
        """Bring a tab up to date; return False when its file is gone."""
        document, found = tab.document, seen.files.get(tab.path)
        if document.path is None and isinstance(found, LoadedRequest):
            # As after a second `git checkout`.
            back = [e for path, e in self._lost if (path, e.document) == (tab.path, document)]
            self._documents.attach(back, tab.path)
        if (document.root, document.path) != (root, tab.path):
            return True
        if isinstance(found, StorageFailed):
            return self._take_problem(document, found)
        self._doubted.pop(document.id, None)
        self._told.discard(document.id)
        inherited = seen.inherited.get(tab.path, document.inherited)
        if inherited != document.inherited:
            document.inherited = inherited
            self.inheritedChanged.emit(document)
        if found is not None and found.digest != document.digest:
            self._documents.take_file(document, found)
        return True

    def _take_problem(self, document: Document, problem: StorageFailed) -> bool:
        since = self._doubted.setdefault(document.id, QDeadlineTimer(AGAIN_MS))
        if not since.hasExpired():
            self._second.start()
        elif isinstance(problem, FileUnreadable) and problem.gone:
            del self._doubted[document.id]
            return False
        elif document.id not in self._told:
            self._told.add(document.id)
            self.unreadable.emit(document, problem)
        return True

    def _forget(self, document: Document) -> None:
        self._doubted.pop(document.id, None)
        self._told.discard(document.id)

    # Watching

    def _file_changed(self, document: Document) -> None:
        """A tab was saved, moved or restored: its file may be another one now."""
        root, path = document.root, document.path
        if root and path is not None and _place(root, path) not in self._watched_files:
            self._rewatch.start()

    def _watch(self) -> None:
        files = {
            _place(each.root, each.path): each.root
            for each in self._documents.all()
            if each.root is not None and each.path is not None
        }
        self._unwatched |= {files[place] for place in files.keys() - self._watched_files}
        self._watched_files = set(files)
        watched = {*files, *self.more_files()}
        for place, root in files.items():
            watched.update(_above(place, root))
        for collection in self._workspace.collections:
            watched.update(_folders(collection))
        self.watch.watch(watched)

    def _watching(self) -> None:
        """A file may have changed after it was read and before it was watched."""
        roots, self._unwatched = self._unwatched, set()
        for root in roots:
            self.look(root, only_tabs=True)
        watched = self.watch.watched()
        for collection in self._workspace.collections:
            self._note_beside(collection.root, watched)

    def _note_beside(self, root: str, watched: frozenset[str]) -> None:
        """A folder that came after its collection was opened brought its files along."""
        here = frozenset(place for name in BESIDE if (place := _place(root, name)) in watched)
        new = here - self._beside.get(root, here)
        self._beside[root] = here
        if new:
            self.changed.emit(root, new)

    def _paths_changed(self, paths: frozenset[str]) -> None:
        beside = []
        for root in self._roots():
            top = PurePath(root).as_posix()
            inside = frozenset(each for each in paths if f"{each}/".startswith(f"{top}/"))
            if inside:
                self.look(root, inside)
                if top in inside:
                    # A folder that is watched, such as `environments`, may be there by now.
                    self._rewatch.start()
            elif top.rpartition("/")[0] in paths:
                beside.append(root)
        if beside and not self._jobs.closed:
            self._look_beside(beside)

    def _look_beside(self, roots: list[str]) -> None:
        """Something beside these folders changed, perhaps they themselves came or went."""
        gone = {root for root in roots if _is_gone(self._workspace.collection(root))}
        job = self._jobs.start(
            lambda _: [root for root in roots if os.path.isdir(root) == (root in gone)]
        )
        job.finished.connect(self._look_at)

    def _look_at(self, roots: list[str]) -> None:
        for root in roots:
            self.look(root)


def _look(
    store: CollectionStore,
    root: str,
    known: Collection | None,
    tabs: Sequence[_Open],
    paths: frozenset[str],
) -> _Seen:
    """Read what may be another thing now; runs on a worker."""
    seen = _Seen()
    if known is not None:
        collection, seen.whole = _read_tree(store, known, paths)
        seen.collection = None if collection == known else collection
    for tab in tabs:
        try:
            found = store.changed(root, tab.path, tab.digest)
        except StorageFailed as error:
            seen.files[tab.path] = error
        else:
            if found is not None:
                seen.files[tab.path] = found
    if known is not None:
        seen.inherited = _inherited(store, root, tabs)
    return seen


def _inherited(store: CollectionStore, root: str, tabs: Iterable[_Open]) -> dict[str, Defaults]:
    """Return what each tab inherits; where a folder's file is broken nobody knows that."""
    levels: dict[str, Defaults | None] = {}
    inherited: dict[str, Defaults] = {}
    for tab in tabs:
        folder = tab.path.rpartition("/")[0]
        if folder not in levels:
            levels[folder] = _defaults(store, root, tab.path)
        defaults = levels[folder]
        if defaults is not None:
            inherited[tab.path] = defaults
    return inherited


def _defaults(store: CollectionStore, root: str, path: str) -> Defaults | None:
    try:
        return store.defaults(root, path)
    except StorageFailed:
        return None


def _read_tree(
    store: CollectionStore, known: Collection, paths: frozenset[str]
) -> tuple[Collection, bool]:
    """Return the tree, of which only what these paths touch is read again, and `_Seen.whole`."""
    try:
        touched = _touched(known, paths)
        collection = known
        for path in touched:
            collection = store.refreshed(known.root, path)
        return (collection, True) if touched else store.glance(known.root)
    except StorageFailed as error:
        if _is_gone(known):
            return known, True
        return Collection(known.root, known.name, problem=error), True


def _touched(known: Collection, paths: frozenset[str]) -> list[str]:
    """Return the items to be read again when these paths changed, none when everything is."""
    top = f"{PurePath(known.root).as_posix()}/"
    below = {path.removeprefix(top).removesuffix("/folder.yml") for path in paths}
    items = [_item_at(known, path) for path in sorted(below)]
    known_items = [item for item in items if item is not None]
    count = sum(1 for item in known_items for _ in item.walk())
    if len(known_items) < len(items) or count > REFRESHED:
        return []
    return [item.path for item in known_items]


def _item_at(known: Collection, path: str) -> Item | None:
    items, found, way = known.items, None, ""
    for name in path.split("/"):
        way = f"{way}/{name}" if way else name
        found = next((item for item in items if item.path == way), None)
        if found is None:
            return None
        items = found.children
    return found


def _is_gone(collection: Collection | None) -> bool:
    return collection is not None and collection.problem is not None and not collection.items


def _folders(collection: Collection) -> Iterator[str]:
    """Yield every folder of a collection on disk, and the one that it lies in."""
    top = PurePath(collection.root).as_posix()
    yield top.rpartition("/")[0]
    yield top
    yield from (f"{top}/{name}" for name in BESIDE)
    waiting = [collection.items]
    while waiting:
        for item in waiting.pop():
            if item.kind is ItemKind.FOLDER:
                yield f"{top}/{item.path}"
                waiting.append(item.children)


def _above(place: str, root: str) -> Iterator[str]:
    """Yield the folders of a request with the files in them that hand something down to it."""
    top = PurePath(root).as_posix()
    folder = place.rpartition("/")[0]
    while len(folder) > len(top):
        yield from (folder, f"{folder}/folder.yml")
        folder = folder.rpartition("/")[0]
    yield from (top, f"{top}/opencollection.yml")


def _place(root: str, path: str) -> str:
    return f"{PurePath(root).as_posix()}/{path}"
