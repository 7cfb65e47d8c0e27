"""What is said when a file is another while it is edited; the user decides."""

from __future__ import annotations

from httpdesk.gui.widgets.action_bar import ActionBar
from httpdesk.gui.widgets.state_dot import Shape

MINE, THEIRS, COPY, OPEN, CLOSE = "mine", "theirs", "copy", "open", "close"
_STATE: tuple[Shape, str] = ("triangle", "amber")


class ConflictBar(ActionBar):
    """Nothing that was typed is lost until one of its buttons was used.

    Signals: `chosen(what)`, one of the names above.
    """

    def show_changed(self, name: str) -> None:
        """Say that the file was changed by something else."""
        self.show_offer(
            _STATE,
            self.tr("The file of {0} was changed outside of HTTPDesk").format(name),
            self.tr("What you typed is still here. Saving keeps it instead of the other change."),
            ((MINE, self.tr("Keep mine")), (THEIRS, self.tr("Take the file's"))),
        )

    def show_gone(self, name: str, *, typed: bool) -> None:
        """Say that there is no file any more; `typed` tells whether something is to be kept."""
        again = ((COPY, self.tr("Write it again")),) if typed else ()
        self.show_offer(
            _STATE,
            self.tr("The file of {0} is gone").format(name),
            self.tr("What you typed is still here.") if typed else "",
            (*again, (CLOSE, self.tr("Close the tab"))),
        )

    def show_broken(self, name: str, *, typed: bool, why: str = "") -> None:
        """Say that the file cannot be read, and `why` in a sentence where that is known."""
        kept = self.tr("What you typed is still here. Mend the file, or keep yours beside it.")
        beside = ((COPY, self.tr("Keep mine as a copy")),) if typed else ()
        self.show_offer(
            _STATE,
            self.tr("The file of {0} can't be read").format(name),
            " ".join(each for each in (why, kept if typed else "") if each),
            ((OPEN, self.tr("Open the file")), *beside),
        )
