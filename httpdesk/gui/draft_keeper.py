"""Keeps every edit within a second, and brings the tabs of the last run back."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.draft_ports import Draft, DraftStore
from httpdesk.engine.draft_steps import Step
from httpdesk.gui.documents import Document, Documents
from httpdesk.gui.jobs import Job, JobRunner
from httpdesk.gui.ports import Lazy
from httpdesk.gui.tabs import HISTORY, PAGE_KINDS, PageTab, Tab, page_tab

LANE = "drafts"
DELAY_MS = 400
RETRY_MS = 5_000
"""How long a write that the disk refused waits when nothing more is typed."""
CURRENT = "current-tab"
COLLECTIONS = "collections"
EXPANDED = "expanded"
SUB_TABS = "sub-tabs"
UPLOADS = "uploads"
BODY_VIEWS = "body-views"
TREE = "tree-scroll"
ENVIRONMENT_DRAFTS = "environment-drafts"
ENVIRONMENTS = "environments"
"""The names of the chosen environments by the folder of their collection."""
LEVELS = "levels"
"""What was typed in pages of folders and is not saved."""
PAGES = "pages"
"""Tabs that are no requests: lists of kind, subject and place."""
OWN_STATE = (CURRENT, PAGES, LEVELS, ENVIRONMENT_DRAFTS)
"""What a second window on the profile does not begin with."""
STATE = (
    *(
        CURRENT,
        COLLECTIONS,
        EXPANDED,
        SUB_TABS,
        UPLOADS,
        PAGES,
        BODY_VIEWS,
        ENVIRONMENTS,
        ENVIRONMENT_DRAFTS,
    ),
    LEVELS,
    TREE,
)


class DraftKeeper(QObject):
    """Listens to the documents and writes drafts; one write at a time, in their order."""

    restored = Signal(object, object)
    """(drafts of the last run, state by name), once after `restore`."""
    failed = Signal(object)
    """The HttpDeskError of a write; told once until a write succeeds again."""

    def __init__(
        self,
        documents: Documents,
        drafts: Lazy[DraftStore],
        jobs: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._documents = documents
        self._drafts = drafts
        self._jobs = jobs
        self._waiting: set[Document] = set()
        self._owed: dict[str, Callable[[DraftStore], object]] = {}
        """What the disk has refused, by what it is about."""
        self._pages: list[list[object]] = []
        self._finished = False
        self._failing = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.flush)
        documents.changed.connect(self.note)
        documents.opened.connect(self.note)
        documents.closed.connect(self._closed)
        documents.orderChanged.connect(self._note_all)
        documents.frontChanged.connect(self._front_changed)

    @property
    def is_failing(self) -> bool:
        """Whether the last write failed, which was told."""
        return self._failing

    def restore(self) -> None:
        """Read what the last run left; `restored` follows, with nothing when it cannot be read."""
        job = self._start(_read)
        job.finished.connect(lambda read: self.restored.emit(*read))
        job.failed.connect(lambda _: self.restored.emit((), dict.fromkeys(STATE, "")))

    def keep_state(self, name: str, value: str) -> None:
        """Keep a small piece of the workspace's state."""
        self._write_until_kept(f"state {name}", lambda store: store.save_state(name, value))

    def load_steps(self, document: Document, then: Callable[[], object]) -> None:
        """Bring the undo steps of the last run back; `then` is called once they are there."""
        document_id, steps = document.id, document.steps
        job = self._start(lambda store: store.steps(document_id))

        def loaded(found: Sequence[Step]) -> None:
            if steps is not None:
                steps.fill(found)
            then()

        job.finished.connect(loaded)

    def flush(self) -> None:
        """Write what waits, now."""
        self._timer.stop()
        owed, self._owed = self._owed, {}
        for what, run in owed.items():
            self._write_until_kept(what, run)
        waiting, self._waiting = self._waiting, set()
        drafts = [
            _Kept(document, document.draft(self._documents.position(document), is_open=True))
            for document in waiting
            if self._documents.by_id(document.id) is document
        ]
        if drafts:
            job = self._start(lambda store: _write(store, drafts))
            job.failed.connect(lambda _: self._wait_again(waiting, drafts))

    def finish(self) -> None:
        """Write what waits and keep quiet from then on: the window is closing."""
        self.flush()
        self._finished = True

    def note(self, document: Document) -> None:
        """Write the document's draft soon: it has changed."""
        if self._finished:
            return
        if self._documents.by_id(document.id) is not document:
            self._closed(document)
            return
        # A closed one that was opened again is written as it is now.
        self._owed.pop(document.id, None)
        self._waiting.add(document)
        if not self._timer.isActive() or self._timer.interval() != DELAY_MS:
            self._timer.start(DELAY_MS)

    def _wait_again(self, refused: set[Document], drafts: list[_Kept]) -> None:
        """The disk took nothing: write with the next change, after a while, or at the end."""
        self._waiting |= refused
        for kept in drafts:
            kept.was_refused()
        self._try_later()

    def _try_later(self) -> None:
        if not self._finished and not self._timer.isActive():
            self._timer.start(RETRY_MS)

    def _note_all(self) -> None:
        for document in self._documents.all():
            self.note(document)
        pages = [
            [page.kind, page.subject, self._documents.position(page), *_kept_of(page)]
            for page in self._documents.pages()
        ]
        if pages != self._pages:
            self._pages = pages
            self.keep_state(PAGES, json.dumps(pages))

    def _closed(self, document: Document) -> None:
        """A closed tab is remembered only for what was typed in it."""
        if document.edited:
            kept = _Kept(document, document.draft(0, is_open=False))
            self._write_until_kept(document.id, lambda store: _write(store, [kept]))
        else:
            document_id = document.id
            self._write_until_kept(document_id, lambda store: store.delete_draft(document_id))

    def _front_changed(self, tab: Tab | None) -> None:
        self.keep_state(CURRENT, tab.id if tab else "")

    def _write_until_kept(self, what: str, run: Callable[[DraftStore], object]) -> None:
        """Write, and write again with the next drafts when the disk took nothing."""
        job = self._start(run)
        job.finished.connect(lambda _: self._owed.pop(what, None))

        def owe(_: object) -> None:
            self._owed[what] = run
            self._try_later()

        job.failed.connect(owe)

    def _start(self, run: Callable[[DraftStore], object]) -> Job:
        def work(_: CancelToken) -> object:
            return run(self._drafts())

        job = self._jobs.start(work, lane=LANE)
        job.finished.connect(self._wrote)
        job.failed.connect(self._refused)
        return job

    def _wrote(self) -> None:
        self._failing = False

    def _refused(self, error: object) -> None:
        if not self._failing:
            self._failing = True
            self.failed.emit(error)


