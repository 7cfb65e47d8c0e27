"""One request's tab: what was typed in it, what can be undone, and what came back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from httpdesk.engine.draft_ports import Draft
from httpdesk.engine.draft_steps import StepChange
from httpdesk.engine.generated import Made
from httpdesk.gui.tabs import Tab
from httpdesk.gui.undo_steps import UndoSteps
from httpdesk.model.collection import Defaults
from httpdesk.model.request import Body, Request

if TYPE_CHECKING:
    from httpdesk.model.exchange import Exchange
    from httpdesk.model.questions import Question

MOST_EXCHANGES = 20


@dataclass(slots=True, eq=False)
class Document(Tab):
    """A request's tab; `saved` is as its file has it, None when it was never saved."""

    request: Request
    saved: Request | None = None
    root: str | None = None
    path: str | None = None
    digest: str | None = None
    preview: bool = False
    sending: bool = False
    inherited: Defaults = ()
    """What the collection and its folders hand down, outermost first."""
    exchanges: list[Exchange] = field(default_factory=list)
    shown: int = -1
    """Which of the exchanges is on screen."""
    made: Made = field(default_factory=Made)
    """What the next send makes up; a preview shows it before."""
    writing: list[str] = field(default_factory=list)
    """The ids of exchanges whose body is being saved."""
    question: Question | None = None
    """What its send waits for an answer to."""
    sent_as_typed: Body | None = None
    """The body that the user agreed to send although it is not valid (statement 41)."""
    base_unknown: bool = False
    """Whether `saved` is not what the edits began from: nobody knows that."""
    steps: UndoSteps | None = None
    """What Undo goes through; None until something is changed."""
    view: str = ""
    """Where the cursors and scroll bars of its page stand, as JSON."""

    @property
    def edited(self) -> bool:
        """Whether something was typed that is in no file."""
        return self.request != (self.saved if self.saved is not None else Request())

    @property
    def worth_reopening(self) -> bool:
        """Whether there is anything in it."""
        return self.edited or self.path is not None

    @property
    def exchange(self) -> Exchange | None:
        """The exchange on screen."""
        return self.exchanges[self.shown] if self.exchanges else None

    def keep(self, exchange: Exchange) -> None:
        """Add the newest exchange and show it; the oldest beyond the bound is released."""
        self.exchanges.append(exchange)
        while len(self.exchanges) > MOST_EXCHANGES:
            self._give_back(self.exchanges.pop(0))
        self.shown = len(self.exchanges) - 1

    def release(self) -> None:
        """Give the bodies of all exchanges back."""
        for exchange in self.exchanges:
            self._give_back(exchange)
        self.exchanges.clear()
        self.shown = -1

    def begin_writing(self, exchange: Exchange) -> None:
        """Keep the exchange's body until `end_writing`."""
        self.writing.append(exchange.id)

    def end_writing(self, exchange: Exchange, *, arrives: bool = False) -> None:
        """Release the body now if the tab was closed meanwhile; not while more of it `arrives`."""
        self.writing.remove(exchange.id)
        if not arrives and all(each.id != exchange.id for each in self.exchanges):
            self._give_back(exchange)

    def _give_back(self, exchange: Exchange) -> None:
        if exchange.id not in self.writing:
            release(exchange)

    def change(self, request: Request, *, apart: bool = False) -> None:
        """Show another request; Undo goes back to this one, `apart` in a step of its own."""
        self._steps().note(request, apart=apart)
        self.request = request

    def step(self, *, back: bool) -> bool:
        """Show the state before or after, as far as it is known; return whether there is one.

        The auth stays, since that is nothing that a tab edits and secrets of it are not kept.
        """
        steps = self._steps()
        found = steps.back() if back else steps.forth()
        if found is None:
            return False
        if self.path is not None:
            found = replace(found, auth=self.request.auth)
            steps.settle(found)
        self.request = found
        return True

    def settle(self, request: Request) -> None:
        """Show the same state as its file has it, which is nothing to undo."""
        if self.steps is not None:
            self.steps.settle(request)
        self.request = request

    def step_changes(self) -> StepChange | None:
        """Return the undo steps that are not kept yet; the secrets of files are not in them."""
        change = self.steps.changes() if self.steps is not None else None
        if change is None:
            return None
        steps = (replace(step, request=self.kept(step.request)) for step in change.steps)
        return StepChange(change.start, tuple(steps))

    def _steps(self) -> UndoSteps:
        if self.steps is None:
            self.steps = UndoSteps(self.request)
        return self.steps

    def draft(self, position: int, *, is_open: bool) -> Draft:
        """Return what is kept of the tab over a restart."""
        knows_base = self.edited and not self.base_unknown
        return Draft(
            id=self.id,
            request=self.kept(self.request),
            root=self.root,
            path=self.path,
            digest=self.digest,
            edited=self.edited,
            open=is_open,
            position=position,
            base=self.kept(self.saved) if knows_base and self.saved is not None else None,
            view=self.view,
            step=self.steps.number if self.steps is not None else 0,
        )

    def kept(self, request: Request) -> Request:
        """Return what may be kept elsewhere; secrets of an auth stay in its file, if any."""
        if self.path is None or request.auth is None:
            return request
        from httpdesk.engine.file_auth import kept_elsewhere

        return kept_elsewhere(request)


def release(exchange: Exchange) -> None:
    """Give the bodies of an exchange back."""
    for each in (exchange, *exchange.pages):
        if each.response is not None:
            each.response.body.close()
            if each.response.raw_body is not None:
                each.response.raw_body.close()
