"""Server-sent events and lines of JSON as a list that grows as they arrive."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from httpdesk.gui.item_models import event_table
from httpdesk.gui.item_models.event_table import EventColumn, EventTableModel, Listed
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response import event_reading
from httpdesk.gui.response.body_page import ShownBody
from httpdesk.gui.response.events_page import EventsPage
from httpdesk.gui.surfaces import on_surface
from httpdesk.render.content_type import Rendering, parse_media_type
from httpdesk.render.events import Message
from tests.gui.response import exchanges
from tests.helpers.page_tools import page_tools

SSE = "text/event-stream"
NDJSON = "application/x-ndjson"


class Growing:
    """A body that a test lets grow; implements BodyHandle."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = data

    @property
    def size(self) -> int:
        """The number of bytes so far."""
        return len(self.data)

    def read_at(self, offset: int, length: int) -> bytes:
        """Return what is there."""
        return self.data[offset : offset + length]

    def close(self) -> None:
        """Nothing is open."""


class EverySecond:
    """Says that the byte at offset n came n seconds after 1 January 2026, UTC."""

    def at(self, offset: int) -> float | None:
        """Return the Unix time."""
        return 1_767_225_600.0 + offset


class Shown:
    """The page on screen with one body."""

    def __init__(self, qtbot: QtBot, jobs: JobRunner, kind: str, data: bytes) -> None:
        self.qtbot = qtbot
        self.handle = Growing(data)
        exchange = exchanges.answered(b"", headers=exchanges.typed(kind))
        assert exchange.response is not None
        response = replace(exchange.response, body=self.handle, arrivals=EverySecond())
        self.body = ShownBody(
            replace(exchange, response=response),
            self.handle,
            parse_media_type(kind),
            Rendering.TEXT,
            growing=True,
        )
        self.page = EventsPage(page_tools(jobs))
        self.copied: list[str] = []
        self.page.copied.connect(self.copied.append)
        on_surface(self.page)
        self.page.resize(624, 400)
        qtbot.addWidget(self.page)
        self.page.show()
        with qtbot.waitSignal(self.page.shown):
            self.page.show_body(self.body, "events")
        self.settle()

    def settle(self) -> None:
        """Wait until all that has come is listed."""
        self.qtbot.waitUntil(lambda: not self.page.busy)

    def grow(self, data: bytes) -> None:
        """Let more come."""
        self.handle.data += data
        self.page.grow()
        self.settle()

    def end(self) -> None:
        """Let the body be whole."""
        self.page.end(replace(self.body, growing=False), "events")
        self.settle()

    def column(self, column: EventColumn) -> list[str]:
        """Return what a column shows, from top to bottom."""
        model = self.page.model
        return [model.index(row, column).data() for row in range(model.rowCount())]

    def choose(self, row: int) -> None:
        """Select a row and wait for its message."""
        self.page.table.selectRow(row)
        self.settle()

    @property
    def is_at_end(self) -> bool:
        """Whether the newest message is in view."""
        bar = self.page.table.verticalScrollBar()
        return bar.value() == bar.maximum()


def shown(qtbot: QtBot, jobs: JobRunner, data: bytes = b"", kind: str = SSE) -> Shown:
    return Shown(qtbot, jobs, kind, data)


def numbered(first: int, count: int) -> bytes:
    return b"".join(b"id: %d\ndata: %d\n\n" % (n, n) for n in range(first, first + count))


def test_events_are_listed_as_they_arrive(qtbot: QtBot, jobs: JobRunner) -> None:
    """Issue 5, part 3: server-sent events as they arrive."""
    found = shown(qtbot, jobs, b"event: add\nid: 1\ndata: one\n\n:c\n\ndata: tw")
    assert found.column(EventColumn.DATA) == ["one"]
    found.grow(b"o\n\n")
    assert found.column(EventColumn.DATA) == ["one", "two"]
    assert found.column(EventColumn.EVENT) == ["add", "message"]
    assert found.column(EventColumn.ID) == ["1", "1"]
    assert found.column(EventColumn.NUMBER) == ["1", "2"]


