"""Whether the secrets of the response on screen are shown; never kept, gone with the next one."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from httpdesk.gui.response.body_view import BodyView
from httpdesk.gui.response.headers_view import HeadersView
from httpdesk.gui.response.late_tabs import LateTabs


class ShownSecrets(QObject):
    """Reveals all masked values of one response pane, or hides them again.

    Signals: changed(whether they are shown).
    """

    changed = Signal(bool)

    def __init__(self, body: BodyView, headers: HeadersView, late: LateTabs) -> None:
        super().__init__(body)
        self._body, self._headers, self._late = body, headers, late
        self._shown = False
        body.hideRequested.connect(self.hide)

    @property
    def shown(self) -> bool:
        """Whether masked values are shown as they are."""
        return self._shown

    def toggle(self) -> None:
        """Reveal them, or hide them again."""
        self.set_shown(not self._shown)

    def hide(self) -> None:
        """Hide them again."""
        self.set_shown(False)

    def set_shown(self, on: bool) -> None:
        """Reveal them, or hide them, in the body, the headers and the cookies."""
        if on == self._shown:
            return
        self._shown = on
        self._body.set_revealed(on)
        self._headers.model.reveal_all(on)
        self._late.set_revealed(on)
        self.changed.emit(on)
