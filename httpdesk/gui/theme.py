"""Colours, fonts and sizes of the window, from `resources/themes/*.toml`.

`color("text2")`, `ui_font(13)` and `scaled(28)` answer for the theme that is active now. That one
module-level state is deliberate: like `QApplication.palette()` it is a property of the whole
process, painters ask for it thousands of times a second, and handing it through every constructor
would only hide that there is one. It is written by `ThemeManager` alone.

Widgets that keep anything derived from a theme register with `follow(self._restyle)`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from httpdesk.gui.fonts import FontLibrary, apply_features

MODES: Final = ("system", "light", "dark")

# A point is 1/72 inch; Qt takes the inch as 96 pixels everywhere but on macOS, where it is 72.
_BASE_DPI: Final = 72.0 if sys.platform == "darwin" else 96.0

_TINTS = ("accent_tint", "green_tint", "amber_tint", "red_tint", "blue_tint", "violet_tint")


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colour tokens; `colors` maps a token to `#RRGGBB` or `#AARRGGBB`."""

    name: str
    dark: bool
    colors: dict[str, str]


class _Active(QObject):
    """What is in force in this process, and the signal that tells of a change."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme | None = None
        self.resources: Path | None = None
        self.fonts: FontLibrary | None = None
        self.text_scale = 1.0
        self.reduced_motion = False
        self.factor = 1.0
        self.color_cache: dict[str, QColor] = {}
        self.font_cache: dict[tuple[bool, int, int, bool], QFont] = {}

    def library(self) -> FontLibrary:
        if self.fonts is None:
            self.fonts = FontLibrary(resource_folder() / "fonts")
        return self.fonts


_active = _Active()


def load_themes(folder: Path) -> dict[str, Theme]:
    """Return the themes of `folder` by file stem; raises `KeyError` on a file without colours."""
    themes = {}
    for path in sorted(folder.glob("*.toml")):
        data = tomllib.loads(path.read_text("utf-8"))
        themes[path.stem] = Theme(data["name"], data["dark"], data["colors"])
    return themes


def high_contrast(theme: Theme) -> Theme:
    """Return `theme` for people who asked the system for more contrast (ui.md 7.1)."""
    colors = theme.colors
    stronger = dict.fromkeys(_TINTS, colors["surface"])
    stronger |= {"border": colors["border_ctl"], "text3": colors["text2"]}
    return replace(theme, colors=colors | stronger)


def set_resource_folder(path: Path) -> None:
    """Say where `icons/`, `themes/`, `fonts/` and `style.qss` are; called once, before any use."""
    _active.resources = path
    _active.fonts = None
    QDir.setSearchPaths("themes", [str(path / "themes")])


def resource_folder() -> Path:
    """Return the folder given to `set_resource_folder`; raises `RuntimeError` before that."""
    if _active.resources is None:
        raise RuntimeError("set_resource_folder has not been called")
    return _active.resources


def active_theme() -> Theme:
    """Return the theme in force; raises `RuntimeError` before one was applied."""
    if _active.theme is None:
        raise RuntimeError("no theme is applied yet")
    return _active.theme


def hex_color(token: str) -> str:
    """Return the value of a colour token; raises `KeyError` on an unknown one."""
    return active_theme().colors[token]


def color(token: str) -> QColor:
    """Return the shared colour of a token; copy it with `QColor(...)` before changing it."""
    found = _active.color_cache.get(token)
    if found is None:
        found = _active.color_cache[token] = QColor(hex_color(token))
    return found


def ui_font(px: int = 13, weight: int = 400, italic: bool = False) -> QFont:
    """Return the shared interface font; `px` is the size at 100 % text size."""
    return _font(False, px, weight, italic)


def mono_font(px: int = 12, weight: int = 400) -> QFont:
    """Return the shared font for data; `px` is the size at 100 % text size."""
    return _font(True, px, weight, False)


def scaled(px: float) -> int:
    """Return a length of the 13 px design at the text size in force, in logical pixels."""
    return round(px * _active.factor)


def text_scale() -> float:
    """Return the user's text size, 1.0 being 100 %."""
    return _active.text_scale


def reduced_motion() -> bool:
    """Return whether fades and rings must stand still."""
    if _active.reduced_motion:
        return True
    from PySide6.QtWidgets import QStyle

    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    return QApplication.style().styleHint(hint) == 0


def follow(restyle: Callable[[], None]) -> None:
    """Call `restyle` now and after every change of theme or text size.

    The connection ends with the widget when `restyle` is a bound method of one.
    """
    _active.changed.connect(restyle)
    restyle()


def _font(mono: bool, px: int, weight: int, italic: bool) -> QFont:
    key = (mono, px, weight, italic)
    found = _active.font_cache.get(key)
    if found is None:
        found = _active.font_cache[key] = _build_font(*key)
    return found


def _points(px: float) -> float:
    return px * 72 / _BASE_DPI * _active.text_scale


def _build_font(mono: bool, px: int, weight: int, italic: bool) -> QFont:
    library = _active.library()
    family = library.mono_family if mono else library.ui_family
    near_weight, near_italic = library.face(family, weight, italic)
    font = QFont(family)
    font.setPointSizeF(_points(px))
    font.setWeight(QFont.Weight(near_weight))
    font.setItalic(near_italic or italic)
    if mono:
        font.setStyleHint(QFont.StyleHint.Monospace)
    if library.is_bundled(family):
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    apply_features(font)
    return font


