"""The connections of a window: which there are, how each stands, and what is done to them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from httpdesk.engine.connection_status import resting_status
from httpdesk.gui import connection_work as work
from httpdesk.gui.connection_acts import ConnectionActs, standing_after
from httpdesk.gui.connection_sends import ConnectionSends
from httpdesk.gui.connection_work import Deleted, Entry, Known, Scene
from httpdesk.gui.documents import release
from httpdesk.gui.jobs import Job, JobRunner
from httpdesk.gui.ports import WindowPorts
from httpdesk.gui.settings_keeper import SettingsKeeper
from httpdesk.gui.token_minutes import TokenMinutes
from httpdesk.model.auth import NoAuth, OAuth2Auth
from httpdesk.model.connection import Connection, StoredConnection
from httpdesk.model.connection_state import NO_RECORD, ConnectionStatus, Standing
from httpdesk.model.errors import FileChanged, SecretsFailed, SignInFailed, SignInReason
from httpdesk.model.exchange import Exchange

if TYPE_CHECKING:
    from httpdesk.engine.tokens import Tokens
    from httpdesk.gui.connection_acts import Run
    from httpdesk.model.error_base import HttpDeskError
    from httpdesk.model.questions import Question

LANE = "connections"
Value = TypeVar("Value")


class ConnectionKeeper(QObject):
    """Knows connections by key, the path of the file; everything else happens in jobs."""

    listChanged = Signal()
    statusChanged = Signal(str)
    """The key of a connection that stands otherwise, or whose time left is another; those that are
    new in the list are told of by `listChanged`."""
    moved = Signal(str, str)
    """(Key before, key now): it was renamed."""
    removed = Signal(str)
    deleted = Signal(object)
    """The Deleted that `undo_delete` brings back."""
    tested = Signal(str, object)
    """(Key, Exchange, HttpDeskError or Crash); bodies are given back right after."""
    questionChanged = Signal(str)
    """The key of a connection about which `question` is another one, or None."""
    failed = Signal(object)
    """The HttpDeskError of a file or of a secret; what was to be changed is as it was."""

    def __init__(
        self,
        ports: WindowPorts,
        jobs: JobRunner,
        settings: SettingsKeeper,
        tokens: Callable[[], Tokens],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._ports = ports
        self._jobs = jobs
        self._settings = settings
        self._tokens = tokens
        self._roots: tuple[str, ...] = ()
        self._known = Known()
        self._acts = ConnectionActs(jobs, self._looking, self)
        self.sends = ConnectionSends(self._acts, self.entry, self.named, self)
        """Sends tell it how their connections stand."""
        self._own: dict[str, str] = {}
        """The digests of files as they were written here."""
        self._told: tuple[Entry, ...] | None = None
        self._shown: dict[str, ConnectionStatus] = {}
        self._minutes = TokenMinutes(self)
        self._minutes.passed.connect(self._tick)
        self._follow_acts()
        settings.secretChanged.connect(lambda _: self.reload())
        settings.entering = self._agree

    # Reading

    def entries(self) -> tuple[Entry, ...]:
        """Return the personal connections by name, then those of the open collections."""
        return self._known.entries

    def entry(self, key: str) -> Entry | None:
        """Return the connection with this key, or None."""
        return self._known.by_key.get(key)

    def status(self, key: str) -> ConnectionStatus:
        """Return how a connection stands; a file that cannot be read has failed."""
        entry = self.entry(key)
        if not isinstance(entry, StoredConnection):
            problem = entry.problem if entry is not None else None
            return ConnectionStatus(Standing.FAILED, error=problem)
        record = self._known.records.get(key, NO_RECORD)
        connection = self._known.located[key]
        rest = resting_status(connection, record, self._known.stored, self._now())
        going, failure = self._acts.going(key), self._acts.failure(key)
        if going is not None:
            return replace(rest, standing=going.standing, steps=going.steps or rest.steps)
        if self.sends.renews(connection.id):
            return replace(rest, standing=Standing.REFRESHING, by_send=True)
        if failure is not None:
            error, steps = failure.error, failure.steps if failure.tried else rest.steps
            standing = standing_after(error)
            return replace(rest, standing=standing, error=error, steps=steps, stopped=failure.tried)
        return rest

    def told(self, key: str) -> ConnectionStatus:
        """Return how a connection stood when that was told last, which costs nothing."""
        return self._shown.get(key) or self.status(key)

    def located(self, key: str) -> Connection | None:
        """Return a connection with the whole paths of its files: so its secrets are named."""
        return self._known.located.get(key)

    @property
    def wakes(self) -> bool:
        """Whether a timer runs: only while a token is shown that runs out."""
        return self._minutes.runs

    @property
    def has_read(self) -> bool:
        """Whether the files were read once."""
        return self._told is not None

    def named(self, name: str, root: str | None) -> str | None:
        """Return the key of the collection's connection of this name, else of the personal one."""
        found = [each for each in self._known.entries if isinstance(each, StoredConnection)]
        keys = {each.root: each.path for each in found if each.connection.name == name}
        return keys.get(root) or keys.get(None)

    # The list and its files

    def set_roots(self, roots: Iterable[str]) -> None:
        """Say which collections are open."""
        wanted = tuple(roots)
        if wanted != self._roots:
            self._roots = wanted
            self.reload()

    def reload(self) -> Job:
        """Read all connections anew."""
        return self._change(lambda: None)

    def add(
        self, connection: Connection, root: str | None, then: Callable[[str], object] | None = None
    ) -> Job:
        """Write a new connection; `then` gets its key."""
        ports, store = self._ports, self._ports.connections

        def added(stored: StoredConnection) -> None:
            self._publish()
            if then is not None:
                then(stored.path)

        return self._change(lambda: work.approve(ports, store().store.add(connection, root)), added)

    def _agree(self, name: str) -> None:
        """Take a secret that is entered for a yes to where its connection leads; on a worker."""
        for entry in self._known.entries:
            if isinstance(entry, StoredConnection) and name.startswith(entry.connection.secret("")):
                work.approve(self._ports, entry)

    def add_new(self, name: str, then: Callable[[str], object]) -> Job:
        """Write a personal connection that has nothing yet but a free name like this one."""
        return self.add_as(name, Connection(_new_id(), name, auth=NoAuth()), None, then)

    def add_as(
        self, name: str, connection: Connection, root: str | None, then: Callable[[str], object]
    ) -> Job:
        """Write a new connection under a free name like this one; `then` gets its key."""
        return self.add(replace(connection, name=self._free_name(name, root)), root, then)

    def save(self, key: str, connection: Connection) -> Job | None:
        """Change a connection's file; `moved` follows when it has another name."""
        entry, ports, store = self.entry(key), self._ports, self._ports.connections
        if not isinstance(entry, StoredConnection):
            return None
        self._acts.note(key, None)
        job = self._change(
            lambda: work.approve(ports, store().store.save(entry, connection)),
            lambda saved: self._saved(key, saved),
        )
        # What the file says by now is to be seen beside the edits.
        job.failed.connect(self._read_changed)
        return job

    def keep_edits(
        self, key: str, connection: Connection, root: str | None, *, beside: bool = False
    ) -> Job:
        """Save, or write a copy with `beside` and where the file is another, gone or broken."""
        entry, ports, copy = self.entry(key), self._ports, connection
        if entry is not None:
            name = self._free_name(self.tr("{0} copy").format(connection.name), root)
            copy = replace(connection, id=_new_id(), name=name)
        over = None if beside else entry
        return self._change(lambda: work.keep_edits(ports, over, connection, copy, root))

    def is_own(self, key: str) -> bool:
        """Return whether the file is as it was last written here."""
        entry = self.entry(key)
        return isinstance(entry, StoredConnection) and self._own.get(key) == entry.digest

    def duplicate(self, key: str, then: Callable[[str], object] | None = None) -> Job | None:
        """Write a copy with an id, and so secrets, of its own."""
        entry = self.entry(key)
        if not isinstance(entry, StoredConnection):
            return None
        connection = entry.connection
        name = self._free_name(self.tr("{0} copy").format(connection.name), entry.root)
        return self.add(replace(connection, id=_new_id(), name=name), entry.root, then)

    def delete(self, key: str) -> Job | None:
        """Delete a connection's file and its secrets; `deleted` brings what undoes it."""
        entry, known, ports = self.entry(key), self._known, self._ports
        if entry is None:
            return None
        self.cancel(key)
        own = entry.connection.id if isinstance(entry, StoredConnection) else ""
        same = [each for each in known.located.values() if each.id == own]
        return self._change(
            lambda: work.delete(ports, entry, with_secrets=len(same) == 1),
            lambda deleted: self._deleted(key, deleted),
        )

    def undo_delete(self, deleted: Deleted) -> Job:
        """Bring a deleted connection back with its secrets."""

        def put_back(problem: SecretsFailed | None) -> None:
            if problem is not None:
                self.failed.emit(problem)

        return self._change(lambda: work.put_back(self._ports, deleted), put_back)

    # Tokens

    def connect_(self, key: str, *, by_request: bool = False) -> None:
        """Get a token, with the user's browser where the kind needs it.

        Asking again where a weaker login was told of agrees to it. `by_request` is for a request
        that waits for the token and shows what is asked.
        """
        connection, failure = self._known.located.get(key), self._acts.failure(key)
        told = failure.error if failure is not None else None
        weaker = ""
        if isinstance(told, SignInFailed) and told.reason is SignInReason.WEAKER:
            weaker = told.error
        if connection is not None:
            waits = work.signs_in_with_browser(connection)
            standing = Standing.WAITING if waits else Standing.REFRESHING
            run = partial(work.connect, weaker=weaker)
            self._go(key, standing, run, by_request=by_request)

    def renew(self, key: str) -> None:
        """Get a newer token now."""
        self._go(key, Standing.REFRESHING, work.renew)

    def disconnect_(self, key: str) -> None:
        """Forget the token, and give it back to a provider that takes tokens back."""
        self._go(key, Standing.REFRESHING, work.disconnect)

    def discover(
        self, issuer: str, then: Callable[[Any], object], failed: Callable[[Any], object]
    ) -> Job:
        """Hand the ProviderMetadata of an issuer to `then`, or an HttpDeskError to `failed`."""
        ports, settings = self._ports, self._settings.settings
        job = self._jobs.start(lambda token: work.discover(ports, settings, issuer, token))
        job.finished.connect(then)
        job.failed.connect(failed)
        return job

    def cancel(self, key: str) -> None:
        """Give up what is under way."""
        self._acts.cancel(key)

    def test(self, key: str) -> None:
        """Send a GET to the base URL; `tested` tells what came of it."""
        scene = self._scene(key)
        if scene is not None:
            self._acts.test(key, scene)

    def question(self, key: str) -> Question | None:
        """Return what the user is asked before the secrets of a connection are used."""
        return self._acts.question(key)

    def asks_in_page(self, key: str) -> bool:
        """Return whether the page of the connection is where a question has to be shown."""
        going = self._acts.going(key)
        return self.question(key) is not None and (going is None or not going.by_request)

    def answer(self, key: str, agrees: bool) -> None:
        """Answer the question about a connection; nothing without one."""
        self._acts.answer(key, agrees)

    # Inside

    def _read_changed(self, error: HttpDeskError) -> None:
        if isinstance(error, FileChanged):
            self.reload()

    def _now(self) -> float:
        return self._ports.clock.now().timestamp()

    def _free_name(self, name: str, root: str | None) -> str:
        own = [each for each in self._known.entries if isinstance(each, StoredConnection)]
        taken = {each.connection.name.casefold() for each in own if each.root == root}
        free, count = name, 1
        while free.casefold() in taken:
            count += 1
            free = f"{name} {count}"
        return free

    def _scene(self, key: str) -> Scene | None:
        entry, connection = self.entry(key), self._known.located.get(key)
        if entry is None or connection is None:
            return None
        settings = self._settings.settings
        return Scene(self._ports, settings, self._tokens, connection, entry.root)

    def _change(
        self, run: Callable[[], Value], then: Callable[[Value], object] | None = None
    ) -> Job:
        look = self._looking()

        def done(found: tuple[Value, Known]) -> None:
            value, self._known = found
            if then is not None:
                then(value)
            self._publish()

        job = self._jobs.start(lambda _: (run(), look()), lane=LANE)
        job.finished.connect(done)
        job.failed.connect(self.failed)
        return job

    def _go(self, key: str, standing: Standing, run: Run, *, by_request: bool = False) -> None:
        """Do something about a token that may take the user's time."""
        scene = self._scene(key)
        if scene is not None and isinstance(scene.connection.auth, OAuth2Auth):
            self._acts.begin(key, scene, standing, run, by_request=by_request)

    def _looking(self) -> Callable[[], Known]:
        ports, roots = self._ports, self._roots
        return lambda: work.look(ports, roots)

    def _follow_acts(self) -> None:
        acts = self._acts
        acts.changed.connect(self._publish)
        acts.looked.connect(self._looked)
        acts.stale.connect(self.reload)
        acts.refused.connect(self.failed)
        acts.tested.connect(self._tested)
        acts.questionChanged.connect(self.questionChanged)
        self.sends.changed.connect(self._publish)
        self.sends.stale.connect(self.reload)

    def _looked(self, known: Known) -> None:
        self._known = known

    def _saved(self, key: str, saved: StoredConnection) -> None:
        self._own[saved.path] = saved.digest
        if saved.path == key:
            return
        self._acts.move(key, saved.path)
        # Before the list is told: what follows the file must not take it for gone.
        self.moved.emit(key, saved.path)

    def _deleted(self, key: str, deleted: Deleted) -> None:
        self._acts.note(key, None)
        self.removed.emit(key)
        self.deleted.emit(deleted)

    def _tested(self, key: str, result: object) -> None:
        entry = self.entry(key)
        self.tested.emit(key, result)
        if isinstance(result, Exchange):
            self.sends.note(result, entry.root if entry is not None else None)
            release(result)

    # Telling

    def _publish(self) -> None:
        """Tell of everything that is not as it was told last."""
        before, entries = self._shown, self._known.entries
        self._shown = {entry.path: self.status(entry.path) for entry in entries}
        if entries != self._told:
            self._told = entries
            self.listChanged.emit()
        for key, status in self._shown.items():
            if key in before and before[key] != status:
                self.statusChanged.emit(key)
        self._wind()

    def _wind(self) -> None:
        tokens = (status.token for status in self._shown.values())
        self._minutes.wind((each.expires_at for each in tokens if each is not None), self._now())

    def _tick(self) -> None:
        for key, status in tuple(self._shown.items()):
            if status.token is not None:
                self._shown[key] = self.status(key)
                self.statusChanged.emit(key)
        self._wind()


def _new_id() -> str:
    return os.urandom(16).hex()
