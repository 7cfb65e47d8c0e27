"""What of a body is shown: pure work that the view has done on a worker."""

from __future__ import annotations

import json
import threading
from time import monotonic

import pytest

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.fakes import MemoryBody
from httpdesk.gui.response import body_content
from httpdesk.gui.response.body_content import (
    FORMAT_AT_ONCE,
    SHOWN_BYTES,
    BodyGone,
    BodySource,
    Layout,
    Pace,
    cut_lines,
    language_of,
    lay_out,
    load,
    read_text,
    split_lines,
)
from httpdesk.gui.response.body_words import text_notices
from httpdesk.gui.response.editor_page import _lay_out, _load
from httpdesk.model.request import ResponseType
from httpdesk.render.content_type import Rendering, parse_media_type


def source(
    data: bytes,
    content_type: str = "",
    wanted: ResponseType = ResponseType.AUTO,
    *,
    whole: bool = True,
) -> BodySource:
    """Return a body in memory as the view would have it read."""
    return BodySource(MemoryBody(data), parse_media_type(content_type), wanted, whole)


def test_a_small_body_is_read_and_laid_out_in_one_go() -> None:
    loaded = load(source(b'{"a":1}', "application/json"))
    assert loaded.pretty is not None
    assert loaded.pretty.text == '{\n  "a": 1\n}'
    assert language_of(loaded.text, loaded.pretty) == "json"


def test_a_larger_one_is_laid_out_later() -> None:
    rows = json.dumps(["x" * 100] * (FORMAT_AT_ONCE // 100)).encode()
    loaded = load(source(rows, "application/json"))
    assert loaded.pretty is None
    assert lay_out(loaded.text).layout is Layout.JSON


def test_the_beginning_ends_with_a_line_or_a_whole_character() -> None:
    """Statement 59."""
    lines = b"0123456789abcdef\n" * 100_000
    part = read_text(source(lines, "text/plain"))
    assert part.is_cut
    assert part.decoded.text.endswith("\n")
    assert SHOWN_BYTES - 20 < part.shown <= SHOWN_BYTES
    wide = read_text(source("日".encode() * 400_000, "text/plain"))
    assert set(wide.decoded.text) == {"日"}
    assert wide.decoded.invalid == 0


def test_a_body_that_ended_early_has_no_error_at_its_end() -> None:
    loaded = load(source(b'{"a": [1, 2', "application/json", whole=False))
    assert loaded.pretty is not None
    assert loaded.pretty.json_error is None


@pytest.mark.parametrize(
    ("data", "content_type", "rendering", "language"),
    [
        (b"<a><b/></a>", "application/xml", Rendering.XML, "xml"),
        (b"<a><b></a>", "application/xml", Rendering.XML, "xml"),
        (b"<p>hi", "text/html", Rendering.HTML, "xml"),
        (b"plain", "text/plain", Rendering.TEXT, "text"),
    ],
)
def test_each_text_has_its_language(
    data: bytes, content_type: str, rendering: Rendering, language: str
) -> None:
    loaded = load(source(data, content_type))
    assert loaded.text.rendering is rendering
    assert language_of(loaded.text, loaded.pretty) == language


def test_json_that_is_none_takes_the_language_of_what_it_is() -> None:
    loaded = load(source(b"hello", "text/plain", ResponseType.JSON))
    assert loaded.pretty is not None
    assert loaded.pretty.layout is Layout.NONE
    assert language_of(loaded.text, loaded.pretty) == "text"


def test_lines_are_cut_or_split_and_nothing_else_changes() -> None:
    text = "short\n" + "x" * 10_001 + "\r\n" + "end"
    cut = cut_lines(text)
    assert (cut.long_lines, cut.longest, cut.limit) == (1, 10_002, 10_000)
    assert cut.text.split("\n")[1] == "x" * 10_000 + "…"
    assert cut_lines("a\nb").text == "a\nb"
    split = split_lines(text, 4_000)
    assert [len(line) for line in split.text.split("\n")] == [5, 4000, 4000, 2002, 3]


def test_a_layout_that_grows_too_long_is_cut_and_said_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(body_content, "PRETTY_LIMIT", 1000)
    loaded = load(source(json.dumps(list(range(2000))).encode(), "application/json"))
    assert loaded.pretty is not None
    assert len(loaded.pretty.text) < 1100
    (notice,) = text_notices(loaded.text, loaded.pretty)
    assert notice.text == "The formatted text is too long and is cut."


def test_a_worker_rests_as_long_as_it_works_and_stops_when_told() -> None:
    """So that calls from Python to Qt never wait long for the interpreter."""
    token = CancelToken()
    pace = Pace(token)
    began = monotonic()
    turns = 0
    while monotonic() - began < 0.05:
        pace()
        turns += 1
    assert turns > 10
    token.cancel()
    assert stops_within(pace, 5.0)


def stops_within(pace: Pace, seconds: float) -> bool:
    """Return whether the pace ends the work before that time is over."""
    end = monotonic() + seconds
    try:
        while monotonic() < end:
            pace()
    except BodyGone:
        return True
    return False


def test_work_that_nobody_waits_for_ends_early() -> None:
    token = CancelToken()
    rows = json.dumps([{"id": number} for number in range(40_000)])
    text = read_text(source(rows.encode(), "application/json"))
    results: list[object] = []
    worker = threading.Thread(target=lambda: results.append(_lay_out(text, token)))
    token.cancel()
    worker.start()
    worker.join(10)
    assert results == [None]


def test_a_body_that_is_closed_gives_nothing() -> None:
    closed = source(b"abc", "text/plain")
    closed.handle.close()
    assert _load(closed, CancelToken()) is None
    with pytest.raises(BodyGone):
        load(closed)
