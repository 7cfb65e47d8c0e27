"""What leaves as rows of a table: notes on top, then the message line by line, wrapped."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from httpdesk.engine.masking import MASK
from httpdesk.engine.wire_lines import LineKind, Source, WireBlock, WireLine, WirePreview
from httpdesk.gui.item_models.origins import origin_words
from httpdesk.model.exchange import Origin
from httpdesk.model.media_types import base_name
from httpdesk.render.hexdump import sample_lines

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_LEAST_COLUMNS = 16
SAMPLE: Final = 512
"""Bytes of a file, or of what is no text, that are shown."""
_PICTURES = str.maketrans({code: chr(0x2400 + code) for code in range(32)} | {9: "→", 127: "␡"})
"""Characters without a shape as ones that have one; only for the eye, never for the clipboard."""


class WireColumn(IntEnum):
    """The columns."""

    TEXT = 0
    FROM = 1


class WireRole(IntEnum):
    """What the delegate asks for beside Qt's own roles."""

    TOKEN = Qt.ItemDataRole.UserRole + 1
    """The colour of the text."""
    ICON = Qt.ItemDataRole.UserRole + 2
    """The icon of a note, None for a line of the message."""
    MASKED = Qt.ItemDataRole.UserRole + 3
    """True and False for a row with a masked and a revealed secret, None without one."""
    LINK = Qt.ItemDataRole.UserRole + 4
    """Whether Enter or a click leads on."""
    NOTE = Qt.ItemDataRole.UserRole + 5
    """Whether the row is a sentence of ours, as wide as the table."""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence above the message; `target` is what a click on it is about."""

    text: str
    icon: str = "info"
    token: str = "text2"
    target: object = None


@dataclass(slots=True)
class _Entry:
    """One line before it is wrapped."""

    item: WireLine | WireBlock | Note | str
    """A str is a line of a file's first bytes."""
    key: str = ""
    origin: str = ""
    quiet: bool = False
    """Whether the line above has the same origin, which is not repeated then."""


