"""P7: minified JSON laid out: what is lost, and how fast it is beside the formatters of others."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

from httpdesk.adapters.body_spool import BodySpool
from httpdesk.adapters.offload import ProcessOffload
from httpdesk.engine.cancel import CancelToken
from httpdesk.model.response import BodyHandle
from httpdesk.render.json_format import format_json
from httpdesk.render.json_rows import JsonRows
from httpdesk.render.rows import LONGEST_ROW, Place, no_pause
from tests.benchmarks import bodies
from tests.benchmarks.measure import ROUNDS, Row, interleaved, median, seconds
from tests.helpers.json_cases import KEPT, tokens_of

NAME = "json-layout"
TARGETS = "P7: 0 tokens lost; the whole at least 0.25 x msgspec while viewing, 1 x for saving"
SLOWEST = {"engine: rows to view": 4.0, "engine: whole, saved": 1.0}
"""Times the seconds of msgspec."""
_BOM = "\ufeff"
_NODE = """
const fs = require('fs');
const data = JSON.parse(fs.readFileSync(process.argv[1]));
fs.writeFileSync(process.argv[2], JSON.stringify(data, null, 2));
"""
_BARE = """
import sys, msgspec
with open(sys.argv[1], 'rb') as file, open(sys.argv[2], 'wb') as out:
    out.write(msgspec.json.format(file.read(), indent=2))
"""


def run(smoke: bool) -> list[Row]:
    """Return lost tokens, then seconds for one body."""
    size = (1 if smoke else 100) * bodies.MEGABYTE
    with tempfile.TemporaryDirectory() as name, closing(ProcessOffload()) as offload:
        source, target = Path(name, "minified.json"), Path(name, "laid-out.json")
        spool = BodySpool()
        with source.open("wb") as file:
            for piece in bodies.pieces("json", size):
                file.write(piece)
                spool.write(piece)
        cases = _cases(source, target, spool, offload)
        results = interleaved(cases, 1 if smoke else ROUNDS)
    anchor = median(results["msgspec, a program"])
    note = f"of {len(KEPT)} texts"
    rows = [
        Row("tokens lost on screen", _lost_by(_shown), "tokens", reach=0, note=note),
        Row("tokens lost in a file", _lost_by(_saved), "tokens", reach=0, note=note),
        Row("tokens lost by json.tool", _lost_by(_parsed), "tokens", note=note),
    ]
    for case, values in results.items():
        middle = median(values)
        reach = None if smoke else SLOWEST.get(case)
        note = f"{size / middle / 1e6:.0f} MB/s"
        name = f"{size // bodies.MEGABYTE} MB, {case}"
        rows.append(Row(name, middle, "s", middle / anchor, reach, note))
    return rows


def _cases(
    source: Path, target: Path, spool: BodySpool, offload: ProcessOffload
) -> dict[str, Callable[[], float]]:
    """Return what lays the same bytes out: programs from file to file, and ours from the spool."""
    names = [str(source), str(target)]
    programs = {
        "msgspec, a program": [sys.executable, "-c", _BARE, *names],
        "python -m json.tool": [sys.executable, "-m", "json.tool", *names],
    }
    node, jq = shutil.which("node"), shutil.which("jq")
    if node is not None:
        programs["node, JSON.stringify"] = [node, "-e", _NODE, *names]
    if jq is not None:
        programs["jq"] = [jq, ".", str(source)]
    cases: dict[str, Callable[[], float]] = {
        name: partial(_program, command, target) for name, command in programs.items()
    }
    cases["engine: rows to view"] = lambda: seconds(lambda: _index(spool, offload))
    cases["engine: whole, saved"] = lambda: seconds(lambda: _save(spool, offload, target))
    return cases


def _program(command: list[str], target: Path) -> float:
    with target.open("wb") as out:
        return seconds(lambda: subprocess.run(command, check=True, stdout=out))


def _index(body: BodyHandle, offload: ProcessOffload) -> None:
    def elsewhere(task: str, arguments: Mapping[str, object]) -> Iterator[bytes]:
        return offload.run(task, arguments, body, CancelToken())

    JsonRows(body).index(no_pause, elsewhere)


def _save(body: BodyHandle, offload: ProcessOffload, target: Path) -> None:
    with target.open("wb", buffering=0) as out:
        for piece in offload.run("json_format:format_json", {}, body, CancelToken()):
            out.write(piece)


# Tokens


def _lost_by(lay_out: Callable[[bytes], str]) -> int:
    """Return how many tokens of the corpus are missing, or are others, once it is laid out."""
    lost = 0
    for text in KEPT:
        received = Counter(tokens_of(text.decode().removeprefix(_BOM)))
        lost += (received - Counter(tokens_of(lay_out(text)))).total()
    return lost


def _shown(text: bytes) -> str:
    rows = JsonRows(_spooled(text))
    rows.index(no_pause)
    return rows.text(Place(0, 0), Place(rows.count - 1, LONGEST_ROW), 10**9, no_pause)


def _saved(text: bytes) -> str:
    return b"".join(format_json(_spooled(text))).decode()


def _parsed(text: bytes) -> str:
    """Lay out as json.tool does; what it refuses is lost as a whole."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return ""


def _spooled(text: bytes) -> BodySpool:
    spool = BodySpool()
    spool.write(text)
    return spool
