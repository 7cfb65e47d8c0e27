"""What goes on in a window: tabs, collections, sending, and all wiring between the features.

Grouped by who sends. A child never reaches for its parent: whatever two features have to do with
each other stands here.
"""

from __future__ import annotations

import gc
import json
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from httpdesk.engine.draft_ports import Draft
from httpdesk.gui import draft_keeper, history_commands
from httpdesk.gui.alt_tap import AltTap
from httpdesk.gui.auth_conversion import AuthConversion
from httpdesk.gui.body_choices import BodyChoices
from httpdesk.gui.collection_commands import CollectionCommands
from httpdesk.gui.collections.panel import CollectionsPanel
from httpdesk.gui.connect_and_send import ConnectAndSend
from httpdesk.gui.connection_commands import ConnectionCommands
from httpdesk.gui.connection_keeper import ConnectionKeeper
from httpdesk.gui.cookie_commands import CookieCommands
from httpdesk.gui.crash_reports import CrashReports
from httpdesk.gui.disk_wiring import DiskWiring
from httpdesk.gui.documents import Document, Documents
from httpdesk.gui.draft_keeper import DraftKeeper
from httpdesk.gui.environment_catalog import EnvironmentCatalog
from httpdesk.gui.environment_commands import PREFIX, EnvironmentCommands, choices_from
from httpdesk.gui.environment_comparison import EnvironmentComparison
from httpdesk.gui.environment_keeper import EnvironmentKeeper
from httpdesk.gui.example_commands import ExampleCommands
from httpdesk.gui.file_merging import FileMerging
from httpdesk.gui.find_commands import FindCommands
from httpdesk.gui.history_commands import HistoryCommands
from httpdesk.gui.history_keeper import HistoryKeeper
from httpdesk.gui.item_pages import ItemPages
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.level_drafts import LevelDrafts
from httpdesk.gui.level_pages import LevelPages
from httpdesk.gui.main_window import MainWindow
from httpdesk.gui.merge_pages import MergePages
from httpdesk.gui.merging import Merging
from httpdesk.gui.named_files import NamedFiles
from httpdesk.gui.notices import Notices
from httpdesk.gui.page_wiring import PageWiring
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.place_keeper import PlaceKeeper
from httpdesk.gui.preferences_commands import PreferencesCommands
from httpdesk.gui.questions import Questions
from httpdesk.gui.request_commands import RequestCommands
from httpdesk.gui.request_connections import RequestConnections
from httpdesk.gui.response.body_page import PageTools
from httpdesk.gui.reveal_commands import RevealCommands
from httpdesk.gui.saving import Saver
from httpdesk.gui.secure_commands import SecureCommands
from httpdesk.gui.send_controller import SendController
from httpdesk.gui.send_outcomes import SendOutcomes
from httpdesk.gui.settings_keeper import SettingsKeeper
from httpdesk.gui.sub_tabs import SubTabs
from httpdesk.gui.tabs import PageTab, Tab
from httpdesk.gui.taken_values import TakenValues
from httpdesk.gui.titles import tab_title
from httpdesk.gui.top_bar import application_menu, fill_menu_bar
from httpdesk.gui.tree_wiring import TreeWiring
from httpdesk.gui.undo_commands import UndoCommands
from httpdesk.gui.variable_fixes import VariableFixes
from httpdesk.gui.version_commands import VersionCommands
from httpdesk.gui.view_commands import ViewCommands
from httpdesk.gui.wire_commands import WireCommands
from httpdesk.gui.workspace import Workspace

if TYPE_CHECKING:
    from httpdesk.model.error_base import HttpDeskError


