"""What environments give to the requests of each collection, read on workers for the editors."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from httpdesk.engine.environment_ports import WORKSPACE
from httpdesk.engine.scopes import (
    NO_VALUES,
    EnvironmentValues,
    environment_values,
    process_values,
    scope_of,
    with_connections,
)
from httpdesk.gui.documents import Document
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.ports import WindowPorts
from httpdesk.gui.workspace import Workspace
from httpdesk.model.collection import Defaults, Scope
from httpdesk.model.error_base import HttpDeskError
from httpdesk.model.request import Request

LANE = "environments"


class EnvironmentKeeper(QObject):
    """Knows the values of the chosen environments; a send reads the files again for itself."""

    changed = Signal(str)
    """A collection's folder, "" for requests in none: they see other values now."""

    def __init__(
        self, ports: WindowPorts, jobs: JobRunner, workspace: Workspace, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._ports = ports
        self._jobs = jobs
        self._workspace = workspace
        self._values: dict[str, EnvironmentValues] = {}
        self._problems: dict[str, HttpDeskError] = {}
        self._begun = False
        workspace.environmentChanged.connect(self._reread)

    def begin(self) -> None:
        """Read files from now on, when an editor needs their values."""
        self._begun = True
        self._reread(WORKSPACE)

    def values(self, root: str | None) -> EnvironmentValues:
        """Return what is known by now; `changed` follows when more is."""
        key = root or WORKSPACE
        if self._begun and key not in self._values:
            self._read(key)
        return self._values.get(key, NO_VALUES)

    def problem(self, root: str) -> HttpDeskError | None:
        """Return why the chosen environment of a collection gives nothing, None when it does."""
        return self._problems.get(root)

    def look_again(self) -> None:
        """Read again what gave no values: files were looked at, and one may be mended."""
        for root in [*self._problems]:
            self._read(root)

    def scope(self, document: Document) -> Scope:
        """Return the variables that a document's request inherits."""
        workspace = self._workspace
        return request_scope(
            document.request,
            document.inherited,
            environ=self._ports.environ,
            runtime=workspace.runtime,
            taken=workspace.taken,
            values=self.values(document.root),
        )

    def inherited(self, document: Document) -> Defaults:
        """Return what a document's request inherits, the connections of outer levels with it."""
        return with_connections(document.inherited, self.values(document.root))

    def _reread(self, root: str) -> None:
        for key in [*self._values, root] if root == WORKSPACE else [root]:
            self._read(key)

    def _read(self, root: str) -> None:
        if not self._begun:
            return
        self._values.setdefault(root, NO_VALUES)
        ports, name = self._ports, self._workspace.environments.get(root)
        job = self._jobs.start(
            lambda _: environment_values(ports.environments(), root or None, name), lane=LANE
        )
        job.finished.connect(lambda values: self._learn(root, values, None))
        job.failed.connect(lambda error: self._learn(root, NO_VALUES, error))

    def _learn(self, root: str, values: EnvironmentValues, problem: HttpDeskError | None) -> None:
        before = self._values.get(root), self._problems.pop(root, None)
        self._values[root] = values
        if problem is not None:
            self._problems[root] = problem
        if before != (values, problem):
            self.changed.emit(root)


def request_scope(
    request: Request,
    inherited: Defaults,
    *,
    environ: Mapping[str, str],
    runtime: Mapping[str, str],
    taken: Mapping[str, str],
    values: EnvironmentValues,
) -> Scope:
    """Return the variables that a request inherits, the system's that it names among them."""
    given = (values.workspace, values.environment)
    process = process_values(environ, request, inherited, *given)
    return scope_of(inherited, runtime, taken, values, process)
