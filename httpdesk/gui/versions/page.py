"""The versions of one request: a list with their times, and what differs from how it is now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum

from PySide6.QtCore import QDate, QLocale, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from httpdesk.gui import theme
from httpdesk.gui.item_models.comparison import LineModel
from httpdesk.gui.item_models.read_only_table import AnyIndex, ReadOnlyTable
from httpdesk.gui.page import Page
from httpdesk.gui.tables.compare_table import CompareTable
from httpdesk.gui.tables.reading_table import INSET, ROW, CellDelegate, ReadingTable
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.item_delegate import draw_text
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.section import HLine, VLine
from httpdesk.model.version import Version, VersionReason
from httpdesk.render.diff import LinePair

_HEAD, _BAR, _LIST, _LEAST_LIST = 56, 36, 320, 250
_GAP = 12
_SHORT = QLocale.FormatType.ShortFormat


class Column(IntEnum):
    """The columns of the list."""

    WHEN = 0
    WHY = 1


class VersionModel(ReadOnlyTable[Version]):
    """The versions, the latest first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__((self.tr("Until"), self.tr("Then")), parent)

    def show_versions(self, versions: Sequence[Version]) -> None:
        """Show other versions."""
        self._set_rows(versions)

    def version(self, row: int) -> Version:
        """Return the version of a row."""
        return self._rows[row]

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        version = self._rows[index.row()]
        return shown_time(version.at) if index.column() == Column.WHEN else self._why(version)

    def _why(self, version: Version) -> str:
        return {
            VersionReason.SAVED: self.tr("saved over"),
            VersionReason.DISCARDED: self.tr("discarded"),
            VersionReason.RELOADED: self.tr("file reloaded"),
            VersionReason.RESTORED: self.tr("version restored"),
        }[version.reason]


class VersionsPage(Page):
    """The list beside the differences.

    Signals:
        versionChosen(version): show what differs between it and the request now.
        restoreAsked(version): make the request what it was then.
    """

    versionChosen = Signal(object)
    restoreAsked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = PlainLabel(px=16, weight=600, elide=True)
        self.restore_button = TextButton(self.tr("Restore this version"), icon="history")
        self.count = PlainLabel("", px=12, color="text2", elide=True)
        self.versions = VersionModel(self)
        self.list = ReadingTable(self.tr("Versions"), lambda: None)
        self.list.setModel(self.versions)
        self.list.setItemDelegate(_VersionDelegate(self.list))
        self._lines = LineModel(self, (self.tr("This version"), self.tr("Now")))
        self.lines = CompareTable(self.tr("Lines that differ"), self._lines)
        self.message = EmptyState("", "-")
        self.stack = QStackedWidget()
        self._head, self._bar = QWidget(), QWidget()
        self._build()
        self._connect()
        self.show_versions("", ())
        theme.follow(self._restyle)

    # Showing

    def show_versions(self, name: str, versions: Sequence[Version]) -> None:
        """Show the versions of the request with this name, and what differs from the latest."""
        self.name.setText(self.tr("Versions of {0}").format(name))
        before = self.chosen
        self.versions.show_versions(versions)
        ids = [version.id for version in versions]
        row = ids.index(before.id) if before is not None and before.id in ids else 0
        if versions:
            self.list.selectRow(row)
        else:
            self._say(self.tr("No version yet. Each save, Discard and reload keeps one here."))
        self.restore_button.setEnabled(bool(versions))

    def show_lines(self, lines: Sequence[LinePair]) -> None:
        """Show what differs between the chosen version and the request now."""
        self._lines.set_rows(tuple(lines))
        changed = sum(1 for line in lines if line.change is not None)
        if changed:
            words = self.tr("1 line differs") if changed == 1 else self.tr("{0:,} lines differ")
            self.count.setText(words.format(changed))
            self.stack.setCurrentWidget(self.lines)
        else:
            self._say(self.tr("The request is the same now."))

    @property
    def chosen(self) -> Version | None:
        """The version that is selected, None when there is none."""
        rows = self.list.chosen_rows()
        return self.versions.version(rows[0]) if rows else None

    # Page

    def begin(self) -> None:
        """Put the focus into the list."""
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[tuple[QWidget, QWidget | None]]:
        """Return the list and the differences."""
        return [(self.list, None), (self.stack, None)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_list()

    # Inside

    def _fit_list(self) -> None:
        """Leave most of a narrow window to the differences."""
        least, most = theme.scaled(_LEAST_LIST), theme.scaled(_LIST)
        self.list.setFixedWidth(max(least, min(most, self.width() // 3)))

    def _build(self) -> None:
        self._head_row, self._bar_row = QHBoxLayout(self._head), QHBoxLayout(self._bar)
        self._head_row.addWidget(self.name, 1)
        self._head_row.addWidget(self.restore_button)
        self._bar_row.addWidget(self.count, 1)
        self.stack.addWidget(self.lines)
        self.stack.addWidget(self.message)
        self.list.setSelectionMode(ReadingTable.SelectionMode.SingleSelection)
        titles = self.list.horizontalHeader()
        titles.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        titles.setStretchLastSection(True)
        differences = QVBoxLayout()
        differences.setSpacing(0)
        for widget in (self._bar, HLine()):
            differences.addWidget(widget)
        differences.addWidget(self.stack, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(VLine())
        row.addLayout(differences, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(HLine())
        column.addLayout(row, 1)

    def _connect(self) -> None:
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._on_chosen())
        self.list.activated.connect(lambda _: self._ask())
        self.restore_button.clicked.connect(self._ask)

    def _on_chosen(self) -> None:
        if self.chosen is not None:
            self.versionChosen.emit(self.chosen)

    def _ask(self) -> None:
        if self.chosen is not None:
            self.restoreAsked.emit(self.chosen)

    def _say(self, words: str) -> None:
        self.count.setText("")
        self.message.text.setText(words)
        self.message.text.show()
        self.stack.setCurrentWidget(self.message)

    def _restyle(self) -> None:
        inset = theme.scaled(12)
        self._head.setFixedHeight(theme.scaled(_HEAD))
        self._bar.setFixedHeight(theme.scaled(_BAR))
        self._head_row.setContentsMargins(inset, 0, inset, 0)
        self._bar_row.setContentsMargins(inset, 0, inset, 0)
        self._fit_list()
        self.list.verticalHeader().setDefaultSectionSize(theme.scaled(ROW))
        self.list.horizontalHeader().setFixedHeight(theme.scaled(_BAR))


class _VersionDelegate(CellDelegate):
    """Paints when a version ended, and why."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        width = QFontMetrics(theme.ui_font(13)).horizontalAdvance(str(index.data()))
        return QSize(width + theme.scaled(INSET + _GAP), theme.scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        room = self.ground(painter, option, 0)
        token = "text" if index.column() == Column.WHEN else "text2"
        draw_text(painter, room, str(index.data()), theme.ui_font(13), token)


def shown_time(at: str) -> str:
    """Return an ISO time as day and time of the place; "" for none that can be read."""
    try:
        local = datetime.fromisoformat(at).astimezone()
    except ValueError:
        return ""
    day = QLocale().toString(QDate(local.year, local.month, local.day), _SHORT)
    return f"{day} {local:%H:%M:%S}"
