"""What is said when a folder's file was changed elsewhere while it was edited here."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from httpdesk.engine.level_merge import OPTIONS, merge_levels
from httpdesk.gui.widgets.action_bar import ActionBar
from httpdesk.model.level import Level

_MINE, _THEIRS, _LOOK = "mine", "theirs", "look"


class LevelConflict(ActionBar):
    """Open while both sides changed the same; each side can be looked at before one is taken.

    Signals: `sideAsked(theirs)` to show the file's version or what was typed, `decided(mine)`.
    """

    sideAsked = Signal(bool)
    decided = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mine: Level | None = None
        """What was typed, while the file's version is on screen."""
        self.is_open = False
        self._parts: tuple[str, ...] = ()
        self.chosen.connect(self._choose)

    def merge(self, base: Level, mine: Level, theirs: Level) -> Level:
        """Return both sides in one, and ask where both changed the same."""
        merged, self._parts = merge_levels(base, mine, theirs)
        self.is_open = bool(self._parts)
        if self.is_open:
            self._say()
        else:
            self.hide()
        return merged

    def close_it(self) -> None:
        """It is decided."""
        self.is_open = False
        self.hide()

    def _say(self) -> None:
        looks = self.mine is not None
        words = part_words()
        parts = ", ".join(words[part] for part in self._parts)
        self.show_offer(
            ("triangle", "amber"),
            self.tr("This is the file's version")
            if looks
            else self.tr("The file was changed outside of HTTPDesk"),
            self.tr("Both changed: {0}. What you typed is kept until you choose.").format(parts),
            (
                (_MINE, self.tr("Keep mine")),
                (_THEIRS, self.tr("Take the file's")),
                (_LOOK, self.tr("Show mine") if looks else self.tr("Show the file's")),
            ),
        )

    def _choose(self, key: str) -> None:
        if key == _LOOK:
            self.sideAsked.emit(self.mine is None)
            self._say()
        else:
            self.decided.emit(key == _MINE)


def part_words() -> dict[str, str]:
    """Return the parts of a level in words."""
    translate = QCoreApplication.translate
    return {
        "name": translate("LevelConflict", "name"),
        "headers": translate("LevelConflict", "headers"),
        "variables": translate("LevelConflict", "variables"),
        "auth": translate("LevelConflict", "auth"),
        "notes": translate("LevelConflict", "notes"),
        OPTIONS: translate("LevelConflict", "options"),
    }
