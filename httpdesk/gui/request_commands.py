"""Commands on the request in front: send, cancel, save, its responses and their remedies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject

from httpdesk.engine.environment_ports import WORKSPACE
from httpdesk.engine.ports import UploadFiles, UploadRefusedError
from httpdesk.engine.scopes import names_system
from httpdesk.gui.body_saver import BodySaver
from httpdesk.gui.documents import Document
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.outside import OutsideOpener
from httpdesk.gui.parts import Handlers, WindowParts
from httpdesk.gui.runtime import SAMPLE_VARIABLE, runtime_variables, uses_sample_server
from httpdesk.gui.send_controller import Manner
from httpdesk.model.collection import Defaults, LoadedRequest
from httpdesk.model.errors import InvalidRequest
from httpdesk.model.request import Request

if TYPE_CHECKING:
    from httpdesk.gui.request.file_choice import FileFact
    from httpdesk.gui.request_page import RequestPage
    from httpdesk.model.exchange import Exchange

NEEDS_DOCUMENT = (
    "request.save-as",
    "draft.discard",
    "request.versions",
    "send",
    "send.save",
    "send.no-retries",
    "send.pages",
    "url.copy",
    "focus.url",
    "body.format",
    "wire.show",
    "find.open",
    "filter.body",
    "find.next",
    "find.previous",
    "view.maximise-request",
    "view.maximise-response",
)


class RequestCommands(QObject):
    """Handlers for the request in front."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self.bodies = BodySaver(parts)
        self.outside = OutsideOpener(parts)
        """Saves what of a response goes to a file."""
        self._saved_when_done: set[str] = set()
        parts.sender.sendStarted.connect(lambda document, _: self._forget_save(document))

    def handlers(self) -> Handlers:
        """Return the handlers by action."""
        parts = self._parts
        return {
            "request.new": self.new_request,
            "request.save": self._save_front,
            "request.save-as": parts.with_document(self._save_as),
            "draft.discard": parts.with_document(self._discard),
            "send": self.send,
            "send.save": self._send_and_save,
            "send.no-retries": lambda: self._send_as(Manner(retries=False)),
            "send.pages": lambda: self._send_as(Manner(pages=True)),
            "cancel": self.cancel,
            "retry-now": parts.with_document(parts.sender.retry_now),
            "url.copy": parts.with_page(lambda page: page.editor.copy_url()),
            "wire.show": parts.with_page(lambda page: page.editor.show_wire()),
            "body.format": parts.with_page(lambda page: page.editor.format_body()),
            "response.save": parts.with_document(self.bodies.save_shown),
            "response.editor": parts.with_document(self._open_in_editor),
            "response.older": lambda: self.step_exchange(-1),
            "response.newer": lambda: self.step_exchange(1),
            "response.compare": self.compare,
            "find.open": parts.with_page(_find),
            "filter.body": parts.with_page(lambda page: page.viewer.open_filter()),
            "find.next": parts.with_page(lambda page: page.viewer.find_next()),
            "find.previous": parts.with_page(lambda page: page.viewer.find_previous()),
        }

    def update_enabled(self) -> None:
        """Enable the commands that can do something now."""
        actions, document = self._parts.actions, self._parts.document
        for action_id in NEEDS_DOCUMENT:
            actions[action_id].setEnabled(document is not None)
        front = self._parts.editors.front
        actions["request.save"].setEnabled(
            document is not None or (front is not None and front.saves)
        )
        count = len(document.exchanges) if document else 0
        shown = document.shown if document else 0
        sending = document is not None and document.sending
        actions["cancel"].setEnabled(sending)
        actions["retry-now"].setEnabled(sending)
        actions["tab.close"].setEnabled(self._parts.documents.front is not None)
        actions["tab.reopen"].setEnabled(self._parts.documents.can_reopen)
        actions["response.save"].setEnabled(count > 0 or sending)
        actions["response.editor"].setEnabled(count > 0)
        actions["response.example"].setEnabled(count > 0)
        actions["response.environment"].setEnabled(count > 0)
        actions["history.of-request"].setEnabled(document is not None and document.path is not None)
        actions["response.older"].setEnabled(shown > 0)
        actions["response.compare"].setEnabled(count > 1)
        actions["response.newer"].setEnabled(shown < count - 1)

    # Composing and sending

    def new_request(self) -> None:
        """Open an empty tab with the focus in its URL."""
        self._parts.documents.new()
        self._parts.with_page(lambda page: page.editor.url_bar.focus_url())()

    def send_first(self, method: str, url: str) -> None:
        """Open a tab on what was entered on the first-run page, and send."""
        self._parts.documents.new(Request(method=method, url=url))
        self._parts.with_page(lambda page: page.editor.tidy_url())()
        self.send()

    def send(self) -> None:
        """Send the request as the editor shows it, or show there what keeps it from being sent."""
        self._parts.with_page(lambda page: page.editor.send())()

    def _send_and_save(self) -> None:
        document = self._parts.document
        if document is None:
            return
        before = self._parts.sender.progress(document)
        self.send()
        # The editor may have shown a problem instead.
        if self._parts.sender.progress(document) is not before:
            self._saved_when_done.add(document.id)

    def _send_as(self, manner: Manner) -> None:
        """Send once in another manner than the request says."""
        with self._parts.sender.manner(manner):
            self.send()

    def _forget_save(self, document: Document) -> None:
        """What was asked for with an earlier send does not hold for the next one."""
        self._saved_when_done.discard(document.id)

    def exchange_finished(self, document: Document, exchange: Exchange) -> None:
        """Ask where the body goes when that was asked for with the send."""
        self.update_enabled()
        self.bodies.exchange_finished(document, exchange)
        if document.id in self._saved_when_done:
            self._saved_when_done.discard(document.id)
            self.bodies.save(exchange)

    def cancel(self) -> None:
        """Cancel the send under way."""
        self._parts.with_document(self._parts.sender.cancel)()

    def _save_front(self) -> None:
        """Save what is in front, wherever the focus is."""
        document, front = self._parts.document, self._parts.editors.front
        if document is not None:
            self._save(document)
        elif front is not None:
            front.save()

    def _save(self, document: Document) -> None:
        self._parts.with_page(lambda page: page.editor.finish_typing())()
        self._parts.saver.save(document, self._current_folder())

    def _save_as(self, document: Document) -> None:
        self._parts.with_page(lambda page: page.editor.finish_typing())()
        self._parts.saver.save_as(document, self._current_folder())

    def _current_folder(self) -> ItemKey | None:
        return self._parts.collections.current_folder()

    def _discard(self, document: Document) -> None:
        if not document.edited:
            return
        documents = self._parts.documents
        typed = documents.discard(document)
        self._parts.notices.undo(
            self.tr("Discarded the draft"), lambda: documents.edit(document, typed)
        )

    # Responses

    def step_exchange(self, by: int) -> None:
        """Show an older or a newer response."""
        document, page = self._parts.document, self._parts.page
        if document is None or page is None:
            return
        shown = document.shown + by
        if 0 <= shown < len(document.exchanges):
            document.shown = shown
            page.show_exchange()
            self.update_enabled()

    def _open_in_editor(self, document: Document) -> None:
        if document.exchange is not None:
            self.outside.open_in_editor(document.exchange)

    def compare(self) -> None:
        """Compare the response on screen with the others of its request, the one before first."""
        document, page = self._parts.document, self._parts.page
        if document is None or page is None:
            return
        count, shown = len(document.exchanges), document.shown
        order = sorted(range(count), key=lambda at: (at > shown, abs(at - shown)))
        titled = [
            (_response_title(at, count, document.exchanges[at]), document.exchanges[at])
            for at in order
            if at != shown and document.exchanges[at].response is not None
        ]
        page.viewer.comparing.show(tuple(titled))

    # What a request inherits

    def refresh_scope(self, document: Document) -> None:
        """Tell the editor which variables and headers its request inherits."""
        page = self._parts.editors.page(document)
        if page is None:
            return
        runtime = self._parts.workspace.runtime
        if not runtime and uses_sample_server(document.request):
            self._start_sample(document)
        page.editor.set_folder(document.root)
        problem = self._parts.environments.problem(document.root or WORKSPACE)
        found = problem if isinstance(problem, InvalidRequest) else None
        page.editor.set_environment_problem(found)
        scope = self._parts.environments.scope(document)
        page.editor.set_scope(scope, self._parts.environments.inherited(document))

    def refresh_scopes(self, root: str) -> None:
        """Do so for all open requests of a collection, "" for those in none."""
        for document in self._parts.documents.all():
            if (document.root or "") == root:
                self.refresh_scope(document)

    def follow_names(self, document: Document) -> None:
        """Give the editor the values of what its request began to name while it was edited."""
        starts = not self._parts.workspace.runtime and SAMPLE_VARIABLE in document.request.url
        page = self._parts.editors.page(document)
        if starts or (page is not None and names_system(document.request)):
            self.refresh_scope(document)

    def look_at_files(self, document: Document, paths: tuple[str, ...]) -> None:
        """Find out, on a worker, which files of a body can be sent; tell the editor."""
        uploads, root = self._parts.ports.uploads, document.root
        job = self._parts.jobs.start(lambda _: file_facts(uploads(root), paths))

        def learned(facts: dict[str, FileFact]) -> None:
            page = self._parts.editors.page(document)
            if page is not None:
                page.editor.learn_files(facts)

        job.finished.connect(learned)

    def _start_sample(self, document: Document) -> None:
        ports, request = self._parts.ports, document.request
        job = self._parts.jobs.start(lambda _: runtime_variables(ports, request))

        def started(runtime: dict[str, str]) -> None:
            self._parts.workspace.runtime.update(runtime)
            self.refresh_scope(document)

        job.finished.connect(started)

    def load_base(self, document: Document) -> None:
        """Read the file of a tab that was restored or just saved, for what it inherits."""
        if document.inherited or document.root is None or document.path is None:
            return

        def take(loaded: LoadedRequest, inherited: Defaults) -> None:
            self._parts.documents.adopt_base(document, loaded, inherited)
            self.refresh_scope(document)

        self._parts.workspace.read(ItemKey(document.root, document.path), take)

    def reload_inherited(self, root: str) -> None:
        """Have the open requests of a collection know what they inherit by now."""
        for document in self._parts.documents.all():
            if document.root == root:
                document.inherited = ()
                self.load_base(document)

    def reload_name(self, key: ItemKey) -> None:
        """An open request was renamed in the tree: its tab takes the new name from the file."""
        document = self._parts.documents.at(key.root, key.path)
        if document is not None:
            self._parts.workspace.read(
                key, lambda loaded, _: self._parts.documents.adopt_name(document, loaded)
            )


def file_facts(files: UploadFiles, paths: Sequence[str]) -> dict[str, FileFact]:
    """Return the size of each file, or why it cannot be sent; runs on a worker."""
    facts: dict[str, FileFact] = {}
    for path in paths:
        try:
            found = files.find(path)
        except UploadRefusedError as error:
            facts[path] = error
        else:
            if found is not None:
                facts[path] = found.size
    return facts


def _find(page: RequestPage) -> None:
    """Find in the body editor when the focus is in the request, else in the response."""
    if page.editor.pane.isAncestorOf(page.window().focusWidget()):
        page.editor.pane.find()
    else:
        page.viewer.find()


def _response_title(at: int, count: int, exchange: Exchange) -> str:
    """Return how a kept response is called: its number, its status and when it came."""
    assert exchange.response is not None
    words = QCoreApplication.translate("RequestCommands", "response {0} of {1}, {2} at {3}")
    when = exchange.started_at.astimezone().strftime("%H:%M:%S")
    return words.format(at + 1, count, exchange.response.status_code, when)
