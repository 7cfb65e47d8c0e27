"""What the user is asked in the middle of a send; the engine asks, a face finds the words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is done only when the user agrees."""


@dataclass(frozen=True, slots=True)
class SendInvalidJson(Question):
    """The JSON body is none (statement 41); line and column count from 1."""

    line: int
    column: int
    fault: str
    """A value of `engine.json_check.JsonFault`."""


@dataclass(frozen=True, slots=True)
class SendToProtected(Question):
    """A request that is not safe (RFC 9110 section 9.2.1) goes to a protected environment."""

    environment: str
    method: str
    url: str
    """As it is requested, with its secrets masked."""


@dataclass(frozen=True, slots=True)
class NewPlaces(Question):
    """A connection's secrets, or one of an environment, would go where nobody agreed to yet.

    security.md R5; quality.md, row 37.

    Each place is its kind, a blank and its address, as `engine.places` names them.
    """

    connection: str
    """Its name, or that of the environment; empty for the variables of the workspace."""
    old: tuple[str, ...]
    """Empty when nothing was agreed to."""
    new: tuple[str, ...]
    variable: str = ""
    """The secret variable of the environment; empty for a connection."""
    is_of_system: bool = False
    """Whether `variable`, `process.env.NAME`, is one of the operating system's."""


@dataclass(frozen=True, slots=True)
class RedirectQuestion(Question):
    """A redirect leads to where it is not followed unasked (security.md R5)."""

    status_code: int
    origin: str
    """Scheme, host and port that sent the redirect."""
    target: str
    """Scheme, host and port that it leads to."""


@dataclass(frozen=True, slots=True)
class SendBodyElsewhere(RedirectQuestion):
    """A 307 or 308 would take the body to another origin."""

    method: str
    body_size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class LeaveTls(RedirectQuestion):
    """From https to http: whoever stands between reads everything."""


@dataclass(frozen=True, slots=True)
class EnterPrivateNetwork(RedirectQuestion):
    """A public host leads to an address of this computer or of a private network."""

    address: str


@dataclass(frozen=True, slots=True)
class EnterValues(Question):
    """The request asks for values each time that it is sent."""

    labels: tuple[str, ...]
