"""Characters that are not seen, or that change how others are seen, made visible.

Text of a server is painted with them replaced, so that no line can look like another one
(security.md R7). Each character is replaced by itself: a text may be cut anywhere before.
"""

from __future__ import annotations

import re

_BEFORE_SPACE = 0x20
_PICTURES = 0x2400
"""U+2400 to U+241F depict the first 32 controls."""
_OPEN, _CLOSE = "\u2039", "\u203a"

_CONTROLS = tuple(code for code in range(_BEFORE_SPACE) if chr(code) != "\t")
_UNSEEN = (
    range(0x7F + 1, 0xA0),  # further controls
    (0xAD,),  # a hyphen that shows at a line's end only
    (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)),  # direction of text
    (*range(0x200B, 0x200E), *range(0x2060, 0x2066), 0x180E, 0xFEFF),  # without a width
    range(0x206A, 0x2070),  # shapes of other characters
    (0x2028, 0x2029),  # ends of lines to Qt, not to servers
    (0x115F, 0x1160, 0x3164, 0xFFA0),  # fillers
    (*range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080)),  # annotations and tags
)
_SHOWN = (
    {code: chr(_PICTURES + code) for code in _CONTROLS}
    | {0x7F: "␡"}
    | {code: f"{_OPEN}U+{code:04X}{_CLOSE}" for codes in _UNSEEN for code in codes}
)
_HIDDEN = re.compile("[" + "".join(map(re.escape, map(chr, _SHOWN))) + "]")


def visible(text: str) -> str:
    """Return `text` with a picture or the number of each character that would not be seen.

    Tabs stay: they are painted as a space of some width.
    """
    if text.isascii() and text.isprintable():
        return text  # most rows; seen ten times faster than by looking for each character
    return text.translate(_SHOWN) if _HIDDEN.search(text) else text


def visible_bytes(data: bytes) -> str:
    """Return UTF-8 as visible text; bytes that are no UTF-8 read as U+FFFD."""
    return visible(data.decode("utf-8", "replace"))


def character_start(data: bytes, at: int) -> int:
    """Return where the UTF-8 character that holds the byte at `at` begins: at most 3 before."""
    for start in range(at, max(at - 4, -1), -1):
        if start >= len(data) or data[start] & 0xC0 != 0x80:
            return start
    return at