def test_each_has_the_time_at_which_its_last_byte_came(qtbot: QtBot, jobs: JobRunner) -> None:
    found = shown(qtbot, jobs, b"data: a\n\ndata: b\n\n")
    first, second = (text[-6:] for text in found.column(EventColumn.TIME))
    assert (first, second) == ("08.000", "17.000")


def test_the_end_lists_what_no_blank_line_ends(qtbot: QtBot, jobs: JobRunner) -> None:
    found = shown(qtbot, jobs, b"data: a\n\ndata: {")
    assert found.column(EventColumn.DATA) == ["a"]
    found.end()
    assert found.column(EventColumn.DATA) == ["a", "{"]
    (notice,) = found.page.notices
    assert "not ended by a blank line" in notice.text


def test_a_message_is_laid_out_when_it_is_json(qtbot: QtBot, jobs: JobRunner) -> None:
    """Statement 52: every token as received."""
    found = shown(qtbot, jobs, b'event: e\ndata: {"n":\ndata: 1.10,"n":12345678901234567890}\n\n')
    found.choose(0)
    text = found.page.detail.editor.toPlainText()
    assert text == '{\n  "n": 1.10,\n  "n": 12345678901234567890\n}'
    assert found.page.detail.editor.language == "json"
    assert found.page.detail.title.text().startswith("Message 1, e, ")


def test_other_data_is_shown_as_it_is(qtbot: QtBot, jobs: JobRunner) -> None:
    """R7: markup of a server is text."""
    found = shown(qtbot, jobs, b"data: <b>bold</b>\ndata: [DONE]x\n\n")
    found.choose(0)
    assert found.page.detail.editor.toPlainText() == "<b>bold</b>\n[DONE]x"
    assert found.page.detail.editor.language == "text"


def test_lines_of_json_have_no_types(qtbot: QtBot, jobs: JobRunner) -> None:
    found = shown(qtbot, jobs, b'{"n": 1}\n{"n": 2}\n{"n"', NDJSON)
    assert found.page.table.isColumnHidden(EventColumn.EVENT)
    assert found.page.table.isColumnHidden(EventColumn.ID)
    assert found.column(EventColumn.DATA) == ['{"n": 1}', '{"n": 2}']
    found.grow(b": 3}\n")
    assert found.column(EventColumn.DATA)[-1] == '{"n": 3}'


