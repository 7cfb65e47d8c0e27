"""Asks on the terminal what a send wants to know; elsewhere nobody is asked.

The send runs on a thread of its own. It waits here while the main thread, which can be interrupted,
asks and reads the answer.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from httpdesk.cli.network_messages import asked
from httpdesk.cli.ports import Streams
from httpdesk.cli.terminal import encodable, printable
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.masking import telling_values
from httpdesk.model.questions import EnterValues, Question, SendBodyElsewhere

_YES = frozenset({"y", "yes"})


@dataclass(frozen=True, slots=True)
class _Asked:
    question: Question
    answered: threading.Event = field(default_factory=threading.Event)
    answer: list[bool] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict, repr=False)
    """What was entered, by label, for a question that asks for values."""


class CommandLinePrompt:
    """Implements `engine.ports.UserPrompt` with the switches, then with the terminal, if any.

    What is not agreed to in one of the two ways is refused. Implements `ValuePrompt`, too: values
    whose labels tell that they are secrets are read by `ask_secret`, which does not show them.
    """

    def __init__(
        self, streams: Streams, ask_secret: Callable[[str], str], *, follow_with_body: bool
    ) -> None:
        self._streams = streams
        self._ask_secret = ask_secret
        self._follow_with_body = follow_with_body
        self._asked: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()

    def ask(self, question: Question, cancel: CancelToken) -> bool:
        """Return the answer; on the thread of the send."""
        if self._follow_with_body and isinstance(question, SendBodyElsewhere):
            return True
        return self._asking(question, cancel).answer == [True] and not cancel.cancelled

    def values(self, question: EnterValues, cancel: CancelToken) -> Mapping[str, str] | None:
        """Return what was entered, None where nobody could be asked; on the thread of the send."""
        asking = self._asking(question, cancel)
        return asking.values if asking.answer == [True] and not cancel.cancelled else None

    def _asking(self, question: Question, cancel: CancelToken) -> _Asked:
        """Return the question with its answer, if there is somebody to give one."""
        asking = _Asked(question)
        if is_interactive(self._streams):
            forget = cancel.on_cancel(asking.answered.set)
            self._asked.put(asking)
            asking.answered.wait()
            forget()
        return asking

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
        if isinstance(asking.question, EnterValues):
            asking.values.update((each, self._enter(each)) for each in asking.question.labels)
            asking.answer.append(True)
        else:
            asking.answer.append(self._answer(asking.question))
        asking.answered.set()
        return True

    def _answer(self, question: Question) -> bool:
        return self._typed(f"{asked(question)} [y/N] ").strip().lower() in _YES

    def _enter(self, label: str) -> str:
        """Return the value that is entered for a label."""
        shown = f"{printable(label)}: "
        if any(telling_values({label: shown})):
            return self._ask_secret(shown)
        return self._typed(shown).rstrip("\r\n")

    def _typed(self, shown: str) -> str:
        stderr, stdin = self._streams.stderr, self._streams.stdin
        assert stderr is not None
        assert stdin is not None
        stderr.write(encodable(printable(shown), stderr))
        stderr.flush()
        return stdin.readline()


def is_interactive(streams: Streams) -> bool:
    """Return whether there is somebody who reads a question and can type an answer."""
    return all(
        stream is not None and not stream.closed and stream.isatty()
        for stream in (streams.stderr, streams.stdin)
    )
