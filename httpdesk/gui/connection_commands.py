"""The connections of the window: keeper, list in the sidebar, commands and palette entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QMenu

from httpdesk.gui.connection_keeper import ConnectionKeeper
from httpdesk.gui.connection_page_wiring import ConnectionPages
from httpdesk.gui.connections.panel import ConnectionsPanel
from httpdesk.gui.item_models.connection_list import ConnectionRow
from httpdesk.gui.palette_entry import PaletteEntry
from httpdesk.gui.parts import Handlers, WindowParts
from httpdesk.gui.system_editor import open_file
from httpdesk.gui.tabs import CONNECTION, PageTab, Tab
from httpdesk.gui.widgets.state_shape import state_shape
from httpdesk.model.auth import OAuth2Auth
from httpdesk.model.connection import StoredConnection
from httpdesk.model.connection_state import ConnectionStatus, Standing

if TYPE_CHECKING:
    from httpdesk.gui.connection_work import Deleted, Entry

_SETTLES_MS = 100
"""After which the window is taken for being in front."""
FOLDED = "connections-folded"
_GOING = (Standing.WAITING, Standing.REFRESHING)
_RED = (Standing.FAILED, Standing.LOCKED)
_AMBER = (Standing.EXPIRING, Standing.EXPIRED, Standing.SECRET_MISSING)


class ConnectionCommands(QObject):
    """Wires what the window knows of connections to the sidebar and to the commands."""

    def __init__(self, parts: WindowParts, keeper: ConnectionKeeper) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self.keeper = keeper
        self.panel = ConnectionsPanel()
        self._wanted: str | None = None
        """The key of a row to select that is not listed yet."""
        # Many change at once when files were read: the list is filled once.
        self._refresh = QTimer(self, singleShot=True, interval=0)
        self._refresh.timeout.connect(self._show)
        self._look_again = QTimer(self, singleShot=True, interval=_SETTLES_MS)
        self._look_again.timeout.connect(keeper.reload)
        self.panel.model.tooltip = self._tooltip
        self.panel.fold(parts.state.flag(FOLDED, False))
        parts.sidebar.show_connections(self.panel)
        self._pages = ConnectionPages(parts, keeper)
        self._connect()

    def handlers(self) -> Handlers:
        """Return the handlers by action."""
        return {"connection.new": self.add_new, "connection.connect": self.connect_current}

    def palette_entries(self) -> Iterator[PaletteEntry]:
        """Yield what opens each connection."""
        for entry in self.keeper.entries():
            detail = self._short_state(entry, self.keeper.status(entry.path))
            run = partial(self.open, entry.path)
            yield PaletteEntry(self.tr("Connections"), name_of(entry), run, detail, icon="plug")

    # Commands

    def add_new(self) -> None:
        """Make a connection under a free name and open its page."""
        self.keeper.add_new(self.tr("New connection"), self._added)

    def open(self, key: str) -> None:
        """Show the page of a connection, or why its file cannot be read."""
        entry = self.keeper.entry(key)
        if isinstance(entry, StoredConnection):
            self._parts.documents.open_page(CONNECTION, key)
        elif entry is not None:
            self._parts.notices.error(entry.problem)

    def open_made(self, key: str, secrets: Mapping[str, str]) -> None:
        """Show the page of a connection that was just made, and enter its secrets."""
        self._added(key)
        self._pages.enter(key, secrets)

    def connect_current(self) -> None:
        """Connect or refresh what the request in front uses, else the page in front."""
        key = self._current_key()
        if key is not None:
            self.connect_or_renew(key)

    def connect_or_renew(self, key: str) -> None:
        """Refresh a token that renews, else connect; a kind without a token shows its page."""
        entry = self.keeper.entry(key)
        if not _has_token(entry):
            self.open(key)
        elif _can_renew(self.keeper.status(key)):
            self.keeper.renew(key)
        else:
            self.keeper.connect_(key)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read the files again when the user comes back to the window from elsewhere."""
        if event.type() == QEvent.Type.WindowActivate and self.keeper.has_read:
            self._look_again.start()
        return super().eventFilter(watched, event)

    # Wiring

    def _connect(self) -> None:
        parts, keeper, panel = self._parts, self.keeper, self.panel
        keeper.listChanged.connect(self._refresh.start)
        keeper.statusChanged.connect(lambda _: self._refresh.start())
        keeper.failed.connect(parts.notices.error)
        keeper.deleted.connect(self._tell_deleted)
        parts.window.installEventFilter(self)
        parts.window.closing.connect(self._look_again.stop)  # type: ignore[attr-defined]
        panel.newRequested.connect(self.add_new)
        panel.openRequested.connect(self.open)
        panel.deleteRequested.connect(keeper.delete)
        panel.collapsed.connect(lambda folded: parts.state.keep_flag(FOLDED, folded))
        panel.set_context_menu(self._fill_menu)
        parts.documents.frontChanged.connect(self._select)

    def _added(self, key: str) -> None:
        self.panel.fold(False)
        self.open(key)
        self._select_row(key)

    def _select(self, tab: Tab | None) -> None:
        shown = isinstance(tab, PageTab) and tab.kind == CONNECTION
        self._select_row(tab.subject if shown and isinstance(tab, PageTab) else None)

    def _select_row(self, key: str | None) -> None:
        """Select a row, as soon as it is there."""
        self.panel.select(key)
        self._wanted = key if self.panel.current_key() != key else None

    def _current_key(self) -> str | None:
        front, document = self._parts.documents.front, self._parts.document
        if document is None:
            is_page = isinstance(front, PageTab) and front.kind == CONNECTION
            return front.subject if is_page and isinstance(front, PageTab) else None
        from httpdesk.gui.request.connection_choice import ConnectionChoice, inherited

        own = document.request.options.connection
        name = ConnectionChoice(
            inherited=inherited(document.request, document.inherited), own=own
        ).name
        return self.keeper.named(name, document.root) if name is not None else None

    # What is shown

    def _show(self) -> None:
        rows, problems = [], 0
        for entry in self.keeper.entries():
            status = self.keeper.told(entry.path)
            rows.append(self._row(entry, status))
            problems += _is_problem(status)
        self.panel.show_rows(rows, problems)
        if self._wanted is not None:
            self._select_row(self._wanted)

    def _row(self, entry: Entry, status: ConnectionStatus) -> ConnectionRow:
        state, standing = self._short_state(entry, status), status.standing
        tone = "red" if standing in _RED else "amber" if standing in _AMBER else "text3"
        shape = state_shape(standing)
        return ConnectionRow(entry.path, name_of(entry), state, shape, tone)

    def _tooltip(self, key: str) -> str:
        from httpdesk.engine.masking import mask_url

        entry = self.keeper.entry(key)
        if entry is None:
            return ""
        state = self._short_state(entry, self.keeper.told(key))
        url = mask_url(entry.connection.base_url) if isinstance(entry, StoredConnection) else ""
        place = Path(entry.root).name if entry.root is not None else self.tr("Personal")
        return "\n".join(part for part in (name_of(entry), url, place, state) if part)

    def _short_state(self, entry: Entry, status: ConnectionStatus) -> str:
        from httpdesk.gui.messages.standing import short_state

        return short_state(entry, status, self._parts.ports.clock.now().timestamp())

    def _fill_menu(self, menu: QMenu, key: str) -> None:
        """Offer what can be done about a connection."""
        keeper, status = self.keeper, self.keeper.status(key)
        entry = keeper.entry(key)
        is_read = isinstance(entry, StoredConnection)
        if status.standing in _GOING and not status.by_send:
            menu.addAction(self.tr("Cancel"), lambda: keeper.cancel(key))
        elif _has_token(entry):
            menu.addAction(self.tr("Connect"), lambda: keeper.connect_(key))
            renew = menu.addAction(self.tr("Refresh"), lambda: keeper.renew(key))
            renew.setEnabled(_can_renew(status))
            leave = menu.addAction(self.tr("Disconnect"), lambda: keeper.disconnect_(key))
            leave.setEnabled(status.token is not None)
        if not menu.isEmpty():
            menu.addSeparator()
        words = self.tr("Edit") if is_read else self.tr("Show details")
        menu.addAction(words, lambda: self.open(key))
        if is_read:
            menu.addAction(self.tr("Duplicate"), lambda: keeper.duplicate(key, self._added))
        else:
            notices = self._parts.notices
            menu.addAction(self.tr("Open the file"), lambda: open_file(key, notices))
        menu.addSeparator()
        menu.addAction(self.tr("Delete"), lambda: keeper.delete(key))

    def _tell_deleted(self, deleted: Deleted) -> None:
        text = self.tr("Deleted {0}").format(name_of(deleted.stored))
        if deleted.problem is not None:
            kept = self.tr("Its secrets stay where they are, since they could not be read.")
            text = f"{text}. {kept}"
        self._parts.notices.undo(text, lambda: self.keeper.undo_delete(deleted))


def name_of(entry: Entry) -> str:
    """Return what a connection is called; a file that cannot be read has its own name."""
    if isinstance(entry, StoredConnection):
        return entry.connection.name
    return Path(entry.path).stem


def _has_token(entry: Entry | None) -> bool:
    if not isinstance(entry, StoredConnection):
        return False
    return isinstance(entry.connection.auth, OAuth2Auth)


def _can_renew(status: ConnectionStatus) -> bool:
    return status.token is not None and status.token.renews


def _is_problem(status: ConnectionStatus) -> bool:
    from httpdesk.gui.messages.standing import PROBLEMS

    lapsed = status.standing is Standing.EXPIRED and not _can_renew(status)
    return lapsed or status.standing in PROBLEMS
