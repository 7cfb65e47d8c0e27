"""Options that a folder or collection hands down, on the wire (storage.md, reserved variables)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.helpers.raw_server import RawServer, answering, response
from tests.helpers.tls_server import Authority, tls_server

BUSY = response(b"busy", status="503 Service Unavailable")


def collection(place: Path, url: str, *, top: str = "", folder: str = "", own: str = "") -> str:
    """Write a collection with a folder and a request in it; return the request's path."""
    (place / "F").mkdir(parents=True)
    texts = {
        "opencollection.yml": f"opencollection: 1.0.0\ninfo: {{name: C}}\n{top}",
        "F/folder.yml": f"info: {{name: F, type: folder}}\n{folder}",
        "F/r.yml": f"info: {{name: R, type: http}}\nhttp: {{method: GET, url: '{url}'}}\n{own}",
    }
    for name, text in texts.items():
        (place / name).write_text(text)
    return str(place / "F" / "r.yml")


def handed_down(**values: str) -> str:
    """Return the block of a folder or collection with these reserved variables."""
    return f"request:\n{_rows(values)}"


def own(**values: str) -> str:
    """Return the block of a request with these reserved variables."""
    return f"runtime:\n{_rows(values)}"


def _rows(values: dict[str, str]) -> str:
    rows = "".join(
        f"    - {{name: httpdesk.{name.replace('_', '.')}, value: '{value}'}}\n"
        for name, value in values.items()
    )
    return f"  variables:\n{rows}"


@pytest.mark.parametrize(
    ("says", "sends"),
    [
        (("", handed_down(retry_max="2"), ""), 3),
        ((handed_down(retry_max="2"), "", ""), 3),
        ((handed_down(retry_max="2"), handed_down(retry_max="1"), ""), 2),
        # A default that is stated counts against what is handed down.
        ((handed_down(retry_max="2"), handed_down(retry_max="0"), ""), 1),
        (("", handed_down(retry_max="2"), own(retry_max="0")), 1),
        (("", handed_down(retry_max="2"), own(retry_max="1")), 2),
        (("", handed_down(retry_max="many"), ""), 1),
    ],
)
def test_the_innermost_level_that_says_it_decides_how_often(
    cli: Cli, tmp_path: Path, says: tuple[str, str, str], sends: int
) -> None:
    """Statement 60 for a whole folder: its Max Retry Count holds for the request in it."""
    with RawServer(answering(BUSY)) as server:
        url = f"http://127.0.0.1:{server.port}/"
        top, folder, request = says
        path = collection(tmp_path / "c", url, top=top, folder=folder, own=request)
        assert cli("send", path).status == 1
    assert len(server.requests) == sends


def test_the_command_line_says_otherwise(cli: Cli, tmp_path: Path) -> None:
    """Statement 60: what is typed counts, also where it is the default."""
    with RawServer(answering(BUSY)) as server:
        url = f"http://127.0.0.1:{server.port}/"
        path = collection(tmp_path / "c", url, folder=handed_down(retry_max="2"))
        assert cli("send", path, "--max-retries", "0").status == 1
    assert len(server.requests) == 1


def test_redirects_success_and_the_kind_of_answer(cli: Cli, tmp_path: Path) -> None:
    """Statements 17, 30 and 52: settings of the format and reserved variables hand down alike."""
    found = response(b"", "Location: /elsewhere", status="302 Found")
    settings = "  settings: {http: {followRedirects: false}}\n"
    says = handed_down(success="302", response_type="text") + settings
    with RawServer(answering(found)) as server:
        path = collection(tmp_path / "c", f"http://127.0.0.1:{server.port}/", folder=says)
        result = cli("send", path, "--json")
    assert result.status == 0
    assert json.loads(result.out)["response"]["status_code"] == 302
    assert len(server.requests) == 1
    assert b"Accept: application/json" not in server.requests[0]


def test_a_folder_without_a_limit_of_its_own_takes_that_of_the_collection(
    cli: Cli, tmp_path: Path
) -> None:
    """Statement 67: the timeout of the collection's settings ends the send."""
    top = "request:\n  settings: {http: {timeout: 150}}\n"
    with RawServer(lambda peer: peer.wait_until_gone()) as server:
        path = collection(tmp_path / "c", f"http://127.0.0.1:{server.port}/", top=top)
        result = cli("send", path)
    assert result.status != 0
    assert "150 ms" in result.err or "0.15 s" in result.err


def test_certificate_errors_are_ignored_in_one_folder_only(cli: Cli, tmp_path: Path) -> None:
    """storage.md: "ignore certificate errors" for the requests of one folder."""
    says = handed_down(**{"tls_ignore-errors": "true"})
    with tls_server(Authority(tmp_path).context("localhost")) as server:
        url = f"https://localhost:{server.port}/"
        inside = collection(tmp_path / "in", url, folder=says)
        outside = collection(tmp_path / "out", url)
        assert cli("send", inside).status == 0
        assert cli("send", outside).status != 0


def test_certificate_errors_are_ignored_in_one_environment_only(cli: Cli, tmp_path: Path) -> None:
    """storage.md: "ignore certificate errors" only in `local`; a folder in it has the last word."""
    row = "  - {name: httpdesk.tls.ignore-errors, value: 'true'}\n"
    with tls_server(Authority(tmp_path).context("localhost")) as server:
        path = collection(tmp_path / "c", f"https://localhost:{server.port}/")
        environments = tmp_path / "c" / "environments"
        environments.mkdir()
        (environments / "local.yml").write_text(f"name: local\nvariables:\n{row}")
        (environments / "live.yml").write_text("name: live\n")
        assert cli("send", path, "--env", "local").status == 0
        assert cli("send", path, "--env", "live").status != 0
        assert cli("send", path).status != 0
        (tmp_path / "c" / "F" / "folder.yml").write_text(
            f"info: {{name: F, type: folder}}\n{handed_down(**{'tls_ignore-errors': 'false'})}"
        )
        assert cli("send", path, "--env", "local").status != 0
