"""What every failed send says: where it was going, and what left the computer."""

from __future__ import annotations

from httpdesk.model.errors import SendFailed, Sent
from httpdesk.model.paging import PagesEnd, PagesTaken

_SENT = {
    Sent.NOTHING: "Nothing was sent.",
    Sent.PART: "Part of the request was sent.",
    Sent.ALL: "The whole request was sent, so the server may have acted on it.",
}


def told(error: SendFailed, text: str, advice: str = "") -> str:
    """Return the sentence, what left the computer, the exact text and the advice."""
    lines = [f"{text} {_SENT[error.sent]}"]
    if error.detail:
        lines.append(f"Details: {error.detail}")
    return "\n".join(lines + ([advice] if advice else []))


def place_of(error: SendFailed) -> str:
    """Return host and port as they stand in a URL."""
    host = f"[{error.host}]" if ":" in error.host else error.host
    if not host:
        return "the server"
    return f"{host}:{error.port}" if error.port else host


_ENDS = {
    PagesEnd.LAST: "The last one names no next page.",
    PagesEnd.LIMIT: "There are more; --max-pages raises the limit.",
    PagesEnd.TOO_MUCH: "There are more, but together they would be too large.",
    PagesEnd.REPEATED: "The next one is a page that came before.",
    PagesEnd.FAILED: "The last one failed.",
    PagesEnd.CANCELLED: "It was cancelled there.",
    PagesEnd.NOT_AGREED: "The next one lies where nobody agreed to go.",
    PagesEnd.UNREADABLE: "The last one is no JSON, or is too large to be looked into.",
    PagesEnd.NONE_NAMED: "Nothing in the answer names a next page.",
}


def pages_sentence(taken: PagesTaken) -> str:
    """Return how many pages and items came, and why no further page was asked for."""
    if taken.count < 2:
        return _ENDS[taken.end]
    joined = f"{taken.items} items" if taken.items else "no list to join"
    return f"{taken.count} pages, {joined}. {_ENDS[taken.end]}"
