"""Requests with the values of an environment, in the real window."""

from __future__ import annotations

import logging
from base64 import b64encode
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest

from httpdesk.engine.environment_ports import secret_name
from httpdesk.engine.masking import MASK
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.item_models.wire_rows import WireColumn
from httpdesk.gui.request.resolved_line import ResolvedLine
from httpdesk.gui.request.variable_words import variable_words
from httpdesk.model.environment import Environment, Variable
from httpdesk.model.errors import PlacesRefused, ProtectedNotSent, SecretNotSet
from httpdesk.model.questions import SendToProtected
from httpdesk.model.request import Header, Options, QueryParam, RawBody, RawKind, Request
from tests.end2end.test_canary import words_on_screen
from tests.helpers.desk import Desk, wait_until
from tests.helpers.raw_server import RawServer, answering, response

CANARY = "canary-4f7a+ü/x"


def collection(desk: Desk, folder: Path, server: RawServer) -> str:
    """Open a collection with two environments and a request; return its folder."""
    root = str(folder / "shop")
    store, environments = desk.ports.collections(), desk.ports.environments()
    store.create(root, "Shop")
    store.add(
        root,
        "",
        Request(
            name="Order",
            method="POST",
            url="{{base}}/{{area}}",
            headers=(Header("X-Token", "{{token}}"), Header("X-Home", "{{process.env.ACME}}")),
        ),
    )
    base = Variable("base", f"http://127.0.0.1:{server.port}")
    token = Variable("token", secret=True)
    environments.create(root, Environment("Base", variables=(base, Variable("area", "none"))))
    environments.create(
        root, Environment("Staging", extends="Base", variables=(Variable("area", "stage"), token))
    )
    environments.create(
        root,
        Environment("Live", extends="Base", protected=True, variables=(Variable("area", "live"),)),
    )
    desk.session.workspace.open(root)
    wait_until(lambda: desk.session.workspace.collection(root), "the collection")
    desk.open_item(root, "Order.yml")
    return root


def wire_lines(desk: Desk) -> list[str]:
    """Return what the Wire tab shows."""
    desk.trigger("wire.show")
    model = desk.page.editor.pane.wire.model
    return [str(model.index(at, WireColumn.TEXT).data()) for at in range(model.rowCount())]


def words(desk: Desk, name: str) -> str | None:
    """Return what a tooltip says of a variable."""
    return variable_words(desk.document.request, desk.page.editor._scope).get(name)


def shows(line: ResolvedLine, words: str) -> bool:
    """Return whether the line below the URL says so."""
    return line.text == words


def choose(desk: Desk, root: str, name: str) -> None:
    """Choose an environment and wait until the editor knows its values."""
    given = {"Base": "none", "Staging": "stage", "Live": "live"}[name]
    desk.session.workspace.choose_environment(root, name)
    wait_until(lambda: words(desk, "area") == f"area = {given}\nFrom: environment", "its values")


