"""What is shown while a send is under way, read from its progress 30 times a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from httpdesk.engine.ports import Progress
from httpdesk.gui import theme
from httpdesk.gui.messages import phase_progress
from httpdesk.model.errors import Phase
from httpdesk.model.exchange import Exchange
from httpdesk.render.units import format_duration, format_size

translate = QCoreApplication.translate

POLL_MS = 33
SHOWN_AFTER = 0.3
"""Seconds during which nothing on screen changes."""
TRANSFER_AFTER = 1.0
"""Seconds of a transfer after which bytes, rate and a bar are shown."""
ARRIVING_AFTER = 0.1
"""Seconds after the first byte before an answer is shown that is not whole yet; most are then."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """How far an upload or download is."""

    upload: bool
    done: int
    total: int | None
    seconds: float
    """Since the transfer began."""

    @property
    def fraction(self) -> float | None:
        """The part that is done, None when the whole is not known."""
        return min(self.done / self.total, 1.0) if self.total else None


@dataclass(frozen=True, slots=True)
class Arriving:
    """An answer whose body is on its way."""

    exchange: Exchange
    """The send as it would end now; its body grows."""
    size: int
    """Bytes of the body so far, decoded."""
    seconds: float
    """Since the send began, in tenths."""


@dataclass(frozen=True, slots=True)
class SendState:
    """What is to be shown now."""

    phase: str = ""
    """Empty while nothing is to change on screen."""
    transfer: Transfer | None = None
    between_attempts: bool = False
    """Whether it waits for the next attempt, which the user may ask for at once."""
    arriving: Arriving | None = None
    """What has come of the answer, once it is worth to be shown."""


class SendWatch(QObject):
    """Polls a progress while a send runs, and never otherwise.

    Signals: `changed(SendState)` when something else is to be shown.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._progress = Progress()
        self._began = 0.0
        self._phase: Phase | None = None
        self._phase_began = 0.0
        self._told: SendState | None = None
        self._arrived: Exchange | None = None
        """The answer that was told of while it arrives."""
        self._wait: tuple[float, bool] = (0.0, False)
        self._paused_at: float | None = None
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self.poll)

    @property
    def running(self) -> bool:
        """Whether a send is being watched."""
        return self._timer.isActive() or self._paused_at is not None

    def start(self, progress: Progress) -> None:
        """Watch a send that begins now."""
        self._progress = progress
        self._began = self._clock()
        self._phase = self._arrived = None
        self._told = SendState()
        self._paused_at = None
        self._timer.start()

    def retry_now(self) -> None:
        """Let the next attempt begin at once."""
        self._progress.gate.open()

    def pause(self) -> None:
        """Look away while the user is asked; that time does not count."""
        if self.running:
            self._timer.stop()
            self._paused_at = self._clock()

    def resume(self) -> None:
        """Watch on after `pause`; nothing happens without one."""
        if self._paused_at is None:
            return
        away = self._clock() - self._paused_at
        self._paused_at, self._told = None, SendState()
        self._began += away
        self._phase_began += away
        self._timer.start()

    def stop(self) -> None:
        """Stop watching."""
        self._timer.stop()
        self._paused_at = None

    def poll(self) -> None:
        """Look once, and tell when there is something else to show."""
        now = self._clock()
        if self._progress.phase is not self._phase:
            self._phase, self._phase_began = self._progress.phase, now
        state = self._state(now)
        if state != self._told:
            self._told = state
            self.changed.emit(state)

    def _state(self, now: float) -> SendState:
        if now - self._began < SHOWN_AFTER:
            return SendState()
        waiting = self._waiting(now)
        if waiting:
            return SendState(waiting, between_attempts=True)
        seconds = translate("Sending", "{0:.1f} s").format(now - self._began)
        if self._progress.waits_for_keyring:
            words = translate("Sending", "Waiting for the system keyring")
            return SendState(f"{words}, {seconds}")
        text = f"{self._page()}{self._attempt()}{phase_progress(self._progress.phase)}, {seconds}"
        return SendState(text, self._transfer(now), arriving=self._arriving(now))

    def _arriving(self, now: float) -> Arriving | None:
        exchange = self._progress.arriving
        if exchange is None or exchange.response is None:
            return None
        if exchange is not self._arrived:
            receiving = self._progress.phase is Phase.RECEIVE
            if not receiving or now - self._phase_began < ARRIVING_AFTER:
                return None
            # From now on it stays, also while a further page is asked for.
            self._arrived = exchange
        return Arriving(exchange, exchange.response.body.size, round(now - self._began, 1))

    def _page(self) -> str:
        number = self._progress.page
        return translate("Sending", "Page {0}. ").format(number) if number > 1 else ""

    def _attempt(self) -> str:
        number, most = self._progress.attempt, self._progress.attempts
        if number < 2:
            return ""
        if most < 2:
            return translate("Sending", "Attempt {0}. ").format(number)
        return translate("Sending", "Attempt {0} of {1}. ").format(number, most)

    def _waiting(self, now: float) -> str:
        """Return when the next attempt starts; "" outside of a wait that is worth a word."""
        until = self._progress.waiting_until
        if until is None:
            return ""
        left = max(0.0, until - now)
        if self._wait[0] != until:
            self._wait = (until, left >= SHOWN_AFTER)
        if not self._wait[1]:
            return ""
        number, most = self._progress.attempt + 1, self._progress.attempts
        text = translate("Sending", "Attempt {0} of {1} starts in {2}")
        return text.format(number, most, _countdown(left))

    def _transfer(self, now: float) -> Transfer | None:
        progress, lasting = self._progress, now - self._phase_began
        if lasting < TRANSFER_AFTER:
            return None
        if progress.phase is Phase.RECEIVE:
            return Transfer(False, progress.bytes_received, progress.bytes_to_receive, lasting)
        if progress.phase is Phase.SEND and progress.bytes_to_send:
            return Transfer(True, progress.bytes_sent, progress.bytes_to_send, lasting)
        return None


def transfer_text(transfer: Transfer) -> str:
    """Return bytes, total, rate and time left as sentences."""
    rate = transfer.done / transfer.seconds if transfer.seconds else 0.0
    per_second = translate("Sending", "{0}/s").format(format_size(round(rate)))
    done = format_size(transfer.done)
    if transfer.total is None:
        return translate("Sending", "{0} at {1}.").format(done, per_second)
    text = translate("Sending", "{0} of {1} at {2}.").format(
        done, format_size(transfer.total), per_second
    )
    left = (transfer.total - transfer.done) / rate if rate else 0.0
    if left < 1:
        return text
    about = translate("Sending", "About {0} left.").format(_seconds(left))
    return f"{text} {about}"


def _countdown(seconds: float) -> str:
    if seconds < 60:
        return translate("Sending", "{0:.1f} s").format(seconds)
    return format_duration(seconds * 1000)


def _seconds(seconds: float) -> str:
    if seconds < 60:
        return translate("Sending", "{0:.0f} s").format(seconds)
    return format_duration(seconds * 1000)


class Veil(QWidget):
    """Dims what lies under it to half; the mouse goes through, so it can still be read."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        color = QColor(theme.color("surface"))
        color.setAlphaF(0.5)
        QPainter(self).fillRect(self.rect(), color)
