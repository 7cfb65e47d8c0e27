"""What the page of a request tells, and who is told."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from httpdesk.engine.generated import load_library
from httpdesk.gui.body_choices import BodyChoices
from httpdesk.gui.documents import Document
from httpdesk.gui.named_files import NamedFiles, typed_paths
from httpdesk.gui.outside import open_in_browser
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.questions import Questions
from httpdesk.gui.request_commands import RequestCommands
from httpdesk.gui.send_outcomes import SendOutcomes
from httpdesk.gui.sub_tabs import SubTabs
from httpdesk.gui.taken_values import TakenValues
from httpdesk.gui.view_commands import ViewCommands
from httpdesk.model.request import Request

if TYPE_CHECKING:
    from httpdesk.gui.request_page import RequestPage

SEND_ACTIONS = ("send", "send.save", "send.no-retries", "send.pages", "url.copy")


class PageWiring(QObject):
    """Connects each page with the rest of the window when it is made."""

    def __init__(
        self,
        parts: WindowParts,
        *,
        view: ViewCommands,
        requests: RequestCommands,
        questions: Questions,
        outcomes: SendOutcomes,
        taken_values: TakenValues,
        sub_tabs: SubTabs,
        body_choices: BodyChoices,
        named_files: NamedFiles,
    ) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._view = view
        self._requests = requests
        self._questions = questions
        self._outcomes = outcomes
        self._taken_values = taken_values
        self._sub_tabs = sub_tabs
        self._body_choices = body_choices
        self._named_files = named_files
        parts.editors.pageMade.connect(self.wire)

    def wire(self, page: RequestPage) -> None:
        """Connect all that a new page tells."""
        document, editor, viewer = page.document, page.editor, page.viewer
        page.set_layout_mode(self._view.layout_mode)
        for name in ("side-by-side", "stacked"):
            page.set_sizes(name, self._parts.state.sizes(name))
        page.oriented.connect(self._view.show_layout)
        self._sub_tabs.follow(page)
        self._body_choices.follow(page)
        page.splitterMoved.connect(self._parts.state.keep_sizes)
        editor.edited.connect(lambda request: self._edited(document, request))
        editor.filesChosen.connect(lambda paths: self._name_files(document, paths))
        editor.sendRequested.connect(lambda request: self._send(document, request))
        editor.cancelRequested.connect(self._requests.cancel)
        editor.valuesWanted.connect(partial(self._load_values, page))
        editor.filesAsked.connect(lambda paths: self._requests.look_at_files(document, paths))
        viewer.cancelRequested.connect(self._requests.cancel)
        viewer.question.quieted.connect(lambda: self._parts.sender.keep_quiet(document))
        viewer.answered.connect(
            lambda agrees: self._parts.sender.answer(document, agrees, viewer.question.values())
        )
        viewer.resendRequested.connect(self._requests.send)
        viewer.exports.saveBodyRequested.connect(self._requests.bodies.save)
        viewer.body.saveRequested.connect(self._requests.bodies.save_table)
        viewer.body.saveTextRequested.connect(self._requests.bodies.save_laid_out)
        viewer.body.partSaveRequested.connect(self._requests.bodies.save)
        viewer.body.openRequested.connect(self._requests.outside.open)
        viewer.exports.savePemRequested.connect(self._requests.bodies.save_certificates)
        viewer.exports.saveLogRequested.connect(self._requests.bodies.save_log)
        editor.pane.linkRequested.connect(open_in_browser)
        editor.pane.taken.removeRequested.connect(partial(self._taken_values.remove, document))
        viewer.body.valueRequested.connect(partial(self._taken_values.use, document))
        viewer.olderRequested.connect(lambda: self._requests.step_exchange(-1))
        viewer.newerRequested.connect(lambda: self._requests.step_exchange(1))
        viewer.compareRequested.connect(self._requests.compare)
        viewer.editorRequested.connect(self._parts.actions["response.editor"].trigger)
        viewer.remedyRequested.connect(self._outcomes.do_remedy)
        editor.url_bar.send_menu.addActions([self._parts.actions[name] for name in SEND_ACTIONS])
        self._requests.refresh_scope(document)

    def _load_values(self, page: RequestPage) -> None:
        """Load the library that makes values, and show them in the preview then."""
        job = self._parts.jobs.start(lambda _: load_library())
        job.finished.connect(lambda _: page.editor.set_made(page.document.made))

    def _edited(self, document: Document, request: Request) -> None:
        typed = typed_paths(document, request)
        self._parts.documents.edit(document, request)
        if typed:
            self._name_files(document, typed)

    def _name_files(self, document: Document, paths: Iterable[str]) -> None:
        self._named_files.allow(paths)
        page = self._parts.editors.page(document)
        if page is not None:
            page.editor.forget_files()

    def _send(self, document: Document, request: Request) -> None:
        self._parts.documents.edit(document, request)
        if self._parts.sender.asks_about(document):
            # Never an answer: a key that is pressed twice would agree to what nobody read.
            self._questions.show(document)
        else:
            self._parts.sender.send(document)
