"""History in the window: the list in the sidebar, and the pages of past sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMenu

from httpdesk.gui.form_rows import Answers, TextRow
from httpdesk.gui.item_models.history_rows import facts, outcome, target, today_here
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.palette_entry import PaletteEntry
from httpdesk.gui.parts import Handlers, WindowParts
from httpdesk.gui.response.body_page import PageTools
from httpdesk.gui.tabs import HISTORY, PageTab

if TYPE_CHECKING:
    from httpdesk.engine.history_ports import HistoryStore
    from httpdesk.gui.history.panel import HistoryPanel
    from httpdesk.gui.history_keeper import HistoryKeeper
    from httpdesk.gui.history_page import HistoryPage
    from httpdesk.gui.jobs import Job
    from httpdesk.gui.request_commands import RequestCommands
    from httpdesk.model.exchange import Exchange
    from httpdesk.model.history import HistoryEntry, HistoryFilter, HistoryRecord
    from httpdesk.model.history import HistoryPage as Entries
    from httpdesk.model.request import Request

Read: TypeAlias = "tuple[HistoryRecord, str, Exchange | None]"
"""A record, its request as text, and its answer to be shown."""

READING = "history reading"
PREFIX = "#"
"""In the palette: what follows is looked for in the history."""
_CALM_MS = 300
"""Sends that come in a row refresh the list once."""
_RECENT = 30


class HistoryCommands(QObject):
    """Makes the panel when it is first shown; all reading is done by jobs."""

    def __init__(
        self,
        parts: WindowParts,
        keeper: HistoryKeeper,
        requests: RequestCommands,
        tools: PageTools,
        open_and_send: Callable[[ItemKey], object],
    ) -> None:
        super().__init__(parts.window)
        self._parts, self._keeper = parts, keeper
        self._open_and_send = open_and_send
        self._requests = requests
        self._tools = tools
        self._panel: HistoryPanel | None = None
        self._pages: dict[str, HistoryPage] = {}
        self._records: dict[str, HistoryRecord] = {}
        self._job: Job | None = None
        self._next = ""
        self._recent: tuple[HistoryEntry, ...] = ()
        self._calm = QTimer(self, singleShot=True, interval=_CALM_MS)
        self._calm.timeout.connect(self._refresh)
        keeper.changed.connect(self._calm.start)
        parts.sidebar.historyShown.connect(self._show_panel)
        parts.editors.make_with(HISTORY, self._make)
        parts.documents.tabClosed.connect(self._closed)
        parts.documents.frontChanged.connect(lambda _: self._follow_front())

    def handlers(self) -> Handlers:
        """Return the handlers by action."""
        return {
            "view.history": self._toggle,
            "history.clear": self._ask_clear,
            "history.of-request": self._show_of_request,
        }

    def palette_entries(self) -> Iterator[PaletteEntry]:
        """Yield the last sends, for the palette."""
        for entry in self._recent:
            words = f"{target(entry)} {entry.host if entry.url else ''}".strip()
            run = partial(self.open, entry.id)
            detail = f"{outcome(entry)} {facts(entry)}"
            yield PaletteEntry(self.tr("History"), words, run, detail, method=entry.method)

    # The panel

    @property
    def panel(self) -> HistoryPanel:
        """The list in the sidebar; made when the history is first shown."""
        assert self._panel is not None
        return self._panel

    def _toggle(self) -> None:
        """Show the history, or the collections when it is in front already."""
        sidebar = self._parts.sidebar
        shown = sidebar.shows_history and not sidebar.isHidden()
        sidebar.show()
        sidebar.choose_history(not shown)
        if shown:
            self._parts.collections.focus_tree()
        elif self._panel is not None:
            self._panel.begin()

    def _show_of_request(self) -> None:
        """List what was sent of the request in front, also before the last start."""
        sidebar = self._parts.sidebar
        sidebar.show()
        sidebar.choose_history(True)
        choices = self.panel.choices
        choices.clear()
        choices.here.setChecked(True)
        self.panel.begin()

    def _show_panel(self) -> None:
        if self._panel is None:
            from httpdesk.gui.history.panel import HistoryPanel

            panel = self._panel = HistoryPanel()
            panel.more.setMenu(self._more_menu())
            panel.set_context_menu(self.fill_menu)
            panel.choices.collections = self._collections
            panel.choices.otherDayAsked.connect(self._ask_day)
            panel.searchChanged.connect(self._refresh)
            panel.moreWanted.connect(self._load_more)
            panel.openRequested.connect(self.open)
            panel.deleteRequested.connect(self._delete)
            self._parts.sidebar.put_history(panel)
        self._refresh()

    def _more_menu(self) -> QMenu:
        menu = QMenu(self._panel)
        menu.addAction(self._parts.actions["settings.history"])
        menu.addAction(self._parts.actions["history.clear"])
        return menu

    def _collections(self) -> list[tuple[str, str]]:
        return [(each.root, each.name) for each in self._parts.workspace.collections]

    def _ask_day(self) -> None:
        def chosen(answers: Answers) -> None:
            try:
                self.panel.choices.choose_day(date.fromisoformat(str(answers["day"]).strip()))
            except ValueError:
                words = self.tr("{0} is no day. Type it as year, month and day: 2026-01-31.")
                self._parts.notices.say(words.format(answers["day"]), "warning")

        self._parts.notices.form().ask(
            self.tr("Show the sends of a day"),
            (TextRow("day", self.tr("Day (year-month-day)"), today_here().isoformat()),),
            self.tr("Show"),
            chosen,
        )

    def _follow_front(self) -> None:
        if self._panel is not None and self._panel.choices.here.isChecked():
            self._refresh()

    def _wanted(self) -> HistoryFilter:
        from httpdesk.model.history import HistoryFilter

        panel = self._panel
        if panel is None:
            return HistoryFilter()
        document = self._parts.document
        here = panel.choices.here.isChecked() and document is not None and document.path is not None
        return HistoryFilter(
            text=panel.field.text(),
            status_class=panel.choices.status_class,
            day=panel.choices.day,
            root=(document.root or "") if here and document else panel.choices.collection[0],
            path=(document.path or "") if here and document is not None else "",
        )

    def _refresh(self) -> None:
        """Read the first page anew; one that is under way is of no use any more."""
        if self._panel is not None:
            self._read_page("")
        else:
            self._read_recent()

    def _load_more(self) -> None:
        if self._next:
            self._read_page(self._next)

    def _read_page(self, after: str) -> None:
        wanted = self._wanted()
        if self._job is not None:
            self._job.cancel()
        job = self._job = self._start(lambda store: store.page(wanted, after))
        job.finished.connect(lambda page: self._show_page(job, page, behind=bool(after)))

    def _show_page(self, job: Job, page: Entries, *, behind: bool) -> None:
        if job is not self._job or self._panel is None:
            return
        self._next = page.next
        self._panel.show_entries(page.entries, more=bool(page.next), behind=behind)
        if not behind and not self._panel.field.text():
            self._recent = page.entries[:_RECENT]

    def _read_recent(self) -> None:
        """Learn for the palette what was sent last."""
        wanted = self._wanted()
        job = self._start(lambda store: store.page(wanted, most=_RECENT))
        job.finished.connect(self._note_recent)

    def _note_recent(self, page: Entries) -> None:
        self._recent = page.entries

    # One send

    def open(self, entry_id: str) -> None:
        """Show a send in a tab of its own."""
        tab = self._parts.documents.open_page(HISTORY, entry_id)
        entry = self._entry(entry_id)
        if entry is not None and not tab.title:
            tab.title = f"{entry.method} {entry.name or target(entry)}"
            self._parts.documents.orderChanged.emit()

    def _make(self, tab: PageTab) -> HistoryPage:
        from httpdesk.gui.history_page import HistoryPage

        page = self._pages[tab.subject] = HistoryPage(self._tools)
        page.restoreRequested.connect(partial(self._restore, tab.subject))
        page.againRequested.connect(partial(self._send_again, tab.subject))
        page.viewer.exports.saveBodyRequested.connect(self._requests.bodies.save)
        page.viewer.body.saveTextRequested.connect(self._requests.bodies.save_laid_out)
        page.viewer.body.saveRequested.connect(self._requests.bodies.save_table)
        self._with_record(tab.subject, partial(self._fill, page))
        return page

    def _fill(self, page: HistoryPage, read: Read) -> None:
        record, text, exchange = read
        page.show_record(record, text, exchange)

    def _closed(self, tab: object) -> None:
        if isinstance(tab, PageTab) and tab.kind == HISTORY:
            self._pages.pop(tab.subject, None)

    def _restore(self, entry_id: str) -> None:
        """Open a new tab with the request as it was; hidden values are to be typed anew."""
        self._with_record(entry_id, lambda read: self._opened(read[0]))

    def _opened(self, record: HistoryRecord) -> None:
        if record.request is not None:
            self._parts.documents.new(record.request)
            self._parts.notices.say(
                self.tr("Restored from the history. Secrets are not kept there: enter them again.")
            )

    def _send_again(self, entry_id: str) -> None:
        """Send the request's file if it is still that request, else the request as it was kept."""
        self._with_record(entry_id, lambda read: self._find_request(read[0]))

    def _find_request(self, record: HistoryRecord) -> None:
        request, key = record.request, ItemKey(record.entry.root, record.entry.path)
        if request is None:
            return
        workspace = self._parts.workspace
        collection = workspace.collection(key.root) if key.path else None
        if collection is None or collection.find(key.path) is None:
            self._send_kept(request)
            return
        shown = self._parts.documents.at(key.root, key.path)

        def found(now: Request) -> None:
            # A file that is another request by now must not go out in the place of this one.
            if (now.method, now.url) == (request.method, request.url):
                self._open_and_send(key)
            else:
                self._send_kept(request)

        if shown is not None:
            found(shown.request)
        else:
            workspace.read(key, lambda loaded, _: found(loaded.request))

    def _send_kept(self, request: Request) -> None:
        """Send what was kept; with bullets in the place of a secret it is only opened."""
        from httpdesk.engine.recall import has_hidden

        document = self._parts.documents.new(request)
        if has_hidden(request):
            words = self.tr(
                "Nothing was sent: the history keeps no secrets. Enter them where the bullets "
                "stand, then send."
            )
            self._parts.notices.say(words, "warning")
        else:
            self._parts.sender.send(document)

    def _with_record(self, entry_id: str, then: Callable[[Read], None]) -> None:
        job = self._start(lambda store: _read(store, entry_id))

        def found(read: Read | None) -> None:
            page = self._pages.get(entry_id)
            if read is not None:
                then(read)
            elif page is not None:
                page.show_gone()

        job.finished.connect(found)

    # Menus

    def fill_menu(self, menu: QMenu, ids: tuple[str, ...]) -> None:
        """Put in what can be done with the sends with these ids."""
        one = len(ids) == 1
        menu.addAction(self.tr("Open"), partial(self.open, ids[0])).setEnabled(one)
        entry = self._entry(ids[0])
        kept = one and entry is not None and not entry.secure_inputs
        menu.addAction(self.tr("Restore as request"), partial(self._restore, ids[0])).setEnabled(
            kept
        )
        menu.addAction(self.tr("Send again"), partial(self._send_again, ids[0])).setEnabled(kept)
        compare = menu.addAction(self.tr("Compare the two"), partial(self.compare, ids))
        compare.setEnabled(len(ids) == 2)
        menu.addSeparator()
        self._offer_more_like(menu, entry if one else None)
        menu.addAction(self.tr("Delete"), partial(self._delete, ids))
        day = menu.addAction(self.tr("Delete the day"), partial(self.delete_day, ids[0]))
        day.setEnabled(one)

    def _offer_more_like(self, menu: QMenu, entry: HistoryEntry | None) -> None:
        if entry is not None and self._panel is not None:
            day = entry.started_at.astimezone().date()
            only = partial(self._panel.choices.choose_day, day)
            menu.addAction(self.tr("Show only this day"), only)
            menu.addSeparator()

    def _entry(self, entry_id: str) -> HistoryEntry | None:
        entries = self._panel.model.entries() if self._panel is not None else ()
        return next((each for each in entries if each.id == entry_id), None)

    def compare(self, ids: tuple[str, ...]) -> None:
        """Show the later one, and what differs from the other."""
        later, earlier = ids
        self.open(later)
        job = self._start(lambda store: (_read(store, later), _read(store, earlier)))
        job.finished.connect(lambda both: self._show_both(later, *both))

    def _show_both(self, later: str, new: Read | None, old: Read | None) -> None:
        page = self._pages.get(later)
        if page is None or new is None or old is None:
            return
        self._fill(page, new)
        if new[2] is None or old[2] is None:
            words = self.tr("Nothing is kept of an answer to compare.")
            self._parts.notices.say(words, "warning")
        else:
            at = old[0].entry.started_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
            page.viewer.comparing.show(((at, old[2]),))

    # Forgetting

    def _delete(self, ids: tuple[str, ...]) -> None:
        job = self._start(lambda store: store.delete(ids))
        job.finished.connect(self._deleted)

    def _deleted(self, records: tuple[HistoryRecord, ...]) -> None:
        self._refresh()
        self._keeper.changed.emit()
        if records:
            words = self.tr("%n entries deleted", "", len(records))
            self._parts.notices.undo(words, partial(self._put_back, records))

    def _put_back(self, records: tuple[HistoryRecord, ...]) -> None:
        def add(store: HistoryStore) -> None:
            for record in records:
                store.add(record)

        self._start(add).finished.connect(lambda _: self._refresh())

    def delete_day(self, entry_id: str) -> None:
        """Forget all sends of the day on which this one was."""
        entry = self._entry(entry_id)
        if entry is not None:
            day = entry.started_at.astimezone().date()
            job = self._start(lambda store: store.delete_day(day))
            job.finished.connect(self._forgot)

    def _ask_clear(self) -> None:
        self._parts.notices.form().ask(
            self.tr("Forget every send of the history? This cannot be undone."),
            (),
            self.tr("Forget all"),
            lambda _: self._clear(),
        )

    def _clear(self) -> None:
        self._start(lambda store: store.clear()).finished.connect(self._forgot)

    def _forgot(self, count: int) -> None:
        self._refresh()
        self._keeper.changed.emit()
        self._parts.notices.say(self.tr("%n entries deleted", "", count))

    def _start(self, run: Callable[[HistoryStore], object]) -> Job:
        job = self._parts.jobs.start(lambda _: run(self._parts.ports.history()), lane=READING)
        job.failed.connect(self._parts.notices.error)
        return job


def _read(store: HistoryStore, entry_id: str) -> Read | None:
    from httpdesk.engine.recall import exchange_of, request_text

    record = store.record(entry_id)
    return None if record is None else (record, request_text(record), exchange_of(record))
