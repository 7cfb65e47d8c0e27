"""File names that every system and git keep as they are (storage.md, "Writing rules")."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 200
"""Characters of a name with its ending; its UTF-8 form stays below the 255 bytes of a folder."""
LONGEST_BYTES = 240

_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?\Z", re.IGNORECASE
)
_BAD = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]+')
_BAD_BESIDE_SPACE = re.compile(rf"(?<= ){_BAD.pattern}|{_BAD.pattern}(?= )")
_OWN = frozenset({"opencollection", "folder", "environments", "connections", "node_modules"})
"""Names with a meaning of their own in a collection folder."""


def portable_name(name: str, ending: str = "", fallback: str = "untitled") -> str:
    """Return a file name that resembles `name`: for every system, never a name with a meaning."""
    text = name.encode("utf-8", "ignore").decode()
    text = "".join(char for char in text if unicodedata.category(char) not in {"Cf", "Co", "Cn"})
    text = unicodedata.normalize("NFC", text)
    text = _BAD_BESIDE_SPACE.sub("", re.sub(r"\s+", " ", text))
    text = re.sub(" +", " ", _BAD.sub("-", text)).strip(" .-~") or fallback
    if _DEVICES.match(text) or text.casefold() in _OWN:
        text = f"{text.partition('.')[0]}_{text.partition('.')[2]}".rstrip(" .")
    return _shortened(text, ending) + ending


def free_name(name: str, ending: str, taken: Iterable[str], fallback: str = "untitled") -> str:
    """Return a portable name that none of `taken` equals, case aside; a number makes it so."""
    used = {key(each) for each in taken}
    stem = portable_name(name, ending, fallback).removesuffix(ending)
    candidate, count = stem + ending, 1
    while key(candidate) in used:
        count += 1
        candidate = f"{_shortened(stem, f' {count}{ending}')} {count}{ending}"
    return candidate


def key(name: str) -> str:
    """Return what two names share that some system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def is_portable(name: str) -> bool:
    """Return whether a name is kept as it is by every system."""
    stem = name.rpartition(".")[0] or name
    return not (
        _BAD.search(name)
        or _DEVICES.match(stem)
        or name.endswith((" ", "."))
        or name.startswith(" ")
        or len(name) > LONGEST
    )


def _shortened(text: str, ending: str) -> str:
    text = text[: LONGEST - len(ending)]
    while len((text + ending).encode()) > LONGEST_BYTES:
        text = text[:-1]
    return text.rstrip(" .-")