class WireRowsModel(QAbstractTableModel):
    """Wraps lines to `columns` characters; one secret at most is revealed at a time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = self._note_columns = 80
        self._wire: WirePreview | None = None
        self._notes: tuple[Note, ...] = ()
        self._samples: dict[str, bytes] = {}
        self._entries: list[_Entry] = []
        self._texts: list[str] = []
        self._starts: list[Sequence[int]] = []
        self._firsts: list[int] = []
        self._count = 0
        self._revealed: tuple[str, int] | None = None

    # Content

    def set_wire(self, wire: WirePreview | None, notes: Iterable[Note] = ()) -> None:
        """Show a message below these notes; nothing happens when both are shown already."""
        notes = tuple(notes)
        if (wire, notes) != (self._wire, self._notes):
            self._wire, self._notes = wire, notes
            self._rebuild()

    def set_columns(self, columns: int, note_columns: int) -> None:
        """Wrap lines and notes to so many characters."""
        wanted = (max(columns, _LEAST_COLUMNS), max(note_columns, _LEAST_COLUMNS))
        if wanted != (self._columns, self._note_columns):
            self._columns, self._note_columns = wanted
            self._rebuild()

    def note_rows(self) -> list[int]:
        """Return the rows that hold notes."""
        return [
            first + part
            for entry, first, starts in zip(self._entries, self._firsts, self._starts, strict=True)
            if isinstance(entry.item, Note)
            for part in range(len(starts))
        ]

    def set_samples(self, samples: Mapping[str, bytes]) -> None:
        """Show the first bytes of files, by path."""
        if samples != self._samples:
            self._samples = dict(samples)
            self._rebuild()

    def reveal_next(self, row: int) -> None:
        """Show the next secret of the row's line alone; behind the last one all are masked."""
        entry = self._entry(row)[0]
        if not isinstance(entry.item, WireLine) or not entry.item.secrets:
            return
        shown = self._revealed
        number = shown[1] + 1 if shown is not None and shown[0] == entry.key else 0
        self._revealed = (entry.key, number) if number < len(entry.item.secrets) else None
        self._rebuild()

    def mask_all(self) -> None:
        """Hide what was revealed."""
        if self._revealed is not None:
            self._revealed = None
            self._rebuild()

    def target(self, row: int) -> object:
        """Return what a note is about, None for all other rows."""
        item = self._entry(row)[0].item
        return item.target if isinstance(item, Note) else None

    def unread_file(self, row: int) -> str:
        """Return the path of the file that stands in the row and was not looked into yet."""
        item = self._entry(row)[0].item
        return item.path if isinstance(item, WireBlock) and item.path not in self._samples else ""

    def as_text(self, rows: Iterable[int] | None = None) -> str:
        """Return whole lines of the message, masked as on screen; notes are left out."""
        if rows is None:
            wanted = list(range(len(self._entries)))
        else:
            wanted = list(dict.fromkeys(bisect_right(self._firsts, row) - 1 for row in rows))
        return "\n".join(
            self._texts[at] for at in wanted if not isinstance(self._entries[at].item, Note | str)
        )

    # Qt's side

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        """Return the number of wrapped rows."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(WireColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the column titles."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Line"), self.tr("From"))[section]

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Return that rows can be read and chosen, and nothing else."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemNeverHasChildren if index.isValid() else flags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text or what the delegate asks for."""
        if not index.isValid():
            return None
        entry, part = self._entry(index.row())
        is_text = index.column() == WireColumn.TEXT
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._piece(index.row()) if is_text else _from(entry, part)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._accessible_text(entry, index.row())
            case WireRole.TOKEN:
                return _token(entry.item) if is_text else "text3"
            case WireRole.ICON:
                return entry.item.icon if isinstance(entry.item, Note) and not part else None
            case WireRole.MASKED:
                return self._masked(entry) if is_text and part == 0 else None
            case WireRole.NOTE:
                return isinstance(entry.item, Note)
            case WireRole.LINK:
                return is_text and self._leads_on(entry.item)
        return None

    # Inside

    def _rebuild(self) -> None:
        self.beginResetModel()
        self._entries = list(self._all_entries())
        self._texts = [self._text(entry) for entry in self._entries]
        self._starts = list(map(self._breaks, self._entries, self._texts))
        self._firsts, self._count = [], 0
        for starts in self._starts:
            self._firsts.append(self._count)
            self._count += len(starts)
        self.endResetModel()

    def _all_entries(self) -> Iterable[_Entry]:
        for note in self._notes:
            yield _Entry(note)
        before: Source | None = None
        origin = ""
        for number, line in enumerate(self._wire.lines if self._wire else ()):
            key = _key(line, number)
            same = line.source is before and key.startswith("body")
            origin = origin if same else self._origin(line)
            yield _Entry(line, key, origin, same)
            before = line.source
            if isinstance(line, WireBlock):
                start = line.data[:SAMPLE] or self._samples.get(line.path, b"")
                for sample in sample_lines(start):
                    yield _Entry(sample)
        if self._wire is not None and self._wire.cut:
            yield _Entry(Note(self.tr("{0:,} more bytes are not shown.").format(self._wire.cut)))

    def _entry(self, row: int) -> tuple[_Entry, int]:
        """Return the entry of a row, and the how manieth of its rows it is."""
        at = bisect_right(self._firsts, row) - 1
        return self._entries[at], row - self._firsts[at]

    def _piece(self, row: int) -> str:
        at = bisect_right(self._firsts, row) - 1
        starts, part = self._starts[at], row - self._firsts[at]
        end = starts[part + 1] if part + 1 < len(starts) else None
        return self._texts[at][starts[part] : end].translate(_PICTURES)

    def _text(self, entry: _Entry) -> str:
        item = entry.item
        if isinstance(item, WireLine):
            shown = self._revealed
            number = shown[1] if shown is not None and shown[0] == entry.key else -1
            return item.shown((number,)) if item.secrets else item.text
        if isinstance(item, WireBlock):
            return self._block_text(item)
        return item if isinstance(item, str) else item.text

    def _block_text(self, block: WireBlock) -> str:
        name = base_name(block.path)
        if block.size is None:
            return f"<{name}>"
        if name:
            return self.tr("<{0:,} bytes of {1}>").format(block.size, name)
        return self.tr("<{0:,} bytes that are not text>").format(block.size)

    def _breaks(self, entry: _Entry, text: str) -> Sequence[int]:
        """Return where each row of an entry begins: notes at words, lines anywhere."""
        if isinstance(entry.item, Note):
            return _word_breaks(text, self._note_columns)
        if text.isascii():
            return range(0, max(len(text), 1), self._columns)
        starts, used = [0], 0
        for at, letter in enumerate(text):
            width = 2 if unicodedata.east_asian_width(letter) in "WF" else 1
            if used + width > self._columns:
                starts.append(at)
                used = 0
            used += width
        return starts

    def _masked(self, entry: _Entry) -> bool | None:
        if not isinstance(entry.item, WireLine) or not entry.item.secrets:
            return None
        return self._revealed is None or self._revealed[0] != entry.key

    def _leads_on(self, item: object) -> bool:
        if isinstance(item, Note):
            return item.target is not None
        return isinstance(item, WireBlock) and bool(item.path) and item.path not in self._samples

    def _origin(self, line: WireLine | WireBlock) -> str:
        if isinstance(line, WireLine) and line.kind is LineKind.END:
            return ""
        source = line.source
        words = origin_words(source.origin, source.level)
        if source.row is not None:
            form = source.origin is Origin.BODY
            words = self.tr("Form row {0}") if form else self.tr("Header row {0}")
            words = words.format(source.row + 1)
        used = [f"{name} ({origin_words(Origin(origin))})" for name, origin in source.variables]
        return ", ".join((words, *used))

    def _accessible_text(self, entry: _Entry, row: int) -> str:
        place = self.tr("Row {0} of {1}").format(row + 1, self._count)
        text = self._text(entry).replace(MASK, self.tr("hidden value"))
        origin = self.tr("from {0}").format(entry.origin) if entry.origin else ""
        return ", ".join(part for part in (place, text, origin) if part)


def _word_breaks(text: str, columns: int) -> list[int]:
    starts = [0]
    while len(text) - starts[-1] > columns:
        stop = text.rfind(" ", starts[-1] + 1, starts[-1] + columns + 1)
        starts.append(stop + 1 if stop >= 0 else starts[-1] + columns)
    return starts


def _from(entry: _Entry, part: int) -> str:
    return "" if part or entry.quiet else entry.origin


def _key(line: WireLine | WireBlock, number: int) -> str:
    """Return what tells a line from others, also after something above it has changed."""
    if isinstance(line, WireBlock):
        return f"body {number}"
    if line.kind is LineKind.HEADER:
        return "header " + line.text.partition(":")[0].lower()
    return line.kind.value if line.kind is LineKind.REQUEST_LINE else f"body {number}"


def _token(item: object) -> str:
    if isinstance(item, Note):
        return item.token
    if isinstance(item, WireLine):
        return "text2" if item.kind is LineKind.PART else "text"
    return "text3"
