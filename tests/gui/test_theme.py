"""The look: tokens that can be read by everyone, and a theme that changes while running."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from httpdesk.gui import fonts, theme
from httpdesk.gui.theme import ThemeManager, high_contrast, load_themes
from tests.gui.gallery import RESOURCES, Gallery

THEMES = load_themes(RESOURCES / "themes")
BACKGROUNDS = ("surface", "alt", "chrome", "hover", "raised", "selected")
STATES = ("green", "amber", "red", "blue", "violet", "slate")
TEXT = ("text", "text2", "text3", "accent_text", *STATES)
CONTROLS = ("border_ctl", "accent")
SYNTAX = ("key", "string", "number", "literal", "punctuation")
PHASES = ("lookup", "connect", "tls", "send", "wait", "download")

TEMPLATE = (RESOURCES / "style.qss").read_text("utf-8")


def luminance(value: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    red, green, blue = (int(value[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (red, green, blue)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def ratio(name: str, one: str, other: str) -> float:
    """Return the contrast of two tokens of a theme."""
    colors = THEMES[name].colors
    return contrast(colors[one], colors[other])


def test_the_formula_gives_the_ratio_of_black_on_white() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)


def test_both_themes_have_the_same_tokens() -> None:
    assert set(THEMES) == {"light", "dark"}
    assert THEMES["light"].colors.keys() == THEMES["dark"].colors.keys()
    assert (THEMES["light"].dark, THEMES["dark"].dark) == (False, True)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("token", "ground"), list(product(TEXT, BACKGROUNDS)))
def test_text_can_be_read_on_every_background(name: str, token: str, ground: str) -> None:
    assert ratio(name, token, ground) >= 4.5


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("token", "ground"), list(product(CONTROLS, BACKGROUNDS)))
def test_controls_and_focus_stand_out(name: str, token: str, ground: str) -> None:
    assert ratio(name, token, ground) >= 3.0


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("token", STATES)
def test_a_state_can_be_read_on_its_own_tint(name: str, token: str) -> None:
    assert ratio(name, token, f"{token}_tint") >= (4.5 if token == "slate" else 5.05)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("ground", ["accent", "accent_hover"])
def test_the_label_of_the_primary_button_can_be_read(name: str, ground: str) -> None:
    assert ratio(name, "on_accent", ground) >= 6.2


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("token", ["text", "text2", "text3"])
def test_quiet_fields_can_be_read(name: str, token: str) -> None:
    assert ratio(name, token, "sunken") >= 4.5


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("token", "ground"), list(product(SYNTAX, ["surface", "alt", "hover"])))
def test_code_can_be_read(name: str, token: str, ground: str) -> None:
    assert ratio(name, f"syntax_{token}", ground) >= 4.5


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("token", PHASES)
def test_bars_of_phases_stand_out(name: str, token: str) -> None:
    assert ratio(name, f"phase_{token}", "surface") >= 3.0


@pytest.mark.parametrize(("name", "token", "expected"), [
    ("light", "text", 16.8), ("light", "text2", 7.8), ("light", "text3", 5.7),
    ("light", "border_ctl", 3.9), ("light", "accent", 6.3), ("light", "green", 5.9),
    ("light", "red", 6.1), ("dark", "text", 13.5), ("dark", "text3", 6.4),
    ("dark", "accent", 6.9), ("dark", "amber", 7.8), ("dark", "blue", 7.2),
])  # fmt: skip
def test_ratios_on_the_surface_are_those_of_the_design(
    name: str, token: str, expected: float
) -> None:
    assert ratio(name, token, "surface") == pytest.approx(expected, abs=0.06)


@pytest.mark.parametrize("name", THEMES)
def test_marks_of_the_style_sheet_have_the_colours_of_the_theme(name: str) -> None:
    """They are files because a style sheet cannot tint; nothing else keeps them in step."""
    colors = THEMES[name].colors
    expected = {"check": "on_accent", "minus": "on_accent", "check-plain": "text"}
    for path in (RESOURCES / "themes" / name).glob("*.svg"):
        token = expected.get(path.stem, "text2")
        assert re.findall(r'stroke="(#\w+)"', path.read_text("utf-8")) == [colors[token]]


def test_the_style_sheet_is_small_and_wholly_filled(qapp: QApplication) -> None:
    filled = theme.build_style_sheet(TEMPLATE)
    assert len(filled.splitlines()) < 200
    assert "$" not in filled
    assert "~" not in filled
    for mark in re.findall(r"url\(themes:(\S+?)\)", filled):
        assert (RESOURCES / "themes" / mark).is_file()


def test_every_role_of_the_palette_comes_from_a_token(qapp: QApplication) -> None:
    palette = qapp.palette()
    values = {QColor(value).name() for value in THEMES["light"].colors.values()}
    for role in QPalette.ColorRole:
        if role not in (QPalette.ColorRole.NoRole, QPalette.ColorRole.NColorRoles):
            assert palette.color(role).name() in values, role
    assert palette.color(QPalette.ColorRole.PlaceholderText) == theme.color("text3")
    assert palette.color(QPalette.ColorRole.Accent) == theme.color("accent")
    disabled = QPalette.ColorGroup.Disabled
    assert palette.color(disabled, QPalette.ColorRole.Text) == theme.color("text3")


def test_the_style_is_fusion(qapp: QApplication) -> None:
    # A style sheet wraps the style; its name stays.
    assert qapp.style().objectName() in {"fusion", ""}
    assert "QLineEdit" in qapp.styleSheet()


def test_an_unknown_mode_is_refused(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="sepia"):
        ThemeManager(RESOURCES).apply(qapp, "sepia")


def test_asking_before_a_theme_is_applied_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme._active, "theme", None)
    with pytest.raises(RuntimeError):
        theme.hex_color("text")


def test_the_window_changes_its_theme_while_it_is_open(qtbot: QtBot, qapp: QApplication) -> None:
    manager = ThemeManager(RESOURCES)
    manager.apply(qapp, "light")
    page = Gallery()
    qtbot.addWidget(page)
    page.resize(1280, 860)
    page.show()
    light = page.grab().toImage()
    with qtbot.waitSignal(manager.themeChanged):
        manager.apply(qapp, "dark")
    dark = page.grab().toImage()
    changed = sum(
        light.pixel(x, y) != dark.pixel(x, y)
        for x in range(0, light.width(), 7)
        for y in range(0, light.height(), 7)
    )
    assert changed > 0.95 * len(range(0, light.width(), 7)) * len(range(0, light.height(), 7))
    assert theme.color("surface").name() == "#1c1f23"
    light_left = {
        (x, y)
        for x in range(0, dark.width(), 3)
        for y in range(0, dark.height(), 3)
        if dark.pixelColor(x, y) == QColor("#FFFFFF")
    }
    assert light_left == set()


def test_system_mode_follows_the_system(qapp: QApplication) -> None:
    manager = ThemeManager(RESOURCES)
    manager.apply(qapp, "system")
    hints = QGuiApplication.styleHints()
    scheme = hints.colorScheme()
    assert theme.active_theme().dark == (scheme is Qt.ColorScheme.Dark)
    assert manager.mode == "system"


def test_a_system_that_turns_dark_takes_the_window_along(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = ThemeManager(RESOURCES)
    manager.apply(qapp, "system")
    monkeypatch.setattr(theme, "_system_is_dark", lambda: True)
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.active_theme().dark


def test_a_forced_theme_stays_when_the_system_changes(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = ThemeManager(RESOURCES)
    manager.apply(qapp, "light")
    monkeypatch.setattr(theme, "_system_is_dark", lambda: True)
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert not theme.active_theme().dark


def test_high_contrast_draws_borders_where_tints_were() -> None:
    plain = THEMES["light"]
    strong = high_contrast(plain)
    assert strong.colors["border"] == plain.colors["border_ctl"]
    assert strong.colors["text3"] == plain.colors["text2"]
    assert strong.colors["green_tint"] == plain.colors["surface"]
    assert plain.colors["green_tint"] != plain.colors["surface"]


# Fonts and sizes


def test_fonts_are_shared_and_sized_in_points(qapp: QApplication) -> None:
    font = theme.ui_font(13)
    assert theme.ui_font(13) is font
    assert font.pointSizeF() == pytest.approx(9.75)
    assert theme.mono_font(12).pointSizeF() == pytest.approx(9.0)


def test_text_size_changes_fonts_and_lengths(qapp: QApplication) -> None:
    manager = ThemeManager(RESOURCES)
    manager.apply(qapp, "light")
    before = theme.ui_font(13)
    manager.set_text_scale(2.0)
    try:
        assert theme.scaled(28) == 56
        assert theme.ui_font(13).pointSizeF() == pytest.approx(19.5)
        assert theme.ui_font(13) is not before
        assert "min-height: 52px" in qapp.styleSheet()
        assert "font-size: 16.5pt" in qapp.styleSheet()
    finally:
        manager.set_text_scale(1.0)
    assert theme.scaled(28) == 28


def test_text_size_stays_within_what_a_window_can_show(qapp: QApplication) -> None:
    manager = ThemeManager(RESOURCES)
    manager.apply(qapp, "light")
    manager.set_text_scale(50)
    assert theme.text_scale() == 3.0
    manager.set_text_scale(1.0)


def test_without_a_desktop_the_bundled_font_is_used(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFontDatabase, "systemFont", lambda _which: QFont("Sans Serif"))
    assert fonts.desktop_family() == ""
    assert fonts.FontLibrary(RESOURCES / "fonts").ui_family == "Inter"


def test_a_desktop_with_a_font_of_its_own_keeps_it(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFontDatabase, "systemFont", lambda _which: QFont("Cantarell"))
    monkeypatch.setattr(QFontDatabase, "hasFamily", lambda _family: True)
    assert fonts.FontLibrary(RESOURCES / "fonts").ui_family == "Cantarell"


def test_bundled_weights_are_real_and_numbers_have_one_width(qapp: QApplication) -> None:
    library = fonts.FontLibrary(RESOURCES / "fonts")
    assert library.face("Inter", 500, False) == (500, False)
    assert library.face("Inter", 700, False) == (600, False)
    assert library.face("Inter", 400, True) == (400, True)
    assert library.face("JetBrains Mono", 400, True) == (400, False)
    font = QFont("Inter")
    fonts.apply_features(font)
    tags = {
        str(tag.toString().data(), "ascii"): font.featureValue(tag) for tag in font.featureTags()
    }
    assert tags == {"tnum": 1, "calt": 0, "liga": 0}


def test_a_missing_font_file_is_an_error(qapp: QApplication, tmp_path: Path) -> None:
    library = fonts.FontLibrary(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"Inter-Medium\.ttf"):
        library.face("Inter", 500, False)


def test_fonts_and_icons_have_their_licence_beside_them() -> None:
    inter = (RESOURCES / "fonts" / "Inter-LICENSE.txt").read_text("utf-8")
    mono = (RESOURCES / "fonts" / "JetBrainsMono-LICENSE.txt").read_text("utf-8")
    icons = (RESOURCES / "icons" / "LICENSE").read_text("utf-8")
    assert "SIL Open Font License, Version 1.1" in inter
    assert "SIL Open Font License, Version 1.1" in mono
    assert "ISC License" in icons


def test_the_data_font_can_be_chosen(qapp: QApplication) -> None:
    manager = ThemeManager(RESOURCES)
    manager.apply(qapp, "light")
    manager.set_mono_family("DejaVu Sans Mono")
    try:
        assert theme.mono_font(12).family() == "DejaVu Sans Mono"
    finally:
        manager.set_mono_family("")
    assert theme.mono_font(12).family() == "JetBrains Mono"
