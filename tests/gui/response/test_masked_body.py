"""Secrets in a body: bullets wherever it is shown, said, found or copied, until revealed."""

from __future__ import annotations

import json
from dataclasses import replace

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from pytestqt.qtbot import QtBot

from httpdesk.engine.masking import MASK
from httpdesk.gui.response.body_page import BodyPage
from httpdesk.gui.response.events_page import EventsPage
from httpdesk.gui.response.hex_page import HexPage
from httpdesk.gui.response.masked_text import MaskedText
from httpdesk.gui.response.table_page import TablePage
from httpdesk.gui.response.text_page_source import RAW
from httpdesk.gui.response.tree_page import TreePage
from httpdesk.gui.response.xml_tree_page import XmlTreePage
from httpdesk.gui.tables.reading_table import eye_place
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import ResponseType
from httpdesk.render.rows import Place
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered, typed

CANARY = "canary-7f3a91c2"
TOKEN = "eyJhbGciOi.payload.sig"
NOWHERE = QModelIndex()
BODY = json.dumps(
    {"id": 7, "note": f"you sent {CANARY} twice: {CANARY}", "access_token": TOKEN, "city": "Graz"}
)


def echoed(body: str = BODY, media: str = "application/json") -> Exchange:
    """Return an exchange whose secret came back in its body."""
    exchange = answered(body, headers=typed(media), wanted=ResponseType.AUTO)
    return replace(exchange, secrets=frozenset({CANARY}))


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


ROWS = json.dumps([{"id": 1, "password": "hunter22", "note": f"sent {CANARY}"}, {"id": 2}])


def texts_of(model: QAbstractItemModel, parent: QModelIndex = NOWHERE) -> str:
    """Return all that a model shows and says."""
    roles = (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
    )
    found = []
    for row in range(model.rowCount(parent)):
        for column in range(model.columnCount(parent)):
            index = model.index(row, column, parent)
            found += [str(index.data(role) or "") for role in roles]
        found.append(texts_of(model, model.index(row, 0, parent)))
    return "\n".join(found)


def open_page(pane: Pane, view: str, exchange: Exchange) -> BodyPage:
    """Show another view of a body."""
    pane.show(exchange)
    pane.viewer.body.choose(view)
    pane.settle()
    assert pane.viewer.body.page is not None
    return pane.viewer.body.page


def test_the_tree_shows_bullets_and_one_value_by_enter(pane: Pane, qtbot: QtBot) -> None:
    """Statement 76: also copied with Ctrl+C; Copy value of the menu is the value."""
    page = open_page(pane, "tree", echoed(ROWS))
    assert isinstance(page, TreePage)
    page.expand_all(page.model.index(0, 0))
    pane.settle()
    assert "hunter22" not in texts_of(page.model)
    assert CANARY not in texts_of(page.model)
    assert "hidden value" in texts_of(page.model)
    first = page.model.index(0, 0, page.model.index(0, 0))
    page.view.setCurrentIndex(page.model.index(1, 0, first))
    clipboard = QGuiApplication.clipboard()
    page.copy_shown()
    pane.settle()
    assert clipboard.text() == MASK
    qtbot.keyClick(page.view, Qt.Key.Key_Return)
    assert "hunter22" in texts_of(page.model)
    assert CANARY not in texts_of(page.model)
    page._hide.timeout.emit()
    assert "hunter22" not in texts_of(page.model)
    page.copy_value()
    pane.settle()
    assert clipboard.text() == "hunter22"
    page.search.open()
    page.search.field.setText("hunter")
    pane.settle()
    assert page.search.count.text() == "No match"


def test_a_closed_row_of_the_tree_and_a_cut_text_show_no_part_of_a_secret() -> None:
    masked = MaskedText()
    masked.open(echoed())
    assert masked.text(f"long {CANARY[:9]}", cut=True) == f"long {MASK}"
    assert masked.text('{"password": "hunt', cut=True) == f'{{"password": "{MASK}'


