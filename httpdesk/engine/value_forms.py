"""Forms that a value takes where it is filled in: `{{name|base64}}` (statement 84)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache

RAW = "raw"
"""In a path: the value's slashes and the like divide the path instead of being encoded."""


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _base64(text: str) -> str:
    from base64 import b64encode  # only few values take this form

    return b64encode(text.encode("utf-8", "replace")).decode()


def _base64url(text: str) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(text.encode("utf-8", "replace")).decode().rstrip("=")


def _percent(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="", errors="replace")


def _digest(name: str) -> Callable[[str], str]:
    def form(text: str) -> str:
        import hashlib

        data = text.encode("utf-8", "replace")
        return hashlib.new(name, data, usedforsecurity=False).hexdigest()

    return form


def _same(text: str) -> str:
    return text


FORMS: dict[str, Callable[[str], str]] = {
    "json": _json,
    "base64": _base64,
    "base64url": _base64url,
    "url": _percent,
    "md5": _digest("md5"),
    "sha1": _digest("sha1"),
    "sha256": _digest("sha256"),
    "sha512": _digest("sha512"),
    RAW: _same,
}
"""What may stand behind a `|`; several are taken one after the other."""


@lru_cache(maxsize=4096)
def split_forms(name: str) -> tuple[str, tuple[str, ...]]:
    """Return the name of a variable and the forms behind it; none where one is unknown."""
    base, *forms = (part.strip() for part in name.split("|"))
    if base and all(form in FORMS for form in forms):
        return base, tuple(forms)
    return name, ()


def formed(text: str, forms: tuple[str, ...]) -> str:
    """Return the value in these forms, one after the other."""
    for form in forms:
        text = FORMS[form](text)
    return text
