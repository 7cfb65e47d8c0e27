"""The code editor: what is coloured, folded, typed, pasted and heard."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QAccessible, QColor, QTextCursor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from httpdesk.gui import theme
from httpdesk.gui.theme import ThemeManager
from httpdesk.gui.widgets.code_editor import CodeEditor
from tests.gui.gallery import JSON, RESOURCES


@pytest.fixture
def editor(qtbot: QtBot) -> CodeEditor:
    """Give an editor 400 x 300 with the JSON of the gallery."""
    made = CodeEditor("Body")
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.set_language("json")
    made.setPlainText(JSON)
    with qtbot.waitExposed(made):
        made.show()
    return made


def colors_of(editor: CodeEditor, line: int) -> dict[str, str]:
    """Return the coloured pieces of a line (from 0) with their colour tokens' values."""
    block = editor.document().findBlockByNumber(line)
    return {
        block.text()[piece.start : piece.start + piece.length]: piece.format.foreground()
        .color()
        .name()
        for piece in block.layout().formats()
    }


def value(token: str) -> str:
    """Return a token's colour as Qt writes it."""
    return QColor(theme.hex_color(token)).name()


def test_json_is_coloured_by_kind(editor: CodeEditor) -> None:
    assert colors_of(editor, 2) == {
        '"amount"': value("syntax_key"),
        ":": value("syntax_punctuation"),
        "4900": value("syntax_number"),
        ",": value("syntax_punctuation"),
    }
    assert colors_of(editor, 4)["true"] == value("syntax_literal")
    assert colors_of(editor, 3)['"requested_by_customer"'] == value("syntax_string")


def test_variables_are_tinted(editor: CodeEditor) -> None:
    block = editor.document().findBlockByNumber(1)
    tinted = [piece for piece in block.layout().formats() if piece.format.hasProperty(0x820)]
    (piece,) = tinted
    assert block.text()[piece.start : piece.start + piece.length] == "{{order_id}}"
    assert piece.format.foreground().color().name() == value("accent_text")
    assert piece.format.background().color().name() == value("accent_tint")


def test_colours_follow_the_theme(editor: CodeEditor, qapp: QApplication) -> None:
    light = colors_of(editor, 2)
    ThemeManager(RESOURCES).apply(qapp, "dark")
    dark = colors_of(editor, 2)
    assert light.keys() == dark.keys()
    assert dark["4900"] == value("syntax_number") != light["4900"]


def test_only_lines_on_screen_are_coloured(editor: CodeEditor) -> None:
    editor.setPlainText("\n".join(f'"key{n}": {n},' for n in range(5000)))
    assert colors_of(editor, 0)
    assert not colors_of(editor, 4000)
    editor.go_to(4001)
    assert colors_of(editor, 4000)['"key4000"'] == value("syntax_key")


def test_a_megabyte_is_shown_without_a_long_pause(editor: CodeEditor) -> None:
    """The design allows the editor up to 1 MB; colours may add little to Qt's own time."""
    text = "[\n" + '  {"id": 12345, "name": "something", "ok": true},\n' * 20_000 + "]"
    editor.set_language("none")
    started = time.perf_counter()
    editor.setPlainText(text)
    plain = time.perf_counter() - started
    editor.clear()
    editor.set_language("json")
    started = time.perf_counter()
    editor.setPlainText(text)
    coloured = time.perf_counter() - started
    assert coloured < 2 * plain + 0.1
    assert colors_of(editor, 1)["12345"] == value("syntax_number")


def test_an_edit_is_coloured_at_once_and_can_be_undone(editor: CodeEditor) -> None:
    editor.go_to(3, 13)
    QTest.keyClicks(editor, "7")
    assert colors_of(editor, 2)["74900"] == value("syntax_number")
    editor.undo()
    assert editor.toPlainText() == JSON
    assert not editor.document().isUndoAvailable()


def test_an_emoji_does_not_shift_the_colours(editor: CodeEditor) -> None:
    """Qt counts an emoji as two; Python counts it as one."""
    editor.setPlainText('{"😀😀": 12}')
    formats = editor.document().firstBlock().layout().formats()
    number = next(
        p for p in formats if p.format.foreground().color().name() == value("syntax_number")
    )
    cursor = QTextCursor(editor.document())
    cursor.setPosition(number.start)
    cursor.setPosition(number.start + number.length, QTextCursor.MoveMode.KeepAnchor)
    assert cursor.selectedText() == "12"


def test_an_unknown_language_is_refused(editor: CodeEditor) -> None:
    with pytest.raises(ValueError, match="cobol"):
        editor.set_language("cobol")


# Folding


