"""What is kept of the undo steps of a draft, and how much."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from httpdesk.model.request import GraphQLBody, RawBody, Request

MOST_STEPS = 50
MOST_CHARACTERS = 4_000_000
"""Of the bodies of all steps of a draft; the last two are kept whatever their size."""
_SMALL = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """A state of a request that undo can go to, with its number among those of the draft."""

    number: int
    request: Request = field(repr=False)


@dataclass(frozen=True, slots=True)
class StepChange:
    """The steps that are kept from now on, in place of those with the number `start` and above."""

    start: int
    steps: tuple[Step, ...]


class StepStore(Protocol):
    """Keeps the undo steps of drafts; they go with their draft."""

    def save_steps(self, draft_id: str, change: StepChange) -> None:
        """Keep steps; the oldest beyond the bounds are let go of."""

    def steps(self, draft_id: str) -> tuple[Step, ...]:
        """Return the steps of a draft by number; those that cannot be read are left out."""


def weight(request: Request) -> int:
    """Return about how many characters the request has."""
    match request.body:
        case RawBody(text=text):
            return _SMALL + len(text)
        case GraphQLBody(query=query, variables=variables):
            return _SMALL + len(query) + len(variables)
    return _SMALL
