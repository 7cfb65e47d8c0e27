"""Copies text out of rows in a job: much of it takes a while."""

from __future__ import annotations

from codecs import getincrementaldecoder
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.body_content import BodyGone, Pace
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.paced import paced
from httpdesk.gui.response.text_page_source import Layout, Source
from httpdesk.gui.response.text_view_select import END, START, Selection
from httpdesk.render.rows import LONGEST_ROW, Place, Rows

if TYPE_CHECKING:
    from httpdesk.model.response import BodyHandle

MOST_COPIED = 10_000_000
"""Characters that are copied: the clipboards of many systems and programs choke on more."""
_READ_AT_ONCE = 256 * 1024


class TextCopy(QObject):
    """Copies the newest selection that was asked for.

    Signals: `copied(text, cut)`; `cut` when only the first `MOST_COPIED` characters were copied.
    """

    copied = Signal(str, bool)

    def __init__(self, jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: Selection | None = None
        self._job = LatestJob(jobs, self)
        self._job.finished.connect(self._on_text)

    @property
    def busy(self) -> bool:
        """Whether text is being copied."""
        return self._job.running or self._waiting is not None

    def copy_all(self, source: Source) -> None:
        """Copy the whole text; as received, with its line ends, where it is not laid out."""
        if source.layout is Layout.DONE:
            self.copy(source.rows, Selection(START, END))
            return
        self.stop()
        self._job.start(partial(paced, partial(_received, source.handle)))

    def copy(self, rows: Rows, selection: Selection) -> None:
        """Copy what is selected; what reaches to the end waits for the rows to be known."""
        self.stop()
        reaches_end = selection.end.row >= rows.count
        if reaches_end and not rows.complete and rows.indexed < 4 * MOST_COPIED:
            self._waiting = selection
            return
        end = selection.end
        if reaches_end:
            end = Place(max(rows.count - 1, 0), LONGEST_ROW)
        start = selection.start
        self._job.start(partial(paced, lambda pause: rows.text(start, end, MOST_COPIED + 1, pause)))

    def rows_grew(self, rows: Rows) -> None:
        """Copy what waited for these rows."""
        if self._waiting is not None:
            self.copy(rows, self._waiting)

    def stop(self) -> None:
        """Copy nothing."""
        self._waiting = None
        self._job.drop()

    def _on_text(self, result: object) -> None:
        if isinstance(result, str):
            self.copied.emit(result[:MOST_COPIED], len(result) > MOST_COPIED)


def _received(body: BodyHandle, pause: Pace) -> str:
    """Return the text of a body, of a little more than `MOST_COPIED` characters at most."""
    decoder = getincrementaldecoder("utf-8")("replace")
    pieces: list[str] = []
    offset, room = 0, MOST_COPIED + 1
    while room > 0 and (data := _read(body, offset)):
        pieces.append(decoder.decode(data)[:room])
        offset, room = offset + len(data), room - len(pieces[-1])
        pause()
    pieces.append(decoder.decode(b"", final=True)[:room])
    return "".join(pieces).removeprefix("\ufeff")


def _read(body: BodyHandle, offset: int) -> bytes:
    try:
        return body.read_at(offset, _READ_AT_ONCE)
    except ValueError:
        raise BodyGone from None
