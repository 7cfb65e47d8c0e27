"""The program's own files: damaged, refused or from another version, the window opens and sends."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from httpdesk.gui import draft_keeper
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.raw_server import RawServer, answering, response

ROUNDS = 5


@pytest.fixture
def good() -> Iterator[RawServer]:
    with RawServer(answering(response(b"all is well", "Content-Type: text/plain"))) as server:
        yield server


def sends(desk: Desk, good: RawServer) -> None:
    desk.trigger("request.new")
    desk.type_url(f"http://127.0.0.1:{good.port}/")
    desk.press_send()
    assert desk.body == "all is well"


def test_a_home_that_cannot_be_written_is_told_and_the_window_sends(
    qtbot: QtBot, good: RawServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """quality.md row 29: what is typed stays in the window, and no message comes per key."""
    home = tmp_path / "home"
    home.write_text("")
    monkeypatch.setenv("HTTPDESK_HOME", str(home))
    with open_desk() as desk:
        wait_until(desk.messages, "the words")
        sends(desk, good)
        desk.settle()
        assert len(desk.messages()) == 1
        assert "Can't write this file" in desk.messages()[0]
        desk.trigger("theme.dark")
        wait_until(lambda: len(desk.messages()) == 2, "the words about the settings")
        assert desk.messages()[1].startswith("Can't write this file")


def test_a_collection_opens_while_the_home_cannot_be_written(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.write_text("")
    monkeypatch.setenv("HTTPDESK_HOME", str(home))
    folder = tmp_path / "orders"
    folder.mkdir()
    (folder / "opencollection.yml").write_text("opencollection: '1.0'\ninfo:\n  name: Orders\n")
    with open_desk() as desk:
        desk.session.workspace.open(str(folder))
        wait_until(lambda: desk.tree() == ["Orders"], "the collection")
        desk.trigger("request.new")
        desk.type_url("http://127.0.0.1:1/")
        desk.save_as("Saved all the same")
        assert (folder / "Saved all the same.yml").is_file()


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100, b"SQLite format 3\x00"])
def test_a_database_that_is_none_is_set_aside(
    qtbot: QtBot, good: RawServer, httpdesk_home: Path, content: bytes
) -> None:
    """quality.md row 32."""
    data = httpdesk_home / "data"
    data.mkdir(parents=True)
    (data / "httpdesk.db").write_bytes(content)
    with open_desk() as desk:
        sends(desk, good)
        told = [words for words in desk.messages() if "damaged" in words]
        assert len(told) == (1 if content else 0)
        assert desk.messages() == told
    kept = [path for path in data.iterdir() if "damaged" in path.name]
    assert [path.read_bytes() for path in kept] == ([content] if content else [])


@pytest.mark.parametrize("name", ["httpdesk.db", "history.db"])
def test_a_file_of_a_later_version_is_told_in_words_and_left_alone(
    qtbot: QtBot, good: RawServer, httpdesk_home: Path, name: str
) -> None:
    """quality.md row 33, and issue 6, part 7."""
    with open_desk() as desk:
        sends(desk, good)
    file = httpdesk_home / "data" / name
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 999")
    before = file.read_bytes()
    with open_desk() as desk:
        sends(desk, good)
        told = [words for words in desk.messages() if "A later version of HTTPDesk" in words]
        assert len(told) == 1
    assert file.read_bytes() == before


def test_flipped_bytes_never_keep_the_window_from_opening(
    qtbot: QtBot, good: RawServer, httpdesk_home: Path
) -> None:
    """quality.md row 32; what can still be read is shown."""
    with open_desk() as desk:
        desk.open_sample()
        for number in range(3):
            desk.trigger("request.new")
            desk.type_url(f"http://127.0.0.1:1/{number}")
    database = httpdesk_home / "data" / "httpdesk.db"
    whole = database.read_bytes()
    for number in range(ROUNDS):
        for path in database.parent.glob("httpdesk*"):
            path.unlink()
        dice = random.Random(number)
        damaged = bytearray(whole)
        for _ in range(20):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        database.write_bytes(damaged)
        with open_desk() as desk:
            sends(desk, good)
            assert not [words for words in desk.messages() if "broke" in words], number


@pytest.mark.parametrize("value", ["", "{", "7", '"text"', "[1, 2]", "[[1], null]"])
def test_a_state_that_is_none_is_an_empty_one(qtbot: QtBot, good: RawServer, value: str) -> None:
    with open_desk() as desk:
        desk.trigger("request.new")
        desk.type_url("http://127.0.0.1:1/typed")
        for name in draft_keeper.STATE:
            desk.ports.drafts().save_state(name, value)
        desk.session.keeper.flush()
        wait_until(lambda: desk.session.jobs.running == 0, "the draft")
        desk.ports.drafts().save_state(draft_keeper.CURRENT, value)
    with open_desk() as again:
        assert again.tab_titles == ["/typed"]
        assert not [words for words in again.messages() if "broke" in words]


@pytest.mark.parametrize("content", [b"\x00\xff" * 50, b"[General]\ngeometry=nonsense\n"])
def test_a_damaged_window_state_means_the_default_size(
    qtbot: QtBot, httpdesk_home: Path, content: bytes
) -> None:
    """quality.md row 33."""
    config = httpdesk_home / "config"
    config.mkdir(parents=True)
    (config / "window.ini").write_bytes(
        content + b"[splitter]\nsidebar=x, y\nstacked=1\nside-by-side=1, 2, 3\n"
    )
    with open_desk() as desk:
        desk.trigger("request.new")
        assert desk.window.isVisible()
        assert min(desk.window.splitter.sizes()) > 0
