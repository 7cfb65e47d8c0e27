"""Files with conflict markers: what each side says, and what is refused."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from httpdesk.formats import opencollection
from httpdesk.formats.conflict_markers import NOT_FITTING, read_sides, resolve, split
from httpdesk.model.errors import FileNotUnderstood

BASE = b"""info:
  name: List # kept
  type: http
http:
  method: GET
  url: http://h/list
runtime:
  scripts:
    - type: before-request
      code: one()
"""
MINE = BASE.replace(b"h/list", b"h/mine")
THEIRS = BASE.replace(b"h/list", b"h/theirs").replace(b"GET", b"PUT")


def conflict(tmp_path: Path, style: str, base: bytes, mine: bytes, theirs: bytes) -> bytes:
    """Return what git makes of three versions."""
    names = {"mine": mine, "base": base, "theirs": theirs}
    for name, data in names.items():
        (tmp_path / name).write_bytes(data)
    options = [f"--{style}"] if style != "merge" else []
    git = ["git", "merge-file", "-p", *options, *names]
    return subprocess.run(git, cwd=tmp_path, capture_output=True, check=False).stdout


@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_both_sides_of_gits_styles_are_read(tmp_path: Path, style: str, newline: bytes) -> None:
    """quality.md row 34."""
    base, mine, theirs = (each.replace(b"\n", newline) for each in (BASE, MINE, THEIRS))
    data = conflict(tmp_path, style, base, mine, theirs)
    assert b"<<<<<<<" in data
    sides = split(data)
    assert (sides.mine, sides.theirs) == (mine, theirs)
    assert (sides.mine_name, sides.theirs_name) == ("mine", "theirs")
    # zdiff3 leaves out of the base what both sides say alike.
    assert sides.base == (None if style == "merge" else base)


def test_the_requests_of_both_sides_are_read(tmp_path: Path) -> None:
    sides = read_sides(conflict(tmp_path, "diff3", BASE, MINE, THEIRS), "a.yml", "a", "digest")
    assert sides.base == opencollection.read_request(BASE)
    assert (sides.mine.url, sides.theirs.url) == ("http://h/mine", "http://h/theirs")
    assert (sides.theirs.method, sides.digest) == ("PUT", "digest")
    assert not sides.differ_elsewhere


def test_what_a_request_does_not_hold_is_noticed(tmp_path: Path) -> None:
    theirs = THEIRS.replace(b"one()", b"two()")
    data = conflict(tmp_path, "merge", BASE, MINE.replace(b"one()", b"three()"), theirs)
    sides = read_sides(data, "a.yml", "a", "digest")
    assert sides.differ_elsewhere


def test_a_resolved_file_keeps_all_that_is_not_the_requests(tmp_path: Path) -> None:
    data = conflict(tmp_path, "merge", BASE, MINE, THEIRS)
    theirs = read_sides(data, "a.yml", "a", "").theirs
    assert resolve(data, theirs, "a.yml", "a") == THEIRS


@pytest.mark.parametrize(
    "data",
    [
        b"<<<<<<< a\nx\n",
        b"<<<<<<< a\nx\n=======\ny\n",
        b"<<<<<<< a\n<<<<<<< b\n=======\n>>>>>>> c\n",
        b"x\n>>>>>>> c\n",
        b"<<<<<<< a\n>>>>>>> c\n",
        b"no markers\n",
    ],
)
def test_markers_that_do_not_fit_are_refused(data: bytes) -> None:
    with pytest.raises(FileNotUnderstood) as caught:
        split(data, "a.yml")
    assert caught.value.reason == NOT_FITTING


def test_a_line_of_equals_signs_outside_of_a_conflict_is_text() -> None:
    sides = split(b"=======\n<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n")
    assert (sides.mine, sides.theirs) == (b"=======\n1\n", b"=======\n2\n")


def test_a_side_that_is_no_request_is_refused() -> None:
    with pytest.raises(FileNotUnderstood):
        read_sides(b"<<<<<<< a\n[\n=======\n]\n>>>>>>> b\n", "a.yml", "a", "")
