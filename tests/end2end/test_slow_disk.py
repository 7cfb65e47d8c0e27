"""A collection on a disk that answers late: the window stays alive, and says what it waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from tests.benchmarks.heart import Heart
from tests.helpers.desk import Desk, open_desk, wait_until

LATE_S = 0.5
"""Seconds that each call takes longer; a network drive that is far away."""
METHODS = ("open", "glance", "load", "defaults", "save", "add", "rename", "delete", "refreshed")
WAITING = "Waiting for the disk…"


def make_late(desk: Desk) -> set[threading.Thread]:
    """Return the threads that wait for the store, as they come."""
    threads: set[threading.Thread] = set()
    store = desk.ports.collections()

    def late(method: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **keywords: Any) -> Any:
            threads.add(threading.current_thread())
            threading.Event().wait(LATE_S)
            return method(*args, **keywords)

        return called

    for name in METHODS:
        setattr(store, name, late(getattr(store, name)))
    return threads


def test_the_window_waits_for_a_slow_disk_in_words_and_stays_alive(
    qtbot: QtBot, tmp_path: Path
) -> None:
    """Issue 6: a network-like slow disk."""
    with open_desk() as desk:
        desk.ports.collections().create(str(tmp_path / "far"), "Far")
        threads = make_late(desk)
        state, heart = desk.window.status_line.state, Heart()
        heart.begin()
        desk.session.workspace.open(str(tmp_path / "far"))
        wait_until(lambda: state.text() == WAITING, "the words while it is opened")
        wait_until(lambda: desk.tree, "the collection")
        assert heart.longest() < LATE_S * 1000
        desk.trigger("request.new")
        desk.type_url("http://127.0.0.1:1/typed")
        desk.save_as("Kept")
        wait_until(lambda: state.text() == "Saved", "the end of the first save")
        desk.type_url("http://127.0.0.1:1/changed")
        desk.trigger("request.save")
        wait_until(lambda: state.text() == WAITING, "the words while it is saved")
        wait_until(lambda: state.text() == "Saved", "the end of the save")
        assert threads
        assert threading.main_thread() not in threads
        file = Path(desk.document.root or "", desk.document.path or "")
        assert "http://127.0.0.1:1/changed" in file.read_text()
        assert desk.messages() == []
        wait_until(lambda: not desk.session.jobs.running, "the disk")
