"""Bombs and bodies without end in bounded memory (fault rows 4 and 6), measured from outside.

The client is a process of its own: what the server and the tests hold does not count.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.fault_server import fault_server
from tests.helpers.raw_server import RawServer, answering, response

MOST = 150 * 1024**2
"""Bytes over the base (quality.md: "memory under bombs")."""

CLIENT = """
import json, os, resource, sys
from pathlib import Path
from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress
from httpdesk.engine.send import SendContext, send
from httpdesk.model.request import Options, Request

spool, warm, port, timeout_ms = Path(sys.argv[1]), *map(int, sys.argv[2:])
context = SendContext(RequestsTransport(spool), SystemClock())

def ask(port):
    request = Request(url=f"http://127.0.0.1:{port}/", options=Options(timeout_ms=timeout_ms))
    return send(request, context, CancelToken(), Progress())

def peak():
    # Linux lets a new process begin with the peak of the one that started it.
    if os.path.exists("/proc/self/status"):
        lines = Path("/proc/self/status").read_text().splitlines()
        (line,) = [each for each in lines if each.startswith("VmHWM")]
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def spooled():
    folder = "/proc/self/fd"
    names = os.listdir(folder) if os.path.isdir(folder) else []
    links = [os.path.join(folder, name) for name in names]
    open_files = [os.readlink(link) for link in links if os.path.lexists(link)]
    return [str(path) for path in spool.glob("*")] + [x for x in open_files if str(spool) in x]

ask(warm).response.body.close()
base = peak()
exchange = ask(port)
growth = peak() - base
response = exchange.response
sizes = [body.size for body in (response.body, response.raw_body) if body is not None]
for body in (response.body, response.raw_body):
    if body is not None:
        body.close()
context.transport.close()
print(json.dumps({
    "growth": growth,
    "error": type(exchange.error).__name__,
    "status": response.status_code,
    "decoded": sizes[0],
    "left": spooled(),
}))
"""


def measure(tmp_path: Path, fault: str, timeout_ms: int) -> dict[str, Any]:
    """Return what the client said of one send to a fault."""
    with RawServer(answering(response(b"warm"))) as warm, fault_server(fault) as server:
        command = [sys.executable, "-c", CLIENT, str(tmp_path / "spool")]
        numbers = [str(warm.port), str(server.port), str(timeout_ms)]
        done = subprocess.run(
            [*command, *numbers], capture_output=True, text=True, timeout=50, check=False
        )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    sys.stdout.write(f"\n{fault}: {told['growth'] / 1024**2:.1f} MiB over the base\n")
    return told


@pytest.mark.parametrize(
    ("fault", "error", "status"),
    [
        ("gzip-bomb", "BodyTooLarge", 200),
        ("gzip-chain", "BodyTooLarge", 200),
        ("brotli-bomb", "BodyTooLarge", 200),
        ("zstd-bomb", "BodyTooLarge", 200),
        ("zstd-window", "UndecodableBody", 200),
        ("redirect-bomb", "NoneType", 200),
        ("redirect-endless-body", "NoneType", 200),
    ],
)
def test_a_bomb_takes_little_memory(tmp_path: Path, fault: str, error: str, status: int) -> None:
    """Row 4: below 150 MiB, and nothing is left on disk."""
    told = measure(tmp_path, fault, 20_000)
    assert (told["error"], told["status"]) == (error, status)
    assert told["growth"] < MOST
    assert told["left"] == []


def test_a_body_without_end_takes_little_memory(tmp_path: Path) -> None:
    """Row 6: "streamed to file, memory < 150 MiB, temp removed"."""
    told = measure(tmp_path, "endless-body", 700)
    assert told["error"] == "TimedOut"
    assert told["decoded"] > 16 * 1024**2
    assert told["growth"] < MOST
    assert told["left"] == []
