"""The row that says how the send ended: status, time, size, badges, and what to do with it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from httpdesk.gui import icons, theme
from httpdesk.gui.messages import message_for
from httpdesk.gui.response.body_words import shortened_reason
from httpdesk.gui.response.timeline_rows import status_tone
from httpdesk.gui.widgets.buttons import IconButton, TextButton
from httpdesk.gui.widgets.labels import PlainLabel, plain_tooltip
from httpdesk.gui.widgets.state_dot import StateDot
from httpdesk.gui.widgets.status_pill import StatusPill
from httpdesk.model.errors import Cancelled, HttpDeskError, NotConfirmed
from httpdesk.model.exchange import Exchange
from httpdesk.render.units import format_duration, format_size

_HEIGHT = 40
_EDGE, _RIGHT_EDGE, _GAP = 12, 8, 8
_LEAST_WIDTH = 240
_LOCK = 14
_LONGEST_REASON = 28
# What is left out, in this order, until the rest fits.
_NO_REDIRECTS, _SHORT_BADGE, _SHORT_PILL, _NO_ATTEMPTS, _NO_PAGER, _NO_SIZE, _LEVELS = range(1, 8)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the row shows of an exchange."""

    pill: str
    short_pill: str
    tone: str
    full: str
    time: str
    size: str
    attempts: int
    redirects: int
    unchecked: bool
    secured: bool
    """Whether the history keeps nothing of the answer but what is in this row."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What stands in the row; an empty text is left out."""

    phase: str = ""
    between_attempts: bool = False
    pill: str = ""
    time: str = ""
    size: str = ""
    secured: bool = False
    attempts: str = ""
    redirected: str = ""
    unchecked: str = ""
    position: str = ""


