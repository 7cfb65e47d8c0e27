"""Find in bytes: a text, or bytes typed as hexadecimal digits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui import theme
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.body_content import BodyGone, Pace
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.text_view_paint import Mark
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.segmented import Segmented
from httpdesk.model.response import BodyHandle
from httpdesk.render.hex_rows import columns_of, find_bytes, hex_needle
from httpdesk.render.rows import Match, Stopped

MOST = 10_000
_HEX = 1


@dataclass(frozen=True, slots=True)
class Found:
    """What a job has found."""

    matches: tuple[Match, ...]
    marks: Mapping[int, Sequence[Mark]]


class HexFind(QWidget):
    """A field with what it means, the number of matches, and buttons to go from one to another.

    Signals:
        matchChanged: another match is the current one, or there is none any more.
        closed: Esc or the close button hid the bar.
    """

    matchChanged = Signal()
    closed = Signal()

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._body: BodyHandle | None = None
        self._found = Found((), {})
        self._current = -1
        self._job = LatestJob(jobs, self)
        self._job.finished.connect(self._on_found)
        self.kind = Segmented([self.tr("Text"), self.tr("Hex")], self.tr("What is looked for"))
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Find"))
        self.field.setAccessibleName(self.tr("Find bytes"))
        self.count = PlainLabel("", px=12, color="text3")
        self.previous = IconButton("arrow-up", self.tr("Previous match"), shortcut="Shift+F3")
        self.next = IconButton("arrow-down", self.tr("Next match"), shortcut="F3")
        self.close_button = IconButton("x", self.tr("Close find"), shortcut="Esc")
        self._build()
        self.hide()
        theme.follow(self._restyle)

    def _build(self) -> None:
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self.kind)
        self._layout.addWidget(self.field, 1)
        for widget in (self.count, self.previous, self.next, self.close_button):
            self._layout.addWidget(widget)
        self.field.textChanged.connect(self._search)
        self.kind.currentChanged.connect(self._search)
        self.next.clicked.connect(self.find_next)
        self.previous.clicked.connect(self.find_previous)
        self.close_button.clicked.connect(self.close_bar)

    @property
    def busy(self) -> bool:
        """Whether the body is being searched."""
        return self._job.running

    @property
    def current(self) -> Match | None:
        """The match that is gone to."""
        return self._found.matches[self._current] if self._current >= 0 else None

    def marks(self) -> dict[int, Sequence[Mark]]:
        """Return what is marked in the rows."""
        marks = dict(self._found.marks)
        if self.current is not None:
            for row, start, end in columns_of(self.current):
                marks[row] = (*marks.get(row, ()), Mark(start, end, "current"))
        return marks

    def set_body(self, body: BodyHandle | None) -> None:
        """Search another body from now on; None lets go of the one before."""
        self._body = body
        self._search()

    def open(self) -> None:
        """Show the bar with the focus on its field."""
        self.show()
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search()

    def close_bar(self) -> None:
        """Hide the bar and take the marks away."""
        self.hide()
        self._search()
        self.closed.emit()

    def find_next(self) -> None:
        """Go to the next match, to the first one after the last."""
        self._step(1)

    def find_previous(self) -> None:
        """Go to the match before, to the last one before the first."""
        self._step(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
            self._step(-1 if back else 1)
        else:
            super().keyPressEvent(event)

    def _needle(self) -> bytes | None:
        text = self.field.text()
        return hex_needle(text) if self.kind.current == _HEX else text.encode("utf-8", "replace")

    def _search(self) -> None:
        self._job.drop()
        self._found, self._current = Found((), {}), -1
        needle = self._needle()
        if self._body is not None and needle and not self.isHidden():
            self._job.start(partial(_find, self._body, needle))
            self.count.setText(self.tr("Searching…"))
        else:
            faulty = bool(self.field.text()) and needle is None
            self.count.setText(self.tr("Not whole bytes") if faulty else "")
        self.matchChanged.emit()

    def _on_found(self, result: object) -> None:
        if not isinstance(result, Found):
            return
        self._found = result
        self._current = 0 if result.matches else -1
        self._tell()

    def _step(self, by: int) -> None:
        if self._found.matches:
            self._current = (self._current + by) % len(self._found.matches)
            self._tell()

    def _tell(self) -> None:
        number = len(self._found.matches)
        total = f"{number:,}" + ("+" if number == MOST else "")
        words = self.tr("{0} of {1}").format(f"{self._current + 1:,}", total)
        self.count.setText(words if number else self.tr("No match"))
        self.matchChanged.emit()

    def _restyle(self) -> None:
        self._layout.setContentsMargins(theme.scaled(12), 4, theme.scaled(8), 4)
        self._layout.setSpacing(theme.scaled(4))


def _find(body: BodyHandle, needle: bytes, cancel: CancelToken) -> Found | None:
    """Search on a worker; None when the result is not wanted any more."""
    pace = Pace(cancel)
    try:
        matches = tuple(islice(find_bytes(body, needle, pace), MOST))
        marks: dict[int, list[Mark]] = {}
        for match in matches:
            pace()
            for row, start, end in columns_of(match):
                marks.setdefault(row, []).append(Mark(start, end, "match"))
    except (BodyGone, Stopped):
        return None
    return Found(matches, marks)
