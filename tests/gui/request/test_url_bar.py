"""Typing a URL and sending it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QTextCharFormat
from PySide6.QtWidgets import QApplication

from httpdesk.gui import theme
from httpdesk.gui.request.url_field import one_line, origin_of
from httpdesk.gui.request.variable_words import path_names
from httpdesk.gui.widgets import concealed_copy
from httpdesk.model.collection import Scope
from httpdesk.model.request import Header, QueryParam, RawBody, RawKind, Request
from tests.gui.request.conftest import Page

STAGING = Scope((("environment", (("order_id", "ord_1"), ("api_key", "hunter2"))),))


def test_typing_a_url_gives_it_key_by_key_and_enter_sends(page: Page) -> None:
    """Each key is one edit; Enter in the URL sends what is typed."""
    page.type_url("http://h/a")
    assert [edit.url for edit in page.edits] == ["http://h/a"[:end] for end in range(1, 11)]
    page.keys(Qt.Key.Key_Return)
    assert page.sent == [Request(url="http://h/a")]
    assert page.bar.url() == "http://h/a"


def test_resolved_url_shows_what_will_be_requested(page: Page) -> None:
    """Statement 4: the line below shows rows encoded and variables filled in."""
    page.editor.set_scope(STAGING)
    page.editor.set_request(
        Request(url="https://h/{{order_id}}", params=(QueryParam("q", "x y&é"),))
    )
    assert page.bar.resolved.text == "https://h/ord_1?q=x+y%26%C3%A9"


def test_secrets_are_bullets_in_the_line_and_whole_on_the_clipboard(page: Page) -> None:
    """Statement 76: the copy button is the deliberate act."""
    page.editor.set_scope(STAGING)
    page.editor.set_request(Request(url="https://h/a?api_key={{api_key}}"))
    assert "hunter2" not in page.bar.resolved.text
    assert "hunter2" not in page.bar.resolved.url.accessibleDescription()
    page.qtbot.mouseClick(page.bar.resolved.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "https://h/a?api_key=hunter2"


@pytest.mark.parametrize("kept", [True, False])
def test_a_copied_secret_is_concealed_and_gone_after_a_while(
    page: Page, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    """security.md R6: unless something else was copied since; a URL without secrets stays."""
    monkeypatch.setattr(concealed_copy, "CLEARED_MS", 20)
    page.editor.set_scope(STAGING)
    page.editor.set_request(Request(url="https://h/a?api_key={{api_key}}"))
    page.editor.copy_url()
    clipboard = QGuiApplication.clipboard()
    assert clipboard.mimeData().data(concealed_copy.HINT) == b"secret"
    (timer,) = (each for each in clipboard.findChildren(QTimer) if each.isActive())
    if kept:
        clipboard.setText("another")
    with page.qtbot.waitSignal(timer.timeout):
        pass
    assert clipboard.text() == ("another" if kept else "")
    page.editor.set_request(Request(url="https://h/a"))
    page.editor.copy_url()
    assert not clipboard.mimeData().hasFormat(concealed_copy.HINT)
    assert not any(each.isActive() for each in clipboard.findChildren(QTimer))


def test_a_secret_is_hidden_in_the_line_whatever_its_parameter_is_called(page: Page) -> None:
    """Statement 76: by value, where the name tells nothing."""
    page.editor.set_scope(STAGING)
    page.editor.set_request(Request(url="https://h/{{api_key}}/a?zz={{api_key}}&yy=1"))
    assert page.bar.resolved.text == "https://h/••••••••/a?zz=••••••••&yy=1"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://h:99999/", "The port 99999 is above 65535."),
        ("http://h:x/", "The port x is not a number."),
        ("ftp://h/", "The scheme ftp can't be sent. Use https or http."),
        ("http:///a", "The URL has no host."),
        ("http://a b/", "The host a b holds a space."),
        ("https://h/{{nothing}}", "nothing has no value."),
    ],
)
def test_problems_take_the_place_of_the_url_and_nothing_is_sent(
    page: Page, url: str, sentence: str
) -> None:
    """Statements 8 and 83: plain words, no send, and the text stays as typed."""
    page.type_url(url)
    page.keys(Qt.Key.Key_Return)
    assert page.sent == []
    assert page.bar.resolved.text == sentence
    assert page.bar.resolved.problem.isVisible()
    assert page.bar.url() == url


def test_the_wrong_part_is_selected_to_type_over(page: Page) -> None:
    """The remedy is one keystroke away."""
    page.type_url("http://h:99999/a")
    page.keys(Qt.Key.Key_Return)
    assert page.bar.field.textCursor().selectedText() == "99999"
    page.keys("80")
    page.settle()
    assert page.bar.resolved.text == "http://h:80/a"


def test_an_unknown_variable_is_selected_where_it_stands(page: Page) -> None:
    """Statement 83: Send goes to it, in the URL as in a body."""
    page.type_url("http://h/{{nope}}/a")
    page.keys(Qt.Key.Key_Return)
    assert page.bar.field.textCursor().selectedText() == "{{nope}}"
    body = RawBody(RawKind.TEXT, "one\r\nx {{nope}}")
    page.editor.set_request(Request(url="http://h/", body=body))
    page.editor.send()
    editor = page.pane.body.current_editor()
    assert editor is not None
    assert page.focused() is editor
    cursor = editor.textCursor()
    assert (cursor.blockNumber(), cursor.positionInBlock()) == (1, 2)


def test_half_typed_text_is_no_mistake_yet(page: Page) -> None:
    """While typing goes on the line does not turn red; resting or leaving the field does it."""
    page.type_url("https://")
    page.settle()
    assert not page.bar.resolved.shows_problem
    page.qtbot.waitUntil(lambda: page.bar.resolved.shows_problem, timeout=3000)
    page.type_url("https://h")
    page.settle()
    assert page.bar.resolved.text == "https://h/"


def test_an_empty_url_invites_and_is_refused_on_send(page: Page) -> None:
    """An empty field is a beginning, not a mistake, until Send."""
    assert not page.bar.resolved.shows_problem
    assert page.bar.resolved.hint.isVisible()
    page.qtbot.mouseClick(page.bar.send.main, Qt.MouseButton.LeftButton)
    assert page.sent == []
    assert page.bar.resolved.text == "Enter a URL."
    assert QApplication.focusWidget() is page.bar.field


def test_pasted_lines_become_one(page: Page) -> None:
    """A URL broken over lines in a mail is one URL."""
    QGuiApplication.clipboard().setText(" https://h/a/\n   b?x=1\r\n")
    page.bar.focus_url()
    page.qtbot.keyClick(page.bar.field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert page.request.url == "https://h/a/b?x=1"
    assert page.bar.field.blockCount() == 1
    assert one_line("a b\n c") == "a bc"


def test_no_break_space_stays_as_typed(page: Page) -> None:
    """Statement 5: Qt's plain text would turn it into a blank."""
    page.type_url("http://h/a\u00a0b")
    assert page.request.url == "http://h/a\u00a0b"


