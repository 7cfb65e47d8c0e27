"""The page of environments: variables, secrets, comparison, and files that change meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from httpdesk.gui.item_models.key_value_table import Role
from httpdesk.gui.item_models.variable_table import Likeness, VariableColumn, VariableRole
from httpdesk.gui.tables.row_delegate import eye_place
from httpdesk.gui.widgets.conflict_bar import COPY, MINE, THEIRS
from httpdesk.model.environment import ValueType
from httpdesk.model.errors import SecretsFailed, SecretsReason
from tests.gui.environments.rooms import PRODUCTION, STAGING, Room
from tests.helpers.desk import open_desk, wait_until

NAME, VALUE, SECRET = VariableColumn.KEY, VariableColumn.VALUE, VariableColumn.SECRET
TYPE, OTHER = VariableColumn.TYPE, VariableColumn.OTHER


def undo(room: Room) -> None:
    """Click Undo in the last notification."""
    message = room.desk.session.notices.shown()[-1]
    assert message.action is not None
    message.action.click()
    room.settle()


def test_the_page_shows_the_chosen_one_and_lists_the_others(room: Room) -> None:
    room.use("Staging")
    page = room.page

    assert page.current == "Staging"
    assert page.list.keys() == ["Production", "Staging", "\n"]
    assert room.cells(NAME) == ["order_id", "base_url", "api_key"]
    assert room.cells(VALUE) == ["ord_1", "https://staging.test", "No value yet"]
    assert not page.save_button.isEnabled()


def test_a_changed_value_changes_one_line_of_the_file(room: Room) -> None:
    """Statement 82."""
    room.show("Staging")
    room.set(0, VALUE, "ord_2")
    assert room.page.save_button.isEnabled()
    room.save()

    assert room.text("Staging") == STAGING.replace("value: ord_1", "value: ord_2")
    assert not room.form.is_edited
    assert not room.page.save_button.isEnabled()


def test_typing_into_the_last_row_adds_a_variable(room: Room) -> None:
    room.show("Staging")
    room.set(3, NAME, "region")
    room.set(3, VALUE, "eu")
    room.save()

    assert room.text("Staging").startswith(STAGING)
    assert room.text("Staging").removeprefix(STAGING).split() == [
        "-",
        "name:",
        "region",
        "value:",
        "eu",
    ]


def test_a_secret_is_typed_hidden_and_kept_in_the_keyring_only(room: Room) -> None:
    room.show("Staging")
    editor = room.open_cell(2, VALUE)
    assert editor.echoMode() == QLineEdit.EchoMode.Password

    room.type("planted-secret")
    room.press(Qt.Key.Key_Return)
    assert room.cells(VALUE)[2] == "••••••••"
    room.save()

    assert room.secret("Staging", "api_key") == "planted-secret"
    assert room.text("Staging") == STAGING
    assert not room.form.is_edited
    assert "planted-secret" not in repr(room.form.change())
    model = room.form.model
    spoken = str(model.index(2, VALUE).data(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken == "Variable 3 of 3, enabled, api_key, hidden value, secret"


def test_the_eye_shows_a_kept_secret_for_a_while(room: Room) -> None:
    room.keep("Staging", "api_key", "planted-secret")
    form = room.show("Staging")
    wait_until(lambda: form.model.index(2, VALUE).data(Role.SENSITIVE), "the eye")

    place = eye_place(form.table.visualRect(form.model.index(2, VALUE))).center()
    QTest.mouseClick(
        form.table.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(place),
    )
    wait_until(lambda: room.cells(VALUE)[2] == "planted-secret", "the secret")
    assert not form.is_edited

    form.model.hide_secrets()
    assert room.cells(VALUE)[2] == "••••••••"


def test_a_plain_value_that_becomes_a_secret_leaves_the_file(room: Room) -> None:
    form = room.show("Staging")
    index = form.model.index(0, SECRET)
    assert index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Unchecked
    form.table.setFocus()
    form.table.setCurrentIndex(index)
    room.press(Qt.Key.Key_Space)
    room.save()

    assert room.secret("Staging", "order_id") == "ord_1"
    assert "ord_1" not in room.text("Staging")


def test_a_secret_that_cannot_be_kept_is_not_lost_and_can_be_kept_for_the_session(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = room.desk.ports.secrets()
    room.desk.session.settings.change(secrets="keyring")
    room.show("Staging")
    room.set(2, VALUE, "planted-secret")

    def refuse(_name: str, _value: str) -> None:
        raise SecretsFailed(reason=SecretsReason.NO_STORE)

    monkeypatch.setattr(secrets, "keep", refuse)
    room.save()

    bar = room.form.secret_bar
    assert bar.isVisible()
    assert room.form.is_edited
    assert room.secret("Staging", "api_key") is None

    bar.buttons["session"].click()
    room.settle()
    assert room.secret("Staging", "api_key") == "planted-secret"
    assert not room.form.is_edited
    assert not bar.isVisible()


def test_the_type_of_a_value_is_chosen_from_a_menu(room: Room) -> None:
    form = room.show("Staging")
    menu = form.table.type_menu(0)
    assert [each.text() for each in menu.actions()] == ["Text", "Number", "Boolean", "Null", "JSON"]
    menu.actions()[1].trigger()
    room.save()

    assert form.shown.variables[0].type is ValueType.NUMBER
    assert room.cells(TYPE)[0] == "Number"


def test_a_rename_takes_the_choice_the_file_and_the_secrets_along(room: Room) -> None:
    room.use("Staging")
    room.keep("Staging", "api_key", "planted-secret")
    form = room.show("Staging")
    form.name.setFocus()
    form.name.selectAll()
    room.type("Test stage")
    room.save()

    assert room.names() == ["Production", "Test stage"]
    assert room.selector.text() == "Test stage"
    assert room.page.current == "Test stage"
    assert room.secret("Test stage", "api_key") == "planted-secret"
    assert room.secret("Staging", "api_key") is None


def test_a_renamed_secret_keeps_its_value(room: Room) -> None:
    room.keep("Staging", "api_key", "planted-secret")
    room.show("Staging")
    room.set(2, NAME, "token")
    room.save()

    assert room.secret("Staging", "token") == "planted-secret"
    assert room.secret("Staging", "api_key") is None


def test_a_name_that_is_taken_or_empty_is_not_saved(room: Room) -> None:
    form = room.show("Staging")
    for name, words in (
        ("production", "Another environment has this name."),
        ("", "An environment needs a name."),
    ):
        form.name.setText(name)
        form.name.textEdited.emit(name)
        assert form.name.accessibleDescription() == words
        assert not form.can_save


def test_colour_protection_base_and_dotenv_are_saved(room: Room) -> None:
    form = room.show("Staging")
    form.color.setCurrentIndex(form.color.findText("Violet"))
    form.protected.click()
    form.extends.setCurrentIndex(form.extends.findData("Production"))
    form.dotenv.setText(".env")
    form.dotenv.textEdited.emit(".env")
    room.save()

    saved = form.shown
    assert (saved.color, saved.protected, saved.extends, saved.dotenv) == (
        "#8b5cf6",
        True,
        "Production",
        ".env",
    )
    assert "extends: Production" in room.text("Staging")


def test_one_that_starts_from_a_protected_one_is_protected_too(room: Room) -> None:
    room.write("Copy", "name: Copy\nextends: Production\nvariables: []\n")
    room.read()
    room.use("Copy")

    assert room.selector.word == "Protected"


def test_a_copy_has_the_values_and_the_secrets(room: Room) -> None:
    room.keep("Staging", "api_key", "planted-secret")
    room.show("Staging")
    room.page.duplicateAsked.emit("Staging")
    room.settle()

    assert room.names() == ["Production", "Staging", "Staging copy"]
    assert room.page.current == "Staging copy"
    assert room.cells(NAME) == ["order_id", "base_url", "api_key"]
    assert room.secret("Staging copy", "api_key") == "planted-secret"


def test_delete_can_be_undone_with_its_secrets(room: Room) -> None:
    room.use("Staging")
    room.keep("Staging", "api_key", "planted-secret")
    room.show("Staging")
    room.page.list.setFocus()
    room.press(Qt.Key.Key_Delete)
    room.settle()
    assert room.names() == ["Production"]
    assert room.page.current == "Production"
    assert room.secret("Staging", "api_key") is None
    assert room.selector.text() == "No environment"

    undo(room)
    assert room.selector.text() == "Staging"
    assert room.names() == ["Production", "Staging"]
    assert room.text("Staging") == STAGING
    assert room.secret("Staging", "api_key") == "planted-secret"


def test_two_are_compared_by_words_and_signs(room: Room) -> None:
    form = room.show("Staging")
    choice = room.page.compare_choice
    choice.setCurrentIndex(choice.findData("Production"))

    model = form.model
    assert not form.table.isColumnHidden(OTHER)
    assert model.headerData(OTHER, Qt.Orientation.Horizontal) == "Production"
    assert room.cells(OTHER) == ["ord_1", "https://live.test", "Not there"]
    assert [model.index(row, OTHER).data(VariableRole.LIKENESS) for row in range(3)] == [
        Likeness.SAME,
        Likeness.DIFFERENT,
        Likeness.MISSING,
    ]
    spoken = str(model.index(1, OTHER).data(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken.endswith("another value in Production")
    assert form.missing_bar.title.text() == "Only in Production: region"

    form.missing_bar.buttons["add"].click()
    assert room.cells(NAME) == ["order_id", "base_url", "api_key", "region"]
    assert not form.missing_bar.isVisible()


def test_a_change_outside_shows_by_itself(room: Room) -> None:
    room.show("Staging")
    room.write("Staging", STAGING.replace("ord_1", "ord_9"))

    wait_until(lambda: room.cells(VALUE)[0] == "ord_9", "the value of the file")


def test_a_change_outside_of_what_was_edited_asks_which_to_keep(room: Room) -> None:
    room.show("Staging")
    room.set(1, VALUE, "https://mine.test")
    room.write("Staging", STAGING.replace("ord_1", "ord_9"))
    wait_until(room.form.conflict_bar.isVisible, "the two versions")
    assert not room.form.can_save

    room.form.conflict_bar.buttons[THEIRS].click()
    assert room.cells(VALUE)[:2] == ["ord_9", "https://staging.test"]
    undo(room)
    assert room.cells(VALUE)[:2] == ["ord_1", "https://mine.test"]


def test_what_was_typed_can_be_kept_over_a_change_outside(room: Room) -> None:
    room.show("Staging")
    room.set(1, VALUE, "https://mine.test")
    room.write("Staging", STAGING.replace("ord_1", "ord_9"))
    wait_until(room.form.conflict_bar.isVisible, "the two versions")

    room.form.conflict_bar.buttons[MINE].click()
    room.save()
    assert room.text("Staging") == STAGING.replace("https://staging.test", "https://mine.test")


def test_a_deleted_file_leaves_what_was_typed(room: Room) -> None:
    room.show("Staging")
    room.set(0, VALUE, "mine")
    (room.root / "environments" / "Staging.yml").unlink()
    wait_until(room.form.conflict_bar.isVisible, "that it is gone")

    room.form.conflict_bar.buttons[COPY].click()
    room.settle()
    assert room.names() == ["Production", "Staging copy"]
    assert "value: mine" in room.text("Staging copy")


def test_a_file_with_conflict_markers_says_so_with_its_line(room: Room) -> None:
    room.show("Staging")
    markers = "<<<<<<< HEAD\ncolor: red\n=======\ncolor: blue\n>>>>>>> theirs\n"
    room.write("Staging", STAGING + markers)
    bar = room.form.conflict_bar
    wait_until(bar.isVisible, "that it cannot be read")
    assert bar.title.text() == "The file of Staging can't be read"
    line = STAGING.count("\n") + 1
    assert f"Staging.yml holds conflict markers from line {line} on" in bar.text.text()


def test_edits_of_one_stay_while_another_is_shown(room: Room) -> None:
    room.show("Staging")
    room.set(0, VALUE, "mine")
    room.show("Production")
    item = room.page.list.rows.item(1)
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "Staging, edited"

    room.show("Staging")
    assert room.cells(VALUE)[0] == "mine"


def test_closing_the_tab_saves_what_was_typed(room: Room) -> None:
    room.show("Staging")
    room.set(0, VALUE, "mine")
    room.desk.trigger("tab.close")
    room.settle()
    assert room.text("Staging") == STAGING.replace("value: ord_1", "value: mine")

    undo(room)
    assert room.text("Staging") == STAGING


def test_closing_the_tab_keeps_a_copy_beside_a_change_that_nobody_looked_at(room: Room) -> None:
    room.show("Staging")
    room.set(0, VALUE, "mine")
    changed = STAGING.replace("staging.test", "other.test")
    (room.root / "environments" / "Staging.yml").write_text(changed, encoding="utf-8")
    room.desk.trigger("tab.close")
    room.settle()

    assert room.text("Staging") == changed
    assert "value: mine" in room.text("Staging copy")


def test_closing_the_tab_without_a_keyring_saves_the_rest_and_says_so(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.show("Staging")
    room.set(0, VALUE, "mine")
    room.set(2, VALUE, "planted-secret")

    def refuse(_name: str, _value: str) -> None:
        raise SecretsFailed(reason=SecretsReason.NO_STORE)

    monkeypatch.setattr(room.desk.ports.secrets(), "keep", refuse)
    room.desk.trigger("tab.close")
    room.settle()

    assert room.text("Staging") == STAGING.replace("value: ord_1", "value: mine")
    assert any("keyring" in each for each in room.desk.messages())


def test_closing_the_window_saves_what_was_typed(room: Room) -> None:
    room.show("Staging")
    room.set(0, VALUE, "mine")
    room.desk.window.close()

    assert room.text("Staging") == STAGING.replace("value: ord_1", "value: mine")


def test_the_tab_says_that_something_is_not_saved(room: Room) -> None:
    room.show("Staging")
    (tab,) = room.desk.session.documents.pages()
    assert not tab.edited
    room.set(0, VALUE, "ord_2")
    assert tab.edited
    room.show("Production")
    assert tab.edited
    room.show("Staging")
    room.save()
    assert not tab.edited


def test_the_tab_comes_back_after_a_restart(qtbot: QtBot) -> None:
    with open_desk() as desk:
        root = desk.open_sample()
        room = Room(desk, Path(root))
        room.write("Production", PRODUCTION)
        room.write("Staging", STAGING)
        room.read()
        assert room.page.current == "Production"

    with open_desk() as again:
        wait_until(lambda: "Environments" in again.tab_titles, "the tab")
        pages = again.session.environment_commands.pages
        wait_until(lambda: pages.page(root), "the page")
        page = pages.page(root)
        assert page is not None
        wait_until(lambda: len(page.list.keys()) == 3, "the environments")


def test_a_collection_without_environments_offers_to_make_one(room: Room) -> None:
    for each in (room.root / "environments").iterdir():
        each.unlink()
    room.read()
    page = room.page
    assert page.stack.currentWidget() is page.empty

    page.empty.action.click()
    room.settle()
    assert room.names() == ["New environment"]
    assert page.current == "New environment"


def test_variables_of_the_workspace_are_on_the_page_too(room: Room) -> None:
    room.show("\n")
    room.set(0, NAME, "company")
    room.set(0, VALUE, "Acme")
    room.save()

    shared = room.catalog.workspace()
    assert shared is not None
    assert [(each.name, each.value) for each in shared.environment.variables] == [
        ("company", "Acme")
    ]


def test_two_rows_of_one_name_are_told(room: Room) -> None:
    room.show("Staging")
    room.set(3, NAME, "order_id")

    problem = room.form.model.index(0, NAME).data(Role.PROBLEM)
    assert problem == "A later row has the same name, and its value counts."
