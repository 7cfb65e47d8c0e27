"""Labels, pills, notifications, progress, the find bar and the focus ring."""

from __future__ import annotations

import gc
import weakref

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QFontMetrics, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from httpdesk.gui import theme
from httpdesk.gui.theme import ThemeManager
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.code_editor import CodeEditor
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.focus_ring import FocusRing
from httpdesk.gui.widgets.item_delegate import method_color, method_short
from httpdesk.gui.widgets.key_cap import KeyCap
from httpdesk.gui.widgets.labels import PlainLabel, plain_tooltip
from httpdesk.gui.widgets.notifications import Notifications
from httpdesk.gui.widgets.progress import ProgressLine
from httpdesk.gui.widgets.search_bar import SearchBar
from httpdesk.gui.widgets.section import HLine, VLine
from httpdesk.gui.widgets.split_button import SplitButton
from httpdesk.gui.widgets.state_dot import StateDot
from httpdesk.gui.widgets.status_pill import TONES, StatusPill
from tests.gui.gallery import JSON, RESOURCES, Gallery
from tests.gui.widgets.test_buttons import has, inks

HOSTILE = '<img src="file:///etc/passwd"><b>bold</b> if (a<b && c>d)'

# Text


def test_a_label_shows_markup_as_it_is(qtbot: QtBot) -> None:
    """Security: server text is never read as markup."""
    label, plain = PlainLabel(HOSTILE), PlainLabel("if (a")
    for widget in (label, plain):
        qtbot.addWidget(widget)
    whole = QFontMetrics(label.font()).horizontalAdvance(HOSTILE)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.sizeHint().width() >= whole


def test_a_tooltip_shows_markup_as_it_is(qapp: QApplication) -> None:
    """A tooltip is read as markup whenever it looks like it, so ours is markup that quotes."""
    shown = QTextDocument()
    shown.setHtml(plain_tooltip(HOSTILE))
    assert shown.toPlainText() == HOSTILE
    assert plain_tooltip("") == ""


def test_a_label_that_is_cut_says_all_of_it_in_its_tooltip(qtbot: QtBot) -> None:
    label = PlainLabel("a name that is <far> too long for its room", elide=True)
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()
    shown = QTextDocument()
    shown.setHtml(label.toolTip())
    assert shown.toPlainText() == label.text()
    label.resize(600, 20)
    assert label.toolTip() == ""
    assert label.minimumSizeHint().width() <= 24


def test_a_label_has_the_colour_of_its_token_on_any_background(
    qtbot: QtBot, qapp: QApplication
) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    page.setBackgroundRole(page.palette().ColorRole.Base)
    label = PlainLabel("▇▇", color="red", parent=page)
    assert has(label, "red")
    label.set_color("green")
    assert has(label, "green")
    ThemeManager(RESOURCES).apply(qapp, "dark")
    assert has(label, "green")


def test_widgets_are_freed_though_the_theme_knows_them(qtbot: QtBot, qapp: QApplication) -> None:
    """A connection to a bound method must not keep the widget of it."""
    label = PlainLabel("x")
    ghost = weakref.ref(label)
    del label
    gc.collect()
    assert ghost() is None
    ThemeManager(RESOURCES).apply(qapp, "dark")


@pytest.mark.parametrize("tone", TONES)
def test_a_pill_has_words_on_the_tint_of_its_tone(qtbot: QtBot, tone: str) -> None:
    pill = StatusPill()
    qtbot.addWidget(pill)
    pill.set_status("200 OK", tone)
    pill.resize(pill.sizeHint())
    assert has(pill, f"{tone}_tint")
    spoken = QAccessible.queryAccessibleInterface(pill)
    assert spoken.text(QAccessible.Text.Name) == "200 OK"
    assert spoken.role() is QAccessible.Role.StaticText


