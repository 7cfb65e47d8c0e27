"""A response saved as an example, shown again, compared, renamed and deleted (statement 81)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from httpdesk.formats import request_json
from httpdesk.formats.opencollection import read_request
from httpdesk.model.request import Header
from tests.helpers.desk import Desk, wait_until
from tests.helpers.raw_server import RawServer, answering, response

BODY = b'{"name": "oak", "access_token": "tok-98765", "echo": "hunter2-secret"}'


@pytest.fixture
def server() -> Iterator[RawServer]:
    head = ("Content-Type: application/json", "Set-Cookie: sid=cookie-value-1")
    with RawServer(answering(response(BODY, *head))) as running:
        yield running


@pytest.fixture
def file(desk: Desk, server: RawServer, tmp_path: Path) -> Path:
    """Return the file of a request in front, which was sent."""
    root = str(tmp_path / "trees")
    desk.session.workspace.create(root, "Trees")
    wait_until(lambda: desk.session.workspace.collection(root), "the collection")
    desk.type_url(f"http://127.0.0.1:{server.port}/trees?api_key=key-12345")
    page = desk.page
    headers = (
        Header("Authorization", "Bearer hunter2-secret"),
        Header("X-Api-Key", "{{key}}", enabled=False),
        Header("X-Plain", "seen"),
    )
    desk.session.documents.edit(desk.document, replace(page.editor.request(), headers=headers))
    desk.press_send()
    desk.save_as("Tree")
    return Path(root, "Tree.yml")


def entry(menu: QMenu, text: str) -> QAction:
    menu.aboutToShow.emit()
    return next(each for each in menu.actions() if each.text() == text)


def save_example(desk: Desk, name: str) -> None:
    count = len(desk.document.request.examples)
    desk.trigger("response.example")
    desk.fill_form(name=name)
    wait_until(lambda: len(desk.document.request.examples) > count, "the example")


def example_names(desk: Desk) -> list[str]:
    return [each.name for each in desk.document.request.examples]


def example_menu(desk: Desk, name: str) -> QMenu:
    desk.page.editor.pane.show_tab("notes")
    found = entry(desk.page.editor.pane.notes.examples.menu(), name).menu()
    assert isinstance(found, QMenu)
    return found


def test_an_example_is_kept_in_the_file_without_secrets(desk: Desk, file: Path) -> None:
    before = file.read_text()
    save_example(desk, "One oak")
    desk.trigger("request.save")
    wait_until(lambda: "examples:" in file.read_text(), "the saved file")
    text = file.read_text().partition("examples:")[2]
    for secret in ("hunter2", "tok-98765", "cookie-value-1", "key-12345"):
        assert secret not in text, secret
    example = read_request(file.read_bytes()).examples[0]
    assert example.name == "One oak"
    assert example.request is not None
    assert example.response is not None
    assert Header("X-Plain", "seen") in example.request.headers
    assert Header("X-Api-Key", "{{key}}", enabled=False) in example.request.headers
    assert (example.response.status, example.response.kind) == (200, "json")
    assert '"name": "oak"' in example.response.body
    assert file.read_text().startswith(before.rstrip("\n"))


def test_an_example_is_shown_in_place_of_the_response(desk: Desk, file: Path) -> None:
    save_example(desk, "One oak")
    entry(example_menu(desk, "One oak"), "Show").trigger()
    desk.settle()
    viewer = desk.page.viewer
    assert viewer.example.isVisible()
    assert "One oak" in viewer.example.text.text()
    assert desk.status == "200 OK"
    wait_until(lambda: "access_token" in desk.body, "the body of the example")
    assert "tok-98765" not in desk.body
    desk.click(viewer.example.back)
    wait_until(lambda: "tok-98765" in desk.body or "••" in desk.body, "the response")
    assert not viewer.example.isVisible()
    entry(example_menu(desk, "One oak"), "Show").trigger()
    desk.press_send()
    assert not viewer.example.isVisible()


def test_renaming_and_deleting_can_be_undone(desk: Desk, file: Path) -> None:
    save_example(desk, "One oak")
    entry(example_menu(desk, "One oak"), "Rename").trigger()
    desk.fill_form(name="Two oaks")
    assert [each.name for each in desk.document.request.examples] == ["Two oaks"]
    entry(example_menu(desk, "Two oaks"), "Delete").trigger()
    assert example_names(desk) == []
    assert "Example Two oaks deleted" in desk.messages()
    message = desk.session.notices._messages().messages[-1]
    message.actionTriggered.emit()
    assert example_names(desk) == ["Two oaks"]
    assert desk.page.editor.pane.notes.examples.text() == "Examples 1"


def test_the_response_is_compared_with_an_example(desk: Desk, file: Path) -> None:
    save_example(desk, "One oak")
    entry(desk.page.viewer.status.menu, "Compare with example").trigger()
    assert desk.page.viewer.tabs.current == "compare"


@pytest.mark.parametrize(
    ("body", "words"), [(b"\x00\x01\xff" * 400, "no text"), (b"a" * 1_000_001, "1 MB")]
)
def test_binary_and_large_bodies_are_refused_in_words(desk: Desk, body: bytes, words: str) -> None:
    with RawServer(answering(response(body))) as running:
        desk.type_url(f"http://127.0.0.1:{running.port}/")
        desk.press_send()
    entry(desk.page.viewer.status.menu, "Save as example").trigger()
    desk.fill_form(name="Not")
    wait_until(lambda: any(words in each for each in desk.messages()), words)
    assert desk.document.request.examples == ()


def test_a_draft_keeps_the_examples(desk: Desk, file: Path) -> None:
    save_example(desk, "One oak")
    request = desk.document.request
    assert request_json.load(request_json.dump(request)) == request
