"""Sends the request of a document in a job, and hands the exchange back to its tab."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from httpdesk.engine.body_source import new_boundary
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress
from httpdesk.gui.documents import Document, Documents, release
from httpdesk.gui.jobs import Job, JobRunner
from httpdesk.gui.ports import WindowPorts
from httpdesk.gui.runtime import runtime_variables
from httpdesk.gui.settings_keeper import SettingsKeeper
from httpdesk.gui.workspace import scope_of
from httpdesk.model.collection import Defaults
from httpdesk.model.cookies import jar_name
from httpdesk.model.errors import HttpDeskError
from httpdesk.model.exchange import Exchange
from httpdesk.model.network import ProxyMode
from httpdesk.model.request import Request
from httpdesk.model.settings import Settings


@dataclass(slots=True)
class _Sending:
    job: Job
    progress: Progress


class SendController(QObject):
    """At most one send for each document; sending again replaces the one under way."""

    sendStarted = Signal(object, object)
    """(Document, its Progress, which a timer of the viewer reads)."""
    exchangeFinished = Signal(object, object)
    """(Document, Exchange)."""
    sendRefused = Signal(object, object)
    """(Document, InvalidRequest): nothing was sent."""
    sendCrashed = Signal(object)
    """The Document whose send ended by a bug of ours; `JobRunner.jobCrashed` has the report."""

    def __init__(
        self,
        ports: WindowPorts,
        jobs: JobRunner,
        documents: Documents,
        settings: SettingsKeeper,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._ports = ports
        self._jobs = jobs
        self._settings = settings
        self._documents = documents
        self._running: dict[str, _Sending] = {}
        documents.closed.connect(self.cancel)

    def send(self, document: Document, *, without_proxy: bool = False) -> None:
        """Send the document's request as it stands; `without_proxy` holds for this send only."""
        self.cancel(document)
        settings = self._settings.settings
        if without_proxy:
            settings = replace(settings, proxy=ProxyMode.NONE.value)
        request, inherited, progress = document.request, document.inherited, Progress()
        root, boundary = document.root, document.boundary
        document.boundary = new_boundary()
        job = self._jobs.start(
            lambda token: _send(
                self._ports,
                request,
                inherited,
                token,
                progress,
                root=root,
                boundary=boundary,
                settings=settings,
            )
        )
        self._running[document.id] = _Sending(job, progress)
        self._documents.set_sending(document, True)
        job.finished.connect(lambda exchange: self._finished(document, job, exchange))
        job.failed.connect(lambda error: self._refused(document, job, error))
        job.crashed.connect(lambda _: self._crashed(document, job))
        self.sendStarted.emit(document, progress)

    def warm_up(self) -> None:
        """Load what the first send needs; runs on a worker."""
        import httpdesk.engine.send  # noqa: F401

        self._ports.transport()

    def cancel(self, document: Document) -> None:
        """Cancel the document's send; the exchange that ends it follows as usual."""
        sending = self._running.get(document.id)
        if sending is not None:
            sending.job.cancel()

    def retry_now(self, document: Document) -> None:
        """Begin the next attempt at once; nothing happens while none is waited for."""
        sending = self._running.get(document.id)
        if sending is not None:
            sending.progress.gate.open()

    def progress(self, document: Document) -> Progress | None:
        """Return the progress of the document's send, None when none is under way."""
        sending = self._running.get(document.id)
        return sending.progress if sending else None

    def _take(self, document: Document, job: Job) -> bool:
        """Return whether `job` is still the document's newest send, and end it."""
        sending = self._running.get(document.id)
        if sending is None or sending.job is not job:
            return False
        del self._running[document.id]
        self._documents.set_sending(document, False)
        return self._documents.by_id(document.id) is document

    def _finished(self, document: Document, job: Job, exchange: Exchange) -> None:
        if self._take(document, job):
            document.keep(exchange)
            self.exchangeFinished.emit(document, exchange)
        else:
            release(exchange)

    def _refused(self, document: Document, job: Job, error: HttpDeskError) -> None:
        if self._take(document, job):
            self.sendRefused.emit(document, error)

    def _crashed(self, document: Document, job: Job) -> None:
        if self._take(document, job):
            self.sendCrashed.emit(document)


def _send(
    ports: WindowPorts,
    request: Request,
    inherited: Defaults,
    cancel: CancelToken,
    progress: Progress,
    *,
    root: str | None,
    settings: Settings,
    boundary: str,
) -> Exchange:
    from httpdesk.engine.prompts import AGREE
    from httpdesk.engine.routing import network_options
    from httpdesk.engine.send import SendContext, send

    context = SendContext(
        transport=ports.transport(),
        clock=ports.clock,
        scope=scope_of(inherited, runtime_variables(ports, request)),
        new_id=lambda: os.urandom(16).hex(),
        defaults=inherited,
        files=ports.uploads(root),
        boundary=lambda: boundary,
        prompt=AGREE,
        cookies=ports.cookies().jar(jar_name(root)) if request.options.use_cookies else None,
        network=network_options(settings, ports.secrets),
        system_proxies=ports.system_proxies(),
    )
    return send(request, context, cancel, progress)
