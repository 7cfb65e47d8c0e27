"""Sizes and times as people read them; the same in the window and on the command line."""

from __future__ import annotations

_SIZE_UNITS = ("KB", "MB", "GB", "TB")


def format_size(size: int) -> str:
    """Return a number of bytes as `788 B`, `12.4 MB` or `248 KB`; 1 KB is 1,000 bytes."""
    if size < 1000:
        return f"{size} B"
    value = float(size)
    for unit in _SIZE_UNITS:
        value /= 1000
        # 999.5 would print as 1000, which belongs to the next unit.
        if value < 999.5 or unit == _SIZE_UNITS[-1]:
            break
    digits = 1 if value < 99.95 else 0
    return f"{value:,.{digits}f} {unit}"


def format_duration(milliseconds: float) -> str:
    """Return a duration as `0.4 ms`, `184 ms`, `3.30 s`, `11.4 s`, `2 min 05 s` or `1 h 02 min`."""
    if milliseconds < 9.95:
        return f"{milliseconds:.1f} ms"
    if milliseconds < 999.5:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1000
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    return _format_minutes(round(seconds))


def _format_minutes(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds:02} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes:02} min"
