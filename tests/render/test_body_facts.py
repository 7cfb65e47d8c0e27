"""What is known of bytes without a view."""

from __future__ import annotations

import hashlib
import io
import wave
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpdesk.render.body_facts import body_facts
from httpdesk.render.content_type import binary_format
from httpdesk.render.outside_ending import outside_ending
from httpdesk.render.rows import Stopped
from tests.render.test_transcode import spooled


def sound() -> bytes:
    """Return two seconds of silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(2)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(bytes(2 * 2 * 16000))
    return out.getvalue()


def film(scale: int, length: int) -> bytes:
    """Return an MP4 without any picture."""
    header = bytes(12) + scale.to_bytes(4, "big") + length.to_bytes(4, "big") + bytes(80)
    movie = (len(header) + 8).to_bytes(4, "big") + b"mvhd" + header
    return (
        b"\x00\x00\x00\x10ftypisom\x00\x00\x00\x00"
        b"\x00\x00\x00\x08free" + (len(movie) + 8).to_bytes(4, "big") + b"moov" + movie
    )


def archive() -> bytes:
    """Return a ZIP with two files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        written.writestr("a.txt", "a")
        written.writestr("b.txt", "b")
    return out.getvalue()


def test_the_hash_is_of_all_bytes() -> None:
    """Statement 54."""
    data = bytes(range(256)) * 10_000
    facts = body_facts(spooled(data), "")
    assert (facts.size, facts.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_a_pdf_tells_its_version_and_pages() -> None:
    pdf = b"%PDF-1.7\n%\xe2\xe3\n" + b"x" * 200_000 + b"<</Type/Pages/Kids[1 0 R]/Count 12>>\n%%EOF"
    facts = body_facts(spooled(pdf), binary_format(pdf) or "")
    assert (facts.version, facts.pages) == ("1.7", 12)
    assert not facts.encrypted
    locked = pdf + b"trailer <</Size 9 /Encrypt 8 0 R /Root 1 0 R>>"
    assert body_facts(spooled(locked), "PDF").encrypted
    linear = b"%PDF-1.4\n1 0 obj<</Linearized 1/L 99/N 3/T 1>>"
    assert body_facts(spooled(linear), "PDF").pages == 3


def test_sounds_and_films_tell_how_long_they_are() -> None:
    facts = body_facts(spooled(sound()), binary_format(sound()) or "")
    assert (facts.seconds, facts.details) == (2, ("8,000 Hz", "2 channels"))
    data = film(600, 37_200)
    assert body_facts(spooled(data), binary_format(data) or "").seconds == 62
    packed = (44_100 << 44) | (1 << 41) | 441_000
    flac = b"fLaC\x00\x00\x00\x22" + bytes(10) + packed.to_bytes(8, "big")
    assert body_facts(spooled(flac), binary_format(flac) or "").seconds == 10


def test_an_archive_tells_how_many_files_it_has() -> None:
    assert body_facts(spooled(archive()), binary_format(archive()) or "").entries == 2


@given(st.binary(max_size=80), st.sampled_from(["PDF", "ZIP", "WAV", "FLAC", "MP4"]))
def test_any_bytes_have_facts(data: bytes, name: str) -> None:
    heads = {"WAV": b"RIFF\0\0\0\0WAVEfmt ", "MP4": b"\0\0\0\x10ftyp\0\0\0\0\0\0\0\0"}
    assert body_facts(spooled(heads.get(name, b"") + data), name).seconds >= 0


def test_boxes_without_end_are_left() -> None:
    loop = b"\x00\x00\x00\x08free" * 5000
    assert body_facts(spooled(loop), "MP4").seconds == 0


@pytest.mark.parametrize(
    ("start", "essence", "ending"),
    [
        (b"%PDF-1.7", "application/x-msdownload", ".pdf"),
        (b"MZ\x90\x00", "application/pdf", ""),
        (b"\x7fELF", "image/png", ""),
        (b"#!/bin/sh\n", "application/zip", ""),
        (b"PK\x03\x04", "application/java-archive", ".zip"),
        (
            b"PK\x03\x04",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ".xlsx",
        ),
        (b"PK\x03\x04", "application/vnd.ms-excel.sheet.macroenabled.12", ".zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword", ""),
    ],
)
def test_what_could_run_is_given_to_nobody(start: bytes, essence: str, ending: str) -> None:
    """The bytes decide, never the name or type that the server gives."""
    assert outside_ending(binary_format(start) or "", essence) == ending


def test_a_body_that_is_given_back_stops_the_work() -> None:
    body = spooled(b"abc")
    body.close()
    with pytest.raises(Stopped):
        body_facts(body, "")