def shown_lines(editor: CodeEditor) -> list[int]:
    """Return the numbers (from 1) of the lines that are on screen."""
    return [block.blockNumber() + 1 for block, _ in editor.visible_blocks()]


def test_a_fold_hides_its_lines_and_shows_them_again(editor: CodeEditor) -> None:
    editor.toggle_fold(5)
    assert shown_lines(editor) == [1, 2, 3, 4, 5, 6, 12, 13, 14]
    assert editor.is_folded(5)
    editor.toggle_fold(5)
    assert shown_lines(editor) == list(range(1, 15))
    assert editor.toPlainText() == JSON


def test_a_fold_shortens_the_way_to_scroll(editor: CodeEditor) -> None:
    editor.setPlainText("[\n" + "  1,\n" * 500 + "]")
    before = editor.verticalScrollBar().maximum()
    editor.toggle_fold(0)
    assert before > 400
    assert editor.verticalScrollBar().maximum() == 0


def test_folding_thousands_of_lines_takes_no_time(editor: CodeEditor) -> None:
    """Asking Qt for the place of each hidden line made this take five seconds."""
    editor.setPlainText("[\n" + "  1,\n" * 16_000 + "]")
    started = time.perf_counter()
    editor.toggle_fold(0)
    editor.grab()
    assert time.perf_counter() - started < 1
    assert shown_lines(editor) == [1, 16_002]


def test_a_click_on_the_mark_folds(editor: CodeEditor) -> None:
    place = next(place for block, place in editor.visible_blocks() if block.blockNumber() == 5)
    gutter = editor._gutter
    spot = QPoint(gutter.width() - 10, int(place.center().y()))
    QTest.mouseClick(gutter, Qt.MouseButton.LeftButton, pos=spot)
    assert editor.is_folded(5)


@pytest.mark.parametrize(
    ("key", "folded"), [(Qt.Key.Key_BracketLeft, True), (Qt.Key.Key_BraceRight, False)]
)
def test_keys_fold_and_unfold_where_the_cursor_is(
    editor: CodeEditor, key: Qt.Key, folded: bool
) -> None:
    editor.go_to(6)
    if not folded:
        editor.toggle_fold(5)
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(editor, key, held)
    assert editor.is_folded(5) is folded


def test_typing_elsewhere_keeps_a_fold(editor: CodeEditor) -> None:
    editor.toggle_fold(5)
    editor.go_to(3, 3)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert editor.is_folded(6)
    assert 8 not in shown_lines(editor)


def test_going_to_a_hidden_line_opens_its_fold(editor: CodeEditor) -> None:
    editor.toggle_fold(5)
    editor.go_to(9)
    assert 9 in shown_lines(editor)
    assert editor.textCursor().blockNumber() == 8


def test_the_cursor_leaves_lines_that_are_hidden(editor: CodeEditor) -> None:
    editor.go_to(9)
    editor.toggle_fold(5)
    assert editor.textCursor().blockNumber() == 5


def test_undo_into_a_fold_opens_it(editor: CodeEditor) -> None:
    editor.go_to(9, 3)
    QTest.keyClicks(editor, "x")
    editor.toggle_fold(5)
    editor.undo()
    assert editor.toPlainText() == JSON
    assert 9 in shown_lines(editor)


# Typing


def test_enter_keeps_the_indent_and_goes_deeper_after_a_bracket(editor: CodeEditor) -> None:
    editor.setPlainText("  {")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "1")
    assert editor.toPlainText() == "  {\n    1"


def test_shift_enter_is_a_new_line_too(editor: CodeEditor) -> None:
    editor.setPlainText("one")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert editor.blockCount() == 2
    assert editor.toPlainText() == "one\n"


