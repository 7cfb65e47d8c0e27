"""The window: puts the parts together and wires them, grouped by who sends."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from httpdesk.gui import draft_keeper, theme
from httpdesk.gui.actions import MENUS, ActionTable, menu_title
from httpdesk.gui.collection_commands import CollectionCommands
from httpdesk.gui.documents import Document, Documents
from httpdesk.gui.draft_keeper import DraftKeeper
from httpdesk.gui.editor_area import EditorArea
from httpdesk.gui.first_run import FirstRunPage
from httpdesk.gui.item_models.collection_tree import ItemKey
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.notices import Notices
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.ports import WindowPorts
from httpdesk.gui.request_commands import RequestCommands
from httpdesk.gui.request_page import RequestPage
from httpdesk.gui.runtime import SAMPLE_VARIABLE
from httpdesk.gui.saving import Saver
from httpdesk.gui.send_controller import SendController
from httpdesk.gui.sidebar import Sidebar, default_width
from httpdesk.gui.status_line import StatusLine
from httpdesk.gui.theme import ThemeManager
from httpdesk.gui.titles import document_title
from httpdesk.gui.top_bar import TopBar, application_menu, fill_menu
from httpdesk.gui.view_commands import ViewCommands
from httpdesk.gui.widgets.focus_ring import FocusRing
from httpdesk.gui.widgets.section import HLine
from httpdesk.gui.widgets.splitter import Splitter
from httpdesk.gui.window_state import WindowState
from httpdesk.gui.workspace import Workspace
from httpdesk.model.request import Request

LEAST_SIZE = (880, 600)


class MainWindow(QMainWindow):
    """One window on one workspace."""

    usable = Signal()
    """Once: painted, and a URL can be typed and sent."""
    ready = Signal()
    """Once: what the last run left is back, too."""

    def __init__(self, ports: WindowPorts, themes: ThemeManager) -> None:
        super().__init__()
        self.ports = ports
        self.themes = themes
        self.state = WindowState(ports.window_state_file)
        self.jobs = JobRunner(self)
        self.threads_ended = True
        self._painted = False
        self._build_core()
        self._build_widgets()
        self._build_layout()
        self._build_commands()
        self._connect()
        self._restore_geometry()

    # Floor plan

    def _build_core(self) -> None:
        self.documents = Documents(self)
        self.workspace = Workspace(self.ports, self.jobs, self)
        self.keeper = DraftKeeper(self.documents, self.ports.drafts, self.jobs, self)
        self.sending = SendController(self.ports, self.jobs, self.documents, self)
        self.actions_ = ActionTable(self)
        self.notices = Notices(self)
        self.saver = Saver(self.ports, self.workspace, self.documents, self.notices.form, self)

    def _build_widgets(self) -> None:
        self.setWindowTitle("HTTPDesk")
        self.setMinimumSize(*LEAST_SIZE)
        self.top_bar = TopBar(self.actions_)
        self.sidebar = Sidebar(self.actions_)
        self.first_run = FirstRunPage(self.actions_)
        self.editors = EditorArea(self.documents, self.jobs, self.first_run, document_title)
        self.status_line = StatusLine()
        self.splitter = Splitter(Qt.Orientation.Horizontal)
        self.focus_ring = FocusRing(self)
        self._build_menus()

    def _build_menus(self) -> None:
        self.top_bar.set_menu(application_menu(self.actions_, self))
        for name, _ in MENUS:
            fill_menu(self.menuBar().addMenu(menu_title(name)), self.actions_, name)
        self.menuBar().setVisible(self.ports.settings.show_menu_bar)
        names = ("item.rename", "item.duplicate", "item.move", "item.move-up", "item.move-down")
        item = [*names, "item.delete", "request.new", "folder.new"]
        collection = ["request.new", "folder.new", "item.rename", "collection.close"]
        self.sidebar.collections.set_context_actions(
            [self.actions_[name] for name in item], [self.actions_[name] for name in collection]
        )

    def _build_layout(self) -> None:
        self.splitter.addWidget(self.sidebar)
        self.splitter.addWidget(self.editors)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setChildrenCollapsible(False)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(HLine())
        column.addWidget(self.splitter, 1)
        column.addWidget(HLine())
        column.addWidget(self.status_line)
        self.setCentralWidget(body)

    def _build_commands(self) -> None:
        parts = WindowParts(
            self,
            self.ports,
            self.themes,
            self.state,
            self.jobs,
            self.actions_,
            self.documents,
            self.workspace,
            self.sending,
            self.saver,
            self.notices,
            self.top_bar,
            self.sidebar,
            self.editors,
            self.status_line,
        )
        self.requests = RequestCommands(parts)
        self.items = CollectionCommands(parts)
        self.view = ViewCommands(parts, self.items)

    # Wiring, grouped by sender

    def _connect(self) -> None:
        self._connect_documents()
        self._connect_workspace()
        self._connect_sidebar()
        self._connect_sending()
        self.actions_.connect_all(
            self.requests.handlers() | self.items.handlers() | self.view.handlers()
        )
        self.view.show_state()
        self.requests.update_enabled()
        self.editors.pageMade.connect(self._wire_page)
        self.editors.tabs.newRequested.connect(self.actions_["request.new"].trigger)
        self.first_run.urlEntered.connect(self.requests.send_first)
        self.saver.saved.connect(self._saved)
        self.saver.conflictFound.connect(self.notices.conflict(self.saver.resolve_conflict))
        self.saver.failed.connect(self.notices.error)
        self.jobs.jobCrashed.connect(self.notices.crash)
        self.keeper.restored.connect(self._restored)
        self.keeper.failed.connect(self.notices.error)
        self.splitter.splitterMoved.connect(
            lambda: self.state.keep_sizes("sidebar", self.splitter.sizes())
        )

    def _connect_documents(self) -> None:
        self.documents.changed.connect(self._document_changed)
        self.documents.currentChanged.connect(self._current_changed)
        self.documents.orderChanged.connect(self._show_edited)

    def _connect_workspace(self) -> None:
        workspace = self.workspace
        workspace.collectionsChanged.connect(self._collections_changed)
        workspace.collectionOpened.connect(
            lambda root: self.sidebar.collections.select(ItemKey(root))
        )
        workspace.requestLoaded.connect(self._request_loaded)
        workspace.itemAdded.connect(self.sidebar.collections.select)
        workspace.itemMoved.connect(self._item_moved)
        workspace.itemDeleted.connect(self._item_deleted)
        workspace.failed.connect(lambda error, _: self.notices.error(error))

    def _connect_sidebar(self) -> None:
        panel = self.sidebar.collections
        panel.openRequested.connect(self.items.open_item)
        panel.problemRequested.connect(self.notices.error)
        panel.renameRequested.connect(self.workspace.rename)
        panel.moveRequested.connect(self.workspace.move)
        panel.expansionChanged.connect(self._keep_expansion)

    def _connect_sending(self) -> None:
        self.sending.sendStarted.connect(self._send_started)
        self.sending.exchangeFinished.connect(lambda document, _: self._show_exchange(document))
        self.sending.sendRefused.connect(self._send_refused)
        self.sending.sendCrashed.connect(self._show_exchange)

    def _wire_page(self, page: RequestPage) -> None:
        document, editor, viewer = page.document, page.editor, page.viewer
        page.set_layout_mode(self.view.layout_mode)
        for name in ("side-by-side", "stacked"):
            page.set_sizes(name, self.state.sizes(name))
        page.splitterMoved.connect(self.state.keep_sizes)
        editor.edited.connect(lambda request: self.documents.edit(document, request))
        editor.sendRequested.connect(lambda request: self._send(document, request))
        editor.cancelRequested.connect(self.requests.cancel)
        viewer.cancelRequested.connect(self.requests.cancel)
        viewer.resendRequested.connect(self.requests.send)
        viewer.saveBodyRequested.connect(self.requests.save_body)
        viewer.olderRequested.connect(lambda: self.requests.step_exchange(-1))
        viewer.newerRequested.connect(lambda: self.requests.step_exchange(1))
        viewer.remedyRequested.connect(self.requests.remedy)
        self.requests.refresh_scope(document)

    # Facts

    def _document_changed(self, document: Document) -> None:
        page = self.editors.page(document)
        if page is not None and page.editor.request() != document.request:
            page.editor.set_request(document.request)
        if document is self.documents.current:
            self._show_state(document)
        if not self.workspace.runtime and SAMPLE_VARIABLE in document.request.url:
            self.requests.refresh_scope(document)
        self._show_edited()

    def _current_changed(self, document: Document | None) -> None:
        self._show_state(document)
        if document is not None:
            if document.path is not None and document.root is not None:
                self.sidebar.collections.select(ItemKey(document.root, document.path))
                self.requests.load_base(document)
            self.requests.refresh_scope(document)

    def _show_state(self, document: Document | None) -> None:
        self.setWindowTitle(f"{document_title(document)} - HTTPDesk" if document else "HTTPDesk")
        if document is None:
            words = self.tr("Ready")
        elif document.sending:
            words = self.tr("Sending")
        elif document.edited:
            words = self.tr("Edited, not saved")
        else:
            words = self.tr("Saved") if document.path else self.tr("Not in a collection")
        self.status_line.set_state(words)
        self.requests.update_enabled()

    def _show_edited(self) -> None:
        keys = [
            ItemKey(each.root, each.path)
            for each in self.documents.all()
            if each.edited and each.root is not None and each.path is not None
        ]
        self.sidebar.collections.model.set_edited(keys)

    def _collections_changed(self) -> None:
        collections = self.workspace.collections
        self.sidebar.collections.show_collections(collections)
        roots = [collection.root for collection in collections]
        self.keeper.keep_state(draft_keeper.COLLECTIONS, json.dumps(roots))
        self.requests.update_enabled()

    def _request_loaded(self, key: ItemKey, loaded, inherited, preview: bool) -> None:  # type: ignore[no-untyped-def]
        self.documents.show_loaded(key.root, loaded, inherited, preview=preview)

    def _item_moved(self, before: ItemKey, now: ItemKey) -> None:
        self.documents.relocate(before.root, before.path, now.path)
        self.sidebar.collections.select(now)
        self.requests.reload_name(now)

    def _item_deleted(self, key: ItemKey, name: str, ticket: str) -> None:
        self.documents.detach(key.root, key.path)
        self.notices.undo(
            self.tr("Deleted {0}").format(name),
            lambda: self.workspace.undo_delete(key.root, ticket),
        )

    def _send(self, document: Document, request: Request) -> None:
        self.documents.edit(document, request)
        self.sending.send(document)

    def _send_started(self, document: Document, progress: object) -> None:
        page = self.editors.page(document)
        if page is not None:
            page.show_sending(progress)  # type: ignore[arg-type]

    def _show_exchange(self, document: Document) -> None:
        page = self.editors.page(document)
        if page is not None:
            page.show_exchange()

    def _send_refused(self, document: Document, _error: object) -> None:
        page = self.editors.page(document)
        if page is not None:
            page.show_exchange()
            page.editor.go_to_problem()

    def _saved(self, document: Document) -> None:
        if document.root is not None and document.path is not None:
            self.sidebar.collections.select(ItemKey(document.root, document.path))
            self.requests.load_base(document)
        self._show_state(document)

    def _keep_expansion(self) -> None:
        keys = [[key.root, key.path] for key in self.sidebar.collections.expanded]
        self.keeper.keep_state(draft_keeper.EXPANDED, json.dumps(keys))

    # Start and end

    def _restore_geometry(self) -> None:
        self.state.restore_geometry(self)
        width = theme.scaled(default_width(self.width()))
        self.splitter.setSizes(self.state.sizes("sidebar") or [width, self.width() - width])
        self.sidebar.setVisible(self.state.flag("sidebar", True))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self._begin)

    def _begin(self) -> None:
        self.usable.emit()
        if self.isVisible():
            self.keeper.restore()

    def _restored(self, drafts: object, state: dict[str, str]) -> None:
        self.sidebar.collections.set_expanded(
            ItemKey(root, path) for root, path in json.loads(state[draft_keeper.EXPANDED] or "[]")
        )
        for root in json.loads(state[draft_keeper.COLLECTIONS] or "[]"):
            if self.workspace.collection(root) is None:
                self.workspace.open(root, asked=False)
        self.documents.restore(drafts, state[draft_keeper.CURRENT])  # type: ignore[arg-type]
        if self.documents.current is None:
            self.first_run.url.setFocus()
        QTimer.singleShot(0, self.ready.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.state.keep_geometry(self)
        # Hiding takes the focus from a field that may have something to say yet.
        self.hide()
        self.keeper.finish()
        self.threads_ended = self.jobs.shutdown()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.top_bar.command.updateGeometry()
        self.notices.place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.requests.cancel()
        else:
            super().keyPressEvent(event)