def test_a_pill_keeps_its_look_when_its_row_moves(
    qtbot: QtBot, qapp: QApplication, request: pytest.FixtureRequest
) -> None:
    """ui.md 2, merged rows: the status row goes into the tab row and back."""
    window, row = QWidget(), QWidget()
    qtbot.addWidget(window)
    pill = StatusPill(row)
    row.setParent(window)
    window.show()
    pill.set_status("DNS error", "red")
    manager = ThemeManager(RESOURCES)
    manager.apply(qapp, "light")
    request.addfinalizer(lambda: manager.set_text_scale(1.0))
    manager.set_text_scale(2.0)
    row.setParent(QWidget(window))
    assert pill.palette().windowText().color() == theme.color("red")
    assert pill.font().pointSizeF() == theme.ui_font(13).pointSizeF()


def test_an_unknown_tone_is_refused(qtbot: QtBot) -> None:
    pill = StatusPill()
    qtbot.addWidget(pill)
    with pytest.raises(ValueError, match="pink"):
        pill.set_status("x", "pink")


def test_states_differ_in_shape_not_only_in_colour(qtbot: QtBot) -> None:
    dot = StateDot("disc", "text", "Connected")
    qtbot.addWidget(dot)
    pictures = set()
    for shape in ("disc", "hollow", "half", "triangle", "ring"):
        dot.set_state(shape, "text", shape)
        pictures.add(bytes(dot.grab().toImage().constBits()))
        spoken = QAccessible.queryAccessibleInterface(dot)
        assert spoken.text(QAccessible.Text.Name) == shape
    assert len(pictures) == 5


@pytest.mark.parametrize(
    ("method", "token", "short"),
    [
        ("GET", "blue", "GET"),
        ("post", "green", "post"),
        ("PUT", "amber", "PUT"),
        ("PATCH", "violet", "PATCH"),
        ("DELETE", "red", "DEL"),
        ("OPTIONS", "slate", "OPT"),
        ("HEAD", "slate", "HEAD"),
        ("PROPFIND", "slate", "PROPF…"),
    ],
)
def test_methods_have_a_colour_and_a_short_name(method: str, token: str, short: str) -> None:
    assert (method_color(method), method_short(method)) == (token, short)


def test_a_key_cap_shows_the_keys(qtbot: QtBot) -> None:
    for shortcut, text in (("Ctrl+Shift+N", "Ctrl Shift N"), ("Ctrl++", "Ctrl +")):
        cap = KeyCap(shortcut)
        qtbot.addWidget(cap)
        assert cap.text() == text


def test_hairlines_are_one_pixel(qtbot: QtBot) -> None:
    across, down = HLine(), VLine()
    for line in (across, down):
        qtbot.addWidget(line)
    assert across.height() == 1
    assert down.width() == 1
    assert inks(across) == {QColor(theme.hex_color("border")).name()}


def test_an_empty_state_offers_one_thing_to_do(qtbot: QtBot) -> None:
    state = EmptyState("No requests yet", "They appear here.", "Add one")
    qtbot.addWidget(state)
    with qtbot.waitSignal(state.actionTriggered):
        QTest.keyClick(state.action, Qt.Key.Key_Return)
    bare = EmptyState("Nothing")
    qtbot.addWidget(bare)
    bare.show()
    assert not bare.action.isVisible()
    assert not bare.text.isVisible()


