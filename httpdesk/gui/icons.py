"""Lucide icons by name, in the colour of a token, at the screen's pixel ratio.

Files are `resources/icons/NAME.svg` (licence beside them). Pixmaps are cached by name, colour,
size and ratio; the cache is emptied when the theme changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt
from PySide6.QtGui import QAction, QGuiApplication, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from httpdesk.gui.theme import follow, hex_color, resource_folder, scaled, set_resource_folder

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

__all__ = ["icon", "keep_icon", "pixmap", "set_resource_folder"]

STROKE: Final = 1.75

_pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}


def pixmap(name: str, color: str = "text2", size: int = 16, ratio: float | None = None) -> QPixmap:
    """Return the icon as a shared pixmap of `size` logical pixels; raises `FileNotFoundError`.

    `color` is a token; without `ratio` the highest pixel ratio of the screens is used.
    """
    ratio = ratio or QGuiApplication.instance().devicePixelRatio()  # type: ignore[union-attr]
    key = (name, hex_color(color), size, ratio)
    found = _pixmaps.get(key)
    if found is None:
        found = _pixmaps[key] = _render(*key)
    return found


def icon(name: str, color: str = "text2", size: int = 16) -> QIcon:
    """Return the icon for a button or an action, paler while that is disabled."""
    from PySide6.QtGui import QIcon

    made = QIcon(pixmap(name, color, size))
    made.addPixmap(pixmap(name, "border_ctl", size), QIcon.Mode.Disabled)
    return made


def keep_icon(
    target: QAction | QAbstractButton, name: str, color: str = "text2", size: int = 16
) -> None:
    """Give `target` the icon now and again after every change of theme or text size."""
    for child in target.children():
        if isinstance(child, _Keeper):
            child.change(name, color, size)
            return
    _Keeper(target, name, color, size)


class _Keeper(QObject):
    """Child of a button or an action that renews its icon; it goes when the target goes."""

    def __init__(self, target: QAction | QAbstractButton, name: str, color: str, size: int) -> None:
        super().__init__(target)
        self._target = target
        self._spec = (name, color, size)
        follow(self._renew)

    def change(self, name: str, color: str, size: int) -> None:
        self._spec = (name, color, size)
        self._renew()

    def _renew(self) -> None:
        name, color, size = self._spec
        self._target.setIcon(icon(name, color, scaled(size)))


def _render(name: str, value: str, size: int, ratio: float) -> QPixmap:
    svg = (resource_folder() / "icons" / f"{name}.svg").read_text("utf-8")
    svg = svg.replace("currentColor", value).replace('stroke-width="2"', f'stroke-width="{STROKE}"')
    drawn = QPixmap(round(size * ratio), round(size * ratio))
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return drawn


follow(_pixmaps.clear)
