"""From a variable in a request to where its value is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from httpdesk.engine.environment_ports import WORKSPACE
from httpdesk.gui.environment_commands import EnvironmentCommands
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.parts import WindowParts
from httpdesk.model.exchange import Origin

if TYPE_CHECKING:
    from httpdesk.gui.documents import Document
    from httpdesk.gui.level_pages import LevelPages
    from httpdesk.gui.request_page import RequestPage


class VariableFixes(QObject):
    """Leads the links beside a problem, and Edit of a variable, to the page where it is typed."""

    def __init__(
        self, parts: WindowParts, commands: EnvironmentCommands, levels: LevelPages
    ) -> None:
        super().__init__(parts.window)
        self._levels = levels
        self._parts = parts
        self._commands = commands
        parts.editors.pageMade.connect(self._follow)

    def add(self, name: str) -> None:
        """Have a value typed: in the chosen environment, else for the whole workspace."""
        from httpdesk.gui.environments.page import OF_WORKSPACE

        root, catalog = self._commands.root, self._commands.keeper
        key = catalog.chosen_name(root) if catalog.chosen(root) is not None else OF_WORKSPACE
        self._commands.pages.open(root, key, name)

    def edit(self, document: Document, name: str) -> None:
        """Show where a variable has its value; one that has none gets one."""
        from httpdesk.gui.environments.page import OF_WORKSPACE

        origin = self._origin(document, name)
        if origin in (None, Origin.ENVIRONMENT):
            self.add(name)
        elif origin is Origin.WORKSPACE:
            self._commands.pages.open(document.root or WORKSPACE, OF_WORKSPACE, name)
        elif origin in (Origin.FOLDER, Origin.COLLECTION) and document.path is not None:
            own = ItemKey(document.root or "", document.path)
            self._levels.open(own._replace(path=own.folder if origin is Origin.FOLDER else ""))
        else:
            words = self.tr("{0} is no value of an environment, a folder or the collection.")
            self._parts.notices.say(words.format(name))

    # Inside

    def _follow(self, page: RequestPage) -> None:
        bar, document = page.editor.url_bar, page.document
        bar.resolved.addRequested.connect(self.add)
        bar.resolved.switchRequested.connect(self._commands.open_list)
        bar.field.editRequested.connect(lambda name: self.edit(document, name))

    def _origin(self, document: Document, name: str) -> Origin | None:
        if any(each == name for each, _ in document.request.variables):
            return Origin.REQUEST
        found = self._parts.environments.scope(document).flat().get(name)
        return Origin(found[1]) if found is not None else None
