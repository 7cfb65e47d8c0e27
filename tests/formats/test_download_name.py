"""The names that servers propose for a file, 40 hostile ones among them (quality.md, row 27)."""

from __future__ import annotations

import ntpath
import os
import posixpath
import time
import unicodedata
from pathlib import Path

import pytest

from httpdesk.formats.download_name import suggested_file_name
from httpdesk.formats.portable_names import is_portable

URL = "http://h/files/report?x=1"


def named(disposition: str, url: str = URL, kind: str = "") -> str:
    headers = [("Content-Disposition", disposition), ("Content-Type", kind)]
    return suggested_file_name(headers, url)


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="plans.pdf"', "plans.pdf"),
        ("attachment; filename=plans.pdf", "plans.pdf"),
        ("ATTACHMENT; FILENAME=plans.pdf", "plans.pdf"),
        ('attachment; filename = "plans.pdf" ', "plans.pdf"),
        ('inline; filename="a;b=c.txt"; size=3', "a;b=c.txt"),
        (r'attachment; filename="a\"b.txt"', "a-b.txt"),
        ('attachment; filename="x.txt"; filename="y.txt"', "x.txt"),
        ("attachment; filename*=UTF-8''%e2%82%ac%20rates.csv", "€ rates.csv"),
        ("attachment; filename*=utf-8'en'na%C3%AFve.txt", "naïve.txt"),
        ("attachment; filename*=ISO-8859-1''na%EFve.txt", "naïve.txt"),
        ("attachment; filename=\"a.txt\"; filename*=UTF-8''b.txt", "b.txt"),
        ("attachment; filename*=UTF-8''b.txt; filename=\"a.txt\"", "b.txt"),
        ("attachment; filename=a.txt; filename*=UTF-8''%ff.txt", "a.txt"),
        ("attachment; filename=a.txt; filename*=EBCDIC''b.txt", "a.txt"),
        ("attachment; filename=a.txt; filename*=broken", "a.txt"),
        ('attachment; filename="Größe.txt"', "Größe.txt"),
        ('attachment; filename="unclosed.txt', "unclosed.txt"),
    ],
)
def test_the_header_names_the_file(disposition: str, name: str) -> None:
    """Statement 54: the name comes from Content-Disposition, filename* first (RFC 6266)."""
    assert named(disposition) == name


@pytest.mark.parametrize(
    ("url", "kind", "name"),
    [
        ("http://h/files/a%20b.tar.gz?q=/c.txt", "", "a b.tar.gz"),
        ("http://h/orders", "application/json; charset=utf-8", "orders.json"),
        ("http://h/orders", "application/problem+json", "orders.json"),
        ("http://h/v1.2", "text/html", "v1.2.html"),
        ("http://h/", "text/plain", "response.txt"),
        ("http://h", "", "response"),
        ("http://h/environments", "application/json", "environments.json"),
        ("http://h/a/..%2f..%2fetc%2fpasswd", "", "passwd"),
        ("http://h/stream", "application/x-ndjson", "stream.ndjson"),
        ("http://h/photo", "image/jpeg", "photo.jpg"),
        ("http://h/data.bin", "application/octet-stream", "data.bin"),
        ("http://h/feed", "application/octet-stream", "feed"),
        ("http://[bad/x", "", "response"),
    ],
)
def test_without_the_header_the_url_names_it(url: str, kind: str, name: str) -> None:
    """Statement 54: else the URL; an ending by the media type where it has none."""
    assert suggested_file_name([("Content-Type", kind)], url) == name


HOSTILE = (
    *("../../etc/passwd", "..", ".", "/", "\\", "", " ", "...", "/etc/cron.d/job"),
    *("..\\..\\Windows\\win.ini", "C:\\Windows\\x.dll", "C:x.txt", "\\\\host\\share\\x"),
    *("CON", "con.txt", "NUL .txt", "aux.tar.gz", "COM1", "lpt9.log", "COM¹.txt", "CONIN$"),
    *("a.txt.", "a.txt ", " a.txt", "a.txt . .", ".htaccess", "-rf", "~root"),
    *("a\0b.txt", "a\nb.txt", "a\x1b[31mb.txt", "a\x7fb", "a\u2028b.txt"),
    *("a\u202etxt.exe", "\u2066x\u2069.sh", "\ufeffa.txt", "a\u200bb.txt", "\ud800.txt"),
    *("x" * 300 + ".txt", "é" * 200 + ".json", "😀" * 100, "a." + "b" * 300),
    *('a<b>c:"d|e?f*.txt', "a:stream.txt", "%2e%2e%2fx", "file:///etc/passwd", "e\u0301.txt"),
)


@pytest.mark.parametrize("proposed", HOSTILE)
@pytest.mark.parametrize("system", ["linux", "macos", "windows"])
def test_a_hostile_name_stays_in_the_folder(proposed: str, system: str, tmp_path: Path) -> None:
    """Statement 54: no folders; the name is a plain file of the folder on each system."""
    quoted = proposed.replace("\\", "\\\\").replace('"', '\\"')
    name = named(f'attachment; filename="{quoted}"')
    assert is_portable(name)
    assert len(name.encode()) + len(".part") <= 255
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Cs"} for char in name)
    assert not name.startswith((".", "-", "~"))
    paths = ntpath if system == "windows" else posixpath
    folder = "C:\\Downloads" if system == "windows" else "/downloads"
    joined = paths.normpath(paths.join(folder, name))
    assert paths.dirname(joined) == folder
    assert paths.splitdrive(name)[0] == ""
    if system == "macos":
        assert unicodedata.is_normalized("NFC", name)
    if system == "linux":
        (tmp_path / name).write_bytes(b"")
        assert os.listdir(tmp_path) == [name]


def test_there_are_enough_hostile_names() -> None:
    assert len(set(HOSTILE)) >= 40


@pytest.mark.parametrize("name", [" " * 60_000, "a" * 60_000, " ." * 30_000, "a" + " " * 60_000])
def test_a_long_name_takes_no_time(name: str) -> None:
    """Statement 54: it is asked for on the thread of the window."""
    began = time.process_time()
    found = suggested_file_name((("Content-Disposition", f'x; filename="{name}b"'),), "")
    assert time.process_time() - began < 0.5
    assert 0 < len(found) < 256
