"""What a row of the tree of collections is known by, in the tree and wherever else it matters."""

from __future__ import annotations

from typing import NamedTuple


class ItemKey(NamedTuple):
    """What identifies a row: the collection's folder and the item's path in it."""

    root: str
    path: str = ""

    @property
    def folder(self) -> str:
        """The path of the folder that holds the item; "" for the collection's own."""
        return self.path.rpartition("/")[0]
