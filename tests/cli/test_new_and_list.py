"""`httpdesk new` and `httpdesk list`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.helpers.raw_server import RawServer, answering, response


def made(cli: Cli, *words: str) -> Path:
    ended = cli("new", *words)
    assert ended.status == 0, ended.err
    return Path(ended.out.decode().rstrip("\n"))


@pytest.fixture
def root(cli: Cli, tmp_path: Path) -> Path:
    return made(cli, "collection", str(tmp_path / "orders"), "Orders API")


def test_what_is_made_can_be_listed_and_sent(cli: Cli, root: Path) -> None:
    folder = made(cli, "folder", str(root), "Archive: 2026")
    with RawServer(answering(response(b"made"))) as server:
        url = f"http://127.0.0.1:{server.port}/orders"
        file = made(cli, "request", str(folder), "Create", "post", url)
        assert file == folder / "Create.yml"
        assert cli("send", str(file)).out == b"made"
    assert server.requests[0].startswith(b"POST /orders ")
    listed = cli("list", str(root)).out.decode()
    assert listed == "Archive: 2026/\n  POST    Create  (Archive 2026/Create.yml)\n"


def test_a_request_without_more_is_a_get(cli: Cli, root: Path) -> None:
    first, second = (made(cli, "request", str(root), "Same") for _ in range(2))
    assert (first.name, second.name) == ("Same.yml", "Same 2.yml")
    assert "method: GET" in first.read_text()


def test_as_json(cli: Cli, root: Path) -> None:
    made(
        cli, "request", str(made(cli, "folder", str(root), "Archive")), "A", "PUT", "http://u:p@h/"
    )
    data = json.loads(cli("list", str(root), "--json").out)
    assert data["name"] == "Orders API"
    (folder,) = data["items"]
    (item,) = folder["items"]
    assert (item["path"], item["method"]) == ("Archive/A.yml", "PUT")
    assert "u:p" not in item["url"]


def test_a_name_is_one_row_and_harmless(cli: Cli, root: Path) -> None:
    """security.md R7: neither an escape sequence nor a row that is none."""
    name = r'"a\e]0;title\x07\nDELETE  Forged  (x.yml)\u202e"'
    (root / "a.yml").write_text(f"info:\n  name: {name}\n  type: http\n")
    listed = cli("list", str(root)).out.decode()
    assert listed.count("\n") == 1
    assert listed.rstrip("\n").isprintable()
    (root / "environments").mkdir()
    (root / "environments" / "e.yml").write_text(
        f"name: {name}\nvariables:\n  - name: v\n    value: {name}\n"
    )
    for words in (("list",), ("show", "e")):
        shown = cli("env", *words, "--collection", str(root)).out.decode()
        assert shown.count("\n") == 1
        assert shown.rstrip("\n").isprintable()


def test_broken_files_are_named(cli: Cli, root: Path) -> None:
    (root / "bad.yml").write_text("info: [")
    ended = cli("list", str(root))
    assert (ended.status, ended.out) == (4, b"broken  bad  (bad.yml)\n")
    assert "bad.yml, line" in ended.err


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("thing", "f"),
        ("collection",),
        ("collection", "a", "b", "c"),
        ("folder", "f"),
        ("request", "f"),
        ("request", "f", " "),
        ("request", "f", "n", "m", "u", "x"),
    ],
)
def test_wrong_words(cli: Cli, words: tuple[str, ...]) -> None:
    ended = cli("new", *words)
    assert (ended.status, ended.out) == (2, b"")
    assert "See httpdesk new --help." in ended.err


def test_nothing_is_overwritten(cli: Cli, root: Path, tmp_path: Path) -> None:
    before = (root / "opencollection.yml").read_bytes()
    assert cli("new", "collection", str(root)).status == 4
    assert (root / "opencollection.yml").read_bytes() == before
    assert cli("new", "request", str(root), "A", "GE T", "http://h/").status == 2
    made(cli, "folder", str(root), "Archive")
    assert cli("new", "folder", str(root), "archive").status == 4
    assert cli("new", "folder", str(tmp_path), "x").status == 4
    assert cli("new", "folder", str(tmp_path / "none"), "x").status == 4


def test_without_a_word_it_is_the_folder_one_is_in(
    cli: Cli, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(cli, "request", str(root), "A")
    monkeypatch.chdir(root)
    assert cli("list").out == b"GET     A  (A.yml)\n"
