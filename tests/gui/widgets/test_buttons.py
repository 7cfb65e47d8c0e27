"""Buttons, segments, fields and dividers: keys, names, and how they look when disabled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from httpdesk.gui import theme
from httpdesk.gui.theme import ThemeManager
from httpdesk.gui.widgets.buttons import IconButton, MenuButton, TextButton
from httpdesk.gui.widgets.number_field import NumberField
from httpdesk.gui.widgets.reading_order import tab_stops
from httpdesk.gui.widgets.segmented import Segmented
from httpdesk.gui.widgets.split_button import SplitButton
from httpdesk.gui.widgets.splitter import Splitter
from tests.gui.gallery import RESOURCES


def spoken(widget: QWidget) -> tuple[QAccessible.Role, str]:
    """Return role and name as a screen reader finds them."""
    found = QAccessible.queryAccessibleInterface(widget)
    return found.role(), found.text(QAccessible.Text.Name)


def inks(widget: QWidget) -> set[str]:
    """Return the colours on a widget."""
    image = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


def has(widget: QWidget, token: str) -> bool:
    """Return whether a token's colour is on the widget."""
    return QColor(theme.hex_color(token)).name() in inks(widget)


def darkest(widget: QWidget) -> int:
    """Return the lightness of the darkest pixel on a widget."""
    return min(QColor(ink).lightness() for ink in inks(widget))


MAKERS: dict[str, Callable[[], QWidget]] = {
    "icon": lambda: IconButton("copy", "Copy", shortcut="Ctrl+C"),
    "text": lambda: TextButton("Try again"),
    "split": lambda: SplitButton("Send", "send").main,
}


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
@pytest.mark.parametrize("kind", ["icon", "text"])
def test_space_and_enter_click(qtbot: QtBot, kind: str, key: Qt.Key) -> None:
    button = MAKERS[kind]()
    qtbot.addWidget(button)
    assert isinstance(button, IconButton | TextButton)
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, key)


def test_an_icon_button_says_its_name_and_keys(qtbot: QtBot) -> None:
    button = IconButton("copy", "Copy", shortcut="Ctrl+Shift+C")
    qtbot.addWidget(button)
    assert spoken(button) == (QAccessible.Role.Button, "Copy")
    assert "Copy (Ctrl+Shift+C)" in button.toolTip()
    button.set_name("Copy again")
    assert spoken(button)[1] == "Copy again"
    assert "(" not in button.toolTip()


def test_an_icon_button_is_at_least_24_wide(qtbot: QtBot) -> None:
    for size in (24, 28):
        button = IconButton("x", "Close", size=size)
        qtbot.addWidget(button)
        assert button.width() == button.height() == size


def test_a_disabled_icon_button_is_paler(qtbot: QtBot) -> None:
    button = IconButton("menu", "Less", color="text")
    qtbot.addWidget(button)
    enabled = darkest(button)
    button.setEnabled(False)
    assert darkest(button) > enabled + 40


@pytest.mark.parametrize(
    ("kind", "fill"), [("primary", "accent"), ("default", "border_ctl"), ("danger", "red")]
)
def test_kinds_of_button_differ(qtbot: QtBot, kind: str, fill: str) -> None:
    button = TextButton("Connect", kind=kind)  # type: ignore[arg-type]
    qtbot.addWidget(button)
    assert has(button, fill)
    button.setEnabled(False)
    assert not has(button, fill)


def test_a_button_is_as_wide_as_its_words(qtbot: QtBot) -> None:
    short, long = TextButton("Go"), TextButton("Use system certificates")
    iconed = TextButton("Go", icon="send")
    for button in (short, long, iconed):
        qtbot.addWidget(button)
    assert long.sizeHint().width() > 2 * short.sizeHint().width()
    assert iconed.sizeHint().width() == short.sizeHint().width() + 22
    assert short.sizeHint().height() == 28


