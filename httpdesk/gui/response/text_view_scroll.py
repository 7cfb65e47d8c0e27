"""A scroll area over lines of text that are known near the screen only."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from httpdesk.gui import theme
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.text_view_folds import Folds
from httpdesk.gui.response.text_view_gutter import RowGutter
from httpdesk.gui.response.text_view_paint import Type
from httpdesk.gui.response.text_view_walk import Piece, Spot, Walk
from httpdesk.gui.response.text_view_window import RowWindow, around
from httpdesk.render.rows import Place, Rows

_MARGIN_TOP = 4
_MARGIN_LEFT = 12
_BAR_MOST = 2**30
_FINE = 16
"""Steps of the scroll bar for each row when rows are wrapped."""
_NOTCH = 40
"""Eighths of a degree that a wheel turns for one line."""
STALE_MS = 100
"""How long the text before stays on screen while the first rows of another one are read."""


class RowScroll(QAbstractScrollArea):
    """Knows which lines are on screen and has the rows around them read.

    While the rows of another place are read the lines before stay on screen.
    Signals:
        firstShown: the first lines of a body are on screen with the next paint.
        screenChanged: other lines are on screen, or none.
    """

    firstShown = Signal()
    screenChanged = Signal()
    NUMBERED = True
    """Whether lines are numbered at their side."""

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folds = Folds()
        self._window = RowWindow(jobs, self)
        self._walk = Walk(self._window, self._folds)
        self._rows: Rows | None = None
        self._top = Spot(0)
        self._pieces: list[Piece] = []
        self._wrap = False
        self._fresh = False
        self._reveal: Place | None = None
        self._to_end = False
        """Whether the end is asked for, and not known yet how many lines its rows take."""
        self._turned = 0
        self._widest = 0
        self._largest = 1
        self._zoom = 1.0
        self._type = Type(theme.mono_font(12))
        self._stale = QTimer(self, interval=STALE_MS, singleShot=True)
        self._gutter = RowGutter(self, self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._connect_scrolling()

    def minimumSizeHint(self) -> QSize:
        """Return room for a line: with large text the bars around may need all else."""
        return QSize(super().minimumSizeHint().width(), theme.scaled(20))

    # The body

    @property
    def busy(self) -> bool:
        """Whether rows are being read."""
        return self._window.busy

    @property
    def wraps(self) -> bool:
        """Whether long rows are wrapped."""
        return self._wrap

    def _open(self, rows: Rows | None, language: str) -> None:
        self._rows = rows
        self._folds.clear()
        self._window.open(rows, language)
        self._walk.rows = rows.count if rows is not None else 0
        self._top, self._widest, self._reveal = Spot(0), 0, None
        self._largest = 1
        self._fresh = rows is not None
        if rows is None:
            self._stale.stop()
            self._drop_pieces()
        else:
            self._stale.start()
            self._ask()

    def rows_grew(self) -> None:
        """Take notice of rows that became known since."""
        rows = self._rows
        if rows is None or rows.count == self._walk.rows:
            return
        self._window.forget_from(self._walk.rows - 1)
        self._walk.rows = rows.count
        self._to_end = False
        self._arrange()

    def rows_changed(self) -> None:
        """Show the same rows anew: some of their text is hidden now, or shown."""
        self._window.forget()
        self._widest = 0
        self._arrange()

    def set_wrap(self, wrap: bool) -> None:
        """Break long lines at the edge, anywhere in a word, or scroll sideways."""
        if wrap == self._wrap:
            return
        self._wrap = wrap
        self.horizontalScrollBar().setValue(0)
        self._top = Spot(self._top.row)
        self._arrange()

    def set_zoom(self, zoom: float) -> None:
        """Show the text larger or smaller than the window's text size has it."""
        self._zoom = min(max(zoom, 0.5), 4.0)
        self._restyle()

    # What is on screen

    def placed_pieces(self) -> Iterator[tuple[Piece, int]]:
        """Yield the lines on screen with the pixel that each begins at."""
        height = self._type.height
        for index, piece in enumerate(self._pieces):
            yield piece, index * height

    def line_height(self) -> int:
        """Return the pixels of a line."""
        return self._type.height

    def last_number(self) -> int:
        """Return the largest line number that was on screen: of all lines only rows are known."""
        return self._largest

    def page_lines(self) -> int:
        """Return how many whole lines the screen has."""
        return max(self.viewport().height() // self._type.height, 1)

    def is_folded(self, row: int) -> bool:
        """Return whether the rows after `row` are folded away."""
        return self._folds.is_folded(row)

    def scroll_lines(self, by: int) -> None:
        """Scroll by lines of the screen."""
        self._reveal = None
        self._go_top(self._walk.moved(self._top, by))

    def reveal(self, place: Place) -> None:
        """Bring a place on screen: by as little as is needed, or to the middle from afar."""
        if self._folds.open_around(place.row):
            self._widest = 0
        self._reveal = place
        piece = self._walk.piece_at(place)
        if piece is None:
            line = self._folds.line_of(place.row) - self.page_lines() // 2
            self._go_top(Spot(self._folds.row_of(max(line, 0))))
            return
        self._reveal = None
        self._reveal_column(piece, place.column)
        self._go_top(self._top_for(piece.spot))

    def _top_for(self, spot: Spot) -> Spot:
        """Return the first line of a screen that shows `spot`, near the one there is."""
        page = self.page_lines()
        bottom = self._walk.moved(self._top, page - 1)
        if self._top <= spot <= bottom:
            return self._top
        if self._walk.moved(self._top, -2) <= spot < self._top:
            return spot
        if bottom < spot <= self._walk.moved(bottom, 2):
            return self._walk.moved(spot, 1 - page)
        return self._walk.moved(spot, -(page // 2))

    def _reveal_column(self, piece: Piece, column: int) -> None:
        if self._wrap:
            return
        bar, cell = self.horizontalScrollBar(), self._type.cell
        x, room = piece.line.cells.cell_of(column) * cell, self.viewport().width()
        if x + cell > bar.maximum() + room:
            self._place_horizontal(int(x + 2 * cell))
        if x < bar.value() + cell:
            bar.setValue(int(max(x - room / 4, 0)) if x > room / 2 else 0)
        elif x > bar.value() + room - 2 * cell:
            bar.setValue(int(x - room * 3 / 4))

    # Scrolling

    def _connect_scrolling(self) -> None:
        self._window.arrived.connect(self._on_arrived)
        self._stale.timeout.connect(self._drop_pieces)
        self.verticalScrollBar().valueChanged.connect(self._on_bar)
        self.horizontalScrollBar().valueChanged.connect(self._repaint)
        self.verticalScrollBar().setSingleStep(1)

    def _go_top(self, top: Spot, *, to_end: bool = False) -> None:
        self._top, self._to_end = top, to_end
        self._arrange()

    def _on_bar(self, value: int) -> None:
        is_end = self._wrap and value == self.verticalScrollBar().maximum()
        position = value / self._bar_unit()
        line = min(int(position), max(self._walk.lines - 1, 0))
        row = self._folds.row_of(line)
        subs = self._walk.subs(row)
        self._reveal = None
        self._go_top(Spot(row, min(int((position - line) * subs + 0.001), subs - 1)), to_end=is_end)

    def _on_arrived(self) -> None:
        if self._reveal is not None and self._window.line(self._reveal.row) is not None:
            self.reveal(self._reveal)
        else:
            self._arrange()

    def _arrange(self) -> None:
        """Show the lines from the top on, once they are known, and have those around read."""
        room = int(self.viewport().width() / self._type.cell) - 1 if self._wrap else 0
        self._walk.room = max(room, 8) if self._wrap else 0
        if self._rows is None:
            return
        last = self._last_top()
        self._top = last if self._to_end else min(self._top, last)
        wanted = self._screen_lines()
        pieces = list(self._walk.pieces(self._top, wanted))
        at_end = bool(pieces) and pieces[-1].spot == self._walk.last()
        same_top = pieces and self._pieces and pieces[0].line is self._pieces[0].line
        if pieces and (len(pieces) >= wanted or at_end or same_top):
            self._show(pieces)
        self._place_bars()
        self._ask()

    def _show(self, pieces: list[Piece]) -> None:
        self._pieces = pieces
        self._stale.stop()
        self._widest = max(self._widest, self._window.widest())
        self._repaint()
        self.screenChanged.emit()
        self._largest = max(self._largest, pieces[-1].line.row.line)
        self._place_gutter()
        if self._fresh:
            self._fresh = False
            self.firstShown.emit()

    def _drop_pieces(self) -> None:
        self._pieces = []
        self._place_bars()
        self._repaint()
        self.screenChanged.emit()

    def _ask(self) -> None:
        first, count = self._folds.line_of(self._top.row), self._screen_lines()
        ranges = self._folds.ranges
        self._window.want(
            ranges(first, count), ranges(*around(first, count, 1)), ranges(*around(first, count))
        )

    def _screen_lines(self) -> int:
        return ceil(self.viewport().height() / self._type.height) + 1

    def _last_top(self) -> Spot:
        last = self._walk.last()
        return self._walk.moved(last, 1 - self.page_lines())

    def _bar_unit(self) -> float:
        """Return the steps of the scroll bar for each row."""
        lines = max(self._walk.lines, 1)
        fine = _FINE if self._wrap else 1
        return fine if lines * fine < _BAR_MOST else _BAR_MOST / lines

    def _bar_value(self, spot: Spot) -> int:
        part = spot.sub / self._walk.subs(spot.row)
        return ceil((self._folds.line_of(spot.row) + part) * self._bar_unit())

    def _bar_page(self) -> int:
        """Return the steps of the scroll bar that a screen is: of wrapped rows it has few."""
        if self._wrap and self._pieces:
            first, last = self._pieces[0].spot, self._pieces[-1].spot
            return self._bar_value(last) - self._bar_value(first) - 1
        return int(self.page_lines() * self._bar_unit())

    def _place_bars(self) -> None:
        bar, unit = self.verticalScrollBar(), self._bar_unit()
        with QSignalBlocker(bar):
            bar.setRange(0, self._bar_value(self._last_top()) if self._rows is not None else 0)
            bar.setPageStep(max(self._bar_page(), 1))
            bar.setSingleStep(max(int(unit), 1))
            bar.setValue(self._bar_value(self._top))
        self._place_horizontal(int((self._widest + 2) * self._type.cell))

    def _place_horizontal(self, needed: int) -> None:
        bar, room = self.horizontalScrollBar(), self.viewport().width()
        bar.setRange(0, 0 if self._wrap else max(needed - room, 0))
        bar.setPageStep(room)
        bar.setSingleStep(int(self._type.cell * 4))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll by lines; with Ctrl, zoom."""
        turn = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self._zoom * (1.1 if turn.y() > 0 else 1 / 1.1))
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(turn.x()) > abs(turn.y()):
            by = turn.x() or turn.y()
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - round(by / _NOTCH * bar.singleStep()))
        else:
            self._turned += turn.y()
            lines = int(self._turned / _NOTCH)
            self._turned -= lines * _NOTCH
            self.scroll_lines(-lines)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_gutter()
        self._arrange()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Do nothing: the scroll bars are listened to."""

    def _place_gutter(self) -> None:
        width = self._gutter.needed_width() if self.NUMBERED else theme.scaled(_MARGIN_LEFT)
        top = theme.scaled(_MARGIN_TOP)
        if self.viewportMargins().left() != width or self.viewportMargins().top() != top:
            self.setViewportMargins(width, top, 0, 0)
        self._gutter.setVisible(self.NUMBERED)
        self._gutter.setGeometry(0, top, width, self.viewport().height())

    def _repaint(self) -> None:
        self.viewport().update()
        self._gutter.update()

    def _restyle(self) -> None:
        font = theme.mono_font(12)
        if self._zoom != 1.0:
            size = font.pointSizeF() * self._zoom
            font = type(font)(font)
            font.setPointSizeF(size)
        self._type = Type(font)
        self._place_gutter()
        self._arrange()