def test_query_moves_to_params_on_leaving_the_field(page: Page) -> None:
    """It stands in front of the rows, where it was on the wire, in one edit."""
    page.editor.set_request(Request(params=(QueryParam("y", "2"),)))
    page.type_url("http://h/a?x=1#f")
    page.edits.clear()
    page.keys(Qt.Key.Key_Tab)
    moved = Request(url="http://h/a#f", params=(QueryParam("x", "1"), QueryParam("y", "2")))
    assert page.edits == [moved]
    assert page.request == moved
    page.settle()
    assert page.bar.resolved.text == "http://h/a?x=1&y=2"


def test_a_look_into_the_url_of_a_file_changes_nothing(page: Page) -> None:
    request = Request(url="http://h/a?x=1")
    page.editor.set_request(request)
    page.focus(page.editor.url_bar.field)
    page.keys(Qt.Key.Key_End)
    page.focus(page.editor.url_bar.method)
    assert page.edits == []
    assert page.request == request


def test_a_typed_url_can_be_tidied_before_it_is_left(page: Page) -> None:
    """Saving does so: the file has what the tab shows afterwards."""
    page.type_url("http://h/a?x=1")
    page.editor.finish_typing()
    assert page.request == Request(url="http://h/a", params=(QueryParam("x", "1"),))