def test_a_menu_button_opens_its_menu_by_key(qtbot: QtBot) -> None:
    button = MenuButton("JSON", dot=("half", "amber"))
    qtbot.addWidget(button)
    button.show()
    chosen: list[str] = []
    for text in ("JSON", "XML"):
        button.menu().addAction(text, lambda text=text: chosen.append(text))

    def choose() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        QTest.keyClick(menu, Qt.Key.Key_Down)
        QTest.keyClick(menu, Qt.Key.Key_Down)
        QTest.keyClick(menu, Qt.Key.Key_Return)

    # Qt runs the menu inside the click, so the keys have to come from the event loop.
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Down):
        QTimer.singleShot(0, choose)
        QTest.keyClick(button, key)
    assert chosen == ["XML"] * 3
    assert spoken(button) == (QAccessible.Role.ButtonMenu, "JSON")


def test_a_menu_button_elides_when_there_is_no_room(qtbot: QtBot) -> None:
    button = MenuButton("A workspace with a very long name")
    qtbot.addWidget(button)
    assert button.minimumSizeHint().width() < 80
    button.resize(100, 28)
    whole = inks(button)
    assert len(whole) > 3
    button.setText("Short")
    assert button.sizeHint().width() < 100


def test_the_main_button_turns_into_cancel(qtbot: QtBot) -> None:
    button = SplitButton("Send", "send", shortcut="Ctrl+Return")
    qtbot.addWidget(button)
    button.show()
    assert (button.width(), button.height()) == (112, 36)
    assert spoken(button.main) == (QAccessible.Role.Button, "Send")
    assert spoken(button.more)[1] == "More ways to send"
    assert has(button, "accent")
    button.set_cancel(True)
    assert button.is_cancel
    assert spoken(button.main)[1] == "Cancel"
    assert "Esc" in button.main.toolTip()
    assert not button.more.isVisible()
    assert not has(button, "accent")
    assert (button.width(), button.height()) == (112, 36)
    button.set_cancel(False)
    assert spoken(button.main)[1] == "Send"
    assert button.more.isVisible()


def test_both_faces_of_the_main_button_click(qtbot: QtBot) -> None:
    button = SplitButton("Send", "send")
    qtbot.addWidget(button)
    button.show()
    for cancel in (False, True):
        button.set_cancel(cancel)
        with qtbot.waitSignal(button.clicked):
            QTest.mouseClick(button.main, Qt.MouseButton.LeftButton)
        with qtbot.waitSignal(button.clicked):
            QTest.keyClick(button.main, Qt.Key.Key_Return)


def test_the_chevron_opens_the_menu(qtbot: QtBot) -> None:
    button = SplitButton("Send", "send")
    qtbot.addWidget(button)
    button.show()
    button.menu().addAction("Copy as cURL")
    QTest.mouseClick(button.more, Qt.MouseButton.LeftButton)
    assert QApplication.activePopupWidget() is button.menu()
    button.menu().close()


def test_a_disabled_main_button_is_grey(qtbot: QtBot) -> None:
    button = SplitButton("Send", "send")
    qtbot.addWidget(button)
    button.setEnabled(False)
    assert not has(button, "accent")


# Segments


def test_arrows_move_the_choice(qtbot: QtBot) -> None:
    segments = Segmented(["Pretty", "Tree", "Raw"], "View")
    qtbot.addWidget(segments)
    with qtbot.waitActive(segments):
        segments.show()
        segments.activateWindow()
    segments.button(0).setFocus()
    heard: list[int] = []
    segments.currentChanged.connect(heard.append)
    assert segments.current == 0
    QTest.keyClick(segments.button(0), Qt.Key.Key_Right)
    QTest.keyClick(segments.button(1), Qt.Key.Key_Right)
    QTest.keyClick(segments.button(2), Qt.Key.Key_Left)
    assert heard == [1, 2, 1]
    assert segments.current == 1


def test_tab_stops_at_the_chosen_segment_only(qtbot: QtBot) -> None:
    segments = Segmented(["Pretty", "Tree", "Raw"])
    qtbot.addWidget(segments)
    segments.show()
    assert tab_stops(segments) == [segments.button(0)]
    segments.set_current(2)
    assert tab_stops(segments) == [segments.button(2)]


