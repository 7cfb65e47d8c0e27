"""What was typed in an environment outlives the program, and a secret is in none of it."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject

from httpdesk.gui.draft_keeper import ENVIRONMENT_DRAFTS
from httpdesk.gui.environment_drafts import EnvironmentDrafts
from httpdesk.gui.item_models.variable_table import VariableColumn
from httpdesk.model.environment import Environment, ValueType, Variable
from tests.gui.environments.rooms import STAGING, Room
from tests.helpers.desk import wait_until

VALUE = VariableColumn.VALUE
BASE = Environment("Live", protected=True, color="#d64545", extends="All", dotenv=".env")
TYPED = Environment(
    "Live now",
    variables=(
        Variable("a", "1", False, False, ValueType.NUMBER, "first"),
        Variable("key", "planted-secret", secret=True),
    ),
    unapplied=("externalSecrets",),
)


class State:
    """Where small pieces of the window's state go."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def keep_state(self, name: str, value: str) -> None:
        self.kept[name] = value


def test_a_draft_reads_back_without_the_secret(qapp: object) -> None:
    state, parent = State(), QObject()
    drafts = EnvironmentDrafts(cast("Any", state), parent)
    drafts.keep("/a", TYPED, BASE)
    drafts.flush()
    text = state.kept[ENVIRONMENT_DRAFTS]
    assert "planted-secret" not in text

    again = EnvironmentDrafts(cast("Any", State()), parent)
    again.restore(json.loads(text))
    read = again.draft("/a", "Live")
    assert read is not None
    assert read[1] == BASE
    assert read[0].variables[0] == TYPED.variables[0]
    assert read[0].variables[1] == Variable("key", secret=True)
    assert (read[0].name, read[0].unapplied) == ("Live now", ("externalSecrets",))


@pytest.mark.parametrize("row", [7, ["/a"], ["/a", {}, {}], ["/a", {"name": 1}, {"variables": 2}]])
def test_damage_is_left_out(qapp: object, row: object) -> None:
    drafts = EnvironmentDrafts(cast("Any", State()), QObject())
    drafts.restore([row])

    assert drafts.draft("/a", "Live") is None


def test_an_edit_is_in_the_database_within_a_second(room: Room) -> None:
    room.show("Staging")
    room.set(0, VALUE, "mine")

    store = room.desk.ports.drafts()
    wait_until(lambda: "mine" in (store.state(ENVIRONMENT_DRAFTS) or ""), "the draft", 1_000)

    room.save()
    wait_until(lambda: store.state(ENVIRONMENT_DRAFTS) == "[]", "the end of the draft")


def test_what_another_run_typed_is_there_again(room: Room) -> None:
    room.show("Staging")
    room.set(0, VALUE, "mine")
    typed, base = room.form.environment(), room.form.shown
    commands = room.desk.session.environment_commands
    room.page.drop("Staging")
    commands.drafts.keep(str(room.root), typed, base)
    room.read()

    room.show("Staging")
    assert room.cells(VALUE)[0] == "mine"
    assert room.page.save_button.isEnabled()
    room.save()
    assert room.text("Staging") == STAGING.replace("value: ord_1", "value: mine")


def test_a_file_that_changed_between_the_runs_asks_which_to_keep(room: Room) -> None:
    room.show("Staging")
    room.set(0, VALUE, "mine")
    typed, base = room.form.environment(), room.form.shown
    room.page.drop("Staging")
    room.desk.session.environment_commands.drafts.keep(str(room.root), typed, base)
    room.write("Staging", STAGING.replace("staging.test", "other.test"))
    room.read()

    room.show("Staging")
    assert room.cells(VALUE)[0] == "mine"
    assert room.form.conflict_bar.isVisible()
