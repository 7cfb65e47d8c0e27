"""Options of a request, and what the tabs tell of their contents."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QTableView

from httpdesk.gui import theme
from httpdesk.gui.item_models.key_value_table import Role
from httpdesk.gui.options.options_tab import OptionsTab, parse_redirects
from httpdesk.gui.request.pane import TABS
from httpdesk.gui.theme import ThemeManager
from httpdesk.model.request import (
    Header,
    Options,
    QueryParam,
    RawBody,
    RawKind,
    Request,
    ResponseType,
)
from tests.gui.conftest import RESOURCES
from tests.gui.request.conftest import Page


@pytest.fixture
def options(page: Page) -> OptionsTab:
    """Give the Options tab of a request with a URL."""
    page.editor.set_request(Request(url="http://h/"))
    page.pane.show_tab("options")
    return page.pane.options


def type_into(page: Page, line: QLineEdit, text: str) -> None:
    """Replace what a field says."""
    page.focus(line)
    line.selectAll()
    page.keys(text or Qt.Key.Key_Delete)


def test_every_option_reaches_the_request(page: Page, options: OptionsTab) -> None:
    """Each control is one option."""
    options.response_type.set_current(3)
    type_into(page, options.timeout.line, "1.5 s")
    type_into(page, options.success.line, "200-299, 304")
    type_into(page, options.max_redirects.line, "9")
    options.ignore_tls.click()
    options.cookies.click()
    options.follow.click()
    options.full.click()
    options.debug.click()
    assert page.request.options == Options(
        response_type=ResponseType.BINARY,
        full_response=True,
        debug=True,
        timeout_ms=1500,
        follow_redirects=False,
        max_redirects=9,
        ignore_tls_errors=True,
        use_cookies=False,
        success="200-299, 304",
    )
    assert options.unsafe.isVisible()
    assert not options.max_redirects.isEnabled()


def test_a_written_timeout_is_shown_in_seconds_when_left(page: Page, options: OptionsTab) -> None:
    """`500 ms` becomes 0.5, the unit that stands behind the field; not while typing."""
    type_into(page, options.timeout.line, "500 ms")
    assert options.timeout.text() == "500 ms"
    page.keys(Qt.Key.Key_Tab)
    assert options.timeout.text() == "0.5"
    assert page.request.options.timeout_ms == 500


def test_what_is_no_value_is_said_beside_the_field_and_not_sent(
    page: Page, options: OptionsTab
) -> None:
    """The text stays, the last good value too, and Send goes to the field."""
    type_into(page, options.timeout.line, "soon")
    page.settle()
    assert options.timeout.hint.text() == "Such as 30, 1.5 s or 500 ms"
    assert page.request.options.timeout_ms is None
    page.bar.focus_url()
    page.keys(Qt.Key.Key_Return)
    assert page.sent == []
    assert page.focused() is options.timeout.line
    assert options.timeout.text() == "soon"
    assert page.bar.resolved.text == "soon is not a timeout in milliseconds."


def test_a_list_of_statuses_that_is_none_is_refused(page: Page, options: OptionsTab) -> None:
    """The engine refuses it, and the field says so while it is typed."""
    type_into(page, options.success.line, "2xx")
    assert options.success.problem
    page.editor.send()
    assert page.sent == []
    assert page.focused() is options.success.line
    type_into(page, options.success.line, "")
    assert page.request.options.success == "200-299"


def test_changed_options_have_an_arrow_back_and_a_dot(page: Page, options: OptionsTab) -> None:
    """ui.md section 3.4: the arrow resets one option; the tab names what differs."""
    arrow = next(
        button
        for button in options.findChildren(QAbstractButton)
        if button.accessibleName() == "Reset timeout"
    )
    assert not arrow.isVisible()
    type_into(page, options.timeout.line, "3")
    page.settle()
    assert "Changed: Timeout" in page.pane.tabs.bar.accessibleTabName(4)
    page.qtbot.mouseClick(arrow, Qt.MouseButton.LeftButton)
    assert page.request.options == Options()
    assert options.timeout.text() == ""
    assert not arrow.isVisible()
    page.settle()
    assert "Changed" not in page.pane.tabs.bar.accessibleTabName(4)


def test_showing_the_same_options_keeps_what_is_typed(page: Page, options: OptionsTab) -> None:
    """A request that is shown again does not tidy a field under the cursor."""
    type_into(page, options.timeout.line, "1.50")
    page.editor.set_request(page.request)
    assert options.timeout.text() == "1.50"
    page.editor.set_request(replace(page.request, options=Options(timeout_ms=2000)))
    assert options.timeout.text() == "2"


@pytest.mark.parametrize("text", ["x", "-1", "101", "1.5"])
def test_redirects_are_a_number(text: str) -> None:
    """No guess."""
    with pytest.raises(ValueError):
        parse_redirects(text)
    assert parse_redirects(" ") == Options().max_redirects


def test_tabs_tell_counts_and_kinds(page: Page) -> None:
    """Enabled rows, the kind of body; nothing where there is nothing."""
    bar = page.pane.tabs.bar
    names = [bar.accessibleTabName(at) for at in range(5)]
    assert names == ["Params", "Headers", "Body", "Auth", "Options"]
    page.editor.set_request(
        Request(
            url="http://h/",
            params=(QueryParam("a", "1"), QueryParam("b", "2", enabled=False)),
            headers=(Header("A", "1"), Header("B", "2")),
            body=RawBody(RawKind.JSON, "{}"),
        )
    )
    names = [bar.accessibleTabName(at) for at in range(5)]
    assert names == ["Params, 1", "Headers, 2", "Body, JSON", "Auth", "Options"]


def test_tabs_are_made_when_they_are_needed(page: Page) -> None:
    """Opening and sending a request builds one tab; the others keep what they were given."""
    given = Request(
        url="http://h/",
        headers=(Header("a b", "1"),),
        body=RawBody(RawKind.JSON, "{}"),
        options=Options(timeout_ms=5),
    )
    page.editor.set_request(given)
    page.type_url("http://x/")
    built = [key for key in TABS if page.pane.is_built(key)]
    assert built == ["params"]
    assert page.request == replace(given, url="http://x/")
    page.settle()
    assert "Changed: Timeout" in page.pane.tabs.bar.accessibleTabName(4)
    page.edits.clear()
    for key in TABS:
        page.pane.show_tab(key)
    assert page.edits == []
    assert page.pane.headers.own.table.rows.index(0, 0).data(Role.PROBLEM)
    assert page.pane.options.timeout.text() == "0.005"


def test_a_hidden_mistake_marks_its_tab(page: Page) -> None:
    """The mistake is two tabs away and still seen."""
    page.editor.set_request(Request(url="http://h/", headers=(Header("a b", "1"),)))
    assert "can't have" in page.pane.tabs.bar.accessibleTabName(1)


def test_every_control_has_a_name(page: Page) -> None:
    """ui.md section 8: a screen reader can tell every control."""
    page.editor.set_request(Request(url="http://h/:id", body=RawBody(RawKind.JSON, "{}")))
    for key in TABS:
        page.pane.show_tab(key)
    kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, QTableView, QComboBox)
    unnamed = [
        widget
        for kind in kinds
        for widget in page.window.findChildren(kind)
        if not (widget.accessibleName() or getattr(widget, "text", str)())
        and widget.metaObject().className() != "QTableCornerButton"
        and not widget.isHidden()
    ]
    assert unnamed == []


def test_tab_goes_from_the_url_bar_through_the_pane(page: Page) -> None:
    """ui.md section 8: method, URL, Send, tabs, content."""
    page.editor.set_request(Request(url="http://h/", headers=(Header("A", "1"),)))
    page.pane.show_tab("headers")
    page.focus(page.bar.method)
    names: list[str] = []
    for _ in range(20):
        focused = page.focused()
        assert focused is not None
        if not names or names[-1] != focused.accessibleName():
            names.append(focused.accessibleName())
        page.keys(Qt.Key.Key_Tab)
    assert names[:11] == [
        "Method, GET",
        "Connection, No connection",
        "URL",
        "Send",
        "More ways to send",
        "Copy resolved URL",
        "Secure inputs and outputs: the history keeps neither",
        "Request",
        "Headers",
        "More for Headers",
        "Headers added automatically",
    ]


def test_theme_and_text_size_change_live(page: Page) -> None:
    """Colours and heights follow at once, without a restart."""
    from PySide6.QtWidgets import QApplication

    page.editor.set_request(Request(url="http://h/a", headers=(Header("A", "1"),)))
    page.pane.show_tab("headers")
    table = page.pane.headers.own.table
    before = table.rowHeight(0), page.bar.height()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    manager = ThemeManager(RESOURCES)
    try:
        manager.apply(app, "dark")
        first = page.bar.field.document().firstBlock().layout().formats()[0]
        assert first.format.foreground().color() == theme.color("amber")
        manager.set_text_scale(2.0)
        assert (table.rowHeight(0), page.bar.height()) == (before[0] * 2, before[1] * 2)
        # The placeholder is painted with this font.
        assert page.bar.field.viewport().font().pointSizeF() == theme.mono_font(13).pointSizeF()
        page.pane.grab()
    finally:
        manager.set_text_scale(1.0)
