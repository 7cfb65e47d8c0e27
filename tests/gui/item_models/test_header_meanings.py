"""What standard headers and their values mean."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from httpdesk.gui.item_models.header_meanings import meaning
from httpdesk.gui.item_models.header_table import HeaderTableModel


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("content-length", "12400000", "That is 12.4 MB."),
        ("Age", "90", "That is 1 min 30 s."),
        ("Retry-After", "120", "That is 2 min 00 s."),
        ("Cache-Control", "public, max-age=604800", "max-age is 7 days."),
        ("Strict-Transport-Security", "max-age=31536000; preload", "max-age is 365 days."),
        ("X-RateLimit-Remaining", "7", "How many requests are left."),
    ],
)
def test_values_are_said_in_plain_terms(qtbot: QtBot, name: str, value: str, said: str) -> None:
    assert meaning(name, value).endswith(said)


def test_a_date_is_told_in_local_time(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "CET-1")
    time.tzset()
    assert meaning("Date", "Sat, 21 Nov 2026 14:32:08 GMT").endswith("2026-11-21 15:32:08.")
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Date", "never"),
        ("Date", "Sat, 21 Nov 999999 14:32:08 GMT"),
        ("Content-Length", "9" * 400),
        ("Content-Length", "²"),
        ("Cache-Control", "max-age=" + "9" * 4000),
        ("Age", "-1"),
    ],
)
def test_nonsense_is_left_alone(qtbot: QtBot, name: str, value: str) -> None:
    assert "That is" not in meaning(name, value)
    assert "Here that" not in meaning(name, value)


def test_an_unknown_header_has_none(qtbot: QtBot) -> None:
    assert meaning("X-Acme", "1") == ""


def test_it_stands_in_the_tooltip_and_never_tells_what_is_hidden(qtbot: QtBot) -> None:
    model = HeaderTableModel()
    model.set_headers((("Age", "<b>90</b>"), ("Set-Cookie", "session=secretsecret")))
    tip = model.index(0, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;90" in tip
    assert "How long a cache has had this answer" in tip
    assert "secretsecret" not in model.index(1, 1).data(Qt.ItemDataRole.ToolTipRole)
