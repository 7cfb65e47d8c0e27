"""Opens a URL in the user's own browser (RFC 8252 section 4)."""

from __future__ import annotations

import webbrowser


def open_browser(url: str) -> bool:
    """Return whether a browser took the URL."""
    try:
        return webbrowser.open(url)
    except (webbrowser.Error, OSError):
        return False
