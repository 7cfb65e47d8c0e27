"""The card that says what uses a connection; each line leads there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal

from httpdesk.gui.connections.rail_card import RailCard, empty
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.model.connection import ConnectionUse

_MOST = 8
"""Lines until the rest is asked for."""


class UsesCard(RailCard):
    """What names the connection: requests, and folders and collections that hand it down.

    Signals: `openAsked(use)` for a line that was clicked.
    """

    openAsked = Signal(object)

    def __init__(self) -> None:
        super().__init__(self.tr("Used by"))
        self.lines: list[TextButton] = []
        self._uses: tuple[ConnectionUse, ...] | None = None
        self._shows_all = False
        self.more = TextButton("", kind="link")
        self.more.clicked.connect(self._show_all)
        self.more.hide()
        self.show_uses(())

    def show_uses(self, uses: Sequence[ConnectionUse]) -> None:
        """Show these."""
        if tuple(uses) != self._uses:
            self._uses = tuple(uses)
            self._fill()

    def _fill(self) -> None:
        uses = self._uses or ()
        self.column.removeWidget(self.more)
        empty(self.column, 1)
        shown = uses if self._shows_all else uses[:_MOST]
        self.lines = [self._line(use) for use in shown]
        self.column.addWidget(PlainLabel(self._summary(), px=12, color="text2", wrap=True))
        for line in self.lines:
            self.column.addWidget(line, 0, Qt.AlignmentFlag.AlignLeft)
        rest = len(uses) - len(shown)
        self.column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.more.setText(self.tr("{0} more").format(rest))
        self.more.setVisible(rest > 0)

    def _line(self, use: ConnectionUse) -> TextButton:
        words = {
            True: f"{use.method} {use.title}".strip(),
            False: self.tr("Everything in {0}").format(use.title),
        }[use.is_request]
        line = TextButton(words, kind="link")
        line.setAccessibleName(self.tr("Open {0}").format(words))
        line.clicked.connect(lambda: self.openAsked.emit(use))
        return line

    def _summary(self) -> str:
        uses = self._uses or ()
        if not uses:
            return self.tr("Nothing in the open collections.")
        requests = sum(use.is_request for use in uses)
        above = len(uses) - requests
        said = []
        if requests:
            words = self.tr("1 request") if requests == 1 else self.tr("{0} requests")
            said.append(words.format(requests))
        if above:
            words = self.tr("1 folder or collection")
            many = self.tr("{0} folders and collections")
            said.append((words if above == 1 else many).format(above))
        return ", ".join(said)

    def _show_all(self) -> None:
        self._shows_all = True
        self._fill()
