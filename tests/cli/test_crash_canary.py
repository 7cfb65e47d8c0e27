"""What the process tells when it breaks while secrets are in use (row 44 of quality.md, R6)."""

from __future__ import annotations

import base64
import io
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from httpdesk.adapters.chosen_secrets import ChosenSecrets
from httpdesk.cli.main import run
from httpdesk.cli.ports import CliPorts, Streams
from httpdesk.engine.known_secrets import KnownSecrets
from tests.helpers.raw_server import RawServer, RecordingPeer

SECRET = "cr4sh/CANARY+pw"
FORMS = (
    SECRET,
    quote(SECRET, safe=""),
    base64.b64encode(SECRET.encode()).decode(),
    base64.b64encode(f"jo:{SECRET}".encode()).decode(),
)
CONNECTION = """\
info: {{name: Shop, type: connection, id: x}}
baseUrl: http://127.0.0.1:{port}
auth: {{type: basic, username: jo}}
"""


def leaks(text: str) -> list[str]:
    return [each for each in FORMS if each in text]


@pytest.mark.parametrize("kept", [True, False])
def test_the_report_of_a_bug_holds_no_secret(ports: CliPorts, kept: bool) -> None:
    """One that was read from where it is kept, and one of the environment."""

    def broken() -> Any:
        value = SECRET
        if kept:
            places = ports.secrets()
            assert isinstance(places, ChosenSecrets)
            places.keep_for_session("connection x password", SECRET)
            value = str(places.read("connection x password"))
        raise LookupError(f"{value} {quote(value, safe='')} {FORMS[2]} {FORMS[3]}")

    world: dict[str, Any] = {name: getattr(ports, name) for name in ports.__slots__}
    environ = {} if kept else {"HTTPDESK_SECRET_SHOP_PASSWORD": SECRET}
    stderr = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    broken_ports = CliPorts(**world | {"transport": broken, "environ": environ})
    status = run(["send", "http://127.0.0.1:1/"], broken_ports, Streams(stdout, stderr, None))
    stderr.seek(0)
    report = stderr.read()
    assert status == 70
    assert "LookupError" in report
    # The whole of `jo:password` in base64 is a form that nothing was told of here.
    assert [each for each in leaks(report) if each != FORMS[3]] == []


def test_of_a_token_each_part_is_known() -> None:
    """A scope or an account is no secret, and stays readable."""
    known = KnownSecrets()
    known.note('{"access_token": "acc-CANARY", "refresh_token": "ref-CANARY", "scope": "orders"}')
    hidden = known.hide("acc-CANARY, ref-CANARY, orders")
    assert "CANARY" not in hidden
    assert hidden.endswith(", orders")


def test_threads_and_finalizers_report_without_secrets(tmp_path: Path) -> None:
    """Python writes those reports by itself, whoever catches what."""
    program = f"""
import threading
from httpdesk.adapters.process import hidden_in_reports
from httpdesk.engine.known_secrets import KnownSecrets

class Odd:
    def __del__(self):
        raise ValueError("finalizer {SECRET}")

def broken():
    raise ValueError("thread {SECRET}")

with hidden_in_reports(KnownSecrets([{SECRET!r}]).hide):
    thread = threading.Thread(target=broken)
    thread.start()
    thread.join()
    odd = Odd()
    del odd
    raise ValueError("main {SECRET}")
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    # The source of a line is shown with it, so the text is counted and not searched.
    told = [line for line in ended.stderr.splitlines() if line.startswith("ValueError")]
    assert [line.split()[1] for line in told] == ["thread", "finalizer", "main"]
    assert leaks("\n".join(told)) == []


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="needs Linux's /proc")
def test_a_killed_process_leaves_no_picture_of_its_memory(
    httpdesk_home: Path, tmp_path: Path
) -> None:
    """Neither its core, nor its words, nor what `ps` shows to everybody (T5 of security.md)."""
    arrived, seen = threading.Event(), list[bytes]()

    def serve(peer: RecordingPeer) -> None:
        seen.append(peer.read_request() or b"")
        arrived.set()
        peer.wait_until_gone()

    with RawServer(serve) as server:
        file = httpdesk_home / "config" / "connections" / "shop.yaml"
        file.parent.mkdir(parents=True)
        file.write_text(CONNECTION.format(port=server.port))
        words = ("send", "/orders", "--connection", "Shop", "--debug")
        program = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-m", "httpdesk", *words],
            env={**os.environ, "HTTPDESK_SECRET_SHOP_PASSWORD": SECRET},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert arrived.wait(20)
        proc = Path(f"/proc/{program.pid}")
        limits, shown = (proc / "limits").read_text(), (proc / "cmdline").read_text()
        program.send_signal(signal.SIGABRT)
        out, err = program.communicate(timeout=20)
    assert FORMS[3].encode() in seen[0]
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4] == "0"
    assert "Fatal Python error: Aborted" in err
    assert leaks(out + err + shown) == []
    assert list(tmp_path.iterdir()) == []
