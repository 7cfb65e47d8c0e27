"""Draws the URL bar and the request pane: `python -m tests.gui.request.shot OUT.png [dark]`.

Two widths stand below each other, each tab in one of them or both, to lay beside the design.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.request.editor import RequestEditor
from httpdesk.gui.theme import ThemeManager
from httpdesk.model.collection import Scope
from httpdesk.model.request import Header, Options, QueryParam, RawBody, RawKind, Request

RESOURCES = Path(__file__).parents[3] / "resources"
BODY = """{
  "order_id": "{{order_id}}",
  "amount": 4900,
  "reason": "requested_by_customer",
  "notify": true,
  "metadata": {
    "ticket": "SUP-20417",
    "handled_by": "{{staff_email}}"
  }
}"""
REQUEST = Request(
    method="POST",
    url="https://api.staging.acme.test/v1/orders/{{order_id}}/refunds/:part",
    params=(QueryParam("expand", "items"), QueryParam("dry_run", "true", enabled=False)),
    headers=(
        Header("Idempotency-Key", "{{uuid}}"),
        Header("X-Acme-Desk", "{{staff_email}}"),
        Header("X-Signature", "t=1763735528,v1=5257a869", description="Sensitive"),
        Header("User-Agent", "Refund desk", enabled=False),
        Header("Accept", "application/json"),
    ),
    body=RawBody(RawKind.JSON, BODY),
    options=Options(timeout_ms=1000, ignore_tls_errors=True),
    unapplied=("auth: bearer", "scripts"),
)
SCOPE = Scope(
    (
        (
            "environment",
            (("order_id", "ord_9f2c81d4"), ("staff_email", "dana@acme.test"), ("uuid", "6f1c")),
        ),
    )
)
HEIGHTS = {"params": 260, "headers": 480, "body": 330, "options": 430}


def page(width: int, tab: str, request: Request = REQUEST) -> QImage:
    """Return a picture of one tab."""
    editor = RequestEditor()
    editor.set_scope(SCOPE)
    editor.set_request(request)
    window = QWidget()
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(editor.url_bar)
    column.addWidget(editor.pane, 1)
    editor.pane.show_tab(tab)
    window.resize(width, 80 + HEIGHTS[tab])
    window.show()
    QApplication.processEvents()
    QApplication.processEvents()
    picture = window.grab().toImage()
    window.deleteLater()
    return picture


def main(arguments: list[str]) -> int:
    """Write the pictures of all tabs into one file."""
    app = QApplication([])
    manager = ThemeManager(RESOURCES)
    manager.apply(app, "dark" if "dark" in arguments else "light")
    columns = [[page(width, tab) for tab in HEIGHTS] for width in (640, 480)]
    sheet = QImage(
        640 + 480 + 8, sum(80 + h + 8 for h in HEIGHTS.values()), QImage.Format.Format_RGB32
    )
    sheet.fill(theme.color("sunken"))
    painter = QPainter(sheet)
    x = 0
    for pictures in columns:
        y = 0
        for picture in pictures:
            painter.drawImage(x, y, picture)
            y += picture.height() + 8
        x += pictures[0].width() + 8
    painter.end()
    return 0 if sheet.save(arguments[0]) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