def test_a_click_anywhere_on_a_segment_chooses_it(qtbot: QtBot) -> None:
    segments = Segmented(["Pretty", "Tree", "Raw"])
    qtbot.addWidget(segments)
    segments.show()
    last = segments.button(2)
    QTest.mouseClick(last, Qt.MouseButton.LeftButton, pos=last.rect().bottomRight())
    assert segments.current == 2


def test_segments_are_radio_buttons_to_a_screen_reader(qtbot: QtBot) -> None:
    segments = Segmented(["Pretty", "Tree"], "View")
    qtbot.addWidget(segments)
    assert spoken(segments)[1] == "View"
    assert spoken(segments.button(1)) == (QAccessible.Role.RadioButton, "Tree")
    segments.set_enabled(1, False)
    assert not segments.button(1).isEnabled()
    segments.set_current(0)
    assert segments.current == 0


# Numbers and dividers


def test_the_wheel_over_a_number_changes_nothing(qtbot: QtBot) -> None:
    field = NumberField("Timeout", 0, 3600)
    qtbot.addWidget(field)
    field.setValue(30)
    field.show()
    with qtbot.waitActive(field):
        field.activateWindow()
    field.setFocus()
    turn = QWheelEvent(
        QPoint(5, 5), field.mapToGlobal(QPoint(5, 5)), QPoint(0, 0), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(field, turn)
    assert field.value() == 30


def test_a_number_counts_by_arrow_keys_and_keeps_its_distance(qtbot: QtBot) -> None:
    field = NumberField("Timeout", 0, 3600)
    qtbot.addWidget(field)
    assert spoken(field) == (QAccessible.Role.SpinBox, "Timeout")
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == 1
    assert field.lineEdit().textMargins().left() == 9


def make_splitter(qtbot: QtBot) -> Splitter:
    """Return a shown splitter of two panes, 1001 wide."""
    splitter = Splitter(Qt.Orientation.Horizontal)
    qtbot.addWidget(splitter)
    for _ in range(2):
        splitter.addWidget(QWidget())
    splitter.resize(1001, 300)
    splitter.show()
    return splitter


def test_the_divider_is_a_hairline_that_is_easy_to_grab(qtbot: QtBot) -> None:
    splitter = make_splitter(qtbot)
    handle = splitter.handle(1)
    assert splitter.handleWidth() == 1
    assert handle.width() >= 5
    assert handle.contentsRect().width() == 1


def test_a_double_click_on_the_divider_resets_it(qtbot: QtBot) -> None:
    splitter = make_splitter(qtbot)
    splitter.setSizes([200, 800])
    with qtbot.waitSignal(splitter.splitterMoved):
        QTest.mouseDClick(splitter.handle(1), Qt.MouseButton.LeftButton)
    assert splitter.sizes() == [450, 550]


def test_arrows_move_the_divider_and_home_resets_it(qtbot: QtBot) -> None:
    splitter = make_splitter(qtbot)
    splitter.setSizes([500, 500])
    handle = splitter.handle(1)
    QTest.keyClick(handle, Qt.Key.Key_Right)
    assert splitter.sizes() == [516, 484]
    QTest.keyClick(handle, Qt.Key.Key_Left)
    QTest.keyClick(handle, Qt.Key.Key_Left)
    assert splitter.sizes() == [484, 516]
    QTest.keyClick(handle, Qt.Key.Key_Home)
    assert splitter.sizes() == [450, 550]
    assert handle.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert spoken(handle)[1] == "Divider"


def test_sizes_follow_the_text_size(qtbot: QtBot, qapp: QApplication) -> None:
    manager = ThemeManager(RESOURCES)
    manager.apply(qapp, "light")
    send, segments = SplitButton("Send", "send"), Segmented(["A", "B"])
    icon, text = IconButton("x", "Close"), TextButton("Save")
    for widget in (send, segments, icon, text):
        qtbot.addWidget(widget)
    manager.set_text_scale(2.0)
    try:
        assert (send.width(), send.height()) == (224, 72)
        assert segments.height() == 56
        assert icon.width() == 56
        assert text.sizeHint().height() == 56
    finally:
        manager.set_text_scale(1.0)
    assert (send.width(), send.height()) == (112, 36)
