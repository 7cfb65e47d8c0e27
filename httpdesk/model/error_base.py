"""The root of all errors, and where in a send something happened."""

from __future__ import annotations

from enum import Enum


class Phase(Enum):
    """Where in a send something happened; the values are HAR's phase names."""

    BLOCKED = "blocked"
    DNS = "dns"
    CONNECT = "connect"
    PROXY = "proxy"
    TLS = "ssl"
    SEND = "send"
    WAIT = "wait"
    RECEIVE = "receive"


class Sent(Enum):
    """How much of the request left the computer."""

    NOTHING = "nothing"
    PART = "part"
    ALL = "all"


class HttpDeskError(Exception):
    """The root of all errors that are told to the user; anything else is a bug of ours."""

    def __str__(self) -> str:
        # Python's own would show every field, those too that `repr` keeps out of reports.
        return repr(self)
