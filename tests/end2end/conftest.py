"""The window for tests that are written as a user would tell them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gui.conftest import PLATFORM_NOISE, desk

__all__ = ["desk"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let these tests overlook what the screenless platform says of itself."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(PLATFORM_NOISE))
