"""The section "Added automatically" as a Qt model."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from httpdesk.gui.item_models.automatic_headers import (
    AutoColumn,
    AutomaticHeadersModel,
    AutoRole,
)
from httpdesk.model.exchange import Origin, ResolvedHeader

HOST = ResolvedHeader("Host", "h", Origin.URL)
AGENT = ResolvedHeader("User-Agent", "HTTPDesk/1.0", Origin.DEFAULT)
BASIC = ResolvedHeader("Authorization", "Basic c2VjcmV0", Origin.URL)


@pytest.fixture
def model(qtbot: QtBot) -> AutomaticHeadersModel:
    """Give the model under Qt's model tester; Authorization is masked."""
    made = AutomaticHeadersModel(lambda name, value: "•••" if name == "Authorization" else value)
    made.tester = QAbstractItemModelTester(  # type: ignore[attr-defined]
        made, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    return made


def row_text(model: AutomaticHeadersModel, row: int) -> list[str]:
    """Return what a row shows."""
    return [str(model.index(row, column).data()) for column in AutoColumn]


def test_rows_say_where_they_come_from(model: AutomaticHeadersModel) -> None:
    """Statement 20: what is added is shown with its reason."""
    model.set_headers([HOST, AGENT], [])
    assert row_text(model, 0) == ["Host", "h", "From URL"]
    assert row_text(model, 1) == ["User-Agent", "HTTPDesk/1.0", "Default"]
    assert not model.index(0, 1).flags() & Qt.ItemFlag.ItemIsEditable


def test_overridden_rows_stay_and_say_so(model: AutomaticHeadersModel) -> None:
    """The row is struck through, and a screen reader says why."""
    model.set_headers([HOST], [AGENT])
    assert not model.index(0, 0).data(AutoRole.OVERRIDDEN)
    assert model.index(1, 0).data(AutoRole.OVERRIDDEN)
    assert model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole) == (
        "Automatic header 2 of 2, User-Agent, HTTPDesk/1.0, Default, overridden by this request"
    )


def test_secrets_are_masked_until_revealed(model: AutomaticHeadersModel) -> None:
    """Statements 16 and 76: the Basic header made of the URL is masked, and never spoken."""
    model.set_headers([BASIC], [])
    value = model.index(0, AutoColumn.VALUE)
    assert (value.data(), value.data(AutoRole.MASKED)) == ("•••", True)
    assert "hidden value" in value.data(Qt.ItemDataRole.AccessibleTextRole)
    model.reveal(0, True)
    assert (value.data(), value.data(AutoRole.SENSITIVE)) == ("Basic c2VjcmV0", True)
    model.reveal(0, False)
    assert value.data() == "•••"


def test_a_changed_value_does_not_reset_the_view(
    model: AutomaticHeadersModel, qtbot: QtBot
) -> None:
    """Typing a body changes Content-Length alone; the same again changes nothing at all."""
    model.set_headers([HOST, AGENT], [])
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.set_headers([ResolvedHeader("Host", "other", Origin.URL), AGENT], [])
    with qtbot.assertNotEmitted(model.dataChanged):
        model.set_headers([ResolvedHeader("Host", "other", Origin.URL), AGENT], [])
    assert row_text(model, 0)[1] == "other"


@pytest.mark.parametrize("origin", Origin)
def test_every_origin_has_words(model: AutomaticHeadersModel, origin: Origin) -> None:
    """A new origin needs a word for the From column."""
    model.set_headers([ResolvedHeader("A", "b", origin)], [])
    assert row_text(model, 0)[2]
