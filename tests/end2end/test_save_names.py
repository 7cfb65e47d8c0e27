"""Names that servers propose for files, in the dialog that asks where to save (fault 27)."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QStandardPaths, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from tests.helpers.desk import Desk, wait_until
from tests.helpers.raw_server import RawServer, answering, response

NAMES = {
    "disposition-parent": ('attachment; filename="../../{0}"', "a.txt"),
    "disposition-absolute": ('attachment; filename="/etc/{0}"', "a.txt"),
    "disposition-backslash": ('attachment; filename="..\\\\..\\\\{0}"', "a.txt"),
    "disposition-encoded": ("attachment; filename*=UTF-8''%2e%2e%2f{0}", "a.txt"),
    "disposition-two": ("attachment; filename=\"../b.txt\"; filename*=UTF-8''{0}", "a.txt"),
}


class Hands(QObject):
    """Saves under the proposed name, does not let a file be replaced, and gives up."""

    def __init__(self) -> None:
        super().__init__()
        self.proposed: list[str] = []
        self.asked: list[str] = []
        self._timer = QTimer(self, interval=20)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        window = QApplication.activeModalWidget()
        if isinstance(window, QMessageBox):
            self.asked.append(window.text())
            window.button(QMessageBox.StandardButton.No).click()
        elif isinstance(window, QFileDialog) and self.asked:
            self._timer.stop()
            window.reject()
        elif isinstance(window, QFileDialog) and not self.proposed:
            self.proposed = window.selectedFiles()
            QTimer.singleShot(0, window.accept)  # it waits for the answer to its own question


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_in_the_folder_and_replaces_nothing_silently(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Fault 27, statement 54."""
    header, file_name = NAMES[name]
    mine = tmp_path / file_name
    mine.write_text("mine", "utf-8")
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda *_: str(tmp_path))
    disposition = f"Content-Disposition: {header.format(file_name)}"
    with RawServer(answering(response(b"theirs", disposition))) as server:
        desk.type_url(f"http://127.0.0.1:{server.port}/b.bin")
        desk.press_send()
    hands = Hands()
    desk.trigger("response.save")
    assert hands.proposed == [str(mine)]
    assert len(hands.asked) == 1
    assert file_name in hands.asked[0]
    wait_until(lambda: not desk.session.jobs.running, "all work to end")
    assert mine.read_text("utf-8") == "mine"
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == [file_name]
