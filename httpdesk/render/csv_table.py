"""Comma-separated values of any size as records, read where they are looked at (RFC 4180)."""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections import Counter, OrderedDict
from collections.abc import Iterator
from threading import Lock

from httpdesk.model.response import BodyHandle
from httpdesk.render.rows import read_piece

DELIMITERS = (",", "\t", ";", "|")
SNIFFED = 64 * 1024
"""Bytes from the start that tell the delimiter and the number of columns."""
MOST_COLUMNS = 1000
MOST_RECORDS = 5_000_000
LONGEST_FIELD = 16 * 1024 * 1024
"""Characters of a field; a quotation mark without its other half takes all that follows."""
_MARK_EVERY = 256
_KEPT_BLOCKS = 16
_CHUNK = 256 * 1024
_BOM = b"\xef\xbb\xbf"
_TYPES = {"text/tab-separated-values": "\t"}


def is_table(essence: str) -> bool:
    """Return whether a media type stands for such values."""
    return essence in ("text/csv", "application/csv", "text/x-csv", *_TYPES)


class CsvTable:
    """The records of a text in UTF-8, as far as they are known.

    `count` and `complete` may be read on any thread. All others read bytes and belong on a worker;
    they raise Stopped when the body is given back.
    """

    def __init__(self, body: BodyHandle, essence: str = "") -> None:
        self._body = body
        start = read_piece(body, 0, SNIFFED)
        self._indexed = len(_BOM) if start.startswith(_BOM) else 0
        self._records = 0
        self._marks, self._offsets = [0], [self._indexed]
        self._left = b""
        self._ended = False
        self._lock, self._indexing = Lock(), Lock()
        self._blocks: OrderedDict[int, list[tuple[str, ...]]] = OrderedDict()
        self.broken = False
        """Whether a quotation mark without its other half made the rest unreadable."""
        text = start[self._indexed :].decode("utf-8", "replace")
        self.delimiter = _TYPES.get(essence) or sniffed_delimiter(text)
        self._record = _record_pattern(self.delimiter)
        read = list(_parsed(text, self.delimiter))
        self.width = min(max(map(len, read), default=0), MOST_COLUMNS)
        """How many fields the first records have, at most."""

    @property
    def count(self) -> int:
        """How many records are known."""
        return self._records

    @property
    def complete(self) -> bool:
        """Whether all records are known, or as many as can be read."""
        return self._ended

    def index(self) -> None:
        """Find some more records."""
        with self._indexing:
            if not self._ended:
                self._index()

    def _index(self) -> None:
        asked = max(_CHUNK, len(self._left))
        more = read_piece(self._body, self._indexed + len(self._left), asked)
        data, final = self._left + more, len(more) < asked
        behind = self._count_in(data, final=final)
        self._indexed += behind
        self._left = data[behind:]
        self.broken = len(self._left) > LONGEST_FIELD
        self._ended = final or self.broken or self._records >= MOST_RECORDS

    def record(self, number: int) -> tuple[str, ...]:
        """Return the fields of a record, counted from 0; none when it is not known."""
        if not 0 <= number < self._records:
            return ()
        mark = bisect_right(self._marks, number) - 1
        block = self._block(mark)
        at = number - self._marks[mark]
        return block[at] if at < len(block) else ()

    def _block(self, mark: int) -> list[tuple[str, ...]]:
        """Return the records from a mark to the next one; some blocks are kept."""
        block = self._blocks.get(mark)
        if block is None:
            behind = self._offsets[mark + 1] if mark + 1 < len(self._offsets) else self._indexed
            data = read_piece(self._body, self._offsets[mark], behind - self._offsets[mark])
            block = list(_parsed(data.decode("utf-8", "replace"), self.delimiter))
            if mark + 1 < len(self._offsets):
                self._keep(mark, block)
        return block

    def _keep(self, mark: int, block: list[tuple[str, ...]]) -> None:
        with self._lock:
            self._blocks[mark] = block
            while len(self._blocks) > _KEPT_BLOCKS:
                self._blocks.popitem(last=False)

    def _count_in(self, data: bytes, *, final: bool) -> int:
        """Count the records that end within `data`; return where the rest begins."""
        behind = 0
        for found in iter(self._record.scanner(data).match, None):  # type: ignore[attr-defined]
            # The other half of a line's end may come with the next bytes.
            if found.end() == len(data) and data.endswith(b"\r") and not final:
                break
            behind = found.end()
            self._add(behind)
        if final and behind < len(data):
            behind = len(data)
            self._add(behind)
        return behind

    def _add(self, behind: int) -> None:
        self._records += 1
        offset = self._indexed + behind
        far = offset - self._offsets[-1] > _CHUNK
        if far or self._records - self._marks[-1] >= _MARK_EVERY:
            self._offsets.append(offset)
            self._marks.append(self._records)


def sniffed_delimiter(text: str) -> str:
    """Return the delimiter that cuts the first lines into equally many fields, and most of them."""
    lines = text.splitlines()[:50]
    ranked = []
    for delimiter in DELIMITERS:
        sizes = Counter(len(record) for record in _parsed("\n".join(lines), delimiter))
        width, times = max(sizes.items(), key=lambda size: (size[1], size[0]), default=(1, 0))
        ranked.append((times if width > 1 else 0, width, delimiter))
    best = max(ranked, key=lambda rank: rank[:2])
    return best[2] if best[0] else DELIMITERS[0]


def _record_pattern(delimiter: str) -> re.Pattern[bytes]:
    """Return what matches one record as the csv module reads it."""
    sign = re.escape(delimiter.encode())
    field = rb'(?:"(?:[^"]++|"")*+"|(?!"))[^' + sign + rb"\r\n]*+"
    return re.compile(field + rb"(?:" + sign + field + rb")*+(?:\r\n|\r|\n)")


def _parsed(text: str, delimiter: str) -> Iterator[tuple[str, ...]]:
    csv.field_size_limit(2**31 - 1)  # pieces of a bounded size are read
    lines = io.StringIO(text, newline="")
    for record in csv.reader(lines, delimiter=delimiter):
        yield tuple(record[:MOST_COLUMNS])