def test_the_newest_is_followed_until_the_user_scrolls(qtbot: QtBot, jobs: JobRunner) -> None:
    found = shown(qtbot, jobs, numbered(0, 50))
    page = found.page
    assert page.follow.isChecked()
    assert found.is_at_end
    found.grow(numbered(50, 50))
    assert found.is_at_end
    QTest.keyClick(page.table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert not page.follow.isChecked()
    found.grow(numbered(100, 50))
    assert page.table.verticalScrollBar().value() == 0
    page.follow.click()
    assert found.is_at_end


def test_the_end_moves_nothing(qtbot: QtBot, jobs: JobRunner) -> None:
    found = shown(qtbot, jobs, numbered(0, 200))
    found.choose(20)
    bar = found.page.table.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    before = (bar.value(), found.page.table.currentIndex().row())
    found.end()
    assert (bar.value(), found.page.table.currentIndex().row()) == before
    assert found.column(EventColumn.DATA) == [str(number) for number in range(200)]


def test_copy_gives_the_data_whole(qtbot: QtBot, jobs: JobRunner) -> None:
    long = b"x" * 5_000
    found = shown(qtbot, jobs, b"data: " + long + b"\n\ndata: b\ndata: c\n\n")
    found.page.copy_all()
    found.settle()
    assert found.copied == [long.decode() + "\nb\nc"]
    found.page.table.selectRow(1)
    QTest.keyClick(found.page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    found.settle()
    assert found.copied[1:] == ["b\nc"]


def test_find_goes_around_the_list_and_looks_into_whole_messages(
    qtbot: QtBot, jobs: JobRunner
) -> None:
    long = b"data: " + b"x" * 5_000 + b"NEEDLE\n\n"
    found = shown(qtbot, jobs, numbered(0, 20) + long + numbered(21, 20) + b"data: needle\n\n")
    page = found.page
    page.open_find()
    QTest.keyClicks(page.find_bar.field, "needle")
    places = []
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Return):
        QTest.keyClick(page.find_bar.field, key)
        found.settle()
        places.append(page.table.currentIndex().row())
    assert places == [20, 41, 20]
    page.find_previous()
    found.settle()
    assert page.table.currentIndex().row() == 41
    page.find_bar.field.setText("nowhere")
    page.find_next()
    found.settle()
    assert page.find_bar.count.text() == "No match"
    QTest.keyClick(page.find_bar.field, Qt.Key.Key_Escape)
    assert page.find_bar.isHidden()


def test_a_large_body_is_read_in_turns(
    qtbot: QtBot, jobs: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_reading, "CHUNK", 100)
    monkeypatch.setattr(event_reading, "TURN", 300)
    found = shown(qtbot, jobs, numbered(0, 100))
    found.end()
    assert found.column(EventColumn.DATA) == [str(number) for number in range(100)]


def test_a_stream_of_days_lists_the_newest_only(
    qtbot: QtBot, jobs: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """quality.md, row 6: what is endless takes bounded memory."""
    monkeypatch.setattr(event_table, "MOST", 100)
    monkeypatch.setattr(event_table, "_BLOCK", 10)
    found = shown(qtbot, jobs, numbered(0, 95))
    found.grow(numbered(95, 10))
    numbers = found.column(EventColumn.NUMBER)
    assert numbers[-1] == "105"
    assert len(numbers) <= 100
    assert found.page.model.dropped == 105 - len(numbers)
    assert found.page.notices


def test_more_than_fits_at_once_keeps_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_table, "MOST", 10)
    model = EventTableModel()
    model.add([Listed(Message(0, 0, "old"), 1)])
    model.add([Listed(Message(0, 0, str(number)), number) for number in range(2, 40)])
    shown = [model.index(row, EventColumn.DATA).data() for row in range(model.rowCount())]
    assert shown == [str(number) for number in range(30, 40)]


def test_find_counts_messages_by_case_word_and_expression(qtbot: QtBot, jobs: JobRunner) -> None:
    """As the find bar of text does; what is no expression is said in place of the count."""
    data = b"data: Oak\n\ndata: oaks\n\nevent: oak\ndata: tree\n\ndata: 12\ndata: elm 7\n\n"
    found = shown(qtbot, jobs, data)
    bar = found.page.find_bar
    found.page.open_find()

    def count(text: str) -> str:
        bar.field.setText(text)
        found.settle()
        return bar.count.text()

    assert count("oak") == "3 messages"
    bar.case.setChecked(True)
    assert count("oak") == "2 messages"
    bar.case.setChecked(False)
    bar.word.setChecked(True)
    assert count("oaks") == "1 message"
    assert count("oak") == "2 messages"
    bar.word.setChecked(False)
    assert count("1.") == "No match"
    bar.regex.setChecked(True)
    assert count(r"^elm \d$") == "1 message"
    bar.find_next()
    found.settle()
    assert (bar.count.text(), found.page.table.currentIndex().row()) == ("1 of 1", 3)
    assert "unterminated" in count("(oak")
    found.handle.data += b"data: oak again\n\n"
    found.page.grow()
    found.settle()
    assert count("oak") == "4 messages"


def test_a_hostile_expression_is_ended(qtbot: QtBot, jobs: JobRunner) -> None:
    """An expression that takes for ever runs beside the window, and another one ends it."""
    found = shown(qtbot, jobs, b"data: " + b"a" * 5_000 + b"!\n\n")
    bar = found.page.find_bar
    found.page.open_find()
    bar.regex.setChecked(True)
    bar.field.setText("(a|a)*$")
    qtbot.waitUntil(lambda: bar.count.text() == "Searching…")
    bar.field.setText("a!")
    found.settle()
    assert bar.count.text() == "1 message"
