"""Which font families the window uses, and the bundled files behind them.

The interface takes the desktop's own font. Where there is no desktop to ask (an X server without
one, a virtual screen) Qt answers with a generic alias, and the bundled Inter is used instead. Data
is always set in the bundled JetBrains Mono unless the user chose another family.

Files are registered on first use of a face: an italic nobody looks at costs nothing at start.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from PySide6.QtGui import QFont, QFontDatabase

UI_FALLBACK = "Inter"
MONO = "JetBrains Mono"

_GENERIC_ALIASES = frozenset({"", "sans", "sans serif", "sans-serif", "helvetica", "system-ui"})

_FACES = {
    (UI_FALLBACK, 400, False): "Inter-Regular.ttf",
    (UI_FALLBACK, 500, False): "Inter-Medium.ttf",
    (UI_FALLBACK, 600, False): "Inter-SemiBold.ttf",
    (UI_FALLBACK, 400, True): "Inter-Italic.ttf",
    (MONO, 400, False): "JetBrainsMono-Regular.ttf",
    (MONO, 700, False): "JetBrainsMono-Bold.ttf",
}


class FontLibrary:
    """Chooses the two families and registers the bundled faces they need."""

    # Qt keeps fonts for the whole process, so what is registered is known to all libraries.
    _registered: ClassVar[set[Path]] = set()

    def __init__(self, folder: Path, mono_family: str = "") -> None:
        self._folder = folder
        self.ui_family = desktop_family() or UI_FALLBACK
        self.mono_family = mono_family or MONO

    def is_bundled(self, family: str) -> bool:
        """Return whether `family` comes from our own files."""
        return family in {UI_FALLBACK, MONO}

    def face(self, family: str, weight: int, italic: bool) -> tuple[int, bool]:
        """Return the nearest weight and slant the family has, registering its file if bundled."""
        if not self.is_bundled(family):
            return weight, italic
        weight, italic = _nearest_face(family, weight, italic)
        self._register(_FACES[family, weight, italic])
        return weight, italic

    def _register(self, file_name: str) -> None:
        path = self._folder / file_name
        if path in self._registered:
            return
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise FileNotFoundError(path)
        self._registered.add(path)


def desktop_family() -> str:
    """Return the interface family the desktop sets, or "" where it only gives a generic alias."""
    family = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    if family.lower() in _GENERIC_ALIASES or not QFontDatabase.hasFamily(family):
        return ""
    return family


def apply_features(font: QFont) -> None:
    """Give numbers one width and switch ligatures off, so columns and data stay readable."""
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setFeature(QFont.Tag("calt"), 0)
    font.setFeature(QFont.Tag("liga"), 0)


def _nearest_face(family: str, weight: int, italic: bool) -> tuple[int, bool]:
    weights = [w for f, w, i in _FACES if f == family and i == italic]
    if not weights:
        weights, italic = [w for f, w, i in _FACES if f == family and not i], False
    return min(weights, key=lambda candidate: abs(candidate - weight)), italic
