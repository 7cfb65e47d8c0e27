"""A response compared with the same request in another environment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt

from httpdesk.gui.command_palette import CommandPalette
from httpdesk.gui.request.variable_words import variable_words
from httpdesk.model.environment import Environment, Variable
from httpdesk.model.history import HistoryFilter
from httpdesk.model.questions import SendToProtected
from httpdesk.model.request import Options, Request, SetVariable
from tests.helpers.desk import Desk, wait_until
from tests.helpers.raw_server import RawServer, answering, response

WORDS = "Compare with another environment…"
JSON = "Content-Type: application/json"


def collection(desk: Desk, folder: Path, servers: dict[str, RawServer]) -> str:
    """Open a collection with an environment for each server, the first one chosen."""
    root = str(folder / "shop")
    store, environments = desk.ports.collections(), desk.ports.environments()
    store.create(root, "Shop")
    request = Request(
        name="Order",
        url="{{base}}/o",
        actions=(SetVariable("id", "res.body.id"),),
        options=Options(secure_inputs=False, secure_outputs=False),
    )
    store.add(root, "", request)
    for name, server in servers.items():
        base = Variable("base", f"http://127.0.0.1:{server.port}")
        environments.create(root, Environment(name, protected=name == "Live", variables=(base,)))
    desk.session.workspace.open(root)
    wait_until(lambda: desk.session.workspace.collection(root), "the collection")
    wait_until(lambda: desk.session.environment_catalog.of(root), "its environments")
    desk.session.workspace.choose_environment(root, next(iter(servers)))
    desk.open_item(root, "Order.yml")
    wait_until(lambda: "base" in _known(desk), "the values in the editor")
    desk.press_send()
    return root


def _known(desk: Desk) -> dict[str, str]:
    return variable_words(desk.document.request, desk.page.editor._scope)


def choose(desk: Desk, name: str) -> None:
    """Choose the other environment from the list that the menu of the response opens."""
    menu = desk.page.viewer.status.menu
    menu.aboutToShow.emit()
    action = next(each for each in menu.actions() if each.text() == WORDS)
    assert action.isEnabled()
    action.trigger()
    palette = desk.window.findChild(CommandPalette)
    assert palette is not None
    desk.type(palette.field, name)
    desk.press(Qt.Key.Key_Return)


def test_the_answer_of_another_environment_is_compared_and_nothing_else_changes(
    desk: Desk, tmp_path: Path
) -> None:
    """Statement 82: one send goes to the other server; the environment that is chosen stays."""
    with (
        RawServer(answering(response(b'{"id": 1, "a": "same"}', JSON))) as near,
        RawServer(answering(response(b'{"id": 2, "a": "same"}', JSON))) as far,
    ):
        root = collection(desk, tmp_path, {"Near": near, "Far": far})
        shown = desk.document.exchange
        choose(desk, "Far")
        viewer = desk.page.viewer
        wait_until(lambda: viewer.tabs.current == "compare", "the Compare tab")
        wait_until(viewer.comparing.view.count.text, "the comparison")
        assert viewer.comparing.view.count.text() == "1 place differs"
        assert viewer.comparing.view.other.text() == "with Far"
        header = viewer.comparing.view.places.model()
        titles = [header.headerData(at, Qt.Orientation.Horizontal) for at in range(4)]
        assert titles == ["", "Place", "Far", "This response"]
        assert (near.connections, far.connections) == (1, 1)
        assert desk.session.workspace.environments == {root: "Near"}
        assert desk.document.exchange is shown
        assert len(desk.document.exchanges) == 2
        assert desk.session.workspace.taken == {"id": "1"}
        history = desk.ports.history()
        wait_until(lambda: len(history.page(HistoryFilter()).entries) == 2, "the history")
        sent_in = {each.environment for each in history.page(HistoryFilter()).entries}
        assert sent_in == {"Near", "Far"}
        desk.press_send()
        assert (len(near.requests), len(far.requests)) == (2, 1)
        assert viewer.tabs.current == "body"


def test_a_protected_environment_asks_and_a_no_compares_nothing(desk: Desk, tmp_path: Path) -> None:
    """Statement 82: protected environments ask whatever a send is for."""
    with (
        RawServer(answering(response(b'{"id": 1}', JSON))) as near,
        RawServer(answering(response(b'{"id": 2}', JSON))) as live,
    ):
        collection(desk, tmp_path, {"Near": near, "Live": live})
        changed = desk.document.request
        desk.session.documents.edit(desk.document, replace(changed, method="POST"))
        choose(desk, "Live")
        wait_until(lambda: desk.document.question, "the question")
        assert isinstance(desk.document.question, SendToProtected)
        desk.session.sending.answer(desk.document, False)
        wait_until(lambda: not desk.document.sending, "the end")
        assert live.connections == 0
        assert len(desk.document.exchanges) == 1
        assert desk.page.viewer.tabs.current == "body"
