"""Opens a URL in the user's own browser (RFC 8252 section 4)."""

from __future__ import annotations

import webbrowser

from httpdesk.adapters.patience import OutOfPatience, call_patiently

PATIENCE = 3.0
"""Seconds in which a browser that cannot be started has said so."""


def open_browser(url: str) -> bool:
    """Return whether a browser took the URL."""
    try:
        return call_patiently(lambda: webbrowser.open(url), PATIENCE, "browser")
    except OutOfPatience:
        # One that `BROWSER` names is waited for until its window closes; the sign-in goes on.
        return True
    except (webbrowser.Error, OSError):
        return False
