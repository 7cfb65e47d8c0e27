"""Secrets in a body: bullets wherever it is shown, said, found or copied, until revealed."""

from __future__ import annotations

import json
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from pytestqt.qtbot import QtBot

from httpdesk.engine.masking import MASK
from httpdesk.gui.response.text_page_source import RAW
from httpdesk.model.exchange import Exchange
from httpdesk.render.rows import Place
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered, typed

CANARY = "canary-7f3a91c2"
TOKEN = "eyJhbGciOi.payload.sig"
BODY = json.dumps(
    {"id": 7, "note": f"you sent {CANARY} twice: {CANARY}", "access_token": TOKEN, "city": "Graz"}
)


def echoed(body: str = BODY, media: str = "application/json") -> Exchange:
    """Return an exchange whose secret came back in its body."""
    return replace(answered(body, headers=typed(media)), secrets=frozenset({CANARY}))


def on_screen(pane: Pane) -> str:
    """Return the text that is painted."""
    return pane.text_page.view.text_on_screen()


def test_known_values_and_telling_names_are_bullets(pane: Pane) -> None:
    """Statement 76: in the body too; what else there is stands as it came."""
    pane.show(echoed())
    for view in ("pretty", RAW):
        pane.viewer.body.choose(view)
        pane.settle()
        shown = on_screen(pane)
        assert CANARY not in shown
        assert TOKEN not in shown
        assert shown.count(MASK) == 3
        assert f"you sent {MASK} twice" in shown
        assert '"Graz"' in shown


def test_all_are_shown_and_hidden_by_one_command(pane: Pane) -> None:
    """Statement 76: revealing lasts as long as this response is on screen."""
    pane.show(echoed())
    pane.viewer.secrets.toggle()
    pane.settle()
    assert on_screen(pane).count(CANARY) == 2
    assert TOKEN in on_screen(pane)
    pane.viewer.secrets.toggle()
    pane.settle()
    assert CANARY not in on_screen(pane)
    pane.viewer.secrets.toggle()
    pane.show(echoed())
    assert CANARY not in on_screen(pane)
    assert not pane.viewer.secrets.shown


def test_the_eye_shows_one_value_for_a_while(pane: Pane, qtbot: QtBot) -> None:
    """Statement 76: one at a time, by a click on its eye or Enter on it."""
    pane.show(echoed())
    view = pane.text_page.view
    _, place = next(iter(view.eyes()))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place.center().toPoint())
    pane.settle()
    assert on_screen(pane).count(CANARY) == 1
    assert TOKEN not in on_screen(pane)
    pane.text_page._hide.timeout.emit()
    pane.settle()
    assert CANARY not in on_screen(pane)
    view.go_to(Place(3, 20))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    pane.settle()
    assert TOKEN in on_screen(pane)
    view.go_to(Place(3, 20))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    pane.settle()
    assert TOKEN not in on_screen(pane)


def test_a_click_on_bullets_themselves_shows_nothing(pane: Pane, qtbot: QtBot) -> None:
    pane.show(echoed())
    view = pane.text_page.view
    _, place = next(iter(view.eyes()))
    beside = place.center().toPoint()
    beside.setX(int(place.left()) - 20)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=beside)
    pane.settle()
    assert CANARY not in on_screen(pane)


def test_a_copied_selection_has_bullets_and_copy_body_the_bytes(pane: Pane, qtbot: QtBot) -> None:
    pane.show(echoed())
    view, clipboard = pane.text_page.view, QGuiApplication.clipboard()
    view.select_all()
    view.copyRequested.emit()
    pane.settle()
    assert MASK in clipboard.text()
    assert CANARY not in clipboard.text()
    view.select(Place(2, 0), Place(3, 40))
    view.copyRequested.emit()
    pane.settle()
    assert MASK in clipboard.text()
    assert CANARY not in clipboard.text()
    pane.viewer.status.copy.click()
    pane.settle()
    assert json.loads(clipboard.text()) == json.loads(BODY)


def test_finding_tells_nothing_of_what_is_hidden(pane: Pane) -> None:
    pane.show(echoed())
    pane.viewer.find()
    search = pane.text_page.search
    for wanted in (CANARY, CANARY[:3], "payload"):
        search.field.setText(wanted)
        pane.settle()
        assert search.count.text() == "No match"
    search.field.setText("twice")
    pane.settle()
    assert search.match_count == 1
    ((row, (mark,)),) = pane.text_page.view.marks.items()
    assert view_row(pane, row)[mark.start : mark.end] == "twice"
    search.field.setText(CANARY)
    pane.viewer.secrets.toggle()
    pane.settle()
    assert search.match_count == 2


def view_row(pane: Pane, row: int) -> str:
    """Return the text of a row near the screen."""
    return pane.text_page.view.row_text(row) or ""


def test_a_secret_over_the_border_of_rows_is_hidden(pane: Pane) -> None:
    """A line of more than 8 KiB is several rows; none of them shows a part of the secret."""
    body = "x" * 8185 + CANARY + "y" * 8000
    pane.show(echoed(body, "text/plain"))
    shown = on_screen(pane)
    assert "canary" not in shown
    assert "91c2" not in shown
    assert shown.count("y") == 8000


def test_elements_and_form_fields_that_tell_are_hidden(pane: Pane) -> None:
    pane.show(echoed('<a><password v="1">hunter22</password><k token="t0k"/>b</a>', "text/xml"))
    assert "hunter22" not in on_screen(pane)
    assert "t0k" not in on_screen(pane)
    pane.show(echoed("user=anna&password=hunter22", "application/x-www-form-urlencoded"))
    pane.viewer.body.choose(RAW)
    pane.settle()
    assert on_screen(pane).strip() == f"user=anna&password={MASK}"


def test_a_screen_reader_hears_words_for_bullets(pane: Pane) -> None:
    pane.show(echoed())
    view = pane.text_page.view
    view.go_to(Place(3, 0))
    said = QAccessible.queryAccessibleInterface(view).text(QAccessible.Text.Value)
    assert said.strip() == '"access_token": "hidden value",'
