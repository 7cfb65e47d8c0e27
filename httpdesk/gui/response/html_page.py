"""The Preview of HTML: the page as text to be read; nothing is loaded, run or styled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtWidgets import QWidget

from httpdesk.gui.response.body_page import PageTools, ShownBody
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.notice_bar import Notice
from httpdesk.gui.response.outside_ask import OutsideAsk
from httpdesk.gui.response.paced import Pace, paced
from httpdesk.gui.response.text_page import TextPage
from httpdesk.gui.response.text_page_source import RAW
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.model.response import BodyHandle
from httpdesk.render.content_type import Rendering
from httpdesk.render.html_text import LARGEST_PAGE, html_as_text
from httpdesk.render.rows import read_piece
from httpdesk.render.units import format_size


class HtmlPage(TextPage):
    """Shows what a reader of the page would read, and offers it to the browser."""

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self._page: ShownBody | None = None
        self._reading = LatestJob(tools.jobs, self)
        self._reading.finished.connect(self._on_read)
        self.browser = TextButton(self.tr("Open in browser…"), kind="flat")
        self.asking = OutsideAsk(self, is_page=True)
        self.browser.clicked.connect(self._ask)
        self.set_wrap(True)

    @property
    def busy(self) -> bool:
        """Whether the page is still being read."""
        return self._reading.running or super().busy

    def show_body(self, body: ShownBody, view: str) -> None:
        """Read the page in a job and show its text."""
        self._drop_jobs()
        self._page = body
        self.asking.forget()
        self._reading.start(partial(paced, partial(_read, body, self.tools)))

    def end(self, body: ShownBody, view: str) -> None:
        """Read the whole page anew."""
        self.show_body(body, view)

    def grow(self) -> None:
        """Wait for the end: half a page reads badly."""

    def clear(self) -> None:
        """Let go of the body."""
        self._reading.drop()
        self._page = None
        self.asking.forget()
        super().clear()

    def set_wrap(self, on: bool) -> None:
        """Wrap always: paragraphs are long lines."""
        super().set_wrap(True)

    def bar_widgets(self) -> tuple[QWidget, ...]:
        """Return the way to the browser."""
        return (self.browser,)

    def act(self, key: str) -> bool:
        """Do what the question before opening asks for."""
        return self.asking.act(key, self._page) or super().act(key)

    def _ask(self) -> None:
        if self._page is not None:
            self.asking.ask()
            self._tell()

    def _on_read(self, text: object) -> None:
        if self._page is not None and isinstance(text, _PageText):
            read = replace(self._page, handle=text.body, rendering=Rendering.TEXT, growing=False)
            super().show_body(read, RAW)

    def _tell(self) -> None:
        words = self.tr("The page as text. Its scripts, styles, images and links are not loaded.")
        found = [*self.asking.notices, Notice(words, "slate")]
        if self._page is not None and self._page.handle.size > LARGEST_PAGE:
            cut = self.tr("Only the first {0} of the page are read.")
            found.append(Notice(cut.format(format_size(LARGEST_PAGE)), "slate"))
        self._set_notices(*found)


@dataclass(frozen=True, slots=True)
class _PageText:
    body: BodyHandle


def _read(body: ShownBody, tools: PageTools, pause: Pace) -> _PageText:
    """Return the text of a page as a body of our own, on a worker."""
    page = read_piece(body.handle, 0, LARGEST_PAGE).decode("utf-8", "replace")
    text = tools.new_scratch()
    text.write(html_as_text(page, pause).encode("utf-8", "replace"))
    return _PageText(text)
