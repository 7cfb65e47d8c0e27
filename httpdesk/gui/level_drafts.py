"""What was typed in the pages of folders and is not saved: it outlives the tab and the program."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer

from httpdesk.gui import draft_keeper
from httpdesk.gui.draft_keeper import DELAY_MS, DraftKeeper
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.model.level import Level, LoadedLevel
from httpdesk.model.storage_errors import StorageFailed


@dataclass(frozen=True, slots=True)
class LevelDraft:
    """An edit of a level, and what it began from, as JSON texts."""

    mine: str
    base: str


class LevelDrafts(QObject):
    """Keeps one draft for each folder; an edit is in the database within a second."""

    def __init__(self, keeper: DraftKeeper, parent: QObject) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._drafts: dict[ItemKey, LevelDraft] = {}
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self._write)

    def restore(self, rows: Iterable[object]) -> None:
        """Take what the last run kept; damage is left out."""
        for row in rows:
            match row:
                case [str(root), str(path), str(mine), str(base)]:
                    self._drafts[ItemKey(root, path)] = LevelDraft(mine, base)

    def keep(self, key: ItemKey, mine: Level, base: Level) -> None:
        """Keep what was typed; one that is as it began is no edit any more."""
        from httpdesk.formats import level_json

        if mine == base:
            if self._drafts.pop(key, None) is None:
                return
        else:
            self._drafts[key] = LevelDraft(level_json.dump(mine), level_json.dump(base))
        if not self._timer.isActive():
            self._timer.start()

    def draft(self, key: ItemKey, loaded: LoadedLevel) -> tuple[Level, Level] | None:
        """Return (what was typed, what it began from), None where nothing was."""
        from httpdesk.formats import level_json

        kept = self._drafts.get(key)
        if kept is None:
            return None
        try:
            file = loaded.level
            return level_json.load(kept.mine, file), level_json.load(kept.base, file)
        except StorageFailed:
            return None

    def move(self, before: ItemKey, now: ItemKey) -> None:
        """A folder has another path: its draft goes along, and those of folders in it."""
        for key in list(self._drafts):
            if key.root == before.root and f"{key.path}/".startswith(f"{before.path}/"):
                rest = key.path[len(before.path) :]
                self._drafts[ItemKey(now.root, now.path + rest)] = self._drafts.pop(key)
                self._timer.start()

    def flush(self) -> None:
        """Write what waits, now."""
        if self._timer.isActive():
            self._timer.stop()
            self._write()

    def _write(self) -> None:
        rows = [[*key, draft.mine, draft.base] for key, draft in self._drafts.items()]
        self._keeper.keep_state(draft_keeper.LEVELS, json.dumps(rows))
