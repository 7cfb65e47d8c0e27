"""One holder of a lock file at a time, across threads and programs.

The system drops the lock of a program that ends, however it ends.
"""

from __future__ import annotations

import sys

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
