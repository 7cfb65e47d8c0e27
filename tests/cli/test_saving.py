"""Bodies that are saved: their names, older files, and the rest of a cut download."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.helpers.range_server import DATE, RangeServer
from tests.helpers.raw_server import RawServer, answering, response

DATA = bytes(range(256)) * 400
YESTERDAY = "Sat, 21 Nov 2026 08:00:00 GMT"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the working directory, an empty one."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def url_of(server: RawServer, path: str = "/file.bin") -> str:
    return f"http://127.0.0.1:{server.port}{path}"


# --- names ---------------------------------------------------------------------------------------


def test_the_server_names_the_file(cli: Cli, here: Path) -> None:
    """Statement 54: the name comes from Content-Disposition."""
    header = "Content-Disposition: attachment; filename=\"x\"; filename*=UTF-8''%e2%82%ac.csv"
    with RawServer(answering(response(b"1,2", header))) as server:
        result = cli("send", url_of(server), "-O")
    assert (result.status, result.out) == (0, b"")
    assert names(here) == ["€.csv"]
    assert "Saved to €.csv." in result.err


def test_else_the_url_names_it(cli: Cli, here: Path) -> None:
    """Statement 54: else the URL."""
    with RawServer(answering(response(b"{}", "Content-Type: application/json"))) as server:
        assert cli("send", url_of(server, "/a/orders?q=/x"), "--remote-name").status == 0
    assert names(here) == ["orders.json"]


def test_a_hostile_name_stays_here(cli: Cli, here: Path) -> None:
    """quality.md, row 27."""
    header = 'Content-Disposition: attachment; filename="../../evil/.profile"'
    with RawServer(answering(response(b"x", header))) as server:
        assert cli("send", url_of(server), "-O").status == 0
    assert names(here) == ["profile"]
    assert names(here.parent) == ["here"]


# --- older files ---------------------------------------------------------------------------------


def test_an_older_file_is_not_overwritten_and_nothing_is_sent(cli: Cli, here: Path) -> None:
    """quality.md, row 27: never overwrites silently."""
    (here / "a.bin").write_bytes(b"older")
    with RawServer(answering(response(b"new"))) as server:
        result = cli("send", url_of(server), "-o", "a.bin")
        assert (result.status, "a.bin is there already" in result.err) == (4, True)
        assert server.requests == []
        assert (here / "a.bin").read_bytes() == b"older"
        assert cli("send", url_of(server), "-o", "a.bin", "--force").status == 0
    assert (here / "a.bin").read_bytes() == b"new"
    assert names(here) == ["a.bin"]


def test_what_came_for_a_name_that_is_taken_is_kept(cli: Cli, here: Path) -> None:
    (here / "file.bin").write_bytes(b"older")
    with RawServer(answering(response(b"new"))) as server:
        result = cli("send", url_of(server), "-O")
        assert result.status == 4
        assert "--force" in result.err
        assert (here / "file.bin").read_bytes() == b"older"
        assert (here / "file.bin.part").read_bytes() == b"new"
        assert cli("send", url_of(server), "-O", "--force").status == 0
    assert (here / "file.bin").read_bytes() == b"new"


@pytest.mark.parametrize(
    "words",
    [
        ("-O", "-o", "x"),
        ("-C",),
        ("-C", "-o", "-"),
        ("-O", "--json"),
        ("-C", "-o", "x", "-i"),
        ("-O", "--full"),
    ],
)
def test_words_that_do_not_go_together(cli: Cli, here: Path, words: tuple[str, ...]) -> None:
    assert cli("send", "http://127.0.0.1:1/", *words).status == 2
    assert names(here) == []


# --- the rest of a download ----------------------------------------------------------------------


def cut(cli: Cli, server: RangeServer, after: int = 1000) -> None:
    """Download with `-o file.bin`, cut after some bytes."""
    server.cut_after = after
    result = cli("send", url_of(server), "-o", "file.bin")
    assert result.status == 3
    assert Path("file.bin.part").stat().st_size == after


def test_the_rest_is_asked_for_with_a_strong_validator(cli: Cli, here: Path) -> None:
    """RFC 9110 section 13.1.5: Range with If-Range; 206 with the right place continues."""
    with RangeServer(DATA) as server:
        cut(cli, server)
        result = cli("send", url_of(server), "-o", "file.bin", "-C")
    assert result.status == 0
    assert (here / "file.bin").read_bytes() == DATA
    assert names(here) == ["file.bin"]
    assert "with what was there" in result.err
    request = server.requests[1]
    assert b"\r\nRange: bytes=1000-\r\n" in request
    assert b'\r\nIf-Range: "v1"\r\n' in request
    assert b"\r\nAccept-Encoding: identity\r\n" in request


def test_cut_again_and_again(cli: Cli, here: Path) -> None:
    with RangeServer(DATA) as server:
        cut(cli, server)
        server.cut_after = 500
        result = cli("send", url_of(server), "-o", "file.bin", "-C")
        assert result.status == 3
        assert "holds 1.5 KB of 102 KB" in result.err
        assert cli("send", url_of(server), "-o", "file.bin", "-C").status == 0
    assert (here / "file.bin").read_bytes() == DATA


def test_another_version_begins_anew_and_says_so(cli: Cli, here: Path) -> None:
    with RangeServer(DATA) as server:
        cut(cli, server)
        server.data, server.tag = b"another", '"v2"'
        result = cli("send", url_of(server), "-o", "file.bin", "-C")
    assert result.status == 0
    assert "all of it came again" in result.err
    assert (here / "file.bin").read_bytes() == b"another"
    assert names(here) == ["file.bin"]


def test_a_server_without_ranges_begins_anew(cli: Cli, here: Path) -> None:
    with RangeServer(DATA, ranges=False) as server:
        cut(cli, server)
        assert cli("send", url_of(server), "-o", "file.bin", "-C").status == 0
    assert (here / "file.bin").read_bytes() == DATA


def test_416_says_that_the_part_is_the_whole(cli: Cli, here: Path) -> None:
    """RFC 9110 section 15.5.17."""
    with RangeServer(DATA) as server:
        cut(cli, server)
        facts = json.loads((here / "file.bin.part.json").read_text())
        (here / "file.bin.part").write_bytes(DATA)
        assert facts["total"] == len(DATA)
        assert cli("send", url_of(server), "-o", "file.bin", "-C").status == 0
    assert (here / "file.bin").read_bytes() == DATA
    assert names(here) == ["file.bin"]


def test_416_for_another_length_leaves_the_part_alone(cli: Cli, here: Path) -> None:
    with RangeServer(DATA) as server:
        cut(cli, server)
        server.data = DATA[:500]
        result = cli("send", url_of(server), "-o", "file.bin", "-C")
    assert result.status != 0
    assert "as it was" in result.err
    assert (here / "file.bin.part").read_bytes() == DATA[:1000]
    assert not (here / "file.bin").exists()


@pytest.mark.parametrize(
    "place", ["bytes 0-9/102400", "bytes 1000-102399/7", "items 1000-102399/102400", "nonsense"]
)
def test_a_part_that_was_not_asked_for_is_not_taken(
    cli: Cli, here: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = response(b"x" * 10, f"Content-Range: {place}", status="206 Partial Content")
    with RangeServer(DATA) as server:
        cut(cli, server)
        monkeypatch.setattr(server, "_answer", lambda _: (answer, b""))
        result = cli("send", url_of(server), "-o", "file.bin", "-C")
    assert result.status == 3
    assert (here / "file.bin.part").read_bytes() == DATA[:1000]


def test_the_rest_of_another_version_is_not_taken(
    cli: Cli, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that overlooks If-Range: its ETag tells."""
    rest = response(
        DATA[1000:],
        f"Content-Range: bytes 1000-{len(DATA) - 1}/{len(DATA)}",
        'ETag: "v2"',
        status="206 Partial Content",
    )
    with RangeServer(DATA) as server:
        cut(cli, server)
        monkeypatch.setattr(server, "_answer", lambda _: (rest, b""))
        result = cli("send", url_of(server), "-o", "file.bin", "-C")
    assert result.status == 3
    assert (here / "file.bin.part").read_bytes() == DATA[:1000]


