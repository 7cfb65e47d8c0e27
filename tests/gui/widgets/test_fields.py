"""Fields for files and secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from httpdesk.gui.widgets.file_field import FileField, certificate_files
from httpdesk.gui.widgets.secret_field import SecretField


@pytest.fixture
def file_field(qtbot: QtBot) -> FileField:
    field = FileField("CA file", certificate_files())
    qtbot.addWidget(field)
    field.show()
    return field


def drop(field: FileField, url: str) -> None:
    """Drag a file onto the field and let it go there."""
    data = QMimeData()
    data.setUrls([QUrl(url)])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(2, 2), copy, data, left, none)
    QApplication.sendEvent(field.line, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(field.line, QDropEvent(QPointF(2, 2), copy, data, left, none))


def test_a_dropped_file_is_taken(file_field: FileField, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(file_field.finished):
        drop(file_field, f"file://{tmp_path}/acme.pem")
    assert file_field.text() == f"{tmp_path}/acme.pem"


def test_the_dialog_gives_a_file_or_none(
    file_field: FileField, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(*about: object) -> tuple[str, str]:
        asked.append(str(about[3]))
        return ("/keys/a.pem" if len(asked) == 1 else ""), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", answer)
    with qtbot.waitSignal(file_field.finished):
        file_field.choose.click()
    assert "*.p12" in asked[0]
    with qtbot.assertNotEmitted(file_field.finished):
        file_field.choose.click()
    assert file_field.text() == "/keys/a.pem"


def test_a_secret_is_hidden_again_with_the_window(qtbot: QtBot) -> None:
    field = SecretField("Password")
    qtbot.addWidget(field)
    field.set_text("canary")
    assert field.line.displayText() == "●" * 6
    field.eye.click()
    assert field.line.displayText() == "canary"
    assert field.eye.accessibleName() == "Hide password"
    QApplication.sendEvent(field.line, QEvent(QEvent.Type.WindowDeactivate))
    assert field.line.displayText() == "●" * 6
    field.eye.click()
    field.set_text("another")
    assert field.is_hidden


def test_a_secret_is_told_once_when_typing_has_ended(qtbot: QtBot) -> None:
    field = SecretField("Password")
    qtbot.addWidget(field)
    field.show()
    told: list[str] = []
    field.finished.connect(lambda: told.append(field.text()))
    qtbot.keyClicks(field.line, "abc")
    assert told == []
    qtbot.keyClick(field.line, Qt.Key.Key_Return)
    qtbot.keyClick(field.line, Qt.Key.Key_Return)
    assert told == ["abc"]
