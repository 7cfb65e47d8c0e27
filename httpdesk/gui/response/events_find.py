"""The find bar of a list of messages: in their types, IDs and whole data."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer, Signal

from httpdesk.gui.item_models.event_table import EventTableModel
from httpdesk.gui.response.body_page import PageTools, ShownBody
from httpdesk.gui.response.event_reading import find_messages
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.paced import paced
from httpdesk.gui.widgets.find_bar import MOST_MATCHES, FindBar
from httpdesk.model.offload_errors import OffloadFailed
from httpdesk.render.event_find import Sought

_PATIENCE_MS = 200


class EventFind(FindBar):
    """Counts the messages that match and goes from one to the next, around the list.

    Signals: `found(number)` when the message with this number, from 1, is to be shown.
    """

    found = Signal(int)

    def __init__(
        self, tools: PageTools, model: EventTableModel, hide: Callable[[str], str]
    ) -> None:
        super().__init__()
        self._hide = hide
        self._tools = tools
        self._model = model
        self._body: ShownBody | None = None
        self._at = 0
        """The number of the message where the next step begins."""
        self._matches: list[int] = []
        self._looked_at: tuple[Sought, int] | None = None
        """What was looked for, and how many messages there were then."""
        self._step: bool | None = None
        """Where to go once the matches are known: True for forward."""
        self._job = LatestJob(tools.jobs, self)
        self._wait = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self.field.setPlaceholderText(self.tr("Find in messages"))
        self.case = self.add_switch("case-sensitive", self.tr("Match case"), self._look)
        self.word = self.add_switch("whole-word", self.tr("Whole words"), self._look)
        self.regex = self.add_switch("regex", self.tr("Regular expression"), self._look)
        self.field.textChanged.connect(self._on_text)
        self._wait.timeout.connect(self._look)
        self._job.finished.connect(self._on_found)

    @property
    def busy(self) -> bool:
        """Whether messages are being looked for."""
        return self._job.running or self._wait.isActive()

    def open(self) -> None:
        """Show the bar, and count what is in it."""
        super().open()
        self._look()

    def close_bar(self) -> None:
        """Hide the bar; the match stays chosen."""
        self._forget()
        super().close_bar()

    def set_body(self, body: ShownBody | None) -> None:
        """Look in another body from its first message on."""
        self._forget()
        self._body, self._at = body, 0

    def begin_at(self, number: int) -> None:
        """Go on from the message with this number."""
        self._at = number

    def step(self, *, forward: bool) -> None:
        """Go to the next message that matches, or to the one before."""
        if self._body is None or not self.field.text():
            return
        self._step = forward
        if self._looked_at != (self._sought(), self._model.rowCount()):
            self._look()
        elif not self._job.running:
            self._go()

    def _sought(self) -> Sought:
        return Sought(
            self.field.text(),
            self.case.isChecked(),
            self.word.isChecked(),
            self.regex.isChecked(),
        )

    def _on_text(self) -> None:
        self._step = None
        self._job.drop()
        self._wait.start()

    def _forget(self) -> None:
        self._wait.stop()
        self._job.drop()
        self._matches, self._looked_at = [], None
        self._tell("")

    def _look(self) -> None:
        """Look through the messages that are there."""
        self._forget()
        sought = self._sought()
        if self._body is None or not sought.text or self.isHidden():
            return
        try:
            sought.pattern()
        except (re.error, OverflowError, RecursionError) as error:
            self._tell(str(error) or type(error).__name__, is_fault=True)
            return
        rows = list(self._model.all())
        self._looked_at = sought, len(rows)
        self._tell(self.tr("Searching…"))
        offload = self._tools.offload
        look = partial(find_messages, self._body, rows, sought, offload, hide=self._hide)
        self._job.start(partial(paced, look))

    def _on_found(self, found: object) -> None:
        if isinstance(found, OffloadFailed):
            self._tell(self.tr("The search took too long or could not be run."))
        if not isinstance(found, list):
            return
        self._matches = found
        if self._step is not None and found:
            self._go()
            return
        number = f"{len(found):,}" + ("+" if len(found) >= MOST_MATCHES else "")
        one = self.tr("1 message") if len(found) == 1 else self.tr("{0} messages").format(number)
        self._tell(one if found else self.tr("No match"))

    def _go(self) -> None:
        if not self._matches:
            return
        after = bisect_right(self._matches, self._at)
        at = after if self._step else bisect_left(self._matches, self._at) - 1
        at %= len(self._matches)
        self._at = self._matches[at]
        more = len(self._matches) >= MOST_MATCHES
        self._tell(self.position_text(at, len(self._matches), more=more))
        self.found.emit(self._at)

    def _tell(self, words: str, *, is_fault: bool = False) -> None:
        self.count.set_color("red" if is_fault else "text3")
        self.count.setText(words)
