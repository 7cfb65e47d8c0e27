"""The card that says how a connection stands, with what can be done about it."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from httpdesk.gui.connections.rail_card import RailCard
from httpdesk.gui.connections.rail_words import card_text, card_title, clock_time, countdown
from httpdesk.gui.messages.standing import lifetime, time_left
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.flow_layout import FlowLayout
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.lifetime_bar import LifetimeBar
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.state_dot import StateDot
from httpdesk.gui.widgets.state_shape import state_shape
from httpdesk.model.auth import OAuth2Auth
from httpdesk.model.connection import Connection
from httpdesk.model.connection_state import ConnectionStatus, Standing, TokenFacts
from httpdesk.model.sign_in import SignInStep

CONNECT, CANCEL, COPY, REFRESH, DISCONNECT, UNLOCK, LOG = (
    "connect",
    "cancel",
    "copy",
    "refresh",
    "disconnect",
    "unlock",
    "log",
)
_REFRESH_BEFORE = 60.0
"""Seconds before its end at which a token is renewed (statement 33)."""
_OFFERS: dict[Standing, tuple[str, ...]] = {
    Standing.NOT_CONNECTED: (CONNECT,),
    Standing.BY_ITSELF: (CONNECT,),
    Standing.WAITING: (CANCEL, COPY),
    Standing.REFRESHING: (CANCEL,),
    Standing.CONNECTED: (REFRESH, DISCONNECT),
    Standing.EXPIRING: (REFRESH, DISCONNECT),
    Standing.EXPIRED: (CONNECT, DISCONNECT),
    Standing.FAILED: (CONNECT, LOG),
    Standing.LOCKED: (UNLOCK,),
}


class StatusCard(RailCard):
    """State shape, heading, account, time left, and buttons.

    Signals: `asked(what)`, one of the names above; Copy link is done here.
    """

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.dot = StateDot()
        self.title = PlainLabel(px=15, weight=600, wrap=True)
        self.account = PlainLabel(px=12, color="text2", elide=True)
        self.text = PlainLabel(color="text2", wrap=True, selectable=True)
        self.code = PlainLabel(px=20, weight=600, mono=True, selectable=True)
        self.left = PlainLabel(weight=600, px=12)
        self.bar = LifetimeBar()
        self.expires = PlainLabel(px=12, color="text2")
        self.refreshes = PlainLabel(px=12, color="text2", wrap=True)
        self.buttons = {name: TextButton(words) for name, words in self._words().items()}
        self._step: SignInStep | None = None
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._count_down)
        self._build()
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _=False, each=name: self._press(each))

    def show_status(self, status: ConnectionStatus, connection: Connection, now: float) -> None:
        """Show how the connection stands; `now` is in seconds since 1970."""
        title = card_title(status)
        self.dot.set_state(*state_shape(status.standing), title)
        self.title.setText(title)
        _put(self.text, card_text(status, connection))
        self._show_token(status, now)
        self._show_step(status)
        self._offer(status, connection)

    def shown(self) -> list[str]:
        """Return the names of the buttons that are offered."""
        return [name for name, button in self.buttons.items() if not button.isHidden()]

    # Inside

    def _build(self) -> None:
        head = QHBoxLayout()
        keep_scaled(head, spacing=8)
        head.addWidget(self.dot)
        head.addWidget(self.title, 1)
        head.addWidget(self.account)
        self._token = QWidget()
        token = QHBoxLayout(self._token)
        token.setContentsMargins(0, 0, 0, 0)
        token.addWidget(PlainLabel(self.tr("Access token"), px=12, color="text2"))
        token.addStretch(1)
        token.addWidget(self.left)
        ends = QHBoxLayout()
        ends.addWidget(self.expires)
        ends.addStretch(1)
        ends.addWidget(self.refreshes)
        self._row = QWidget()
        row = FlowLayout(8)
        self._row.setLayout(row)
        for button in self.buttons.values():
            row.addWidget(button)
        self.column.addLayout(head)
        for widget in (self.text, self.code, self._token, self.bar):
            self.column.addWidget(widget)
        self.column.addLayout(ends)
        self.column.addWidget(self._row)

    def _words(self) -> dict[str, str]:
        return {
            CONNECT: self.tr("Connect"),
            UNLOCK: self.tr("Unlock"),
            CANCEL: self.tr("Cancel"),
            COPY: self.tr("Copy link"),
            REFRESH: self.tr("Refresh now"),
            DISCONNECT: self.tr("Disconnect"),
            LOG: self.tr("View log"),
        }

    def _show_token(self, status: ConnectionStatus, now: float) -> None:
        good = status.standing in (Standing.CONNECTED, Standing.EXPIRING)
        token = status.token if good else None
        ends = token.expires_at if token is not None else None
        account = token.account if token is not None else ""
        _put(self.account, self.tr("as {0}").format(account) if account else "")
        left = time_left(token, now) if token is not None else ""
        self._token.setVisible(token is not None)
        self.left.setText(left or self.tr("Until it is refused"))
        self.bar.show_left(lifetime(status, now), status.standing is Standing.EXPIRING)
        words = self.tr("Expires {0}").format(clock_time(ends)) if ends is not None else ""
        _put(self.expires, words)
        _put(self.refreshes, self._refresh_words(token, ends, now))

    def _refresh_words(self, token: TokenFacts | None, ends: float | None, now: float) -> str:
        if token is None or ends is None:
            return ""
        if not token.renews:
            return self.tr("Then connect again")
        at = clock_time(max(ends - _REFRESH_BEFORE, now), seconds=False)
        return self.tr("Refreshes itself at {0}").format(at)

    def _show_step(self, status: ConnectionStatus) -> None:
        """Show what the user has to do now, and how long there is for it."""
        waiting = status.standing is Standing.WAITING
        own = [step for step in status.steps if step.url or step.user_code] if waiting else []
        self._step = own[-1] if own else None
        _put(self.code, self._step.user_code if self._step is not None else "")
        if self._step is not None and self._step.seconds:
            self._clock.start()
            self._count_down()
        else:
            self._clock.stop()

    def _count_down(self) -> None:
        if self._step is not None:
            past = (datetime.now(UTC) - self._step.at).total_seconds()
            left = countdown(self._step.seconds - past)
            where = self._step.url if self._step.user_code else ""
            _put(self.text, f"{where}\n{left}".strip())

    def _offer(self, status: ConnectionStatus, connection: Connection) -> None:
        offered = set(_OFFERS.get(status.standing, ()))
        if not isinstance(connection.auth, OAuth2Auth):
            offered &= {UNLOCK}
        if self._step is None:
            offered.discard(COPY)
        if status.by_send:
            offered.discard(CANCEL)
        if not status.stopped:
            offered.discard(LOG)
        again = status.standing in (Standing.FAILED, Standing.EXPIRED)
        words = self.tr("Connect again") if again else self.tr("Connect")
        self.buttons[CONNECT].setText(words)
        self.buttons[CONNECT].set_kind("primary")
        for name, button in self.buttons.items():
            button.setVisible(name in offered)
        self._row.setVisible(bool(offered))

    def _press(self, name: str) -> None:
        if name == COPY and self._step is not None:
            QGuiApplication.clipboard().setText(self._step.url)
        else:
            self.asked.emit(name)


def _put(label: PlainLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))
