"""The exit statuses of the command line; scripts rely on them."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """How a run ended; told in `httpdesk send --help`."""

    SUCCESS = 0
    FAILED_RESPONSE = 1
    """A whole response whose status is outside the success range (statement 57)."""
    USAGE = 2
    """The command line is wrong, or the request cannot be sent as it is; nothing was sent."""
    NO_RESPONSE = 3
    """No whole response came."""
    FILE = 4
    """A file, standard input or standard output could not be read or written."""
    SIGN_IN = 5
    """A secret or a token that the request needs could not be had; nothing was sent."""
    BUG = 70
    """Something that must not happen did; the number is EX_SOFTWARE of BSD."""
    INTERRUPTED = 130
    """Ctrl+C: 128 and the number of SIGINT, as shells count."""
    PIPE_CLOSED = 141
    """The reader of standard output left early: 128 and the number of SIGPIPE."""
