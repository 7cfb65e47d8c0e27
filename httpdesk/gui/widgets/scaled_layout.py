"""Margins and gaps that grow with the text."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLayout

from httpdesk.gui import theme

Margins = tuple[int, int, int, int]


def keep_scaled(
    layout: QLayout, margins: Margins = (0, 0, 0, 0), spacing: int | None = None
) -> None:
    """Give `layout` margins (left, top, right, bottom) and spacing now and at every text size.

    All in pixels at 100 %; without `spacing` it keeps the one it has.
    """
    _Keeper(layout, margins, spacing)


class _Keeper(QObject):
    """Child of the layout; it goes when the layout goes."""

    def __init__(self, layout: QLayout, margins: Margins, spacing: int | None) -> None:
        super().__init__(layout)
        self._layout, self._margins, self._spacing = layout, margins, spacing
        theme.follow(self._renew)

    def _renew(self) -> None:
        self._layout.setContentsMargins(*(theme.scaled(edge) for edge in self._margins))
        if self._spacing is not None:
            self._layout.setSpacing(theme.scaled(self._spacing))