def test_the_table_shows_bullets_and_its_filter_finds_none_of_them(
    pane: Pane, qtbot: QtBot
) -> None:
    """Statement 76: cells, and what is copied of them."""
    page = open_page(pane, "table", echoed(ROWS))
    assert isinstance(page, TablePage)
    assert "hunter22" not in texts_of(page.model)
    pane.settle()
    assert "hunter22" not in texts_of(page.model)
    assert f"sent {MASK}" in texts_of(page.model)
    page.view.selectAll()
    clipboard = QGuiApplication.clipboard()
    for copy in (page.copy_cells, page.copy_json, page.copy_csv):
        copy()
        pane.settle()
        assert MASK in clipboard.text()
        assert CANARY not in clipboard.text()
    page.filter.setText("hunter")
    pane.settle()
    assert page.model.rowCount() == 0
    page.filter.clear()
    pane.settle()
    cell = page.view.visualRect(page.model.index(0, 1))
    at = eye_place(cell).center()
    qtbot.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    pane.settle()
    texts_of(page.model)
    pane.settle()
    assert "hunter22" in texts_of(page.model)
    assert CANARY not in texts_of(page.model)
    page.copy_all()
    pane.settle()
    assert CANARY in clipboard.text()


def test_messages_elements_and_bytes_show_bullets(pane: Pane) -> None:
    """Statement 76: Events, Lines, the tree of XML and Hex."""
    line = json.dumps({"token": "hunter22", "note": CANARY})
    page = open_page(pane, "events", echoed(f"data: {line}\n\n", "text/event-stream"))
    assert isinstance(page, EventsPage)
    page.table.selectRow(0)
    pane.settle()
    shown = texts_of(page.model) + page.detail.editor.toPlainText()
    assert MASK in shown
    assert "hunter22" not in shown
    assert CANARY not in shown
    page.find_bar.open()
    for wanted, said in (("hunter", "No match"), ("token", "1 message")):
        page.find_bar.field.setText(wanted)
        pane.settle()
        assert page.find_bar.count.text() == said
    xml = f'<a><password v="1">hunter22</password><k token="hunter22">{CANARY}</k></a>'
    tree = open_page(pane, "tree", echoed(xml, "text/xml"))
    assert isinstance(tree, XmlTreePage)
    assert MASK in texts_of(tree.model)
    assert "hunter22" not in texts_of(tree.model)
    assert CANARY not in texts_of(tree.model)
    tree.search.open()
    tree.search.field.setText("hunter")
    pane.settle()
    assert tree.search.count.text() == "No match"
    pane.viewer.secrets.toggle()
    assert CANARY in texts_of(tree.model)
    pane.viewer.secrets.hide()
    hexed = open_page(pane, "hex", echoed(f"abc{CANARY}xyz", "text/plain"))
    assert isinstance(hexed, HexPage)
    text = hexed.view.text_on_screen()
    assert "abc" + "\u2022" * 13 in text
    assert "63 61 6e" not in text


def test_fields_of_a_form_are_told_by_the_name_beside_them(pane: Pane) -> None:
    """Statement 76: also where the value is a number."""
    form = echoed("pin=77&password=123456", "application/x-www-form-urlencoded")
    page = open_page(pane, "table", form)
    texts_of(page.model)  # type: ignore[attr-defined]
    pane.settle()
    shown = texts_of(page.model)  # type: ignore[attr-defined]
    assert "77" in shown
    assert "123456" not in shown


def test_a_comparison_shows_that_secrets_differ_and_not_how(pane: Pane) -> None:
    """Statement 76: places of a structure, and lines."""
    before, after = echoed(), echoed(BODY.replace(TOKEN, "another-token"))
    pane.show(after)
    pane.viewer.comparing.show((("the one before", before),))
    view = pane.viewer.comparing.view
    pane.qtbot.waitUntil(lambda: not view.busy and view.places.model().rowCount() > 0)
    for table in (view.places, view.lines):
        assert MASK in texts_of(table.model())
        assert TOKEN not in texts_of(table.model())
        assert CANARY not in texts_of(table.model())
    pane.viewer.secrets.toggle()
    assert TOKEN in texts_of(view.places.model())