@pytest.mark.parametrize(
    ("tag", "modified", "validator"),
    [
        ('"v1"', YESTERDAY, '"v1"'),
        ("", YESTERDAY, YESTERDAY),
        ('W/"v1"', YESTERDAY, None),
        ('W/"v1"', "", None),
        ("v1", "", None),
        ('"{{v1}}"', "", None),
        ("", DATE, None),
        ("", "yesterday", None),
        ("", "", None),
    ],
)
def test_only_a_strong_validator_is_remembered(
    cli: Cli, here: Path, tag: str, modified: str, validator: str | None
) -> None:
    """RFC 9110 sections 8.8.1 and 13.1.5: a weak one may stand for other bytes."""
    with RangeServer(DATA, tag=tag, modified=modified) as server:
        cut(cli, server)
        kept = here / "file.bin.part.json"
        assert kept.exists() is (validator is not None)
        if validator is not None:
            assert json.loads(kept.read_text())["validator"] == validator
        assert cli("send", url_of(server), "-o", "file.bin", "-C").status == 0
    assert (here / "file.bin").read_bytes() == DATA
    assert (b"\r\nRange: " in server.requests[1]) is (validator is not None)


def test_nothing_of_the_url_stands_in_the_file_beside(cli: Cli, here: Path) -> None:
    """R1: a URL may hold a secret, and secrets are in no files."""
    with RangeServer(DATA, cut_after=10) as server:
        cli("send", url_of(server, "/f?token=hunter2"), "-o", "file.bin")
    assert "hunter2" not in (here / "file.bin.part.json").read_text()
    assert "127.0.0.1" not in (here / "file.bin.part.json").read_text()


def test_the_part_of_another_url_is_not_gone_on_with(cli: Cli, here: Path) -> None:
    with RangeServer(DATA) as server:
        cut(cli, server)
        result = cli("send", url_of(server, "/other"), "-o", "file.bin", "-C")
    assert result.status == 3
    assert (here / "file.bin.part").read_bytes() == DATA[:1000]


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{", '{"source": 1}', '{"source": "a", "validator": ""}'),
        '{"source": "a", "validator": "{{secret}}"}',
    ],
)
def test_what_is_remembered_may_be_damaged(cli: Cli, here: Path, text: str) -> None:
    with RangeServer(DATA) as server:
        cut(cli, server)
        (here / "file.bin.part.json").write_text(text)
        assert cli("send", url_of(server), "-o", "file.bin", "-C").status == 0
    assert (here / "file.bin").read_bytes() == DATA


def test_decoded_bytes_are_no_part_of_what_the_server_has(cli: Cli, here: Path) -> None:
    import gzip

    data = gzip.compress(DATA)
    with RangeServer(data, headers=("Content-Encoding: gzip",), cut_after=len(data) - 20) as server:
        assert cli("send", url_of(server), "-o", "file.bin").status == 3
    assert not (here / "file.bin.part.json").exists()