class _Kept:
    """What is written of a document: its draft and the undo steps that are new."""

    def __init__(self, document: Document, draft: Draft) -> None:
        self.draft = draft
        self.change = document.step_changes()
        self._steps = document.steps

    def was_refused(self) -> None:
        """Let the steps be written again."""
        if self._steps is not None and self.change is not None:
            self._steps.not_kept(self.change)


def _write(store: DraftStore, drafts: list[_Kept]) -> None:
    for kept in drafts:
        # Steps come first: what a kill leaves between the two can be redone.
        if kept.change is not None:
            store.save_steps(kept.draft.id, kept.change)
        store.save_draft(kept.draft)


def _read(store: DraftStore) -> tuple[tuple[Draft, ...], dict[str, str]]:
    # Drafts come first: with them the state of windows that are gone is taken over.
    drafts = store.drafts()
    state = {name: store.state(name, shared=name not in OWN_STATE) or "" for name in STATE}
    return drafts, state


def pages_from(text: str) -> list[tuple[PageTab, int]]:
    """Return the pages that were kept under PAGES; damage and unknown kinds are left out."""
    try:
        kept = json.loads(text)
    except ValueError:
        return []
    found = []
    for each in kept if isinstance(kept, list) else ():
        match each:
            case [str(kind), str(subject), int(place), *rest] if kind in PAGE_KINDS:
                page = page_tab(kind, subject)
                match rest:
                    case [str(title), bool(edited)]:
                        page.title, page.edited = title, edited
                found.append((page, place))
    return found


def _kept_of(page: PageTab) -> tuple[str, bool]:
    """Return what a tab shows before its page is made again; a send leaves no name behind."""
    return "" if page.kind == HISTORY else page.title, page.edited
