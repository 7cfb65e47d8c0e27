"""Whether a TLS connection was cut instead of closed (RFC 9112 section 9.8)."""

from __future__ import annotations

import ssl

CUT = "UNEXPECTED_EOF_WHILE_READING"
"""OpenSSL's word, which early releases of Python 3.11 hand on without a class of its own."""


def was_cut(error: BaseException) -> bool:
    """Return whether `error` says that the other side ended TLS without saying so."""
    if isinstance(error, ssl.SSLEOFError):
        return True
    return isinstance(error, ssl.SSLError) and getattr(error, "reason", None) == CUT
