"""SVG in the Preview (statement 54, fault 24, security.md R7)."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response import svg_page
from httpdesk.gui.response.svg_page import SvgPage
from httpdesk.model.request import ResponseType
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered, typed
from tests.render.test_svg import HEAD

RED = QColor(255, 0, 0)
OCTAVES = (
    f'{HEAD}<filter id="f"><feTurbulence baseFrequency="0.5" numOctaves="2000000000"/></filter>'
    '<rect width="100" height="50" filter="url(#f)"/></svg>'
)


def preview_of(pane: Pane, svg: str | bytes, charset: str = "") -> SvgPage:
    """Show an SVG, which must come up painted."""
    media = f"image/svg+xml; charset={charset}" if charset else "image/svg+xml"
    pane.show(answered(svg, headers=typed(media), wanted=ResponseType.AUTO))
    assert isinstance(pane.body.page, SvgPage)
    return pane.body.page


def color_at(page: SvgPage, x: int, y: int) -> QColor:
    """Return a colour of the picture on screen."""
    margin = 12
    return page.image.grab().toImage().pixelColor(margin + x, margin + y)


def test_it_is_painted(pane: Pane) -> None:
    """Statement 54."""
    page = preview_of(pane, f'{HEAD}<rect width="50" height="50" fill="#f00"/></svg>')
    assert page.facts.text() == "SVG, 100 by 50, 100 %"
    assert color_at(page, 25, 25) == RED
    assert color_at(page, 75, 25) != RED
    assert pane.notices() == []


def test_another_charset_is_painted(pane: Pane) -> None:
    """Statement 53."""
    square = f'{HEAD}<rect width="99" height="50" fill="#f00"/></svg>'
    svg = f'<?xml version="1.0" encoding="UTF-16"?>{square}'
    page = preview_of(pane, svg.encode("utf-16"), "utf-16")
    assert color_at(page, 25, 25) == RED


def test_what_was_left_out_is_said(pane: Pane, tmp_path: Path) -> None:
    trap = tmp_path / "red.png"
    image = QImage(100, 50, QImage.Format.Format_RGB32)
    image.fill(RED)
    assert image.save(str(trap))
    page = preview_of(pane, f'{HEAD}<script>x()</script><image href="{trap}" width="99"/></svg>')
    assert color_at(page, 25, 25) != RED
    assert pane.notices() == ["2 scripts and references were left out; nothing was loaded."]


@pytest.mark.parametrize(
    ("svg", "words"),
    [
        (f"{HEAD}{'<g>' * 9999}", "Its elements are nested too deep to be painted."),
        (HEAD, "It is no SVG that can be painted. See Raw."),
        (
            f'<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]>{HEAD}&a;</svg>',
            "It declares entities that may grow or name files, so it is not painted.",
        ),
    ],
    ids=["deep", "cut", "entity"],
)
def test_what_is_not_painted_is_said(pane: Pane, svg: str, words: str) -> None:
    page = preview_of(pane, svg)
    assert page.message.text.text() == words
    assert page.stack.currentWidget() is page.message


def test_years_of_work_are_ended(pane: Pane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(svg_page, "PATIENCE_S", 0.5)
    page = preview_of(pane, OCTAVES)
    assert page.message.text.text().startswith("Painting the image takes more than")


def test_nobody_waits_for_an_svg_that_is_left(pane: Pane, jobs: JobRunner) -> None:
    """The next body ends the painting of the one before."""
    exchange = answered(OCTAVES, headers=typed("image/svg+xml"), wanted=ResponseType.AUTO)
    pane.viewer.show_exchange(exchange)
    pane.qtbot.waitUntil(lambda: isinstance(pane.body.page, SvgPage))
    pane.show(answered("{}"))
    pane.qtbot.waitUntil(lambda: jobs.running == 0, timeout=5000)