def test_building_a_widget_never_shows_a_window(qtbot: QtBot, qapp: QApplication) -> None:
    """A child made visible before it has a parent flashes up as a window of its own."""

    class Watch(QWidget):
        shown = 0

        def eventFilter(self, watched: object, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
                Watch.shown += watched.isWindow()
            return False

    watch = Watch()
    qtbot.addWidget(watch)
    qapp.installEventFilter(watch)
    page = Gallery()
    page.notifications.show_message("x", action="Undo")
    qapp.removeEventFilter(watch)
    qtbot.addWidget(page)
    assert Watch.shown == 0


# Notifications


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """Give an active window 800 x 600."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 600)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_a_message_stands_at_the_bottom_right(window: QWidget) -> None:
    notes = Notifications(window)
    message = notes.show_message("Create refund was deleted.", action="Undo")
    box = message.geometry()
    assert 320 <= box.width() <= 340
    assert window.width() - box.right() <= 16
    assert box.bottom() < window.height() - 24
    window.resize(1000, 700)
    assert window.width() - message.geometry().right() <= 16


def test_at_most_three_messages_are_shown(window: QWidget) -> None:
    notes = Notifications(window)
    for number in range(5):
        notes.show_message(f"Message {number}")
    assert [note.label.text() for note in notes.messages] == ["Message 2", "Message 3", "Message 4"]
    tops = [note.geometry().top() for note in notes.messages]
    assert tops == sorted(tops)


def test_the_action_is_done_once_and_the_message_goes(window: QWidget) -> None:
    done: list[bool] = []
    notes = Notifications(window)
    message = notes.show_message("Deleted.", action="Undo", on_action=lambda: done.append(True))
    QTest.mouseClick(message.action, Qt.MouseButton.LeftButton)
    assert done == [True]
    assert notes.messages == []


def test_a_message_goes_after_six_seconds_unless_it_is_looked_at(window: QWidget) -> None:
    notes = Notifications(window)
    message = notes.show_message("Done.", action="Open")
    assert message._timer.isActive()
    assert message._timer.interval() == 6000
    QApplication.sendEvent(message, QEvent(QEvent.Type.Leave))
    message.action.setFocus(Qt.FocusReason.TabFocusReason)
    assert not message._timer.isActive()
    message.action.clearFocus()
    assert message._timer.isActive()
    message._timer.timeout.emit()
    assert notes.messages == []


def test_the_mouse_on_a_message_keeps_it(window: QWidget, qtbot: QtBot) -> None:
    message = Notifications(window).show_message("Done.")
    QTest.mouseMove(window.windowHandle(), message.geometry().center())
    qtbot.waitUntil(lambda: not message._timer.isActive())
    QTest.mouseMove(window.windowHandle(), QPoint(5, 5))
    qtbot.waitUntil(message._timer.isActive)


def test_errors_stay(window: QWidget) -> None:
    notes = Notifications(window)
    assert not notes.show_message("Refresh failed.", tone="error")._timer.isActive()
    assert not notes.show_message("Saved.", sticky=True)._timer.isActive()


def test_a_message_can_be_dismissed_by_key(window: QWidget) -> None:
    notes = Notifications(window)
    first, second = notes.show_message("One"), notes.show_message("Two")
    QTest.keyClick(first, Qt.Key.Key_Escape)
    assert notes.messages == [second]
    QTest.keyClick(second.close_button, Qt.Key.Key_Return)
    assert notes.messages == []


def test_a_message_tells_its_text_as_its_name(window: QWidget) -> None:
    message = Notifications(window).show_message("Done.")
    spoken = QAccessible.queryAccessibleInterface(message)
    assert spoken.text(QAccessible.Text.Name) == "Done."


def test_a_message_fades_in_and_is_then_painted_directly(window: QWidget, qtbot: QtBot) -> None:
    message = Notifications(window).show_message("Done.")
    effect = message.graphicsEffect()
    assert isinstance(effect, QGraphicsOpacityEffect)
    assert effect.opacity() == 0.0
    del effect
    qtbot.waitUntil(lambda: message.graphicsEffect() is None, timeout=2000)


def test_with_reduced_motion_a_message_is_there_at_once(
    window: QWidget, qapp: QApplication
) -> None:
    manager = ThemeManager(RESOURCES)
    manager.apply(qapp, "light")
    manager.set_reduced_motion(True)
    try:
        assert Notifications(window).show_message("Done.").graphicsEffect() is None
    finally:
        manager.set_reduced_motion(False)


# Progress


def test_progress_shows_its_part(qtbot: QtBot) -> None:
    bar = ProgressLine("Download")
    qtbot.addWidget(bar)
    bar.resize(100, bar.height())
    bar.show()
    widths = []
    for fraction in (0.0, 0.25, 1.5):
        bar.set_fraction(fraction)
        image = bar.grab().toImage()
        accent = theme.color("accent").rgb()
        widths.append(sum(image.pixel(x, 2) == accent for x in range(image.width())))
    assert widths[0] == 0
    assert 20 <= widths[1] <= 26
    assert widths[2] >= 98
    spoken = QAccessible.queryAccessibleInterface(bar)
    assert spoken.role() is QAccessible.Role.ProgressBar
    assert spoken.text(QAccessible.Text.Name) == "Download"


def test_busy_progress_steps_only_while_it_is_seen(qtbot: QtBot) -> None:
    bar = ProgressLine()
    qtbot.addWidget(bar)
    bar.set_fraction(None)
    assert not bar._timer.isActive()
    bar.show()
    assert bar._timer.isActive()
    bar.set_fraction(0.5)
    assert not bar._timer.isActive()
    bar.set_fraction(None)
    bar.hide()
    assert not bar._timer.isActive()


# Find


@pytest.fixture
def finder(window: QWidget) -> SearchBar:
    """Give a find bar over an editor with the JSON of the gallery."""
    editor = CodeEditor()
    editor.set_language("json")
    editor.setPlainText(JSON)
    layout = QVBoxLayout(window)
    bar = SearchBar(editor)
    layout.addWidget(bar)
    layout.addWidget(editor)
    bar.open()
    return bar


def test_find_counts_and_walks_around(finder: SearchBar) -> None:
    QTest.keyClicks(finder.field, "order")
    assert finder.match_count == 2
    assert finder.count.text() == "1 of 2"
    for expected in ("2 of 2", "1 of 2"):
        QTest.keyClick(finder.field, Qt.Key.Key_Return)
        assert finder.count.text() == expected
    QTest.keyClick(finder.field, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert finder.count.text() == "2 of 2"
    assert len(finder._editor.extraSelections()) == 2


def test_find_says_when_there_is_nothing(finder: SearchBar) -> None:
    finder.field.setText("nowhere")
    assert finder.count.text() == "No match"
    finder.field.setText("")
    assert finder.count.text() == ""
    QTest.keyClick(finder.field, Qt.Key.Key_Return)


def test_escape_closes_find_and_leaves_the_match_selected(finder: SearchBar, qtbot: QtBot) -> None:
    finder.field.setText("amount")
    with qtbot.waitSignal(finder.closed):
        QTest.keyClick(finder.field, Qt.Key.Key_Escape)
    assert not finder.isVisible()
    assert finder._editor.hasFocus()
    assert finder._editor.textCursor().selectedText() == "amount"
    assert finder._editor.extraSelections() == []


def test_find_follows_edits_and_opens_folds(finder: SearchBar) -> None:
    editor = finder._editor
    finder.field.setText("SUP-20417")
    finder.close_bar()
    editor.toggle_fold(5)
    editor.go_to(1)
    finder.field.setText("")
    finder.open()
    finder.field.setText("SUP-20417")
    assert not editor.is_folded(5)
    editor.setPlainText('"SUP-20417" "SUP-20417"')
    assert finder.match_count == 2


def test_find_begins_with_the_selected_text(finder: SearchBar) -> None:
    finder.close_bar()
    cursor = finder._editor.document().find("metadata")
    finder._editor.setTextCursor(cursor)
    finder.open()
    assert finder.field.text() == "metadata"
    assert finder.field.hasFocus()


# The ring


@pytest.fixture
def ring(window: QWidget, qtbot: QtBot) -> FocusRing:
    """Give a ring in a window of a button, a field, a split button and a button far below."""
    layout = QHBoxLayout(window)
    scroll, inside = QScrollArea(), QWidget()
    column = QVBoxLayout(inside)
    for number in range(40):
        column.addWidget(TextButton(f"Row {number}"))
    scroll.setWidget(inside)
    for widget in (TextButton("One"), QLineEdit(), SplitButton("Send", "send"), scroll):
        layout.addWidget(widget)
    return FocusRing(window)


def press(window: QWidget, key: Qt.Key = Qt.Key.Key_Tab) -> None:
    """Press a key as the window system would."""
    QTest.keyClick(window.windowHandle(), key)


def test_the_ring_follows_the_tab_key(ring: FocusRing, window: QWidget) -> None:
    window.findChildren(TextButton)[0].setFocus()
    assert ring.target is None
    press(window)
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    assert ring.target is None, "text fields show a border of their own"
    press(window)
    target = ring.target
    assert isinstance(target, SplitButton), "both parts of the main button get one ring"
    assert ring.isVisible()
    corner = target.mapTo(window, QPoint(0, 0))
    assert ring.geometry().topLeft() == corner - QPoint(3, 3)
    assert ring.width() == target.width() + 6


def test_a_mouse_press_hides_the_ring(ring: FocusRing, window: QWidget) -> None:
    press(window)
    press(window)
    press(window)
    assert ring.isVisible()
    QTest.mousePress(window.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert not ring.isVisible()


def test_focus_by_mouse_shows_no_ring(ring: FocusRing, window: QWidget) -> None:
    press(window)
    button = window.findChildren(TextButton)[0]
    where = button.mapTo(window, button.rect().center())
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=where)
    assert QApplication.focusWidget() is button
    assert ring.target is None


def test_the_ring_moves_with_its_widget(ring: FocusRing, window: QWidget) -> None:
    press(window)
    while not isinstance(ring.target, SplitButton):
        press(window)
    before = ring.geometry()
    ring.target.move(ring.target.pos() + QPoint(0, 40))
    assert ring.geometry() == before.translated(0, 40)
    gone = ring.target
    gone.hide()
    assert ring.target is not gone


def test_a_widget_with_the_ring_is_scrolled_into_view(ring: FocusRing, window: QWidget) -> None:
    press(window)
    scroll = window.findChildren(QScrollArea)[0]
    last = window.findChildren(TextButton)[-1]
    last.setFocus(Qt.FocusReason.ShortcutFocusReason)
    assert ring.target is last
    assert scroll.verticalScrollBar().value() > 0
    seen = scroll.viewport().rect()
    assert seen.contains(last.mapTo(scroll.viewport(), last.rect().center()))


def test_the_ring_does_not_reach_out_of_a_scroll_area(ring: FocusRing, window: QWidget) -> None:
    press(window)
    scroll = window.findChildren(QScrollArea)[0]
    last = window.findChildren(TextButton)[-1]
    last.setFocus(Qt.FocusReason.ShortcutFocusReason)
    assert ring.mask().isEmpty()
    bar = scroll.verticalScrollBar()
    bar.setValue(bar.value() - last.height() // 2 - 8)
    assert not ring.mask().isEmpty()
    assert ring.mask().boundingRect().height() < ring.height()
    bar.setValue(0)
    assert not ring.isVisible()


def test_the_ring_never_takes_a_click(ring: FocusRing) -> None:
    assert ring.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert ring.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_a_second_window_has_no_part_in_the_ring(
    ring: FocusRing, window: QWidget, qtbot: QtBot
) -> None:
    press(window)
    other = QPushButton("Elsewhere")
    qtbot.addWidget(other)
    with qtbot.waitActive(other):
        other.show()
        other.activateWindow()
    other.setFocus()
    assert ring.target is None


# All of them


def test_everything_that_takes_the_focus_has_a_name_and_a_role(qtbot: QtBot) -> None:
    """Quality: every interactive widget has an accessible name and role."""
    page = Gallery()
    qtbot.addWidget(page)
    page.show()
    nameless: list[tuple[QWidget, object]] = []
    for widget in page.findChildren(QWidget):
        takes_focus = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if not widget.isVisible() or not takes_focus or widget.focusProxy() is not None:
            continue
        spoken = QAccessible.queryAccessibleInterface(widget)
        if spoken.role() in (QAccessible.Role.NoRole, QAccessible.Role.Client):
            nameless.append((widget, spoken.role()))
        if not spoken.text(QAccessible.Text.Name):
            nameless.append((widget, "no name"))
    assert nameless == []
