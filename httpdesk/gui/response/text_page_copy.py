"""Copies text out of rows in a job: much of it takes a while."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from httpdesk.gui.response.body_page import PageTools
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.masked_rows import MaskedRows
from httpdesk.gui.response.paced import Pace, elsewhere, paced
from httpdesk.gui.response.text_page_source import Source
from httpdesk.gui.response.text_view_select import WHOLE, Selection
from httpdesk.model.offload_errors import OffloadFailed
from httpdesk.render.json_format import format_json, laid_out
from httpdesk.render.rows import Rows, read_piece

if TYPE_CHECKING:
    from httpdesk.engine.offload import Offload
    from httpdesk.gui.ports import Lazy
    from httpdesk.model.response import BodyHandle

MOST_COPIED = 10_000_000
"""Characters that are copied: the clipboards of many systems and programs choke on more."""
_READ_AT_ONCE = 256 * 1024
_FORMATTED_HERE = 256 * 1024


class TextCopy(QObject):
    """Copies the newest selection that was asked for.

    Signals: `copied(text, cut)`; `cut` when only the first `MOST_COPIED` characters were copied.
    """

    copied = Signal(str, bool)

    def __init__(self, tools: PageTools, parent: QObject) -> None:
        super().__init__(parent)
        self._offload = tools.offload
        self._job = LatestJob(tools.jobs, self)
        self._job.finished.connect(self._on_text)

    @property
    def busy(self) -> bool:
        """Whether text is being copied."""
        return self._job.running

    def copy_all(self, source: Source) -> None:
        """Copy the whole text with every character as received, laid out where it is on screen."""
        self._job.start(partial(paced, partial(self._reader(source), source.handle)))

    def copy_whole(self, source: Source, rows: MaskedRows) -> None:
        """Copy the whole text as `copy_all`, unless a part of it is hidden on screen."""
        if rows.shown.all:
            self.copy_all(source)
            return
        read = self._reader(source)

        def text(pause: Pace) -> str:
            if not rows.hidden.any_before(MOST_COPIED, pause):
                return read(source.handle, pause)
            return rows.text(WHOLE.start, WHOLE.end, MOST_COPIED + 1, pause)

        self._job.start(partial(paced, text))

    def copy(self, rows: Rows, selection: Selection) -> None:
        """Copy what is selected, as it reads on screen."""
        start, end = selection.start, selection.end
        self._job.start(partial(paced, lambda pause: rows.text(start, end, MOST_COPIED + 1, pause)))

    def _reader(self, source: Source) -> Callable[[BodyHandle, Pace], str]:
        if source.is_laid_out_json:
            return partial(_formatted, self._offload)
        return _received

    def stop(self) -> None:
        """Copy nothing."""
        self._job.drop()

    def _on_text(self, result: object) -> None:
        if isinstance(result, str):
            self.copied.emit(result[:MOST_COPIED], len(result) > MOST_COPIED)


def _received(body: BodyHandle, pause: Pace) -> str:
    """Return the text of a body, of a little more than `MOST_COPIED` characters at most."""
    return _text(_pieces(body), pause).removeprefix("\ufeff")


def _formatted(offload: Lazy[Offload], body: BodyHandle, pause: Pace) -> str:
    """Return JSON laid out; large bodies are laid out beside the window where that can be."""
    if body.size > _FORMATTED_HERE:
        run = elsewhere(offload, body, pause)
        try:
            return _text(run("json_format:format_json", {}), pause)
        except OffloadFailed:
            return _text(laid_out(body), pause)
    return _text(format_json(body), pause)


def _text(pieces: Iterable[bytes], pause: Pace) -> str:
    decoder = getincrementaldecoder("utf-8")("replace")
    found: list[str] = []
    room = MOST_COPIED + 1
    for piece in pieces:
        found.append(decoder.decode(piece)[:room])
        room -= len(found[-1])
        pause()
        if room <= 0:
            break
    found.append(decoder.decode(b"", final=True)[:room])
    return "".join(found)


def _pieces(body: BodyHandle) -> Iterator[bytes]:
    offset = 0
    while data := read_piece(body, offset, _READ_AT_ONCE):
        yield data
        offset += len(data)