def test_the_chosen_environment_gives_values_and_its_secret_is_hidden(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statements 76 and 82: chosen, shown where it is used, sent, and masked everywhere."""
    monkeypatch.setenv("ACME", "from-the-system")
    with RawServer(answering(response(b"{}", "Content-Type: application/json"))) as server:
        root = collection(desk, tmp_path, server)
        assert words(desk, "area") is None
        choose(desk, root, "Staging")
        assert words(desk, "token") == f"token = {MASK}\nFrom: environment"
        assert f"X-Token: {MASK}" in wire_lines(desk)
        assert "POST /stage HTTP/1.1" in wire_lines(desk)

        sender = desk.session.sending
        refused: list[object] = []
        sender.sendRefused.connect(lambda _, error: refused.append(error))
        desk.click(desk.page.editor.url_bar.send)
        wait_until(lambda: refused, "the refusal")
        assert isinstance(refused[0], SecretNotSet)
        assert server.connections == 0

        name = secret_name(root, "Staging", "token")
        desk.ports.secrets().keep_for_session(name, CANARY)
        desk.click(desk.page.editor.url_bar.send)
        wait_until(lambda: desk.document.question, "the question about the system's variable")
        content = desk.page.viewer.question.content
        assert content is not None
        assert content.title.text() == "Send process.env.ACME of this computer to a server?"
        assert server.connections == 0
        before = desk.document.exchange
        desk.session.sending.answer(desk.document, True)
        wait_until(lambda: desk.document.exchange is not before, "the answer")
        exchange = desk.press_send()
        assert not [line for line in wire_lines(desk) if "from-the-system" in line]
        raw = server.requests[0]
        assert raw.startswith(b"POST /stage HTTP/1.1\r\n")
        assert b"X-Token: " + CANARY.encode() + b"\r\n" in raw
        assert b"X-Home: from-the-system\r\n" in raw
        assert CANARY not in repr(exchange) + repr(desk.document)
        assert not [line for line in wire_lines(desk) if "4f7a" in line]


def test_a_secret_goes_to_another_server_only_after_a_yes(desk: Desk, tmp_path: Path) -> None:
    """Row 37 of quality.md: the base URL of the environment is another one after a pull."""
    with (
        RawServer(answering(response(b"{}", "Content-Type: application/json"))) as good,
        RawServer(answering(response(b"{}", "Content-Type: application/json"))) as evil,
    ):
        root = collection(desk, tmp_path, good)
        choose(desk, root, "Staging")
        secret = Request(url="{{base}}/x", headers=(Header("X-Token", "{{token}}"),))
        desk.session.documents.edit(desk.document, secret)
        name = secret_name(root, "Staging", "token")
        desk.ports.secrets().keep_for_session(name, CANARY)
        desk.press_send()
        file = Path(root, "environments", "Base.yml")
        file.write_text(file.read_text().replace(str(good.port), str(evil.port)))
        before = desk.document.exchange
        desk.click(desk.page.editor.url_bar.send)
        wait_until(lambda: desk.document.question, "the question")
        content = desk.page.viewer.question.content
        assert content is not None
        assert content.title.text() == "Let the secret token go to another server?"
        assert [each.text() for each in content.facts] == [
            f"http://127.0.0.1:{good.port} → http://127.0.0.1:{evil.port}"
        ]
        desk.session.sending.answer(desk.document, False)
        wait_until(lambda: desk.document.exchange is not before, "the end")
        assert isinstance(desk.exchange.error, PlacesRefused)
        error = desk.page.viewer.error.content
        assert error is not None
        assert error.title.text() == "The secret would go to another server"
        assert evil.connections == 0


def test_an_environment_that_starts_from_nothing_is_what_is_named(
    desk: Desk, tmp_path: Path
) -> None:
    """Not the names that therefore have no value (statement 83: all are listed with a fix)."""
    with RawServer(answering(response(b"{}"))) as server:
        root = collection(desk, tmp_path, server)
        line = desk.page.editor.url_bar.resolved
        file = Path(root, "environments", "Staging.yml")
        whole = file.read_text()
        for base, words in (
            ("Nowhere", "There is no environment called Nowhere."),
            ("Staging", "Environments start from each other in a circle: Staging → Staging."),
        ):
            file.write_text(whole.replace("extends: Base", f"extends: {base}"))
            desk.session.workspace.choose_environment(root, "Staging")
            wait_until(partial(shows, line, words), words)
            desk.click(desk.page.editor.url_bar.send)
        desk.session.workspace.choose_environment(root, None)
        desk.session.workspace.choose_environment(root, "Staging")
        # So soon that the list of environments may never have seen the broken one.
        wait_until(lambda: desk.session.environments.problem(root), "the circle to be read anew")
        file.write_text(whole)
        choose(desk, root, "Staging")
        wait_until(lambda: "circle" not in line.text, "the next problem, or none")
        assert server.connections == 0


def test_a_protected_environment_asks_and_no_sends_nothing(desk: Desk, tmp_path: Path) -> None:
    """ui.md 3.9: the question has method and URL; a GET is not asked about."""
    with RawServer(answering(response(b"{}", "Content-Type: application/json"))) as server:
        root = collection(desk, tmp_path, server)
        choose(desk, root, "Live")
        without = replace(desk.document.request, headers=())
        desk.session.documents.edit(desk.document, without)
        refused: list[object] = []
        desk.session.sending.sendRefused.connect(lambda _, error: refused.append(error))
        desk.click(desk.page.editor.url_bar.send)
        wait_until(lambda: desk.document.question, "the question")
        address = f"http://127.0.0.1:{server.port}/live"
        assert desk.document.question == SendToProtected("Live", "POST", address)
        desk.session.sending.answer(desk.document, False)
        wait_until(lambda: refused, "the refusal")
        assert isinstance(refused[0], ProtectedNotSent)
        assert server.connections == 0
        desk.session.documents.edit(desk.document, replace(without, method="GET"))
        desk.press_send()
        assert server.requests[0].startswith(b"GET /live HTTP/1.1\r\n")


def test_each_environment_has_a_jar_of_its_own(desk: Desk, tmp_path: Path) -> None:
    """What a server of one environment set goes to no server of another one."""
    sets = response(b"{}", "Content-Type: application/json", "Set-Cookie: a=of-base")
    with RawServer(answering(sets, response(b"{}"), response(b"{}"))) as server:
        root = collection(desk, tmp_path, server)
        choose(desk, root, "Base")
        desk.session.documents.edit(desk.document, replace(desk.document.request, headers=()))
        desk.press_send()
        choose(desk, root, "Staging")
        desk.press_send()
        choose(desk, root, "Base")
        desk.press_send()
        sent = [b"Cookie: a=of-base" in each for each in server.requests]
        assert sent == [False, False, True]


def test_a_changed_file_counts_at_the_next_send(desk: Desk, tmp_path: Path) -> None:
    with RawServer(answering(response(b"{}", "Content-Type: application/json"))) as server:
        root = collection(desk, tmp_path, server)
        choose(desk, root, "Base")
        desk.session.documents.edit(desk.document, replace(desk.document.request, headers=()))
        file = Path(root, "environments", "Base.yml")
        file.write_text(file.read_text().replace("none", "changed"))
        desk.press_send()
        assert server.requests[0].startswith(b"POST /changed HTTP/1.1\r\n")
        assert desk.session.workspace.collection(root) is not None
        assert ItemKey(root, "Order.yml").path == desk.document.path


def test_a_secret_is_on_the_wire_and_nowhere_else(
    desk: Desk, tmp_path: Path, httpdesk_home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Statements 76 and 79: not on screen, in copies, logs, history, drafts or any file."""
    caplog.set_level(logging.DEBUG)
    told = response(b"{}", "Content-Type: application/json", f"X-Echo: {quote(CANARY)}")
    with RawServer(answering(told)) as server:
        root = collection(desk, tmp_path, server)
        choose(desk, root, "Staging")
        desk.ports.secrets().keep_for_session(secret_name(root, "Staging", "token"), CANARY)
        everywhere = Request(
            name="Everywhere",
            method="POST",
            url="{{base}}/in/{{token}}",
            params=(QueryParam("note", "{{token}}"),),
            headers=(Header("X-Note", "<{{token}}>"),),
            body=RawBody(RawKind.JSON, '{"note": {{token|json}}}'),
            options=Options(debug=True, secure_inputs=False, secure_outputs=False),
        )
        desk.session.documents.edit(desk.document, everywhere)
        for _ in range(2):
            desk.press_send()
            pane, viewer = desk.page.editor.pane, desk.page.viewer
            for tab in ("params", "headers", "body", "auth", "options", "wire"):
                pane.show_tab(tab)
                desk.settle()
                assert leaks(words_on_screen(desk)) == [], tab
            for tab in viewer.tab_keys():
                viewer.select_tab(tab)
                desk.settle()
                assert leaks(words_on_screen(desk)) == [], tab
        assert server.requests[0].count(CANARY.encode()) == 2
        assert leaks(repr(desk.document) + repr(desk.document.exchanges)) == []
    desk.window.close()
    assert leaks(caplog.text) == []
    for path in (*httpdesk_home.rglob("*"), *tmp_path.rglob("*")):
        if path.is_file():
            assert leaks(path.read_bytes().decode("latin-1")) == [], path


def leaks(text: str) -> list[str]:
    """Return the forms of the canary that stand in a text."""
    raw = CANARY.encode()
    forms = (CANARY, raw.decode("latin-1"), quote(CANARY), quote(CANARY, safe=""))
    return [each for each in (*forms, b64encode(raw).decode(), raw.hex()) if each in text]
