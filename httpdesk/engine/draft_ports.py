"""The drafts of a window, and what keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from httpdesk.engine.draft_steps import StepStore
from httpdesk.model.request import Request


@dataclass(frozen=True, slots=True)
class Draft:
    """One open tab with what was typed in it, kept so that a crash or a restart loses nothing."""

    id: str
    request: Request
    root: str | None = None
    """The collection's folder and the request's path in it; None for a request never saved."""
    path: str | None = None
    digest: str | None = None
    edited: bool = False
    open: bool = True
    """False for a closed tab whose edits are kept for Reopen."""
    position: int = 0
    updated_at: str = ""
    base: Request | None = field(default=None, repr=False)
    """The saved request that the edits began from, for a three-way merge; None when unknown."""
    view: str = ""
    """Where the cursors and scroll bars of the tab stand, as JSON of the window's own."""
    step: int = 0
    """The number of the undo step that the request is at."""


class DraftStore(StepStore, Protocol):
    """Drafts and the state of the workspace, durable within a second."""

    def save_draft(self, draft: Draft) -> None:
        """Insert or replace the draft with this id."""

    def drafts(self) -> tuple[Draft, ...]:
        """Return this window's drafts: open ones in tab order, then closed ones, latest first.

        Those of windows that are gone are this one's from then on; a running one keeps its own.
        """

    def delete_draft(self, draft_id: str) -> None:
        """Forget a draft; unknown ids are ignored."""

    def save_state(self, name: str, value: str) -> None:
        """Keep a small piece of this window's state, such as the open folders, as text."""

    def state(self, name: str, *, shared: bool = True) -> str | None:
        """Return what `save_state` kept, or None.

        A `shared` state that this window has not kept is the one that any window kept last.
        """

    def close(self) -> None:
        """Bring everything to disk and let the file go."""
