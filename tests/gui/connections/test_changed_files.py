"""Files of connections that something else changes: nothing that was typed is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from httpdesk.gui.connections.page import ConnectionPage
from httpdesk.model.connection import BrokenConnection, StoredConnection
from tests.gui.connections.pages import fill, keeper, new_page, only
from tests.helpers.desk import Desk, open_desk, wait_until


def come_back(desk: Desk) -> None:
    """Let the user return to the window from another program."""
    QApplication.sendEvent(desk.window, QEvent(QEvent.Type.WindowActivate))


def edited(desk: Desk) -> tuple[ConnectionPage, Path]:
    """Make a connection and type a base URL that is not saved."""
    page = new_page(desk)
    fill(page, "base_url", "https://mine.example.com")
    return page, Path(only(desk).path)


def outside(file: Path, url: str) -> None:
    """Write another base URL as git or an editor does."""
    lines = [line for line in file.read_text().splitlines() if not line.startswith("baseUrl")]
    file.write_text("\n".join([*lines, f"baseUrl: {url}", ""]))


def test_a_file_that_was_changed_is_shown_when_the_user_comes_back(desk: Desk) -> None:
    page = new_page(desk)
    outside(Path(only(desk).path), "https://theirs.example.com")
    come_back(desk)
    url = page.form.controls["base_url"]
    wait_until(lambda: url.value() == "https://theirs.example.com", "the file's address")
    assert page.conflict_bar.isHidden()
    assert not page.is_edited


def test_mine_is_kept_over_a_change_of_the_file(desk: Desk) -> None:
    page, file = edited(desk)
    outside(file, "https://theirs.example.com")
    come_back(desk)
    wait_until(page.conflict_bar.isVisible, "the notice")
    assert page.form.controls["base_url"].value() == "https://mine.example.com"
    assert not page.save_button.isEnabled()
    page.conflict_bar.buttons["mine"].click()
    page.save_button.click()
    wait_until(lambda: "https://mine.example.com" in file.read_text(), "mine in the file")
    wait_until(lambda: not page.is_edited, "nothing to be saved")
    assert page.conflict_bar.isHidden()


def test_the_files_version_is_taken_and_what_was_typed_can_come_back(desk: Desk) -> None:
    page, file = edited(desk)
    outside(file, "https://theirs.example.com")
    come_back(desk)
    wait_until(page.conflict_bar.isVisible, "the notice")
    page.conflict_bar.buttons["theirs"].click()
    url = page.form.controls["base_url"]
    assert url.value() == "https://theirs.example.com"
    assert not page.is_edited
    desk.session.notices.shown()[-1].action.click()
    assert url.value() == "https://mine.example.com"
    assert page.is_edited


def test_a_save_that_meets_a_changed_file_asks_instead(desk: Desk) -> None:
    """Nobody has come back to the window: the file was changed a moment ago."""
    page, file = edited(desk)
    outside(file, "https://theirs.example.com")
    page.save_button.click()
    wait_until(page.conflict_bar.isVisible, "the notice")
    assert "https://theirs.example.com" in file.read_text()
    assert page.form.controls["base_url"].value() == "https://mine.example.com"


def test_the_own_save_is_no_change_from_outside(desk: Desk) -> None:
    """What is typed while the file is written stays an edit, without a question."""
    page, file = edited(desk)
    page.save_button.click()
    fill(page, "base_url", "https://more.example.com")
    wait_until(lambda: "https://mine.example.com" in file.read_text(), "the first save")
    wait_until(lambda: only(desk).connection.base_url, "the file as it is")
    assert page.conflict_bar.isHidden()
    assert page.form.controls["base_url"].value() == "https://more.example.com"
    assert page.save_button.isEnabled()


def test_an_undecided_page_keeps_both_when_the_window_closes(
    qtbot: QtBot, httpdesk_home: Path
) -> None:
    with open_desk() as desk:
        page, file = edited(desk)
        outside(file, "https://theirs.example.com")
        come_back(desk)
        wait_until(page.conflict_bar.isVisible, "the notice")
    kept = sorted(each.read_text() for each in file.parent.glob("*.yaml"))
    assert len(kept) == 2
    assert sum("https://theirs.example.com" in text for text in kept) == 1
    assert sum("https://mine.example.com" in text for text in kept) == 1


def test_a_change_that_nobody_saw_survives_when_the_window_closes(
    qtbot: QtBot, httpdesk_home: Path
) -> None:
    with open_desk() as desk:
        _, file = edited(desk)
        outside(file, "https://theirs.example.com")
    kept = sorted(each.read_text() for each in file.parent.glob("*.yaml"))
    assert "https://theirs.example.com" in file.read_text()
    assert sum("https://mine.example.com" in text for text in kept) == 1


def test_a_file_that_is_gone_is_written_again(desk: Desk) -> None:
    page, file = edited(desk)
    before = only(desk).connection.id
    file.unlink()
    come_back(desk)
    wait_until(page.conflict_bar.isVisible, "the notice")
    assert page.form.controls["base_url"].value() == "https://mine.example.com"
    page.conflict_bar.buttons["copy"].click()
    wait_until(file.exists, "the file")
    wait_until(keeper(desk).entries, "the connection")
    assert (only(desk).connection.id, only(desk).connection.base_url) == (
        before,
        "https://mine.example.com",
    )
    assert not desk.session.documents.pages()


def test_a_broken_file_is_opened_in_an_editor_or_kept_beside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []

    def note(url: QUrl) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", note)
    page, file = edited(desk)
    file.write_text("<<<<<<< ours\n")
    come_back(desk)
    wait_until(page.conflict_bar.isVisible, "the notice")
    page.conflict_bar.buttons["open"].click()
    assert [url.toLocalFile() for url in opened] == [str(file)]
    page.conflict_bar.buttons["copy"].click()
    wait_until(lambda: len(keeper(desk).entries()) == 2, "the copy")
    stored = [each for each in keeper(desk).entries() if isinstance(each, StoredConnection)]
    assert [each.connection.base_url for each in stored] == ["https://mine.example.com"]
    assert file.read_text() == "<<<<<<< ours\n"


def test_a_rename_is_no_loss_of_the_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    page = new_page(desk)
    said: list[str] = []
    monkeypatch.setattr(page.conflict_bar, "show_gone", lambda name, **_: said.append(name))
    fill(page, "name", "Shop")
    page.save()
    wait_until(lambda: desk.window.editors.front is not page, "the page of the new name")
    wait_until(lambda: only(desk).connection.name == "Shop", "the new name")
    assert said == []


def test_a_page_without_edits_says_what_became_of_its_file(desk: Desk) -> None:
    page = new_page(desk)
    file = Path(only(desk).path)
    text = file.read_text()
    file.write_text("<<<<<<< ours\n")
    come_back(desk)
    wait_until(page.conflict_bar.isVisible, "the notice")
    assert "can't be read" in page.conflict_bar.title.text()
    assert list(page.conflict_bar.buttons) == ["open"]
    assert not page.form.isEnabled()
    file.write_text(text)
    come_back(desk)
    wait_until(page.form.isEnabled, "the page as it was")
    assert page.conflict_bar.isHidden()
    file.unlink()
    come_back(desk)
    wait_until(page.conflict_bar.isVisible, "the notice")
    assert "is gone" in page.conflict_bar.title.text()
    page.conflict_bar.buttons["close"].click()
    assert not desk.session.documents.pages()


def test_a_broken_file_is_deleted_and_comes_back(desk: Desk) -> None:
    new_page(desk)
    file = Path(only(desk).path)
    desk.trigger("tab.close")
    file.write_text("<<<<<<< ours\n")
    come_back(desk)
    wait_until(lambda: isinstance(keeper(desk).entries()[0], BrokenConnection), "the problem")
    menu = QMenu(desk.window)
    desk.session.connection_commands._fill_menu(menu, str(file))
    entries = {each.text(): each for each in menu.actions() if each.text()}
    assert list(entries) == ["Show details", "Open the file", "Delete"]
    entries["Delete"].trigger()
    wait_until(lambda: not file.exists(), "no file")
    wait_until(desk.session.notices.shown, "the notice")
    desk.session.notices.shown()[-1].action.click()
    wait_until(file.exists, "the file")
    assert file.read_text() == "<<<<<<< ours\n"
