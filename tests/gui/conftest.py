"""What every test of the window needs: the look, and nothing remembered from another test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

RESOURCES = Path(__file__).parents[2] / "resources"


@pytest.fixture(autouse=True)
def look(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put the light theme at 100 % text size on the application of a test that has one."""
    if "qapp" not in request.fixturenames:
        yield
        return
    from httpdesk.gui.theme import ThemeManager

    manager = ThemeManager(RESOURCES)
    manager.set_text_scale(1.0)
    manager.apply(request.getfixturevalue("qapp"), "light")
    yield
    manager.deleteLater()
