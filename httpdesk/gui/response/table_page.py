"""The Table view: the largest list of objects in a JSON body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.messages import message_for
from httpdesk.gui.response.body_page import BodyPage, PageTools, ShownBody
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.masked_table import MaskedTable
from httpdesk.gui.response.masked_text import MaskedText
from httpdesk.gui.response.notice_bar import Notice
from httpdesk.gui.response.paced import paced
from httpdesk.gui.response.table_page_model import TablePageModel
from httpdesk.gui.response.table_page_view import ValueTable
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.filter_field import FilterField
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.revealing import REVEAL_MS
from httpdesk.gui.widgets.section import HLine
from httpdesk.model.storage_errors import StorageFailed
from httpdesk.render.rows import Pause
from httpdesk.render.table_rows import (
    Cells,
    CsvText,
    TableRows,
    csv_pieces,
    find_table,
    matching_rows,
    sorted_rows,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from httpdesk.engine.offload import Scratch

_BAR = 36
_AT_ONCE = 0.05
"""Seconds of indexing after which the rows are shown."""
_PATIENCE_MS = 200
MOST_COPIED = 20_000
"""Rows that are copied."""


@dataclass(frozen=True, slots=True)
class _Saved:
    body: Scratch
    guarded: int


class TablePage(BodyPage):
    """A list of objects as a table; made to be used again for other rows."""

    NAMED_BY_FIRST = False
    """Whether the first cell of a row names the others."""

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self._table: MaskedTable | None = None
        self.masked = MaskedText()
        """What of the cells may be shown."""
        self._hide = QTimer(self, interval=REVEAL_MS, singleShot=True)
        self._sort: tuple[int, bool] | None = None
        self._fitted = 0
        self._opening = LatestJob(tools.jobs, self)
        self._indexing = LatestJob(tools.jobs, self)
        self._reading = LatestJob(tools.jobs, self)
        self._arranging = LatestJob(tools.jobs, self)
        self._copying = LatestJob(tools.jobs, self)
        self._saving = LatestJob(tools.jobs, self)
        self._revealing = LatestJob(tools.jobs, self)
        self._wait = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.model = TablePageModel(self)
        self.view = ValueTable(self.model)
        self.filter = FilterField(self.tr("Filter rows"))
        self.filter.setPlaceholderText(self.tr("Filter rows"))
        self.count = PlainLabel("", px=12, color="text3")
        self.save_button = TextButton(self.tr("Save as CSV…"), kind="flat")
        self.message = EmptyState(
            "", self.tr("There is no list of objects near the top of this body.")
        )
        self._bar = QWidget()
        self._bar_layout = QHBoxLayout(self._bar)
        self._bar_layout.addWidget(self.filter, 2)
        self._bar_layout.addWidget(self.count)
        self._bar_layout.addStretch(1)
        self._bar_layout.addWidget(self.save_button)
        self._rows = QWidget()
        rows = QVBoxLayout(self._rows)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._bar)
        rows.addWidget(HLine())
        rows.addWidget(self.view, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._rows)
        self._stack.addWidget(self.message)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        theme.follow(self._restyle)

    def _connect(self) -> None:
        self._opening.finished.connect(self._on_opened)
        self._indexing.finished.connect(self._on_indexed)
        self._reading.finished.connect(self._on_read)
        self._arranging.finished.connect(self._on_arranged)
        self._copying.finished.connect(self._on_copied)
        self._saving.finished.connect(self._on_saved)
        self._revealing.finished.connect(self._on_secret)
        self.view.secretToggled.connect(self.toggle_secret)
        self._wait.timeout.connect(self._arrange)
        self._hide.timeout.connect(self._hide_again)
        self.model.wanted.connect(self._read)
        self.view.sortRequested.connect(self._on_title)
        self.view.copyRequested.connect(self.copy_cells)
        self.view.menuRequested.connect(self.open_menu)
        self.filter.textChanged.connect(self._wait.start)
        self.filter.leftDown.connect(lambda: self.view.setFocus(Qt.FocusReason.TabFocusReason))
        self.save_button.clicked.connect(self.save_csv)

    # BodyPage

    @property
    def busy(self) -> bool:
        jobs = (
            *(self._opening, self._indexing, self._reading),
            *(self._arranging, self._copying, self._saving, self._revealing),
        )
        waiting = self.model.asking or self._wait.isActive()
        return waiting or any(job.running for job in jobs)

    @property
    def is_text(self) -> bool:
        return self._table is not None

    def open_table(self, body: ShownBody, pause: Pause) -> TableRows | None:
        """Return the rows of a body on a worker; None when it has none."""
        return find_table(body.handle, pause)

    def show_body(self, body: ShownBody, view: str) -> None:
        self.clear()
        self.masked.open(body.exchange)
        self._opening.start(partial(paced, partial(_open, self.open_table, body)))

    def clear(self) -> None:
        for job in (self._opening, self._indexing, self._reading, self._arranging):
            job.drop()
        self._copying.drop()
        self._saving.drop()
        self._table, self._sort = None, None
        self._fitted = 0
        self.view.titles.sorted_by = None
        self.model.set_table(None)
        self._set_notices()

    def open_find(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def copy_all(self) -> None:
        """Copy all rows as CSV, with their secrets: it is the body that is asked for."""
        if self._table is not None:
            shown = range(min(self.model.rowCount(), MOST_COPIED))
            numbers = [self.model.number(row) for row in shown]
            self._copying.start(partial(paced, partial(_csv_text, self._table.plain, numbers)))

    # Reading

    def _on_opened(self, table: object) -> None:
        rows = cast("TableRows | None", table)
        by_first = self.NAMED_BY_FIRST
        self._table = None
        if rows is not None:
            self._table = MaskedTable(rows, self.masked, by_first=by_first)
        self._stack.setCurrentWidget(self._rows if table is not None else self.message)
        self.model.set_table(self._table)
        self._on_indexed(None)
        self._arrange()
        self.shown.emit()

    def _on_indexed(self, _: object) -> None:
        table = self._table
        if table is None:
            return
        self.model.grow()
        self._tell_count()
        if not table.complete:
            self._indexing.start(partial(paced, partial(_index, table)))
        elif table.cut:
            words = self.tr("A table holds {0:,} rows; what follows them is left out.")
            self._set_notices(Notice(words.format(table.count), "slate"))

    def _read(self, numbers: list[int]) -> None:
        if self._table is not None and not self._reading.running:
            table, wanted = self._table, tuple(numbers[-400:])
            self._reading.start(partial(paced, lambda pause: (wanted, table.rows(wanted, pause))))

    def _on_read(self, result: object) -> None:
        if isinstance(result, tuple):
            numbers, rows = result
            self.model.put(numbers, rows)
            if self._fitted < self.model.columnCount():
                self._fitted = self.model.columnCount()
                self.view.fit_columns()
        self.model.forget_missing()
        self.view.viewport().update()

    # Secrets

    def set_revealed(self, on: bool) -> None:
        """Show all secrets of this and of later bodies as they are, or hide them again."""
        self.masked.all = on
        self._hide_again()

    def toggle_secret(self) -> None:
        """Show the current cell for a while, or hide it; nothing happens where it is no secret."""
        table, index = self._table, self.view.currentIndex()
        if table is None or not index.isValid():
            return
        number, column = self.model.number(index.row()), index.column()
        work = partial(paced, lambda _: table.hides(number, column) and (number, column))
        self._revealing.start(work)

    def _on_secret(self, place: object) -> None:
        if not isinstance(place, tuple):
            return
        if self.masked.all:
            self.hideRequested.emit()
            return
        self.masked.ones ^= {place}
        self._hide.start()
        self._read_anew()

    def _hide_again(self) -> None:
        self.masked.ones.clear()
        self._read_anew()

    def _read_anew(self) -> None:
        self.model.forget()
        if self.filter.text():
            self._arrange()

    # Order and filter

    def _on_title(self, column: int) -> None:
        """Sort up, then down, then not at all."""
        if self._sort == (column, True):
            self._sort = None
        else:
            self._sort = (column, self._sort == (column, False))
        self.view.titles.sorted_by = self._sort
        self.view.titles.viewport().update()
        self._arrange()

    def _arrange(self) -> None:
        self._wait.stop()
        self._arranging.drop()
        table, wanted = self._table, self.filter.text()
        if table is None:
            return
        if not wanted and self._sort is None:
            self.model.set_order(None)
            self._tell_count()
            return
        self._arranging.start(partial(paced, partial(_order, table, wanted, self._sort)))

    def _on_arranged(self, order: object) -> None:
        if isinstance(order, list):
            self.model.set_order(order)
            self._tell_count()

    def _tell_count(self) -> None:
        table, shown = self._table, self.model.rowCount()
        if table is None:
            return
        total = f"{table.count:,}" + ("" if table.complete else "+")
        if shown != table.count:
            words = self.tr("{0:,} of {1} rows").format(shown, total)
        else:
            words = self.tr("1 row") if total == "1" else self.tr("{0} rows").format(total)
        self.count.setText(words)

    # Copying and saving

    def open_menu(self, index: QModelIndex) -> None:
        """Open the menu of a cell under it."""
        if not index.isValid():
            return
        menu = QMenu(self)
        menu.addAction(self.tr("Copy"), self.copy_cells)
        menu.addAction(self.tr("Reveal or hide value"), self.toggle_secret)
        menu.addAction(self.tr("Copy rows as JSON"), self.copy_json)
        menu.addAction(self.tr("Copy rows as CSV"), self.copy_csv)
        menu.addSeparator()
        menu.addAction(self.tr("Sort by this column"), lambda: self._on_title(index.column()))
        menu.addAction(self.tr("Save as CSV…"), self.save_csv)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        place = self.view.visualRect(index).bottomLeft()
        menu.popup(self.view.viewport().mapToGlobal(place))

    def copy_cells(self) -> None:
        """Copy the chosen cells: one as it is, several with tabs between them."""
        rows, columns = self.view.chosen()
        if self._table is not None and rows:
            numbers = [self.model.number(row) for row in rows[:MOST_COPIED]]
            work = partial(_cells_text, self._table, numbers, columns)
            self._copying.start(partial(paced, work))

    def copy_json(self) -> None:
        """Copy the chosen rows as received, one on each line."""
        table, (rows, _) = self._table, self.view.chosen()
        if table is not None and rows:
            numbers = [self.model.number(row) for row in rows[:MOST_COPIED]]
            self._copying.start(
                partial(paced, lambda _: "\n".join(table.json(number) for number in numbers))
            )

    def copy_csv(self) -> None:
        """Copy the chosen rows as CSV with their titles."""
        self._copy_csv(self.view.chosen()[0][:MOST_COPIED])

    def save_csv(self) -> None:
        """Write the rows on screen, in their order, and ask for a file for them."""
        if self._table is None:
            return
        numbers = self._numbers()
        self._saving.start(
            partial(paced, partial(_csv_file, self._table.plain, numbers, self.tools.new_scratch))
        )

    def _copy_csv(self, rows: list[int]) -> None:
        if self._table is not None and rows:
            numbers = [self.model.number(row) for row in rows]
            self._copying.start(partial(paced, partial(_csv_text, self._table, numbers)))

    def _numbers(self) -> Sequence[int] | None:
        """Return the rows on screen; None for all, also those that are not known yet."""
        shown = range(self.model.rowCount())
        if self._sort is None and not self.filter.text():
            return None
        return [self.model.number(row) for row in shown]

    def _on_copied(self, text: object) -> None:
        if isinstance(text, str):
            self.copied.emit(text)

    def _on_saved(self, saved: object) -> None:
        if isinstance(saved, StorageFailed):
            message = message_for(saved)
            self._set_notices(Notice(f"{message.title}. {message.text}", "red"))
        if not isinstance(saved, _Saved):
            return
        if saved.guarded:
            words = self.tr(
                "Texts in the CSV that begin like a formula got an apostrophe, so that a "
                "spreadsheet program does not run them: {0:,}."
            )
            self._set_notices(Notice(words.format(saved.guarded), "slate"))
        self.saveRequested.emit(saved.body)

    def _restyle(self) -> None:
        self._bar.setFixedHeight(theme.scaled(_BAR))
        self._bar_layout.setContentsMargins(theme.scaled(12), 0, theme.scaled(8), 0)
        self._bar_layout.setSpacing(theme.scaled(12))
        self.filter.setMaximumWidth(theme.scaled(180))
        self.filter.setMinimumWidth(theme.scaled(80))


def _open(
    find: Callable[[ShownBody, Pause], TableRows | None], body: ShownBody, pause: Pause
) -> TableRows | None:
    table = find(body, pause)
    if table is not None:
        table.index(pause)
    return table


def _index(table: TableRows, pause: Pause) -> None:
    ends = monotonic() + _AT_ONCE
    while not table.complete and monotonic() < ends:
        table.index(pause)


def _order(table: TableRows, wanted: str, sort: tuple[int, bool] | None, pause: Pause) -> list[int]:
    while not table.complete:
        table.index(pause)
    numbers: Sequence[int] = range(table.count)
    if wanted:
        numbers = matching_rows(table, wanted, numbers, pause)
    if sort is not None:
        numbers = sorted_rows(table, numbers, sort[0], sort[1], pause)
    return list(numbers)


def _cells_text(table: TableRows, numbers: list[int], columns: list[int], pause: Pause) -> str:
    rows: list[Cells] = table.rows(numbers, pause, whole=True)
    if len(rows) == 1 and len(columns) == 1:
        cell = rows[0][columns[0]]
        return cell.text if cell is not None else ""
    text = CsvText()
    return "".join(text.line([row[column] for column in columns], "\t") for row in rows)


def _csv_text(table: TableRows, numbers: list[int], pause: Pause) -> str:
    return b"".join(csv_pieces(table, numbers, CsvText(), pause)).decode()


def _csv_file(
    table: TableRows,
    numbers: Sequence[int] | None,
    new_scratch: Callable[[], Scratch],
    pause: Pause,
) -> _Saved | StorageFailed:
    while not table.complete:
        table.index(pause)
    text, body = CsvText(), new_scratch()
    rows = range(table.count) if numbers is None else numbers
    try:
        for piece in csv_pieces(table, rows, text, pause):
            body.write(piece)
    except StorageFailed as error:
        return error
    return _Saved(body, text.guarded)
