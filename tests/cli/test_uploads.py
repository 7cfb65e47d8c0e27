"""Forms, files and GraphQL from the command line (statements 43 to 50)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from httpdesk.formats.opencollection import new_request
from httpdesk.model.request import FormPart, MultipartBody, PartKind, Request
from tests.cli.conftest import Cli, Result


def echoed(result: Result) -> Any:
    assert result.status == 0, result.err
    return json.loads(result.out)


def test_rows_and_files_make_a_form(cli: Cli, sample: str, tmp_path: Path) -> None:
    """Statements 43 to 45: rows first, each in order, names and types as told."""
    path = tmp_path / "a;b.bin"
    path.write_bytes(bytes(range(256)))
    words = ["--file", f"doc=@{path};type=text/x; a=1;filename=c.pdf", "--file", f"doc=@{path}"]
    told = echoed(cli("send", f"{sample}/echo", *words, "--form", "n=1", "--form", "n=a=b;c"))
    assert told["method"] == "POST"
    assert [(each["name"], each["value"]) for each in told["form"]] == [("n", "1"), ("n", "a=b;c")]
    assert [each["filename"] for each in told["files"]] == ["c.pdf", "a;b.bin"]
    assert [each["size"] for each in told["files"]] == [256, 256]


def test_data_from_a_file_is_its_bytes(cli: Cli, sample: str, tmp_path: Path) -> None:
    data = b"\xff\x00 {{not}} a variable\r\n"
    (tmp_path / "a.png").write_bytes(data)
    told = echoed(cli("send", f"{sample}/echo", "-d", f"@{tmp_path / 'a.png'}"))
    assert told["body"]["size"] == len(data)
    kinds = [each["value"] for each in told["headers"] if each["name"] == "Content-Type"]
    assert kinds == ["image/png"]


def test_graphql(cli: Cli, sample: str, tmp_path: Path) -> None:
    (tmp_path / "vars.json").write_text('{"id": 1.10}')
    words = ("--body-type", "graphql", "-d", "{ a }", "--variables", f"@{tmp_path / 'vars.json'}")
    told = echoed(cli("send", f"{sample}/echo", *words))
    assert told["body"]["text"] == '{"query":"{ a }","variables":{"id": 1.10}}'
    result = cli("send", f"{sample}/echo", *words[:-1], '{"a": }')
    assert result.status == 2
    assert "line 1, column 7" in result.err


def test_a_request_file_finds_its_files_in_its_folder(
    cli: Cli, sample: str, tmp_path: Path
) -> None:
    """storage.md: relative paths start at the collection's folder and stay in it."""
    parts = (FormPart("doc", "files/a.txt", PartKind.FILE), FormPart("n", "1"))
    request = Request("Up", "POST", f"{sample}/echo", body=MultipartBody(parts))
    (tmp_path / "up.yml").write_bytes(new_request(request))
    missing = cli("send", str(tmp_path / "up.yml"))
    assert missing.status == 4
    assert "form row 1, 'doc', files/a.txt cannot be read: it was not found." in missing.err
    assert "Nothing was sent." in missing.err
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_bytes(b"abc")
    told = echoed(cli("send", str(tmp_path / "up.yml"), "--form", "n=2"))
    assert (told["form"][0]["value"], told["files"][0]["size"]) == ("2", 3)
    outside = (FormPart("doc", "../a.txt", PartKind.FILE),)
    bad = new_request(Request("Up", "POST", f"{sample}/echo", body=MultipartBody(outside)))
    (tmp_path / "up.yml").write_bytes(bad)
    assert "may not leave" in cli("send", str(tmp_path / "up.yml")).err


@pytest.mark.parametrize(
    "words",
    [
        ("--file", "a=b"),
        ("--file", "=@b"),
        ("--form", "a"),
        ("--form", "a=1", "-d", "x"),
        ("--form", "a=1", "--body-type", "json"),
        ("--variables", "{}"),
        ("--body-type", "file", "-d", "text"),
    ],
)
def test_wrong_words_are_told(cli: Cli, words: tuple[str, ...]) -> None:
    """Statement 50: data and form rows are not both a body."""
    result = cli("send", "http://127.0.0.1:1/", *words)
    assert result.status == 2
    assert "httpdesk send --help" in result.err


def test_a_report_hides_secrets_of_a_form(cli: Cli, sample: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"abc")
    words = ("--form", "password={{PW}}", "--file", f"f=@{tmp_path / 'a.txt'}", "--json")
    result = cli("send", f"{sample}/echo", *words, HTTPDESK_SECRET_PW="planted-secret")
    assert b"planted-secret" not in result.out
    body = json.loads(result.out)["request"]["body"]
    assert [part["name"] for part in body["parts"]] == ["password", "f"]
    assert (body["parts"][1]["file_name"], body["parts"][1]["size"]) == ("a.txt", 3)
