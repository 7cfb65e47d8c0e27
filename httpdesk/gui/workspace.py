"""The open collections and what is done to them, as jobs; facts come back as signals."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.collection_ports import CollectionStore, Glance
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.jobs import Job, JobRunner
from httpdesk.gui.ports import WindowPorts
from httpdesk.gui.runtime import runtime_variables
from httpdesk.gui.slow_disk import SlowDisk
from httpdesk.model.collection import Collection, Defaults, LoadedRequest
from httpdesk.model.level import Level, LoadedLevel
from httpdesk.model.request import Request
from httpdesk.model.storage_errors import StorageFailed
from httpdesk.model.version import VersionReason

LANE = "collections"
PARSED_WHEN_OPENED = 300
Value = TypeVar("Value")
Change = tuple[Collection, Value]
Read = tuple[LoadedRequest, Defaults, dict[str, str]]


class Workspace(QObject):
    """Collection folders in use. Disk work runs in one lane, so that changes keep their order."""

    collectionsChanged = Signal()
    collectionOpened = Signal(str)
    """The folder of a collection that was opened because the user asked for it."""
    requestLoaded = Signal(object, object, object, bool)
    """(ItemKey, LoadedRequest, the Defaults that it inherits, preview)."""
    itemAdded = Signal(object)
    itemMoved = Signal(object, object)
    """(ItemKey before, ItemKey now) after a rename or a move."""
    itemDeleted = Signal(object, str, str)
    """(ItemKey, its name, ticket for `undo_delete`)."""
    inheritanceChanged = Signal(str)
    """A collection's folder: what it hands down to its requests is another thing now."""
    environmentChanged = Signal(str)
    """A collection's folder, "" for the workspace: other values, or another environment is chosen.
    """
    failed = Signal(object, str)
    """(HttpDeskError, what was tried, such as `open`)."""
    waiting = Signal(bool)
    """Whether the disk takes its time."""

    def __init__(self, ports: WindowPorts, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ports = ports
        self._jobs = jobs
        self._collections: dict[str, Collection] = {}
        self._opening: dict[str, bool] = {}
        self._disk = SlowDisk(self)
        self._disk.waiting.connect(self.waiting)
        self.runtime: dict[str, str] = {}
        """Variables that the running program gives, as far as they are known."""
        self.taken: dict[str, str] = {}
        """Variables out of responses, until the program ends."""
        self.environments: dict[str, str] = {}
        """The name of the chosen environment for each collection's folder that has one."""

    @property
    def collections(self) -> tuple[Collection, ...]:
        """The open collections in the order they were opened."""
        return tuple(self._collections.values())

    def collection(self, root: str) -> Collection | None:
        """Return the open collection with this folder, or None."""
        return self._collections.get(root)

    # Collections

    def open(self, root: str, *, asked: bool = True) -> None:
        """Open the collection in the folder `root`; `asked` is False when a session is restored.

        One that is being opened already, as when it is restored and named at the start as well, is
        not read twice.
        """
        if root in self._opening:
            self._opening[root] = self._opening[root] or asked
            return
        self._opening[root] = asked
        job = self._start(lambda store: store.glance(root), "open")
        job.finished.connect(lambda glance: self._glanced(glance, self._opening[root]))
        job.ended.connect(lambda: self._opening.pop(root))

    def create(self, root: str, name: str) -> None:
        """Make the folder `root` a collection and open it."""
        job = self._start(lambda store: store.create(root, name), "create")
        job.finished.connect(lambda collection: self._opened(collection, True))

    def open_sample(self) -> None:
        """Open the sample collection, a copy in the user's own data folder."""
        job = self._start(lambda store: store.glance(self._ports.sample_collection()), "open")
        job.finished.connect(lambda glance: self._glanced(glance, True))

    def close(self, root: str) -> None:
        """Take a collection out of the window; its folder is not touched."""
        if self._collections.pop(root, None) is not None:
            self.collectionsChanged.emit()

    def reload(self, root: str) -> None:
        """Read a collection's folder again."""
        job = self._start(lambda store: store.open(root), "open")
        job.finished.connect(self._replace)

    def take(self, collection: Collection, *, whole: bool = False) -> None:
        """Show an open collection as it was just read; `whole` when each file of it was."""
        self._replace(collection)
        if not whole and _is_large(collection):
            self._check(collection)

    def choose_environment(self, root: str, name: str | None) -> None:
        """Send the requests of a collection with this environment from now on, None for none."""
        if self.environments.get(root) == name:
            return
        self.environments.pop(root, None)
        if name is not None:
            self.environments[root] = name
        self.environmentChanged.emit(root)

    # Items

    def load(self, key: ItemKey, *, preview: bool) -> None:
        """Read a request; `requestLoaded` follows."""
        self.read(
            key, lambda loaded, inherited: self.requestLoaded.emit(key, loaded, inherited, preview)
        )

    def read(self, key: ItemKey, then: Callable[[LoadedRequest, Defaults], None]) -> None:
        """Read a request for an open tab and hand it to `then`."""
        job = self._start(lambda store: _read(self._ports, store, key), "load")
        job.finished.connect(lambda read: self._was_read(read, then))

    def save(
        self,
        key: ItemKey,
        request: Request,
        digest: str | None,
        then: Callable[[LoadedRequest], None],
        refused: Callable[[object], None],
    ) -> Job:
        """Save over the request's file; `digest` None overwrites what changed outside."""
        return self._write(
            key, lambda store: store.save(key.root, key.path, request, digest), then, refused
        )

    def resolve(
        self,
        key: ItemKey,
        request: Request,
        digest: str,
        then: Callable[[LoadedRequest], None],
        refused: Callable[[object], None],
    ) -> Job:
        """Write what came of a merge over a file with conflict markers."""
        return self._write(
            key, lambda store: store.resolve(key.root, key.path, request, digest), then, refused
        )

    def _write(
        self,
        key: ItemKey,
        write: Callable[[CollectionStore], LoadedRequest],
        then: Callable[[LoadedRequest], None],
        refused: Callable[[object], None],
    ) -> Job:
        job = self._jobs.start(lambda _: _saved(self._ports, key, write), lane=LANE)
        self._disk.watch(job)
        job.finished.connect(lambda change: self._changed(change, then))
        job.failed.connect(refused)
        return job

    def add(
        self,
        where: ItemKey,
        request: Request,
        like: ItemKey | None,
        then: Callable[[LoadedRequest], None],
    ) -> Job:
        """Write a new request into a folder; what the file `like` says beyond it comes along."""
        root, folder = where
        return self._change(
            root,
            lambda store: store.add(root, folder, request, like),
            then,
            "save",
            lambda loaded: loaded.path,
        )

    def create_and_add(
        self,
        root: str,
        name: str,
        request: Request,
        like: ItemKey | None,
        then: Callable[[LoadedRequest], None],
    ) -> Job:
        """Write a new request into a collection that is made for it, or that is there already."""

        def write(store: CollectionStore) -> Change[LoadedRequest]:
            _open_or_create(store, root, name)
            loaded = store.add(root, "", request, like)
            return store.open(root), loaded

        def written(change: Change[LoadedRequest]) -> None:
            self._replace(change[0])
            then(change[1])

        job = self._start(write, "save")
        job.finished.connect(written)
        return job

    def add_folder(self, root: str, folder: str, name: str) -> None:
        """Make a folder and tell its key as `itemAdded`."""
        self._change(
            root,
            lambda store: store.add_folder(root, folder, name),
            lambda path: self.itemAdded.emit(ItemKey(root, path)),
            "save",
        )

    def rename(self, key: ItemKey, name: str) -> None:
        """Give an item, or the collection itself, another name."""
        self._move(key, lambda store: store.rename(key.root, key.path, name))

    def set_connection(self, key: ItemKey, name: str | None) -> None:
        """Let a folder or collection name the connection of its requests; None inherits."""
        self._change(
            key.root,
            lambda store: store.set_connection(key.root, key.path, name),
            lambda _: self.inheritanceChanged.emit(key.root),
            "save",
        )

    def save_level(
        self,
        key: ItemKey,
        level: Level,
        digest: str,
        then: Callable[[LoadedLevel], None],
        refused: Callable[[object], None],
    ) -> Job:
        """Save what a folder or collection says, over the file with `digest`."""

        def work(_: CancelToken) -> Change[LoadedLevel]:
            store = self._ports.collections()
            loaded = store.save_level(key.root, key.path, level, digest)
            return store.open(key.root), loaded

        def saved(loaded: LoadedLevel) -> None:
            then(loaded)
            self.inheritanceChanged.emit(key.root)

        job = self._jobs.start(work, lane=LANE)
        self._disk.watch(job)
        job.finished.connect(lambda change: self._changed(change, saved))
        job.failed.connect(refused)
        return job

    def move(self, key: ItemKey, folder: str, before: str | None) -> None:
        """Move an item to another place in its collection."""
        self._move(key, lambda store: store.move(key.root, key.path, folder, before))

    def duplicate(self, key: ItemKey) -> None:
        """Copy an item beside itself and tell the copy as `itemAdded`."""
        self._change(
            key.root,
            lambda store: store.duplicate(key.root, key.path),
            lambda path: self.itemAdded.emit(ItemKey(key.root, path)),
            "save",
        )

    def delete(self, key: ItemKey) -> None:
        """Take an item out of its collection; `itemDeleted` brings the ticket that undoes it."""
        collection = self._collections.get(key.root)
        item = collection.find(key.path) if collection else None
        name = item.name if item else key.path
        self._change(
            key.root,
            lambda store: store.delete(key.root, key.path),
            lambda ticket: self.itemDeleted.emit(key, name, ticket),
            "delete",
            lambda _: key.path,
        )

    def undo_delete(self, root: str, ticket: str, then: Callable[[str], None]) -> None:
        """Put a deleted item back; `then` gets its path, which may be another one."""

        def put_back(path: str) -> None:
            then(path)
            self.itemAdded.emit(ItemKey(root, path))

        self._change(
            root,
            lambda store: store.undo_delete(root, ticket),
            put_back,
            "save",
            lambda path: path,
        )

    # Inside

    def _start(self, run: Callable[[CollectionStore], object], tried: str) -> Job:
        def work(_: CancelToken) -> object:
            return run(self._ports.collections())

        job = self._jobs.start(work, lane=LANE)
        self._disk.watch(job)
        job.failed.connect(lambda error: self.failed.emit(error, tried))
        return job

    def _change(
        self,
        root: str,
        run: Callable[[CollectionStore], Value],
        then: Callable[[Value], None],
        tried: str,
        touched: Callable[[Value], str] | None = None,
    ) -> Job:
        """Change something and read the tree again, or of it only the item that was `touched`."""

        def work(store: CollectionStore) -> Change[Value]:
            value = run(store)
            if touched is not None:
                return store.refreshed(root, touched(value)), value
            return store.open(root), value

        job = self._start(work, tried)
        job.finished.connect(lambda change: self._changed(change, then))
        return job

    def _move(self, key: ItemKey, run: Callable[[CollectionStore], str]) -> None:
        self._change(
            key.root,
            run,
            lambda path: self.itemMoved.emit(key, ItemKey(key.root, path)),
            "rename",
        )

    def _was_read(self, read: Read, then: Callable[[LoadedRequest, Defaults], None]) -> None:
        loaded, inherited, runtime = read
        self.runtime.update(runtime)
        then(loaded, inherited)

    def _changed(self, change: Change[Value], then: Callable[[Value], None]) -> None:
        collection, value = change
        # One that was closed meanwhile does not come back for the sake of an open tab.
        if collection.root in self._collections:
            self._replace(collection)
        then(value)

    def _glanced(self, glance: Glance, asked: bool) -> None:
        collection = glance.collection
        self._replace(collection)
        _spare_the_collector(collection)
        if asked:
            self.collectionOpened.emit(collection.root)
        # The rows are laid out by now, which a worker in pure Python would make wait at each step.
        if not glance.is_whole:
            self._check(collection)

    def _opened(self, collection: Collection, asked: bool) -> None:
        self.take(collection)
        if asked:
            self.collectionOpened.emit(collection.root)

    def _check(self, collection: Collection) -> None:
        """Read in the background what opening did not: the rest, and what is broken in there."""

        def check(cancel: CancelToken) -> Collection | None:
            found = self._ports.collections().check(collection.root, cancel)
            return None if found == collection else found

        job = self._jobs.start(check)

        def checked(found: Collection | None) -> None:
            shown = self._collections.get(collection.root)
            if job.cancelled or shown is None:
                return
            if shown is not collection:
                # Changed meanwhile: what the check found is remembered, so that this is quick.
                self.reload(collection.root)
            elif found is not None:
                self._replace(found)
                _spare_the_collector(found)

        job.finished.connect(checked)

    def _replace(self, collection: Collection) -> None:
        self._collections[collection.root] = collection
        self.collectionsChanged.emit()


def _is_large(collection: Collection) -> bool:
    return next(islice(collection.walk(), PARSED_WHEN_OPENED, None), None) is not None


def _spare_the_collector(collection: Collection) -> None:
    """Take a large tree out of what the cycle collector looks at on the UI thread.

    Its items are in no circle: they are given back when nobody refers to them.
    """
    if _is_large(collection):
        gc.freeze()


def _read(ports: WindowPorts, store: CollectionStore, key: ItemKey) -> Read:
    loaded = store.load(key.root, key.path)
    inherited = store.defaults(key.root, key.path)
    return loaded, inherited, runtime_variables(ports, loaded.request)


def _saved(
    ports: WindowPorts, key: ItemKey, write: Callable[[CollectionStore], LoadedRequest]
) -> Change[LoadedRequest]:
    """Write the file; what it held before becomes a version of the request."""
    store = ports.collections()
    before = _readable(store, key)
    loaded = write(store)
    if before is not None and before != loaded.request:
        from httpdesk.engine.file_auth import kept_elsewhere

        # The file is saved, whatever becomes of its version.
        with suppress(StorageFailed):
            ports.versions().add_version(*key, kept_elsewhere(before), VersionReason.SAVED)
    return store.refreshed(key.root, key.path), loaded


def _readable(store: CollectionStore, key: ItemKey) -> Request | None:
    try:
        return store.load(key.root, key.path).request
    except StorageFailed:
        return None


def _open_or_create(store: CollectionStore, root: str, name: str) -> None:
    try:
        store.open(root)
    except StorageFailed:
        store.create(root, name)
