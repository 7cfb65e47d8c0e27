"""The hash of a body as it will leave, a file read in pieces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from httpdesk.model.exchange import BodySource


def body_hash(body: bytes | BodySource | None, made: Any, cancelled: Callable[[], bool]) -> str:
    """Return what `made`, a new hash of hashlib, gives for the body, in hex.

    Raises SourceChangedError; worth nothing once `cancelled` says so.
    """
    if body is not None and not isinstance(body, bytes):
        for chunk in body.chunks():
            if cancelled():
                break
            made.update(chunk)
    else:
        made.update(body or b"")
    return str(made.hexdigest())