class Session(QObject):
    """The life of one window, from its first paint until it closes."""

    ready = Signal()
    """Once: what the last run left is back."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.threads_ended = True
        self._build_core()
        self._build_commands()
        self._build_menus()
        self._connect()

    def begin(self) -> None:
        """Bring back what the last run left; `ready` follows."""
        self.keeper.restore()

    # Floor plan

    def _build_core(self) -> None:
        window, ports = self.window, self.window.ports
        self.jobs = JobRunner(self)
        self.settings = SettingsKeeper(ports, self.jobs, self)
        self.documents = Documents(self)
        self.workspace = Workspace(ports, self.jobs, self)
        self.workspace.waiting.connect(window.status_line.set_waiting)
        self.environments = EnvironmentKeeper(ports, self.jobs, self.workspace, self)
        self.keeper = DraftKeeper(self.documents, ports.drafts, self.jobs, self)
        self.named_files = NamedFiles(ports, self.keeper, self)
        self.body_choices = BodyChoices(self.keeper, self)
        self.sub_tabs = SubTabs(self.documents, self.keeper, self)
        self.level_drafts = LevelDrafts(self.keeper, self)
        self.sending = SendController(ports, self.jobs, self.documents, self.settings, self)
        tokens = self.sending.tokens
        self.connections = ConnectionKeeper(ports, self.jobs, self.settings, tokens, self)
        self.environment_catalog = EnvironmentCatalog(ports, self.jobs, self.workspace, self)
        queued = Qt.ConnectionType.QueuedConnection
        self.sending.renewing.connect(self.connections.sends.note_renewal, queued)
        self.history = HistoryKeeper(ports, self.jobs, self)
        self.sending.noting = self.history.noting
        self.notices = Notices(window)
        self.crashes = CrashReports(self.notices, self.documents.all, ports.hide)
        self.saver = Saver(ports, self.workspace, self.documents, self.notices.form, self)
        self.collections = CollectionsPanel()
        window.sidebar.show_collections(self.collections)
        self.tools = PageTools(self.jobs, ports.new_scratch, ports.offload)
        window.editors.attach(self.documents, self.tools)

    def _build_commands(self) -> None:
        window = self.window
        parts = WindowParts(
            window,
            window.ports,
            window.themes,
            window.state,
            self.jobs,
            self.settings,
            window.actions_,
            self.documents,
            self.workspace,
            self.environments,
            self.sending,
            self.saver,
            self.notices,
            window.top_bar,
            window.sidebar,
            self.collections,
            window.editors,
            window.status_line,
        )
        self.requests = RequestCommands(parts)
        self.items = CollectionCommands(parts)
        self.view = ViewCommands(parts, self.items)
        self._build_files(parts)
        self._build_connections(parts)
        self._build_requests(parts)
        self._build_past(parts)
        self._build_wiring(parts)

    def _build_files(self, parts: WindowParts) -> None:
        """Make what has to do with collections on disk, and with finding in them."""
        self.disk = DiskWiring(parts, self.requests)
        self.find = FindCommands(parts, self.items)
        merge_pages = MergePages(parts)
        self.merging = Merging(parts, merge_pages)
        self.file_merging = FileMerging(parts, merge_pages)
        self.disk.follow(self.connections, self.environment_catalog)
        self.disk.changes.unreadable.connect(self.file_merging.say_unreadable)
        self.disk.changes.changed.connect(self.environment_catalog.look)
        self.item_pages = ItemPages(parts)
        self.levels = LevelPages(parts, self.connections, self.level_drafts)
        self.disk.changes.changed.connect(lambda root, _: self.levels.look(root))

    def _build_connections(self, parts: WindowParts) -> None:
        """Make what has to do with settings, connections and environments."""
        self.preferences = PreferencesCommands(parts, self.history)
        self.connection_commands = ConnectionCommands(parts, self.connections)
        self.view.add_entries(self.connection_commands.palette_entries)
        self.environment_commands = EnvironmentCommands(
            parts, self.environment_catalog, self.requests, self.window.top_line, self.keeper
        )
        self.view.add_entries(self.environment_commands.palette_entries, PREFIX)
        self.environment_comparison = EnvironmentComparison(parts, self.environment_catalog)
        self.variable_fixes = VariableFixes(parts, self.environment_commands, self.levels)

    def _build_requests(self, parts: WindowParts) -> None:
        """Make what is done with the request in front and its response."""
        self.examples = ExampleCommands(parts)
        self.cookies = CookieCommands(parts)
        self.secure = SecureCommands(parts)
        self.reveal = RevealCommands(parts)
        self.sending.taken = self.workspace.taken
        self.sending.environments = self.workspace.environments
        self.taken_values = TakenValues(parts, self.requests)
        self.wire = WireCommands(parts)
        self.request_connections = RequestConnections(parts, self.connections)
        self.request_connections.openRequested.connect(self.connection_commands.open)
        self.request_connections.newRequested.connect(self.connection_commands.add_new)
        self.auth_conversion = AuthConversion(parts, self.connections)
        self.auth_conversion.made.connect(self.connection_commands.open_made)
        self.request_connections.conversionRequested.connect(self.auth_conversion.from_request)
        self.connect_and_send = ConnectAndSend(parts, self.connections)
        self.connect_and_send.openRequested.connect(self.connection_commands.open)
        self.questions = Questions(
            self.window, self.documents, self.sending, self.window.editors, self.notices
        )
        self.outcomes = SendOutcomes(
            parts, self.requests, self.preferences, self.connections, self.connect_and_send
        )

    def _build_past(self, parts: WindowParts) -> None:
        """Make what brings back how things were."""
        self.undoing = UndoCommands(parts, self.keeper)
        self.places = PlaceKeeper(parts, self.keeper)
        self.versions = VersionCommands(parts)
        self.past = HistoryCommands(
            parts, self.history, self.requests, self.tools, self.items.open_and_send
        )
        self.view.add_entries(self.past.palette_entries, history_commands.PREFIX)

    def _build_wiring(self, parts: WindowParts) -> None:
        """Connect the tree, and each page of a request when it is made."""
        self.tree = TreeWiring(
            parts,
            items=self.items,
            requests=self.requests,
            merging=self.file_merging,
            conversion=self.auth_conversion,
            connections=self.connections,
            environments=self.environment_catalog,
            keeper=self.keeper,
        )
        self.pages = PageWiring(
            parts,
            view=self.view,
            requests=self.requests,
            questions=self.questions,
            outcomes=self.outcomes,
            taken_values=self.taken_values,
            sub_tabs=self.sub_tabs,
            body_choices=self.body_choices,
            named_files=self.named_files,
        )

    def _build_menus(self) -> None:
        window, actions = self.window, self.window.actions_
        window.top_bar.set_menu(application_menu(actions, window))
        if window.ports.settings.show_menu_bar:
            fill_menu_bar(window.menuBar(), actions)

    # Wiring, grouped by sender

    def _connect(self) -> None:
        self._connect_documents()
        self.window.actions_.connect_all(
            self.requests.handlers()
            | self.items.handlers()
            | self.view.handlers()
            | self.preferences.handlers()
            | self.secure.handlers()
            | self.reveal.handlers()
            | self.connection_commands.handlers()
            | self.levels.handlers()
            | self.undoing.handlers()
            | self.environment_commands.handlers()
            | self.find.handlers()
            | self.examples.handlers()
            | self.environment_comparison.handlers()
            | self.versions.handlers()
            | self.past.handlers()
        )
        self.view.show_state()
        self.preferences.say_settings()
        self.requests.update_enabled()
        self.window.editors.tabs.newRequested.connect(self.window.actions_["request.new"].trigger)
        self.window.first_run.requestEntered.connect(self.requests.send_first)
        self.saver.saved.connect(self._saved)
        self.saver.failed.connect(self._save_failed)
        self.jobs.jobCrashed.connect(self.crashes.tell)
        self.keeper.restored.connect(self._restored)
        self.keeper.failed.connect(self.notices.error)
        self.history.failed.connect(self._history_failed)
        self.history.crashed.connect(self.crashes.tell)
        self.settings.failed.connect(self.notices.error)
        self.window.closing.connect(self._finish)
        self.window.resized.connect(self.notices.place)
        self.window.themes.themeChanged.connect(self.notices.place)
        self.window.escapePressed.connect(self.requests.cancel)
        self._alt = AltTap(self.window)
        self._alt.tapped.connect(self.window.top_bar.menu_button.click)

    def _connect_documents(self) -> None:
        self.documents.changed.connect(self._document_changed)
        self.documents.orderChanged.connect(lambda: self._show_state(self.documents.front))
        self.documents.frontChanged.connect(self._front_changed)
        self.environments.changed.connect(self.requests.refresh_scopes)
        self.environment_catalog.changed.connect(self.environments.look_again)
        self.documents.orderChanged.connect(self.tree.show_edited)

    # Facts

    def _document_changed(self, document: Document) -> None:
        page = self.window.editors.page(document)
        if page is not None and page.editor.request() != document.request:
            page.editor.set_request(document.request)
        if document is self.documents.current:
            self._show_state(document)
        self.requests.follow_names(document)
        self.tree.show_edited()

    def _front_changed(self, tab: Tab | None) -> None:
        self._show_state(tab)
        self.view.show_layout()
        document = self.documents.current
        if document is not None:
            self.tree.select(document)
            self._look_again(document)
            self.requests.load_base(document)
            self.requests.refresh_scope(document)

    def _look_again(self, document: Document) -> None:
        """Files of the body may have come or gone while another tab was in front."""
        page = self.window.editors.page(document)
        if page is not None:
            page.editor.forget_files()

    def _show_state(self, tab: Tab | None) -> None:
        self.window.setWindowTitle(f"{tab_title(tab)} - HTTPDesk" if tab else "HTTPDesk")
        if isinstance(tab, PageTab) and tab.edited:
            words = self.tr("Edited, not saved")
        elif not isinstance(tab, Document):
            words = self.tr("Ready")
        elif tab.question is not None:
            words = self.tr("Waiting for your answer")
        elif tab.sending:
            words = self.tr("Sending")
        elif tab.edited:
            words = self.tr("Edited, not saved")
        else:
            words = self.tr("Saved") if tab.path else self.tr("Not in a collection")
        self.window.status_line.set_state(words)
        self.requests.update_enabled()

    def _save_failed(self, document: Document, error: HttpDeskError) -> None:
        from httpdesk.gui import messages

        self.notices.error(
            error,
            {
                messages.SAVE_AS: lambda: self.saver.save_as(document),
                messages.TRY_AGAIN: lambda: self.saver.save(document),
            },
        )

    def _history_failed(self, error: HttpDeskError) -> None:
        # A disk that takes no drafts is told of already.
        if not self.keeper.is_failing:
            self.notices.error(error)

    def _saved(self, document: Document) -> None:
        if document.root is not None and document.path is not None:
            self.requests.load_base(document)
        if document is self.documents.current:
            self.tree.select(document)
            self._show_state(document)

    # Start and end

    def _restored(self, drafts: tuple[Draft, ...], state: dict[str, str]) -> None:
        self.body_choices.restore(_list(state[draft_keeper.BODY_VIEWS]))
        self.sub_tabs.restore(_list(state[draft_keeper.SUB_TABS]))
        self.level_drafts.restore(_list(state[draft_keeper.LEVELS]))
        self.named_files.restore(_list(state[draft_keeper.UPLOADS]))
        self.tree.restore(
            _list(state[draft_keeper.EXPANDED]), _list(state[draft_keeper.COLLECTIONS])
        )
        self.environment_catalog.restore(choices_from(state[draft_keeper.ENVIRONMENTS]))
        self.environment_commands.drafts.restore(_list(state[draft_keeper.ENVIRONMENT_DRAFTS]))
        pages = draft_keeper.pages_from(state[draft_keeper.PAGES])
        self.documents.restore(drafts, state[draft_keeper.CURRENT], pages)
        self.requests.update_enabled()
        self.places.restore_tree(state[draft_keeper.TREE])
        for notice in self.window.ports.notices():
            self.notices.own_file(notice)
        QTimer.singleShot(0, self._get_ready)

    def _get_ready(self) -> None:
        self.ready.emit()
        self.cookies.begin()
        self.environments.begin()
        self.connections.reload()
        self.environment_catalog.reload()
        # What the first send needs is loaded while the user reads or types.
        self.jobs.start(lambda _: self.sending.warm_up())
        QTimer.singleShot(0, self._warm_up)

    def _warm_up(self) -> None:
        self.window.editors.warm_up()
        # Modules and classes live as long as the process: no collection has to look at them again.
        gc.freeze()

    def _finish(self) -> None:
        """The window is closing: keep what was typed, end every thread, give bodies back."""
        self.places.note()
        self.keeper.finish()
        self.sending.stop()
        self.history.finish()
        self.threads_ended = self.jobs.shutdown()
        for document in self.documents.all():
            document.release()


def _list(text: str) -> list[Any]:
    """Return the list that was kept as JSON; nothing kept, or damage, is an empty one."""
    try:
        kept = json.loads(text)
    except ValueError:
        return []
    return kept if isinstance(kept, list) else []
