"""The composition root: what the words lead to, and a start on a computer that is not well."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from httpdesk.app import main
from httpdesk.model.settings import Settings
from httpdesk.wiring import cli_ports, window_ports
from tests.helpers.raw_server import RawServer, answering, response


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"HTTPDESK_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, "-m", "httpdesk", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--wrong"], "unknown option --wrong"),
        (["no-such-folder"], "no-such-folder is not a folder"),
        ([".", "."], "one folder only"),
    ],
)
def test_wrong_words_are_told_and_open_nothing(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"httpdesk: {told}. See httpdesk --help.\n"


def test_tls_keys_are_written_nowhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """security.md 1: whoever sets this variable would read every secret."""
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    assert main(["--version"]) == 0
    assert "SSLKEYLOGFILE" not in os.environ
    assert capsys.readouterr().out


def test_ports_are_made_when_they_are_used_and_not_before(httpdesk_home: Path) -> None:
    ports = window_ports()
    assert ports.settings == Settings()
    made = (ports.collections.made, ports.drafts.made, ports.transport.made)
    assert (*made, ports.sample_server.made) == (None,) * 4
    assert not (httpdesk_home / "data").exists()
    assert ports.drafts() is ports.drafts()
    ports.drafts().close()


def test_settings_that_are_damaged_are_set_aside_and_told(httpdesk_home: Path) -> None:
    """quality.md row 33."""
    config = httpdesk_home / "config"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text("theme = [dark")
    ports = window_ports()
    assert ports.settings == Settings()
    kept = [path.name for path in config.iterdir()]
    assert len(kept) == 1
    assert kept[0].startswith("settings.damaged-")
    assert len(ports.notices()) == 1


def test_a_home_that_cannot_be_written_stops_neither_face(tmp_path: Path) -> None:
    """A window without a memory is better than none; sending needs no folder of ours."""
    home = tmp_path / "home"
    home.write_text("a file where a folder should be")
    window = run(home, "--quit-when-ready")
    assert (window.returncode, window.stderr) == (0, "")
    with RawServer(answering(response(b"sent"))) as server:
        sent = run(home, "send", "GET", f"http://127.0.0.1:{server.port}/")
    assert (sent.returncode, sent.stdout, sent.stderr) == (0, "sent", "")
    assert home.read_text() == "a file where a folder should be"


def test_the_command_line_has_the_environment_and_no_window(httpdesk_home: Path) -> None:
    ports = cli_ports()
    assert ports.environ is os.environ
    assert ports.clock.now().tzinfo is not None
