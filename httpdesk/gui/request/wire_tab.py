"""The Wire tab: the request as it will leave, and as it left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from httpdesk.engine.wire_compare import Difference, differences
from httpdesk.engine.wire_lines import WirePreview
from httpdesk.engine.wire_sent import sent
from httpdesk.gui import theme
from httpdesk.gui.item_models.wire_rows import Note, WireRowsModel
from httpdesk.gui.request.wire_table import WireTable
from httpdesk.gui.widgets.buttons import IconButton, MenuButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import HLine
from httpdesk.gui.widgets.segmented import Segmented
from httpdesk.model.exchange import Exchange, Hop
from httpdesk.render.units import format_size

PLANNED, SENT = 0, 1
_BAR: Final = 36


class WireTab(QWidget):
    """Shows one of two messages line by line, with what there is to say about it on top.

    Signals: `targetChosen(object)` for a problem that was clicked, `fileAsked(path)` for the first
    bytes of a file.
    """

    targetChosen = Signal(object)
    fileAsked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = WireRowsModel(self)
        self.which = Segmented(
            (self.tr("Will be sent"), self.tr("Was sent")), self.tr("Before or after sending")
        )
        self.hop = MenuButton("")
        self.sizes = PlainLabel("", px=12, color="text2", elide=True)
        self.copy_all = IconButton("copy", self.tr("Copy all lines, masked as shown"), size=24)
        self.table = WireTable(self.model, self.tr("Lines of the request"))
        self._planned: WirePreview | None = None
        self._notes: tuple[Note, ...] = ()
        self._exchange: Exchange | None = None
        self._secrets: tuple[tuple[str, str], ...] = ()
        self._samples: dict[str, bytes] = {}
        self._chosen = (0, 0)
        self._bar = QWidget()
        self._build()
        self._connect()
        theme.follow(self._restyle)
        self._show()

    # Content

    def set_planned(
        self,
        wire: WirePreview | None,
        notes: Iterable[Note],
        secrets: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Show what would be sent now, below what keeps it from being sent."""
        self._planned, self._notes, self._secrets = wire, tuple(notes), tuple(secrets)
        self._show()

    def set_exchange(self, exchange: Exchange | None) -> None:
        """Offer what was sent; None while nothing was."""
        if exchange is self._exchange:
            return
        self._exchange = exchange
        last = max(len(exchange.attempts) - 1, 0) if exchange is not None else 0
        self._chosen = (last, 0)
        self.which.set_enabled(SENT, bool(exchange is not None and exchange.attempts))
        if exchange is None:
            self.which.set_current(PLANNED)
        self._show()

    def learn_samples(self, samples: Mapping[str, bytes]) -> None:
        """Show the first bytes of files, by path."""
        self._samples |= samples
        self.model.set_samples(self._samples)

    def forget_samples(self) -> None:
        """The files may have changed: their first bytes are read again when they are asked for."""
        self._samples.clear()
        self.model.set_samples({})

    def choose_hop(self, attempt: int, hop: int) -> None:
        """Show what this attempt sent to this stop on its way, both counted from 0."""
        self._chosen = (attempt, hop)
        self._show()

    def show_planned(self) -> None:
        """Show what would be sent now, with the keyboard in its lines."""
        self.which.set_current(PLANNED)
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # With large text in a low pane there is room for one of the two: lines go first.
        needed = theme.scaled(_BAR) + self.table.minimumSizeHint().height()
        self._bar.setVisible(self.height() >= needed)

    # Inside

    def _build(self) -> None:
        bar = QHBoxLayout(self._bar)
        keep_scaled(bar, (12, 0, 8, 0), spacing=8)
        bar.addWidget(self.which)
        bar.addWidget(self.hop)
        bar.addStretch(1)
        bar.addWidget(self.sizes)
        bar.addWidget(self.copy_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(HLine())
        column.addWidget(self.table, 1)
        self.which.set_enabled(SENT, False)
        self._hops = QActionGroup(self)

    def _connect(self) -> None:
        self.which.currentChanged.connect(self._show)
        self.copy_all.clicked.connect(self._copy)
        self.hop.menu().aboutToShow.connect(self._fill_menu)
        self.table.targetChosen.connect(self.targetChosen)
        self.table.fileAsked.connect(self.fileAsked)

    def _show(self) -> None:
        after = self.which.current == SENT and self._exchange is not None
        wire, notes = self._sent() if after else (self._planned, self._notes)
        self.model.set_wire(wire, notes)
        self.sizes.setText(self._size_words(wire) if wire is not None else "")
        hops = list(self._all_hops()) if after else []
        self.hop.setVisible(len(hops) > 1)
        if len(hops) > 1:
            self.hop.setText(self._hop_words(*self._chosen))
            self.hop.setAccessibleName(self.tr("Shown: {0}").format(self.hop.text()))

    def _sent(self) -> tuple[WirePreview | None, tuple[Note, ...]]:
        exchange, hop = self._exchange, self._hop()
        wire = None
        first = self._chosen[1] == 0
        if exchange is not None and hop is not None:
            wire = sent(hop, exchange.request, self._secrets, first=first)
        if wire is None:
            return None, (Note(self.tr("Nothing left this computer.")),)
        if self._planned is None:
            return wire, ()
        found = differences(self._planned, wire, first=first)
        return wire, tuple(Note(self._difference(each)) for each in found)

    def _hop(self) -> Hop | None:
        attempt, at = self._chosen
        attempts = self._exchange.attempts if self._exchange is not None else ()
        hops = attempts[attempt].hops if attempt < len(attempts) else ()
        return hops[at] if at < len(hops) else None

    def _all_hops(self) -> Iterator[tuple[int, int]]:
        for number, attempt in enumerate(self._exchange.attempts if self._exchange else ()):
            yield from ((number, at) for at in range(max(1, len(attempt.hops))))

    def _hop_words(self, attempt: int, hop: int) -> str:
        many = self._exchange is not None and len(self._exchange.attempts) > 1
        tried = self.tr("Attempt {0}").format(attempt + 1)
        if hop == 0:
            return tried if many else self.tr("First request")
        redirect = self.tr("Redirect {0}").format(hop)
        return f"{tried}, {redirect}" if many else redirect

    def _difference(self, difference: Difference) -> str:
        return {
            Difference.REDIRECT: self.tr("Another request than the first: a redirect led here."),
            Difference.BOUNDARY: self.tr("The boundary is another one for each send."),
            Difference.COOKIES: self.tr("The cookies are others now."),
            Difference.EDITED: self.tr("The request, or something it uses, has changed since."),
        }[difference]

    def _fill_menu(self) -> None:
        menu = self.hop.menu()
        menu.clear()
        for place in self._all_hops():
            action = menu.addAction(self._hop_words(*place))
            action.setCheckable(True)
            action.setChecked(place == self._chosen)
            self._hops.addAction(action)
            action.triggered.connect(lambda _=False, chosen=place: self.choose_hop(*chosen))

    def _size_words(self, wire: WirePreview) -> str:
        head = self.tr("Head {0}").format(format_size(wire.head_size))
        if wire.size is None:
            return head
        return self.tr("{0}, {1} in all").format(head, format_size(wire.size))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.as_text())

    def _restyle(self) -> None:
        self._bar.setFixedHeight(theme.scaled(_BAR))
