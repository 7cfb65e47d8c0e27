"""The environments of a window: which there are, which one is chosen, and what is done to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from httpdesk.engine.environment_ports import WORKSPACE
from httpdesk.gui import environment_work as work
from httpdesk.gui.environment_work import Change, Deleted, Found
from httpdesk.gui.jobs import Job, JobRunner
from httpdesk.gui.ports import WindowPorts
from httpdesk.gui.workspace import Workspace
from httpdesk.model.environment import Environment, LoadedEnvironment
from httpdesk.model.error_base import HttpDeskError
from httpdesk.model.errors import FileChanged, SecretsFailed

LANE = "environments"
_FOLDER = "environments"
Value = TypeVar("Value")


class EnvironmentCatalog(QObject):
    """Knows the environments of the open collections; the disk is read and written in jobs."""

    changed = Signal()
    """The environments were read anew."""
    moved = Signal(str, str, str)
    """(Folder, name before, name now): an environment was renamed."""
    deleted = Signal(object)
    """The Deleted that `undo_delete` brings back."""
    failed = Signal(object)
    """The HttpDeskError of a file or of a secret; what was to be changed is as it was."""
    secretFailed = Signal(str, str, object)
    """(Folder, name of an environment, SecretsFailed): it was not saved, nor its secrets kept."""

    def __init__(
        self,
        ports: WindowPorts,
        jobs: JobRunner,
        workspace: Workspace,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._ports = ports
        self._jobs = jobs
        self._workspace = workspace
        self._roots: tuple[str, ...] = ()
        self._found: Found = {}
        self._own: dict[tuple[str, str], str] = {}
        """The digests of files as they were written here, by folder and path."""

    # Reading

    @property
    def has_read(self) -> bool:
        """Whether the files were read once."""
        return bool(self._found)

    def of(self, root: str) -> tuple[LoadedEnvironment, ...]:
        """Return the environments of a collection by name, broken ones with their problem."""
        return self._found.get(root, ())

    def workspace(self) -> LoadedEnvironment | None:
        """Return the variables of the whole workspace, None until they were read."""
        return next(iter(self._found.get(WORKSPACE, ())), None)

    def named(self, root: str, name: str) -> LoadedEnvironment | None:
        """Return a collection's environment; for WORKSPACE its variables whatever the name."""
        if root == WORKSPACE:
            return self.workspace()
        return next((each for each in self.of(root) if each.environment.name == name), None)

    def chosen_name(self, root: str) -> str:
        """Return the name of the environment that is chosen for a collection, "" for none."""
        return self._workspace.environments.get(root, "")

    def chosen(self, root: str) -> LoadedEnvironment | None:
        """Return the environment that is chosen for a collection, None when it is not there."""
        name = self.chosen_name(root)
        return self.named(root, name) if name else None

    def is_protected(self, root: str) -> bool:
        """Return whether what is sent is asked about: also where one that is extended says so."""
        from httpdesk.engine.scopes import environment_chain

        name = self.chosen_name(root)
        try:
            chain = environment_chain(self.of(root), name) if name else ()
        except HttpDeskError:
            # It is told when something is sent, which then fails.
            chosen = self.chosen(root)
            return chosen is not None and chosen.environment.protected
        return any(each.environment.protected for each in chain)

    def is_own(self, loaded: LoadedEnvironment) -> bool:
        """Return whether the file is as it was last written here."""
        return self._own.get((loaded.root, loaded.path)) == loaded.digest

    # Choosing

    def choose(self, root: str, name: str) -> None:
        """Use an environment for the requests of a collection; "" for none."""
        self._workspace.choose_environment(root, name or None)

    def restore(self, choices: Mapping[str, str]) -> None:
        """Choose again what the last run had chosen."""
        for root, name in choices.items():
            self.choose(root, name)

    # The files

    def set_roots(self, roots: Iterable[str]) -> None:
        """Say which collections are open."""
        wanted = tuple(roots)
        if wanted != self._roots:
            self._roots = wanted
            self.reload()

    def reload(self) -> Job:
        """Read all environments anew."""
        return self._change(lambda: None)

    def look(self, root: str, paths: frozenset[str]) -> None:
        """Read them anew where other programs may have changed one."""
        beside = any(each == root or _FOLDER in PurePath(each).parts for each in paths)
        if self.has_read and root in self._roots and (beside or not paths):
            self.reload()

    def create(
        self, root: str, name: str, then: Callable[[LoadedEnvironment], object] | None = None
    ) -> Job:
        """Write a new environment under a free name like this one."""
        ports, environment = self._ports, Environment(self.free_name(root, name))
        return self._change(lambda: ports.environments().create(root, environment), then)

    def save(self, loaded: LoadedEnvironment, change: Change) -> Job:
        """Write over an environment; a file that is another by now is read, to be shown."""
        ports = self._ports

        def saved(now: LoadedEnvironment) -> None:
            self._own[(now.root, now.path)] = now.digest
            self._follow_name(now.root, loaded.environment.name, now.environment.name)

        def failed(error: HttpDeskError) -> None:
            if isinstance(error, SecretsFailed):
                self.secretFailed.emit(loaded.root, loaded.environment.name, error)
            else:
                self.failed.emit(error)
            if isinstance(error, FileChanged):
                self.reload()

        return self._change(lambda: work.save(ports, loaded, change), saved, failed)

    def keep_edits(
        self, loaded: LoadedEnvironment, change: Change, then: Callable[[LoadedEnvironment], object]
    ) -> Job:
        """Save, or write a copy where the file is another or broken; `then` gets what was made."""
        ports = self._ports
        copy = self.free_name(loaded.root, self.tr("{0} copy").format(change.environment.name))

        def kept(outcome: tuple[LoadedEnvironment, SecretsFailed | None]) -> None:
            made, problem = outcome
            self._own[(made.root, made.path)] = made.digest
            if made.environment.name != copy:
                self._follow_name(made.root, loaded.environment.name, made.environment.name)
            if problem is not None:
                self.failed.emit(problem)
            then(made)

        return self._change(lambda: work.keep_edits(ports, loaded, change, copy), kept)

    def keep_copy(self, root: str, change: Change) -> Job:
        """Write what was typed as an environment of its own beside the others."""
        ports = self._ports
        name = self.free_name(root, self.tr("{0} copy").format(change.environment.name))
        fresh = replace(change.environment, name=name)

        def run() -> LoadedEnvironment:
            made = ports.environments().create(root, Environment(name))
            return work.save(ports, made, replace(change, environment=fresh))

        return self._change(run)

    def duplicate(
        self, loaded: LoadedEnvironment, then: Callable[[LoadedEnvironment], object] | None = None
    ) -> Job:
        """Write a copy with the same values."""
        ports = self._ports
        name = self.tr("{0} copy").format(loaded.environment.name)
        free = self.free_name(loaded.root, name)
        return self._change(lambda: work.duplicate(ports, loaded, free), then)

    def delete(self, loaded: LoadedEnvironment) -> Job:
        """Delete an environment; `deleted` brings what undoes it."""
        ports = self._ports

        def gone(deleted: Deleted) -> None:
            name = loaded.environment.name
            chosen = self.chosen_name(loaded.root) == name
            if chosen:
                self.choose(loaded.root, "")
            self.deleted.emit(replace(deleted, chosen=chosen))

        return self._change(lambda: work.delete(ports, loaded), gone)

    def undo_delete(self, deleted: Deleted) -> Job:
        """Bring a deleted environment back with its secrets."""

        def back(loaded: LoadedEnvironment) -> None:
            if deleted.chosen:
                self.choose(loaded.root, loaded.environment.name)

        return self._change(lambda: work.put_back(self._ports, deleted), back)

    def free_name(self, root: str, name: str) -> str:
        """Return a name that no environment of the collection has."""
        taken = {each.environment.name.casefold() for each in self.of(root)}
        free, count = name, 1
        while free.casefold() in taken:
            count += 1
            free = f"{name} {count}"
        return free

    # Inside

    def _follow_name(self, root: str, before: str, now: str) -> None:
        if before == now:
            return
        if self.chosen_name(root) == before:
            self.choose(root, now)
        self.moved.emit(root, before, now)

    def _change(
        self,
        run: Callable[[], Value],
        then: Callable[[Value], object] | None = None,
        failed: Callable[[HttpDeskError], object] | None = None,
    ) -> Job:
        ports, roots = self._ports, self._roots

        def done(outcome: tuple[Value, Found]) -> None:
            if self._jobs.closed:
                # The window is closed: what was written is on disk, and nobody looks any more.
                return
            before = self._found
            value, self._found = outcome
            if then is not None:
                then(value)
            self.changed.emit()
            for root, found in self._found.items():
                if found != before.get(root):
                    self._workspace.environmentChanged.emit(root)

        job = self._jobs.start(lambda _: (run(), work.look(ports, roots)), lane=LANE)
        job.finished.connect(done)
        job.failed.connect(failed or self.failed)
        return job
