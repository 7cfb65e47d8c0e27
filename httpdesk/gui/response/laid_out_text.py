"""The whole of a JSON body laid out to be saved; made beside the window."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from httpdesk.gui.response.body_page import PageTools
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.paced import Pace, elsewhere, paced
from httpdesk.gui.response.text_page_source import Source
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.model.errors import HttpDeskError, OffloadFailed, StorageFailed
from httpdesk.render.json_format import laid_out

if TYPE_CHECKING:
    from httpdesk.model.response import BodyHandle

LAID_OUT_HERE = 32 * 1024
"""Bytes that are laid out by a worker of the window: quicker than a process is started."""


class LaidOutSaver(QObject):
    """A button that lays a whole body out and hands it over to be saved.

    Signals: `made(body)`, and `failed(error)`, an HttpDeskError.
    """

    made = Signal(object)
    failed = Signal(object)

    def __init__(self, tools: PageTools, parent: QObject) -> None:
        super().__init__(parent)
        self.button = IconButton("save", self.tr("Save formatted"))
        self.button.setEnabled(False)
        self._tools = tools
        self._source: Source | None = None
        self._job = LatestJob(tools.jobs, self)
        self._job.finished.connect(self._on_made)
        self.button.clicked.connect(self._make)

    @property
    def busy(self) -> bool:
        """Whether a text is being made."""
        return self._job.running

    def set_source(self, source: Source | None) -> None:
        """Know what is on screen; only laid-out JSON can be saved so."""
        self._job.drop()
        self._source = source
        self.button.setEnabled(source is not None and source.is_laid_out_json)

    def _make(self) -> None:
        if self._source is not None and not self._job.running:
            work = partial(_saved, self._source.handle, self._tools)
            self._job.start(partial(paced, work))

    def _on_made(self, result: object) -> None:
        if isinstance(result, HttpDeskError):
            self.failed.emit(result)
        elif result is not None:
            self.made.emit(result)


def _pieces(body: BodyHandle, tools: PageTools, pause: Pace) -> Iterator[bytes]:
    """Yield the pieces of the text; raises OffloadFailed."""
    if body.size <= LAID_OUT_HERE:
        return laid_out(body)
    return elsewhere(tools.offload, body, pause)("json_format:format_json", {})


def _saved(body: BodyHandle, tools: PageTools, pause: Pace) -> BodyHandle | HttpDeskError:
    """Return a body of the text, or what kept it from being made."""
    result = tools.new_scratch()
    try:
        for piece in _pieces(body, tools, pause):
            result.write(piece)
            pause()
    except (OffloadFailed, StorageFailed) as error:
        result.close()
        return error
    return result
