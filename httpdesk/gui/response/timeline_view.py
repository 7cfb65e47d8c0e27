"""The Timeline tab: every hop on one time axis, and the phases of the chosen one."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QListView,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from httpdesk.gui import theme
from httpdesk.gui.response import timeline_rows
from httpdesk.gui.response.retry_reasons import retry_reasons
from httpdesk.gui.response.timeline_models import HopModel, PhaseModel
from httpdesk.gui.response.timeline_paint import (
    HOP_HEIGHT,
    PHASE_HEIGHT,
    AxisHeader,
    HopDelegate,
    PhaseDelegate,
)
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.section import HLine, SectionHeader
from httpdesk.model.exchange import Exchange

_BAR = 36


class TimelineView(QWidget):
    """Shows the hops of one exchange; the last one is chosen at first.

    Signals: `hopChosen(number)`, counted from 0, also when an exchange is shown.
    """

    hopChosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hop_model = HopModel(self)
        self.phase_model = PhaseModel(self)
        self.notes: list[PlainLabel] = []
        self._build()
        self.hops.selectionModel().currentChanged.connect(self._on_hop_chosen)
        self.copy.clicked.connect(self._copy)
        theme.follow(self._restyle)

    def _build(self) -> None:
        self.summary = PlainLabel(color="text2", elide=True)
        self.copy = TextButton(self.tr("Copy timings"), kind="flat")
        self._bar = QWidget()
        self._bar_layout = QHBoxLayout(self._bar)
        self._bar_layout.addWidget(self.summary, 1)
        self._bar_layout.addWidget(self.copy)
        self.axis = AxisHeader()
        self.hops = _ShortList(self.tr("Hops"), HOP_HEIGHT)
        self.hops.setModel(self.hop_model)
        self.hop_delegate = HopDelegate(self.hops)
        self.hops.setItemDelegate(self.hop_delegate)
        self.phases = _ShortList(self.tr("Phases"), PHASE_HEIGHT)
        self.phases.setModel(self.phase_model)
        self.phases.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.phase_delegate = PhaseDelegate(self.phases)
        self.phases.setItemDelegate(self.phase_delegate)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._bar)
        outer.addWidget(HLine())
        outer.addWidget(self._build_scroll(), 1)

    def _build_scroll(self) -> QScrollArea:
        self.heading = SectionHeader("")
        self.connection = PlainLabel(px=12, color="text3")
        self._heading_row = QHBoxLayout()
        self._heading_row.addWidget(self.heading, 1)
        self._heading_row.addWidget(self.connection)
        content = QWidget()
        content.setObjectName("timelineContent")
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        for widget in (self.axis, self.hops, HLine()):
            self._column.addWidget(widget)
        self._column.addLayout(self._heading_row)
        self._column.addWidget(self.phases)
        self._notes_column = QVBoxLayout()
        self._column.addLayout(self._notes_column)
        self.reasons = _Reasons()
        self._column.addWidget(self.reasons)
        self._column.addStretch(1)
        self.area = QScrollArea()
        self.area.setMinimumHeight(1)  # with large text the bar above may need all the room
        self.area.setWidget(content)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return self.area

    def show_exchange(self, exchange: Exchange) -> None:
        """Show the exchange's hops and choose the last one."""
        rows = timeline_rows.hop_rows(exchange)
        span = max((row.end for row in rows), default=0.0)
        self.summary.setText(timeline_rows.summary(exchange, rows))
        self.axis.set_span(span)
        self.hop_delegate.span = span
        self.hop_model.set_rows(rows)
        self.hops.fit()
        self.reasons.show_reasons(retry_reasons(exchange))
        if rows:
            self.hops.setCurrentIndex(self.hop_model.index(len(rows) - 1))
        else:
            self._show_hop(None)

    def choose_last(self) -> None:
        """Choose the hop that the exchange ended with."""
        self.hops.setCurrentIndex(self.hop_model.index(self.hop_model.rowCount() - 1))

    def _on_hop_chosen(self, current: QModelIndex) -> None:
        self._show_hop(current.row() if current.isValid() else None)
        if current.isValid():
            place = self.hops.visualRect(current).translated(self.hops.pos())
            self._show_place(place)
            self.hopChosen.emit(current.row())

    def _show_place(self, place: QRect) -> None:
        """Scroll the page, which is the only thing that scrolls here, to a row of the list."""
        center = place.center()
        self.area.ensureVisible(0, center.y(), 0, place.height())

    def _show_hop(self, number: int | None) -> None:
        row = self.hop_model.rows()[number] if number is not None else None
        self.heading.setText(row.title if row else "")
        self.connection.setText(row.connection if row else "")
        self.phase_delegate.start = row.start if row else 0.0
        self.phase_delegate.length = row.length if row else 1.0
        self.phase_model.set_rows(row.phases if row else ())
        self.phases.fit()
        self._show_notes(row.notes if row else ())

    def _show_notes(self, notes: tuple[str, ...]) -> None:
        for label in self.notes:
            self._notes_column.removeWidget(label)
            label.hide()
            label.deleteLater()
        self.notes = [PlainLabel(note, wrap=True, selectable=True) for note in notes]
        for label in self.notes:
            self._notes_column.addWidget(label)
            label.show()

    def _copy(self) -> None:
        text = timeline_rows.as_text(self.hop_model.rows())
        QGuiApplication.clipboard().setText(text)

    def _restyle(self) -> None:
        edge = theme.scaled(12)
        self._bar.setFixedHeight(theme.scaled(_BAR))
        self._bar_layout.setContentsMargins(edge, 0, theme.scaled(8), 0)
        self._heading_row.setContentsMargins(edge, theme.scaled(8), edge, theme.scaled(4))
        self._notes_column.setContentsMargins(edge, theme.scaled(8), edge, theme.scaled(12))
        self._notes_column.setSpacing(theme.scaled(6))
        self.hops.fit()
        self.phases.fit()


