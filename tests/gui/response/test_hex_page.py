"""The Hex view: any bytes, of any size (statement 54)."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from httpdesk.gui.response import hex_page
from httpdesk.gui.response.hex_page import HexPage
from httpdesk.model.exchange import Exchange
from httpdesk.render.rows import Place
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered, typed
from tests.render.test_hex_rows import Endless

TEXT = "Grüße\r\n" * 100


def hex_of(pane: Pane, exchange: Exchange) -> HexPage:
    """Show the bytes of an exchange."""
    pane.show(exchange)
    if not isinstance(pane.body.page, HexPage):
        with pane.qtbot.waitSignal(pane.body.shown):
            pane.body.choose("hex")
    assert isinstance(pane.body.page, HexPage)
    pane.settle()
    return pane.body.page


def find(pane: Pane, page: HexPage, text: str, *, as_hex: bool = False) -> None:
    """Type into the find bar and wait for what is found."""
    page.open_find()
    page.finder.kind.set_current(1 if as_hex else 0)
    page.finder.field.setText(text)
    pane.settle()


def test_bytes_of_a_text_are_shown_as_received(pane: Pane) -> None:
    """Statement 54; whatever charset the text is read in."""
    exchange = answered(TEXT.encode("utf-16"), headers=typed("text/plain; charset=utf-16"))
    page = hex_of(pane, exchange)
    first = page.view.text_on_screen().splitlines()[0]
    assert first == "00000000  ff fe 47 00 72 00 fc 00 df 00 65 00 0d 00 0a 00  ..G.r.....e....."


def test_a_gigabyte_is_on_screen_at_once(pane: Pane) -> None:
    exchange = answered(b"", headers=typed("application/octet-stream"))
    assert exchange.response is not None
    exchange = replace(exchange, response=replace(exchange.response, body=Endless()))
    began = time.monotonic()
    page = hex_of(pane, exchange)
    page.offset.setText("999_999_990")
    QTest.keyClick(page.offset, Qt.Key.Key_Return)
    pane.settle()
    assert "3b9ac9f0  00 00" in page.view.text_on_screen()
    assert page.view.selection.caret == Place(999_999_990 // 16, 10 + 3 * 6)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("offset", ["0x1FFF", "ffffh", "99999999"])
def test_an_offset_is_gone_to_within_the_body(pane: Pane, offset: str) -> None:
    page = hex_of(pane, answered(bytes(8192), headers=typed("application/octet-stream")))
    page.offset.setText(offset)
    page.offset.returnPressed.emit()
    pane.settle()
    assert page.view.selection.caret == Place(511, 10 + 45)
    page.offset.setText("nonsense")
    page.offset.returnPressed.emit()
    assert page.offset.selectedText() == "nonsense"


def test_text_and_bytes_are_found(pane: Pane) -> None:
    page = hex_of(pane, answered(TEXT, headers=typed("text/plain")))
    find(pane, page, "Grüße")
    assert page.finder.count.text() == "1 of 100"
    page.find_next()
    assert page.finder.count.text() == "2 of 100"
    assert page.view.selection.caret == Place(0, 10 + 27)
    page.find_previous()
    page.find_previous()
    assert page.finder.count.text() == "100 of 100"
    find(pane, page, "0D 0a", as_hex=True)
    assert page.finder.count.text() == "1 of 100"
    find(pane, page, "0d0", as_hex=True)
    assert page.finder.count.text() == "Not whole bytes"
    find(pane, page, "absent")
    assert page.finder.count.text() == "No match"


def test_a_match_is_marked_in_digits_and_letters(pane: Pane) -> None:
    page = hex_of(pane, answered(b"0123456789abcdefXYZ", headers=typed("application/x-a")))
    find(pane, page, "efXY")
    marks = page.finder.marks()
    assert {(mark.start, mark.end) for mark in marks[0]} == {(52, 57), (73, 75)}
    assert {(mark.start, mark.end) for mark in marks[1]} == {(10, 15), (59, 61)}
    QTest.keyClick(page.finder.field, Qt.Key.Key_Escape)
    assert page.finder.isHidden()
    assert page.finder.marks() == {}


def test_what_is_selected_is_copied(pane: Pane) -> None:
    page = hex_of(pane, answered(b"0123456789abcdefXYZ", headers=typed("application/x-a")))
    page.view.select(Place(0, 10), Place(0, 15))
    page.view.copyRequested.emit()
    pane.settle()
    assert pane.clipboard() == "30 31"
    page.copy_all()
    pane.settle()
    assert pane.clipboard().splitlines()[1].split() == ["00000010", "58", "59", "5a", "XYZ"]


def test_a_clipboard_gets_no_gigabyte(pane: Pane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hex_page, "MOST_COPIED", 1000)
    page = hex_of(pane, answered(bytes(8192), headers=typed("application/x-a")))
    page.copy_all()
    pane.settle()
    assert len(pane.clipboard()) == 1000
    assert pane.notices() == ["The first 1,000 characters were copied; the rest can be saved."]


def test_it_has_no_line_numbers_and_lets_go(pane: Pane) -> None:
    page = hex_of(pane, answered(bytes(64), headers=typed("application/x-a")))
    assert page.view.childAt(QPoint(4, 40)) is None
    pane.show(answered(b"", 204, "No Content", ()))
    assert page.view.text_on_screen() == ""
    assert not page.busy
