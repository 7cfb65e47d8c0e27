"""The Body tab: what the server sent, token for token, and what is to be said about it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.viewer import ResponseViewer
from httpdesk.model.errors import Cancelled, Phase, TooManyRedirects
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.request import ResponseType
from httpdesk.render.rows import Place
from tests.gui.response import exchanges
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered, typed
from tests.helpers.page_tools import page_tools

RECEIVED = '{"n":12345678901234567890,"f":1.10,"e":1e21,"s":"\\u00e9","n2":[]}'


def test_json_is_laid_out_with_every_token_as_received(pane: Pane) -> None:
    """Statements 51 and 52."""
    pane.show(answered(RECEIVED))
    assert pane.text().splitlines() == [
        "{",
        '  "n": 12345678901234567890,',
        '  "f": 1.10,',
        '  "e": 1e21,',
        '  "s": "\\u00e9",',
        '  "n2": []',
        "}",
    ]
    assert pane.source.language == "json"
    assert pane.notices() == []


def test_raw_is_the_text_as_received_and_stays_chosen(pane: Pane) -> None:
    """Section 3.5: the user's choice is remembered."""
    pane.show(answered(RECEIVED))
    pane.body.choose("raw")
    assert pane.text() == RECEIVED
    pane.show(answered("plain", headers=typed("text/plain"), wanted=ResponseType.AUTO))
    pane.show(answered('{"b":2}'))
    assert pane.text() == '{"b":2}'
    pane.body.choose("pretty")
    assert pane.text() == '{\n  "b": 2\n}'


def test_text_has_no_layout_and_does_not_change_the_choice(pane: Pane) -> None:
    """Statement 53: text is never parsed."""
    text = answered(RECEIVED, wanted=ResponseType.TEXT)
    pane.show(text)
    assert pane.text() == RECEIVED
    assert pane.body.bar.current == "raw"
    pane.show(answered('{"b":2}'))
    assert pane.text() == '{\n  "b": 2\n}'


def test_invalid_json_is_shown_with_a_notice_and_its_place(pane: Pane) -> None:
    """Statement 51: the text plus a "not JSON" notice with position, never a silent string."""
    text = '{\n  "a": 1\n  "b": 2\n}'
    pane.show(answered(text))
    assert pane.text() == text
    assert pane.notices() == ["Not JSON. Line 3, column 3: expected a comma or a closing bracket."]
    pane.press("Go to line")
    pane.settle()
    assert pane.text_page.view.selection.caret == Place(2, 2)


def test_repeated_keys_and_nan_are_flagged(pane: Pane) -> None:
    """Statement 52."""
    pane.show(answered('{"a":NaN,"b":1,"a":2,"a":3}'))
    assert '  "a": NaN,' in pane.text()
    assert pane.notices() == ["Line 2 holds NaN, which is not JSON. 2 more places are like this."]
    pane.show(answered('{"a":1,"a":2}'))
    assert pane.notices() == ['Line 3 repeats the key "a".']
    pane.press("Go to line")
    pane.settle()
    assert pane.caret_row() == '  "a": 2'


def test_in_raw_a_remark_names_the_place_in_the_text_as_received(pane: Pane) -> None:
    pane.show(answered('{"a":1,\n"a":2}'))
    assert pane.notices() == ['Line 3 repeats the key "a".']
    pane.body.choose("raw")
    pane.settle()
    assert pane.notices() == ['Line 2 repeats the key "a".']
    pane.press("Go to line")
    pane.settle()
    assert pane.text_page.view.selection.caret == Place(1, 0)


def test_xml_where_json_was_wished_is_laid_out_and_named(pane: Pane) -> None:
    """Statement 51: a body of any Content-Type."""
    pane.show(answered("<a><b>1</b></a>", headers=typed("application/xml")))
    assert pane.text() == "<a>\n  <b>1</b>\n</a>"
    assert pane.notices() == ["Not JSON but XML. The response type is set to JSON."]
    assert pane.source.language == "xml"


