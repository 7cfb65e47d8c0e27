"""A response pane on screen, and hands that use it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.body_view import BodyView
from httpdesk.gui.response.facts_page import FactsPage
from httpdesk.gui.response.notice_bar import NoticeBar
from httpdesk.gui.response.text_page import TextPage
from httpdesk.gui.response.text_page_source import Source
from httpdesk.gui.response.viewer import ResponseViewer
from httpdesk.gui.surfaces import on_surface
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.model.exchange import Exchange
from tests.helpers.page_tools import close_offloads, page_tools, shown_text


class Pane:
    """A viewer in a window of its own, and what its user sees of it."""

    def __init__(self, qtbot: QtBot, jobs: JobRunner) -> None:
        self.qtbot = qtbot
        self.viewer = ResponseViewer(page_tools(jobs))
        on_surface(self.viewer)
        self.viewer.resize(624, 500)
        qtbot.addWidget(self.viewer)
        self.viewer.show()

    @property
    def body(self) -> BodyView:
        """The Body tab."""
        return self.viewer.body

    def show(self, exchange: Exchange) -> None:
        """Show an exchange and wait until all of its text is in the editor."""
        with self.qtbot.waitSignal(self.viewer.bodyShown):
            self.viewer.show_exchange(exchange)
        self.settle()

    def settle(self) -> None:
        """Wait until no job and no slice of text is on its way."""
        self.qtbot.waitUntil(lambda: not self.body.busy, timeout=20_000)

    @property
    def text_page(self) -> TextPage:
        """The page of text, which must be on screen."""
        assert isinstance(self.body.page, TextPage)
        return self.body.page

    @property
    def facts_page(self) -> FactsPage:
        """The page of what is known of other bytes, which must be on screen."""
        assert isinstance(self.body.page, FactsPage)
        return self.body.page

    @property
    def source(self) -> Source:
        """Where the text on screen comes from."""
        assert self.text_page.source is not None
        return self.text_page.source

    def caret_row(self) -> str | None:
        """Return the text of the row that the caret is in."""
        view = self.text_page.view
        return view.row_text(view.selection.caret.row)

    def text(self) -> str:
        """Return the whole text of the view, once it is there; "" while no text is on screen."""
        self.settle()
        return shown_text(self.body)

    def notices(self) -> list[str]:
        """Return the sentences above the body."""
        return [bar.text.text() for bar in self.notice_bars()]

    def notice_bars(self) -> list[NoticeBar]:
        """Return the bars above the body that are on screen."""
        return [bar for bar in self.body.findChildren(NoticeBar) if not bar.isHidden()]

    def press(self, label: str, inside: QWidget | None = None) -> None:
        """Press the button or link with these words."""
        buttons = (inside or self.viewer).findChildren(TextButton)
        found = [
            button
            for button in buttons
            if button.text() == label and button.isVisibleTo(self.viewer)
        ]
        assert found, f"no {label!r} in {[button.text() for button in buttons]}"
        found[0].click()

    def clipboard(self) -> str:
        """Return the text on the clipboard."""
        return QGuiApplication.clipboard().text()


@pytest.fixture
def jobs(qapp: object) -> Iterator[JobRunner]:
    """Give a job runner that ends with the test."""
    runner = JobRunner()
    yield runner
    close_offloads()
    assert runner.shutdown()


@pytest.fixture
def pane(qtbot: QtBot, jobs: JobRunner) -> Pane:
    """Give a response pane on screen, without a response."""
    return Pane(qtbot, jobs)
