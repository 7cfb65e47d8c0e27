"""The row above an answer that came in pages."""

from __future__ import annotations

from dataclasses import replace

from httpdesk.gui.response.pages_bar import MOST_LISTED
from httpdesk.model.paging import PagesEnd, PagesTaken
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered


def test_a_menu_lists_no_more_pages_than_anybody_reads(pane: Pane) -> None:
    page = answered("[1]")
    count = MOST_LISTED + 1_500
    taken = PagesTaken(count, PagesEnd.LIMIT, None, count)
    pane.show(replace(page, id="joined", pages=(page,) * count, pages_taken=taken))
    bar = pane.viewer.page_choice
    titles = [each.text() for each in bar.choice.menu().actions() if each.text()]
    assert titles[:2] == [f"All {count} pages", "Page 1"]
    assert titles[-2:] == [f"Page {MOST_LISTED}", "1,500 more pages are not listed"]


def test_it_is_hidden_for_an_answer_that_was_not_followed(pane: Pane) -> None:
    pane.show(answered("[1]"))
    assert pane.viewer.page_choice.isHidden()
