"""Text laid out or as received: the beginning of the body, in an editor."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.response import body_words
from httpdesk.gui.response.body_content import (
    UNCOLOURED_LINE,
    BodyGone,
    BodySource,
    BodyText,
    Layout,
    LoadedBody,
    Pace,
    PrettyBody,
    ScreenText,
    language_of,
    lay_out,
    load,
    split_lines,
)
from httpdesk.gui.response.body_page import BodyPage, PageTools, ShownBody
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.text_fill import TextFill
from httpdesk.gui.widgets.code_editor import CodeEditor
from httpdesk.gui.widgets.search_bar import SearchBar
from httpdesk.model.request import ResponseType
from httpdesk.render.content_type import MediaType, Rendering

RAW_FIRST_MS = 150
"""How long the laid-out text is waited for before the text as received is shown."""
PRETTY = "pretty"


class EditorPage(BodyPage):
    """The views Pretty and Raw of a body that is text."""

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self._body: ShownBody | None = None
        self._view = PRETTY
        self._text: BodyText | None = None
        self._pretty: PrettyBody | None = None
        self._whole_lines = False
        self._job = LatestJob(tools.jobs, self)
        self._layout_job = LatestJob(tools.jobs, self)
        self._split_job = LatestJob(tools.jobs, self)
        self._raw_first = QTimer(self, interval=RAW_FIRST_MS, singleShot=True)
        self._build()
        self._job.finished.connect(self._on_loaded)
        self._layout_job.finished.connect(self._on_laid_out)
        self._split_job.finished.connect(self._on_split)
        self._raw_first.timeout.connect(self._show_text)

    def _build(self) -> None:
        self.editor = CodeEditor(self.tr("Response body"))
        self.editor.set_read_only(True)
        self.editor.setAccessibleDescription("")
        self.fill = TextFill(self.editor)
        self.search = SearchBar(self.editor)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.search)
        layout.addWidget(self.editor, 1)
        self.setFocusProxy(self.editor)

    # What the Body tab asks for

    @property
    def busy(self) -> bool:
        """Whether something of the body is still being read, laid out or filled in."""
        jobs = (self._job, self._layout_job, self._split_job)
        return self.fill.busy or any(job.running for job in jobs)

    @property
    def is_text(self) -> bool:
        """Whether there is text to copy."""
        return self._text is not None

    def show_body(self, body: ShownBody, view: str) -> None:
        """Show the body laid out, or as received."""
        self._view = view
        if body is self._body:
            self._show_text()
            return
        self._drop()
        self._body = body
        charset = "utf-8"
        source = BodySource(
            body.handle,
            MediaType(body.media.essence, charset),
            self._wanted(body),
            whole=body.whole,
            charset=charset,
        )
        self._job.start(partial(_load, source))

    def clear(self) -> None:
        """Let go of the body."""
        self._drop()
        self.fill.stop()
        self.editor.clear()

    def open_find(self) -> None:
        """Open the find bar when there is text to search."""
        if self.is_text:
            self.search.open()

    def find_next(self) -> None:
        """Go to the next match."""
        self.search.find_next()

    def find_previous(self) -> None:
        """Go to the match before."""
        self.search.find_previous()

    def copy_all(self) -> None:
        """Emit the text of the view on screen, with its lines whole."""
        self.copied.emit(self._current_text())

    def set_wrap(self, on: bool) -> None:
        """Wrap long lines, or do not."""
        self.editor.set_wrap(on)

    def act(self, key: str) -> bool:
        """Go to the place that a notice names, or show long lines whole."""
        known = {
            body_words.SHOW_WHOLE_LINES: self._show_whole_lines,
            body_words.GO_TO_ERROR: self._go_to_error,
            body_words.GO_TO_REMARK: self._go_to_remark,
        }
        if key in known:
            known[key]()
        return key in known

    # Reading

    @staticmethod
    def _wanted(body: ShownBody) -> ResponseType:
        response = body.exchange.response
        is_raw = response is not None and body.handle is response.raw_body
        return ResponseType.TEXT if is_raw else body.exchange.request.options.response_type

    def _drop(self) -> None:
        for job in (self._job, self._layout_job, self._split_job):
            job.drop()
        self._raw_first.stop()
        self._whole_lines = False
        self._body = self._text = self._pretty = None

    def _on_loaded(self, result: object) -> None:
        if not isinstance(result, LoadedBody):
            return
        self._text, self._pretty = result.text, result.pretty
        if self._pretty is None:
            self._layout_job.start(partial(_lay_out, result.text))
        if self._pretty is None and self._view == PRETTY:
            self._raw_first.start()
        else:
            self._show_text()

    def _on_laid_out(self, result: object) -> None:
        if not isinstance(result, PrettyBody):
            return
        self._pretty = result
        if self._laid_out() is not None or self._raw_first.isActive():
            self._show_text()
        else:
            self._arrange()

    # Showing

    def _laid_out(self) -> PrettyBody | None:
        """Return the layout when it is what is to be shown."""
        pretty = self._pretty
        if pretty is None or pretty.layout is Layout.NONE or self._view != PRETTY:
            return None
        return pretty

    def _current_text(self) -> str:
        if self._text is None:
            return ""
        laid_out = self._laid_out()
        return laid_out.text if laid_out is not None else self._text.decoded.text

    def _show_text(self) -> None:
        if self._text is None:
            return
        self._whole_lines = False
        self._raw_first.stop()
        self._split_job.drop()
        self._fill(self._screen().text)
        self._arrange()
        self.shown.emit()

    def _screen(self) -> ScreenText:
        assert self._text is not None
        laid_out = self._laid_out()
        return laid_out.screen if laid_out is not None else self._text.screen

    def _fill(self, text: str) -> None:
        assert self._text is not None
        language = language_of(self._text, self._pretty)
        raw_line = self._text.screen.longest if self._laid_out() is None else 0
        if self._whole_lines or raw_line > UNCOLOURED_LINE:
            language = "text"
        if language != self.editor.language:
            self.editor.clear()  # colouring a long old text anew would take its time
            self.editor.set_language(language)
        self.editor.set_problem(1, 1, None)
        self.fill.show(text)

    def _arrange(self) -> None:
        """Bring the notices and the mark of the error in line with the text."""
        assert self._text is not None
        text, pretty = self._text, self._pretty
        waits_for_layout = pretty is None and self._view == PRETTY
        notices = body_words.text_notices(text, pretty)
        screen = self._screen()
        if screen.long_lines and not waits_for_layout:
            notices.append(body_words.long_lines_notice(screen, split=self._whole_lines))
        self.notices = tuple(notices)
        self.working = self.tr("Formatting…") if waits_for_layout else ""
        is_other = text.fallback in (Rendering.XML, Rendering.HTML)
        if pretty is not None and pretty.json_error is not None and not is_other:
            error = pretty.json_error
            words = body_words.json_fault_text(error.fault)
            self.editor.set_problem(error.line, error.column, words)
        self.noticesChanged.emit()

    def _show_whole_lines(self) -> None:
        text = self._current_text()
        self._split_job.start(lambda _: split_lines(text))

    def _on_split(self, result: object) -> None:
        assert isinstance(result, ScreenText)
        self._whole_lines = True
        self._fill(result.text)
        self._arrange()

    def _go_to_error(self) -> None:
        error = self._pretty.json_error if self._pretty is not None else None
        if error is not None:
            self._go_to(error.line, error.column)

    def _go_to_remark(self) -> None:
        if self._pretty is not None and self._pretty.remarks:
            self.viewRequested.emit(PRETTY)
            self._go_to(self._pretty.remarks[0].line, 1)

    def _go_to(self, line: int, column: int) -> None:
        self.fill.finish()
        self.editor.go_to(line, column)
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)


def _load(source: BodySource, cancel: CancelToken) -> LoadedBody | None:
    """Read the body on a worker; None when its bytes were given back meanwhile."""
    try:
        return load(source, Pace(cancel))
    except BodyGone:
        return None


def _lay_out(text: BodyText, cancel: CancelToken) -> PrettyBody | None:
    """Lay the text out on a worker; None when it is not wanted any more."""
    try:
        return lay_out(text, Pace(cancel))
    except BodyGone:
        return None
