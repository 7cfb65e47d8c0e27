"""What the history keeps of a send (statements 77 to 80)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from httpdesk.model.request import Request


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One row of the history.

    A secured send has its time, method, host, status, sizes and durations, and nothing else: what
    would tell more is empty (statement 77).
    """

    id: str
    started_at: datetime
    """With its time zone (UTC)."""
    method: str
    host: str
    status_code: int | None = None
    failure: str = ""
    """The class of the error that ended it, such as `Timeout`; empty for a whole answer."""
    elapsed_ms: float = 0.0
    bytes_sent: int = 0
    bytes_received: int = 0
    attempts: int = 1
    secure_inputs: bool = True
    secure_outputs: bool = True
    name: str = ""
    url: str = field(default="", repr=False)
    """As it was requested, with its secrets masked; empty for secured inputs."""
    root: str = ""
    """The collection's folder and the request's path in it; empty for secured inputs."""
    path: str = ""
    environment: str = ""
    body_kept: bool = False
    """Whether (the beginning of) the answer's body is kept."""


@dataclass(frozen=True, slots=True)
class HistoryRecord:
    """An entry with everything that is kept of it; secrets are masked before they get here."""

    entry: HistoryEntry
    request: Request | None = field(default=None, repr=False)
    """As it was composed, without secrets; None for secured inputs."""
    request_headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    http_version: str = ""
    reason_phrase: str = ""
    response_headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)
    """The decoded body's beginning; None when it is not kept."""
    body_size: int = 0
    """Bytes of the whole body, of which `body` may be the beginning."""


@dataclass(frozen=True, slots=True)
class SentFrom:
    """Where a request that was sent belongs."""

    root: str = ""
    path: str = ""
    environment: str = ""


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which entries are asked for; empty fields ask for all."""

    text: str = field(default="", repr=False)
    """Every word of it stands in name, URL, method, host, status, or in a body that is kept.

    Words of one or two letters are not looked for in bodies.
    """
    day: date | None = None
    """Of the computer's own time zone."""
    status_class: int | None = None
    """2 for 2xx and so on; 0 for sends without a whole answer."""
    root: str = ""
    path: str = ""
    """Only of this request, given with its `root`."""


@dataclass(frozen=True, slots=True)
class HistorySize:
    """How much is kept."""

    entries: int = 0
    size: int = 0
    """Bytes of what is kept and of the index over it, about."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some entries, newest first."""

    entries: tuple[HistoryEntry, ...] = ()
    next: str = ""
    """What to ask the page behind this one with; empty at the end."""
