"""What stands near the root of a JSON text: values and arrays by JSON Pointer (RFC 6901)."""

from __future__ import annotations

import json

from httpdesk.model.paging import ArraySpan, PageOutline
from httpdesk.render.json_text import JsonSyntaxError, Kind, scan
from httpdesk.render.rows import Pause, no_pause

DEEPEST = 4
"""How many names a pointer has at most."""
MOST_VALUES = 1000
MOST_ARRAYS = 1000
LONGEST_NAME = 200
"""Characters of a name in a pointer; below a longer one nothing is noted."""
LONGEST_VALUE = 8000
"""Characters of a value that can be a URL or a cursor."""


def outline(text: str, pause: Pause = no_pause) -> PageOutline | None:
    """Return the outline of a JSON text; None when it is none. `pause` may end the work."""
    walk = _Walk()
    try:
        for number, (kind, token, offset) in enumerate(scan(text)):
            if not number % 500:
                pause()
            walk.take(kind, token, offset)
    except JsonSyntaxError:
        return None
    return PageOutline(text, walk.values, walk.arrays)


class _Walk:
    """Goes through the tokens; knows the names on the way and what it is inside of."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.arrays: dict[str, ArraySpan] = {}
        self._names: list[str | None] = []
        self._key: str | None = ""
        self._array = 0
        """How deep in arrays."""
        self._begin = 0
        self._count = 0
        self._is_empty = True

    def take(self, kind: Kind, token: str, offset: int) -> None:
        """Take the next token."""
        if self._array:
            self._inside_array(kind, token, offset)
        elif kind is Kind.KEY:
            fits = len(token) <= LONGEST_NAME
            self._key = json.loads(token, strict=False) if fits else None
        elif kind is Kind.PUNCTUATION:
            self._open_or_close(token, offset)
        elif kind in (Kind.STRING, Kind.NUMBER):
            self._note(kind, token)

    def _pointer(self) -> str | None:
        """Return where the value stands; None where that is too deep or has too long a name."""
        if len(self._names) > DEEPEST:
            return None
        pointer = ""
        for name in [*self._names[1:], self._key] if self._names else []:
            if name is None:
                return None
            pointer += "/" + name.replace("~", "~0").replace("/", "~1")
        return pointer

    def _open_or_close(self, token: str, offset: int) -> None:
        if token == "{":
            self._names.append(self._key)
            self._key = ""
        elif token == "}":
            self._key = self._names.pop()
        elif token == "[":
            self._array, self._begin = 1, offset
            self._count, self._is_empty = 0, True

    def _inside_array(self, kind: Kind, token: str, offset: int) -> None:
        is_punctuation = kind is Kind.PUNCTUATION
        if not (is_punctuation and token in "]}"):
            self._is_empty = False
        if is_punctuation and token == "," and self._array == 1:
            self._count += 1
        elif is_punctuation and token in "[{":
            self._array += 1
        elif is_punctuation and token in "]}":
            self._array -= 1
            if not self._array:
                self._note_array(offset + 1)

    def _note_array(self, end: int) -> None:
        pointer = self._pointer()
        if pointer is not None and len(self.arrays) < MOST_ARRAYS:
            count = 0 if self._is_empty else self._count + 1
            self.arrays[pointer] = ArraySpan(self._begin, end, count)

    def _note(self, kind: Kind, token: str) -> None:
        if len(self.values) >= MOST_VALUES or len(token) > LONGEST_VALUE:
            return
        pointer = self._pointer()
        if pointer is not None:
            self.values[pointer] = json.loads(token, strict=False) if kind is Kind.STRING else token
