"""One holder of a lock file at a time, across threads and programs.

The system drops the lock of a program that ends, however it ends.
"""

from __future__ import annotations

import sys
import threading
import time

_SLICE = 0.02

if sys.platform == "win32":
    import msvcrt

    def taken(handle: int) -> bool:
        """Take the lock of an open file; False while somebody else has it."""
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def taken(handle: int) -> bool:
        """Take the lock of an open file; False while somebody else has it."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def taken_within(handle: int, seconds: float, given_up: threading.Event | None = None) -> bool:
    """Take the lock as soon as it is free; False after `seconds`, or once it is `given_up`.

    No system has a call that waits for a lock and comes back at a deadline: one that waits would
    hold a thread for as long as the other program likes. So it is asked for again and again.
    """
    end, given_up = time.monotonic() + seconds, given_up or threading.Event()
    while not taken(handle):
        if time.monotonic() >= end or given_up.wait(_SLICE):
            return False
    return True
