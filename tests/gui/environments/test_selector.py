"""The environment in the top bar, the list of them, and what a protected one asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from httpdesk.gui import theme
from httpdesk.gui.command_palette import CommandPalette, Role
from httpdesk.gui.prompt import QUIET_S, Prompts
from httpdesk.model.questions import SendToProtected
from tests.gui.environments.rooms import STAGING, Room
from tests.helpers.desk import Desk, open_desk, wait_until


def palette(desk: Desk) -> CommandPalette:
    return desk.window.findChildren(CommandPalette)[0]


def offered(desk: Desk) -> list[str]:
    model = palette(desk).list.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_none_is_chosen_at_first(room: Room) -> None:
    assert room.selector.text() == "No environment"
    assert room.selector.accessibleName() == "Environment, No environment"
    assert room.desk.window.top_line.height() == 1


def test_ctrl_e_lists_them_with_none_and_the_commands(room: Room) -> None:
    room.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)

    assert offered(room.desk) == [
        "Production",
        "Staging",
        "No environment",
        "Edit environments…",
        "New environment",
    ]
    spoken = palette(room.desk).list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Production, Protected"


def test_one_is_chosen_by_typing_and_enter_and_taken_away_again(room: Room) -> None:
    room.use("stag")
    assert room.selector.text() == "Staging"
    assert room.desk.session.workspace.environments == {str(room.root): "Staging"}

    room.use("no env")
    assert room.selector.text() == "No environment"
    assert room.desk.session.workspace.environments == {}


def test_a_click_on_the_selector_opens_the_list(room: Room) -> None:
    room.selector.click()

    assert palette(room.desk).isVisible()
    assert palette(room.desk).field.placeholderText() == "Choose an environment"


def test_the_palette_lists_only_them_behind_an_at_sign(room: Room) -> None:
    room.desk.trigger("palette")
    room.type("@prod")
    assert offered(room.desk) == ["Production"]

    room.press(Qt.Key.Key_Return)
    assert room.selector.text() == "Production"


def test_the_dot_has_the_colour_of_the_file(room: Room) -> None:
    room.use("Staging")
    room.desk.settle()
    side = theme.scaled(12)
    shot = room.selector.grab().toImage()
    assert shot.pixelColor(side, shot.height() // 2) == QColor("#d08a1c")

    room.desk.trigger("environment.choose")
    assert palette(room.desk).list.model().index(1, 0).data(Role.ENTRY).color == "#d08a1c"


def test_a_protected_one_is_said_in_a_word_and_by_a_red_line(room: Room) -> None:
    room.use("Production")

    assert room.selector.word == "Protected"
    assert room.selector.accessibleName() == "Environment, Production, Protected"
    line = room.desk.window.top_line
    assert line.height() == 2
    assert line.grab().toImage().pixelColor(5, 0) == theme.color("red")
    assert line.geometry().top() == room.desk.window.top_bar.geometry().bottom() + 1

    room.use("Staging")
    assert line.height() == 1
    assert line.grab().toImage().pixelColor(5, 0) == theme.color("border")


def test_it_follows_the_collection_of_the_tab_in_front(room: Room) -> None:
    room.use("Staging")
    room.desk.trigger("request.new")
    room.desk.type_url("http://127.0.0.1/")
    assert room.selector.text() == "No environment"

    room.desk.trigger("tab.previous")
    assert room.selector.text() == "Staging"


def test_one_that_is_gone_is_said_to_be_missing(room: Room) -> None:
    room.use("Staging")
    (room.root / "environments" / "Staging.yml").unlink()
    room.read()

    assert (room.selector.text(), room.selector.word) == ("Staging", "Not found")


def test_the_choice_is_there_after_a_restart(qtbot: QtBot) -> None:
    with open_desk() as desk:
        first = Room(desk, Path(desk.open_sample()))
        first.write("Staging", STAGING)
        first.read()
        desk.open_item(str(first.root), "orders/create-an-order.yml")
        first.use("Staging")

    with open_desk() as again:
        selector = again.session.environment_commands.selector
        wait_until(lambda: selector.text() == "Staging", "the chosen environment")


def test_a_new_one_is_made_chosen_and_opened(room: Room) -> None:
    room.desk.trigger("environment.new")
    room.settle()

    assert room.names() == ["New environment", "Production", "Staging"]
    assert room.selector.text() == "New environment"
    assert room.page.current == "New environment"


def test_a_broken_file_is_listed_with_its_problem(room: Room) -> None:
    room.write("Broken", "<<<<<<< ours\n" + STAGING)
    room.read()
    room.desk.trigger("environment.choose")
    assert "Broken" in offered(room.desk)

    room.type("Broken")
    room.press(Qt.Key.Key_Return)

    assert room.selector.text() == "No environment"
    assert len(room.desk.messages()) == 1


@pytest.mark.parametrize(
    ("later", "root", "environment", "known"),
    [
        (QUIET_S - 1, "/a", "Live", True),
        (QUIET_S, "/a", "Live", False),
        (1, "/b", "Live", False),
        (1, "/a", "Other", False),
    ],
)
def test_quiet_holds_ten_minutes_for_one_environment_of_one_collection(
    qapp: object, later: float, root: str, environment: str, known: bool
) -> None:
    now = [100.0]
    prompts = Prompts(now=lambda: now[0])
    prompts.keep_quiet(SendToProtected("Live", "POST", "https://a.test/"), "/a")
    now[0] += later

    asked = SendToProtected(environment, "DELETE", "https://a.test/other")
    assert prompts.knows(asked, root) is known
