"""Icons: every file draws, in the colour of a token, as sharp as the screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QAction, QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from httpdesk.gui import icons, theme
from httpdesk.gui.theme import ThemeManager
from tests.gui.gallery import RESOURCES

NAMES = sorted(path.stem for path in (RESOURCES / "icons").glob("*.svg"))


def inks(drawn: QPixmap) -> set[str]:
    """Return the colours of the pixels that are not see-through."""
    image = drawn.toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return {pixel.name() for pixel in pixels if pixel.alpha() > 200}


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_draws_in_one_colour(qapp: QApplication, name: str) -> None:
    found = inks(icons.pixmap(name, "red", 24, 2.0))
    assert found
    # Blending at the edges moves a channel by a step or two.
    red = theme.color("red")
    for ink in found:
        assert max(abs(a - b) for a, b in zip(rgb(QColor(ink)), rgb(red), strict=True)) <= 3


def rgb(value: QColor) -> tuple[int, int, int]:
    """Return the three channels of a colour."""
    return value.red(), value.green(), value.blue()


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_takes_its_colour_and_stroke_at_run_time(name: str) -> None:
    svg = (RESOURCES / "icons" / f"{name}.svg").read_text("utf-8")
    assert "currentColor" in svg
    assert 'stroke-width="2"' in svg
    assert "<script" not in svg
    assert "href" not in svg


def test_a_pixmap_has_the_pixels_of_its_ratio(qapp: QApplication) -> None:
    drawn = icons.pixmap("send", size=16, ratio=1.5)
    assert (drawn.width(), drawn.devicePixelRatio()) == (24, 1.5)
    assert drawn.deviceIndependentSize().width() == 16


def test_a_pixmap_is_drawn_once(qapp: QApplication) -> None:
    assert icons.pixmap("send", "text2", 16, 1.0) is icons.pixmap("send", "text2", 16, 1.0)
    assert icons.pixmap("send", "text2", 16, 1.0) is not icons.pixmap("send", "red", 16, 1.0)


def test_the_stroke_is_thinner_than_in_the_file(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ink(stroke: float) -> int:
        monkeypatch.setattr(icons, "STROKE", stroke)
        image = icons.pixmap("menu", "text", 24, 8.0 + stroke).toImage()
        middle = image.width() // 2
        return sum(image.pixelColor(middle, y).alpha() for y in range(image.height()))

    assert ink(1.75) < ink(2)


def test_a_change_of_theme_empties_the_cache(qapp: QApplication) -> None:
    before = icons.pixmap("send", "text2", 16, 1.0)
    ThemeManager(RESOURCES).apply(qapp, "dark")
    after = icons.pixmap("send", "text2", 16, 1.0)
    assert inks(before) != inks(after)
    assert not any(key[1] == "#4A535B" for key in icons._pixmaps)


def test_an_unknown_icon_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icons.pixmap("no-such-icon")


def test_a_disabled_icon_is_paler(qapp: QApplication) -> None:
    made = icons.icon("copy", "text", 16)
    assert inks(made.pixmap(16, QIcon.Mode.Normal)) != inks(made.pixmap(16, QIcon.Mode.Disabled))


def test_actions_and_buttons_keep_their_icon_in_the_colour_of_the_theme(
    qtbot: QtBot, qapp: QApplication
) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    action = QAction(button)
    for target in (button, action):
        icons.keep_icon(target, "copy")
        icons.keep_icon(target, "copy", "accent")
    ThemeManager(RESOURCES).apply(qapp, "dark")
    for target in (button, action):
        expected = inks(icons.pixmap("copy", "accent", 16))
        assert inks(target.icon().pixmap(16)) == expected


def test_a_deleted_action_is_forgotten(qtbot: QtBot, qapp: QApplication) -> None:
    owner = QPushButton()
    qtbot.addWidget(owner)
    action = QAction(owner)
    icons.keep_icon(action, "copy")
    with qtbot.waitSignal(action.destroyed):
        action.deleteLater()
    ThemeManager(RESOURCES).apply(qapp, "dark")


def test_icons_are_found_where_the_program_says(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "icons").mkdir()
    svg = (RESOURCES / "icons" / "x.svg").read_text("utf-8")
    (tmp_path / "icons" / "mine.svg").write_text(svg, "utf-8")
    icons.set_resource_folder(tmp_path)
    try:
        assert inks(icons.pixmap("mine"))
    finally:
        icons.set_resource_folder(RESOURCES)


def test_every_icon_that_is_asked_for_is_there() -> None:
    """An unknown name would only fail when its button is first painted."""
    asks = re.compile(
        r"""(?:IconButton\(|icons\.pixmap\(|icons\.icon\(|keep_icon\([\w.]+,|icon=|icon_name=)"""
        r"""\s*"([a-z0-9-]+)\""""
    )
    sources = (Path(theme.__file__).parent).rglob("*.py")
    asked = {name for path in sources for name in asks.findall(path.read_text("utf-8"))}
    assert len(asked) > 15
    assert asked - set(NAMES) == set()


def test_every_icon_is_used() -> None:
    source = "".join(
        path.read_text("utf-8") for path in (RESOURCES.parent / "httpdesk").rglob("*.py")
    )
    assert [name for name in NAMES if f'"{name}"' not in source] == []
