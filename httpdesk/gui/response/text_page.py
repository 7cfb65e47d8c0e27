"""The views Pretty and Raw: text of any size, laid out or as received."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from httpdesk.gui.messages import message_for
from httpdesk.gui.response import text_page_words
from httpdesk.gui.response.body_page import BodyPage, PageTools, ShownBody
from httpdesk.gui.response.body_words import json_fault_text
from httpdesk.gui.response.hidden_bytes import Revealing, hidden_in
from httpdesk.gui.response.laid_out_text import LaidOutSaver
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.masked_rows import MaskedRows
from httpdesk.gui.response.notice_bar import Notice
from httpdesk.gui.response.paced import Pace, paced
from httpdesk.gui.response.text_page_copy import MOST_COPIED, TextCopy
from httpdesk.gui.response.text_page_source import (
    PRETTY,
    READ_ANEW,
    Layout,
    Located,
    Source,
    is_other,
    locate,
    open_source,
)
from httpdesk.gui.response.text_page_work import check_text, index_rest, lay_out_text
from httpdesk.gui.response.text_view import TextView
from httpdesk.gui.response.text_view_find import TextFind
from httpdesk.gui.response.text_view_line_bar import LineBar
from httpdesk.gui.response.text_view_select import WHOLE
from httpdesk.gui.widgets.revealing import REVEAL_MS
from httpdesk.model.errors import HttpDeskError
from httpdesk.render.content_type import Rendering
from httpdesk.render.json_verdict import JsonVerdict
from httpdesk.render.rows import Secret

if TYPE_CHECKING:
    pass

GROW_MS = 60
"""How often the scroll bar grows while a body is indexed."""


class TextPage(BodyPage):
    """Shows the first screen, and only then indexes and checks the rest in the background."""

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self._body: ShownBody | None = None
        self._view = PRETTY
        self._source: Source | None = None
        self._check: JsonVerdict | None = None
        self._wanted_at: int | None = None
        self._remark_line: int | None = None
        """Line of the first remark in the rows on screen."""
        self._copy_cut = False
        self._save_failure: HttpDeskError | None = None
        self._shown = Revealing()
        self._shows_all = False
        self._hide = QTimer(self, interval=REVEAL_MS, singleShot=True)
        self._ends = False
        """Whether the body has come to its end since the last rows were indexed."""
        names = ("open", "index", "check", "layout", "go", "error", "remark")
        self._jobs = {name: LatestJob(tools.jobs, self) for name in names}
        self._growth = QTimer(self, interval=GROW_MS)
        # The first screen is painted before anything else is begun.
        self._begin_work = QTimer(self, interval=0, singleShot=True)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.view = TextView(self.tr("Response body"), self.tools.jobs)
        self.search = TextFind(self.view, self.tools)
        self.line_bar = LineBar(self.view)
        self.copying = TextCopy(self.tools, self)
        self.saving = LaidOutSaver(self.tools, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.search)
        layout.addWidget(self.line_bar)
        layout.addWidget(self.view, 1)
        self.setFocusProxy(self.view)

    def _connect(self) -> None:
        self._jobs["open"].finished.connect(self._on_opened)
        self._jobs["index"].finished.connect(self._on_indexed)
        self._jobs["check"].finished.connect(self._on_checked)
        self._jobs["layout"].finished.connect(self._on_laid_out)
        self._jobs["go"].finished.connect(self._on_place)
        self._jobs["error"].finished.connect(self._on_error_place)
        self._jobs["remark"].finished.connect(self._on_remark_place)
        self._begin_work.timeout.connect(self._work_on)
        self._growth.timeout.connect(self._on_growth)
        self.view.firstShown.connect(self._on_first_shown)
        self.view.secretToggled.connect(self._toggle_secret)
        self._hide.timeout.connect(self._hide_again)
        self.view.copyRequested.connect(self._copy_selection)
        self.view.findRequested.connect(self.search.open)
        self.view.goToLineRequested.connect(self.line_bar.open)
        self.view.wrapRequested.connect(self.wrapRequested)
        self.copying.copied.connect(self._on_copied)
        self.saving.made.connect(self.saveTextRequested)
        self.saving.failed.connect(self._on_save_failed)

    # What the Body tab asks for

    @property
    def busy(self) -> bool:
        """Whether something of the body is still being read, laid out or looked for."""
        working = self._begin_work.isActive() or any(job.running for job in self._jobs.values())
        return (
            working or self.view.busy or self.search.busy or self.copying.busy or self.saving.busy
        )

    @property
    def is_text(self) -> bool:
        """Whether there is text to copy."""
        return self._source is not None

    @property
    def source(self) -> Source | None:
        """Where the rows on screen come from; None while there are none."""
        return self._source

    def show_body(self, body: ShownBody, view: str) -> None:
        """Show the body laid out, or as received."""
        if body is not self._body:
            self._check = None
        self._drop_jobs()
        self._body, self._view, self._source = body, view, None
        self._shown = Revealing()
        self._shown.all = self._shows_all
        self._open()

    def grow(self) -> None:
        """Index what has come since."""
        self._index_on()

    def end(self, body: ShownBody, view: str) -> None:
        """Index the last rows; what is on screen stays, unless it is markup to be laid out."""
        if self._source is None or body.rendering in (Rendering.XML, Rendering.HTML):
            self.show_body(body, view)
            return
        self._body, self._view = body, view
        rows = self._source.rows
        rows.finish()
        if isinstance(rows, MaskedRows):
            rows.hidden = hidden_in(body, self._source)
            self.view.rows_changed()
        self._ends = True
        self._index_on()
        self._check_on()

    def clear(self) -> None:
        """Let go of the body."""
        self._drop_jobs()
        self._body = self._source = self._check = None
        self.search.set_source(None)
        self.saving.set_source(None)
        self.view.clear()

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
        if self._source is not None:
            self.copying.copy_all(self._source)

    def set_wrap(self, on: bool) -> None:
        """Wrap long lines, or do not."""
        self.view.set_wrap(on)

    def set_revealed(self, on: bool) -> None:
        """Show all secrets of this and of later bodies as they are, or hide them again."""
        self._shows_all = self._shown.all = on
        self._shown.ones.clear()
        self._read_anew()

    def bar_widgets(self) -> tuple[QWidget, ...]:
        """Return the button that saves the text as it is laid out."""
        return (self.saving.button,)

    def act(self, key: str) -> bool:
        """Go to the place that a notice names."""
        check = self._check
        if key == text_page_words.GO_TO_ERROR and check is not None:
            self._go_to(check.error.offset if check.error is not None else 0)
        elif key == text_page_words.GO_TO_REMARK and check is not None:
            self._go_to(check.remarks[0].start)
        else:
            return False
        return True

    # Opening

    def _drop_jobs(self) -> None:
        for job in self._jobs.values():
            job.drop()
        self._growth.stop()
        self._begin_work.stop()
        self._wanted_at = None
        self._copy_cut = False
        self._save_failure = None
        self.copying.stop()

    def _open(self) -> None:
        body, view, check, scratch = self._body, self._view, self._check, self.tools.new_scratch
        assert body is not None

        def opened(pause: Pace) -> Source:
            return open_source(body, view, check, scratch, pause)

        self._jobs["open"].start(partial(paced, opened))

    def _on_opened(self, result: object) -> None:
        if not isinstance(result, Source):
            return
        if result.check is not None:
            self._check = result.check
        self._show(result)

    def _show(self, found: Source) -> None:
        assert self._body is not None
        hidden = hidden_in(self._body, found)
        source = replace(found, rows=MaskedRows(found.rows, hidden, self._shown))
        self._source = source
        self._remark_line = None
        self.search.set_source(None)
        self.saving.set_source(source)
        self.view.show_rows(source.rows, source.language)
        if source.rows.count == 0:
            self._on_first_shown()

    def _on_first_shown(self) -> None:
        if self._source is None:
            return  # these are still rows of the body before
        self.search.set_source(self._source)
        self._tell()
        self.shown.emit()
        self._begin_work.start()

    def _work_on(self) -> None:
        if self._source is None:
            return
        self._index_on()
        self._check_on()
        self._lay_out_on()
        self._locate()
        if self._wanted_at is not None:
            self._go_to(self._wanted_at)

    # In the background

    def _index_on(self) -> None:
        source = self._source
        if source is None or source.rows.complete or self._jobs["index"].running:
            return
        self._ends = False
        self._jobs["index"].start(partial(paced, partial(index_rest, source, self.tools.offload)))
        self._growth.start()

    def _on_growth(self) -> None:
        self.view.rows_grew()

    def _on_indexed(self, _result: object) -> None:
        self._growth.stop()
        if self._ends:
            self._index_on()
        self.view.rows_grew()
        self.search.rows_grew()
        if self._source is not None:
            self._locate()
            if self._wanted_at is not None:
                self._go_to(self._wanted_at)

    def _check_on(self) -> None:
        body = self._body
        assert body is not None
        is_json = body.rendering is Rendering.JSON and not body.growing
        if is_json and self._check is None and not self._jobs["check"].running:
            self._jobs["check"].start(partial(paced, partial(check_text, body, self.tools.offload)))

    def _on_checked(self, result: object) -> None:
        if not isinstance(result, JsonVerdict) or self._body is None:
            return
        self._check = result
        if result.error is not None and self._body.handle.size <= READ_ANEW:
            self._open()  # as received, or as what else it is
        else:
            self._tell()
            self._locate()

    def _lay_out_on(self) -> None:
        body, source, scratch = self._body, self._source, self.tools.new_scratch
        assert body is not None
        if source is None or source.layout is not Layout.WAITS or self._jobs["layout"].running:
            return

        work = partial(lay_out_text, body, scratch, self.tools.offload)
        self._jobs["layout"].start(partial(paced, work))

    def _on_laid_out(self, result: object) -> None:
        if isinstance(result, Source):
            self._jobs["index"].drop()
            self._show(result)
        elif self._source is not None:
            self._source = replace(self._source, layout=Layout.NONE)
            self._tell()

    # Secrets

    def _toggle_secret(self, secret: Secret) -> None:
        """Show one secret for a while, or hide it; hiding one hides all where all are shown."""
        if not secret.shown:
            self._shown.ones.add(secret.at)
            self._hide.start()
        elif self._shown.all:
            self.hideRequested.emit()
        else:
            self._shown.ones.discard(secret.at)
        self._read_anew()

    def _hide_again(self) -> None:
        self._shown.ones.clear()
        self._read_anew()

    def _read_anew(self) -> None:
        """Show the rows as they read now; what was found in them is looked for again."""
        self.view.secrets_changed()
        self.search.search_again()

    # Notices and places

    def _tell(self) -> None:
        assert self._body is not None
        source, check = self._source, self._check
        layout = source.layout if source is not None else Layout.NONE
        notices = []
        if check is not None:
            notices += text_page_words.check_notices(check, self._body, self._remark_line)
        notices += text_page_words.layout_notices(layout, self._body)
        if self._copy_cut:
            notices.append(text_page_words.copy_notice(MOST_COPIED))
        if self._save_failure is not None:
            message = message_for(self._save_failure)
            notices.append(Notice(f"{message.title}. {message.text}", "red"))
        working = self.tr("Formatting…") if layout is Layout.WAITS else ""
        if (self.notices, self.working) != (tuple(notices), working):
            self.notices, self.working = tuple(notices), working
            self.noticesChanged.emit()

    def _on_save_failed(self, error: HttpDeskError) -> None:
        self._save_failure = error
        self._tell()

    def _copy_selection(self) -> None:
        selection = self.view.selection
        if self._source is None or selection.empty:
            return
        rows = self._source.rows
        if selection == WHOLE and isinstance(rows, MaskedRows):
            self.copying.copy_whole(self._source, rows)
        else:
            self.copying.copy(rows, selection)

    def _on_copied(self, text: str, cut: bool) -> None:
        self.copied.emit(text)
        self._copy_cut = cut
        self._tell()

    def _go_to(self, at: int) -> None:
        """Go to a byte of the body, as soon as its row is known."""
        self._wanted_at = at
        if self._source is not None:
            rows = self._source.rows
            self._jobs["go"].start(partial(paced, lambda _: locate(rows, at)))

    def _on_place(self, result: object) -> None:
        if isinstance(result, Located):
            self._wanted_at = None
            self.view.go_to(result.place)
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _locate(self) -> None:
        """Look for the rows of what is to be told of the JSON."""
        source, check = self._source, self._check
        if source is None or check is None:
            return
        rows = source.rows
        if check.error is not None:
            at = check.error.offset
            self._jobs["error"].start(partial(paced, lambda _: locate(rows, at)))
        if check.remarks and self._remark_line is None:
            first = check.remarks[0].start
            self._jobs["remark"].start(partial(paced, lambda _: locate(rows, first)))

    def _on_error_place(self, result: object) -> None:
        error = self._check.error if self._check is not None else None
        if isinstance(result, Located) and error is not None and self._body is not None:
            words = json_fault_text(error.fault)
            self.view.set_problem(None if is_other(self._body) else result.place, words)

    def _on_remark_place(self, result: object) -> None:
        if isinstance(result, Located):
            self._remark_line = result.line
            self._tell()
