"""A sign-in: what comes back from the browser, and the steps on the way to a token."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


@dataclass(frozen=True, slots=True)
class AuthorizationAnswer:
    """The authorization code or the provider's error (RFC 6749 section 4.1.2), and the issuer."""

    code: str = field(default="", repr=False)
    issuer: str = ""
    """The `iss` parameter (RFC 9207); empty when it was not given."""
    error: str = ""
    description: str = ""


class StepKind(Enum):
    """What was done on the way to a token."""

    OPENED_BROWSER = "opened browser"
    NO_BROWSER = "no browser"
    """None could be started: the user opens the page by hand."""
    SHOWED_CODE = "showed code"
    """The user enters it on another device or page (RFC 8628)."""
    RECEIVED_CODE = "received code"
    """The browser came back, and state and issuer were right."""
    GOT_TOKEN = "got token"
    KEPT_TOKEN = "kept token"


@dataclass(frozen=True, slots=True)
class SignInStep:
    """One step that succeeded."""

    kind: StepKind
    at: datetime
    """In UTC, with its time zone."""
    elapsed_ms: float = 0.0
    """Of the call that this step was, 0 where it was none."""
    url: str = field(default="", repr=False)
    """What the user opens in a browser, of the first three kinds; never kept."""
    user_code: str = field(default="", repr=False)
    seconds: float = 0.0
    """How long the user has for it."""
