"""P2: one GET of 1 kB on a kept connection, through the engine, against requests and curl."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from functools import partial

import requests

from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress
from httpdesk.engine.send import SendContext, send
from httpdesk.model.request import Options, Request
from tests.benchmarks.measure import ROUNDS, Row, interleaved, median, percentile, server_process

NAME = "send"
TARGETS = "P2: median at most 0.85 x requests.Session.get, p99 at most 1.2 x"
SIZE = 1024


def run(smoke: bool) -> list[Row]:
    """Return the medians and 99th percentiles of single sends, in microseconds."""
    sends = 30 if smoke else 1000
    with server_process() as port, requests.Session() as session:
        url = f"http://127.0.0.1:{port}/{SIZE}"
        transport = RequestsTransport()
        ours = _engine(transport, url)
        cases: dict[str, Callable[[], None]] = {
            "requests.Session.get": lambda: _whole(session.get(url)),
            "engine.send": ours,
        }
        for case in cases.values():
            case()
        samples: dict[str, list[float]] = {name: [] for name in cases}
        turns: dict[str, Callable[[], float]] = {
            name: partial(_turn, case, sends, samples[name]) for name, case in cases.items()
        }
        curl = _curl(url, sends)
        if curl is not None:
            turns["curl"] = curl
        results = interleaved(turns, 2 if smoke else 2 * ROUNDS)
        transport.close()
    rows = _rows(samples)
    if curl is not None:
        rows.append(
            Row(
                "curl, one process",
                median(results["curl"]) * 1e6,
                "us",
                median(results["curl"]) / median(samples["requests.Session.get"]),
                note=f"mean of {sends}, its start included",
            )
        )
    return rows


def _engine(transport: RequestsTransport, url: str) -> Callable[[], None]:
    context = SendContext(transport, SystemClock())
    request = Request(url=url, options=Options(timeout_ms=30_000))

    def one() -> None:
        exchange = send(request, context, CancelToken(), Progress())
        assert exchange.response is not None
        assert len(exchange.response.body.read_at(0, SIZE)) == SIZE
        exchange.response.body.close()

    return one


def _whole(response: requests.Response) -> None:
    assert len(response.content) == SIZE


def _turn(case: Callable[[], None], sends: int, samples: list[float]) -> float:
    """Time `sends` single sends into `samples`; return their median."""
    times = []
    for _ in range(sends):
        started = time.perf_counter()
        case()
        times.append(time.perf_counter() - started)
    samples += times
    return median(times)


def _curl(url: str, sends: int) -> Callable[[], float] | None:
    program = shutil.which("curl")
    if program is None:
        return None
    command = [program, "-s", "-o", "/dev/null", f"{url}?[1-{sends}]"]

    def one() -> float:
        started = time.perf_counter()
        subprocess.run(command, check=True)
        return (time.perf_counter() - started) / sends

    return one


def _rows(samples: dict[str, list[float]]) -> list[Row]:
    anchor = samples["requests.Session.get"]
    rows = []
    for name, values in samples.items():
        ours = name == "engine.send"
        middle, late = median(values), percentile(values, 0.99)
        rows += [
            Row(
                f"{name}, median",
                middle * 1e6,
                "us",
                middle / median(anchor),
                0.85 if ours else None,
            ),
            Row(
                f"{name}, p99",
                late * 1e6,
                "us",
                late / percentile(anchor, 0.99),
                1.2 if ours else None,
            ),
        ]
    return rows
