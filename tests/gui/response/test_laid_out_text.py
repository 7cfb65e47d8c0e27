"""The whole of a JSON body copied and saved as it is laid out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from httpdesk.gui.response import laid_out_text
from httpdesk.gui.response.text_page import TextPage
from httpdesk.model.errors import DiskFull
from httpdesk.model.response import BodyHandle
from httpdesk.render.pretty import pretty_json
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered
from tests.helpers.desk import open_desk, wait_until
from tests.helpers.raw_server import RawServer, answering, response

VALUE = {"items": [{"id": number, "price": 1.5, "\u202etext": "é\x7f"} for number in range(900)]}
BODY = json.dumps(VALUE, ensure_ascii=False)
LAID_OUT = pretty_json(BODY).text


def saved_text(pane: Pane) -> str:
    with pane.qtbot.waitSignal(pane.body.saveTextRequested) as asked:
        pane.text_page.saving.button.click()
    assert asked.args is not None
    _, text = asked.args
    return whole(text)


def whole(body: BodyHandle) -> str:
    return body.read_at(0, body.size).decode()


@pytest.mark.parametrize("here", [0, 10_000_000], ids=["beside", "here"])
def test_laid_out_json_is_copied_and_saved_with_every_character(
    here: int, pane: Pane, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statement 52: what would not be seen is shown by pictures, but copied as it came."""
    monkeypatch.setattr(laid_out_text, "LAID_OUT_HERE", here)
    pane.show(answered(BODY))
    pane.viewer.status.copy.click()
    pane.settle()
    assert pane.clipboard() == LAID_OUT
    assert saved_text(pane) == LAID_OUT


def test_what_is_no_json_is_not_saved_laid_out(pane: Pane) -> None:
    pane.show(answered("text", headers=(("Content-Type", "text/plain"),)))
    assert not pane.text_page.saving.button.isEnabled()
    pane.show(answered(BODY))
    assert pane.text_page.saving.button.isEnabled()
    assert pane.text_page.saving.button.accessibleName() == "Save formatted"


def test_a_full_disk_is_told_above_the_body(pane: Pane) -> None:
    class Full:
        size = 0

        def write(self, chunk: bytes) -> None:
            raise DiskFull(path="/tmp", needed=len(chunk))

        def read_at(self, offset: int, length: int) -> bytes:
            return b""

        def close(self) -> None:
            pass

    pane.show(answered(BODY))
    tools = pane.text_page.saving._tools
    pane.text_page.saving._tools = type(tools)(tools.jobs, Full, tools.offload)
    pane.text_page.saving.button.click()
    pane.settle()
    assert any("room" in notice or "full" in notice for notice in pane.notices())


def test_the_formatted_body_is_written_to_the_file_that_is_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "laid-out.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    answer = answering(response(BODY.encode(), "Content-Type: application/json"))
    with RawServer(answer) as server, open_desk() as desk:
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        desk.press_send()
        wait_until(lambda: not desk.page.viewer.body.busy, "the body")
        page = desk.page.viewer.body.page
        assert isinstance(page, TextPage)
        page.saving.button.click()
        wait_until(path.exists, "the file")
    assert path.read_text(encoding="utf-8") == LAID_OUT
