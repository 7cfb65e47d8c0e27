"""Answers to the engine's questions where nobody is asked."""

from __future__ import annotations

from httpdesk.engine.cancel import CancelToken
from httpdesk.model.questions import Question


class FixedPrompt:
    """Gives one answer to every question; implements `engine.ports.UserPrompt`."""

    def __init__(self, agrees: bool) -> None:
        self._agrees = agrees

    def ask(self, question: Question, cancel: CancelToken) -> bool:
        """Return the answer, False once the send is cancelled."""
        return self._agrees and not cancel.cancelled


REFUSE = FixedPrompt(False)
