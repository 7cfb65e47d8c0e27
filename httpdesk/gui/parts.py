"""The parts of one window, as the command handlers are handed them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow

from httpdesk.gui.actions import ActionTable
from httpdesk.gui.collections.panel import CollectionsPanel
from httpdesk.gui.documents import Document, Documents
from httpdesk.gui.editor_area import EditorArea
from httpdesk.gui.environment_keeper import EnvironmentKeeper
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.notices import Notices
from httpdesk.gui.ports import WindowPorts
from httpdesk.gui.saving import Saver
from httpdesk.gui.send_controller import SendController
from httpdesk.gui.settings_keeper import SettingsKeeper
from httpdesk.gui.sidebar import Sidebar
from httpdesk.gui.status_line import StatusLine
from httpdesk.gui.theme import ThemeManager
from httpdesk.gui.top_bar import TopBar
from httpdesk.gui.window_state import WindowState
from httpdesk.gui.workspace import Workspace

if TYPE_CHECKING:
    from httpdesk.gui.request_page import RequestPage

Handler = Callable[[], object]
Handlers = dict[str, Handler]


@dataclass(frozen=True, slots=True)
class WindowParts:
    """References only; the main window owns and wires them."""

    window: QMainWindow
    ports: WindowPorts
    themes: ThemeManager
    state: WindowState
    jobs: JobRunner
    settings: SettingsKeeper
    actions: ActionTable
    documents: Documents
    workspace: Workspace
    environments: EnvironmentKeeper
    sender: SendController
    saver: Saver
    notices: Notices
    top_bar: TopBar
    sidebar: Sidebar
    collections: CollectionsPanel
    editors: EditorArea
    status_line: StatusLine

    @property
    def document(self) -> Document | None:
        """The document of the tab in front."""
        return self.documents.current

    @property
    def page(self) -> RequestPage | None:
        """The page of the tab in front."""
        return self.editors.current_page

    def with_document(self, run: Callable[[Document], object]) -> Handler:
        """Return a handler that does nothing while no tab is open."""
        return lambda: run(self.document) if self.document is not None else None

    def with_page(self, run: Callable[[RequestPage], object]) -> Handler:
        """Return a handler that does nothing while no page is shown."""
        return lambda: run(self.page) if self.page is not None else None

    def with_key(self, run: Callable[[ItemKey], object]) -> Handler:
        """Return a handler for the current row of the tree, a collection or an item."""

        def handle() -> None:
            key = self.collections.current_key()
            if key is not None:
                run(key)

        return handle

    def with_item(self, run: Callable[[ItemKey], object]) -> Handler:
        """Return a handler for the current row of the tree when it is not a collection."""
        return self.with_key(lambda key: run(key) if key.path else None)
