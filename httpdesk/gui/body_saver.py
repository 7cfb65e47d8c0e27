"""What of a response goes to a file: its body, also while it arrives, a table, a log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.documents import Document
from httpdesk.gui.jobs import Job
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.send_controller import Manner
from httpdesk.model.error_base import HttpDeskError
from httpdesk.render.units import format_size

if TYPE_CHECKING:
    from httpdesk.engine.download import End, Part, Saved
    from httpdesk.model.exchange import Exchange
    from httpdesk.model.response import BodyHandle


class BodySaver(QObject):
    """Asks for files and fills them in jobs; a download that was cut can be gone on with."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._ends: dict[str, End] = {}
        """How the sends end whose bodies are saved meanwhile, by the id of the exchange."""
        self._rests: dict[str, tuple[Part, str]] = {}
        """The part that the send of a document goes on with, and the name of its file."""
        self._dropped: set[str] = set()
        """Exchanges whose body is saved for nothing: an earlier part is gone on with."""
        parts.sender.sendStarted.connect(lambda document, _: self._rests.pop(document.id, None))

    def exchange_finished(self, document: Document, exchange: Exchange) -> None:
        """Let those who save its body know how a send ended."""
        end = self._ends.pop(exchange.id, None)
        if end is not None:
            end.tell(exchange)
        rest = self._rests.pop(document.id, None)
        if rest is not None:
            self._write_rest(document, exchange, *rest)

    # Asking for a file

    def save_shown(self, document: Document) -> None:
        """Save what came; of a body that could not be decoded, the bytes as they came."""
        progress = self._parts.sender.progress(document)
        arriving = progress.arriving if progress is not None else None
        exchange = arriving or document.exchange
        if exchange is None or exchange.response is None:
            return
        raw = exchange.response.raw_body
        response = replace(exchange.response, body=raw) if raw else exchange.response
        self.save(replace(exchange, response=response))

    def save(self, exchange: Exchange) -> None:
        """Ask for a file and write the body of a response to it, to its end if it arrives."""
        if exchange.response is None:
            return
        from httpdesk.formats.download_name import suggested_file_name

        name = suggested_file_name(exchange.response.headers, exchange.response.url)
        path = self._ask(self.tr("Save the response body"), name)
        if path:
            self._write(exchange, path)

    def save_certificates(self, exchange: Exchange, pem: str) -> None:
        """Ask for a file and write the certificates of a server to it."""
        name = f"{exchange.request.url.host_ascii}.pem"
        self._save_text(self.tr("Save the certificates"), name, pem)

    def save_table(self, exchange: Exchange, rows: BodyHandle) -> None:
        """Ask for a file and write the rows of a response to it as CSV."""
        name = f"{exchange.request.url.host_ascii}.csv"
        self._save_as_file(self.tr("Save the table"), name, rows)

    def save_laid_out(self, exchange: Exchange, text: BodyHandle) -> None:
        """Ask for a file and write the body of a response to it as it is laid out."""
        name = f"{exchange.request.url.host_ascii}.json"
        self._save_as_file(self.tr("Save the formatted body"), name, text)

    def save_log(self, exchange: Exchange, text: str) -> None:
        """Ask for a file and write the log of a debugged request to it."""
        name = f"{exchange.request.url.host_ascii}.log"
        self._save_text(self.tr("Save the log"), name, text)

    def _save_text(self, title: str, name: str, text: str) -> None:
        from httpdesk.model.memory_body import MemoryBody

        self._save_as_file(title, name, MemoryBody(text.encode()))

    def _save_as_file(self, title: str, name: str, body: BodyHandle) -> None:
        path = self._ask(title, name)
        if not path:
            return
        save = self._parts.ports.save_body
        job = self._parts.jobs.start(lambda cancel: save(body, path, cancel))
        job.finished.connect(lambda _: self._say_saved(path))
        job.failed.connect(self._parts.notices.error)

    def _ask(self, title: str, name: str) -> str:
        """Return the path that the user chooses, who is asked before a file is replaced."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        proposed = str(PurePath(folder) / name)
        path, _ = QFileDialog.getSaveFileName(self._parts.window, title, proposed)
        return path

    # Writing

    def _write(self, exchange: Exchange, path: str) -> None:
        document = self._owner(exchange)
        if document is not None:
            self._write_whole(document, exchange, path)
            return
        document = self._parts.sender.receiver(exchange.id)
        if document is not None:
            self._write_arriving(document, exchange, path)

    def _write_whole(self, document: Document, exchange: Exchange, path: str) -> None:
        assert exchange.response is not None
        body, save = exchange.response.body, self._parts.ports.save_body

        def work(cancel: CancelToken) -> None:
            save(body, path, cancel)

        job = self._start(document, exchange, path, work)
        job.finished.connect(lambda _: self._say_saved(path))

    def _write_arriving(self, document: Document, exchange: Exchange, path: str) -> None:
        from httpdesk.engine.download import End, save_arriving

        end = self._ends.setdefault(exchange.id, End())
        downloads = self._parts.ports.downloads

        def work(cancel: CancelToken) -> Saved:
            return save_arriving(exchange, end, downloads().begin(path), path, cancel)

        self._look_for_part(document, exchange, path)
        job = self._start(document, exchange, path, work)
        job.finished.connect(lambda saved: self._on_saved(document, saved, path, exchange.id))
        text = self.tr("What has come and what comes is saved to {0}")
        self._parts.notices.say(text.format(path))

    def _look_for_part(self, document: Document, exchange: Exchange, path: str) -> None:
        """Offer to go on with what an earlier download of the same thing left."""
        from httpdesk.engine.resume import source_of

        downloads, source = self._parts.ports.downloads, source_of(exchange)
        job = self._parts.jobs.start(lambda _: downloads().part(path))

        def offer(part: Part | None) -> None:
            if part is None or part.facts.source != source:
                return
            text = self.tr("An earlier download left {0} of it in {1}.")
            self._parts.notices.offer(
                text.format(format_size(part.size), part.path),
                self.tr("Resume that instead"),
                lambda: self._resume_instead(document, exchange, part, path),
            )

        job.finished.connect(offer)

    def _resume_instead(
        self, document: Document, exchange: Exchange, part: Part, path: str
    ) -> None:
        self._dropped.add(exchange.id)
        self._resume(document, part, path)

    def _write_rest(self, document: Document, exchange: Exchange, part: Part, path: str) -> None:
        from httpdesk.engine.download import save_rest

        downloads = self._parts.ports.downloads

        def work(cancel: CancelToken) -> Saved:
            return save_rest(exchange, part, downloads(), path, cancel)

        job = self._start(document, exchange, path, work)
        job.finished.connect(lambda saved: self._on_saved(document, saved, path))

    def _start(
        self,
        document: Document,
        exchange: Exchange,
        path: str,
        work: Callable[[CancelToken], object],
    ) -> Job:
        document.begin_writing(exchange)
        job = self._parts.jobs.start(work)
        job.failed.connect(lambda error: self._refused(exchange, path, error))
        job.ended.connect(lambda: self._end(document, exchange))
        return job

    def _end(self, document: Document, exchange: Exchange) -> None:
        """Let go of the body, unless more of it is still to come."""
        arrives = self._parts.sender.receiver(exchange.id) is not None
        document.end_writing(exchange, arrives=arrives)

    def _refused(self, exchange: Exchange, path: str, error: HttpDeskError) -> None:
        from httpdesk.gui import messages

        self._parts.notices.error(
            error,
            {
                messages.SAVE_AS: lambda: self.save(exchange),
                messages.TRY_AGAIN: lambda: self._write(exchange, path),
            },
        )

    def _owner(self, exchange: Exchange) -> Document | None:
        """Return the document that still has the exchange."""
        for document in self._parts.documents.all():
            if any(each.id == exchange.id for each in document.exchanges):
                return document
        return None

    # What became of it

    def _say_saved(self, path: str) -> None:
        self._parts.notices.say(self.tr("Saved to {0}").format(path), "success")

    def _on_saved(self, document: Document, saved: Saved, path: str, exchange_id: str = "") -> None:
        from httpdesk.engine.download import Ending

        if exchange_id in self._dropped and saved.part is not None:
            downloads, left = self._parts.ports.downloads, saved.part
            self._dropped.discard(exchange_id)
            self._parts.jobs.start(lambda _: downloads().remove(left))
            return
        if saved.ending is Ending.SAVED:
            self._say_saved(path)
            return
        if saved.ending is Ending.ANEW:
            text = self.tr(
                "Saved to {0}. The server has another version by now, or sends no parts: all of "
                "it came again."
            )
            self._parts.notices.say(text.format(path), "success")
            return
        self._say_cut(document, saved, path)

    def _say_cut(self, document: Document, saved: Saved, path: str) -> None:
        """Say how much there is, and offer to get the rest where that can be asked for."""
        from httpdesk.engine.download import Ending

        name = PurePath(path).name
        if saved.ending is Ending.REFUSED:
            text = self.tr("The server did not send the rest of {0}. What came is in {1}.")
            text = text.format(name, saved.path)
        elif saved.total is not None:
            text = self.tr("{0} is not complete: {1} of {2} came. They are in {3}.").format(
                name, format_size(saved.size), format_size(saved.total), saved.path
            )
        else:
            text = self.tr("{0} is not complete: {1} came. They are in {2}.").format(
                name, format_size(saved.size), saved.path
            )
        part = saved.part if self._parts.documents.by_id(document.id) is document else None
        self._parts.notices.offer(
            text,
            self.tr("Resume") if part is not None else "",
            lambda: self._resume(document, part, path) if part is not None else None,
        )

    def _resume(self, document: Document, part: Part, path: str) -> None:
        """Send the request again, for what is missing of the file."""
        from httpdesk.engine.resume import range_headers

        if self._parts.documents.by_id(document.id) is not document:
            return
        with self._parts.sender.manner(Manner(headers=range_headers(part.facts, part.size))):
            self._parts.sender.send(document)
        self._rests[document.id] = (part, path)
