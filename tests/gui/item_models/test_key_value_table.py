"""The rows of Params, Headers and form bodies as a Qt model."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from httpdesk.gui.item_models.key_value_table import KeyValueModel, Role, Wording
from httpdesk.gui.item_models.rows import Column
from httpdesk.model.request import Header, PathParam, QueryParam

WORDING = Wording("Add header", "Header {0} of {1}")
A, B, C = Header("A", "1"), Header("B", "2"), Header("C", "3")


def hide_authorization(name: str, value: str) -> str:
    """Mask as the engine does."""
    return value.partition(" ")[0] + " ••••" if name == "Authorization" else value


@pytest.fixture
def model(qtbot: QtBot) -> KeyValueModel:
    """Give a header table under Qt's model tester, with one secret header name."""
    made = KeyValueModel(Header, WORDING, mask=hide_authorization)
    made.tester = QAbstractItemModelTester(  # type: ignore[attr-defined]
        made, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    return made


def type_into(model: KeyValueModel, row: int, column: Column, text: str) -> None:
    """Change a cell key by key, as an open cell editor does."""
    model.begin_session()
    for end in range(1, len(text) + 1):
        model.setData(model.index(row, column), text[:end])


def test_last_row_invites_and_becomes_a_row_by_typing(model: KeyValueModel, qtbot: QtBot) -> None:
    """Typing in "Add header" makes a row in place and leaves a new empty row below."""
    model.set_rows([A])
    assert model.index(1, Column.KEY).data() == "Add header"
    assert model.index(1, Column.KEY).data(Qt.ItemDataRole.EditRole) == ""
    place = QPersistentModelIndex(model.index(1, Column.KEY))
    with qtbot.waitSignal(model.edited):
        model.setData(model.index(1, Column.KEY), "X")
    assert model.rows() == (A, Header("X", ""))
    assert (place.row(), place.data()) == (1, "X")
    assert model.rowCount() == 3
    assert model.index(2, Column.KEY).data() == "Add header"


def test_empty_text_in_the_last_row_makes_no_row(model: KeyValueModel, qtbot: QtBot) -> None:
    """Opening and leaving the last row changes nothing."""
    with qtbot.assertNotEmitted(model.edited):
        assert not model.setData(model.index(0, Column.VALUE), "")
    assert model.rows() == ()


def test_showing_rows_is_no_edit(model: KeyValueModel, qtbot: QtBot) -> None:
    """`edited` is for the user's changes only; the same rows again do not even reset the view."""
    with qtbot.assertNotEmitted(model.edited):
        model.set_rows([A, B])
    with qtbot.assertNotEmitted(model.modelReset):
        model.set_rows([A, B])
    assert not model.can_undo()


def test_check_box_switches_a_row_off(model: KeyValueModel) -> None:
    """Statement 2: a disabled row stays in its place."""
    model.set_rows([A, B])
    box = model.index(0, Column.KEY)
    assert Qt.CheckState(box.data(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
    model.setData(box, Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole)
    assert model.rows() == (Header("A", "1", enabled=False), B)
    assert box.data(Role.ENABLED) is False


def test_toggle_makes_a_mixed_choice_the_same(model: KeyValueModel) -> None:
    """Ctrl+/ on rows that differ switches all on, then all off."""
    model.set_rows([A, Header("B", "2", enabled=False), C])
    model.toggle([0, 1, 3])
    assert [row.enabled for row in model.rows()] == [True, True, True]  # type: ignore[union-attr]
    model.toggle([0, 1])
    assert [row.enabled for row in model.rows()] == [False, False, True]  # type: ignore[union-attr]


def test_move_keeps_order_of_the_others_and_stops_at_the_ends(model: KeyValueModel) -> None:
    """Statement 2: row order is wire order, so moving is exact."""
    model.set_rows([A, B, C])
    assert model.move(2, -1) == 1
    assert model.rows() == (A, C, B)
    assert model.move(0, -1) == 0
    assert model.move(2, 1) == 2
    assert model.move(3, -1) == 3
    assert model.rows() == (A, C, B)


def test_remove_leaves_the_empty_row(model: KeyValueModel) -> None:
    """Delete on everything leaves only the row to type into."""
    model.set_rows([A, B, C])
    model.remove([0, 2, 3])
    assert model.rows() == (B,)
    model.remove([0])
    assert (model.rows(), model.rowCount()) == ((), 1)


def test_typing_in_one_cell_is_one_undo_step(model: KeyValueModel) -> None:
    """Undo takes back a cell's edit as a whole, and the row that it made."""
    model.set_rows([A])
    type_into(model, 1, Column.KEY, "Accept")
    type_into(model, 1, Column.VALUE, "text/html")
    assert model.rows() == (A, Header("Accept", "text/html"))
    model.undo()
    assert model.rows() == (A, Header("Accept", ""))
    model.undo()
    assert (model.rows(), model.rowCount()) == ((A,), 2)
    assert not model.can_undo()
    model.redo()
    model.redo()
    assert model.rows() == (A, Header("Accept", "text/html"))


def test_escape_takes_back_one_cell_edit_for_good(model: KeyValueModel) -> None:
    """A cancelled edit leaves no trace: not in the rows, not in redo; earlier steps stay."""
    model.set_rows([A])
    model.move(0, 1)
    type_into(model, 0, Column.VALUE, "first")
    type_into(model, 1, Column.KEY, "Acc")
    model.cancel_session()
    assert model.rows() == (Header("A", "first"),)
    model.redo()
    model.begin_session()
    model.cancel_session()
    assert model.rows() == (Header("A", "first"),)
    model.undo()
    assert model.rows() == (A,)


def test_a_change_after_undo_forgets_the_redo(model: KeyValueModel) -> None:
    """Redo never brings back something onto different rows."""
    model.set_rows([A, B])
    model.remove([0])
    model.undo()
    model.remove([1])
    model.redo()
    assert model.rows() == (A,)


def test_description_survives_an_edit(model: KeyValueModel) -> None:
    """Changing one cell leaves the others of the row alone."""
    model.set_rows([Header("A", "1", enabled=False, description="why")])
    assert model.has_descriptions()
    model.setData(model.index(0, Column.VALUE), "2")
    assert model.rows() == (Header("A", "2", enabled=False, description="why"),)


def test_path_variables_are_named_by_the_url(qtbot: QtBot) -> None:
    """A path variable has no check box, no editable name, and no row to add one."""
    model = KeyValueModel(PathParam, Wording("", "Path variable {0} of {1}"))
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows([PathParam("id", "7"), PathParam("sku", "x")])
    key = model.index(0, Column.KEY)
    assert tester.model() is model
    assert model.rowCount() == 2
    assert not key.flags() & Qt.ItemFlag.ItemIsEditable
    assert key.data(Qt.ItemDataRole.CheckStateRole) is None
    assert model.index(0, Column.VALUE).flags() & Qt.ItemFlag.ItemIsEditable
    assert model.move(0, 1) == 0
    model.sync_rows([PathParam("sku", "x")])
    assert (model.rows(), model.rowCount()) == ((PathParam("sku", "x"),), 1)


def test_screen_reader_text(model: KeyValueModel) -> None:
    """Cells read as ui.md section 8 has it; a masked value is never spoken."""
    model.set_rows(
        [
            A,
            Header("X-Acme-Desk", "{{staff_email}}"),
            Header("Authorization", "Bearer hunter2", enabled=False),
        ]
    )

    def spoken(row: int, column: Column = Column.KEY) -> str:
        return str(model.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole))

    assert spoken(1) == "Header 2 of 3, enabled, X-Acme-Desk, staff_email variable"
    assert spoken(2) == "Header 3 of 3, disabled, Authorization, hidden value"
    assert spoken(3) == "Add header"
    model.set_problems({(1, Column.KEY): "It holds a line break."})
    assert spoken(1).endswith(", It holds a line break.")


def test_secret_values_are_masked_until_revealed(model: KeyValueModel) -> None:
    """Statement 76: Authorization shows as bullets; naming a variable is no secret."""
    names_only = Header("Authorization", "Bearer {{token}}")
    model.set_rows([Header("Authorization", "Bearer x"), names_only, A])
    value = model.index(0, Column.VALUE)
    assert value.data(Role.MASKED)
    assert value.data() == "Bearer ••••"
    assert value.data(Qt.ItemDataRole.EditRole) == "Bearer x"
    assert model.index(1, Column.VALUE).data() == "Bearer {{token}}"
    assert not model.index(2, Column.VALUE).data(Role.SENSITIVE)
    assert not model.index(0, Column.KEY).data(Role.SENSITIVE)
    model.reveal(0, True)
    assert value.data() == "Bearer x"
    assert value.data(Role.SENSITIVE)
    model.reveal(0, False)
    assert value.data(Role.MASKED)


def test_problems_flag_cells_and_go_again(model: KeyValueModel, qtbot: QtBot) -> None:
    """Statement 18: the cell that is wrong carries the sentence."""
    model.set_rows([A, B])
    with qtbot.waitSignal(model.dataChanged):
        model.set_problems({(1, Column.VALUE): "No line break here."})
    assert model.index(1, Column.VALUE).data(Role.PROBLEM) == "No line break here."
    assert model.index(0, Column.VALUE).data(Role.PROBLEM) == ""
    with qtbot.assertNotEmitted(model.dataChanged):
        model.set_problems({(1, Column.VALUE): "No line break here."})
    model.set_problems({})
    assert model.index(1, Column.VALUE).data(Role.PROBLEM) == ""


def test_random_edits_undo_to_the_start(qtbot: QtBot) -> None:
    """Any mix of edits, under the model tester, undoes to the first rows and redoes to the last."""
    dice = random.Random(8)
    model = KeyValueModel(QueryParam, Wording("Add parameter", "Parameter {0} of {1}"))
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    start = tuple(QueryParam(f"k{at}", "v") for at in range(4))
    model.set_rows(start)
    actions = (
        lambda: model.insert(dice.randrange(6), [model.make_row("n", "m")] * dice.randrange(1, 4)),
        lambda: model.remove({dice.randrange(6), dice.randrange(6)}),
        lambda: model.move(dice.randrange(6), dice.choice((-1, 1))),
        lambda: model.toggle([dice.randrange(6)]),
        lambda: type_into(model, dice.randrange(len(model.rows()) + 1), Column.VALUE, "ab"),
        lambda: model.replace_all([model.make_row(str(at), "") for at in range(dice.randrange(5))]),
    )
    for _ in range(150):
        dice.choice(actions)()
        assert model.rowCount() == len(model.rows()) + 1
    end = model.rows()
    while model.can_undo():
        model.undo()
    assert (model.rows(), tester.model()) == (start, model)
    for _ in range(200):
        model.redo()
    assert model.rows() == end
