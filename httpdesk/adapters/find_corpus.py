"""The texts of the requests of one collection, end to end, with a table of whose they are.

Nothing of it has a name on disk: it is made at the first search and is gone with the program.
Values of credentials are not taken in.
"""

from __future__ import annotations

import os
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from httpdesk.adapters import atomic
from httpdesk.adapters.collection_tree import MOST_DEPTH, MOST_FILES, NOT_ITEMS, SKIPPED
from httpdesk.engine.masking import is_credential_header, is_credential_key, mask_url
from httpdesk.engine.offload import Scratch
from httpdesk.formats.find_texts import FieldText, FileTexts, read_texts
from httpdesk.formats.opencollection import COLLECTION_FILE, ENDING, FOLDER_FILE
from httpdesk.formats.yaml_tree import MOST_BYTES
from httpdesk.model.errors import StorageFailed
from httpdesk.model.find import FindField

PIECE = 1024 * 1024
"""Bytes that are searched at once; between two of them others have their turn."""
_FIELDS = tuple(FindField)
_MOST_DEAD = 0.3
"""The share of texts of files as they were before that is put up with."""


class Place(NamedTuple):
    """A text of the corpus: its file, field and label, and the bytes that it stands in."""

    path: str
    name: str
    method: str
    field: FindField
    label: str
    start: int
    end: int


@dataclass(slots=True)
class _File:
    mtime_ns: int
    size: int
    name: str = ""
    method: str = ""
    start: int = 0
    end: int = 0


class Corpus:
    """The texts as they are, and once more in small letters at the same places."""

    def __init__(self, root: Path, new_scratch: Callable[[], Scratch]) -> None:
        self._root = str(root)
        self._new_scratch = new_scratch
        self._files: dict[str, _File] = {}
        self._unread: list[tuple[str, int, int]] = []
        self._begin()

    def _begin(self) -> None:
        self.exact = self._new_scratch()
        self.folded = self._new_scratch()
        self._starts = array("Q")
        self._owners = array("I")
        self._fields = array("B")
        self._labels: list[str] = []
        self._paths: list[str] = []

    @property
    def known(self) -> int:
        """How many files are read, or waited for."""
        return len(self._files) + len(self._unread)

    @property
    def unread(self) -> int:
        """How many files have to be read yet."""
        return len(self._unread)

    # Following the files

    def follow(self) -> bool:
        """Look what files there are now; return whether that is another thing than is known."""
        there = {path: (mtime, size) for path, mtime, size in _listed(self._root)}
        gone = [
            path
            for path, known in self._files.items()
            if there.get(path) != (known.mtime_ns, known.size)
        ]
        for path in gone:
            del self._files[path]
        self._unread = [(path, *facts) for path, facts in there.items() if path not in self._files]
        live = sum(each.end - each.start for each in self._files.values())
        if live < self.exact.size * (1 - _MOST_DEAD):
            self.close()
            self._files.clear()
            self._begin()
            self._unread = [(path, *facts) for path, facts in there.items()]
        return bool(gone or self._unread)

    def read(self, most: int) -> None:
        """Take in some of the unread files; raises StorageFailed for our own storage alone."""
        step = self._unread[:most]
        del self._unread[:most]
        for path, mtime, size in step:
            file = self._files[path] = _File(mtime, size)
            try:
                data = atomic.read_file(f"{self._root}/{path}", MOST_BYTES)
                texts = read_texts(data, path, path.rpartition("/")[2].removesuffix(ENDING))
            except StorageFailed:
                continue  # the tree shows it as broken
            self._append(path, file, texts)

    def _append(self, path: str, file: _File, texts: FileTexts) -> None:
        file.name, file.method, file.start = texts.name, texts.method, self.exact.size
        owner, at, parts = len(self._paths), file.start, []
        self._paths.append(path)
        for each in texts.texts:
            text = _without_credentials(each)
            if not text:
                continue
            self._starts.append(at)
            self._owners.append(owner)
            self._fields.append(_FIELDS.index(each.field))
            self._labels.append(each.label)
            parts.append(text)
            at += len(text.encode("utf-8", "replace")) + 1
        whole = "\n".join([*parts, ""])
        self.exact.write(whole.encode("utf-8", "replace"))
        self.folded.write(folded(whole).encode("utf-8", "replace"))
        file.end = self.exact.size

    # Reading

    def pieces(self, folder: str = "", since: int = 0) -> Iterator[tuple[int, int]]:
        """Yield the ranges of bytes that hold the texts below a folder, in their order.

        `since` leaves out what was taken in before the corpus had that size.
        """
        way = f"{folder}/" if folder else ""
        start = end = 0
        for path, file in self._files.items():
            if file.start < since or file.end == file.start or not path.startswith(way):
                continue
            if file.start != end or end - start >= PIECE:
                if end > start:
                    yield start, end
                start = file.start
            end = file.end
        if end > start:
            yield start, end

    def place(self, start: int, end: int) -> Place | None:
        """Return the text that holds these bytes, None when they reach into the next one."""
        at = bisect_right(self._starts, start) - 1
        path = self._paths[self._owners[at]]
        file = self._files[path]
        stop = self._starts[at + 1] if at + 1 < len(self._starts) else self.exact.size
        if end > stop - 1:
            return None
        field = _FIELDS[self._fields[at]]
        return Place(
            path, file.name, file.method, field, self._labels[at], self._starts[at], stop - 1
        )

    def close(self) -> None:
        """Give memory and files back."""
        self.exact.close()
        self.folded.close()


def folded(text: str) -> str:
    """Return the text in small letters, each with as many bytes as before."""
    if text.isascii():
        return text.lower()
    return "".join(map(_small, text))


def _small(letter: str) -> str:
    small = letter.lower()
    same = len(small.encode("utf-8", "replace")) == len(letter.encode("utf-8", "replace"))
    return small if same else letter


def _without_credentials(each: FieldText) -> str:
    label = each.label
    if each.field is FindField.URL:
        return mask_url(each.text)
    if each.field is FindField.HEADER and is_credential_header(label):
        return label
    keyed = (FindField.PARAMETER, FindField.VARIABLE, FindField.BODY)
    if each.field in keyed and label and is_credential_key(label):
        return label
    return each.text


def _listed(root: str) -> Iterator[tuple[str, int, int]]:
    """Yield (path, time, size) of the files of requests, folder by folder."""
    folders, seen = [""], 0
    while folders and seen < MOST_FILES:
        folder = folders.pop()
        try:
            with os.scandir(f"{root}/{folder}" if folder else root) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue  # the tree shows it
        below = []
        for entry in found:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.name.startswith(".") or entry.name in SKIPPED or path in NOT_ITEMS:
                continue
            if entry.is_dir(follow_symlinks=False):
                below.append(path)
            elif _is_request(entry, path):
                seen += 1
                facts = entry.stat(follow_symlinks=False)
                yield path, facts.st_mtime_ns, facts.st_size
        if folder.count("/") + 2 < MOST_DEPTH:
            folders += reversed(below)


def _is_request(entry: os.DirEntry[str], path: str) -> bool:
    name = entry.name
    if not name.endswith(ENDING) or name == FOLDER_FILE or path == COLLECTION_FILE:
        return False
    return entry.is_file(follow_symlinks=False)
