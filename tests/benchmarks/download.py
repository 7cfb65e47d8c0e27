"""P4: a large body into the spool, against `curl -o`: time and memory."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.measure import ROUNDS, Row, interleaved, median, server_process

NAME = "download"
TARGETS = "P4: at most 1.0 x curl -o, peak memory at most 16 MB more"
MEBIBYTE = 1024 * 1024
ALLOWED_MEMORY = 16.0


def run(smoke: bool) -> list[Row]:
    """Return seconds for one body, and the memory that it took."""
    program = shutil.which("curl")
    size = (20 if smoke else 200) * 1000 * 1000
    with server_process() as port, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"http://127.0.0.1:{port}/{size}"
        memory: list[float] = []
        cases = {"engine to spool": lambda: _ours(url, size, folder, memory)}
        if program is not None:
            cases = {"curl -o": lambda: _curl(program, url, folder), **cases}
        results = interleaved(cases, 2 if smoke else ROUNDS)
    anchor = median(results["curl -o"]) if program is not None else None
    rows = [_row(name, values, size, anchor) for name, values in results.items()]
    note = "over a process that has sent a small request"
    rows.append(Row("peak memory", median(memory), "MB more", reach=ALLOWED_MEMORY, note=note))
    return rows


def _row(name: str, values: list[float], size: int, anchor: float | None) -> Row:
    middle = median(values)
    ratio = None if anchor is None else middle / anchor
    reach = 1.0 if name.startswith("engine") and anchor is not None else None
    return Row(name, middle, "s", ratio, reach, f"{size / middle / 1e6:.0f} MB/s")


def _curl(program: str, url: str, folder: Path) -> float:
    target = folder / "curl.bin"
    started = time.perf_counter()
    subprocess.run([program, "-s", "-o", str(target), url], check=True)
    elapsed = time.perf_counter() - started
    target.unlink()
    return elapsed


def _ours(url: str, size: int, folder: Path, memory: list[float]) -> float:
    """Download in a fresh process, or the memory of the rounds before would hide this one's."""
    command = [sys.executable, "-m", "tests.benchmarks.download", url, str(size), str(folder)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    elapsed, more = output.split()
    memory.append(float(more))
    return float(elapsed)


def _download(url: str, size: int, folder: Path) -> tuple[float, float]:
    """Return the seconds of one download and the megabytes that the process grew by."""
    from httpdesk.adapters.clock import SystemClock
    from httpdesk.adapters.requests_transport import RequestsTransport
    from httpdesk.engine.cancel import CancelToken
    from httpdesk.engine.ports import Progress
    from httpdesk.engine.send import SendContext, send
    from httpdesk.model.request import Options, Request
    from tests.benchmarks.measure import peak_memory

    context = SendContext(RequestsTransport(folder), SystemClock())
    small = Request(url=url.rpartition("/")[0] + "/1")
    large = Request(url=url, options=Options(timeout_ms=600_000))
    send(small, context, CancelToken(), Progress())
    before = peak_memory()
    started = time.perf_counter()
    exchange = send(large, context, CancelToken(), Progress())
    elapsed = time.perf_counter() - started
    assert exchange.response is not None
    assert exchange.response.body.size == size
    return elapsed, (peak_memory() - before) / MEBIBYTE


if __name__ == "__main__":
    sys.stdout.write("{} {}".format(*_download(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))))
