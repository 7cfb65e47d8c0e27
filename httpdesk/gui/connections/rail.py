"""What is beside a connection's form: how it stands, the last login, scopes, uses."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from httpdesk.gui.connections.rail_card import MarkLabel, RailCard, empty, marked
from httpdesk.gui.connections.rail_status import LOG, StatusCard
from httpdesk.gui.connections.rail_uses import UsesCard
from httpdesk.gui.connections.rail_words import clock_time, failed_words, log_text, step_words
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.flow_layout import FlowLayout
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.model.auth import OAuth2Auth
from httpdesk.model.connection import Connection
from httpdesk.model.connection_state import ConnectionStatus, TokenFacts
from httpdesk.model.sign_in import StepKind


class StepsCard(RailCard):
    """The steps of the last login with their times; the one that failed is marked."""

    def __init__(self) -> None:
        super().__init__()
        self.log_button = TextButton("", kind="link")
        self.log = PlainLabel(px=12, mono=True, wrap=True, selectable=True)
        self.log_button.clicked.connect(lambda: self.show_log(self.log.isHidden()))
        self.log.setAccessibleName(self.tr("Log of the last login"))
        head = QHBoxLayout()
        keep_scaled(head, spacing=8)
        head.addWidget(PlainLabel(self.tr("Last login"), weight=600), 1)
        head.addWidget(self.log_button)
        self._steps = QVBoxLayout()
        keep_scaled(self._steps, spacing=8)
        self.column.addLayout(head)
        self.column.addLayout(self._steps)
        self.column.addWidget(self.log)
        self.show_log(False)

    def show_log(self, shown: bool) -> None:
        """Show all that is known of the login, or the steps alone."""
        self.log.setVisible(shown)
        self.log_button.setText(self.tr("Hide log") if shown else self.tr("View log"))

    def show_steps(self, status: ConnectionStatus, connection: Connection) -> None:
        """Show what was done, and which step failed."""
        if not isinstance(connection.auth, OAuth2Auth):
            self.hide()
            return
        empty(self._steps)
        for step in status.steps:
            words, detail = step_words(step)
            row = QHBoxLayout()
            keep_scaled(row, spacing=8)
            missed = step.kind is StepKind.NO_BROWSER
            mark = ("triangle-alert", "amber") if missed else ("circle-check", "green")
            row.addWidget(MarkLabel(*mark), 0, Qt.AlignmentFlag.AlignTop)
            column = QVBoxLayout()
            keep_scaled(column, spacing=2)
            column.addWidget(PlainLabel(words, wrap=True))
            if detail:
                column.addWidget(PlainLabel(detail, px=12, color="text2", wrap=True))
            row.addLayout(column, 1)
            time = PlainLabel(clock_time(step.at), px=12, color="text2", mono=True)
            row.addWidget(time, 0, Qt.AlignmentFlag.AlignTop)
            self._steps.addLayout(row)
        if status.stopped:
            words = failed_words(status.steps, connection)
            self._steps.addLayout(marked("circle-x", "red", words))
        self.log.setText(log_text(status, connection))
        self.setVisible(bool(status.steps) or status.stopped)


class ScopesCard(RailCard):
    """What the token may do against what was asked for."""

    def __init__(self) -> None:
        super().__init__(self.tr("Granted scopes"))

    def show_scopes(self, token: TokenFacts | None) -> None:
        """Show the scopes of a token."""
        empty(self.column, 1)
        granted = token.granted.split() if token is not None else []
        asked = token.asked.split() if token is not None else []
        missing = [scope for scope in asked if scope not in granted]
        if granted:
            holder, flow = QWidget(), FlowLayout(10)
            holder.setLayout(flow)
            for scope in granted:
                flow.addWidget(PlainLabel(scope, px=12, mono=True, color="text2"))
            self.column.addWidget(holder)
        for scope in missing:
            words = self.tr("Not granted: {0}").format(scope)
            self.column.addLayout(marked("triangle-alert", "amber", words, px=12))
        if asked and not missing:
            words = self.tr("Everything you asked for")
            self.column.addLayout(marked("circle-check", "green", words, px=12))
        self.setVisible(bool(granted or asked))


class ConnectionRail(QWidget):
    """The cards, one below the other.

    Signals: `asked(what)`, a name of `rail_status`.
    """

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.status = StatusCard()
        self.steps = StepsCard()
        self.scopes = ScopesCard()
        self.uses = UsesCard()
        self.column = QVBoxLayout(self)
        keep_scaled(self.column, spacing=12)
        for card in (self.status, self.steps, self.scopes, self.uses):
            self.column.addWidget(card)
        self.column.addStretch(1)
        self.steps.hide()
        self.scopes.hide()
        self.status.asked.connect(self._on_asked)

    def _on_asked(self, what: str) -> None:
        if what == LOG:
            self.steps.show_log(True)
            self.steps.log_button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.asked.emit(what)

    def show_status(self, status: ConnectionStatus, connection: Connection, now: float) -> None:
        """Show how a connection stands; `now` is in seconds since 1970."""
        self.status.show_status(status, connection, now)
        self.steps.show_steps(status, connection)
        self.scopes.show_scopes(status.token)
