"""Forms and multipart bodies taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpdesk.render import parts as parts_module
from httpdesk.render.parts import PartBody, boundary_of, form_fields, parts
from httpdesk.render.rows import Stopped
from tests.render.test_transcode import spooled

MIXED = (
    b"preamble\r\n--x-1\r\nContent-Type: application/json\r\nX-Long: a\r\n b\r\n\r\n"
    b'{"a":1}\r\n--x-1 \r\n\r\nplain --x-1 no delimiter\r\n--x-12\r\n'
    b"\r\n--x-1\r\nContent-Disposition: form-data; name=f; filename=\xc3\xa9.png\r\n\r\n"
    b"\x89PNG\r\n\x00\r\n--x-1--\r\nepilogue"
)


def contents(data: bytes, boundary: str) -> list[tuple[tuple[tuple[str, str], ...], bytes]]:
    """Return headers and content of each part."""
    body = spooled(data)
    found = parts(body, boundary)
    return [(each.headers, body.read_at(each.offset, each.length)) for each in found]


def test_each_part_has_its_headers_and_its_bytes() -> None:
    """RFC 2046 section 5.1."""
    first, second, third = contents(MIXED, "x-1")
    assert first == ((("Content-Type", "application/json"), ("X-Long", "a b")), b'{"a":1}')
    assert second == ((), b"plain --x-1 no delimiter\r\n--x-12\r\n")
    assert third[0] == (("Content-Disposition", "form-data; name=f; filename=é.png"),)
    assert third[1] == b"\x89PNG\r\n\x00"


def test_byte_ranges_are_parts() -> None:
    """RFC 9110 section 14.6."""
    data = (
        b"--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/9\r\n\r\nab\r\n"
        b"--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 7-8/9\r\n\r\nhi\r\n--B--\r\n"
    )
    assert [content for _, content in contents(data, "B")] == [b"ab", b"hi"]
    body = spooled(data)
    assert [each.header("content-range") for each in parts(body, "B")] == [
        "bytes 0-1/9",
        "bytes 7-8/9",
    ]


def test_a_part_without_end_is_not_complete() -> None:
    body = spooled(b"--B\r\nA: b\r\n\r\nwhole\r\n--B\r\n\r\nhal")
    assert [(each.complete, each.length) for each in parts(body, "B")] == [(True, 5), (False, 3)]
    assert not list(parts(spooled(b"no parts at all"), "B"))
    assert not list(parts(spooled(b"--B--"), "B"))


def test_line_ends_without_carriage_return_are_taken() -> None:
    assert contents(b"--B\nA: b\n\none\n--B\n\ntwo\n--B--\n", "B") == [
        ((("A", "b"),), b"one"),
        ((), b"two"),
    ]


def test_parts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_module, "MOST_PARTS", 3)
    assert len(list(parts(spooled(b"--B\r\n\r\n\r\n" * 100), "B"))) == 3


@given(st.binary(max_size=200), st.sampled_from(["B", "a-b", "x'y"]))
def test_any_bytes_have_an_end(data: bytes, boundary: str) -> None:
    line = f"--{boundary}".encode()
    body = spooled(data.replace(b"!", line) + b"\r\n" + line)
    for part in parts(body, boundary):
        assert 0 <= part.offset <= part.offset + part.length <= body.size


def test_a_part_reads_like_a_body() -> None:
    whole = spooled(b"0123456789")
    part = PartBody(whole, 2, 5)
    assert (part.size, part.read_at(0, 99), part.read_at(3, 1)) == (5, b"23456", b"5")
    assert part.read_at(7, 3) == b""
    part.close()
    assert whole.read_at(0, 1) == b"0"
    whole.close()
    with pytest.raises(ValueError, match="closed"):
        part.read_at(0, 1)


@pytest.mark.parametrize(
    ("value", "boundary"),
    [
        ("multipart/mixed; boundary=abc", "abc"),
        ('multipart/form-data; charset=x; Boundary="a b;c"', "a b;c"),
        ('multipart/mixed; boundary="a\\"b"', 'a"b'),
        ("multipart/mixed", ""),
        (f"multipart/mixed; boundary={'x' * 71}", ""),
        ("text/plain; boundary=abc", ""),
    ],
)
def test_the_boundary_is_read_from_the_content_type(value: str, boundary: str) -> None:
    assert boundary_of(value) == boundary


def test_a_form_is_names_and_values() -> None:
    fields = form_fields(spooled(b"a=1&b=x+y%20z&&c&d=%C3%A9&e=%ff&a=2\n"))
    assert fields.pairs == (
        ("a", "1"),
        ("b", "x y z"),
        ("c", ""),
        ("d", "é"),
        ("e", "\ufffd"),
        ("a", "2"),
    )
    assert not fields.cut


def test_a_form_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_module, "MOST_FIELDS", 10)
    fields = form_fields(spooled(b"a=1&" * 100))
    assert (len(fields.pairs), fields.cut) == (10, True)


def test_a_body_that_is_given_back_stops_the_work() -> None:
    body = spooled(b"--B\r\n")
    body.close()
    with pytest.raises(Stopped):
        list(parts(body, "B"))
    with pytest.raises(Stopped):
        form_fields(body)
