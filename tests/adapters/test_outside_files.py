"""Copies of bodies for other programs."""

from __future__ import annotations

import stat
import tempfile
from pathlib import Path

import pytest

from httpdesk.adapters.outside_files import OutsideFiles
from httpdesk.engine.cancel import CancelToken
from httpdesk.model.errors import FileUnwritable


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep temporary files where the test can count them."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_copy_is_for_its_owner_only_and_goes_at_the_end(place: Path) -> None:
    files = OutsideFiles()
    first = Path(files.put("a.pdf", iter((b"%PDF", b"-1.7")), CancelToken()))
    second = Path(files.put("a.pdf", iter((b"x",)), CancelToken()))
    assert first != second
    assert first.name == second.name == "a.pdf"
    assert first.read_bytes() == b"%PDF-1.7"
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    files.close()
    assert list(place.iterdir()) == []


def test_a_cancelled_copy_leaves_nothing(place: Path) -> None:
    files, cancel = OutsideFiles(), CancelToken()
    cancel.cancel()
    assert files.put("a.pdf", iter((b"x",)), cancel) == ""
    assert not [path for path in place.rglob("*") if path.is_file()]


def test_a_folder_that_cannot_be_made_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(place / "gone"))
    with pytest.raises(FileUnwritable):
        OutsideFiles().put("a.pdf", iter((b"x",)), CancelToken())
