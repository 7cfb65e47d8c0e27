"""Two windows on one folder: each sees what the other saves, and no edit gets lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from httpdesk.gui.documents import Document
from httpdesk.gui.item_models.item_key import ItemKey
from tests.end2end.test_merging import merge_page, text
from tests.end2end.test_outside_changes import folder as folder  # noqa: PLC0414
from tests.end2end.test_outside_changes import opened
from tests.helpers.desk import Desk, open_desk, wait_until

ROUNDS = 20
SEEN_WITHIN = 2.0
"""Seconds; quality.md row 35."""


@pytest.fixture
def two(qtbot: QtBot, folder: Path) -> Iterator[tuple[Desk, Desk, str]]:
    """Two windows with the same collection."""
    (folder / "list.yml").write_text(text())
    with open_desk() as one, open_desk() as other:
        root = opened(one, folder)
        assert opened(other, folder) == root
        yield one, other, root


def both(two: tuple[Desk, Desk, str]) -> tuple[Document, Document]:
    one, other, root = two
    return open_there(one, root), open_there(other, root)


def open_there(desk: Desk, root: str) -> Document:
    """Open the request without the keyboard, which only one of two windows has."""
    desk.session.workspace.load(ItemKey(root, "list.yml"), preview=False)
    wait_until(lambda: desk.session.documents.current, "the tab")
    watch = desk.session.disk.changes.watch
    wait_until(lambda: f"{root}/list.yml" in watch.watched(), "the file to be watched")
    return desk.document


def edit(desk: Desk, document: Document, **values: object) -> None:
    desk.session.documents.edit(document, replace(document.request, **values))  # type: ignore[arg-type]


def holds(document: Document, url: str, notes: str) -> bool:
    return (document.request.url, document.request.notes) == (url, notes)


def save(desk: Desk, document: Document) -> None:
    desk.session.saver.save(document)
    wait_until(lambda: not document.edited, "the save")


def test_edits_of_both_windows_meet_in_the_file(two: tuple[Desk, Desk, str], folder: Path) -> None:
    """Quality row 35, 20 rounds: each window saves in turn while the other has edits."""
    here, there = both(two)
    desks = {id(here): two[0], id(there): two[1]}
    slowest = 0.0
    for number in range(ROUNDS):
        first, second = (here, there) if number % 2 else (there, here)
        url, notes = f"http://h/{number}", f"note {number}"
        edit(desks[id(first)], first, url=url)
        edit(desks[id(second)], second, notes=notes)
        save(desks[id(first)], first)
        began = time.monotonic()
        wait_until(partial(holds, second, url, notes), "the other window's change")
        slowest = max(slowest, time.monotonic() - began)
        assert second.edited
        save(desks[id(second)], second)
        wait_until(partial(holds, first, url, notes), "the change back")
        assert here.request == there.request
    assert slowest < SEEN_WITHIN


def test_both_may_save_at_once_and_neither_is_overwritten(two: tuple[Desk, Desk, str]) -> None:
    here, there = both(two)
    for number in range(ROUNDS):
        edit(two[0], here, url=f"http://h/{number}")
        edit(two[1], there, notes=f"note {number}")
        two[0].session.saver.save(here)
        two[1].session.saver.save(there)
        for each in (here, there):
            met = partial(holds, each, f"http://h/{number}", f"note {number}")
            wait_until(met, "both edits in both windows")
        wait_until(lambda: not here.edited and not there.edited, "both saves")


def test_a_conflict_between_two_windows_is_asked_about(
    two: tuple[Desk, Desk, str], folder: Path
) -> None:
    one, other, _ = two
    here, there = both(two)
    edit(one, here, url="http://h/one")
    edit(other, there, url="http://h/other")
    save(one, here)
    other.session.saver.save(there)
    page = merge_page(other)
    assert "http://h/one" in (folder / "list.yml").read_text()
    assert (page.cards[0].mine.text.text(), page.cards[0].theirs.text.text()) == (
        "http://h/other",
        "http://h/one",
    )
    other.click(page.all_mine)
    other.click(page.apply)
    wait_until(lambda: here.request.url == "http://h/other", "the choice in the first window")
    assert not here.edited
