"""The pages on which two versions are brought together: what is shown, and what Apply does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from httpdesk.engine.merge import Choice, Merged, merge
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.tabs import MERGE, PageTab, Tab
from httpdesk.model.request import Request

if TYPE_CHECKING:
    from httpdesk.gui.merge.merge_page import MergePage

MOST_SHOWN = 200_000
"""Letters of the result that are shown: a longer text would keep the window from painting."""
Chosen = Mapping[tuple[str | int, ...], Choice]


@dataclass(frozen=True, slots=True, eq=False)
class MergeCase:
    """Two versions of a request, and the one that both began from, None when unknown."""

    subject: str
    """What is merged: one page for each."""
    name: str
    words: str
    """What happened, in a sentence."""
    base: Request | None = field(repr=False)
    mine: Request = field(repr=False)
    theirs: Request = field(repr=False)
    apply: Callable[[Request], object] = field(repr=False)
    leave: Callable[[], object] = field(repr=False)
    """Goes back to where the user came from."""
    copy: Callable[[], object] | None = field(default=None, repr=False)
    """Makes mine a request of its own; None where that cannot be."""

    def merged(self, chosen: Chosen | None = None, side: Choice = Choice.BOTH) -> Merged:
        """Return what comes of the choices; takes a while for long texts."""
        both = merged(self.base, self.mine, self.theirs, chosen)
        if side is Choice.BOTH:
            return both
        return Merged(self.mine if side is Choice.MINE else self.theirs, both.conflicts)


class MergePages(QObject):
    """Shows cases, each in a tab of its own."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._cases: dict[str, MergeCase] = {}
        self._pages: dict[str, MergePage] = {}
        self._asked: dict[str, int] = {}
        parts.editors.make_with(MERGE, self._make)
        parts.documents.tabClosed.connect(self._on_closed)

    def shows(self, subject: str) -> bool:
        """Return whether there is a page for this."""
        return subject in self._cases

    def show(self, case: MergeCase, found: Merged) -> None:
        """Show a case in its tab; choices that still fit stay."""
        self._cases[case.subject] = case
        tab = self._parts.documents.open_page(MERGE, case.subject)
        tab.title = self.tr("Merge {0}").format(case.name)
        self._parts.documents.orderChanged.emit()
        self._fill(case, found)

    def renew(self, case: MergeCase, found: Merged) -> None:
        """Show another state of a case that has a page already, without coming to the front."""
        self._cases[case.subject] = case
        self._fill(case, found)

    def drop(self, subject: str) -> None:
        """Close the page of a case that is settled."""
        self._parts.documents.close(f"{MERGE}:{subject}")

    # Inside

    def _make(self, tab: PageTab) -> MergePage:
        from httpdesk.gui.merge.merge_page import MergePage

        page = self._pages[tab.subject] = MergePage()
        page.chosenChanged.connect(lambda: self._preview(tab.subject))
        page.applyAsked.connect(lambda: self._apply(tab.subject))
        page.laterAsked.connect(lambda: self._leave(tab.subject))
        page.copyAsked.connect(lambda: self._copy(tab.subject))
        return page

    def _fill(self, case: MergeCase, found: Merged) -> None:
        page = self._pages[case.subject]
        page.allow_copy(case.copy is not None)
        page.show_conflicts(case.name, case.words, found.conflicts)
        if self._parts.editors.front is page:
            page.begin()
        self._preview(case.subject)

    def _preview(self, subject: str) -> None:
        """Lay out what would come of the choices; only the newest is shown."""
        case, page = self._cases[subject], self._pages[subject]
        number = self._asked[subject] = self._asked.get(subject, 0) + 1
        chosen, side = dict(page.chosen), page.side
        job = self._parts.jobs.start(lambda _: _laid_out(case.merged(chosen, side).request))

        def show(text: str) -> None:
            if self._asked.get(subject) == number:
                page.show_result(text)

        job.finished.connect(show)

    def _apply(self, subject: str) -> None:
        case, page = self._cases[subject], self._pages[subject]
        chosen, side = dict(page.chosen), page.side
        job = self._parts.jobs.start(lambda _: case.merged(chosen, side).request)
        job.finished.connect(case.apply)

    def _leave(self, subject: str) -> None:
        case = self._cases[subject]
        self.drop(subject)
        case.leave()

    def _copy(self, subject: str) -> None:
        case = self._cases[subject]
        self._leave(subject)
        if case.copy is not None:
            case.copy()

    def _on_closed(self, tab: Tab) -> None:
        if isinstance(tab, PageTab) and tab.kind == MERGE:
            for kept in (self._cases, self._pages, self._asked):
                kept.pop(tab.subject, None)


def merged(
    base: Request | None, mine: Request, theirs: Request, chosen: Chosen | None = None
) -> Merged:
    """Return what comes of two versions; takes a while for long texts."""
    from httpdesk.render.diff import line_codes

    return merge(base, mine, theirs, line_codes, chosen)


def _laid_out(request: Request) -> str:
    """Return the request as its file would say it, without credentials."""
    from httpdesk.formats.opencollection import new_request
    from httpdesk.gui.merge.merge_words import masked

    text = new_request(masked(request)).decode()
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}\n…"
