"""Choosing files for a body, by a dialog or by dropping them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QMimeData
from PySide6.QtWidgets import QFileDialog, QWidget

from httpdesk.engine.ports import OpenUpload, Upload, UploadRefusedError
from httpdesk.model.request_errors import UploadReason

FileFact = int | UploadRefusedError
"""The size of a file, or why it cannot be sent."""


def choose_files(parent: QWidget, *, many: bool) -> list[str]:
    """Ask for files; return their paths, none when the user thought better of it."""
    title = QCoreApplication.translate("FileChoice", "Choose file")
    if many:
        return QFileDialog.getOpenFileNames(parent, title)[0]
    path, _ = QFileDialog.getOpenFileName(parent, title)
    return [path] if path else []


def dropped_files(data: QMimeData) -> list[str]:
    """Return the paths of the files that are dragged."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


def portable_path(path: str, folder: str | None) -> str:
    """Return the path from the collection's folder on where the file lies in it, else whole."""
    path = os.path.normpath(path)
    if folder is not None:
        start = os.path.join(os.path.normpath(folder), "")
        if path.startswith(start):
            return path[len(start) :].replace(os.sep, "/")
    return path


@dataclass(frozen=True, slots=True)
class _KnownUpload:
    path: str
    size: int

    def open(self) -> OpenUpload:
        """Raise: a preview reads no file."""
        raise FileNotFoundError(self.path)


class KnownFiles:
    """What a worker found out about files; implements `engine.ports.UploadFiles`."""

    def __init__(self) -> None:
        self._facts: dict[str, FileFact] = {}

    def find(self, path: str) -> Upload | None:
        """Return the file, None for one that was not looked at; raises UploadRefusedError."""
        if not path:
            raise UploadRefusedError(UploadReason.NOT_CHOSEN)
        fact = self._facts.get(path)
        if isinstance(fact, UploadRefusedError):
            raise UploadRefusedError(fact.reason, fact.detail)
        return None if fact is None else _KnownUpload(path, fact)

    def learn(self, facts: Mapping[str, FileFact]) -> None:
        """Remember what was found out."""
        self._facts.update(facts)

    def forget(self) -> None:
        """Forget everything, so that all files are looked at again."""
        self._facts.clear()

    def unknown(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of `paths` that were not looked at."""
        return tuple(dict.fromkeys(path for path in paths if path and path not in self._facts))

    def size(self, path: str) -> int | None:
        """Return the size of a file that can be sent."""
        fact = self._facts.get(path)
        return fact if isinstance(fact, int) else None
