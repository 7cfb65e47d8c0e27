"""Says below the URL where it leads, or what keeps the request from being sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer

from httpdesk.engine.resolve import Preview
from httpdesk.gui.request import places
from httpdesk.gui.request.places import first_place
from httpdesk.gui.request.problems import sentence, warning_sentence
from httpdesk.gui.request.url_bar import UrlBar
from httpdesk.gui.request.wire_feed import telling_variables
from httpdesk.model.collection import Scope
from httpdesk.model.errors import InvalidRequest
from httpdesk.model.exchange import WarningKind
from httpdesk.model.request import Request

SHOW_PROBLEM_AFTER_MS: Final = 400
"""How long the URL field must rest before half-typed text is called a mistake."""
_SAID_IN_LINE: Final = (WarningKind.CREDENTIALS_IN_URL, WarningKind.FRAGMENT_NOT_SENT)


class UrlVerdict(QObject):
    """Fills the line below the URL; `problems` gives what there is now, the first one first."""

    def __init__(self, url_bar: UrlBar, problems: Callable[[], Sequence[InvalidRequest]]) -> None:
        # It ends with the line that it brings up to date.
        super().__init__(url_bar)
        self._bar = url_bar
        self._problems = problems
        self._rest = QTimer(self, singleShot=True, interval=SHOW_PROBLEM_AFTER_MS)
        self._rest.timeout.connect(self.show_problem)

    def first(self) -> InvalidRequest | None:
        """Return what has to be mended first."""
        return next(iter(self._problems()), None)

    def show(self, found: Preview, request: Request, scope: Scope) -> None:
        """Say what a preview has found; of a URL that is being typed only once it rests."""
        self._bar.base.set_below(found.is_below_base)
        line = self._bar.resolved
        if not request.url.strip():
            self._rest.stop()
            line.show_hint(self.tr("Type or paste a URL, such as api.example.com"))
        elif self.first() is None:
            self._rest.stop()
            known = (value for _, value in telling_variables(request, scope))
            line.show_url(found.url, found.url_display, _hint(found), scope.secrets.union(known))
        elif self._bar.field.hasFocus() and not line.shows_problem:
            self._rest.start()
        else:
            self.show_problem()

    def show_problem(self) -> None:
        """Say what has to be mended first, now."""
        self._rest.stop()
        problem = self.first()
        if problem is not None:
            elsewhere = first_place(problem).group != places.URL
            missing = places.missing_variable(problem)
            line = self._bar.resolved
            line.show_problem(sentence(problem), elsewhere=elsewhere, missing=missing)

    def wait(self) -> None:
        """Say nothing yet: the user types."""
        self._rest.stop()

    def wait_no_longer(self) -> None:
        """Say now what was held back: the user has left the field."""
        if self._rest.isActive():
            self.show_problem()


def _hint(found: Preview) -> str:
    said = (warning for warning in found.warnings if warning.kind in _SAID_IN_LINE)
    return " ".join(warning_sentence(warning) for warning in said)
