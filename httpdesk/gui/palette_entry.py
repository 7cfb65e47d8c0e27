"""What the command palette lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class PaletteEntry:
    """One thing that can be chosen: its group, words, and what choosing it does.

    `send` opens a request and sends it.
    """

    group: str
    text: str
    run: Callable[[], None]
    detail: str = ""
    method: str = ""
    icon: str = ""
    shortcut: str = ""
    send: Callable[[], None] | None = None
