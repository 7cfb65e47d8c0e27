"""The caret, the selection and the folds of a painted text."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QPoint, QRect, Signal
from PySide6.QtGui import QAccessibleInterface
from PySide6.QtWidgets import QWidget

from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.paced import Pace, paced
from httpdesk.gui.response.text_view_lines import Line, indented_end
from httpdesk.gui.response.text_view_paint import column_at_cell
from httpdesk.gui.response.text_view_scroll import RowScroll
from httpdesk.gui.response.text_view_select import END, WHOLE, Selection
from httpdesk.gui.response.text_view_walk import Piece
from httpdesk.gui.widgets.announce import announce
from httpdesk.render.rows import Place, Row, Rows, Secret

_FOLD_STEP = 1000
_SPOKEN = 500
"""Characters of a row that are said."""


class CaretView(RowScroll):
    """What can be done to a painted text, by whatever means.

    Signals:
        copyRequested, goToLineRequested: a key or the menu asks for it.
        secretToggled(Secret): one that is hidden is to be shown, or the other way round.
    """

    copyRequested = Signal()
    secretToggled = Signal(object)
    goToLineRequested = Signal()

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(jobs, parent)
        self.access: QAccessibleInterface | None = None
        """What tells of it to a screen reader, once one has asked."""
        self._selection = Selection()
        self._goal: float | None = None
        self._fold_job = LatestJob(jobs, self)
        self._fold_job.finished.connect(self._on_fold_end)
        self._line_job = LatestJob(jobs, self)
        self._line_job.finished.connect(self._on_row_of_line)
        self._gutter.foldClicked.connect(self.toggle_fold)

    @property
    def busy(self) -> bool:
        """Whether rows are being read, or a place is being looked for."""
        return super().busy or self._fold_job.running or self._line_job.running

    @property
    def selection(self) -> Selection:
        """The caret and what is selected."""
        return self._selection

    def select(self, start: Place, end: Place) -> None:
        """Select the text between two places, with the caret at the second, and show it."""
        self.set_selection(Selection(start, end))
        self.reveal(end)
        self.reveal(start)

    def select_all(self) -> None:
        """Select the whole body, however much of it is known."""
        self.set_selection(WHOLE)

    def go_to(self, place: Place) -> None:
        """Put the caret at a place and show it."""
        self.set_caret(place, keep=False)

    def go_to_line(self, line: int) -> None:
        """Put the caret at the start of a line, counted from 1, and show it."""
        if self._rows is not None:
            rows = self._rows
            self._line_job.start(partial(paced, lambda _: rows.row_of_line(line)))

    def shown_bytes(self) -> tuple[int, int]:
        """Return the first byte of the body that is on screen, and one behind the last."""
        if not self._pieces:
            return 0, 0
        last = self._pieces[-1].line.row
        return self._pieces[0].line.row.offset, last.offset + len(last.text.encode()) + 1

    def selected_in_row(self) -> str:
        """Return the selected text when it is within one row near the screen, else nothing."""
        start, end = self._selection.start, self._selection.end
        text = self.row_text(start.row)
        return text[start.column : end.column] if text and start.row == end.row else ""

    # What keys and the mouse ask

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return self._walk.rows

    def row_text(self, row: int) -> str | None:
        """Return the text of a row, None when it is not near the screen."""
        line = self._window.line(row)
        return line.row.text if line is not None else None

    def spoken_row(self, row: int) -> str:
        """Return the text of a row as it is said: words in place of bullets (ui.md 8)."""
        line = self._window.line(row)
        return spoken(line.row)[:_SPOKEN] if line is not None else ""

    def secret_at(self, place: Place) -> Secret | None:
        """Return the secret that a place is in, hidden or shown."""
        line = self._window.line(place.row)
        secrets = line.row.secrets if line is not None else ()
        return next((s for s in secrets if s.start <= place.column <= s.end), None)

    def row_above(self, row: int) -> int:
        """Return the row that is shown above another one; the first has none but itself."""
        return self._folds.row_of(max(self._folds.line_of(row) - 1, 0))

    def row_below(self, row: int) -> int:
        """Return the row that is shown below another one; the last has none but itself."""
        line = min(self._folds.line_of(row) + 1, max(self._walk.lines - 1, 0))
        return self._folds.row_of(line)

    def piece_at(self, place: Place) -> Piece | None:
        """Return the line of the screen that a place is in, None when it is not known."""
        return self._walk.piece_at(place)

    def piece_from(self, piece: Piece, lines: int) -> Piece | None:
        """Return the line of the screen some lines further down or up, None when not known."""
        return next(self._walk.pieces(self._walk.moved(piece.spot, lines), 1), None)

    def put_caret(self, place: Place, *, keep: bool) -> None:
        """Move the caret to a place that is on screen."""
        self._goal = None
        self.set_selection(self._selection.moved(place, keep=keep))

    # The caret

    def set_caret(self, place: Place, *, keep: bool, goal: float | None = None) -> None:
        """Move the caret, stretching the selection when `keep`, and show it."""
        self._goal = goal
        self.set_selection(self._selection.moved(place, keep=keep))
        if place != END:
            self.reveal(place)

    @property
    def goal(self) -> float | None:
        """The cell that the caret goes to on the lines above and below."""
        return self._goal

    def place_at(self, position: QPoint) -> Place | None:
        """Return the place nearest to a point of the viewport; None when there is no text."""
        if not self._pieces:
            return None
        index = position.y() // self._type.height
        if index < 0:
            return Place(self._pieces[0].line.number, self._pieces[0].start)
        piece = self._pieces[min(index, len(self._pieces) - 1)]
        x = position.x() + self.horizontalScrollBar().value()
        return Place(piece.line.number, column_at_cell(piece, x / self._type.cell))

    def caret_rect(self) -> QRect:
        """Return where the caret is in the viewport; empty when it is not on screen."""
        for piece, top in self.placed_pieces():
            if self._holds_caret(piece):
                left = self.horizontalScrollBar().value()
                cells = piece.line.cells
                cell = cells.cell_of(self._selection.caret.column) - cells.cell_of(piece.start)
                x = int(cell * self._type.cell) - left
                return QRect(x, top, 1, self._type.height)
        return QRect()

    def set_selection(self, selection: Selection) -> None:
        """Select without showing where that is."""
        row_before = self._selection.caret.row
        self._selection = selection
        self._repaint()
        if selection.caret.row != row_before and self.hasFocus():
            announce(self, self.spoken_row(selection.caret.row))

    def _holds_caret(self, piece: Piece) -> bool:
        caret = self._selection.caret
        if piece.line.number != caret.row:
            return False
        return piece.start <= caret.column < piece.end or (
            piece.last and caret.column >= piece.start
        )

    # Secrets and folds

    def toggle_secret(self) -> bool:
        """Ask for the secret that the caret is in; False when it is in none."""
        secret = self.secret_at(self._selection.caret)
        if secret is not None:
            self.secretToggled.emit(secret)
        return secret is not None

    def secrets_changed(self) -> None:
        """Show the rows anew; nothing stays selected, as columns have moved."""
        row = self._selection.start.row
        self._selection, self._goal = Selection(Place(row, 0), Place(row, 0)), None
        self.rows_changed()

    def toggle_fold(self, row: int) -> None:
        """Close or open the fold that begins in `row`; its end is looked for by a job."""
        if self._folds.is_folded(row):
            self._folds.open(row)
            self._arrange()
            return
        line = self._window.line(row)
        if self._rows is not None and line is not None and line.opens:
            rows = self._rows
            self._fold_job.start(partial(paced, partial(_fold_end, rows, line)))

    def fold_here(self, *, close: bool) -> None:
        """Close the innermost fold around the caret, or open the one that begins at it."""
        row = self._selection.caret.row
        if close:
            row = self._innermost(row)
        if row >= 0 and self._folds.is_folded(row) != close:
            self.toggle_fold(row)

    def _innermost(self, row: int) -> int:
        """Return the row near the screen whose fold holds a row, -1 when there is none."""
        line = self._window.line(row)
        depth = line.depth + 1 if line is not None else 0
        while line is not None:
            if line.opens and line.depth < depth and not self._folds.is_folded(line.number):
                return line.number
            line = self._window.line(line.number - 1)
        return -1

    def _on_fold_end(self, result: object) -> None:
        if not isinstance(result, tuple):
            return
        row, end = result
        if end <= row + 1:
            return
        self._folds.close(row, end)
        if row < self._selection.caret.row < end:
            self.set_selection(Selection(Place(row, 0), Place(row, 0)))
        self._arrange()

    def _forget_caret(self) -> None:
        self._fold_job.drop()
        self._line_job.drop()
        self._selection, self._goal = Selection(), None

    def _on_row_of_line(self, result: object) -> None:
        if isinstance(result, int):
            self.go_to(Place(result, 0))


def spoken(row: Row) -> str:
    """Return the text of a row with words in place of each hidden secret."""
    words = QCoreApplication.translate("TextView", "hidden value")
    text = row.text
    for secret in reversed(row.secrets):
        if not secret.shown:
            text = text[: secret.start] + words + text[secret.end :]
    return text


def _fold_end(rows: Rows, line: Line, pause: Pace) -> tuple[int, int] | None:
    """Return a row and the one that ends its fold; None when that is not known."""
    row = line.number
    end = rows.fold_end(row, pause)
    if end is not None:
        return row, end
    following = rows.rows(row + 1, 1)
    if not following or following[0].depth > line.row.depth:
        return None

    def read(number: int) -> tuple[Row, ...]:
        pause()
        return rows.rows(number, _FOLD_STEP)

    return row, indented_end(line, read)
