"""The page of a collection's environments: their list, and beside it the one that is edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from httpdesk.engine.environment_ports import WORKSPACE
from httpdesk.gui import icons, theme
from httpdesk.gui.environments.form import EnvironmentForm
from httpdesk.gui.environments.list_view import ROW, EnvironmentItem, EnvironmentList
from httpdesk.gui.item_models.variable_table import Other
from httpdesk.gui.page import Page
from httpdesk.gui.widgets.buttons import IconButton, TextButton
from httpdesk.gui.widgets.choice import Choice
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import HLine, VLine
from httpdesk.model.environment import Environment, LoadedEnvironment

OF_WORKSPACE = "\n"
"""The key of the workspace's variables; no environment can be called so."""
_HEADER, _LIST, _BESIDE, _MOST_ROWS = 56, 208, 720, 3


class EnvironmentPage(Page):
    """Each environment keeps what was typed in it while another one is shown.

    Signals, each with the key of an environment (its name, or OF_WORKSPACE):
        formMade(key, form): a form has to be wired.
        saveAsked(key), duplicateAsked(key), deleteAsked(key), useAsked(key).
        newAsked: an environment is to be made.
    """

    formMade = Signal(str, object)
    saveAsked = Signal(str)
    duplicateAsked = Signal(str)
    deleteAsked = Signal(str)
    useAsked = Signal(str)
    newAsked = Signal()

    saves = True

    def __init__(self, collection: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = EnvironmentList()
        self.new_button = TextButton(self.tr("New environment"), kind="flat", icon="plus")
        self.title = PlainLabel(px=16, weight=600, elide=True)
        self.place = PlainLabel(collection, color="text2", elide=True)
        self.compare_choice = Choice(self.tr("Compare with"), ())
        # Its words change with the environments: it is as wide as the longest of them now.
        self.compare_choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self.use_button = TextButton(self.tr("Use"))
        self.save_button = TextButton(self.tr("Save"))
        self.more_button = IconButton("ellipsis", self.tr("More actions of the environment"))
        self.forms: dict[str, EnvironmentForm] = {}
        self._collection = collection
        self._loaded: dict[str, LoadedEnvironment] = {}
        self._current = ""
        self._chosen = ""
        self._icon = QLabel()
        self.stack = QStackedWidget()
        self.empty = EmptyState(
            self.tr("No environment yet"),
            self.tr("An environment holds the values that differ from place to place."),
            self.tr("New environment") if collection else "",
        )
        self._build()
        self._connect()
        theme.follow(self._restyle)

    # Showing

    @property
    def current(self) -> str:
        """The key of the environment that is shown."""
        return self._current

    @property
    def form(self) -> EnvironmentForm | None:
        """The form that is shown."""
        return self.forms.get(self._current)

    def show_environments(
        self, loaded: Mapping[str, LoadedEnvironment], chosen: str, own: Sequence[str] = ()
    ) -> None:
        """Show the environments there are by now; `own` are keys of files as written here."""
        self._loaded = dict(loaded)
        self._chosen = chosen
        for key, form in self.forms.items():
            self._follow(key, form, is_own=key in own)
        if self._current not in loaded and self._current not in self.forms:
            self._choose_first()
        self._show_list()

    def choose(self, key: str) -> None:
        """Show an environment; nothing for one that is not there."""
        if key not in self._loaded and key not in self.forms:
            return
        self._current = key
        loaded = self._loaded.get(key)
        if key not in self.forms and loaded is not None:
            self._make(key, loaded)
        self.stack.setCurrentWidget(self.forms[key])
        self._offer_comparison()
        self._show_list()
        self._show_head()

    def rename(self, before: str, now: str) -> None:
        """Follow an environment that has another name."""
        if before in self.forms:
            self.forms[now] = self.forms.pop(before)
        if self._current == before:
            self._current = now

    def drop(self, key: str) -> None:
        """Forget what was typed in an environment, which is gone."""
        form = self.forms.pop(key, None)
        if form is not None:
            self.stack.removeWidget(form)
            form.deleteLater()
        if key == self._current:
            self._current = ""
            self._loaded.pop(key, None)
            self._choose_first()
        self._show_list()

    def edited(self) -> dict[str, EnvironmentForm]:
        """Return the forms that hold something unsaved."""
        return {key: form for key, form in self.forms.items() if form.is_edited}

    def begin(self) -> None:
        """Put the focus on the variables."""
        form = self.form
        (form.table if form is not None else self.list).setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[tuple[QWidget, QWidget | None]]:
        """Return head, list and form."""
        form = self.form
        shown = [(form, form.table)] if form is not None else []
        return [(self._head, None), (self._side, self.list), *shown]

    def save(self) -> None:
        """Have the shown environment saved."""
        form = self.form
        if form is None:
            return
        button = form.conflict_bar.main_button
        if form.is_undecided and button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)
        elif form.can_save:
            self.saveAsked.emit(self._current)

    # Building

    def _build(self) -> None:
        self._side = QWidget()
        side = QVBoxLayout(self._side)
        keep_scaled(side, (4, 8, 4, 8), spacing=4)
        side.addWidget(self.list, 1)
        side.addWidget(self.new_button)
        self.new_button.setVisible(bool(self._collection))
        self._head = QWidget()
        heading = QHBoxLayout(self._head)
        keep_scaled(heading, (24, 0, 24, 0), spacing=10)
        heading.addWidget(self._icon)
        heading.addWidget(self.title)
        heading.addWidget(self.place, 1)
        # Takes the room where the collection is hidden.
        heading.addStretch(0)
        for button in (self.compare_choice, self.use_button, self.save_button, self.more_button):
            heading.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(HLine())
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(0)
        self._sides.addWidget(self._side)
        self._between = VLine()
        self._sides.addWidget(self._between)
        self._sides.addWidget(self.stack, 1)
        self.stack.addWidget(self.empty)
        column.addLayout(self._sides, 1)

    def _connect(self) -> None:
        self.list.chosen.connect(self.choose)
        self.list.deleteRequested.connect(self._delete)
        self.new_button.clicked.connect(self.newAsked)
        self.empty.actionTriggered.connect(self.newAsked)
        self.save_button.clicked.connect(self.save)
        self.use_button.clicked.connect(lambda: self.useAsked.emit(self._current))
        self.compare_choice.currentIndexChanged.connect(self._compare)
        menu = QMenu(self.more_button)
        self._duplicate = menu.addAction(
            self.tr("Duplicate"), lambda: self.duplicateAsked.emit(self._current)
        )
        self._remove = menu.addAction(self.tr("Delete"), self._delete)
        self.more_button.setMenu(menu)

    def _make(self, key: str, loaded: LoadedEnvironment) -> None:
        form = self.forms[key] = EnvironmentForm(is_workspace=key == OF_WORKSPACE)
        self.stack.addWidget(form)
        form.show_environment(loaded.environment, self._others(key))
        form.edited.connect(self._on_edited)
        self.formMade.emit(key, form)
        if loaded.problem is not None:
            form.show_lost(loaded.problem)

    # Inside

    def _choose_first(self) -> None:
        """Show the one in use, else the first; the workspace's only where there is no other."""
        own = [key for key in self._loaded if key != OF_WORKSPACE]
        first = next(iter(own if self._collection else self._loaded), "")
        self.choose(self._chosen if self._chosen in own else first)

    def _follow(self, key: str, form: EnvironmentForm, *, is_own: bool) -> None:
        loaded = self._loaded.get(key)
        if loaded is None or loaded.problem is not None:
            form.show_lost(loaded.problem if loaded is not None else None)
        else:
            form.follow(loaded.environment, self._others(key), is_own=is_own)

    def _others(self, key: str) -> list[str]:
        return [each for each in self._loaded if each not in (key, OF_WORKSPACE)]

    def _delete(self) -> None:
        if self._current != OF_WORKSPACE:
            self.deleteAsked.emit(self._current)

    def _on_edited(self) -> None:
        self._show_list()
        self._show_head()

    def _show_list(self) -> None:
        keys = [*self._loaded, *(key for key in self.forms if key not in self._loaded)]
        keys.sort(key=lambda each: each == OF_WORKSPACE)
        self.list.show_items([self._item(key) for key in keys], self._current)
        self._show_head()
        self._place()

    def _item(self, key: str) -> EnvironmentItem:
        form, loaded = self.forms.get(key), self._loaded.get(key)
        environment = form.shown if form is not None else Environment(key)
        environment = loaded.environment if loaded is not None else environment
        edited = form is not None and form.is_edited
        name = self.tr("Workspace variables") if key == OF_WORKSPACE else environment.name
        fact = self.tr("Protected") if environment.protected else ""
        if key and key == self._chosen:
            fact = self.tr("In use")
        if loaded is None or loaded.problem is not None:
            fact = self.tr("Gone") if loaded is None else self.tr("Can't be read")
        return EnvironmentItem(key, name, environment.color, fact, edited)

    def _show_head(self) -> None:
        form, key = self.form, self._current
        is_one = form is not None and key != OF_WORKSPACE
        name = self.tr("Workspace variables") if not is_one else key
        if is_one and form is not None:
            name = form.environment().name
        self.title.setText(name if form is not None else self.tr("Environments"))
        self.save_button.setEnabled(form is not None and form.can_save)
        self.use_button.setVisible(is_one and key != self._chosen)
        self.more_button.setVisible(is_one)
        if form is None:
            self.stack.setCurrentWidget(self.empty)

    def _offer_comparison(self) -> None:
        others = self._others(self._current) if self._current != OF_WORKSPACE else []
        form = self.form
        other = form.model.other if form is not None else None
        self.compare_choice.blockSignals(True)
        self.compare_choice.clear()
        self.compare_choice.addItem(self.tr("Compare with…"), "")
        for each in others:
            self.compare_choice.addItem(self.tr("Beside {0}").format(each), each)
        at = self.compare_choice.findData(other.name) if other is not None else 0
        self.compare_choice.setCurrentIndex(max(at, 0))
        self.compare_choice.blockSignals(False)
        self.compare_choice.setVisible(bool(others))

    def _compare(self) -> None:
        form, name = self.form, str(self.compare_choice.currentData() or "")
        loaded = self._loaded.get(name)
        if form is not None:
            shown = Other(name, loaded.environment.variables) if loaded is not None else None
            form.compare(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Put the list above the form where there is little room beside it."""
        beside = self.width() >= theme.scaled(_BESIDE)
        ways = QBoxLayout.Direction
        self._sides.setDirection(ways.LeftToRight if beside else ways.TopToBottom)
        most = 16_777_215
        rows = min(self.list.sizeHint().height(), theme.scaled(ROW) * _MOST_ROWS)
        self.list.setMinimumHeight(theme.scaled(ROW) if beside else rows)
        self.list.setMaximumHeight(most if beside else rows)
        self._side.setMinimumWidth(theme.scaled(_LIST) if beside else 0)
        self._side.setMaximumWidth(theme.scaled(_LIST) if beside else most)
        self.place.setVisible(beside)
        self._between.setVisible(beside)

    def _restyle(self) -> None:
        self._head.setFixedHeight(theme.scaled(_HEADER))
        side = theme.scaled(20)
        self._icon.setPixmap(icons.pixmap("sliders-horizontal", "accent_text", side))
        self._place()


def key_of(loaded: LoadedEnvironment) -> str:
    """Return the key of an environment on its page."""
    return OF_WORKSPACE if loaded.root == WORKSPACE else loaded.environment.name
