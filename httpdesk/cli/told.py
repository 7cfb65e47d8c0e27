"""What every failed send says: where it was going, and what left the computer."""

from __future__ import annotations

from httpdesk.model.errors import SendFailed, Sent

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
