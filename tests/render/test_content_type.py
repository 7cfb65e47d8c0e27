"""Which rendering a body gets."""

from __future__ import annotations

import pytest

from httpdesk.model.request import ResponseType
from httpdesk.render.content_type import (
    MediaType,
    Rendering,
    binary_format,
    looks_binary,
    parse_media_type,
    rendering_of,
    text_rendering,
)

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@pytest.mark.parametrize(
    ("value", "essence", "charset"),
    [
        ("application/json", "application/json", ""),
        ("Text/HTML; Charset=ISO-8859-1", "text/html", "ISO-8859-1"),
        ('text/plain; format=flowed; charset="utf-8"', "text/plain", "utf-8"),
        ("text/plain;charset=a;charset=b", "text/plain", "a"),
        ("nonsense", "", ""),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_a_content_type_is_taken_apart(value: str | None, essence: str, charset: str) -> None:
    assert parse_media_type(value) == MediaType(essence, charset)


@pytest.mark.parametrize(
    ("content_type", "start", "wanted", "expected"),
    [
        ("text/html", b"<p>", ResponseType.JSON, Rendering.JSON),
        ("application/json", b"{}", ResponseType.TEXT, Rendering.TEXT),
        ("application/json", b"{}", ResponseType.BINARY, Rendering.BINARY),
        ("application/problem+json", b"{}", ResponseType.AUTO, Rendering.JSON),
        ("application/atom+xml", b"<a/>", ResponseType.AUTO, Rendering.XML),
        ("image/svg+xml", b"<svg/>", ResponseType.AUTO, Rendering.XML),
        ("text/html; charset=utf-8", b"<p>", ResponseType.AUTO, Rendering.HTML),
        ("text/csv", b"{1,2", ResponseType.AUTO, Rendering.TEXT),
        (None, b' \n{"a":1}', ResponseType.AUTO, Rendering.JSON),
        (None, b"\xef\xbb\xbf[1]", ResponseType.AUTO, Rendering.JSON),
        (None, b"<!DOCTYPE html><p>", ResponseType.AUTO, Rendering.HTML),
        (None, b"<?xml version='1.0'?>", ResponseType.AUTO, Rendering.XML),
        ("application/octet-stream", b"plain", ResponseType.AUTO, Rendering.TEXT),
        ("video/mp4", b"plain", ResponseType.AUTO, Rendering.BINARY),
        ("text/plain", b"a\0b", ResponseType.TEXT, Rendering.BINARY),
        ("application/json", PNG, ResponseType.JSON, Rendering.IMAGE),
        ("text/plain", PNG, ResponseType.BINARY, Rendering.IMAGE),
        ("text/plain", b"", ResponseType.JSON, Rendering.EMPTY),
    ],
)
def test_the_wish_holds_unless_the_bytes_cannot_be_text(
    content_type: str | None, start: bytes, wanted: ResponseType, expected: Rendering
) -> None:
    """Statements 51, 53 and 54."""
    assert rendering_of(parse_media_type(content_type), start, wanted) is expected


def test_text_is_told_from_binary() -> None:
    assert looks_binary(b"\x1f\x8b\x08\x00")
    assert looks_binary(b"PK\x03\x04\x14\x00\x08")
    assert not looks_binary(b"BMX is a sport")
    assert not looks_binary("é\n".encode())
    assert not looks_binary("a".encode("utf-16"))
    assert not looks_binary("a".encode("utf-16-le"), "UTF-16LE")


def test_binary_formats_have_names() -> None:
    assert binary_format(PNG) == "PNG"
    assert binary_format(b"RIFF\x00\x00\x00\x00WEBPVP8 ") == "WebP"
    assert binary_format(b"%PDF-1.7\n") == "PDF"
    assert binary_format(b"hello") is None


def test_text_that_is_not_what_was_wished_is_still_recognised() -> None:
    assert text_rendering(MediaType("text/html"), b"<p>") is Rendering.HTML
    assert text_rendering(MediaType(), b"hello") is Rendering.TEXT
