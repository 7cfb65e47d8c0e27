"""A killed program: what was typed more than a second before is there when it starts again.

Three rounds in the suite; all 30 with HTTPDESK_TEST_ALL=1 in the environment.
"""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.helpers.desk import Desk, open_desk, wait_until

AT_ONCE = 3
ROUNDS = 30 if os.environ.get("HTTPDESK_TEST_ALL") else AT_ONCE
KEPT_WITHIN = 1.0
"""Seconds after which what was typed has to survive (ui.md, principle 5)."""
TYPIST = """
import itertools, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from tests.helpers.desk import Desk

desk = Desk()
desk.type_url("http://127.0.0.1:1/")
desk.page.editor.pane.show_tab("body")
body = desk.page.editor.pane.body
body.choose_kind("text")
count = itertools.count(1)

def type_one():
    number = next(count)
    QTest.keyClicks(desk.page.editor.url_bar.field, "u")
    QTest.keyClicks(body.current_editor(), "b")
    print(time.monotonic(), number, flush=True)

timer = QTimer(interval=15)
timer.timeout.connect(type_one)
timer.start()
desk.application.exec()
"""


def start_typing(home: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"HTTPDESK_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(
        [sys.executable, "-c", TYPIST],
        cwd=Path(__file__).parents[2],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def killed(typist: subprocess.Popen[str], after: float) -> int:
    """Kill the typist `after` seconds of typing; return what it had typed a second before."""
    assert typist.stdout is not None
    first = typist.stdout.readline()
    began = float(first.split()[0])
    try:
        typist.wait(max(0.0, began + after - time.monotonic()))
    except subprocess.TimeoutExpired:
        typist.kill()
    end = time.monotonic()
    rest, _ = typist.communicate()
    typed = (line.split() for line in (first, *rest.splitlines()))
    return max((int(n) for at, n in typed if float(at) <= end - KEPT_WITHIN), default=0)


@pytest.mark.timeout(1_200)
def test_nothing_older_than_a_second_is_lost_to_a_kill(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for first in range(0, ROUNDS, AT_ONCE):
        homes = [tmp_path / str(number) for number in range(first, first + AT_ONCE)]
        typists = [start_typing(home) for home in homes]
        with contextlib.ExitStack() as stack:
            for typist in typists:
                stack.callback(typist.kill)
            rounds(homes, typists, monkeypatch)


def go_back(desk: Desk) -> None:
    """Undo goes on where the killed program was."""
    request = desk.document.request
    desk.trigger("edit.undo")
    wait_until(lambda: desk.document.request != request, "a step back")


def rounds(
    homes: list[Path], typists: list[subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kill one after the other, and look at what its program finds again."""
    for home, typist in zip(homes, typists, strict=True):
        after = random.uniform(KEPT_WITHIN + 0.1, KEPT_WITHIN + 0.8)
        typed = killed(typist, after)
        assert typed > 0
        monkeypatch.setenv("HTTPDESK_HOME", str(home))
        with open_desk() as desk:
            request = desk.document.request
            assert request.url.count("u") >= typed, f"killed after {after} s"
            assert getattr(request.body, "text", "").count("b") >= typed, f"after {after} s"
            assert desk.page.editor.url_bar.url() == request.url
            assert desk.messages() == []
            go_back(desk)
