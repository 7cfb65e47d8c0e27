"""The TLS tab: who answered, how that was checked, and the certificates that were shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from httpdesk.gui import icons, theme
from httpdesk.gui.response.tls_facts import (
    Fact,
    TlsHop,
    certificate_words,
    pem_of,
    tls_hops,
)
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.choice import Choice
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import HLine, SectionHeader
from httpdesk.model.exchange import Exchange

_BAR = 36
_LABELS = 108
_EDGE = 12


class TlsView(QWidget):
    """One server at a time, the last one at first.

    Signals: `saveRequested(pem)`, the chain as a PEM file has it.
    """

    saveRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hops: tuple[TlsHop, ...] = ()
        self.hosts = Choice(self.tr("Server"), ())
        self.summary = PlainLabel(color="text2", elide=True)
        self.copy = TextButton(self.tr("Copy"), kind="flat")
        self.save = TextButton(self.tr("Save PEM…"), kind="flat")
        self.area = QScrollArea()
        self._content = QWidget()
        self._build()
        self.hosts.currentIndexChanged.connect(self._show_hop)
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(lambda: self.saveRequested.emit(pem_of(self._hop.chain)))
        theme.follow(self._restyle)

    def _build(self) -> None:
        self._bar = QWidget()
        bar = QHBoxLayout(self._bar)
        keep_scaled(bar, (_EDGE, 0, 8, 0), spacing=4)
        bar.addWidget(self.hosts)
        bar.addWidget(self.summary, 1)
        bar.addWidget(self.copy)
        bar.addWidget(self.save)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.viewport().setAutoFillBackground(False)
        self.area.setAccessibleName(self.tr("TLS facts"))
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(HLine())
        column.addWidget(self.area, 1)

    def show_exchange(self, exchange: Exchange) -> None:
        """Show the servers of an exchange's last attempt."""
        self._hops = tls_hops(exchange)
        self.hosts.blockSignals(True)
        self.hosts.clear()
        self.hosts.addItems([hop.host for hop in self._hops])
        self.hosts.setCurrentIndex(len(self._hops) - 1)
        self.hosts.blockSignals(False)
        self.hosts.setVisible(len(self._hops) > 1)
        self._show_hop()

    def texts(self) -> list[str]:
        """Return everything that is said, from top to bottom."""
        return [label.text() for label in self._content.findChildren(PlainLabel)]

    @property
    def _hop(self) -> TlsHop:
        return self._hops[self.hosts.currentIndex()]

    def _show_hop(self) -> None:
        self._content = _Content(self._hop) if self._hops else QWidget()
        self.area.setWidget(self._content)
        # It would paint the window's grey over the pane's own background.
        self._content.setAutoFillBackground(False)
        chain = self._hop.chain if self._hops else ()
        self.save.setEnabled(any(facts.pem for facts in chain))
        self.summary.setText("" if len(self._hops) != 1 else self._hop.host)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self.texts()))

    def _restyle(self) -> None:
        self._bar.setFixedHeight(theme.scaled(_BAR))


class _Content(QWidget):
    """Verdict, facts and chain of one server; made anew for each."""

    def __init__(self, hop: TlsHop) -> None:
        super().__init__()
        self._mark = QLabel()
        self._verdict = hop.verdict
        column = QVBoxLayout(self)
        keep_scaled(column, (_EDGE, 12, _EDGE, 12), spacing=10)
        heading = QHBoxLayout()
        keep_scaled(heading, spacing=8)
        heading.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        heading.addWidget(PlainLabel(hop.verdict.text, weight=600, wrap=True), 1)
        column.addLayout(heading)
        if hop.facts:
            column.addWidget(_Facts(hop.facts))
        for place, facts in enumerate(hop.chain):
            words = certificate_words(facts)
            column.addWidget(HLine())
            title = self.tr("Certificate of the server") if not place else self.tr("Issued with")
            column.addWidget(SectionHeader(title))
            name = PlainLabel(words.name, weight=500, wrap=True, selectable=True)
            column.addWidget(name)
            column.addWidget(_Facts(words.facts))
        column.addStretch(1)
        theme.follow(self._restyle)

    def _restyle(self) -> None:
        drawn = icons.pixmap(self._verdict.icon, self._verdict.tone, theme.scaled(16))
        self._mark.setPixmap(drawn)


class _Facts(QWidget):
    """Labels and what belongs to them, in two columns."""

    def __init__(self, facts: tuple[Fact, ...]) -> None:
        super().__init__()
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        for row, fact in enumerate(facts):
            label = PlainLabel(fact.label, px=12, color="text2")
            text = PlainLabel(fact.text, px=12, mono=fact.mono, wrap=True, selectable=True)
            text.setMinimumWidth(1)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text, row, 1)
        theme.follow(self._restyle)

    def _restyle(self) -> None:
        self._grid.setColumnMinimumWidth(0, theme.scaled(_LABELS))
        self._grid.setHorizontalSpacing(theme.scaled(12))
        self._grid.setVerticalSpacing(theme.scaled(4))
