"""Whether a body of any size is JSON: its first fault, and what other programs may read otherwise.

The grammar is that of `render.json_text`, read in pieces: memory is bounded by the keys of the
objects that are open. Nothing is converted.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from httpdesk.model.response import BodyHandle
from httpdesk.render.json_judge import JsonJudge, PlacedRemark
from httpdesk.render.json_text import JsonError, JsonFault
from httpdesk.render.parts import PartBody
from httpdesk.render.pretty import RemarkKind
from httpdesk.render.rows import Elsewhere, Pause, no_pause

_COUNTED_AT_ONCE = 256 * 1024
JUDGED_HERE = 512 * 1024
"""Bytes of a body that is judged by the caller's own thread."""
MOST_JUDGED = 100_000_000
"""Bytes that are judged: about 20 s of a processor, and in 1 GB nobody looks for a comma."""


@dataclass(frozen=True, slots=True)
class JsonVerdict:
    """What was found; `error.offset` is a place in the bytes, its line and column are of the text
    as received."""

    error: JsonError | None = None
    remarks: tuple[PlacedRemark, ...] = ()
    more_remarks: int = 0
    """How many there are beyond the first ones."""
    keys_known: bool = True
    """False when an object had too many keys to look for repeats."""
    cut: bool = False
    """Whether only the first `MOST_JUDGED` bytes were looked at."""


def judge(
    body: BodyHandle,
    pause: Pause = no_pause,
    elsewhere: Elsewhere | None = None,
    *,
    whole: bool = True,
    several: bool = False,
) -> JsonVerdict:
    """Return what there is to say of the beginning, elsewhere if it is large; raises Stopped.

    With `whole` False its end is no fault; with `several` values may follow one another, as in
    NDJSON. A body of white space has no fault (statement 51).
    """
    if elsewhere is None or body.size <= JUDGED_HERE:
        judge, cut = _judge(body, whole=whole, several=several)
        while not judge.step():
            pause()
        return _verdict(body, judge, cut)
    arguments = {"whole": whole, "several": several}
    pieces = []
    for piece in elsewhere("json_verdict:judge_elsewhere", arguments):
        pieces.append(piece)
        pause()
    return _from_json(json.loads(b"".join(pieces)))


def judge_elsewhere(body: BodyHandle, *, whole: bool, several: bool) -> Iterator[bytes]:
    """Yield the verdict as JSON; empty pieces before show that work goes on."""
    judge, cut = _judge(body, whole=whole, several=several)
    while not judge.step():
        yield b""
    yield json.dumps(_to_json(_verdict(body, judge, cut))).encode()


def _judge(body: BodyHandle, *, whole: bool, several: bool) -> tuple[JsonJudge, bool]:
    """Return the judge of the body's beginning, and whether that is not all of it."""
    cut = body.size > MOST_JUDGED
    looked_at = PartBody(body, 0, MOST_JUDGED) if cut else body
    return JsonJudge(looked_at, whole=whole and not cut, several=several), cut


def _verdict(body: BodyHandle, judge: JsonJudge, cut: bool) -> JsonVerdict:
    error = None
    if judge.error is not None:
        fault, offset = judge.error
        error = JsonError(fault, offset, *_line_and_column(body, offset))
    return JsonVerdict(error, tuple(judge.remarks), judge.more_remarks, judge.keys_known, cut)


def _line_and_column(body: BodyHandle, offset: int) -> tuple[int, int]:
    """Return line and column of a byte, from 1; a column is one character."""
    line, column = 1, 1
    at = min(offset, _text_start(body))
    while at < offset:
        data = body.read_at(at, min(_COUNTED_AT_ONCE, offset - at))
        line += data.count(b"\n")
        last = data.rfind(b"\n")
        characters = len(data[last + 1 :].translate(None, _CONTINUATIONS))
        column = characters + (1 if last >= 0 else column)
        at += len(data)
    return line, column


def _text_start(body: BodyHandle) -> int:
    start = body.read_at(0, len(codecs.BOM_UTF8))
    return len(start) if start == codecs.BOM_UTF8 else 0


_CONTINUATIONS = bytes(range(0x80, 0xC0))
"""Bytes of UTF-8 that begin no character."""


def _to_json(verdict: JsonVerdict) -> dict[str, object]:
    error = verdict.error
    return {
        "error": error and [error.fault.value, error.offset, error.line, error.column],
        "remarks": [[r.kind.value, r.token, r.start, r.end] for r in verdict.remarks],
        "more_remarks": verdict.more_remarks,
        "keys_known": verdict.keys_known,
        "cut": verdict.cut,
    }


def _from_json(found: dict[str, Any]) -> JsonVerdict:
    error = found["error"]
    return JsonVerdict(
        JsonError(JsonFault(error[0]), *error[1:]) if error else None,
        tuple(PlacedRemark(RemarkKind(kind), *rest) for kind, *rest in found["remarks"]),
        found["more_remarks"],
        found["keys_known"],
        found["cut"],
    )
