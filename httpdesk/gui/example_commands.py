"""Saves responses as examples of their requests, and shows, renames and deletes those."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from httpdesk.gui.example_reading import ExampleRefusal, read_example
from httpdesk.gui.form_rows import Answers, TextRow
from httpdesk.gui.parts import Handlers, WindowParts
from httpdesk.model.request import Example, GraphQLBody

if TYPE_CHECKING:
    from httpdesk.gui.documents import Document
    from httpdesk.gui.request_page import RequestPage
    from httpdesk.model.exchange import Exchange

Examples = tuple[Example, ...]


class ExampleCommands(QObject):
    """Changes the request, as typing in it does: the examples are saved with it."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts
        parts.editors.pageMade.connect(self.follow)

    def handlers(self) -> Handlers:
        """Return the handlers by action."""
        return {"response.example": self._parts.with_document(self._ask_name)}

    def follow(self, page: RequestPage) -> None:
        """Put what can be done with examples into the menus of a page."""
        document, menu = page.document, page.viewer.status.menu
        menu.addSeparator()
        save = menu.addAction(self.tr("Save as example"), partial(self._ask_name, document))
        compare = menu.addAction(self.tr("Compare with example"), partial(self._compare, page))

        def enable() -> None:
            save.setEnabled(document.exchange is not None)
            compare.setEnabled(bool(document.request.examples))

        menu.aboutToShow.connect(enable)
        page.editor.pane.examplesMenuAsked.connect(partial(self._fill, page))
        page.viewer.example.backRequested.connect(page.show_exchange)

    # Saving

    def _ask_name(self, document: Document) -> None:
        exchange = document.exchange
        if exchange is None or exchange.response is None:
            self._parts.notices.say(self.tr("There is no response to keep."), "warning")
            return
        if isinstance(document.request.body, GraphQLBody):
            words = self.tr("The file format has no examples for GraphQL requests.")
            self._parts.notices.say(words, "warning")
            return
        response = exchange.response
        proposed = f"{response.status_code} {response.reason_phrase}".strip()
        self._parts.notices.form().ask(
            self.tr("Save as example"),
            (TextRow("name", self.tr("Name"), proposed),),
            self.tr("Save example"),
            lambda answers: self._read(document, exchange, answers),
        )

    def _read(self, document: Document, exchange: Exchange, answers: Answers) -> None:
        response, name = exchange.response, str(answers["name"])
        assert response is not None
        job = self._parts.jobs.start(lambda _: read_example(response))
        job.finished.connect(lambda read: self._save(document, exchange, name, read))
        job.failed.connect(self._parts.notices.error)

    def _save(
        self,
        document: Document,
        exchange: Exchange,
        name: str,
        read: tuple[str, str] | ExampleRefusal,
    ) -> None:
        if isinstance(read, ExampleRefusal):
            self._parts.notices.say(self._refusal(read), "warning")
            return
        from httpdesk.engine.examples import make_example

        example = make_example(name, document.request, exchange, *read)
        words = self.tr("Example {0} is kept with the request. Secrets in it are hidden.")
        self._change(document, (*document.request.examples, example), words.format(name))

    def _refusal(self, refusal: ExampleRefusal) -> str:
        if refusal is ExampleRefusal.TOO_LARGE:
            return self.tr("The body is larger than 1 MB. Examples are kept in the request's file.")
        return self.tr("The body is no text. Only text is kept as an example.")

    # The list

    def _fill(self, page: RequestPage, menu: QMenu) -> None:
        """Offer each example of the request, and what can be done with it."""
        document = page.document
        for example in document.request.examples:
            each = menu.addMenu((example.name or self.tr("Unnamed")).replace("&", "&&"))
            shown = each.addAction(self.tr("Show"), partial(self.show, page, example))
            shown.setEnabled(not document.sending)
            each.addAction(self.tr("Rename"), partial(self._ask_rename, document, example))
            each.addAction(self.tr("Delete"), partial(self._delete, document, example))
        if not document.request.examples:
            none = menu.addAction(self.tr("Save one from the menu of a response"))
            none.setEnabled(False)

    def show(self, page: RequestPage, example: Example) -> None:
        """Show an example in place of the response, until the next send or the way back."""
        from httpdesk.engine.examples import exchange_of

        page.show_example(exchange_of(example, page.document.request), example.name)

    def _ask_rename(self, document: Document, example: Example) -> None:
        self._parts.notices.form().ask(
            self.tr("Rename example"),
            (TextRow("name", self.tr("Name"), example.name),),
            self.tr("Rename"),
            lambda answers: self._rename(document, example, str(answers["name"])),
        )

    def _rename(self, document: Document, example: Example, name: str) -> None:
        named = replace(example, name=name)
        held = document.request.examples
        changed = tuple(named if each == example else each for each in held)
        self._change(document, changed, self.tr("Example renamed to {0}").format(name))

    def _delete(self, document: Document, example: Example) -> None:
        left = tuple(each for each in document.request.examples if each != example)
        self._change(document, left, self.tr("Example {0} deleted").format(example.name))

    def _change(self, document: Document, examples: Examples, words: str) -> None:
        """Give the request other examples, with Undo."""
        before = document.request.examples
        self._put(document, examples)
        self._parts.notices.undo(words, partial(self._put, document, before))

    def _put(self, document: Document, examples: Examples) -> None:
        if self._parts.documents.by_id(document.id) is document:
            self._parts.documents.edit(document, replace(document.request, examples=examples))

    def _compare(self, page: RequestPage) -> None:
        """Compare the response on screen with the examples, the first one first."""
        from httpdesk.engine.examples import exchange_of

        request = page.document.request
        titled = ((each.name, exchange_of(each, request)) for each in request.examples)
        page.viewer.comparing.show(tuple(titled))
