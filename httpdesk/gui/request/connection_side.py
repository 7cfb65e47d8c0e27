"""The connection of the request on screen: in the URL bar, in the Auth tab and in the preview."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from httpdesk.gui.request.base_match import matched_base
from httpdesk.gui.request.connection_choice import ConnectionChoice, ConnectionRow, inherited
from httpdesk.gui.request.connection_feed import ConnectionFeed
from httpdesk.gui.request.pane import AUTH, RequestPane
from httpdesk.gui.request.url_bar import UrlBar
from httpdesk.model.collection import Defaults
from httpdesk.model.request import Request


class ConnectionSide(QObject):
    """Shows the choice wherever it stands, and passes on what is chosen and asked for there.

    Signals: `optionChosen(option)` as the request's option says it, and `asked(what, key)`.
    """

    optionChosen = Signal(object)
    asked = Signal(str, str)

    def __init__(self, url_bar: UrlBar, pane: RequestPane, parent: QObject) -> None:
        super().__init__(parent)
        self.feed = ConnectionFeed(self)
        self._url_bar = url_bar
        self._pane = pane
        self._rows: tuple[ConnectionRow, ...] = ()
        self._request = Request()
        self._defaults: Defaults = ()
        url_bar.connection.connectionChosen.connect(self.optionChosen)
        url_bar.connection.asked.connect(self.asked)

    def set_rows(self, rows: tuple[ConnectionRow, ...]) -> None:
        """Say which connections the request can use, and how each stands."""
        if rows != self._rows:
            self._rows = rows
            self._tell()

    def set_request(self, request: Request, defaults: Defaults) -> None:
        """Show what signs this request in."""
        self._request, self._defaults = request, defaults
        self._tell()

    def wire_tab(self) -> None:
        """Serve the Auth tab, which was just built."""
        self._pane.auth.connectionChosen.connect(self.optionChosen)
        self._pane.auth.asked.connect(self.asked)
        self._tell()

    def match(self, url: str) -> tuple[str, str] | None:
        """Return name and rest where a pasted URL lies below a connection's base."""
        found = matched_base(url, self._choice())
        return (found[0].name, found[1]) if found is not None else None

    def use(self, name: str) -> None:
        """Have the connection of this name chosen, unless it is in use."""
        choice = self._choice()
        if choice.name != name:
            self.optionChosen.emit(choice.option_for(name))

    def _choice(self) -> ConnectionChoice:
        handed = inherited(self._request, self._defaults)
        return ConnectionChoice(self._rows, handed, self._request.options.connection)

    def _tell(self) -> None:
        choice = self._choice()
        self._url_bar.set_choice(choice)
        if self._pane.is_built(AUTH):
            self._pane.auth.set_choice(choice)