def test_moving_the_query_can_be_undone(page: Page) -> None:
    """The URL's undo brings the typed text back."""
    page.type_url("http://h/a?x=1")
    page.keys(Qt.Key.Key_Tab)
    page.bar.field.undo()
    assert page.request.url == "http://h/a?x=1"


@pytest.mark.parametrize("query", ["d=%2b", "a", "a=b=c", "x={{order_id}}", "a=1&&b=2"])
def test_query_stays_where_rows_would_change_a_byte(page: Page, query: str) -> None:
    """Statement 5: exactly as typed."""
    page.editor.set_scope(STAGING)
    page.type_url(f"http://h/a?{query}")
    page.keys(Qt.Key.Key_Tab)
    assert page.request == Request(url=f"http://h/a?{query}")


def test_query_stays_when_a_variable_holds_a_question_mark(page: Page) -> None:
    """Statement 5: `a?b=1?x=1` is not `a?b=1&x=1`."""
    page.editor.set_scope(Scope((("environment", (("base", "http://h/a?b=1"),)),)))
    page.type_url("{{base}}?x=1")
    page.keys(Qt.Key.Key_Tab)
    assert page.request.url == "{{base}}?x=1"


def test_parts_are_coloured(page: Page) -> None:
    """Host dim, http amber, known variables on a tint, unknown ones red and wavy."""
    page.editor.set_scope(STAGING)
    page.editor.set_request(Request(url="http://h/{{order_id}}/{{nope}}"))
    formats = {
        page.request.url[one.start : one.start + one.length]: QTextCharFormat(one.format)
        for one in page.bar.field.document().firstBlock().layout().formats()
    }
    assert formats["http://"].foreground().color() == theme.color("amber")
    assert formats["h"].foreground().color() == theme.color("text3")
    assert formats["{{order_id}}"].background().color() == theme.color("accent_tint")
    unknown = formats["{{nope}}"]
    assert unknown.foreground().color() == theme.color("red")
    assert unknown.underlineStyle() == QTextCharFormat.UnderlineStyle.WaveUnderline


def test_origin_ends_at_the_path_even_behind_odd_variables() -> None:
    """A slash within `{{a/b}}` ends no host."""
    assert origin_of("https://h:1/p") == ("https://h:1", False)
    assert origin_of("{{a/b}}/p") == ("{{a/b}}", False)
    assert origin_of("HTTP://h?x") == ("HTTP://h", True)


def test_method_menu_offers_the_usual_and_any_other(page: Page) -> None:
    """A custom verb is typed into the menu and sent as it is."""
    menu = page.bar.method.menu()
    menu.aboutToShow.emit()
    names = [action.text() for action in menu.actions() if action.text()]
    assert names == ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
    menu.actions()[1].trigger()
    assert page.request.method == "POST"
    field = menu.actions()[-1].defaultWidget().focusProxy()  # type: ignore[attr-defined]
    page.qtbot.keyClicks(field, "PROPFIND")
    page.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert page.request.method == "PROPFIND"
    assert [edit.method for edit in page.edits] == ["POST", "PROPFIND"]
    assert page.bar.method.accessibleName() == "Method, PROPFIND"


def test_cancel_while_sending(page: Page) -> None:
    """The button says Cancel, and Enter in the URL does not send a second time."""
    page.type_url("http://h/")
    page.editor.set_sending(True)
    page.keys(Qt.Key.Key_Return)
    assert page.sent == []
    with page.qtbot.waitSignal(page.editor.cancelRequested):
        page.qtbot.mouseClick(page.bar.send.main, Qt.MouseButton.LeftButton)
    page.editor.set_sending(False)
    page.bar.focus_url()
    page.keys(Qt.Key.Key_Return)
    assert len(page.sent) == 1


def test_showing_the_same_request_keeps_cursor_and_undo(page: Page) -> None:
    """A saved request is shown again without a trace: no edit, no lost undo step."""
    page.type_url("http://h/abc")
    page.keys(Qt.Key.Key_Left)
    page.edits.clear()
    page.editor.set_request(page.request)
    assert page.edits == []
    assert page.bar.field.textCursor().position() == len("http://h/ab")
    page.bar.field.undo()
    assert page.bar.url() == ""


