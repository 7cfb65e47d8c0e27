"""P6, P7, P8 without a window: rows, search and layout of large bodies, and the gaps they cause."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks import bodies
from tests.benchmarks.measure import Row, interleaved, median, peak_memory, seconds

if TYPE_CHECKING:
    from httpdesk.adapters.offload import ProcessOffload
    from httpdesk.render.rows import Elsewhere

NAME = "body-rows"
TARGETS = "P6: first rows under 100 ms, at most 24 MB; P7: 0.25 x msgspec; P8: 1.3 x a plain loop"
MEBIBYTE = 1024 * 1024
HEARTBEAT_S = 0.005
SCREEN = 50
PLAIN_CHUNK = 4 * MEBIBYTE


class FileBody:
    """A `BodyHandle` over a file, which can be shared like a spool's."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self.size = path.stat().st_size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`."""
        return os.pread(self._file.fileno(), length, offset)

    def descriptor(self) -> int:
        """Return another descriptor of the file."""
        return os.dup(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def run(smoke: bool) -> list[Row]:
    """Return what each kind and size of body takes."""
    sizes = (1, 3) if smoke else (1, 100, 1024)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            text, data = Path(folder) / "lines.txt", Path(folder) / "minified.json"
            _write(text, "text", size * MEBIBYTE)
            _write(data, "json", size * MEBIBYTE)
            rows += _rows_of("text", text, size) + _rows_of("json", data, size)
            rows += _search(text, size, 1 if smoke else 3)
            if size <= 100:
                rows += _layout(data, size, 1 if smoke else 3)
        rows += _gaps(data)
    return rows


def _write(path: Path, kind: str, size: int) -> None:
    """Write a body with one needle at its end."""
    with path.open("wb") as file:
        file.writelines(bodies.pieces(kind, size))
        if kind == "text":
            file.write(b"the last needle 42")


# Rows


def _rows_of(kind: str, path: Path, size: int) -> list[Row]:
    """Index in a process of its own, or the memory of the one before would hide this one's."""
    command = [sys.executable, "-m", "tests.benchmarks.body_rows", kind, str(path)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    first, index, jump, memory = map(float, output.split())
    case = f"{size} MB of {kind}"
    return [
        Row(f"{case}: first screen", first, "ms", reach=100),
        Row(f"{case}: index", index, "s", note="beside the window"),
        Row(f"{case}: a jump", jump, "ms", note="median of 50"),
        Row(f"{case}: memory", memory, "MB more", reach=24),
    ]


def _measure_rows(kind: str, path: str) -> tuple[float, float, float, float]:
    """Return ms to the first screen, seconds to index, ms of a jump, and MB of this process."""
    import random

    from httpdesk.render.json_rows import JsonRows
    from httpdesk.render.line_rows import LineRows
    from httpdesk.render.rows import Stopped

    def one_block() -> None:
        raise Stopped

    with closing(FileBody(Path(path))) as body, _processes(body) as (_, elsewhere):
        rows = LineRows(body) if kind == "text" else JsonRows(body)
        before, began = peak_memory(), time.perf_counter()
        try:
            rows.index(one_block)
        except Stopped:
            rows.rows(0, SCREEN)
        first = time.perf_counter() - began
        index = seconds(lambda: rows.index(_no_pause, elsewhere))
        places = random.Random(1)
        jumps = [
            seconds(lambda: rows.rows(places.randrange(rows.count), SCREEN)) for _ in range(50)
        ]
        memory = (peak_memory() - before) / MEBIBYTE
    return first * 1000, index, median(jumps) * 1000, memory


def _no_pause() -> None:
    pass


@contextmanager
def _processes(body: FileBody) -> Iterator[tuple[ProcessOffload, Elsewhere]]:
    from httpdesk.adapters.offload import ProcessOffload
    from httpdesk.engine.cancel import CancelToken

    with closing(ProcessOffload()) as processes:
        yield (
            processes,
            lambda task, arguments: processes.run(task, arguments, body, CancelToken()),
        )


# Search


def _search(path: Path, size: int, rounds: int) -> list[Row]:
    from httpdesk.render.find_bytes import Pattern, find

    with closing(FileBody(path)) as body, _processes(body) as (_, elsewhere):

        def search(pattern: Pattern) -> Callable[[], float]:
            return lambda: seconds(lambda: _expect_one(find(body, pattern, elsewhere=elsewhere)))

        cases = {
            "plain loop": lambda: seconds(lambda: _plain_find(body)),
            "a word": search(Pattern("needle", case_sensitive=True)),
            "a word in any case": search(Pattern("NEEDLE")),
            "a regex": search(Pattern(r"needle \d+", case_sensitive=True, regex=True)),
            "a regex without a fixed text": search(Pattern(r"[m-n]eedle", regex=True)),
        }
        if size > 100:
            del cases["a regex without a fixed text"]
        results = interleaved(cases, rounds)
    anchor = median(results["plain loop"])
    return [
        Row(
            f"{size} MB: find {case}",
            median(values),
            "s",
            median(values) / anchor,
            1.3 if size >= 100 and case in ("a word", "a regex") else None,
        )
        for case, values in results.items()
    ]


def _plain_find(body: FileBody) -> None:
    at = found = 0
    while data := body.read_at(at, PLAIN_CHUNK):
        found += data.count(b"needle")
        at += len(data)
    assert found == 1


def _expect_one(matches: Iterator[object]) -> None:
    assert len(list(matches)) == 1


# Layout


def _layout(path: Path, size: int, rounds: int) -> list[Row]:
    import msgspec

    from httpdesk.render.json_rows import JsonRows

    data = path.read_bytes()
    with closing(FileBody(path)) as body, _processes(body) as (_, elsewhere):
        cases = {
            "msgspec": lambda: seconds(lambda: msgspec.json.format(data, indent=2)),
            "rows to view": lambda: seconds(lambda: JsonRows(body).index(_no_pause, elsewhere)),
            "to copy or save": lambda: seconds(
                lambda: sum(map(len, elsewhere("json_format:format_json", {})))
            ),
        }
        results = interleaved(cases, rounds)
    tool = seconds(lambda: _json_tool(path))
    anchor = median(results["msgspec"])
    reaches = {"rows to view": 4.0, "to copy or save": 1.0} if size >= 100 else {}
    return [
        *(
            Row(
                f"{size} MB laid out: {case}",
                median(values),
                "s",
                median(values) / anchor,
                reaches.get(case),
            )
            for case, values in results.items()
        ),
        Row(f"{size} MB laid out: json.tool", tool, "s", tool / anchor),
    ]


def _json_tool(path: Path) -> None:
    command = [sys.executable, "-m", "json.tool", str(path), os.devnull]
    subprocess.run(command, check=True)


# Gaps


def _gaps(path: Path) -> list[Row]:
    """Return the longest gaps of a heartbeat while the body is indexed on a thread and beside."""
    from httpdesk.render.json_rows import JsonRows

    with closing(FileBody(path)) as body, _processes(body) as (_, elsewhere):
        idle = _longest_gap(lambda: time.sleep(0.5))
        thread = _longest_gap(lambda: JsonRows(body).index(_no_pause))
        beside = _longest_gap(lambda: JsonRows(body).index(_no_pause, elsewhere))
    return [
        Row("idle: longest gap", idle, "ms", note=f"{HEARTBEAT_S * 1000:.0f} ms heartbeat"),
        Row("index on a thread: longest gap", thread, "ms"),
        Row("index beside the window: longest gap", beside, "ms"),
    ]


def _longest_gap(work: Callable[[], object]) -> float:
    worker = threading.Thread(target=work)
    worker.start()
    longest = 0.0
    while worker.is_alive():
        began = time.perf_counter()
        time.sleep(HEARTBEAT_S)
        # What a frame does: a number of calls that each need the interpreter.
        for _ in range(100):
            time.sleep(0)
        longest = max(longest, time.perf_counter() - began - HEARTBEAT_S)
    worker.join()
    return longest * 1000


if __name__ == "__main__":
    sys.stdout.write(" ".join(map(str, _measure_rows(sys.argv[1], sys.argv[2]))))
