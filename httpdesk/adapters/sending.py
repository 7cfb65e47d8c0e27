"""What one send carries down to its connection: cancel, deadline, progress, phases, counts.

A send runs on one thread from start to end, so the connection classes below urllib3 find it by
`current()`; nothing of it goes through the arguments that requests and urllib3 rewrite.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress
from httpdesk.model.errors import Cancelled, Phase, SendFailed, Sent, TimedOut
from httpdesk.model.exchange import SENT_BODY_KEPT, ResolvedRequest, body_size
from httpdesk.model.network import Proxy
from httpdesk.model.response import ConnectionFacts, InterimResponse, Timings

_UP_TO_PROXY = {Phase.DNS, Phase.CONNECT, Phase.PROXY}

ShakeHands = Callable[[socket.socket, str], Any]
"""Wraps a socket in TLS with the host of that name."""

Failure = TypeVar("Failure", bound=SendFailed)


class AbortHandle:
    """A second descriptor of a connection's socket that any thread may shut down.

    TLS takes the first descriptor away from the socket it wraps, so that one cannot be shut down
    from outside; `shutdown` on this one wakes a thread blocked in connect, send or receive.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = sock.dup()

    def abort(self) -> None:
        """End the connection at once; nothing happens when it is closed."""
        with self._lock:
            if self._socket is not None:
                _shut_down(self._socket)

    def close(self) -> None:
        """Let go of the descriptor."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None


def _shut_down(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # The peer has closed it already: whoever waited on it is awake.


class Sending:
    """One send in progress, on its worker thread; `abort` alone may come from another."""

    def __init__(
        self,
        request: ResolvedRequest,
        cancel: CancelToken,
        progress: Progress,
        deadline: float | None,
        shake_hands_with_proxy: ShakeHands | None = None,
    ) -> None:
        self.request = request
        self.shake_hands_with_proxy = shake_hands_with_proxy
        """Needed for an HTTPS proxy only."""
        self.cancel = cancel
        self.progress = progress
        self.deadline = deadline
        self.address = ""
        self.head = b""
        self.fresh_only = False
        """Set for the resend after a stale connection: kept connections are not used again."""
        self.reused = False
        self.facts: ConnectionFacts | None = None
        self.bytes_written = 0
        self.bytes_read = 0
        self.interim: list[InterimResponse] = []
        """The 1xx answers that have come."""
        self.early_answer = b""
        """Bytes of an answer that came while the request was still being sent."""
        self.upload_error: OSError | None = None
        """Why the upload stopped early; the answer may still be there to be read."""
        # The progress may come from the hop before.
        progress.bytes_sent = progress.bytes_received = 0
        progress.bytes_to_send = progress.bytes_to_receive = None
        progress.phase = Phase.BLOCKED
        self._started = self._entered = time.monotonic()
        self._phase = Phase.BLOCKED
        self._spent: dict[Phase, float] = {}
        self._lock = threading.Lock()
        self._handle: AbortHandle | None = None
        self._kept = bytearray()
        self._sent_before = Sent.NOTHING

    # Phases

    @property
    def phase(self) -> Phase:
        """The phase the send is in."""
        return self._phase

    def enter(self, phase: Phase) -> None:
        """Close the running phase's time and start `phase`."""
        now = time.monotonic()
        self._spent[self._phase] = self._spent.get(self._phase, 0.0) + now - self._entered
        self._entered = now
        self._phase = self.progress.phase = phase

    def timings(self) -> Timings:
        """Return the phases so far in milliseconds, the running one included."""
        self.enter(self._phase)
        return Timings(**{phase.value: spent * 1000 for phase, spent in self._spent.items()})

    def start_over(self) -> None:
        """Forget a stale connection: the request goes out again over a new one."""
        self._sent_before = self.sent
        self.fresh_only = True
        self.bytes_written = 0
        self._kept.clear()
        self.early_answer = b""
        self.upload_error = None
        self.facts = None
        self.enter(Phase.BLOCKED)

    # Limits

    def check(self) -> None:
        """Raise Cancelled or TimedOut when the send must end now."""
        if self.cancel.cancelled:
            raise self.failure(Cancelled)
        if self.deadline is not None and time.monotonic() >= self.deadline:
            raise self.timed_out()

    def remaining(self) -> float | None:
        """Return the seconds left, None without a deadline; raises as `check` does."""
        if self.cancel.cancelled:
            raise self.failure(Cancelled)
        if self.deadline is None:
            return None
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise self.timed_out()
        return left

    def remaining_up_to(self, seconds: float) -> float:
        """Return the seconds left, at most `seconds`; raises as `check` does."""
        left = self.remaining()
        return seconds if left is None else min(seconds, left)

    # Proxy

    @property
    def proxy_in_talk(self) -> Proxy | None:
        """The proxy while it has not let us through yet, else None."""
        return self.request.route.proxy if self._phase in _UP_TO_PROXY else None

    # Cancelling from outside

    def attach(self, handle: AbortHandle) -> None:
        """Let `abort` shut this connection down from now on."""
        with self._lock:
            self._handle = handle

    def detach(self) -> None:
        """Keep `abort` away from a connection that goes back to its pool."""
        with self._lock:
            self._handle = None

    def abort(self) -> None:
        """Shut the connection in use down; the hook of the cancel token, on any thread."""
        with self._lock:
            if self._handle is not None:
                self._handle.abort()

    # What was sent

    def note_written(self, data: memoryview) -> None:
        """Count bytes of the request that the socket took, and keep the first ones."""
        self.bytes_written += len(data)
        self.progress.bytes_sent = self.body_bytes_sent
        room = len(self.head) + SENT_BODY_KEPT - len(self._kept)
        if room > 0:
            self._kept += data[:room]

    @property
    def sent_head(self) -> bytes:
        """Request line and headers as the socket took them, in the last try."""
        return bytes(self._kept[: len(self.head)])

    @property
    def sent_body(self) -> bytes:
        """The first `SENT_BODY_KEPT` bytes of the body as the socket took them."""
        return bytes(self._kept[len(self.head) :])

    @property
    def resent(self) -> bool:
        """Whether it went out again because a kept connection was found closed."""
        return self.fresh_only and self.bytes_written > 0

    @property
    def sent(self) -> Sent:
        """How much of the request left the computer."""
        if not self.bytes_written:
            return self._sent_before
        whole = len(self.head) + body_size(self.request.body)
        return Sent.ALL if self.bytes_written >= whole else Sent.PART

    @property
    def body_bytes_sent(self) -> int:
        """Bytes of the request's body that were handed to the socket."""
        return max(0, self.bytes_written - len(self.head))

    # Failures

    def failure(self, kind: type[Failure], **fields: Any) -> Failure:
        """Return an error of `kind` that says where the send stands."""
        url = self.request.url
        elapsed = (time.monotonic() - self._started) * 1000
        return kind(
            phase=self._phase,
            sent=self.sent,
            elapsed_ms=elapsed,
            host=url.host,
            port=url.port,
            **fields,
        )

    def timed_out(self) -> TimedOut:
        """Return the error of a passed deadline, with the limit that the user set."""
        limit = self.request.options.timeout_ms
        if limit is None:
            limit = round(((self.deadline or self._started) - self._started) * 1000)
        proxy = self.proxy_in_talk
        return self.failure(TimedOut, limit_ms=limit, proxy=str(proxy) if proxy else "")


_CURRENT: ContextVar[Sending] = ContextVar("httpdesk_sending")


def current() -> Sending:
    """Return the send that runs on this thread; raises LookupError outside of one."""
    return _CURRENT.get()


@contextmanager
def running(sending: Sending) -> Iterator[None]:
    """Make `sending` the current one, and let its cancel token abort it."""
    forget = sending.cancel.on_cancel(sending.abort)
    token = _CURRENT.set(sending)
    try:
        yield
    finally:
        _CURRENT.reset(token)
        forget()
        sending.detach()
