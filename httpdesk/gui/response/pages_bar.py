"""The row above an answer that came in pages: what came, and which of them is shown."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.buttons import MenuButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.model.exchange import Exchange
from httpdesk.model.paging import PagesEnd, PagesTaken

translate = QCoreApplication.translate

_HEIGHT = 36
MOST_LISTED = 200
"""Pages that the menu lists; a menu of thousands would take its time, and nobody reads it."""


class PagesBar(QWidget):
    """Shown for an exchange that was followed to further pages, hidden for every other one.

    Signals: `pageChosen(exchange)`: all pages joined, or one of them by itself.
    """

    pageChosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exchange: Exchange | None = None
        self.text = PlainLabel("", px=12, color="text2", elide=True)
        self.choice = MenuButton("-", color="text")
        self.choice.setAccessibleName(self.tr("Page"))
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self.choice)
        self._layout.addWidget(self.text, 1)
        self.hide()
        theme.follow(self._restyle)

    def show_exchange(self, exchange: Exchange) -> None:
        """Show what came of following this exchange's pages, if they were."""
        taken, self._exchange = exchange.pages_taken, exchange
        self.setVisible(taken is not None)
        if taken is None:
            return
        self.text.setText(taken_text(taken))
        self.choice.setVisible(taken.count > 1)
        menu = self.choice.menu()
        menu.clear()
        whole = self.tr("All {0} pages").format(taken.count)
        self._add(whole, exchange)
        menu.addSeparator()
        for number, page in enumerate(exchange.pages[:MOST_LISTED], start=1):
            self._add(self.tr("Page {0}").format(number), page)
        left_out = len(exchange.pages) - MOST_LISTED
        if left_out > 0:
            more = menu.addAction(self.tr("{0:,} more pages are not listed").format(left_out))
            more.setEnabled(False)
        self.choice.setText(whole)

    def paintEvent(self, event: QPaintEvent) -> None:
        line = QRect(0, self.height() - 1, self.width(), 1)
        QPainter(self).fillRect(line, theme.color("border"))

    def _add(self, title: str, shown: Exchange) -> None:
        self.choice.menu().addAction(title).triggered.connect(lambda: self._choose(title, shown))

    def _choose(self, title: str, shown: Exchange) -> None:
        self.choice.setText(title)
        self.pageChosen.emit(shown)

    def _restyle(self) -> None:
        self.setFixedHeight(theme.scaled(_HEIGHT))
        self._layout.setContentsMargins(theme.scaled(12), 0, theme.scaled(12), 0)
        self._layout.setSpacing(theme.scaled(8))


def taken_text(taken: PagesTaken) -> str:
    """Return how many items came, and why no further page was asked for."""
    end = {
        PagesEnd.LAST: translate("Pages", "The last page names no next one."),
        PagesEnd.LIMIT: translate("Pages", "There are more: this is the most that is followed."),
        PagesEnd.TOO_MUCH: translate("Pages", "There are more, but together they are too large."),
        PagesEnd.REPEATED: translate("Pages", "The next page is one that came before."),
        PagesEnd.FAILED: translate("Pages", "The last page failed; look at it by itself."),
        PagesEnd.CANCELLED: translate("Pages", "You cancelled it here."),
        PagesEnd.NOT_AGREED: translate("Pages", "You did not agree to where the next page lies."),
        PagesEnd.UNREADABLE: translate("Pages", "The last page is no JSON, or is too large."),
        PagesEnd.NONE_NAMED: translate("Pages", "Nothing in this answer names a next page."),
    }[taken.end]
    if taken.count < 2:
        return end
    if not taken.items:
        return translate("Pages", "The pages hold no list that could be joined. {0}").format(end)
    items = translate("Pages", "{0:,} items.").format(taken.items)
    return f"{items} {end}"
