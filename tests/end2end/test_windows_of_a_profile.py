"""Two windows on one profile: each has its own tabs, and none is lost (quality.md row 35)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.helpers.desk import open_desk, wait_until

SECOND = """
import sys
from tests.helpers.desk import Desk, wait_until
from PySide6.QtCore import QSocketNotifier

desk = Desk()
print(len(desk.tab_titles), flush=True)
desk.type_url("http://127.0.0.1:1/" + sys.argv[1])
desk.session.keeper.flush()
wait_until(lambda: desk.session.jobs.running == 0, "the draft")
print("kept", flush=True)
waiting = QSocketNotifier(0, QSocketNotifier.Type.Read)
waiting.activated.connect(desk.application.quit)
desk.application.exec()
desk.close()
print("closed", flush=True)
"""


def start(word: str) -> subprocess.Popen[str]:
    """Run the program in a process of its own; it types `word` into a tab."""
    return subprocess.Popen(
        [sys.executable, "-c", SECOND, word],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def windows() -> Iterator[dict[str, subprocess.Popen[str]]]:
    """Give two other windows of the profile, which have kept what was typed in them."""
    found = {word: start(word) for word in ("killed", "living")}
    try:
        for process in found.values():
            assert process.stdout is not None
            assert (process.stdout.readline(), process.stdout.readline()) == ("0\n", "kept\n")
        yield found
    finally:
        for process in found.values():
            process.kill()
            process.communicate()


def test_each_window_has_its_own_tabs_and_the_next_one_what_is_left(
    qtbot: QtBot, windows: dict[str, subprocess.Popen[str]]
) -> None:
    with open_desk() as desk:
        assert desk.tab_titles == []
        for word in ("first", "second"):
            desk.trigger("request.new")
            desk.type_url(f"http://127.0.0.1:1/{word}")
        windows["killed"].kill()
        windows["killed"].wait()
        wait_until(lambda: desk.tab_titles == ["/first", "/second"], "its own tabs")
    with open_desk() as desk:
        assert sorted(desk.tab_titles) == ["/first", "/killed", "/second"]
        assert desk.tab_titles.index("/second") == desk.tab_titles.index("/first") + 1
        words, _ = windows["living"].communicate("end\n", timeout=30)
        assert words == "closed\n"
    with open_desk() as desk:
        assert sorted(desk.tab_titles) == ["/first", "/killed", "/living", "/second"]
