"""An X server that draws into memory, for machines without a display."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from console import SetUpFailed

SIZE = "1440x900x24"
START_SECONDS = 20.0


def is_needed() -> bool:
    """Tell whether a window could not be shown here."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextmanager
def virtual_screen() -> Iterator[dict[str, str]]:
    """Start Xvfb and give the environment in which programs draw on it; stop it afterwards."""
    if shutil.which("Xvfb") is None:
        raise SetUpFailed("Xvfb is not installed (package xvfb); it is the virtual screen.")
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", SIZE, "-nolisten", "tcp", "-noreset"],
        pass_fds=[writer],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    # Being asked to end (a CI job that is cut short) must not leave the server behind.
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield _environment(_display(reader))
    finally:
        signal.signal(signal.SIGTERM, before)
        os.close(reader)
        server.terminate()
        server.wait()


def _end(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _display(reader: int) -> str:
    """Return the number of the display, which the server writes once it accepts clients."""
    ready, _, _ = select.select([reader], [], [], START_SECONDS)
    number = os.read(reader, 32).decode().strip() if ready else ""
    if not number:
        raise SetUpFailed("The virtual screen did not start; `Xvfb :99` shows why.")
    return f":{number}"


def _environment(display: str) -> dict[str, str]:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    environment.pop("WAYLAND_DISPLAY", None)
    return environment
