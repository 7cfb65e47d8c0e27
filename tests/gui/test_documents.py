"""Tabs: nothing that was typed is lost, whatever is closed, replaced, moved or deleted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from httpdesk.gui.document import MOST_EXCHANGES
from httpdesk.gui.documents import Document, Documents
from httpdesk.model.collection import LoadedRequest
from httpdesk.model.exchange import Exchange
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.request import Request
from tests.gui.exchanges import exchange_with_body

SAVED = Request(name="List orders", url="http://h/orders")
LOADED = LoadedRequest(SAVED, "orders/list.yml", "digest-1")


@pytest.fixture
def documents() -> Documents:
    return Documents()


def open_saved(documents: Documents, *, preview: bool = False) -> Document:
    return documents.show_loaded("/c", LOADED, preview=preview)


def test_a_preview_tab_gives_way_to_the_next_one(documents: Documents) -> None:
    open_saved(documents, preview=True)
    other = documents.show_loaded("/c", replace(LOADED, path="b.yml"), preview=True)
    assert documents.all() == (other,)


def test_typing_pins_a_preview_tab(documents: Documents) -> None:
    first = open_saved(documents, preview=True)
    documents.edit(first, replace(SAVED, method="POST"))
    documents.show_loaded("/c", replace(LOADED, path="b.yml"), preview=True)
    assert len(documents.all()) == 2


def test_closing_an_edited_tab_keeps_the_draft_for_reopen(documents: Documents) -> None:
    document = open_saved(documents)
    typed = replace(SAVED, url="http://h/typed")
    documents.edit(document, typed)
    documents.close(document.id)
    assert documents.all() == ()
    reopened = documents.reopen()
    assert isinstance(reopened, Document)
    assert (reopened.request, reopened.edited) == (typed, True)


def test_opening_the_file_of_a_closed_edited_tab_brings_its_draft_back(
    documents: Documents,
) -> None:
    document = open_saved(documents)
    documents.edit(document, replace(SAVED, url="http://h/typed"))
    documents.close(document.id)
    assert open_saved(documents).request.url == "http://h/typed"


def test_an_untouched_tab_is_not_edited_and_a_blank_one_is_forgotten(documents: Documents) -> None:
    assert not open_saved(documents).edited
    blank = documents.new()
    documents.close(blank.id)
    assert not documents.can_reopen


def test_saving_keeps_what_was_typed_meanwhile(documents: Documents) -> None:
    document = open_saved(documents)
    written = replace(SAVED, method="PUT")
    documents.edit(document, written)
    documents.edit(document, replace(written, url="http://h/later"))
    documents.mark_saved(document, "/c", LoadedRequest(written, LOADED.path, "digest-2"), written)
    assert document.request.url == "http://h/later"
    assert document.edited
    assert document.digest == "digest-2"


def test_a_restored_edit_keeps_the_digest_it_began_from(documents: Documents) -> None:
    """Saving must notice that the file was changed while the program was closed (storage.md)."""
    typed = replace(SAVED, url="http://h/typed")
    document = Document("1", typed, None, "/c", LOADED.path, "digest-1")
    documents.restore([document.draft(0, is_open=True)], "1")
    restored = documents.current
    assert restored is not None
    changed_outside = LoadedRequest(replace(SAVED, method="PATCH"), LOADED.path, "digest-9")
    documents.adopt_base(restored, changed_outside, ())
    assert (restored.request, restored.digest) == (typed, "digest-1")


def test_a_restored_tab_without_edits_shows_the_file_as_it_is_now(documents: Documents) -> None:
    document = Document("1", SAVED, SAVED, "/c", LOADED.path, "digest-1")
    documents.restore([document.draft(0, is_open=True)], "1")
    restored = documents.current
    assert restored is not None
    now = LoadedRequest(replace(SAVED, method="PATCH"), LOADED.path, "digest-9")
    documents.adopt_base(restored, now, ())
    assert (restored.request.method, restored.digest) == ("PATCH", "digest-9")
    assert not restored.edited


def test_a_deleted_file_leaves_its_tab_with_everything_in_it(documents: Documents) -> None:
    document = open_saved(documents)
    documents.detach("/c", "orders")
    assert (document.path, document.request, document.edited) == (None, SAVED, True)


def test_tabs_follow_a_renamed_folder(documents: Documents) -> None:
    document = open_saved(documents)
    documents.relocate("/c", "orders", "purchases")
    assert document.path == "purchases/list.yml"


def test_discard_goes_back_to_the_file_and_hands_over_what_was_typed(documents: Documents) -> None:
    document = open_saved(documents)
    typed = replace(SAVED, url="http://h/typed")
    documents.edit(document, typed)
    assert documents.discard(document) == typed
    assert document.request == SAVED


def test_recent_goes_back_and_forth_between_two_tabs(documents: Documents) -> None:
    first, second = documents.new(Request(url="a")), documents.new(Request(url="b"))
    documents.new(Request(url="c"))
    documents.activate(first.id)
    documents.activate(second.id)
    documents.activate_recent()
    assert documents.current is first
    documents.activate_recent()
    assert documents.current is second


def test_the_oldest_response_beyond_twenty_is_released() -> None:
    document = Document("1", SAVED)
    exchanges: list[Exchange] = [exchange_with_body(b"x") for _ in range(MOST_EXCHANGES + 1)]
    for exchange in exchanges:
        document.keep(exchange)
    assert document.exchange is exchanges[-1]
    assert len(document.exchanges) == MOST_EXCHANGES
    released, kept = exchanges[0].response, exchanges[1].response
    assert released is not None
    assert kept is not None
    assert isinstance(kept.body, MemoryBody)
    assert kept.body.read_at(0, 1) == b"x"
    with pytest.raises(ValueError, match="closed"):
        released.body.read_at(0, 1)


def test_a_restored_edit_knows_the_request_that_it_began_from(documents: Documents) -> None:
    """What was changed outside meanwhile can be merged with it (storage.md)."""
    typed = replace(SAVED, url="http://h/typed")
    document = Document("1", typed, SAVED, "/c", LOADED.path, "digest-1")
    documents.restore([document.draft(0, is_open=True)], "1")
    restored = documents.current
    assert restored is not None
    assert restored.saved == SAVED
    outside = LoadedRequest(replace(SAVED, method="PATCH"), LOADED.path, "digest-9")
    documents.adopt_base(restored, outside, ())
    assert (restored.saved, restored.request, restored.digest) == (SAVED, typed, "digest-1")
