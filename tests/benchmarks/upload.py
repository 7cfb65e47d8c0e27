"""P5: a large file as a body and in a multipart form, against `curl`: time and memory."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.measure import Row, interleaved, median, server_process

NAME = "upload"
TARGETS = "P5: at most 1.5 x curl -T, peak memory at most 64 MB more"
MEBIBYTE = 1024 * 1024
ALLOWED_MEMORY = 64.0
ALLOWED_RATIO = 1.5


def run(smoke: bool) -> list[Row]:
    """Return seconds for one file as body and as part, and the memory that it took."""
    program = shutil.which("curl")
    size = 20 * MEBIBYTE if smoke else 1024 * MEBIBYTE
    with server_process() as port, tempfile.TemporaryDirectory() as name:
        path = Path(name) / "file.bin"
        _write(path, size)
        url = f"http://127.0.0.1:{port}/1"
        memory: list[float] = []
        cases = {
            "engine, file": lambda: _ours(url, path, "file", memory),
            "engine, form": lambda: _ours(url, path, "form", memory),
        }
        if program is not None:
            anchors = {
                "curl -T": lambda: _curl(program, "-T", str(path), url),
                "curl -F": lambda: _curl(program, "-F", f"f=@{path}", url),
            }
            cases = {**anchors, **cases}
        results = interleaved(cases, 2 if smoke else 3)
    anchor = median(results["curl -T"]) if program is not None else None
    rows = [_row(case, values, size, anchor) for case, values in results.items()]
    note = "over a process that has sent a small request"
    rows.append(Row("peak memory", max(memory), "MB more", reach=ALLOWED_MEMORY, note=note))
    return rows


def _write(path: Path, size: int) -> None:
    block = bytes(range(256)) * 4096
    with path.open("wb") as file:
        for _ in range(size // len(block)):
            file.write(block)


def _row(case: str, values: list[float], size: int, anchor: float | None) -> Row:
    middle = median(values)
    ratio = None if anchor is None else middle / anchor
    reach = ALLOWED_RATIO if case.startswith("engine") and anchor is not None else None
    return Row(case, middle, "s", ratio, reach, f"{size / middle / 1e6:.0f} MB/s")


def _curl(program: str, *words: str) -> float:
    started = time.perf_counter()
    command = [program, "-s", "-o", "/dev/null", "-H", "Expect:", *words]
    subprocess.run(command, check=True)
    return time.perf_counter() - started


def _ours(url: str, path: Path, kind: str, memory: list[float]) -> float:
    """Upload in a fresh process, or the memory of the rounds before would hide this one's."""
    command = [sys.executable, "-m", "tests.benchmarks.upload", url, str(path), kind]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    elapsed, more = output.split()
    memory.append(float(more))
    return float(elapsed)


def _upload(url: str, path: str, kind: str) -> tuple[float, float]:
    """Return the seconds of one upload and the megabytes that the process grew by."""
    from httpdesk.adapters.clock import SystemClock
    from httpdesk.adapters.requests_transport import RequestsTransport
    from httpdesk.adapters.uploads import LocalUploads
    from httpdesk.engine.cancel import CancelToken
    from httpdesk.engine.ports import Progress
    from httpdesk.engine.send import SendContext, send
    from httpdesk.model.request import FileBody, FormPart, MultipartBody, Options, PartKind, Request
    from tests.benchmarks.measure import peak_memory

    context = SendContext(RequestsTransport(), SystemClock(), files=LocalUploads())
    body = (
        FileBody(path) if kind == "file" else MultipartBody((FormPart("f", path, PartKind.FILE),))
    )
    options = Options(timeout_ms=600_000)
    send(Request(url=url), context, CancelToken(), Progress())
    before = peak_memory()
    started = time.perf_counter()
    request = Request(method="PUT", url=url, body=body, options=options)
    exchange = send(request, context, CancelToken(), Progress())
    elapsed = time.perf_counter() - started
    assert exchange.succeeded
    return elapsed, (peak_memory() - before) / MEBIBYTE


if __name__ == "__main__":
    sys.stdout.write("{} {}".format(*_upload(sys.argv[1], sys.argv[2], sys.argv[3])))
