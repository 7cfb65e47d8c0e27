"""Bodies that are saved while they arrive, and the rest of those that were cut."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from tests.end2end.test_arriving import Tap, head, start
from tests.helpers.desk import Desk, wait_until
from tests.helpers.range_server import RangeServer
from tests.helpers.raw_server import RawServer

DATA = bytes(range(256)) * 400


def choose(patch: pytest.MonkeyPatch, target: Path) -> list[str]:
    """Answer the file dialog; return the names that it proposes from then on."""
    proposed: list[str] = []

    def ask(_parent: object, _title: str, path: str) -> tuple[str, str]:
        proposed.append(Path(path).name)
        return str(target), ""

    patch.setattr(QFileDialog, "getSaveFileName", ask)
    return proposed


def press(desk: Desk, words: str) -> None:
    """Press the button of a notification."""
    (button,) = [
        message.action for message in desk.session.notices.shown() if message.action.text() == words
    ]
    desk.click(button)


def says(desk: Desk, words: str) -> bool:
    return any(words in message for message in desk.messages())


@contextmanager
def half_way(desk: Desk) -> Iterator[Tap]:
    """Have the first half of an answer on screen; part 1 of the tap is the other one."""
    tap = Tap(head("text/plain", 20), b"first half", b"other half")
    with RawServer(tap.behaviour()) as server:
        start(desk, server)
        tap.open(0)
        wait_until(lambda: desk.body == "first half", "the first half")
        yield tap


def test_what_has_come_and_what_comes_is_saved(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Section 3.5, state "Transfer over 1 s": Save to file. Statement 54: its name."""
    target = tmp_path / "a.bin"
    proposed = choose(monkeypatch, target)
    first = head("text/plain", 20).replace(
        b"\r\n\r\n", b"\r\nContent-Disposition: attachment; filename=log.txt\r\n\r\n"
    )
    tap = Tap(first, b"first half", b"other half")
    with RawServer(tap.behaviour()) as server:
        start(desk, server)
        tap.open(0)
        bar = desk.page.viewer.arrival.bar
        wait_until(lambda: not bar.isHidden(), "the transfer bar")
        desk.click(bar.save)
        part = tmp_path / "a.bin.part"
        wait_until(
            lambda: part.exists() and part.stat().st_size == 10, "the first half in the part"
        )
        assert not target.exists()
        tap.open(1)
        wait_until(lambda: says(desk, f"Saved to {target}"), "the words")
    assert proposed == ["log.txt"]
    assert target.read_bytes() == b"first halfother half"
    assert os.listdir(tmp_path) == ["a.bin"]
    assert desk.exchange.response is not None
    assert desk.exchange.response.body.size == 20


def test_cancel_leaves_the_part_and_what_came_on_screen(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "a.bin")
    with half_way(desk):
        desk.trigger("response.save")
        desk.trigger("cancel")
        wait_until(lambda: says(desk, "a.bin is not complete"), "the words")
    assert (tmp_path / "a.bin.part").read_bytes() == b"first half"
    assert not (tmp_path / "a.bin").exists()
    assert desk.body == "first half"


def test_a_cut_download_is_resumed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 5, part 7: resume by Range with a strong validator."""
    target = tmp_path / "file.bin"
    with RangeServer(DATA) as server:
        cut_while_saving(desk, server, target, monkeypatch)
        assert says(desk, "file.bin is not complete: 1.0 KB of 102 KB came.")
        press(desk, "Resume")
        wait_until(lambda: says(desk, f"Saved to {target}"), "the words")
    assert target.read_bytes() == DATA
    assert os.listdir(tmp_path) == ["file.bin"]
    assert b"\r\nRange: bytes=1000-\r\n" in server.requests[1]
    assert desk.status == "206 Partial Content"
    assert all(each.name != "Range" for each in desk.document.request.headers)


def test_what_an_earlier_download_left_is_offered(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part of the day before, such as after a restart: the same name is chosen again."""
    target = tmp_path / "file.bin"
    with RangeServer(DATA) as server:
        cut_while_saving(desk, server, target, monkeypatch)
        for message in desk.session.notices.shown():
            message.dismiss()
        server.cut_after = 5000
        server.hold.clear()
        start(desk, server, "/file.bin")
        wait_until(lambda: desk.page.viewer.arrival.exchange is not None, "the answer")
        desk.trigger("response.save")
        wait_until(lambda: says(desk, "An earlier download left 1.0 KB"), "the offer")
        press(desk, "Resume that instead")
        server.hold.set()
        wait_until(lambda: says(desk, f"Saved to {target}"), "the words")
        wait_until(lambda: os.listdir(tmp_path) == ["file.bin"], "one file")
    assert target.read_bytes() == DATA
    assert b"\r\nRange: bytes=1000-\r\n" in server.requests[-1]
    assert not says(desk, "not complete")


def test_another_version_comes_whole_and_is_said_to(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "file.bin"
    with RangeServer(DATA) as server:
        cut_while_saving(desk, server, target, monkeypatch)
        server.data, server.tag = b"another", '"v2"'
        press(desk, "Resume")
        wait_until(lambda: says(desk, "all of it came again"), "the words")
    assert target.read_bytes() == b"another"
    assert os.listdir(tmp_path) == ["file.bin"]


def test_without_a_strong_validator_nothing_is_offered(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RangeServer(DATA, tag='W/"v1"') as server:
        cut_while_saving(desk, server, tmp_path / "file.bin", monkeypatch)
    (message,) = [each for each in desk.session.notices.shown() if "complete" in each.label.text()]
    assert message.action.isHidden()
    assert (tmp_path / "file.bin.part").stat().st_size == 1000


def test_a_folder_that_cannot_be_written_is_told_and_the_send_goes_on(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """quality.md rows 28 and 29: words, and nothing is lost."""
    choose(monkeypatch, tmp_path / "gone" / "a.bin")
    with half_way(desk) as tap:
        desk.trigger("response.save")
        wait_until(lambda: says(desk, "Can't write this file"), "the words")
        tap.open(1)
        wait_until(lambda: desk.document.exchange is not None, "the end")
        assert desk.status == "200 OK"
        wait_until(lambda: desk.body == "first halfother half", "the whole body")


def test_a_tab_that_is_closed_leaves_the_part(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "a.bin")
    with half_way(desk):
        desk.trigger("response.save")
        part = tmp_path / "a.bin.part"
        wait_until(lambda: part.exists() and part.stat().st_size == 10, "the part")
        desk.trigger("tab.close")
        wait_until(lambda: says(desk, "a.bin is not complete"), "the words")
    assert part.read_bytes() == b"first half"


def cut_while_saving(
    desk: Desk, server: RangeServer, target: Path, patch: pytest.MonkeyPatch
) -> None:
    """Save an answer that arrives; it ends after 1,000 bytes."""
    choose(patch, target)
    server.cut_after = 1000
    server.hold.clear()
    start(desk, server, "/file.bin")
    wait_until(lambda: desk.page.viewer.arrival.exchange is not None, "the answer")
    desk.trigger("response.save")
    wait_until(lambda: target.with_name("file.bin.part").exists(), "the part")
    server.hold.set()
    wait_until(lambda: says(desk, "file.bin is not complete"), "the words")
