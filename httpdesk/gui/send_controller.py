"""Sends the request of a document in a job, and hands the exchange back to its tab."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.generated import Made
from httpdesk.engine.ports import Progress
from httpdesk.gui.documents import Document, Documents, release
from httpdesk.gui.jobs import Job, JobRunner
from httpdesk.gui.ports import Lazy, WindowPorts
from httpdesk.gui.prompt import Asked, Prompts, TabPrompt
from httpdesk.gui.send_work import Around, send_from_window
from httpdesk.gui.settings_keeper import SettingsKeeper
from httpdesk.model.network_choices import ProxyMode
from httpdesk.model.request import Header, Request

if TYPE_CHECKING:
    from httpdesk.engine.tokens import Tokens
    from httpdesk.model.error_base import HttpDeskError
    from httpdesk.model.exchange import Exchange
    from httpdesk.model.questions import Question


Noting = Callable[[Document, Request, str], Callable[["Exchange"], None]]


@dataclass(frozen=True, slots=True)
class Manner:
    """What is different in a single send, and in no later one."""

    retries: bool = True
    pages: bool = False
    """Whether the answer is followed to its further pages, whatever the options say."""
    headers: tuple[tuple[str, str], ...] = ()
    """Header lines in place of the request's own of these names."""
    agreed: tuple[Question, ...] = ()
    """What is not asked, because the user asked for it."""
    environment: str | None = None
    """The environment in place of the chosen one, "" for none; its values are not kept then."""


