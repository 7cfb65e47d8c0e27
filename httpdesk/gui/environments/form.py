"""One environment to be edited: its variables, and what is said of it as a whole."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.environment_work import Change
from httpdesk.gui.environments.color_choice import ColorChoice
from httpdesk.gui.environments.table import VariableTable
from httpdesk.gui.item_models.key_value_table import Wording
from httpdesk.gui.item_models.rows import Column
from httpdesk.gui.item_models.variable_rows import (
    VariableRow,
    kept_names,
    rows_of,
    typed_secrets,
    variables_of,
)
from httpdesk.gui.item_models.variable_table import Other, VariableModel
from httpdesk.gui.messages import message_for
from httpdesk.gui.tables.flat_table import PaneScroll
from httpdesk.gui.widgets.action_bar import ActionBar
from httpdesk.gui.widgets.choice import Choice
from httpdesk.gui.widgets.conflict_bar import MINE, THEIRS, ConflictBar
from httpdesk.gui.widgets.form import Form
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.model.environment import Environment
from httpdesk.model.error_base import HttpDeskError

SESSION, AGAIN, ADD = "session", "again", "add"
_WIDEST = 744


class EnvironmentForm(QWidget):
    """What was typed stays until it is saved, whatever becomes of the file.

    Signals:
        edited: something was typed.
        decided(what): of a file that is gone or broken, a name of `conflict_bar`.
        editsDropped(Change): what was typed, before the file's version was taken.
        againAsked(for_session): a secret that was not kept is to be kept.
        revealAsked(name): the secret of a variable is to be read; answer with `model.show_secret`.
    """

    edited = Signal()
    decided = Signal(str)
    editsDropped = Signal(object)
    againAsked = Signal(bool)
    revealAsked = Signal(str)

    def __init__(self, *, is_workspace: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_workspace = is_workspace
        self._shown = Environment("")
        self._theirs: Environment | None = None
        self._lost: str | None = None
        self._others: tuple[str, ...] = ()
        self._taken: frozenset[str] = frozenset()
        words = Wording(self.tr("Add variable"), self.tr("Variable {0} of {1}"))
        self.model = VariableModel(words, self)
        self.table = VariableTable(self.model, self.tr("Variables"))
        self.conflict_bar, self.secret_bar, self.missing_bar = (
            ConflictBar(),
            ActionBar(),
            ActionBar(),
        )
        self.name = QLineEdit()
        self.color = ColorChoice(self.tr("Colour"))
        self.protected = QCheckBox(self.tr("Ask before POST, PUT, PATCH and DELETE"))
        self.extends = Choice(self.tr("Starts from"), ())
        self.dotenv = QLineEdit()
        self.description = QLineEdit()
        self._build()
        self._connect()

    # What it holds

    @property
    def shown(self) -> Environment:
        """The environment as its file has it."""
        return self._shown

    def environment(self) -> Environment:
        """Return the environment as it was typed."""
        variables = variables_of(self.model.variables())
        if self._is_workspace:
            return replace(self._shown, variables=variables)
        return replace(
            self._shown,
            name=self.name.text().strip() or self._shown.name,
            color=self.color.color(),
            protected=self.protected.isChecked(),
            extends=str(self.extends.currentData() or ""),
            dotenv=self.dotenv.text().strip(),
            description=self.description.text().strip(),
            variables=variables,
        )

    def change(self, *, for_session: bool = False) -> Change:
        """Return what is to be written."""
        rows = self.model.variables()
        return Change(self.environment(), typed_secrets(rows), kept_names(rows), for_session)

    @property
    def is_edited(self) -> bool:
        """Whether it holds something else than the file and the keyring."""
        return self.environment() != self._shown or bool(typed_secrets(self.model.variables()))

    @property
    def is_undecided(self) -> bool:
        """Whether the file is another than the one that was edited, and nothing was chosen."""
        return self._theirs is not None or self._lost is not None

    @property
    def can_save(self) -> bool:
        """Whether the name can be a file's, and something was typed."""
        return self.is_edited and not self.is_undecided and not self._name_row.problem

    # Showing

    def show_environment(self, environment: Environment, others: Collection[str]) -> None:
        """Show what the file holds; `others` are the names of the collection's other ones."""
        self._shown = environment
        self._offer(others, environment.extends)
        self._put(environment)
        self._check()

    def follow(self, environment: Environment, others: Collection[str], *, is_own: bool) -> None:
        """Show what the file holds now; what was typed meanwhile is an edit of it.

        Where somebody else changed the file (not `is_own`) the user decides first.
        """
        if not self.is_edited:
            self._end_conflict()
            self.show_environment(environment, others)
        elif is_own or environment in (self._shown, self.environment()):
            self._rebase(environment)
            self._offer(others, self.environment().extends)
        elif environment != self._theirs:
            self._theirs = environment
            self.conflict_bar.show_changed(self._shown.name)
        self._check()

    def put_draft(self, typed: Environment, base: Environment) -> None:
        """Go on with what was typed in another run, from a file that may be another by now."""
        file = self._shown
        if typed == file:
            return
        self._shown = base
        self._put(typed)
        self.follow(file, self._others, is_own=False)
        self.edited.emit()

    def show_lost(self, problem: HttpDeskError | None) -> None:
        """Say that the file is gone, or cannot be read with this problem; what was typed stays."""
        why = message_for(problem).text if problem is not None else ""
        if self._lost == why:
            return
        self._lost = why
        name, typed = self._shown.name, self.is_edited
        if problem is None:
            self.conflict_bar.show_gone(name, typed=typed)
        else:
            self.conflict_bar.show_broken(name, typed=typed, why=why)
        self.area.setEnabled(self.is_edited)

    def show_saved(self, change: Change) -> None:
        """Let go of the secrets that are kept by now."""
        rows = tuple(
            replace(row, value="", was=row.name)
            if row.secret and change.values.get(row.name) == row.value and row.value
            else row
            for row in self.model.variables()
        )
        self.model.sync_rows(rows)
        self.secret_bar.hide()

    def show_secret_failure(self, title: str, text: str, *, offers_session: bool) -> None:
        """Say why nothing was saved, with what can be done about it."""
        session = ((SESSION, self.tr("Keep until HTTPDesk closes")),) if offers_session else ()
        again = (AGAIN, self.tr("Try again"))
        self.secret_bar.show_offer(("triangle", "amber"), title, text, (*session, again))

    def compare(self, other: Other | None) -> None:
        """Show another environment beside, and name what only that one has."""
        self.table.compare(other)
        self.table.show_descriptions(other is None)
        self._show_missing()

    def add_variable(self, name: str) -> None:
        """Have the value of a variable typed, in a new row when there is none of the name."""
        row = self.model.add(VariableRow(name, ""))
        self.table.edit_cell(row, Column.VALUE)

    def put_back(self, change: Change) -> None:
        """Fill in again what was typed before the file's version was taken."""
        self._put(change.environment)
        rows = [
            replace(row, value=change.values.get(row.name, "")) if row.secret else row
            for row in self.model.variables()
        ]
        self.model.replace_all(rows)
        self._on_edited()

    # Building

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for bar in (self.conflict_bar, self.secret_bar):
            column.addWidget(bar)
        self.area = PaneScroll()
        column.addWidget(self.area, 1)
        self.area.column.addWidget(self.table)
        self.area.column.addWidget(self.missing_bar)
        self.area.follow_table(self.table)
        self.hint = PlainLabel(self._hint(), px=12, color="text3", wrap=True)
        self.area.column.addWidget(self._padded(self.hint))
        self.area.column.addWidget(self._padded(self._settings()))
        self.name.setAccessibleName(self.tr("Name"))
        self.dotenv.setAccessibleName(self.tr(".env file"))
        self.description.setAccessibleName(self.tr("Description"))
        self.table.show_descriptions(True)
        theme.follow(self._restyle)

    def _hint(self) -> str:
        if self._is_workspace:
            return self.tr("Every collection of this workspace can use these as {{name}}.")
        return self.tr("Used as {{name}}. A secret is kept in the keyring, never in the file.")

    def _settings(self) -> QWidget:
        form = Form(self.tr("About this environment"))
        self._name_row = form.add_row(self.tr("Name"), self.name)
        form.add_row(self.tr("Colour"), self.color)
        form.add_row(
            self.tr("Protected"),
            self.protected,
            self.tr("The window shows a red line while it is in use."),
        )
        form.add_row(
            self.tr("Starts from"),
            self.extends,
            self.tr("What is not set here has the value of that environment."),
        )
        form.add_row(
            self.tr(".env file"),
            self.dotenv,
            self.tr("Lines of NAME=value, by the path inside the collection, such as .env"),
        )
        form.add_row(self.tr("Description"), self.description)
        form.setVisible(not self._is_workspace)
        self._form = form
        return form

    def _padded(self, widget: QWidget) -> QWidget:
        holder = QWidget()
        layout = QVBoxLayout(holder)
        keep_scaled(layout, (12, 10, 24, 4))
        layout.addWidget(widget)
        return holder

    def _connect(self) -> None:
        self.model.edited.connect(self._on_edited)
        self.model.revealAsked.connect(self.revealAsked)
        self.protected.toggled.connect(self._on_edited)
        for field in (self.name, self.dotenv, self.description):
            field.textEdited.connect(self._on_edited)
        for choice in (self.color, self.extends):
            choice.currentIndexChanged.connect(self._on_edited)
        self.conflict_bar.chosen.connect(self._decide)
        self.secret_bar.chosen.connect(lambda what: self.againAsked.emit(what == SESSION))
        self.missing_bar.chosen.connect(self._add_missing)

    # Inside

    def _restyle(self) -> None:
        self._form.setMaximumWidth(theme.scaled(_WIDEST))

    def _put(self, environment: Environment) -> None:
        """Fill in the fields; nobody is told."""
        fields: tuple[QWidget, ...] = (self.protected, self.extends)
        for each in fields:
            each.blockSignals(True)
        _set_text(self.name, environment.name)
        _set_text(self.dotenv, environment.dotenv)
        _set_text(self.description, environment.description)
        self.color.put(environment.color)
        self.protected.setChecked(environment.protected)
        self.extends.setCurrentIndex(max(self.extends.findData(environment.extends), 0))
        for each in fields:
            each.blockSignals(False)
        self.model.set_rows(rows_of(environment.variables))

    def _offer(self, others: Collection[str], chosen: str) -> None:
        """Offer the other environments to start from."""
        self._others = tuple(others)
        self._taken = frozenset(each.casefold() for each in others)
        names = sorted({*others, chosen} - {"", self._shown.name}, key=str.casefold)
        self.extends.blockSignals(True)
        self.extends.clear()
        self.extends.addItem(self.tr("Nothing"), "")
        for each in names:
            words = each if each in others else self.tr("{0} (not found)").format(each)
            self.extends.addItem(words, each)
        self.extends.setCurrentIndex(max(self.extends.findData(chosen), 0))
        self.extends.blockSignals(False)

    def _decide(self, what: str) -> None:
        theirs = self._theirs
        if what == MINE and theirs is not None:
            self._rebase(theirs)
            self._on_edited()
        elif what == THEIRS and theirs is not None:
            typed = self.change()
            self._end_conflict()
            self._shown = theirs
            self._put(theirs)
            self.editsDropped.emit(typed)
            self._on_edited()
        else:
            self.decided.emit(what)

    def _rebase(self, environment: Environment) -> None:
        self._end_conflict()
        self._shown = environment

    def _end_conflict(self) -> None:
        self._theirs = self._lost = None
        self.area.setEnabled(True)
        self.conflict_bar.hide()

    def _on_edited(self) -> None:
        self._check()
        self._show_missing()
        self.edited.emit()

    def _check(self) -> None:
        name, problem = self.name.text().strip(), ""
        if not self._is_workspace and not name:
            problem = self.tr("An environment needs a name.")
        elif not self._is_workspace and name.casefold() in self._taken:
            problem = self.tr("Another environment has this name.")
        self._name_row.set_problem(problem)
        self.model.set_problems(self._double_names())

    def _double_names(self) -> dict[tuple[int, int], str]:
        """Return the rows whose value a later row of the same name takes the place of."""
        seen: set[str] = set()
        found = {}
        for number, row in reversed(list(enumerate(self.model.variables()))):
            if row.enabled and row.name in seen:
                words = self.tr("A later row has the same name, and its value counts.")
                found[(number, int(Column.KEY))] = words
            if row.enabled:
                seen.add(row.name)
        return found

    def _missing(self) -> list[str]:
        other = self.model.other
        own = {row.name for row in self.model.variables()}
        return [each.name for each in other.variables if each.name not in own] if other else []

    def _show_missing(self) -> None:
        names, other = self._missing(), self.model.other
        if not names or other is None:
            self.missing_bar.hide()
            return
        title = self.tr("Only in {0}: {1}").format(other.name, ", ".join(names))
        actions = ((ADD, self.tr("Add these names")),)
        if self.missing_bar.isHidden() or self.missing_bar.title.text() != title:
            self.missing_bar.show_offer(("hollow", "amber"), title, "", actions)

    def _add_missing(self) -> None:
        other = self.model.other
        there = {each.name: each for each in other.variables} if other is not None else {}
        rows = [
            VariableRow(name, "", secret=there[name].secret, type=there[name].type)
            for name in self._missing()
        ]
        self.model.begin_session()
        self.model.insert(len(self.model.rows()), rows)


def _set_text(field: QLineEdit, text: str) -> None:
    if field.text().strip() != text:
        field.setText(text)
        field.setCursorPosition(0)
