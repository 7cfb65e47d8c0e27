"""Fills the Wire tab: what would be sent now, which way it goes, and what there is to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from httpdesk.engine.masking import telling_values
from httpdesk.engine.resolve import Preview
from httpdesk.engine.wire_preview import planned
from httpdesk.gui.item_models.wire_rows import Note
from httpdesk.gui.request.wire_notes import wire_notes
from httpdesk.gui.request.wire_tab import WireTab
from httpdesk.model.collection import Scope
from httpdesk.model.errors import InvalidRequest
from httpdesk.model.exchange import ResolvedUrl
from httpdesk.model.network import Route
from httpdesk.model.request import Request

Way = tuple[str, str, int]
"""Scheme, host and port: requests to one origin go the same way."""


def telling_variables(request: Request, scope: Scope) -> tuple[tuple[str, str], ...]:
    """Return (name, value) of the variables whose names tell that they are secrets."""
    values = {name: value for name, (value, _) in scope.flat().items()}
    return tuple(telling_values(values | dict(request.variables)))


class WireFeed(QObject):
    """Lays a request out only while somebody looks at it.

    Signals: `routeAsked(ResolvedUrl)` when a worker has to find out which proxy is in between.
    """

    routeAsked = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._routes: dict[Way, Route | InvalidRequest | None] = {}
        self._asked: set[Way] = set()

    def show(
        self,
        tab: WireTab,
        request: Request,
        scope: Scope,
        found: Preview,
        problems: Sequence[InvalidRequest],
    ) -> None:
        """Show in `tab` what would be sent, below what keeps it from being sent."""
        secrets = telling_variables(request, scope)
        unknown: tuple[Note, ...] = ()
        if found.request is not None:
            route = self._route(found.request.url)
            if isinstance(route, Route):
                found = replace(found, request=replace(found.request, route=route))
            elif route is not None:
                problems = (*problems, route)
            else:
                unknown = (self._unknown_route(),)
        notes = (*wire_notes(request, problems, found), *unknown)
        tab.set_planned(planned(found, secrets), notes, secrets)

    def learn_route(self, url: ResolvedUrl, route: Route | InvalidRequest | None) -> None:
        """Take which way requests to the origin of `url` go, or why they cannot.

        None is for a way that cannot be found out, as with a keyring that stays locked.
        """
        self._routes[url.origin] = route

    def forget_routes(self) -> None:
        """The settings have changed: ask again."""
        self._routes.clear()
        self._asked.clear()

    def _unknown_route(self) -> Note:
        text = self.tr("Which proxy is in between could not be found out; it may get other lines.")
        return Note(text, "triangle-alert", "amber")

    def _route(self, url: ResolvedUrl) -> Route | InvalidRequest | None:
        """Return the way to a URL, the direct one until it is known."""
        if url.origin not in self._asked:
            self._asked.add(url.origin)
            self.routeAsked.emit(url)
        return self._routes.get(url.origin, Route())
