"""Makes the pictures of the README and the guide: `python -m tests.screenshots [FOLDER]`.

The real window on the sample collection, with the sample server behind it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from httpdesk.gui.application import make_application
from httpdesk.model.environment import Environment, ValueType, Variable
from tests.helpers.desk import Desk, open_desk, wait_until

FOLDER = Path(__file__).parents[1] / "docs" / "images"
WIDE, NARROW = (1440, 900), (1024, 700)
STATUS_LINE = QPoint(720, 896)
"""Where the pointer rests, so that no button looks hovered."""


def main() -> None:
    """Write every picture into the folder, in light and dark."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for theme in ("light", "dark"):
        with tempfile.TemporaryDirectory() as home:
            os.environ["HTTPDESK_HOME"] = home
            _shoot(folder, theme)


def _shoot(folder: Path, theme: str) -> None:
    def save(desk: Desk, name: str, size: tuple[int, int] = WIDE) -> None:
        desk.window.resize(*size)
        desk.settle()
        path = folder / f"{name}-{theme}.png"
        desk.window.grab().save(str(path))
        print(path)

    if QApplication.instance() is None:
        make_application()
    QCursor.setPos(STATUS_LINE)
    with open_desk(theme) as desk:
        save(desk, "first-run")
        root = desk.open_sample()
        for name, scene in SCENES.items():
            scene(desk, root)
            save(desk, name, NARROW if name.endswith("narrow") else WIDE)


def _body(desk: Desk, root: str) -> None:
    desk.open_item(root, "orders/list-open-orders.yml")
    desk.open_item(root, "orders/create-an-order.yml")
    desk.page.editor.pane.show_tab("body")
    desk.press_send()


def _narrow(desk: Desk, root: str) -> None:
    """The same page; only the window is another size."""


def _headers(desk: Desk, root: str) -> None:
    desk.page.editor.pane.show_tab("headers")
    desk.page.viewer.select_tab("headers")


def _wire(desk: Desk, root: str) -> None:
    desk.page.viewer.select_tab("body")
    desk.trigger("wire.show")


def _timeline(desk: Desk, root: str) -> None:
    desk.open_item(root, "responses/follow-redirects.yml")
    desk.page.editor.pane.show_tab("options")
    desk.press_send()
    desk.page.viewer.select_tab("timeline")


def _tree(desk: Desk, root: str) -> None:
    desk.open_item(root, "responses/a-long-list.yml")
    desk.press_send()
    _view(desk, "tree")


def _table(desk: Desk, root: str) -> None:
    _view(desk, "table")


def _view(desk: Desk, view: str) -> None:
    body = desk.page.viewer.body
    desk.page.viewer.select_tab("body")
    body.choose(view)
    wait_until(lambda: body.bar.current == view and not body.busy, view, 60_000)


def _error(desk: Desk, root: str) -> None:
    desk.trigger("request.new")
    desk.type_url("http://127.0.0.1:1/orders")
    desk.press_send()


def _connection(desk: Desk, root: str) -> None:
    keeper = desk.session.connections
    wait_until(lambda: keeper.named("Sample sign-in", root), "the connection")
    desk.session.connection_commands.open(str(keeper.named("Sample sign-in", root)))


def _environments(desk: Desk, root: str) -> None:
    desk.trigger("view.history")
    store = desk.ports.environments()
    base = Variable("baseUrl", "https://staging.example.com")
    key = Variable("api_key", secret=True)
    page = (base, Variable("page_size", "50", type=ValueType.NUMBER), key)
    store.create(root, Environment("Staging", color="#2459b8", variables=page))
    base = Variable("baseUrl", "https://api.example.com")
    store.create(root, Environment("Production", True, "#b92c25", (base, key)))
    desk.trigger("environment.edit")
    desk.settle()
    desk.session.environment_catalog.choose(root, "Production")


def _history(desk: Desk, root: str) -> None:
    desk.open_item(root, "orders/create-an-order.yml")
    document = desk.document
    options = replace(document.request.options, secure_inputs=False, secure_outputs=False)
    desk.session.documents.edit(document, replace(document.request, options=options))
    desk.press_send()
    desk.trigger("view.history")
    desk.settle()
    entries = desk.session.past.panel.model.entries
    wait_until(lambda: entries() and entries()[0].url, "the send in the list")
    desk.session.past.open(entries()[0].id)


def _palette(desk: Desk, root: str) -> None:
    desk.trigger("palette")


SCENES: dict[str, Callable[[Desk, str], None]] = {
    "main": _body,
    "main-narrow": _narrow,
    "headers": _headers,
    "wire": _wire,
    "timeline": _timeline,
    "tree": _tree,
    "table": _table,
    "error": _error,
    "connection": _connection,
    "history": _history,
    "environments": _environments,
    "palette": _palette,
}


if __name__ == "__main__":
    main()
