"""Stand-ins for the world, for tests of everything above the ports: no sockets, no clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress, Reply
from httpdesk.engine.waiting import RetryGate, WaitEnd
from httpdesk.model.connection_state import NO_RECORD, ConnectionRecord
from httpdesk.model.exchange import ResolvedRequest
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.questions import Question

Script = Reply | Callable[[ResolvedRequest], Reply]
"""An answer, or a function that makes one for the request it is given."""


def answer(
    status_code: int = 200,
    body: bytes = b"",
    headers: Sequence[tuple[str, str]] = (),
    reason_phrase: str = "",
) -> Reply:
    """Return a whole answer with this status, body and headers."""
    return Reply(
        status_code=status_code,
        reason_phrase=reason_phrase,
        http_version="HTTP/1.1",
        headers=tuple(headers),
        body=MemoryBody(body),
        wire_size=len(body),
    )


class FakeTransport:
    """Gives the scripted replies in turn, the last one for ever; implements Transport.

    `requests` and `deadlines` hold what it was asked to send.
    """

    def __init__(self, *script: Script) -> None:
        self._script = script or (answer(),)
        self.requests: list[ResolvedRequest] = []
        self.deadlines: list[float | None] = []
        self.closed = False

    def send(
        self,
        request: ResolvedRequest,
        *,
        cancel: CancelToken,
        progress: Progress,
        deadline: float | None,
    ) -> Reply:
        """Record the request and return the next reply."""
        repeated = len(self.requests) >= len(self._script)
        step = self._script[-1] if repeated else self._script[len(self.requests)]
        self.requests.append(request)
        self.deadlines.append(deadline)
        if not isinstance(step, Reply):
            return step(request)
        if repeated and isinstance(step.body, MemoryBody):
            step = replace(step, body=step.body.fresh())
        if step.status_code is not None:
            progress.took_head(replace(step, error=None))
        return step

    def close(self) -> None:
        """Note that it was closed."""
        self.closed = True


class FrozenClock:
    """A clock that moves only when told; implements Clock."""

    def __init__(self, now: datetime = datetime(2025, 1, 1, tzinfo=UTC)) -> None:
        self._start = now
        self._elapsed = 0.0

    def monotonic(self) -> float:
        """Return the seconds that were advanced."""
        return self._elapsed

    def now(self) -> datetime:
        """Return the starting time plus what was advanced."""
        return self._start + timedelta(seconds=self._elapsed)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self._elapsed += seconds


class ClockGate(RetryGate):
    """A gate whose waits take no time: they advance a FrozenClock.

    `waits` holds the seconds of each; `meanwhile` runs in every wait and may open it or cancel,
    which ends it after a tenth of its time.
    """

    def __init__(self, clock: FrozenClock, meanwhile: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._clock = clock
        self._meanwhile = meanwhile
        self._was_opened = False

    def wait(self, seconds: float, cancel: CancelToken) -> WaitEnd:
        """Let the time of the wait pass at once."""
        self.waits.append(seconds)
        self._was_opened = False
        self._meanwhile()
        cut = self._was_opened or cancel.cancelled
        self._clock.advance(seconds / 10 if cut else seconds)
        if cancel.cancelled:
            return WaitEnd.CANCELLED
        return WaitEnd.OPENED if self._was_opened else WaitEnd.ELAPSED

    def open(self) -> None:
        """End the wait under way."""
        self._was_opened = True


class ScriptedPrompt:
    """Gives the same answer to every question and notes them; implements UserPrompt."""

    def __init__(self, agrees: bool = True) -> None:
        self.agrees = agrees
        self.asked: list[Question] = []

    def ask(self, question: Question, cancel: CancelToken) -> bool:
        """Return the answer, False once the send is cancelled."""
        self.asked.append(question)
        return self.agrees and not cancel.cancelled


class MemoryRecords:
    """What is remembered of connections, in memory; implements ConnectionRecords."""

    def __init__(self) -> None:
        self.kept: dict[str, ConnectionRecord] = {}

    def record(self, connection_id: str) -> ConnectionRecord:
        """Return what is remembered."""
        return self.kept.get(connection_id, NO_RECORD)

    def keep(self, connection_id: str, record: ConnectionRecord) -> None:
        """Remember this in place of what was."""
        self.kept[connection_id] = record

    def forget(self, connection_id: str) -> None:
        """Remember nothing more."""
        self.kept.pop(connection_id, None)
