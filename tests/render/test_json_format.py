"""Whole bodies laid out to be copied and saved: no token is lost, whoever lays them out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from httpdesk.render import json_format
from httpdesk.render.json_format import format_json, laid_out
from httpdesk.render.pretty import pretty_json
from httpdesk.render.rows import Stopped
from tests.helpers.bodies import BytesBody
from tests.helpers.json_cases import BROKEN, KEPT, tokens_of

BOM = b"\xef\xbb\xbf"


def formatted(data: bytes) -> bytes:
    return b"".join(format_json(BytesBody(data)))


@pytest.mark.parametrize("data", KEPT)
def test_tokens_are_kept(data: bytes) -> None:
    """Statement 52."""
    assert tokens_of(formatted(data).decode()) == tokens_of(data.removeprefix(BOM).decode())


@pytest.mark.parametrize("data", BROKEN)
def test_what_is_no_json_keeps_every_byte_but_white_space(data: bytes) -> None:
    """Statement 51."""
    space = b" \t\r\n"
    assert formatted(data).translate(None, space) == data.translate(None, space)


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.floats() | st.text(max_size=300),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    ),
)
def test_the_library_and_we_print_the_same(document: object) -> None:
    """Statement 52."""
    data = json.dumps(document).encode()
    expected = pretty_json(data.decode()).text.encode()
    assert b"".join(laid_out(BytesBody(data))) == expected
    assert formatted(data) == expected


@pytest.mark.parametrize(
    "data",
    [rb'["\ud800"]', b"[NaN]", BOM + b"[1]", b"[1] [2]", b"[1"],
)
def test_what_the_library_refuses_is_laid_out_by_us(data: bytes) -> None:
    assert json_format._formatted(data) is None
    assert tokens_of(formatted(data).decode()) == tokens_of(data.removeprefix(BOM).decode())


def test_deep_nesting_keeps_its_tokens_whoever_prints_it() -> None:
    """The library refuses it on some versions of Python only."""
    data = b"[" * 5000 + b"]" * 5000
    assert tokens_of(formatted(data).decode()) == tokens_of(data.decode())


LARGE = [
    b"[" + b'{"a":[1.10,2],"b":{"c":[]}},' * 13_000 + b"0]",
    b'{"first":['
    b'1,"two"' + b', {"x" : 3}' * 16_000 + b'],"m":{' + b'"k":[1,2],' * 16_000 + b'"z":0}}',
    b'{"a":1}\n{"b":[2,3]}\n' * 18_000,
    b'[[[{"a":[' + b"1,2,[3]," * 45_000 + b"4]}]]]",
    b'["' + b"x" * 200_000 + b'",' + b"1," * 50_000 + b"NaN," + b"2," * 50_000 + b'"\\ud800"]',
]


@pytest.mark.parametrize("data", LARGE, ids=range(len(LARGE)))
def test_stretches_of_a_large_body_are_put_together(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statement 52."""
    expected = b"".join(laid_out(BytesBody(data)))
    monkeypatch.setattr(json_format, "FORMATTED_AT_ONCE", 1000)
    monkeypatch.setattr(json_format, "STRETCH", 20_000)
    body = BytesBody(data)
    assert b"".join(format_json(body)) == expected
    assert body.longest_read <= json_format.READ_AT_ONCE


def test_a_body_that_is_given_back_stops_it() -> None:
    body = BytesBody(b"[1]")
    body.close()
    with pytest.raises(Stopped):
        list(format_json(body))
    with pytest.raises(Stopped):
        list(laid_out(body))
