"""The environments in the window: selector, list, commands and the mark of a protected one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from httpdesk.engine.environment_ports import WORKSPACE
from httpdesk.gui.actions import shortcut_text
from httpdesk.gui.draft_keeper import ENVIRONMENTS, DraftKeeper
from httpdesk.gui.environment_catalog import EnvironmentCatalog
from httpdesk.gui.environment_drafts import EnvironmentDrafts
from httpdesk.gui.environment_page_wiring import EnvironmentPages
from httpdesk.gui.palette_entry import EntrySource, PaletteEntry
from httpdesk.gui.parts import Handlers, WindowParts
from httpdesk.gui.request_commands import RequestCommands
from httpdesk.gui.tabs import ENVIRONMENT, PageTab
from httpdesk.model.environment import LoadedEnvironment

if TYPE_CHECKING:
    from httpdesk.gui.environment_work import Deleted
    from httpdesk.gui.widgets.section import HLine

PREFIX = "@"
_LINE = 2


class EnvironmentCommands(QObject):
    """Wires what the window knows of environments to the top bar and to the commands."""

    def __init__(
        self,
        parts: WindowParts,
        keeper: EnvironmentCatalog,
        requests: RequestCommands,
        line: HLine,
        state: DraftKeeper,
    ) -> None:
        from httpdesk.gui.environments.selector import EnvironmentSelector

        super().__init__(parts.window)
        self._parts = parts
        self._requests = requests
        self._line = line
        self._state = state
        self.keeper = keeper
        keys = shortcut_text(parts.actions["environment.choose"])
        self.selector = EnvironmentSelector(keys, parts.top_bar)
        parts.top_bar.add_right(self.selector)
        self.drafts = EnvironmentDrafts(state, self)
        self.pages = EnvironmentPages(parts, keeper, self.drafts)
        self._connect()
        self._show()

    def handlers(self) -> Handlers:
        """Return the handlers by action."""
        return {
            "environment.choose": self.open_list,
            "environment.edit": self.edit,
            "environment.new": self.add_new,
        }

    @property
    def root(self) -> str:
        """The folder of the collection of what is in front, WORKSPACE for none."""
        front, document = self._parts.documents.front, self._parts.document
        if document is not None:
            return document.root or WORKSPACE
        if isinstance(front, PageTab) and front.kind == ENVIRONMENT:
            return front.subject
        key = self._parts.collections.current_key()
        collections = self._parts.workspace.collections
        if key is not None:
            return key.root
        return collections[0].root if len(collections) == 1 else WORKSPACE

    # Commands

    def open_list(self) -> None:
        """List the environments of the collection in front, to choose one by typing."""
        entries = EntrySource((*self.palette_entries(), *self._other_entries()))
        self._parts.notices.open_palette((entries,), hint=self.tr("Choose an environment"))

    def edit(self) -> None:
        """Show the page of the environments."""
        self.pages.open(self.root, self.keeper.chosen_name(self.root))

    def add_new(self) -> None:
        """Make an environment under a free name, choose it, and open the page."""
        root = self.root
        if root == WORKSPACE:
            self._parts.notices.say(self.tr("Open a collection: environments belong to one."))
            return
        self.keeper.create(root, self.tr("New environment"), self._added)

    def palette_entries(self) -> Iterator[PaletteEntry]:
        """Yield what chooses each environment, and none."""
        root = self.root
        if root == WORKSPACE:
            return
        chosen = self.keeper.chosen_name(root)
        for each in self.keeper.of(root):
            environment = each.environment
            if environment.name:
                run = partial(self._choose, root, each)
                yield self._entry(environment.name, run, self._facts(each), environment.color)
        used = "" if chosen else self.tr("In use")
        yield self._entry(self.tr("No environment"), partial(self.keeper.choose, root, ""), used)

    # Inside

    def _other_entries(self) -> Iterator[PaletteEntry]:
        for action_id, words in (
            ("environment.edit", self.tr("Edit environments…")),
            ("environment.new", self.tr("New environment")),
        ):
            action = self._parts.actions[action_id]
            keys, icon = shortcut_text(action), "plus" if action_id.endswith("new") else "pencil"
            group = self.tr("Commands")
            yield PaletteEntry(group, words, action.trigger, icon=icon, shortcut=keys)

    def _entry(
        self, name: str, run: Callable[[], object], detail: str, color: str = ""
    ) -> PaletteEntry:
        group = self.tr("Environments")
        return PaletteEntry(group, name, lambda: _run(run), detail, color=color)

    def _facts(self, loaded: LoadedEnvironment) -> str:
        facts = []
        if loaded.environment.name == self.keeper.chosen_name(loaded.root):
            facts.append(self.tr("In use"))
        if loaded.environment.protected:
            facts.append(self.tr("Protected"))
        if loaded.problem is not None:
            facts.append(self.tr("Can't read this file"))
        return ", ".join(facts)

    def _choose(self, root: str, loaded: LoadedEnvironment) -> None:
        if loaded.problem is not None:
            self._parts.notices.error(loaded.problem)
        else:
            self.keeper.choose(root, loaded.environment.name)

    def _added(self, made: LoadedEnvironment) -> None:
        self.keeper.choose(made.root, made.environment.name)
        self.pages.open(made.root, made.environment.name)

    def _connect(self) -> None:
        keeper = self.keeper
        self.selector.clicked.connect(self._parts.actions["environment.choose"].trigger)
        self._parts.documents.frontChanged.connect(lambda _: self._show())
        self._parts.workspace.collectionsChanged.connect(self._show)
        self._parts.collections.tree.selectionModel().currentChanged.connect(self._show)
        keeper.changed.connect(self._show)
        self._parts.workspace.environmentChanged.connect(self._chosen)
        keeper.failed.connect(self._parts.notices.error)
        keeper.deleted.connect(self._tell_deleted)

    def _chosen(self) -> None:
        self._state.keep_state(ENVIRONMENTS, json.dumps(self._parts.workspace.environments))
        self._show()

    def _show(self) -> None:
        """Show which environment is used for what is in front."""
        root = self.root
        name, loaded = self.keeper.chosen_name(root), self.keeper.chosen(root)
        environment = loaded.environment if loaded is not None else None
        is_protected = self.keeper.is_protected(root)
        self.selector.show_environment(
            name,
            environment.color if environment is not None else "",
            protected=is_protected,
            missing=bool(name) and loaded is None and self.keeper.has_read,
        )
        self._line.set_line("red" if is_protected else "border", _LINE if is_protected else 1)

    def _tell_deleted(self, deleted: Deleted) -> None:
        text = self.tr("Deleted {0}").format(deleted.loaded.environment.name)
        if deleted.problem is not None:
            kept = self.tr("Its secrets stay where they are, since they could not be read.")
            text = f"{text}. {kept}"
        self._parts.notices.undo(text, lambda: self.keeper.undo_delete(deleted))


def choices_from(text: str) -> dict[str, str]:
    """Return the chosen environments that were kept; damage is left out."""
    try:
        kept = json.loads(text)
    except ValueError:
        return {}
    found = kept if isinstance(kept, dict) else {}
    return {root: name for root, name in found.items() if isinstance(name, str)}


def _run(run: Callable[[], object]) -> None:
    run()
