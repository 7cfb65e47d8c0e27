"""The line between the parts of a multipart form (RFC 2046 section 5.1.1)."""

from __future__ import annotations

import os


def new_boundary() -> str:
    """Return a boundary that no file holds but by a chance of one in 2^128."""
    return "HTTPDeskBoundary" + os.urandom(16).hex()