class StatusRow(QWidget):
    """Pill, time, size and badges at the left; older, newer, Copy, Save and more at the right.

    Signals: copyRequested, saveRequested, timelineRequested, olderRequested, newerRequested,
    retryNowRequested, cancelRequested.
    """

    copyRequested = Signal()
    saveRequested = Signal()
    timelineRequested = Signal()
    olderRequested = Signal()
    newerRequested = Signal()
    retryNowRequested = Signal()
    cancelRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: _Facts | None = None
        self._sending = False
        self._phase = ""
        self._between_attempts = False
        self._position = ""
        self._words: _Words | None = None
        self._underlined = True
        self._room: int | None = None
        self._build()
        self._connect()
        theme.follow(self._restyle)

    def _build(self) -> None:
        self.ring = StateDot("ring", "accent")
        self.phase = PlainLabel(weight=500, elide=True)
        self.retry_now = TextButton(self.tr("Retry now"), icon="rotate-cw")
        self.cancel = TextButton(self.tr("Cancel"), icon="x")
        self.pill = StatusPill()
        self.time = PlainLabel(weight=500)
        self.length = PlainLabel(color="text2")
        self.lock = PlainLabel()
        secured = self.tr(
            "Secure outputs: the history keeps time, method, host, status and sizes only"
        )
        self.lock.setToolTip(plain_tooltip(secured))
        self.lock.setAccessibleName(secured)
        self.attempts = TextButton("", kind="flat", icon="rotate-cw")
        self.attempts.setToolTip(self.tr("Show the attempts in the timeline"))
        self.redirects = TextButton("", kind="flat")
        self.redirects.setToolTip(self.tr("Show the redirects in the timeline"))
        self.unchecked = StatusPill()
        self.unchecked.setToolTip(self.tr("Certificate errors were ignored for this request"))
        self.older = IconButton(
            "chevron-left", self.tr("Older response"), shortcut="Alt+PgUp", size=24
        )
        self.position = PlainLabel(color="text2")
        self.newer = IconButton(
            "chevron-right", self.tr("Newer response"), shortcut="Alt+PgDown", size=24
        )
        self.copy = IconButton("copy", self.tr("Copy body"))
        self.save = IconButton("download", self.tr("Save body"), shortcut="Ctrl+Shift+S")
        self.more = IconButton("ellipsis", self.tr("More response actions"))
        self.menu = QMenu(self)
        self.more.setMenu(self.menu)
        sending = (self.ring, self.phase, self.retry_now, self.cancel)
        left = (*sending, self.pill, self.time, self.length, self.lock, self.attempts)
        right = (self.copy, self.save, self.more)
        self._layout = QHBoxLayout(self)
        _add(self._layout, *left, self.redirects, self.unchecked)
        self._layout.addStretch(1)
        pager = QHBoxLayout()
        pager.setSpacing(0)
        _add(pager, self.older, self.position, self.newer)
        self._layout.addLayout(pager)
        _add(self._layout, *right)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _connect(self) -> None:
        self.copy.clicked.connect(self.copyRequested)
        self.save.clicked.connect(self.saveRequested)
        self.older.clicked.connect(self.olderRequested)
        self.newer.clicked.connect(self.newerRequested)
        self.retry_now.clicked.connect(self.retryNowRequested)
        self.cancel.clicked.connect(self.cancelRequested)
        self.attempts.clicked.connect(self.timelineRequested)
        self.redirects.clicked.connect(self.timelineRequested)

    def show_exchange(self, exchange: Exchange) -> None:
        """Show how the exchange ended."""
        self._facts, self._words = _facts(exchange), None
        self.copy.setEnabled(True)
        answered = exchange.response is not None
        self.copy.set_name(self.tr("Copy body") if answered else self.tr("Copy details"))
        self.save.setEnabled(_body_size(exchange) > 0)
        for button in (self.copy, self.save, self.more):
            button.show()
        self.set_sending("")

    def show_arriving(self, exchange: Exchange, seconds: float, size: int) -> None:
        """Show an answer of which `size` bytes have come in this time."""
        if self._sending or self._facts is None:
            self.show_exchange(exchange)
            self.save.setEnabled(True)
        time = self.tr("{0:.1f} s").format(seconds)
        self._facts = replace(_facts(exchange), time=time, size=format_size(size))
        self._arrange()

    def clear(self) -> None:
        """Show nothing: there is no exchange."""
        self._facts = None
        for button in (self.copy, self.save, self.more):
            button.hide()
        self.set_history(0, 0)
        self.set_sending("")

    def set_sending(self, phase: str, *, between_attempts: bool = False) -> None:
        """Show what a send is doing in place of how the one before ended; "" ends that.

        `between_attempts` offers to begin the next attempt at once, or never.
        """
        self._sending = bool(phase)
        self._phase = phase
        self._between_attempts = between_attempts
        self._arrange()

    def set_history(self, position: int, count: int) -> None:
        """Show which of the kept responses is on screen, counted from 1."""
        words = self.tr("{0} of {1}").format(position, count)
        self._position = words if count > 1 else ""
        self.older.setEnabled(position > 1)
        self.newer.setEnabled(position < count)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """Return a width that never widens the pane: words are left out instead."""
        return QSize(theme.scaled(_LEAST_WIDTH), theme.scaled(_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def set_room(self, room: int | None) -> None:
        """Stand in a tab row with at most `room` pixels; None is a row of its own."""
        self._room = room
        self._underlined = room is None
        self._set_edges()
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._underlined:
            line = QRect(0, self.height() - 1, self.width(), 1)
            QPainter(self).fillRect(line, theme.color("border"))

    def _arrange(self) -> None:
        """Show the words that fit; the fewest are left out that make the row fit."""
        words = self._words_that_fit()
        if words == self._words:
            return
        self._words = words
        self.ring.setVisible(bool(words.phase))
        for button in (self.retry_now, self.cancel):
            button.setVisible(words.between_attempts)
        for label, text in (
            (self.phase, words.phase),
            (self.time, words.time),
            (self.length, words.size),
            (self.position, words.position),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        facts = self._facts
        self.pill.set_status(words.pill, facts.tone if facts is not None else "slate")
        self.pill.setToolTip(plain_tooltip(facts.full if facts is not None else ""))
        self.pill.setVisible(bool(words.pill))
        self.lock.setVisible(words.secured)
        self.attempts.setText(words.attempts)
        self.attempts.setVisible(bool(words.attempts))
        self.redirects.setText(words.redirected)
        self.redirects.setVisible(bool(words.redirected))
        self.unchecked.set_status(words.unchecked, "amber")
        self.unchecked.setVisible(bool(words.unchecked))
        self.older.setVisible(bool(words.position))
        self.newer.setVisible(bool(words.position))
        self.updateGeometry()

    def short_width(self) -> int:
        """Return the width that is enough for what matters: status code, time and size."""
        return self._width_of(self._words_at(self._facts, _SHORT_PILL)) if self._facts else 0

    def _words_that_fit(self) -> _Words:
        if self._sending or self._facts is None:
            return _Words(
                phase=self._phase,
                between_attempts=self._between_attempts,
                position="" if self._between_attempts else self._position,
            )
        room = self._room if self._room is not None else self.width()
        for level in range(_LEVELS):
            words = self._words_at(self._facts, level)
            if self._width_of(words) <= room:
                break
        return words

    def _words_at(self, facts: _Facts, level: int) -> _Words:
        """Return the words of the row; the higher the `level`, the fewer they are."""
        attempts = self.tr("{0} attempts").format(facts.attempts)
        redirected = self.tr("Redirected {0}x").format(facts.redirects)
        unchecked, short = self.tr("Certificate check off"), self.tr("Unchecked")
        badge = short if level >= _SHORT_BADGE else unchecked
        return _Words(
            pill=facts.short_pill if level >= _SHORT_PILL else facts.pill,
            time=facts.time,
            size=facts.size if level < _NO_SIZE else "",
            secured=facts.secured and level < _NO_SIZE,
            attempts=attempts if facts.attempts > 1 and level < _NO_ATTEMPTS else "",
            # The number of hops on the Timeline tab says the same.
            redirected=redirected if facts.redirects and level < _NO_REDIRECTS else "",
            unchecked=badge if facts.unchecked else "",
            position=self._position if level < _NO_PAGER else "",
        )

    def _width_of(self, words: _Words) -> int:
        """Return the width that the row takes with these words.

        Asking the layout instead would mean to change every widget for each level.
        """
        gap, padding = theme.scaled(_GAP), theme.scaled(8)
        width = theme.scaled(_EDGE + _RIGHT_EDGE) + 3 * self.copy.sizeHint().width() + 3 * gap
        width += theme.scaled(_LOCK) + gap if words.secured else 0
        for text, px, weight, extra in (
            (words.pill, 13, 600, 2 * padding),
            (words.time, 13, 500, 0),
            (words.size, 13, 400, 0),
            (words.attempts, 13, 400, 2 * padding + theme.scaled(22)),
            (words.redirected, 13, 400, 2 * padding),
            (words.unchecked, 13, 600, 2 * padding),
            (words.position, 13, 400, 2 * self.older.sizeHint().width()),
        ):
            if text:
                metrics = QFontMetrics(theme.ui_font(px, weight))
                width += metrics.horizontalAdvance(text) + extra + gap
        return width

    def _restyle(self) -> None:
        self.setFixedHeight(theme.scaled(_HEIGHT))
        self._set_edges()
        self._layout.setSpacing(theme.scaled(_GAP))
        self.lock.setPixmap(icons.pixmap("lock", "text3", theme.scaled(_LOCK)))
        self._words = None
        self._arrange()

    def _set_edges(self) -> None:
        """Keep away from the pane's edge, which a tab row around does by itself."""
        right = theme.scaled(_RIGHT_EDGE) if self._room is None else 0
        self._layout.setContentsMargins(theme.scaled(_EDGE), 0, right, 0)


def _add(layout: QHBoxLayout, *widgets: QWidget) -> None:
    for widget in widgets:
        layout.addWidget(widget)


def _facts(exchange: Exchange) -> _Facts:
    response, error = exchange.response, exchange.error
    if error is not None:
        pill, tone = message_for(error).pill, _error_tone(error)
        short, full = pill, message_for(error).title
    elif response is not None:
        reason = shortened_reason(response.reason_phrase, _LONGEST_REASON)
        pill, tone = f"{response.status_code} {reason}".strip(), status_tone(response.status_code)
        short = str(response.status_code)
        full = f"{response.http_version} {response.status_code} {response.reason_phrase}"[:300]
    else:
        pill = short = full = ""
        tone = "slate"
    return _Facts(
        pill=pill,
        short_pill=short,
        tone=tone,
        full=full,
        time=format_duration(exchange.elapsed_ms) if exchange.attempts else "",
        size=format_size(_body_size(exchange)) if response is not None else "",
        attempts=len(exchange.attempts),
        redirects=exchange.redirects,
        unchecked=_is_unchecked(exchange),
        secured=exchange.request.options.secure_outputs,
    )


def _error_tone(error: HttpDeskError) -> str:
    """Return the colour for how a send ended; what the user chose is no failure."""
    return "slate" if isinstance(error, Cancelled | NotConfirmed) else "red"


def _body_size(exchange: Exchange) -> int:
    """Return the bytes that can be saved: the body, or what came when it was not decoded."""
    response = exchange.response
    if response is None:
        return 0
    if response.body.size == 0 and response.raw_body is not None:
        return response.raw_body.size
    return response.body.size


def _is_unchecked(exchange: Exchange) -> bool:
    """Return whether any connection on the way was made without checking its certificate."""
    hops = (hop for attempt in exchange.attempts for hop in attempt.hops)
    facts = (hop.connection for hop in hops)
    return any(fact is not None and not fact.certificate_checked for fact in facts)
