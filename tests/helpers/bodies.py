"""Bodies of bytes for tests of what reads them."""

from __future__ import annotations


class BytesBody:
    """A `BodyHandle` over bytes, which may grow; keeps how much was read at once at most."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = data
        self.longest_read = 0
        self.closed = False

    @property
    def size(self) -> int:
        """The number of bytes so far."""
        return len(self.data)

    def read_at(self, offset: int, length: int) -> bytes:
        """Return the bytes; raises ValueError once closed."""
        if self.closed:
            raise ValueError("the body is closed")
        found = self.data[offset : offset + length]
        self.longest_read = max(self.longest_read, len(found))
        return found

    def close(self) -> None:
        """Give the bytes back."""
        self.closed = True
