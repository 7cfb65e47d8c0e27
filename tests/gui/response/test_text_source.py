"""Where the rows of Pretty and Raw come from: pure work that the page has done on a worker."""

from __future__ import annotations

import json

import pytest

from httpdesk.adapters.body_spool import BodySpool
from httpdesk.gui.response import text_page_source
from httpdesk.gui.response.body_page import ShownBody
from httpdesk.gui.response.text_page_source import (
    CHECKED_AT_ONCE,
    PRETTY,
    RAW,
    Layout,
    Source,
    check_json,
    lay_out_markup,
    locate,
    open_source,
)
from httpdesk.model.memory_body import MemoryBody
from httpdesk.render.content_type import Rendering, parse_media_type
from httpdesk.render.rows import LONGEST_ROW, Place, no_pause
from tests.gui.response.exchanges import answered


def shown(
    data: bytes,
    rendering: Rendering = Rendering.JSON,
    fallback: Rendering = Rendering.TEXT,
    *,
    whole: bool = True,
) -> ShownBody:
    """Return a body as the Body tab gives it to a page."""
    media = parse_media_type("")
    return ShownBody(answered(data), MemoryBody(data), media, rendering, fallback, "UTF-8", whole)


def opened(body: ShownBody, view: str = PRETTY) -> Source:
    """Return the source of a view, indexed to its end."""
    source = open_source(body, view, None, BodySpool, no_pause)
    source.rows.index(no_pause)
    return source


def text_of(source: Source) -> str:
    """Return the whole text of a source."""
    end = Place(source.rows.count - 1, LONGEST_ROW)
    return source.rows.text(Place(0, 0), end, 10**9, no_pause)


def test_json_is_laid_out_or_shown_as_received() -> None:
    """Statement 52."""
    body = shown(b'{"a":1.10,"b":[]}')
    pretty, raw = opened(body), opened(body, RAW)
    assert text_of(pretty) == '{\n  "a": 1.10,\n  "b": []\n}'
    assert (pretty.language, pretty.layout) == ("json", Layout.DONE)
    assert text_of(raw) == '{"a":1.10,"b":[]}'
    assert (raw.language, raw.layout) == ("json", Layout.NONE)


@pytest.mark.parametrize(
    ("data", "rendering", "fallback", "language"),
    [
        (b"<a><b/></a>", Rendering.XML, Rendering.XML, "xml"),
        (b"<a><b></a>", Rendering.XML, Rendering.XML, "xml"),
        (b"<p>hi", Rendering.HTML, Rendering.HTML, "xml"),
        (b"plain", Rendering.TEXT, Rendering.TEXT, "text"),
        (b"hello", Rendering.JSON, Rendering.TEXT, "text"),
        (b"<a/>", Rendering.JSON, Rendering.XML, "xml"),
    ],
)
def test_each_text_has_its_language(
    data: bytes, rendering: Rendering, fallback: Rendering, language: str
) -> None:
    assert opened(shown(data, rendering, fallback)).language == language


def test_what_is_no_json_is_shown_as_received_with_its_first_error() -> None:
    """Statement 51."""
    source = opened(shown(b"[\n  1,\n  x\n]"))
    assert text_of(source) == "[\n  1,\n  x\n]"
    assert source.check is not None
    assert source.check.error is not None
    assert (source.check.error.line, source.check.error.column) == (3, 3)
    located = locate(source.rows, source.check.error.offset)
    assert located is not None
    assert (located.place, located.line) == (Place(2, 2), 3)


def test_large_json_is_shown_before_it_is_checked() -> None:
    """The first screen does not wait for the check."""
    data = json.dumps(["x" * 100] * (CHECKED_AT_ONCE // 100)).encode()
    source = opened(shown(data))
    assert source.check is None
    assert source.layout is Layout.DONE
    broken = data[:-1]
    check = check_json(shown(broken), no_pause)
    assert check.error is not None
    assert check.error.offset == len(broken)


def test_a_glance_tells_what_is_no_json_at_all() -> None:
    source = opened(shown(b"plain words\n" * 40_000))
    assert source.language == "text"
    assert source.check is not None
    assert source.check.error is not None


def test_a_body_that_ended_early_has_no_error_at_its_end() -> None:
    source = opened(shown(b'{"a": [1, 2', whole=False))
    assert source.check is not None
    assert source.check.error is None


def test_xml_is_laid_out_in_bytes_of_our_own() -> None:
    body = shown("<a><b>é</b></a>".encode(), Rendering.XML)
    source = lay_out_markup(body, BodySpool, no_pause)
    assert source is not None
    assert text_of(source) == "<a>\n  <b>é</b>\n</a>"
    assert lay_out_markup(shown(b"<a><b></a>", Rendering.XML), BodySpool, no_pause) is None


def test_long_xml_is_shown_as_received_until_it_is_laid_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = shown(b"<a>" + b"<b>x</b>" * 10_000 + b"</a>", Rendering.XML)
    assert opened(body).layout is Layout.WAITS
    monkeypatch.setattr(text_page_source, "LARGEST_XML", 1000)
    assert opened(body).layout is Layout.TOO_LARGE


def test_a_layout_that_grows_too_long_is_cut_and_said_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(text_page_source, "XML_LIMIT", 1000)
    source = lay_out_markup(
        shown(b"<a>" + b"<b/>" * 10_000 + b"</a>", Rendering.XML), BodySpool, no_pause
    )
    assert source is not None
    assert source.layout is Layout.CUT
    assert len(text_of(source)) < 8000