@pytest.mark.parametrize("status_code", [404, 500])
def test_a_body_of_an_error_is_shown_alike(pane: Pane, status_code: int) -> None:
    """Statement 57."""
    pane.show(answered('{"error":"x"}', status_code, "Oops"))
    assert pane.text() == '{\n  "error": "x"\n}'


def test_a_body_without_bytes_is_said_in_words(pane: Pane) -> None:
    pane.show(answered(b"", 204, "No Content", ()))
    assert pane.body.message.text.text() == "204 No Content. The server sent no body."
    assert pane.body.message.isVisible()
    assert not pane.body.bar.isVisible()


def test_a_body_that_was_cut_before_its_first_byte_is_not_called_empty(pane: Pane) -> None:
    pane.show(answered(b"", error=Cancelled(phase=Phase.RECEIVE)))
    assert pane.body.message.text.text() == "200 OK. Nothing of the body came."
    error = TooManyRedirects(phase=Phase.RECEIVE, limit=5)
    pane.show(answered(b"", 302, "", error=error))
    assert pane.body.message.text.text() == "302. The server sent no body."


def test_the_charset_is_named_and_another_one_decodes_again(pane: Pane) -> None:
    """Statement 53: re-decoded without resending."""
    pane.show(answered('"é"'.encode("iso8859-1"), headers=typed("text/plain; charset=latin1")))
    assert pane.text() == '"é"'
    assert pane.body.bar.charset.text() == "ISO-8859-1"
    choose_charset(pane, "koi8-r")
    assert pane.text() == '"И"'
    assert pane.body.bar.charset.text() == "KOI8-R"
    choose_charset(pane, "")
    assert pane.text() == '"é"'


def choose_charset(pane: Pane, name: str) -> None:
    """Pick a charset from the menu."""
    menu = pane.body.bar.charset.menu()
    menu.popup(QPoint())
    menu.close()
    menus = (menu, *menu.findChildren(QMenu))
    actions = [action for each in menus for action in each.actions()]
    with pane.qtbot.waitSignal(pane.body.shown):
        next(action for action in actions if action.data() == name).trigger()
    pane.settle()


def test_what_is_wrong_with_the_charset_is_said(pane: Pane) -> None:
    """Fault 23: encoding named."""
    pane.show(answered(b"[1]", headers=typed("application/json; charset=klingon")))
    assert pane.notices() == ["The charset “klingon” is not known. Shown as UTF-8."]
    pane.show(answered(b'["\xe9"]', headers=typed("application/json; charset=utf-8")))
    assert pane.notices() == ["One place is not valid UTF-8 and shows as �."]


def test_a_guessed_charset_is_named(pane: Pane) -> None:
    """Statement 53 and fault 23: encoding named."""
    text = "Příliš žluťoučký kůň úpěl ďábelské ódy. " * 20
    plain = answered(text.encode("cp1250"), headers=typed("text/plain"), wanted=ResponseType.TEXT)
    pane.show(plain)
    assert pane.text() == text
    (notice,) = pane.notices()
    assert notice == "The server names no charset and this is not UTF-8. Shown as windows-1250."


def test_several_broken_places_are_counted(pane: Pane) -> None:
    pane.show(answered(b"a\xe9b\xe9c", headers=typed("text/plain; charset=utf-8")))
    assert "2 places are not valid UTF-8 and show as \ufffd." in pane.notices()


def test_other_bytes_are_summed_up_and_can_be_saved(pane: Pane) -> None:
    """Statement 54."""
    exchange = answered(b"%PDF-1.7\xe2\xe3\0" * 1000, headers=typed("application/pdf"))
    pane.show(exchange)
    assert pane.facts_page.message.title.text() == "PDF data, 11.0 KB"
    assert pane.facts_page.message.text.text() == "Content type application/pdf"
    with pane.qtbot.waitSignal(pane.viewer.exports.saveBodyRequested) as saved:
        pane.press("Save…")
    assert saved.args == [exchange]


