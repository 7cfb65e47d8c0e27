"""The verbs of the script, and what `run` does with and without a display."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import dev
import pytest
from virtual_screen import virtual_screen

ROOT = Path(__file__).resolve().parents[2]


class Recorder:
    """Stands in for what the script would start; lists it."""

    def __init__(self) -> None:
        self.set_ups: list[dict[str, bool]] = []
        self.started: list[list[str]] = []
        self.screens: list[str | None] = []

    def set_up(self, **options: bool) -> None:
        self.set_ups.append(options)

    def become(self, arguments: list[str], settings: object = None) -> int:
        self.started.append(list(arguments))
        return 0

    def run(
        self, command: list[str], *, env: dict[str, str], **_: object
    ) -> subprocess.CompletedProcess[bytes]:
        self.started.append(command[1:])
        self.screens.append(env.get("DISPLAY"))
        return subprocess.CompletedProcess(command, 3)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    made = Recorder()
    monkeypatch.setattr("environment.set_up_to_run", made.set_up)
    monkeypatch.setattr(dev, "_become", made.become)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return made


def test_with_a_display_run_becomes_the_program(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert dev.main(["run", "folder", "--yes"]) == 0
    assert recorder.set_ups == [{"yes": True, "screen": False}]
    assert recorder.started == [["-P", "-m", "httpdesk", "folder"]]


def test_arguments_go_to_the_program_without_a_display_too(recorder: Recorder) -> None:
    assert dev.main(["run", "send", "GET", "http://127.0.0.1"]) == 0
    assert recorder.set_ups == [{"yes": False, "screen": False}]
    assert recorder.started == [["-P", "-m", "httpdesk", "send", "GET", "http://127.0.0.1"]]


def test_without_a_display_run_shows_itself_on_a_virtual_one(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("subprocess.run", recorder.run)
        assert dev.main(["run"]) == 3
    assert recorder.set_ups == [{"yes": False, "screen": True}]
    ((*words, picture),) = recorder.started
    assert words == ["-P", "-m", "httpdesk", "--demo"]
    assert Path(picture) == ROOT / "build" / "httpdesk.png"
    (screen,) = recorder.screens
    assert screen is not None
    assert screen.startswith(":")


@pytest.mark.parametrize("arguments", [[], ["--yes"]])
def test_without_a_verb_the_verbs_are_listed(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.main(arguments) == 2
    printed = capsys.readouterr().out
    assert all(f"\n  {verb} " in printed for verb in dev.VERBS)


def test_an_unknown_verb_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["rnu"]) == 2
    assert "no verb 'rnu'" in capsys.readouterr().err


def test_an_older_python_hands_over_to_a_supported_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim = tmp_path / "python3.12"
    shim.write_text(f'#!/bin/sh\n[ "$1" = -c ] && exit 0\necho "$@" > {tmp_path}/log\nexit 7\n')
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.version_info", (3, 9, 2, "final", 0))
    assert dev.main(["run", "-x"]) == 7
    assert (tmp_path / "log").read_text() == f"{ROOT / 'packaging' / 'dev.py'} run -x\n"


def test_no_supported_python_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.version_info", (3, 9, 2, "final", 0))
    assert dev.main(["run"]) == 1
    assert "needs Python 3.11, 3.12 or 3.13" in capsys.readouterr().err


def test_the_virtual_screen_ends_with_its_block() -> None:
    def connect(display: str) -> None:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(f"\0/tmp/.X11-unix/X{display.removeprefix(':')}")

    with virtual_screen() as screen:
        assert screen["QT_QPA_PLATFORM"] == "xcb"
        connect(screen["DISPLAY"])
    with pytest.raises(ConnectionRefusedError):
        connect(screen["DISPLAY"])
