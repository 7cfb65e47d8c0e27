"""Rows of bytes with the digits and letters of secrets as bullets; no Qt in here."""

from __future__ import annotations

from dataclasses import replace

from httpdesk.gui.response.hidden_bytes import HiddenBytes, Revealing
from httpdesk.model.response import BodyHandle
from httpdesk.render.hex_rows import HexRows, columns_of
from httpdesk.render.hexdump import ACROSS
from httpdesk.render.rows import Row

_BULLET = "\u2022"


class MaskedHexRows(HexRows):
    """Each byte of a secret keeps its place, as offsets do; what it is stays hidden."""

    def __init__(
        self, body: BodyHandle, hidden: HiddenBytes, shown: Revealing, *, growing: bool = False
    ) -> None:
        super().__init__(body, growing=growing)
        self.hidden = hidden
        self.shown = shown

    def rows(self, first: int, count: int) -> tuple[Row, ...]:
        """Return up to `count` rows from `first`."""
        rows = list(super().rows(first, count))
        for secret in self.hidden.between(first * ACROSS, (first + len(rows)) * ACROSS):
            if self.shown.shows(secret):
                continue
            for number, start, end in columns_of(secret):
                at = number - first
                if 0 <= at < len(rows):
                    rows[at] = replace(rows[at], text=_blank(rows[at].text, start, end))
        return tuple(rows)


def _blank(text: str, start: int, end: int) -> str:
    hidden = "".join(" " if each == " " else _BULLET for each in text[start:end])
    return text[:start] + hidden + text[end:]
