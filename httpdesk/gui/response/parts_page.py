"""The Parts view: the parts of a multipart body, and each of them as a body by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from httpdesk.gui import theme
from httpdesk.gui.item_models.read_only_table import AnyIndex, ReadOnlyTable
from httpdesk.gui.response.body_page import BodyPage, InnerBody, PageTools, ShownBody
from httpdesk.gui.response.body_words import SAVE
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.notice_bar import Notice
from httpdesk.gui.response.paced import paced
from httpdesk.gui.tables.reading_table import ROW, CellDelegate, ReadingTable
from httpdesk.gui.widgets.item_delegate import draw_text
from httpdesk.gui.widgets.splitter import Splitter
from httpdesk.model.exchange import Exchange
from httpdesk.render.parts import MOST_PARTS, Part, PartBody, boundary_of, parts
from httpdesk.render.rows import Pause
from httpdesk.render.units import format_size
from httpdesk.render.visible_text import visible

_WIDTHS = (48, 180, 200, 96)
_LONGEST = 300
DEEPEST = 4
"""Parts in parts that are listed as such; a body can hold them without end."""


class Column(IntEnum):
    """What is listed of a part."""

    NUMBER = 0
    NAME = 1
    TYPE = 2
    SIZE = 3


class PartsModel(ReadOnlyTable[Part]):
    """The parts as rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_titles(), parent)

    @property
    def parts(self) -> Sequence[Part]:
        """The parts that are listed."""
        return self._rows

    def set_parts(self, found: tuple[Part, ...]) -> None:
        """List other parts."""
        self._set_rows(found)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role != Qt.ItemDataRole.DisplayRole:
            return None
        part = self._rows[index.row()]
        texts = {
            Column.NUMBER: f"{index.row() + 1:,}",
            Column.NAME: part.name,
            Column.TYPE: part.header("Content-Type"),
            Column.SIZE: format_size(part.length),
        }
        return visible(texts[Column(index.column())][:_LONGEST])


def _titles() -> tuple[str, ...]:
    titles = {
        Column.NUMBER: QCoreApplication.translate("Parts", "No."),
        Column.NAME: QCoreApplication.translate("Parts", "Name"),
        Column.TYPE: QCoreApplication.translate("Parts", "Content type"),
        Column.SIZE: QCoreApplication.translate("Parts", "Size"),
    }
    return tuple(titles.values())


