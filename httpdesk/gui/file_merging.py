"""Files that git left with conflict markers, merged in the window."""

from __future__ import annotations

import os
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from httpdesk.engine.merge import Merged
from httpdesk.gui.documents import Document
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.jobs import Job
from httpdesk.gui.merge_pages import MergeCase, MergePages, merged
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.system_editor import open_file
from httpdesk.model.collection import LoadedRequest, MergeSides
from httpdesk.model.request import Request
from httpdesk.model.storage_errors import ConflictMarkers, FileChanged, StorageFailed

FILES = {"folder.yml", "opencollection.yml"}
"""Files of a collection that hold no request: their conflicts are resolved in an editor."""


class FileMerging(QObject):
    """Shows both sides of such a file, and writes what the user makes of them."""

    def __init__(self, parts: WindowParts, pages: MergePages) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._pages = pages

    def add_to(self, menu: QMenu) -> None:
        """Offer to merge the current row of the tree when it is a file with markers."""
        key = self._parts.collections.current_key()
        problem = self._parts.collections.current_problem()
        if key is None or not isinstance(problem, ConflictMarkers):
            return
        if not _is_own(problem):
            menu.addAction(self.tr("Merge…"), partial(self.merge, key))
        menu.addAction(self.tr("Open in an editor"), partial(self._edit, key, problem))
        menu.addSeparator()

    def merge(self, key: ItemKey) -> None:
        """Show both sides of a file, or say why that cannot be and offer an editor."""
        problem = self._parts.collections.current_problem()
        if isinstance(problem, ConflictMarkers) and _is_own(problem):
            self._refuse(key, problem)
            return
        ports = self._parts.ports
        job = self._parts.jobs.start(lambda _: _read(ports.collections().sides(*key)))
        job.finished.connect(lambda read: self._show(key, *read))
        job.failed.connect(partial(self._refuse, key))

    def say_unreadable(self, document: Document, problem: StorageFailed) -> None:
        """Say that the file of an open tab cannot be read; where it has markers, offer a merge."""
        if isinstance(problem, ConflictMarkers) and document.root and document.path:
            key = ItemKey(document.root, document.path)
            text = self.tr("{0} has an unfinished merge. Its tab is as it was.")
            self._parts.notices.offer(
                text.format(document.path), self.tr("Merge…"), partial(self.merge, key)
            )
        else:
            self._parts.notices.error(problem)

    # Inside

    def _show(self, key: ItemKey, sides: MergeSides, found: Merged) -> None:
        self._pages.show(self._case(key, sides), found)

    def _case(self, key: ItemKey, sides: MergeSides) -> MergeCase:
        return MergeCase(
            f"{key.root}\n{key.path}",
            sides.mine.name or key.path,
            self._words(sides),
            sides.base,
            sides.mine,
            sides.theirs,
            lambda request: self._write(key, sides, request),
            lambda: None,
        )

    def _words(self, sides: MergeSides) -> str:
        words = [
            self.tr(
                "A merge left this file with both versions. Mine is {0}, theirs is {1}."
            ).format(
                sides.mine_name or self.tr("the first one"),
                sides.theirs_name or self.tr("the second one"),
            )
        ]
        if sides.differ_elsewhere:
            words.append(
                self.tr(
                    "What HTTPDesk does not show of it, such as scripts, differs too: mine is kept."
                )
            )
        words.append(self.tr("The file is not touched before Apply."))
        return " ".join(words)

    def _write(self, key: ItemKey, sides: MergeSides, request: Request) -> Job:
        return self._parts.workspace.resolve(
            key,
            request,
            sides.digest,
            lambda loaded: self._written(key, loaded),
            lambda error: self._refused(key, error),
        )

    def _written(self, key: ItemKey, loaded: LoadedRequest) -> None:
        self._pages.drop(f"{key.root}\n{key.path}")
        self._parts.workspace.load(key, preview=False)
        self._parts.notices.say(
            self.tr("{0} is saved without conflict markers. For git, add it to the commit.").format(
                loaded.path
            ),
            "success",
        )

    def _refused(self, key: ItemKey, error: object) -> None:
        """Nothing was written; a file that is another one by now is shown as it is."""
        if isinstance(error, FileChanged):
            self.merge(key)
        elif isinstance(error, StorageFailed):
            self._parts.notices.error(error)

    def _refuse(self, key: ItemKey, problem: StorageFailed) -> None:
        from httpdesk.gui.messages import message_for

        message = message_for(problem)
        text = f"{message.title}\n{message.text}"
        if not isinstance(problem, ConflictMarkers):
            words = self.tr(
                "{0} has an unfinished merge, and not both of its versions can be read."
            )
            text = f"{words.format(key.path)}\n{message.text}"
        self._parts.notices.offer(
            text, self.tr("Open in an editor"), partial(self._edit, key, problem)
        )

    def _edit(self, key: ItemKey, problem: StorageFailed) -> None:
        path = problem.path if _is_own(problem) else key.path
        open_file(os.path.join(key.root, *path.split("/")), self._parts.notices)


def _is_own(problem: StorageFailed) -> bool:
    """Return whether the file is the one of a folder or of the collection."""
    return problem.path.rpartition("/")[2] in FILES


def _read(sides: MergeSides) -> tuple[MergeSides, Merged]:
    return sides, merged(sides.base, sides.mine, sides.theirs)
