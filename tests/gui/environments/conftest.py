"""A real window on a collection with environments in real files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.environments.rooms import PRODUCTION, STAGING, Room
from tests.helpers.desk import open_desk


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    with open_desk() as desk:
        room = Room(desk, Path(desk.open_sample()))
        # Not every system that tests run on has a keyring.
        desk.session.settings.change(secrets="session")
        room.write("Production", PRODUCTION)
        room.write("Staging", STAGING)
        room.read()
        desk.open_item(str(room.root), "orders/create-an-order.yml")
        yield room
