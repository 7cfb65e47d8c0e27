"""The connection whose base URL a pasted URL lies below (ui.md 3.3)."""

from __future__ import annotations

from httpdesk.gui.request.connection_choice import ConnectionChoice, ConnectionRow


def matched_base(url: str, choice: ConnectionChoice) -> tuple[ConnectionRow, str] | None:
    """Return the connection, and what is left of `url` below its base; None to keep it whole.

    The one in use comes first, then the longest base. Nothing is guessed among several, nor
    against `none` or an `auth` that the request's file says.
    """
    if choice.auth or (choice.name is None and choice.own):
        return None
    found = [(row, rest) for row in choice.rows if (rest := _below(url, row.base_url))]
    used = next((each for each in found if each[0] == choice.row), None)
    if used is not None:
        return used
    least = min((len(rest) for _, rest in found), default=0)
    nearest = [each for each in found if len(each[1]) == least]
    return nearest[0] if len(nearest) == 1 else None


def _below(url: str, base: str) -> str:
    """Return the rest of `url` that has the same effect below `base`, "" where there is none."""
    start = base.rstrip("/")
    scheme, mark, tail = start.partition("://")
    host = len(scheme) + len(mark) + len(tail.partition("/")[0])
    is_plain = mark and tail and not any(each in start for each in ("?", "#", "{{"))
    same_host = url[:host].lower() == start[:host].lower()
    if not is_plain or not same_host or url[host : len(start)] != start[host:]:
        return ""
    rest = url[len(start) :]
    return rest if rest[:1] in ("/", "?", "#") and not rest.startswith("//") else ""