class ThemeManager(QObject):
    """Puts a theme on the application and keeps it in step with the system.

    Signals: `themeChanged` after palette, style sheet, fonts and caches are new.
    """

    themeChanged = Signal()

    def __init__(self, resources: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        set_resource_folder(resources)
        self._themes = load_themes(resources / "themes")
        self._template = (resources / "style.qss").read_text("utf-8")
        self._mode = "system"
        self._shown = ""
        self._app: QApplication | None = None

    @property
    def mode(self) -> str:
        """One of `MODES`: what was asked for, not what it came to."""
        return self._mode

    def apply(self, app: QApplication, mode: str) -> None:
        """Show the application in `mode`; raises `ValueError` on one not in `MODES`."""
        if mode not in MODES:
            raise ValueError(mode)
        self._mode = mode
        if self._app is None:
            self._adopt(app)
        _force_color_scheme(mode)
        self._refresh()

    def set_text_scale(self, scale: float) -> None:
        """Set the text size, 1.0 being 100 %, from 0.5 to 3."""
        _active.text_scale = min(max(scale, 0.5), 3.0)
        self._refresh()

    def set_mono_family(self, family: str) -> None:
        """Use `family` for data; "" is the bundled one."""
        _active.fonts = FontLibrary(resource_folder() / "fonts", family)
        self._refresh()

    def set_reduced_motion(self, reduced: bool) -> None:
        """Stop fades and rings whatever the system says."""
        _active.reduced_motion = reduced

    def _adopt(self, app: QApplication) -> None:
        self._app = app
        app.setStyle("Fusion")
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)
        if hasattr(hints, "accessibility"):  # Qt 6.10
            hints.accessibility().contrastPreferenceChanged.connect(self._refresh)

    def _follow_system(self) -> None:
        if self._shown != _wanted(self._mode):
            self._refresh()

    def _refresh(self) -> None:
        app = self._app
        if app is None:
            return
        self._shown = _wanted(self._mode)
        theme = self._themes[self._shown]
        _activate(high_contrast(theme) if _wants_contrast() else theme)
        if app.styleSheet():
            # Qt takes five times as long to go from one style sheet straight to another.
            app.setStyleSheet("")
        app.setPalette(build_palette())
        app.setFont(ui_font())
        QToolTip.setFont(ui_font(12))
        app.setStyleSheet(build_style_sheet(self._template))
        _active.changed.emit()
        for widget in app.allWidgets():
            QWidget.update(widget)  # item views have an `update` of their own, for an index
        self.themeChanged.emit()


def build_palette() -> QPalette:
    """Return the palette of the active theme, every role set."""
    palette = QPalette()
    for role, token in _PALETTE.items():
        palette.setColor(role, color(token))
    for role in (_ROLE.WindowText, _ROLE.Text, _ROLE.ButtonText, _ROLE.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, color("text3"))
    palette.setColor(QPalette.ColorGroup.Disabled, _ROLE.Base, color("alt"))
    palette.setColor(QPalette.ColorGroup.Disabled, _ROLE.Accent, color("border_ctl"))
    palette.setColor(QPalette.ColorGroup.Disabled, _ROLE.Highlight, color("hover"))
    return palette


def build_style_sheet(template: str) -> str:
    """Fill `$token` with a colour, `~12px` with a length, `~12pt` with the size of 12 px text."""
    theme = active_theme()
    names = theme.colors | {"folder": "themes:dark" if theme.dark else "themes:light"}
    filled = re.sub(r"\$(\w+)", lambda match: names[match[1]], template)
    filled = re.sub(r"~(\d+)px", lambda match: f"{scaled(int(match[1]))}px", filled)
    return re.sub(r"~(\d+)pt", lambda match: f"{_points(int(match[1])):g}pt", filled)


_ROLE = QPalette.ColorRole
_PALETTE: Final = {
    _ROLE.Window: "chrome",
    _ROLE.WindowText: "text",
    _ROLE.Base: "surface",
    _ROLE.AlternateBase: "alt",
    _ROLE.Text: "text",
    _ROLE.BrightText: "red",
    _ROLE.Button: "surface",
    _ROLE.ButtonText: "text",
    _ROLE.Highlight: "selected",
    _ROLE.HighlightedText: "text",
    _ROLE.PlaceholderText: "text3",
    _ROLE.ToolTipBase: "raised",
    _ROLE.ToolTipText: "text",
    _ROLE.Link: "accent_text",
    _ROLE.LinkVisited: "accent_text",
    _ROLE.Accent: "accent",
    _ROLE.Light: "raised",
    _ROLE.Midlight: "hover",
    _ROLE.Mid: "border",
    _ROLE.Dark: "border_ctl",
    _ROLE.Shadow: "border",
}


def _activate(theme: Theme) -> None:
    _active.theme = theme
    _active.color_cache.clear()
    _active.font_cache.clear()
    screen = QGuiApplication.primaryScreen()
    _active.factor = _active.text_scale * screen.logicalDotsPerInchY() / _BASE_DPI


def _wanted(mode: str) -> str:
    if mode != "system":
        return mode
    return "dark" if _system_is_dark() else "light"


def _system_is_dark() -> bool:
    return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark


def _force_color_scheme(mode: str) -> None:
    hints = QGuiApplication.styleHints()
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    if mode in schemes:
        hints.setColorScheme(schemes[mode])
    else:
        hints.unsetColorScheme()


def _wants_contrast() -> bool:
    hints = QGuiApplication.styleHints()
    if not hasattr(hints, "accessibility"):  # before Qt 6.10
        return False
    return hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast
