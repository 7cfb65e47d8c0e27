"""JSON laid out row by row: every token as received, at any place of a body of any size."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from httpdesk.render import json_layout, json_rows
from httpdesk.render.block_index import Mark
from httpdesk.render.json_layout import Layout, unpacked
from httpdesk.render.json_rows import JsonRows
from httpdesk.render.pretty import pretty_json
from httpdesk.render.rows import LONGEST_ROW, Match, Place, Row, no_pause
from httpdesk.render.visible_text import visible
from tests.helpers.bodies import BytesBody
from tests.helpers.json_cases import BROKEN, KEPT, tokens_of


@pytest.fixture(autouse=True, params=["small blocks", "blocks"])
def blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make blocks and rows so small that short texts have many of them."""
    if request.param == "small blocks":
        monkeypatch.setattr(json_rows, "BLOCK", 200)
        monkeypatch.setattr(json_rows, "LARGE_BLOCK", 1600)
        monkeypatch.setattr(JsonRows, "WINDOW", 1600)
        monkeypatch.setattr(json_layout, "LONGEST_ROW", 200)


def rows_of(data: bytes) -> JsonRows:
    rows = JsonRows(BytesBody(data))
    rows.index(no_pause)
    assert rows.complete
    assert rows.indexed == len(data)
    return rows


def all_rows(rows: JsonRows) -> tuple[Row, ...]:
    found = rows.rows(0, rows.count + 1)
    assert len(found) == rows.count
    return found


def joined(rows: JsonRows) -> str:
    """Return the text, rows of one line joined; lines and offsets must go up by it."""
    lines: list[str] = []
    found = all_rows(rows)
    for row in found:
        if row.continued:
            lines[-1] += row.text
        else:
            lines.append(row.text)
        assert row.line == len(lines)
    for row, following in pairwise(found):
        assert row.offset < following.offset
    return "\n".join(lines)


def check_blocks(data: bytes) -> None:
    """Compare every block of the index with the block laid out."""
    rows = JsonRows(BytesBody(data))
    begin = Mark()
    for end in rows.marks(Mark(), JsonRows.WINDOW + 100):
        layout = Layout(data[begin.offset : end.offset], unpacked(begin.state))
        assert len(layout.spans) == end.rows - begin.rows
        assert layout.lines == end.lines - begin.lines
        if not unpacked(end.state).inside:
            assert layout.end.depth == unpacked(end.state).depth
            assert layout.dip <= unpacked(end.state).dip
        begin = end


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=400),
    lambda inner: (
        st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=30), inner, max_size=8)
    ),
    max_leaves=60,
)
SPACES = st.sampled_from([None, 1, 4])


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS, SPACES, st.booleans())
def test_a_document_is_laid_out_like_a_small_one(
    document: object, indent: int | None, is_ascii: bool
) -> None:
    """Statement 52."""
    text = json.dumps(document, indent=indent, ensure_ascii=is_ascii)
    data = text.encode("utf-8", "replace")
    expected = pretty_json(data.decode())
    assert expected.error is None
    rows = rows_of(data)
    shown = joined(rows)
    assert shown == "\n".join(map(visible, expected.text.split("\n")))
    check_blocks(data)


NOISE = st.lists(
    st.sampled_from(
        (
            *(b"{", b"}", b"[", b"]", b",", b":", b'"', b'"a"', b"\\", b'\\"', b" ", b"\n", b"1"),
            *(b'{"a":1,"b":[]},', b"}\n{", b"x" * 300, b'"' + b"y" * 90 + b'"', b" " * 2000),
            *("é€😀".encode() * 30, b"\xff", b"\x01", b'"k":', b"[{},", b"]]]]", b"[" * 120),
        )
    ),
    max_size=80,
).map(b"".join)


@settings(max_examples=300, deadline=None)
@given(NOISE)
@example(b"[" * 5000 + b"]" * 5000)
@example(b"\xef\xbb\xbf" + b"[1,\n" * 500)
@example(b'[1,\\"x",2,' + b"3," * 900)
@example(b'{"a":' + b" " * 5000 + b"1" + b" " * 5000 + b"}")
@example(b'["' + b"\\" * 2001 + b'","' + b'\\"' * 2000 + b'"]')
def test_what_is_no_json_keeps_every_byte_but_white_space(data: bytes) -> None:
    """Statement 51."""
    shown = joined(rows_of(data))
    marked = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    bare = re.sub("[\udc80-\udcff]", "\ufffd", marked).replace("\x01", "␁")
    assert squeezed(shown) == squeezed(bare)
    check_blocks(data)


def squeezed(text: str) -> str:
    return re.sub("[ \t\r\n␊]", "", text)


@pytest.mark.parametrize("text", KEPT)
def test_tokens_are_kept(text: bytes) -> None:
    """Statement 52."""
    shown = joined(rows_of(text))
    assert tokens_of(shown) == tokens_of(text.removeprefix(b"\xef\xbb\xbf").decode())


@pytest.mark.parametrize("text", BROKEN)
def test_broken_text_is_shown_to_its_last_byte(text: bytes) -> None:
    """Statement 51."""
    shown = joined(rows_of(text))
    expected = re.sub("[\udc80-\udcff]", "\ufffd", text.decode("utf-8", "surrogateescape"))
    kept = "".join(character for character in expected if character >= " ")
    assert squeezed(re.sub("[␀-␟]|\u2039U\\+....\u203a", "", shown)) == squeezed(kept)


def test_several_values_stand_one_below_the_other() -> None:
    text = b'{"a":1}\n{"a":2}\n"x" 3 4[]{}'
    shown = joined(rows_of(text))
    assert shown.splitlines()[-5:] == ['"x"', "3", "4", "[]", "{}"]
    lines = b"".join(b'{"id":%d,"tags":[]}\n' % number for number in range(3000))
    rows = rows_of(lines)
    assert rows.count == 4 * 3000
    assert [row.text for row in rows.rows(4 * 2000, 2)] == ["{", '  "id": 2000,']


def test_a_depth_of_100000_and_a_string_of_megabytes_make_short_rows() -> None:
    """Statement 52."""
    rows = rows_of(b"[" * 100_000 + b"]" * 100_000)
    assert max(len(row.text) for row in all_rows(rows)) <= LONGEST_ROW + 2 * 101
    assert joined(rows).count("[") == 100_000
    value = "ab€".encode() * 300_000
    rows = rows_of(b'{"a": "' + value + b'"}')
    assert max(len(row.text) for row in all_rows(rows)) <= LONGEST_ROW
    assert joined(rows) == '{\n  "a": "' + value.decode() + '"\n}'


def test_memory_stays_that_of_a_few_blocks() -> None:
    body = BytesBody(b'[{"id": 12345678901234567890, "name": "x"},' * 15_000)
    rows = JsonRows(body)
    rows.index(no_pause)
    assert body.longest_read <= 512 * 1024
    body.longest_read = 0
    assert rows.rows(rows.count // 2, 50)
    assert body.longest_read <= 64 * 1024


def test_matches_have_places_behind_what_was_put_in() -> None:
    data = b'{"a":{"needle":12}}'
    rows = rows_of(data)
    at = data.index(b"needle")
    value = data.index(b"12")
    assert rows.places((Match(at, at + 6), Match(value, value + 2), Match(at + 6, value + 4))) == (
        (Place(2, 5), Place(2, 11)),
        (Place(2, 14), Place(2, 16)),
        (Place(2, 11), Place(4, 1)),
    )


def test_what_a_row_opens_can_be_folded() -> None:
    items = ",".join(f'{{"id":{number},"tags":[[1],{{}}]}}' for number in range(2000))
    rows = rows_of(f'{{"items":[{items}],"end":[]}}'.encode())
    found = all_rows(rows)
    assert rows.fold_end(0) == rows.count - 1
    assert rows.fold_end(1) == rows.count - 3
    assert found[rows.count - 3].text == "  ],"
    assert rows.fold_end(rows.count - 2) is None
    assert found[2].text == "    {"
    end = rows.fold_end(2)
    assert end is not None
    assert found[end].text == "    },"
    assert all(row.depth > 2 for row in found[3:end])
    assert rows_of(b"[1,[2").fold_end(0) is None


def test_rows_grow_with_the_body() -> None:
    """Statement 59."""
    data = b'{"a": [1, 22, {"b": "text"}], "c": "' + b"x" * 3000 + b'", "d": [' + b"1, " * 900
    body = BytesBody()
    rows = JsonRows(body, growing=True)
    for end in range(0, len(data), 7):
        body.data = data[:end]
        rows.index(no_pause)
        assert rows.indexed == end
    body.data = data
    rows.finish()
    rows.index(no_pause)
    assert rows.complete
    assert joined(rows) == joined(rows_of(data))


def test_a_large_body_is_indexed_elsewhere_but_its_begin_and_end() -> None:
    data = b"[" + b",".join(b'{"id":%d,"x":"%040d"}' % (n, n) for n in range(60_000)) + b"]"
    body = BytesBody(data)

    def elsewhere(task: str, arguments: Mapping[str, object]) -> Iterator[bytes]:
        assert task == "json_rows:index_json"
        yield from json_rows.index_json(body, **arguments)  # type: ignore[arg-type]

    rows = JsonRows(body)
    rows.index(no_pause, elsewhere)
    assert rows.complete
    assert rows.count == 60_000 * 4 + 2
    assert rows.rows(4 * 30_000 + 1, 2)[1].text == '    "id": 30000,'
