"""The question before a body goes to another program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.response.notice_bar import Notice

if TYPE_CHECKING:
    from httpdesk.gui.response.body_page import BodyPage, ShownBody

OPEN, LEAVE = "open-outside", "leave-inside"
translate = QCoreApplication.translate


class OutsideAsk:
    """What a page shows above the body once opening was asked for, and what its answers do."""

    def __init__(self, page: BodyPage, *, is_page: bool = False) -> None:
        self.notices: tuple[Notice, ...] = ()
        self._page = page
        self._is_page = is_page

    def ask(self) -> None:
        """Ask whether a program may have the body."""
        self.notices = (_question(self._is_page),)

    def forget(self) -> None:
        """Ask no more."""
        self.notices = ()

    def act(self, key: str, body: ShownBody | None) -> bool:
        """Do what an answer says; False when it is none."""
        if key not in (OPEN, LEAVE):
            return False
        asked, self.notices = self.notices, ()
        self._page.notices = tuple(each for each in self._page.notices if each not in asked)
        self._page.noticesChanged.emit()
        if key == OPEN and body is not None:
            handle = body.handle if self._is_page else body.received
            self._page.openRequested.emit(handle, self._is_page)
        return True


def _question(is_page: bool) -> Notice:
    if is_page:
        words = translate(
            "Outside",
            "The browser gets a copy without scripts, forms and network. "
            "It is removed when HTTPDesk closes.",
        )
        label = translate("Outside", "Open in browser")
    else:
        words = translate(
            "Outside",
            "Another program gets a copy of what the server sent. Open it only if you trust the "
            "server. The copy is removed when HTTPDesk closes.",
        )
        label = translate("Outside", "Open")
    return Notice(words, "amber", ((OPEN, label), (LEAVE, translate("Outside", "Not now"))))
