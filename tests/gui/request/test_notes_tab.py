"""The Notes tab: Markdown of a file is hostile text; nothing of it is loaded or followed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QDesktopServices, QImage
from pytestqt.qtbot import QtBot

from httpdesk.gui.notes.notes_tab import READ, WRITE, NotesTab
from httpdesk.gui.outside import open_in_browser
from httpdesk.gui.request.editor import RequestEditor
from httpdesk.gui.widgets.markdown_view import MOST_CHARACTERS, MOST_LINES, MarkdownView
from httpdesk.model.request import Request

RED = QColor(255, 0, 0)


@pytest.fixture
def notes(qtbot: QtBot) -> NotesTab:
    tab = NotesTab()
    qtbot.addWidget(tab)
    tab.resize(500, 400)
    tab.show()
    return tab


@pytest.fixture
def view(qtbot: QtBot) -> MarkdownView:
    view = MarkdownView("Notes")
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    return view


def red_pixels(view: MarkdownView) -> int:
    image = view.grab().toImage()
    return sum(
        image.pixelColor(x, y) == RED for x in range(image.width()) for y in range(image.height())
    )


def test_no_picture_is_loaded(view: MarkdownView, tmp_path: Path) -> None:
    """Row 26: a picture in notes paints nothing, however it is named."""
    picture = QImage(60, 60, QImage.Format.Format_RGB32)
    picture.fill(RED)
    path = tmp_path / "red.png"
    assert picture.save(str(path))
    for target in (f"file://{path}", str(path), path.name):
        view.set_text(
            f'![a square]({target})\n\n<img src="{target}">\n\n[![inside]({target})]({target})\n\n'
            f"![by name][1]\n\n[1]: {target}\n"
        )
        assert red_pixels(view) == 0
        assert view.toPlainText().startswith("[a square]")
        assert f'<img src="{target}">' in view.toPlainText()


def test_html_is_shown_as_text(view: MarkdownView) -> None:
    view.set_text("a <b>bold</b> <script>x</script>\n\n<table><tr><td>cell</td></tr></table>\n")
    assert "<b>bold</b>" in view.toPlainText()
    assert "<td>cell</td>" in view.toPlainText()


def test_a_link_is_asked_about_and_never_followed(notes: NotesTab, qtbot: QtBot) -> None:
    notes.set_notes("[the page](https://example.com/a?b=1)", ())
    opened: list[str] = []
    notes.linkRequested.connect(opened.append)
    place = notes.view.cursorRect().center() + QPoint(12, 0)
    qtbot.mouseClick(notes.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert notes.link.isVisible()
    assert "https://example.com/a?b=1" in notes.link.words.text()
    assert opened == []
    assert "the page" in notes.view.toPlainText()
    qtbot.mouseClick(notes.link.leave, Qt.MouseButton.LeftButton)
    assert not notes.link.isVisible()
    assert opened == []
    qtbot.mouseClick(notes.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseClick(notes.link.open, Qt.MouseButton.LeftButton)
    assert opened == ["https://example.com/a?b=1"]


@pytest.mark.parametrize("target", ["file:///etc/passwd", "javascript:alert(1)", "mailto:a@b", "x"])
def test_only_pages_of_the_web_are_opened(
    notes: NotesTab, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    notes.view.linkChosen.emit(target)
    assert notes.link.isVisible()
    assert not notes.link.open.isVisible()
    assert target in notes.link.words.text()
    open_in_browser(target)
    assert opened == []
    open_in_browser("https://example.com/")
    assert len(opened) == 1


@pytest.mark.parametrize("pattern", ["- a\n", "> ", "[", "# a\n\n", "|a|b|\n|-|-|\n|a|b|\n"])
def test_of_long_and_deep_text_the_beginning_is_laid_out(view: MarkdownView, pattern: str) -> None:
    view.set_text(pattern * (MOST_CHARACTERS // len(pattern) + 1000))
    assert view.is_cut
    assert len(view.toPlainText()) <= MOST_CHARACTERS
    assert view.document().blockCount() <= 3 * MOST_LINES
    view.set_text("short")
    assert not view.is_cut


def test_notes_are_read_first_and_written_in_the_other_view(notes: NotesTab) -> None:
    notes.set_notes("# Words\r\nand\u00a0more", ("a",))
    assert notes.mode.current == READ
    assert notes.view.isVisible()
    notes.mode.set_current(WRITE)
    assert notes.text.isVisible()
    assert notes.notes() == "# Words\r\nand\u00a0more"


def test_without_notes_the_editor_is_shown(notes: NotesTab) -> None:
    notes.set_notes("", ())
    assert notes.mode.current == WRITE


def test_what_is_typed_reaches_the_request(qtbot: QtBot) -> None:
    editor = RequestEditor()
    qtbot.addWidget(editor.pane)
    qtbot.addWidget(editor.url_bar)
    editor.set_request(Request(tags=("a, b", "c")))
    editor.pane.show()
    editor.pane.show_tab("notes")
    edits: list[Request] = []
    editor.edited.connect(edits.append)
    notes = editor.pane.notes
    qtbot.keyClicks(notes.text, "# Hi")
    assert edits[-1] == Request(notes="# Hi", tags=("a, b", "c"))
    notes.tags_field.clear()
    qtbot.keyClicks(notes.tags_field, "smoke, , slow,smoke")
    assert edits[-1] == Request(notes="# Hi", tags=("smoke", "slow"))
    editor.set_request(edits[-1])
    assert notes.mode.current == WRITE
    assert notes.tags_field.text() == "smoke, , slow,smoke"


def test_a_table_of_thousands_of_columns_is_not_laid_out(view: MarkdownView) -> None:
    """It would keep the window busy for seconds; what stands before it is read."""
    view.set_text(f"before\n\n{'|' * 9000}\n{'|-' * 4500}|\n")
    assert view.is_cut
    assert view.toPlainText().strip() == "before"
    view.set_text(f"{'|a' * 150}|\n{'|-' * 150}|\n")
    assert not view.is_cut
