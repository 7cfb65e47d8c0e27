"""The Body tab: text laid out or as received, an image, or a sentence in its place."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response import body_words
from httpdesk.gui.response.body_bar import BodyBar
from httpdesk.gui.response.body_content import (
    UNCOLOURED_LINE,
    BodySource,
    BodyText,
    Layout,
    PrettyBody,
    ScreenText,
    language_of,
    split_lines,
)
from httpdesk.gui.response.body_jobs import (
    BodyResult,
    lay_out_body,
    load_body,
    shown_handle,
)
from httpdesk.gui.response.body_words import Notice
from httpdesk.gui.response.image_view import (
    ImagePreview,
    ImageView,
)
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.notice_bar import NoticeBar
from httpdesk.gui.response.text_fill import TextFill
from httpdesk.gui.widgets.code_editor import CodeEditor
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.search_bar import SearchBar
from httpdesk.gui.widgets.section import HLine
from httpdesk.model.errors import HttpDeskError
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import ResponseType
from httpdesk.model.response import Response
from httpdesk.render.content_type import Rendering, parse_media_type

STALE_MS = 100
"""How long the body before stays on screen while the new one is read."""


RAW_FIRST_MS = 150
"""How long the laid-out text is waited for before the text as received is shown."""


class BodyView(QWidget):
    """Shows the body of one exchange; reading and laying out happen in jobs.

    Signals:
        actionRequested(key): a link of a notice that is not about the text itself was used.
        shown: the body, or what stands in its place, is on screen.
    """

    actionRequested = Signal(str)
    shown = Signal()

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exchange: Exchange | None = None
        self._charset = ""
        self._text: BodyText | None = None
        self._pretty: PrettyBody | None = None
        self._whole_lines = False
        self._bars: list[NoticeBar] = []
        self._job = LatestJob(jobs, self)
        self._layout_job = LatestJob(jobs, self)
        self._split_job = LatestJob(jobs, self)
        self._stale = QTimer(self, interval=STALE_MS, singleShot=True)
        self._raw_first = QTimer(self, interval=RAW_FIRST_MS, singleShot=True)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.bar = BodyBar()
        self._line = HLine()
        self._notices = QVBoxLayout()
        self._notices.setSpacing(1)
        self.editor = CodeEditor(self.tr("Response body"))
        self.editor.set_read_only(True)
        self.editor.setAccessibleDescription("")
        self.fill = TextFill(self.editor)
        self.search = SearchBar(self.editor)
        self.image = ImageView()
        self.message = EmptyState("", "", "")
        self.stack = QStackedWidget()
        for page in (self.editor, self.image, self.message):
            self.stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self._line)
        layout.addLayout(self._notices)
        layout.addWidget(self.search)
        layout.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.bar.viewChanged.connect(self._show_text)
        self.bar.wrapChanged.connect(self.editor.set_wrap)
        self.bar.findRequested.connect(self.open_find)
        self.bar.charsetChanged.connect(self._read_with)
        self.message.actionTriggered.connect(lambda: self.actionRequested.emit(body_words.SAVE))
        self._job.finished.connect(self._on_loaded)
        self._layout_job.finished.connect(self._on_laid_out)
        self._split_job.finished.connect(self._on_split)
        self._raw_first.timeout.connect(self._show_text)
        self._stale.timeout.connect(self.fill.stop)
        self._stale.timeout.connect(self.editor.clear)

    # What the viewer asks for

    def show_exchange(self, exchange: Exchange) -> None:
        """Show the exchange's body; it must have a response."""
        self._exchange = exchange
        self._charset = ""
        self._read()

    def open_find(self) -> None:
        """Open the find bar when there is text to search."""
        if self.is_text:
            self.search.open()

    @property
    def is_text(self) -> bool:
        """Whether the body is shown as text."""
        return self._text is not None and self._text.is_text

    @property
    def busy(self) -> bool:
        """Whether something of the body is still being read, laid out or filled in."""
        jobs = (self._job, self._layout_job, self._split_job)
        return self.fill.busy or any(job.running for job in jobs)

    def current_text(self) -> str:
        """Return the text of the view on screen, with its lines whole; "" for other bodies."""
        if self._text is None:
            return ""
        laid_out = self._laid_out()
        return laid_out.text if laid_out is not None else self._text.decoded.text

    # Reading

    def _read(self) -> None:
        self._job.drop()
        self._layout_job.drop()
        self._split_job.drop()
        self._raw_first.stop()
        self._whole_lines = False
        response = self._response()
        handle = shown_handle(response, self._exchange)
        if handle.size == 0:
            self._show_nothing(response)
            return
        assert self._exchange is not None
        is_raw = handle is not response.body
        source = BodySource(
            handle,
            parse_media_type(response.header("Content-Type")),
            ResponseType.TEXT if is_raw else self._exchange.request.options.response_type,
            whole=self._exchange.error is None,
            charset=self._charset,
        )
        self._stale.start()
        self._job.start(partial(load_body, source))

    def _read_with(self, charset: str) -> None:
        """Decode again with another charset, without sending again (statement 53)."""
        self._charset = charset
        self._read()

    def _on_loaded(self, result: object) -> None:
        self._stale.stop()
        if not isinstance(result, BodyResult):
            return
        text = self._text = result.body.text
        self._pretty = result.body.pretty
        if not text.is_text:
            self._show_bytes(text, result.image)
            return
        if self._pretty is None:
            self._layout_job.start(partial(lay_out_body, text))
        if self._pretty is None and self.bar.pretty:
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

    def _response(self) -> Response:
        assert self._exchange is not None
        assert self._exchange.response is not None
        return self._exchange.response

    def _laid_out(self) -> PrettyBody | None:
        """Return the layout when it is what is to be shown."""
        pretty = self._pretty
        if pretty is None or pretty.layout is Layout.NONE or not self.bar.pretty:
            return None
        return pretty

    def _show_text(self) -> None:
        if self._text is None or not self._text.is_text:
            return
        self._whole_lines = False
        self._raw_first.stop()
        self._split_job.drop()
        self._fill(self._screen().text)
        self._arrange()
        self.stack.setCurrentWidget(self.editor)
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
        """Bring the view bar, the notices and the mark of the error in line with the text."""
        assert self._text is not None
        text, pretty = self._text, self._pretty
        self._show_bar(True)
        can_layout = pretty is None or pretty.layout is not Layout.NONE
        self.bar.set_state(can_layout, pretty is None, text.decoded.charset, self._charset)
        notices = [*self._exchange_notices(), *body_words.text_notices(text, pretty)]
        screen = self._screen()
        waits_for_layout = pretty is None and self.bar.pretty
        if screen.long_lines and not waits_for_layout:
            notices.append(body_words.long_lines_notice(screen, split=self._whole_lines))
        self._set_notices(notices)
        is_other = text.fallback in (Rendering.XML, Rendering.HTML)
        if pretty is not None and pretty.json_error is not None and not is_other:
            error = pretty.json_error
            words = body_words.json_fault_text(error.fault)
            self.editor.set_problem(error.line, error.column, words)

    def _show_bytes(self, text: BodyText, preview: ImagePreview | None) -> None:
        media = parse_media_type(self._response().header("Content-Type"))
        title, words = body_words.binary_text(text, media.essence)
        self._show_bar(False)
        image = preview.image if preview is not None else None
        if image is not None:
            size = self.tr("{0:,} by {1:,} pixels").format(image.width(), image.height())
            save = ((body_words.SAVE, self.tr("Save…")),)
            self._set_notices(
                [*self._exchange_notices(), Notice(f"{title}, {size}", "slate", save)]
            )
            self.image.set_image(image, f"{title}, {size}")
            self.stack.setCurrentWidget(self.image)
        else:
            self._set_notices(self._exchange_notices())
            self._show_message(title, _why_no_preview(text, preview) or words, self.tr("Save…"))
        self.shown.emit()

    def _show_nothing(self, response: Response) -> None:
        self._text = self._pretty = None
        self._stale.stop()
        self._show_bar(False)
        self._set_notices(self._exchange_notices())
        self._show_message("", body_words.empty_text(response, self._error()), "")
        QTimer.singleShot(0, self, self.shown.emit)

    def _show_message(self, title: str, text: str, action: str) -> None:
        for widget, words in (
            (self.message.title, title),
            (self.message.text, text),
            (self.message.action, action),
        ):
            widget.setText(words)
            widget.setVisible(bool(words))
        self.stack.setCurrentWidget(self.message)

    def _show_bar(self, shown: bool) -> None:
        self.bar.setVisible(shown)
        self._line.setVisible(shown)
        if not shown:
            self.search.hide()

    # Notices

    def _exchange_notices(self) -> list[Notice]:
        """Return what is to be said of the response, whatever its body is."""
        if self._exchange is None or self._exchange.response is None:
            return []
        found = (
            body_words.end_notice(self._exchange),
            body_words.proxy_notice(self._exchange),
            body_words.doubt_notice(self._exchange.response),
        )
        return [notice for notice in found if notice is not None]

    def _error(self) -> HttpDeskError | None:
        return self._exchange.error if self._exchange is not None else None

    def _set_notices(self, notices: list[Notice]) -> None:
        for bar in self._bars:
            self._notices.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
        self._bars = [NoticeBar(notice.text, notice.tone, notice.actions) for notice in notices]
        for bar in self._bars:
            bar.actionTriggered.connect(self._on_action)
            self._notices.addWidget(bar)
            bar.show()  # now, before the first paint: nothing may jump after it

    def _on_action(self, key: str) -> None:
        if key == body_words.SHOW_WHOLE_LINES:
            self._show_whole_lines()
        elif key == body_words.GO_TO_ERROR:
            self._go_to_error()
        elif key == body_words.GO_TO_REMARK:
            self._go_to_remark()
        else:
            self.actionRequested.emit(key)

    def _show_whole_lines(self) -> None:
        text = self.current_text()
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
            self.bar.choose(pretty=True)
            self._go_to(self._pretty.remarks[0].line, 1)

    def _go_to(self, line: int, column: int) -> None:
        self.fill.finish()
        self.editor.go_to(line, column)
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)


def _why_no_preview(text: BodyText, preview: ImagePreview | None) -> str:
    if preview is None:
        return ""
    return body_words.no_preview_text(
        preview.size.width(), preview.size.height(), too_large=preview.too_large
    )