class _Reasons(QWidget):
    """Why each attempt was tried again; nothing when none was."""

    def __init__(self) -> None:
        super().__init__()
        self.labels: list[PlainLabel] = []
        self._numbers: list[PlainLabel] = []
        self._column = QVBoxLayout(self)
        self._grid = QGridLayout()
        self._column.addWidget(HLine())
        self._heading = SectionHeader(self.tr("Why it was retried"))
        self._column.addWidget(self._heading)
        self._column.addLayout(self._grid)
        self._grid.setColumnStretch(1, 1)
        theme.follow(self._restyle)

    def show_reasons(self, reasons: tuple[tuple[int, str], ...]) -> None:
        """Show (number of the attempt, sentences) line by line."""
        for widget in (*self.labels, *self._numbers):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self.labels, self._numbers = [], []
        for row, (number, text) in enumerate(reasons):
            label = PlainLabel(text, wrap=True, selectable=True)
            count = PlainLabel(str(number), px=12, color="text3")
            self._grid.addWidget(count, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(label, row, 1)
            self.labels.append(label)
            self._numbers.append(count)
        self.setVisible(bool(reasons))

    def _restyle(self) -> None:
        edge = theme.scaled(12)
        self._column.setContentsMargins(0, theme.scaled(8), 0, edge)
        self._column.setSpacing(theme.scaled(8))
        self._heading.setContentsMargins(edge, 0, edge, 0)
        self._grid.setContentsMargins(edge, 0, edge, 0)
        self._grid.setHorizontalSpacing(theme.scaled(10))
        self._grid.setVerticalSpacing(theme.scaled(4))


class _ShortList(QListView):
    """A list as high as its rows: the page around it scrolls, never the list itself."""

    def __init__(self, name: str, row_height: int) -> None:
        super().__init__()
        self._row_height = row_height
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def fit(self) -> None:
        """Take the height of all rows."""
        rows = self.model().rowCount() if self.model() is not None else 0
        self.setFixedHeight(rows * theme.scaled(self._row_height) + theme.scaled(4))
        self.doItemsLayout()
