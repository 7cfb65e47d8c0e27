"""What every test of the window needs: the look, and nothing remembered from another test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.helpers.desk import Desk

RESOURCES = Path(__file__).parents[2] / "resources"

# What the screenless platform says of itself whenever a window has a least size.
PLATFORM_NOISE = r"This plugin does not support (propagateSizeHints|raise|grabbing the keyboard)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests of the window overlook what the platform says of itself."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(PLATFORM_NOISE))


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


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """A window on an empty workspace, closed at the end."""
    from tests.helpers.desk import open_desk

    with open_desk() as desk:
        yield desk