@dataclass(slots=True)
class _Sending:
    job: Job
    progress: Progress
    request: Request
    """As the document had it when the send began."""
    asked: Asked[Document] | None = None
    """The question that it waits with."""
    withdrawn: bool = False


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
    sendWithdrawn = Signal(object)
    """The Document whose question was about a body that is no longer there; nothing was sent."""
    questionAsked = Signal(object, object)
    """(Document, Question): its send waits for `answer`."""
    renewing = Signal(str, bool)
    """(Id of a connection, whether): a token is had anew; told by the worker of the send."""
    questionEnded = Signal(object)
    """The Document whose question was answered, or is none any more."""

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
        self._manner = Manner()
        self.taken: dict[str, str] = {}
        """Variables out of responses; see `Workspace.taken`."""
        self.noting: Noting = lambda document, request, environment: lambda exchange: None
        """Gives what takes the end of a send on its worker, before it is shown.

        The environment is the name of the one that it is sent with, "" for none.
        """
        self.environments: dict[str, str] = {}
        """See `Workspace.environments`."""
        self._tokens = Lazy(self._make_tokens)
        self._prompts = Prompts(self)
        self._prompts.asked.connect(self._on_asked)
        documents.closed.connect(self.cancel)
        documents.changed.connect(self._on_changed)

    @property
    def tokens(self) -> Lazy[Tokens]:
        """The tokens that every send of the window shares; used on a worker."""
        return self._tokens

    def send(self, document: Document, *, without_proxy: bool = False) -> None:
        """Send the document's request as it stands; `without_proxy` holds for this send only."""
        self.cancel(document)
        self._end_question(document)
        settings = self._settings.settings
        if without_proxy:
            settings = replace(settings, proxy=ProxyMode.NONE.value)
        request, manner, progress = document.request, self._manner, Progress()
        as_typed = document.sent_as_typed == request.body
        prompt = TabPrompt(self._prompts, document, manner.agreed, as_typed=as_typed)
        sent = request if manner.retries else _once(request)
        sent = _with_pages(sent) if manner.pages else sent
        sent = _with_headers(sent, manner.headers) if manner.headers else sent
        other = manner.environment
        environment = self.environments.get(document.root or "", "") if other is None else other
        around = Around(
            document.inherited,
            document.root,
            environment or None,
            dict(self.taken),
            document.made,
            prompt,
            settings,
            self._tokens,
        )
        document.made = Made()
        note = self.noting(document, sent, environment)

        def work(token: CancelToken) -> Exchange:
            exchange = send_from_window(self._ports, sent, around, token, progress)
            note(exchange)
            return exchange if other is None else replace(exchange, taken=(), not_taken=())

        job = self._jobs.start(work)
        self._running[document.id] = _Sending(job, progress, request)
        self._documents.set_sending(document, True)
        job.finished.connect(lambda exchange: self._finished(document, job, exchange))
        job.failed.connect(lambda error: self._refused(document, job, error))
        job.crashed.connect(lambda _: self._crashed(document, job))
        self.sendStarted.emit(document, progress)

    @contextmanager
    def manner(self, manner: Manner) -> Iterator[None]:
        """Let a send that is begun inside be different."""
        self._manner = manner
        try:
            yield
        finally:
            self._manner = Manner()

    def warm_up(self) -> None:
        """Load what the first send needs; runs on a worker."""
        import httpdesk.engine.send  # noqa: F401

        self._ports.transport()

    def cancel(self, document: Document) -> None:
        """Cancel the document's send; the exchange that ends it follows as usual."""
        sending = self._running.get(document.id)
        if sending is not None:
            sending.job.cancel()

    def stop(self) -> None:
        """Cancel every send; the window is closing and shows nothing more."""
        running, self._running = self._running, {}
        for sending in running.values():
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

    def receiver(self, exchange_id: str) -> Document | None:
        """Return the document whose send under way will end as this exchange, if any."""
        for document_id, sending in self._running.items():
            arriving = sending.progress.arriving
            if arriving is not None and arriving.id == exchange_id:
                return self._documents.by_id(document_id)
        return None

    # Questions

    def answer(
        self, document: Document, agrees: bool, values: Mapping[str, str] | None = None
    ) -> None:
        """Answer the question that the document's send waits with; nothing without one."""
        sending = self._running.get(document.id)
        if sending is None or sending.asked is None:
            return
        asked = sending.asked
        if agrees and asked.is_open:
            self._prompts.remember(asked.question)
            if _is_about_body(asked.question):
                document.sent_as_typed = sending.request.body
        asked.answer(agrees, values)
        self._end_question(document)

    def keep_quiet(self, document: Document) -> None:
        """Agree, and be asked nothing about the same environment for ten minutes."""
        sending = self._running.get(document.id)
        if sending is not None and sending.asked is not None:
            self._prompts.keep_quiet(sending.asked.question, document.root)
            self.answer(document, True)

    def asks_about(self, document: Document) -> bool:
        """Return whether a question waits that is about the request as the document has it."""
        sending = self._running.get(document.id)
        if sending is None or sending.asked is None:
            return False
        return sending.request == document.request

    def _on_asked(self, asked: Asked[Document]) -> None:
        document = asked.about
        sending = self._running.get(document.id)
        if sending is None or not sending.job.runs_with(asked.cancel):
            return
        sending.asked = asked
        self._documents.set_question(document, asked.question)
        if sending.asked is asked:
            self.questionAsked.emit(document, asked.question)

    def _on_changed(self, document: Document) -> None:
        """Take a question about a body back once that body is another: nothing goes out unseen."""
        if document.sent_as_typed is not None and document.sent_as_typed != document.request.body:
            document.sent_as_typed = None
        sending = self._running.get(document.id)
        if sending is None or sending.asked is None or sending.withdrawn:
            return
        about_body = _is_about_body(sending.asked.question)
        if about_body and document.request.body != sending.request.body:
            sending.withdrawn = True
            self.answer(document, False)

    def _end_question(self, document: Document) -> None:
        sending = self._running.get(document.id)
        if sending is not None and sending.asked is not None:
            sending.asked = None
            self._documents.set_question(document, None)
            self.questionEnded.emit(document)

    def _make_tokens(self) -> Tokens:
        tokens = self._ports.connections().tokens(self._ports.clock)
        tokens.watch = self.renewing.emit
        return tokens

    # Ends

    def _take(self, document: Document, job: Job) -> _Sending | None:
        """Return the document's newest send and end it, None when `job` is not that one."""
        sending = self._running.get(document.id)
        if sending is None or sending.job is not job:
            return None
        self._end_question(document)
        del self._running[document.id]
        self._documents.set_sending(document, False)
        return sending if self._documents.by_id(document.id) is document else None

    def _finished(self, document: Document, job: Job, exchange: Exchange) -> None:
        if self._take(document, job) is not None:
            document.keep(exchange)
            self.exchangeFinished.emit(document, exchange)
        else:
            release(exchange)

    def _refused(self, document: Document, job: Job, error: HttpDeskError) -> None:
        sending = self._take(document, job)
        if sending is None:
            return
        if sending.withdrawn:
            self.sendWithdrawn.emit(document)
        else:
            self.sendRefused.emit(document, error)

    def _crashed(self, document: Document, job: Job) -> None:
        if self._take(document, job) is not None:
            self.sendCrashed.emit(document)


def _once(request: Request) -> Request:
    return replace(request, options=request.options.stating(retry_max=0))


def _with_pages(request: Request) -> Request:
    return replace(request, options=replace(request.options, follow_pages=True))


def _with_headers(request: Request, lines: tuple[tuple[str, str], ...]) -> Request:
    names = {name.lower() for name, _ in lines}
    kept = (each for each in request.headers if each.name.lower() not in names)
    return replace(request, headers=(*kept, *(Header(name, value) for name, value in lines)))


def _is_about_body(question: Question) -> bool:
    from httpdesk.model.questions import SendInvalidJson

    return isinstance(question, SendInvalidJson)
