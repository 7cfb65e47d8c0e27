"""Asks on the terminal what a send wants to know; elsewhere nobody is asked.

The send runs on a thread of its own. It waits here while the main thread, which can be interrupted,
asks and reads the answer.
"""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, field

from httpdesk.cli.network_messages import asked
from httpdesk.cli.ports import Streams
from httpdesk.cli.terminal import encodable, printable
from httpdesk.engine.cancel import CancelToken
from httpdesk.model.questions import Question, SendBodyElsewhere

_YES = frozenset({"y", "yes"})


@dataclass(frozen=True, slots=True)
class _Asked:
    question: Question
    answered: threading.Event = field(default_factory=threading.Event)
    answer: list[bool] = field(default_factory=list)


class CommandLinePrompt:
    """Implements `engine.ports.UserPrompt` with the switches, then with the terminal, if any.

    What is not agreed to in one of the two ways is refused.
    """

    def __init__(self, streams: Streams, *, follow_with_body: bool) -> None:
        self._streams = streams
        self._follow_with_body = follow_with_body
        self._asked: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()

    def ask(self, question: Question, cancel: CancelToken) -> bool:
        """Return the answer; on the thread of the send."""
        if self._follow_with_body and isinstance(question, SendBodyElsewhere):
            return True
        if not is_interactive(self._streams):
            return False
        asking = _Asked(question)
        forget = cancel.on_cancel(asking.answered.set)
        self._asked.put(asking)
        asking.answered.wait()
        forget()
        return asking.answer == [True] and not cancel.cancelled

    def end(self) -> None:
        """Say that nothing will be asked any more; on the thread of the send."""
        self._asked.put(None)

    def serve(self) -> None:
        """Ask and read the answers until `end`; on the main thread."""
        # In slices, because a wait without an end cannot be interrupted on Windows.
        while self.serve_next(0.5):
            continue

    def serve_next(self, seconds: float = 0.0) -> bool:
        """Ask what is asked within this time; False once there is an `end`; on the main thread."""
        try:
            asking = self._asked.get(timeout=seconds) if seconds else self._asked.get_nowait()
        except queue.Empty:
            return True
        if asking is None:
            return False
        asking.answer.append(self._answer(asking.question))
        asking.answered.set()
        return True

    def _answer(self, question: Question) -> bool:
        stderr, stdin = self._streams.stderr, self._streams.stdin
        assert stderr is not None
        assert stdin is not None
        stderr.write(encodable(printable(f"{asked(question)} [y/N] "), stderr))
        stderr.flush()
        return stdin.readline().strip().lower() in _YES


def is_interactive(streams: Streams) -> bool:
    """Return whether there is somebody who reads a question and can type an answer."""
    return all(
        stream is not None and not stream.closed and stream.isatty()
        for stream in (streams.stderr, streams.stdin)
    )
