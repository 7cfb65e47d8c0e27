"""Bodies that the sample server makes by code: an image, large JSON, plain bytes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import cache

BLOCK = 256 * 1024
_RECORDS_PER_BLOCK = 1000


@cache
def png(width: int = 240, height: int = 160) -> bytes:
    """Return a small PNG: a blue and green gradient with a lighter disc."""
    rows = b"".join(b"\0" + _row(y, width, height) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _row(y: int, width: int, height: int) -> bytes:
    row = bytearray()
    for x in range(width):
        lighter = (x - width // 2) ** 2 + (y - height // 2) ** 2 < (height // 3) ** 2
        lift = 70 if lighter else 0
        row += bytes((28 + lift, 70 + 100 * x // width + lift, 150 - 70 * y // height + lift))
    return bytes(row)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def large_json(size: int) -> Iterator[bytes]:
    """Yield a JSON array of exactly `size` bytes, a megabyte or more; one record a line.

    A thousand records are one template in which only the block's number changes, so that making
    them is much faster than sending them. White space at the end fills up what is left.
    """
    template = _block_template()
    left = size - len(b"\n]\n")
    separator = b"[\n"
    number = 1
    while len(block := separator + template.replace(b"\0", b"%d" % number)) <= left:
        yield block
        left -= len(block)
        separator = b",\n"
        number += 1
    yield b"\n]" + b" " * left + b"\n"


@cache
def _block_template() -> bytes:
    items = ("Desk lamp", "Notebook, A5", "Pencil", "Café cup", "Chair")
    states = ("open", "packed", "shipped", "returned")
    lines = (
        f'{{"id": \0{index:03}, "item": "{items[index % 5]}", "quantity": {index % 7 + 1}, '
        f'"price": {index % 90 + 5}.{index % 10}0, "status": "{states[index % 4]}", '
        f'"gift": {"true" if index % 3 == 0 else "false"}, "note": null}}'
        for index in range(_RECORDS_PER_BLOCK)
    )
    return ",\n".join(lines).encode()


def plain_bytes(size: int) -> Iterator[bytes]:
    """Yield `size` bytes that count from 0 to 255 over and over."""
    block = bytes(range(256)) * (BLOCK // 256)
    for _ in range(size // BLOCK):
        yield block
    yield block[: size % BLOCK]
