"""What the command palette lists, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from httpdesk.gui.fuzzy import Haystack, Match


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
    color: str = ""
    """Of a disc in place of an icon, as `#rrggbb`."""


class PaletteSource(Protocol):
    """One kind of thing that the palette finds."""

    @property
    def prefix(self) -> str:
        """The character that, typed first, leaves only this kind; "" for none."""

    def find(self, query: str, most: int) -> list[Match[PaletteEntry]]:
        """Return the best matches, at most `most`, within a few milliseconds."""


class EntrySource:
    """Finds among a few entries that are all there."""

    def __init__(self, entries: Iterable[PaletteEntry], prefix: str = "") -> None:
        self.prefix = prefix
        self._entries = tuple(entries)
        texts = (f"{each.text} {each.detail}" for each in self._entries)
        self._texts = Haystack(self._entries, texts)

    def find(self, query: str, most: int) -> list[Match[PaletteEntry]]:
        """Return the best matches, at most `most`."""
        return self._texts.best(query, most)


def chosen_sources(
    sources: Sequence[PaletteSource], text: str
) -> tuple[Sequence[PaletteSource], str]:
    """Return the sources that a text asks for, and what it asks of them."""
    named = [each for each in sources if each.prefix and text.startswith(each.prefix)]
    if named:
        return named, text[len(named[0].prefix) :]
    return sources, text
