"""Has two answers compared in the process beside the window; no Qt in here."""

from __future__ import annotations

from dataclasses import dataclass

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.offload import Scratch
from httpdesk.gui.response.body_look import look
from httpdesk.gui.response.body_page import PageTools
from httpdesk.gui.response.paced import Pace, elsewhere
from httpdesk.model.errors import StorageFailed
from httpdesk.model.exchange import Exchange
from httpdesk.model.offload_errors import OffloadFailed
from httpdesk.render.compare import LARGEST_TEXT, decoded
from httpdesk.render.diff import Difference, LinePair
from httpdesk.render.rows import Stopped, read_piece

_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two answers, in both ways."""

    places: tuple[Difference, ...] | None
    """None where one of them is no JSON."""
    lines: tuple[LinePair, ...]
    cut: bool = False
    """Whether only the beginnings were compared."""
    failed: bool = False
    """Whether it could not be found out."""


def compare(
    before: Exchange,
    after: Exchange,
    ignored: tuple[str, ...],
    tools: PageTools,
    cancel: CancelToken,
) -> Comparison | None:
    """Return what differs; None when a body was given back, or nobody waits any more."""
    pause = Pace(cancel)
    both = None
    try:
        both = tools.new_scratch()
        cut = _copy(before, both, tools, pause)
        split = both.size
        cut |= _copy(after, both, tools, pause)
        arguments = {"split": split, "ignored": list(ignored)}
        run = elsewhere(tools.offload, both, pause)
        places, lines = decoded(run("compare:compare", arguments))
    except Stopped:
        return None
    except (OffloadFailed, StorageFailed):
        return Comparison(None, (), failed=True)
    finally:
        if both is not None:
            both.close()
    return Comparison(None if cut else places, lines, cut)


def _copy(exchange: Exchange, both: Scratch, tools: PageTools, pause: Pace) -> bool:
    """Append the text of an answer in UTF-8; return whether it was cut."""
    if exchange.response is None or not exchange.response.body.size:
        return False
    body = look(exchange, "", tools.new_scratch, pause).body.handle
    end = min(body.size, LARGEST_TEXT)
    for at in range(0, end, _CHUNK):
        both.write(read_piece(body, at, min(_CHUNK, end - at)))
        pause()
    return end < body.size