def test_tab_indents_and_shift_tab_outdents(editor: CodeEditor) -> None:
    editor.setPlainText("a\nb")
    editor.selectAll()
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.toPlainText() == "  a\n  b"
    QTest.keyClick(editor, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert editor.toPlainText() == "a\nb"
    editor.undo()
    assert editor.toPlainText() == "  a\n  b"


@pytest.fixture
def form(qtbot: QtBot, request: pytest.FixtureRequest) -> tuple[QLineEdit, CodeEditor, QLineEdit]:
    """Give an editor with a field above and one below it, in an active window."""
    page = QWidget()
    qtbot.addWidget(page)
    before, editor, after = QLineEdit(), CodeEditor(), QLineEdit()
    layout = QVBoxLayout(page)
    for widget in (before, editor, after):
        layout.addWidget(widget)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    editor.setFocus()
    request.node.page = page
    return before, editor, after


def test_escape_and_then_tab_leaves_the_editor(
    form: tuple[QLineEdit, CodeEditor, QLineEdit],
) -> None:
    _before, editor, after = form
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.hasFocus()
    assert editor.toPlainText() == "  "
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert after.hasFocus()
    assert editor.toPlainText() == "  "
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.hasFocus()


def test_escape_and_then_shift_tab_goes_back(
    form: tuple[QLineEdit, CodeEditor, QLineEdit],
) -> None:
    before, editor, _after = form
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    QTest.keyClick(editor, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert before.hasFocus()


def test_typing_after_escape_makes_tab_indent_again(
    form: tuple[QLineEdit, CodeEditor, QLineEdit],
) -> None:
    _before, editor, _after = form
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    QTest.keyClicks(editor, "ab")
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.hasFocus()
    assert editor.toPlainText() == "ab  "


def test_tab_leaves_a_read_only_editor(form: tuple[QLineEdit, CodeEditor, QLineEdit]) -> None:
    _before, editor, after = form
    editor.set_read_only(True)
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert after.hasFocus()


def test_a_read_only_editor_takes_no_key_but_can_be_copied(editor: CodeEditor) -> None:
    editor.set_read_only(True)
    QTest.keyClicks(editor, "xyz")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert editor.toPlainText() == JSON
    editor.selectAll()
    editor.copy()
    assert QApplication.clipboard().text() == JSON


def test_only_plain_text_is_pasted(editor: CodeEditor) -> None:
    """Security: rich text on the clipboard stays outside."""
    rich = QMimeData()
    rich.setHtml("<b>bold</b><img src='file:///etc/passwd'>")
    rich.setText("plain")
    editor.clear()
    editor.insertFromMimeData(rich)
    assert editor.toPlainText() == "plain"
    only_html = QMimeData()
    only_html.setHtml("<b>bold</b>")
    assert not editor.canInsertFromMimeData(only_html)


def test_files_are_left_to_the_pane_around(editor: CodeEditor) -> None:
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile("/tmp/a.json")])
    assert not editor.canInsertFromMimeData(files)


def test_ctrl_and_wheel_do_not_zoom_this_text_alone(editor: CodeEditor) -> None:
    editor.set_read_only(True)
    before = editor.font().pointSizeF()
    turn = QWheelEvent(
        QPoint(50, 50), editor.mapToGlobal(QPoint(50, 50)), QPoint(0, 0), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(editor.viewport(), turn)
    assert editor.font().pointSizeF() == before


# Marks, size and speech


def test_a_problem_is_underlined_where_it_is(editor: CodeEditor) -> None:
    editor.set_problem(4, 13, "Expected a comma")
    (mark,) = editor.extraSelections()
    assert mark.cursor.blockNumber() == 3
    assert mark.cursor.selectionStart() - mark.cursor.block().position() == 12
    editor.set_problem(0, 0, None)
    assert editor.extraSelections() == []


@pytest.mark.parametrize(("line", "column"), [(14, 99), (1, 0), (400, 1)])
def test_a_problem_past_the_text_is_no_problem(editor: CodeEditor, line: int, column: int) -> None:
    editor.set_problem(line, column, "Unexpected end")
    assert len(editor.extraSelections()) == (line < 400)


def test_long_lines_break_anywhere(editor: CodeEditor) -> None:
    """Security: breaking at words takes seconds on a line of 256 kB."""
    editor.set_wrap(True)
    started = time.perf_counter()
    editor.setPlainText("word " * 50_000 + "end")
    editor.grab()
    assert time.perf_counter() - started < 4
    assert not editor.horizontalScrollBar().isVisible()
    editor.set_wrap(False)
    assert editor.lineWrapMode() is CodeEditor.LineWrapMode.NoWrap


def test_text_size_reaches_the_editor(editor: CodeEditor, qapp: QApplication) -> None:
    manager = ThemeManager(RESOURCES)
    manager.apply(qapp, "light")
    narrow = editor._gutter.width()
    manager.set_text_scale(2.0)
    assert editor.font().pointSizeF() == pytest.approx(18)
    assert editor._gutter.width() > 1.8 * narrow
    manager.set_text_scale(1.0)


def test_the_strip_widens_for_more_lines(editor: CodeEditor) -> None:
    narrow = editor._gutter.width()
    editor.setPlainText("\n" * 1200)
    assert editor._gutter.width() > narrow


def test_a_screen_reader_hears_how_to_leave(editor: CodeEditor) -> None:
    spoken = QAccessible.queryAccessibleInterface(editor)
    assert spoken.text(QAccessible.Text.Name) == "Body"
    assert "Escape and then Tab" in spoken.text(QAccessible.Text.Description)
    assert spoken.role() is QAccessible.Role.EditableText
