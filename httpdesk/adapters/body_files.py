"""Writes a spooled body to a file of the user."""

from __future__ import annotations

from httpdesk.adapters.files import LocalFiles
from httpdesk.engine.cancel import CancelToken
from httpdesk.model.response import BodyHandle

CHUNK = 1024 * 1024


def save_body(body: BodyHandle, path: str, cancel: CancelToken) -> None:
    """Write the whole body to `path`, over an older file, or leave that as it is.

    Raises FileUnwritable or DiskFull. A cancelled save leaves nothing behind.
    """
    file = LocalFiles().create(path)
    try:
        offset = 0
        while offset < body.size and not cancel.cancelled:
            chunk = body.read_at(offset, CHUNK)
            file.write(chunk)
            offset += len(chunk)
        if not cancel.cancelled:
            file.commit()
    finally:
        file.discard()
