"""A body whose bytes are at hand."""

from __future__ import annotations


class MemoryBody:
    """A `BodyHandle` over bytes in memory."""

    def __init__(self, data: bytes = b"") -> None:
        self._data = data
        self.closed = False

    @property
    def size(self) -> int:
        """The number of bytes."""
        return len(self._data)

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; raises ValueError once closed."""
        if self.closed:
            raise ValueError("the body is closed")
        return self._data[offset : offset + length]

    def close(self) -> None:
        """Refuse to be read from now on."""
        self.closed = True

    def fresh(self) -> MemoryBody:
        """Return an open body with the same bytes."""
        return MemoryBody(self._data)
