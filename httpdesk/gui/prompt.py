"""Questions in the middle of a send: the worker that asks waits, whoever shows it answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.documents import Document

if TYPE_CHECKING:
    from httpdesk.model.questions import EnterPrivateNetwork, EnterValues, Question

About = TypeVar("About")
QUIET_S = 600.0
"""How long "Don't ask for 10 minutes" holds."""


class Asked(Generic[About]):
    """One question that a worker waits with; the first answer counts, whatever thread it is from.

    It knows what it is about, such as a document, and the question.
    """

    def __init__(self, about: About, question: Question, cancel: CancelToken) -> None:
        self.about = about
        self.question = question
        self.cancel = cancel
        """The token of the work that asks."""
        self._lock = threading.Lock()
        self._answered = threading.Event()
        self._agrees = False
        self.values: Mapping[str, str] = {}
        """What was entered, by label, for a question that asks for values."""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be answered."""
        return not self._answered.is_set()

    def answer(self, agrees: bool, values: Mapping[str, str] | None = None) -> None:
        """Let the worker go on; later answers do nothing."""
        with self._lock:
            if self.is_open:
                self._agrees = agrees
                self.values = values or {}
                self._answered.set()

    def wait(self) -> bool:
        """Return the answer once there is one; a cancel of the work is a no."""
        forget = self.cancel.on_cancel(lambda: self.answer(False))
        try:
            self._answered.wait()
        finally:
            forget()
        return self._agrees and not self.cancel.cancelled


class Prompts(QObject):
    """Brings the questions of all workers to the UI thread."""

    asked = Signal(object)
    """An Asked, on the UI thread."""
    _brought = Signal(object)

    def __init__(
        self, parent: QObject | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._networks: set[tuple[str, str, str]] = set()
        """Ways into private networks that the user agreed to in this session (R5)."""
        self._quiet: dict[tuple[str | None, str], float] = {}
        """Until when a protected environment of a collection asks nothing."""
        self._brought.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def bring(self, asked: Asked[Any]) -> None:
        """Have `asked` told on the UI thread; called by workers."""
        self._brought.emit(asked)

    def remember(self, question: Question) -> None:
        """Keep what was agreed to, where once is enough for the session."""
        from httpdesk.model.questions import EnterPrivateNetwork

        if isinstance(question, EnterPrivateNetwork):
            self._networks.add(_way(question))

    def keep_quiet(self, question: Question, root: str | None) -> None:
        """Ask nothing about a protected environment for a while (ui.md 3.9)."""
        from httpdesk.model.questions import SendToProtected

        if isinstance(question, SendToProtected):
            self._quiet[(root, question.environment)] = self._now() + QUIET_S

    def knows(self, question: Question, root: str | None = None) -> bool:
        """Return whether the user agreed to this earlier in the session; called by workers.

        `root` is the folder of the collection that the request belongs to.
        """
        from httpdesk.model.questions import EnterPrivateNetwork, SendToProtected

        if isinstance(question, SendToProtected):
            return self._now() < self._quiet.get((root, question.environment), 0.0)
        return isinstance(question, EnterPrivateNetwork) and _way(question) in self._networks

    @Slot(object)
    def _take(self, asked: Asked[Any]) -> None:
        if asked.is_open:
            self.asked.emit(asked)


class TabPrompt:
    """Asks in the tab of one document, for one send.

    Implements `engine.ports.UserPrompt` and `ValuePrompt`.

    `agreed` holds questions that need not be asked, because the user has answered them already;
    with `as_typed` that is also whether the body may go out as it is (statement 41).
    """

    def __init__(
        self,
        prompts: Prompts,
        document: Document,
        agreed: Collection[Question] = (),
        *,
        as_typed: bool = False,
    ) -> None:
        self._prompts = prompts
        self._document = document
        self._agreed = agreed
        self._as_typed = as_typed

    def ask(self, question: Question, cancel: CancelToken) -> bool:
        """Return the answer; waits for it on the worker of the send."""
        if self._is_answered(question):
            return not cancel.cancelled
        asked = Asked(self._document, question, cancel)
        self._prompts.bring(asked)
        return asked.wait()

    def values(self, question: EnterValues, cancel: CancelToken) -> Mapping[str, str] | None:
        """Return what was entered, None for a refusal; waits on the worker of the send."""
        asked = Asked(self._document, question, cancel)
        self._prompts.bring(asked)
        return asked.values if asked.wait() else None

    def _is_answered(self, question: Question) -> bool:
        from httpdesk.model.questions import SendInvalidJson

        if isinstance(question, SendInvalidJson):
            return self._as_typed
        return question in self._agreed or self._prompts.knows(question, self._document.root)


class KeyPrompt:
    """Asks about the connection with a key; implements `engine.ports.UserPrompt` for one act."""

    def __init__(self, prompts: Prompts, key: str) -> None:
        self._prompts = prompts
        self._key = key

    def ask(self, question: Question, cancel: CancelToken) -> bool:
        """Return the answer; waits for it on the worker."""
        asked = Asked(self._key, question, cancel)
        self._prompts.bring(asked)
        return asked.wait()


def _way(question: EnterPrivateNetwork) -> tuple[str, str, str]:
    """Return what has to be the same for an answer to hold again.

    With the address, because the name may lead to another computer by now.
    """
    return question.origin, question.target, question.address
