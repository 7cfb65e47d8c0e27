"""The Compare tab: what differs between this response and another one of the same request."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import (
    QSignalBlocker,
    Signal,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from httpdesk.gui import theme
from httpdesk.gui.item_models.comparison import LineModel, PlaceModel
from httpdesk.gui.response.body_page import PageTools
from httpdesk.gui.response.compare_job import Comparison, compare
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.masked_text import MaskedText
from httpdesk.gui.tables.compare_table import CompareTable
from httpdesk.gui.widgets.buttons import IconButton, MenuButton
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.section import HLine
from httpdesk.gui.widgets.segmented import Segmented
from httpdesk.model.exchange import Exchange
from httpdesk.render.diff import MOST_DIFFERENCES

_BAR = 36
_STRUCTURE, _LINES = 0, 1


class CompareView(QWidget):
    """A choice of what to compare with, and the differences by structure or by lines.

    Signals: `closed` when the user is done with comparing.
    """

    closed = Signal()

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tools = tools
        self._after: Exchange | None = None
        self._before: Exchange | None = None
        self._comparison: Comparison | None = None
        self._way = _STRUCTURE
        """As the user chose it; what is no JSON is compared by lines all the same."""
        self._job = LatestJob(tools.jobs, self)
        self.ways = Segmented([self.tr("Structure"), self.tr("Lines")], self.tr("Compare by"))
        self.other = MenuButton("-", color="text")
        self.other.setAccessibleName(self.tr("Compare with"))
        self.count = PlainLabel("", px=12, color="text2", elide=True)
        self.ignored = QLineEdit()
        self.ignored.setAccessibleName(self.tr("Paths to ignore"))
        self.ignored.setPlaceholderText(self.tr("Ignore /path, /items/*/at"))
        self.close_button = IconButton("x", self.tr("Close comparison"))
        self._places, self._lines = PlaceModel(self), LineModel(self)
        self.masked = MaskedText()
        """What of the values may be shown."""
        self.set_revealed(False)
        self.places = CompareTable(self.tr("Places that differ"), self._places)
        self.lines = CompareTable(self.tr("Lines that differ"), self._lines)
        self.message = EmptyState("", "-")
        self._build()
        self._connect()
        theme.follow(self._restyle)

    def _build(self) -> None:
        self._bar = QWidget()
        self._bar_layout = QHBoxLayout(self._bar)
        self._bar_layout.addWidget(self.ways)
        self._bar_layout.addWidget(self.other)
        self._bar_layout.addWidget(self.count, 1)
        self._bar_layout.addWidget(self.ignored)
        self._bar_layout.addWidget(self.close_button)
        self.stack = QStackedWidget()
        for page in (self.places, self.lines, self.message):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(HLine())
        column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.ways.currentChanged.connect(self._choose_way)
        self.ignored.editingFinished.connect(self._compare)
        self.close_button.clicked.connect(self.closed)
        self._job.finished.connect(self._on_compared)

    def set_revealed(self, on: bool) -> None:
        """Show secrets as they are, or hide them again."""
        self.masked.all = on
        for model in (self._places, self._lines):
            model.set_hide(self.masked.value)

    @property
    def busy(self) -> bool:
        """Whether a comparison is still under way."""
        return self._job.running

    def set_exchanges(self, shown: Exchange, others: tuple[tuple[str, Exchange], ...]) -> None:
        """Compare `shown` with the first of `others`, which the user may change for another."""
        self._after = shown
        menu = self.other.menu()
        menu.clear()
        for title, exchange in others:
            action = menu.addAction(title)
            action.triggered.connect(partial(self._choose, title, exchange))
        self._choose(*others[0])

    def clear(self) -> None:
        """Let go of both exchanges: their bodies may be given back."""
        self._job.drop()
        self._after = self._before = self._comparison = None
        self.other.menu().clear()

    def _choose(self, title: str, exchange: Exchange) -> None:
        self.other.setText(self.tr("with {0}").format(title))
        for model in (self._places, self._lines):
            model.set_sides(title, self.tr("This response"))
        self._before = exchange
        self._compare()

    def _compare(self) -> None:
        if self._before is None or self._after is None:
            return
        self.masked.open(self._before, self._after)
        ignored = tuple(self.ignored.text().replace(",", " ").split())
        self._job.start(partial(compare, self._before, self._after, ignored, self._tools))

    def _on_compared(self, result: object) -> None:
        if not isinstance(result, Comparison):
            return
        self._comparison = result
        self._places.set_rows(result.places or ())
        self._lines.set_rows(result.lines)
        self.ways.set_enabled(_STRUCTURE, result.places is not None)
        with QSignalBlocker(self.ways):
            self.ways.set_current(self._way if result.places is not None else _LINES)
        self._show()

    def _choose_way(self, way: int) -> None:
        self._way = way
        self._show()

    def _show(self) -> None:
        found = self._comparison
        if found is None:
            return
        structure = self.ways.current == _STRUCTURE and found.places is not None
        self.ignored.setVisible(structure)
        changed = [line for line in found.lines if line.change is not None]
        number = len(found.places or ()) if structure else len(changed)
        if found.failed:
            self._say(self.tr("They could not be compared: it would take too much memory or time."))
            return
        if not number:
            words = (
                self.tr("Both hold the same values.") if structure else self.tr("Both are equal.")
            )
            self._say(words)
            return
        if structure:
            words = self.tr("1 place differs") if number == 1 else self.tr("{0:,} places differ")
        else:
            words = self.tr("1 line differs") if number == 1 else self.tr("{0:,} lines differ")
        more = self.tr(", the first ones") if number >= MOST_DIFFERENCES else ""
        beginning = self.tr(" in the beginnings") if found.cut else ""
        self.count.setText(f"{words.format(number)}{more}{beginning}")
        self.stack.setCurrentWidget(self.places if structure else self.lines)

    def _say(self, words: str) -> None:
        """Show a sentence in place of rows."""
        self.count.setText("")
        self.message.text.setText(words)
        self.message.text.show()
        self.stack.setCurrentWidget(self.message)

    def _restyle(self) -> None:
        self._bar.setFixedHeight(theme.scaled(_BAR))
        self._bar_layout.setContentsMargins(theme.scaled(12), 0, theme.scaled(8), 0)
        self._bar_layout.setSpacing(theme.scaled(8))
        self.ignored.setMaximumWidth(theme.scaled(220))