def test_an_incomplete_body_is_kept_under_a_red_banner(pane: Pane) -> None:
    """Fault 3: bytes so far shown, "incomplete: 500 of 1,000"; its end is no JSON error."""
    pane.show(exchanges.cut_short())
    (notice,) = pane.notices()
    assert notice.startswith("Incomplete: 500 of 1,000 bytes. The connection ended before")
    assert '    "id": "ord_9f2c81d4",' in pane.text()
    with pane.qtbot.waitSignal(pane.viewer.remedyRequested) as asked:
        pane.press("Try again")
    assert asked.args == ["try-again"]


def test_what_a_cancelled_download_brought_stays(pane: Pane) -> None:
    """Statement 69."""
    pane.show(exchanges.cancelled())
    assert '"id": "ord_9f2c81d4"' in pane.text()
    assert pane.viewer.status.pill.text() == "Cancelled"
    assert pane.notices()[0].startswith("Cancelled. You stopped it during: Download.")


def test_bytes_that_could_not_be_decoded_are_shown_raw_and_saved_raw(pane: Pane) -> None:
    """Statement 58: given a bad stream, the raw bytes are available."""
    exchange = exchanges.undecodable()
    assert exchange.response is not None
    pane.show(exchange)
    assert pane.text() == "this is no gzip"
    assert len(pane.notices()) == 1
    assert pane.notices()[0].startswith("The body can't be decoded as gzip.")
    for press in (lambda: pane.press("Save raw bytes…"), pane.viewer.status.save.click):
        with pane.qtbot.waitSignal(pane.viewer.exports.saveBodyRequested) as saved:
            press()
        assert saved.args is not None
        assert saved.args[0].response.body is exchange.response.raw_body


def test_only_the_newest_exchange_is_shown(pane: Pane) -> None:
    """Stale results are dropped."""
    slow = answered(json.dumps(list(range(60_000))))
    pane.viewer.show_exchange(slow)
    pane.show(answered('{"newest": true}'))
    assert pane.text() == '{\n  "newest": true\n}'
    pane.qtbot.waitUntil(lambda: pane.body._job._jobs.running == 0)
    assert pane.text() == '{\n  "newest": true\n}'


def test_an_empty_answer_replaces_one_that_is_still_being_read(pane: Pane) -> None:
    pane.viewer.show_exchange(answered(json.dumps(list(range(60_000)))))
    pane.show(answered(b"", 204, "No Content"))
    pane.qtbot.waitUntil(lambda: pane.body._job._jobs.running == 0)
    assert pane.body.stack.currentWidget() is pane.body.message
    assert not pane.body.is_text


def test_a_body_that_was_given_back_meanwhile_does_no_harm(pane: Pane, jobs: JobRunner) -> None:
    crashes: list[object] = []
    jobs.jobCrashed.connect(crashes.append)
    exchange = answered('{"a":1}')
    assert exchange.response is not None
    gone = MemoryBody(b"x")

    class Vanishing:
        size = 7

        @staticmethod
        def read_at(_offset: int, _length: int) -> bytes:
            gone.close()
            return gone.read_at(0, 1)

        @staticmethod
        def close() -> None:
            gone.close()

    pane.viewer.show_exchange(
        replace(exchange, response=replace(exchange.response, body=Vanishing()))
    )
    pane.settle()
    assert crashes == []


def test_a_viewer_may_go_while_its_body_is_being_read(qtbot: QtBot, jobs: JobRunner) -> None:
    viewer = ResponseViewer(page_tools(jobs))
    viewer.show_exchange(answered(json.dumps(list(range(60_000)))))
    with qtbot.waitSignal(viewer.destroyed):
        viewer.deleteLater()
    qtbot.waitUntil(lambda: jobs.running == 0)


def test_the_body_cannot_be_typed_into(pane: Pane) -> None:
    pane.show(answered('{"a":1}'))
    before = pane.text()
    pane.qtbot.keyClicks(pane.text_page.view, "x")
    assert pane.text() == before
