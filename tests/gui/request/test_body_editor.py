"""Writing a body of each kind."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from httpdesk.gui.request.body_bar import BodyControls
from httpdesk.gui.tables.body_text import BodyText, format_json, format_xml
from httpdesk.gui.widgets.search_bar import SearchBar
from httpdesk.model.collection import Scope
from httpdesk.model.request import (
    Body,
    FormBody,
    FormField,
    NoBody,
    OpaqueBody,
    RawBody,
    RawKind,
    Request,
)
from tests.gui.request.conftest import Page

JSON = RawKind.JSON


def show(page: Page, body: Body) -> None:
    """Show the Body tab of a request."""
    page.editor.set_request(Request(url="http://h/", method="POST", body=body))
    page.pane.show_tab("body")


def text(page: Page) -> BodyText:
    """Return the text editor on screen."""
    found = page.pane.body.current_editor()
    assert found is not None
    return found


def choose(page: Page, name: str) -> None:
    """Choose a kind in the menu of the sub-bar."""
    menu = page.pane.body.bar.controls.kind.menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == name).trigger()


def test_kinds_keep_their_contents(page: Page) -> None:
    """Trying another kind loses nothing; only the chosen one is sent."""
    show(page, RawBody(JSON, '{"a": 1}'))
    choose(page, "Text")
    page.focus(text(page))
    page.keys("hello")
    assert page.request.body == RawBody(RawKind.TEXT, "hello")
    choose(page, "None")
    assert page.request.body == NoBody()
    choose(page, "JSON")
    assert page.request.body == RawBody(JSON, '{"a": 1}')
    choose(page, "Text")
    assert page.request.body == RawBody(RawKind.TEXT, "hello")


def test_a_kind_that_was_chosen_can_be_typed_at_once(page: Page) -> None:
    show(page, NoBody())
    choose(page, "JSON")
    assert text(page).hasFocus()
    choose(page, "Form URL-encoded")
    table = page.pane.body.pages.form_table()
    assert table.hasFocus()
    assert table.currentIndex().isValid()


def test_another_request_does_not_inherit_contents(page: Page) -> None:
    """The kept contents belong to the request they were typed in."""
    show(page, RawBody(RawKind.TEXT, "secret of one"))
    show(page, NoBody())
    choose(page, "Text")
    assert page.request.body == RawBody(RawKind.TEXT, "")


@pytest.mark.parametrize(
    "typed",
    [
        '{"a": 1.10, "b": 12345678901234567890}',
        "line\r\nline\r\n",
        "tab\there, trailing blanks   \n\n",
        "no-break\u00a0space, U+2028 \u2028, \U0001f600",
        "not json at all",
        "",
    ],
)
def test_bodies_are_kept_exactly(page: Page, typed: str) -> None:
    """Statement 39: no trimming, no other line ends, no replaced characters."""
    show(page, RawBody(JSON, typed))
    assert page.request.body == RawBody(JSON, typed)
    page.focus(text(page))
    page.keys("x", Qt.Key.Key_Backspace)
    assert page.request.body == RawBody(JSON, typed)


def test_line_ends_of_the_file_are_kept_while_typing(page: Page) -> None:
    """Statement 39: Enter in a text with CRLF types CRLF; Shift+Enter types no U+2028."""
    show(page, RawBody(RawKind.TEXT, "a\r\nb"))
    page.focus(text(page))
    page.keys(Qt.Key.Key_Return)
    page.keys(Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ShiftModifier)
    assert page.request.body == RawBody(RawKind.TEXT, "\r\n\r\na\r\nb")


def test_a_fault_is_said_with_its_place_and_the_body_goes_out_as_typed(page: Page) -> None:
    """Statements 39 and 41: line, column, what was expected; sending is not refused."""
    show(page, RawBody(JSON, '{\n  "a": 1\n  "b": 2\n}'))
    note = page.pane.body.note
    assert note.isVisible()
    assert note.text.text() == "Line 3, column 3: expected a comma. Send asks first."
    page.qtbot.mouseClick(note.link, Qt.MouseButton.LeftButton)
    cursor = text(page).textCursor()
    assert (cursor.blockNumber(), cursor.positionInBlock()) == (2, 2)
    page.editor.send()
    assert page.sent[0].body == RawBody(JSON, '{\n  "a": 1\n  "b": 2\n}')


def test_a_fault_goes_when_it_is_mended(page: Page) -> None:
    """A moment after the last key the sentence is gone."""
    show(page, RawBody(JSON, "[1"))
    assert page.pane.body.note.isVisible()
    page.focus(text(page))
    page.keys(Qt.Key.Key_End, "]")
    page.qtbot.waitUntil(lambda: not page.pane.body.note.isVisible(), timeout=3000)


def test_xml_faults_are_told_too(page: Page) -> None:
    """The same for XML."""
    show(page, RawBody(RawKind.XML, "<a>\n<b></a>"))
    assert page.pane.body.note.text.text().startswith("Line 2, column 4: ")


def test_format_is_one_undo_step_and_keeps_digits_and_variables(page: Page) -> None:
    """Statement 52 for what is sent: numbers stay as typed."""
    typed = '{"n":1.10,"big":12345678901234567890,"v":{{name}},"s":"{{name}} x"}'
    show(page, RawBody(JSON, typed))
    page.editor.set_scope(Scope((("environment", (("name", "1"),)),)))
    page.editor.format_body()
    assert page.request.body == RawBody(
        JSON,
        '{\n  "n": 1.10,\n  "big": 12345678901234567890,\n  "v": {{name}},\n  "s": "{{name}} x"\n}',
    )
    text(page).undo()
    assert page.request.body == RawBody(JSON, typed)


def test_format_leaves_alone_what_it_cannot_read(page: Page) -> None:
    """Nothing typed is lost; the fault is shown instead."""
    show(page, RawBody(JSON, '{"a": '))
    page.editor.format_body()
    assert page.request.body == RawBody(JSON, '{"a": ')
    assert page.pane.body.note.isVisible()


@pytest.mark.parametrize(
    ("typed", "laid_out"),
    [
        ("{{whole}}", "{{whole}}"),
        ('["7031944205000000", {{a}}{{b}}]', '[\n  "7031944205000000",\n  {{a}}{{b}}\n]'),
        ('{"k":-{{n}}}', '{\n  "k": -{{n}}\n}'),
        ("{{{a}}: 1}", None),
        ("[1,]", None),
    ],
)
def test_format_json(typed: str, laid_out: str | None) -> None:
    """Variables stand for values or parts of them, and come back as typed."""
    assert format_json(typed) == laid_out


def test_format_xml() -> None:
    """Only white space between elements changes."""
    assert format_xml("<a><b>{{x}}</b></a>") == "<a>\n  <b>{{x}}</b>\n</a>"
    assert format_xml("<a>") is None


def test_form_fields_are_rows(page: Page) -> None:
    """A form body is a table like Params; its rows go out in order."""
    show(page, NoBody())
    choose(page, "Form URL-encoded")
    table = page.pane.body.pages.form_table()
    page.start_table("body", table)
    page.keys("a", Qt.Key.Key_Tab, "1")
    assert page.request.body == FormBody((FormField("a", "1"),))
    assert page.pane.tabs.bar.accessibleTabName(2) == "Body, Form"


def test_unknown_variable_in_a_field_is_flagged_in_its_cell(page: Page) -> None:
    """Statement 83, in a form."""
    show(page, FormBody((FormField("a", "{{nope}}"),)))
    page.editor.send()
    assert page.sent == []
    assert page.cell_editor().text() == "{{nope}}"


def test_a_body_that_cannot_be_sent_yet_is_kept_and_says_so(page: Page) -> None:
    """Nothing of the file is dropped, and nothing wrong is sent."""
    show(page, OpaqueBody("multipart-form"))
    assert page.request.body == OpaqueBody("multipart-form")
    assert page.bar.resolved.text == (
        "The multipart-form body of this file can't be sent yet. It is kept."
    )
    page.editor.send()
    assert page.sent == []
    choose(page, "JSON")
    choose(page, "multipart-form")
    assert page.request.body == OpaqueBody("multipart-form")


def test_send_goes_to_the_kind_that_cannot_be_sent(wide_page: Page) -> None:
    """In the tab row as in the sub-bar."""
    show(wide_page, OpaqueBody("multipart-form"))
    wide_page.editor.send()
    assert wide_page.focused() is wide_page.pane.controls.kind


def test_kind_and_format_stand_in_one_place_only(page: Page, wide_page: Page) -> None:
    """ui.md section 2: a pane at least 640 wide puts them into the tab row."""
    for one, merged in ((page, False), (wide_page, True)):
        show(one, RawBody(JSON, "[1"))
        assert one.pane.body.bar.isVisible() is not merged
        assert one.pane.controls.isVisible() is merged
        assert one.pane.body.note.isVisible()
        one.pane.show_tab("params")
        assert not one.pane.controls.isVisible()


def test_both_places_change_the_same_kind(wide_page: Page) -> None:
    """The menu of the tab row does what the one of the sub-bar does."""
    show(wide_page, NoBody())
    controls: BodyControls = wide_page.pane.controls
    assert controls.kind.accessibleName() == "Body type, None"
    assert not controls.format.isVisible()
    choose(wide_page, "XML")
    assert controls.kind.text() == "XML"
    assert controls.format.isVisible()


def test_find_opens_in_the_text_on_screen(page: Page) -> None:
    """Ctrl+F searches the body; where there is no text nothing opens."""
    show(page, RawBody(JSON, '{"needle": 1, "other": "needle"}'))
    page.pane.find()
    page.keys("needle")
    bars = page.pane.body.findChildren(SearchBar)
    assert [bar.match_count for bar in bars if bar.isVisible()] == [2]
    choose(page, "None")
    page.pane.find()
    assert not any(bar.isVisible() for bar in bars)