class _PartDelegate(CellDelegate):
    """Paints a cell on the left edge of its title, and the chosen row."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        room = self.ground(painter, option)
        token = "text" if index.column() == Column.NAME else "text2"
        draw_text(painter, room, str(index.data()), theme.mono_font(12), token)


@dataclass(frozen=True, slots=True)
class _Parts:
    found: tuple[Part, ...]
    cut: bool


class PartsPage(BodyPage):
    """The list, and the chosen part below it with all views that fit it."""

    NESTS = True
    detail: InnerBody

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self._body: ShownBody | None = None
        self._part: Exchange | None = None
        self._job = LatestJob(tools.jobs, self)
        self.model = PartsModel(self)
        self.table = ReadingTable(self.tr("Parts"), lambda: None)
        self.table.setModel(self.model)
        self.table.setItemDelegate(_PartDelegate(self.table))
        self.table.horizontalHeader().setSectionResizeMode(
            Column.TYPE, QHeaderView.ResizeMode.Stretch
        )
        self._build()
        self._job.finished.connect(self._on_parts)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _: self._show(now.row()))
        theme.follow(self._restyle)

    def set_revealed(self, on: bool) -> None:
        """Show all secrets of the parts as they are, or hide them again."""
        self.detail.set_revealed(on)

    def set_inner(self, view: InnerBody) -> None:
        """Show the parts in this view: its views are those of a body, this one among them."""
        self.detail = view
        assert isinstance(view, QWidget)
        self.splitter.addWidget(view)
        self.splitter.setSizes([120, 320])
        view.shown.connect(self._on_detail)
        view.actionRequested.connect(self._on_action)
        view.partSaveRequested.connect(self.partSaveRequested)
        view.saveRequested.connect(lambda _, rows: self.saveRequested.emit(rows))
        view.openRequested.connect(lambda _, body, page: self.openRequested.emit(body, page))

    def _build(self) -> None:
        self.splitter = Splitter(Qt.Orientation.Vertical)
        self.splitter.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        self.setFocusProxy(self.table)

    @property
    def busy(self) -> bool:
        """Whether parts are looked for, or one of them is still being read."""
        return self._job.running or self.detail.busy

    @property
    def is_text(self) -> bool:
        """Whether the part on screen has text to copy."""
        return self.detail.is_text

    def show_body(self, body: ShownBody, view: str) -> None:
        """List the parts and show the first one."""
        self._job.drop()
        self._body = body
        self._job.start(partial(paced, partial(_find, body)))

    def clear(self) -> None:
        """Let go of the body."""
        self._job.drop()
        self._body = self._part = None
        self.model.set_parts(())
        self.detail.clear()

    def open_find(self) -> None:
        """Find in the part on screen."""
        self.detail.open_find()

    def find_next(self) -> None:
        """Go to the next match."""
        self.detail.find_next()

    def find_previous(self) -> None:
        """Go to the match before."""
        self.detail.find_previous()

    def copy_all(self) -> None:
        """Copy the text of the part on screen."""
        self.detail.copy_all()

    def act(self, key: str) -> bool:
        """Save the part on screen when its own notice asks for that."""
        return self._on_action(key)

    def _on_parts(self, result: object) -> None:
        if not isinstance(result, _Parts) or self._body is None:
            return
        self.model.set_parts(result.found)
        notices = []
        if result.cut:
            words = self.tr("Only the first {0:,} parts are listed.").format(MOST_PARTS)
            notices.append(Notice(words, "slate"))
        if result.found and not result.found[-1].complete:
            notices.append(Notice(self.tr("The last part has no end."), "amber"))
        self._set_notices(*notices)
        if result.found:
            self.table.selectRow(0)
        else:
            self.shown.emit()

    def _show(self, row: int) -> None:
        body = self._body
        if body is None or not 0 <= row < len(self.model.parts):
            return
        nests = _depth(self) < DEEPEST
        self._part = exchange_of(body, self.model.parts[row], nests=nests)
        self.detail.show_exchange(self._part)

    def _on_detail(self) -> None:
        if self._part is not None:
            self.shown.emit()

    def _on_action(self, key: str) -> bool:
        if key != SAVE or self._part is None:
            return False
        self.partSaveRequested.emit(self._part)
        return True

    def _restyle(self) -> None:
        self.table.verticalHeader().setDefaultSectionSize(theme.scaled(ROW))
        for column, width in enumerate(_WIDTHS):
            self.table.setColumnWidth(column, theme.scaled(width))


def _depth(page: QWidget) -> int:
    """Return how many pages of parts a page is in, itself among them."""
    depth, above = 1, page.parentWidget()
    while above is not None:
        depth += isinstance(above, PartsPage)
        above = above.parentWidget()
    return depth


def exchange_of(body: ShownBody, part: Part, *, nests: bool = True) -> Exchange:
    """Return the exchange as if the part had been its whole answer.

    Unless it `nests`, parts of the part are just text.
    """
    response = body.exchange.response
    assert response is not None
    content = PartBody(body.received, part.offset, part.length)
    # RFC 2046 section 5.1: what names no type is plain text.
    typed = part.header("Content-Type") or "text/plain"
    if not nests and typed.lower().startswith("multipart/"):
        typed = "text/plain"
    others = (pair for pair in part.headers if pair[0].lower() != "content-type")
    headers = (*others, ("Content-Type", typed))
    answer = replace(response, headers=headers, body=content, raw_body=None)
    return replace(body.exchange, response=answer)


def _find(body: ShownBody, pause: Pause) -> _Parts:
    found = tuple(parts(body.received, boundary_of(content_type_of(body)), pause))
    return _Parts(found, len(found) >= MOST_PARTS)


def content_type_of(body: ShownBody) -> str:
    """Return the whole Content-Type of a response."""
    response = body.exchange.response
    return (response.header("Content-Type") or "") if response is not None else ""