def test_showing_another_request_is_no_edit(page: Page) -> None:
    """Opening a request marks nothing as changed, and gives it back as it came."""
    given = Request(
        name="n",
        method="PUT",
        url="http://h/:id?x=1",
        headers=(Header("A", "1", enabled=False, description="d"),),
        notes="some",
        variables=(("a", "b"),),
        unapplied=("auth: bearer",),
    )
    page.editor.set_request(given)
    assert page.edits == []
    assert page.request == given
    assert page.pane.notice.text() == "Kept, but not used yet: auth: bearer"
    page.type_url("http://x")
    assert page.request.notes == "some"
    assert page.request.variables == (("a", "b"),)
    assert page.request.unapplied == ("auth: bearer",)
    assert page.request.name == "n"


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://h:80/users/:id/{part}?x=:no", ("id", "part")),
        ("{{base}}/users/:id", ("id",)),
        ("h/{{a}}/:b", ("b",)),
        ("http://h/a:b/:", ()),
        (":8080/x", ()),
    ],
)
def test_path_names(url: str, names: tuple[str, ...]) -> None:
    """`:name` and `{name}` segments, never `{{name}}`, a port or a query."""
    assert path_names(url) == names


def test_url_is_read_to_a_screen_reader(page: Page) -> None:
    """Every control of the bar has a name."""
    assert page.bar.field.accessibleName() == "URL"
    assert page.bar.send.main.accessibleName() == "Send"
    assert page.bar.resolved.copy.accessibleName() == "Copy resolved URL"


def offered(page: Page) -> list[str]:
    """Return the names in the open list."""
    completer = page.bar.field.completer
    model = completer.completionModel()
    rows = range(model.rowCount()) if completer.is_open else range(0)
    return [str(model.index(row, 0).data()) for row in rows]


def test_variables_complete_behind_two_braces(page: Page) -> None:
    """Enter takes the name and closes the braces; it does not send while the list is open."""
    page.editor.set_scope(STAGING)
    page.type_url("http://h/{{")
    assert offered(page) == ["api_key", "order_id"]
    page.keys("ord")
    assert offered(page) == ["order_id"]
    page.qtbot.keyClick(page.bar.field.completer.popup(), Qt.Key.Key_Return)
    assert page.request.url == "http://h/{{order_id}}"
    assert page.sent == []
    assert offered(page) == []


def test_control_space_offers_variables_anywhere(page: Page) -> None:
    """Escape closes the list and leaves what is typed."""
    page.editor.set_scope(STAGING)
    page.type_url("http://h/")
    page.keys(Qt.Key.Key_Space, modifier=Qt.KeyboardModifier.ControlModifier)
    assert offered(page) == ["api_key", "order_id"]
    page.qtbot.keyClick(page.bar.field.completer.popup(), Qt.Key.Key_Escape)
    assert offered(page) == []
    assert page.request.url == "http://h/{{"


def test_tooltip_tells_value_and_source_but_no_secret(page: Page) -> None:
    """Ctrl+I on a variable says what it is and where it comes from (statement 76: masked)."""
    page.editor.set_scope(STAGING)
    told = page.bar.field.variables
    assert told["order_id"] == "order_id = ord_1\nFrom: environment"
    assert "hunter2" not in told["api_key"]


def test_copy_url_takes_the_exact_url(page: Page) -> None:
    """The command copies what the line shows, with what was typed a moment ago."""
    page.type_url("http://h/a b")
    page.editor.copy_url()
    assert QGuiApplication.clipboard().text() == "http://h/a%20b"


def test_both_forms_of_the_host_are_shown(page: Page) -> None:
    """Statement 9: what leaves and what was typed."""
    page.editor.set_request(Request(url="https://b\u00fccher.example/a"))
    assert page.bar.resolved.text == (
        "https://xn--bcher-kva.example/a  (typed as https://b\u00fccher.example/a)"
    )


def test_warnings_stand_beside_the_url(page: Page) -> None:
    """Statement 16: credentials in the URL are masked, and a word says how they are sent."""
    page.editor.set_request(Request(url="https://user:hunter2@h/#f"))
    assert "hunter2" not in page.bar.resolved.text
    assert "Basic header" in page.bar.resolved.hint.text()
    assert "behind the # is not sent" in page.bar.resolved.hint.text()
