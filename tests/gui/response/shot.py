"""Pictures of the pane: `python -m tests.gui.response.shot out.png [dark] [state] [WxH]`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QBuffer, QEventLoop, QIODevice
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from httpdesk.engine.ports import Progress
from httpdesk.gui import theme
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response import sending
from httpdesk.gui.response.viewer import ResponseViewer
from httpdesk.gui.surfaces import on_surface
from httpdesk.model.errors import Phase
from httpdesk.model.request import ResponseType
from tests.gui.response import exchanges
from tests.helpers.page_tools import page_tools

RESOURCES = Path(__file__).parents[3] / "resources"


def picture() -> bytes:
    """Return a small PNG with a see-through half."""
    image = QImage(240, 160, QImage.Format.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 0))
    painter = QPainter(image)
    painter.fillRect(0, 0, 120, 160, QColor("#2F6FD6"))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


STATES = {
    "json": exchanges.order,
    "redirects": exchanges.redirected,
    "tls": exchanges.untrusted,
    "dns": exchanges.unknown_host,
    "timeout": exchanges.timed_out,
    "cut": exchanges.cut_short,
    "cancelled": exchanges.cancelled,
    "undecodable": exchanges.undecodable,
    "large": exchanges.large,
    "empty-body": lambda: exchanges.answered(b"", 204, "No Content", ()),
    "not-json": lambda: exchanges.answered('{\n  "a": 1\n  "b": 2\n}', 400, "Bad Request"),
    "html": lambda: exchanges.answered(
        "<!DOCTYPE html>\n<html>\n<body class='x'>Internal error</body>\n</html>\n",
        500,
        "Internal Server Error",
        exchanges.typed("text/html"),
    ),
    "flags": lambda: exchanges.answered('{"a": NaN, "a": 1.10, "big": 12345678901234567890}'),
    "image": lambda: exchanges.answered(
        picture(), headers=exchanges.typed("image/png"), wanted=ResponseType.AUTO
    ),
    "binary": lambda: exchanges.answered(b"%PDF-1.7\n\xe2\xe3\0\0" * 3000, headers=()),
}


def main(path: str, *words: str) -> None:
    """Draw one state and save it."""
    app = QApplication([])
    manager = theme.ThemeManager(RESOURCES)
    manager.apply(app, "dark" if "dark" in words else "light")
    jobs = JobRunner()
    viewer = ResponseViewer(page_tools(jobs))
    on_surface(viewer)
    size = next((word for word in words if "x" in word and word[0].isdigit()), "624x700")
    viewer.resize(*map(int, size.split("x")))
    viewer.show()
    state = next((word for word in words if word in STATES), "")
    if state:
        viewer.show_exchange(STATES[state]())
        viewer.set_history(1, 8)
        app.processEvents()
        while viewer.body.busy:
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    for word in words:
        viewer.select_tab(word)
    if "sending" in words or "transfer" in words:
        show_sending(viewer, transfer="transfer" in words)
    app.processEvents()
    viewer.grab().save(path)
    jobs.shutdown()


def show_sending(viewer: ResponseViewer, *, transfer: bool) -> None:
    """Show a send that has been under way for a while."""
    progress = Progress(phase=Phase.RECEIVE if transfer else Phase.WAIT)
    progress.bytes_received, progress.bytes_to_receive = 12_400_000, 48_000_000
    now = [0.0]
    watch = sending.SendWatch(viewer, lambda: now[0])
    watch.changed.connect(viewer._on_progress)
    watch.start(progress)
    watch.poll()
    now[0] = 4.0 if transfer else 1.8
    watch.poll()
    watch.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
