"""What is under way about connections: sign-ins, renewals and tests; and what failed last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from httpdesk.gui import connection_work as work
from httpdesk.gui.connection_work import Known, Scene
from httpdesk.gui.jobs import Job, JobRunner
from httpdesk.gui.prompt import Asked, KeyPrompt, Prompts
from httpdesk.model.connection_state import Standing
from httpdesk.model.errors import SecretsFailed, SecretsReason, SignInFailed, SignInReason

if TYPE_CHECKING:
    from httpdesk.engine.cancel import CancelToken
    from httpdesk.model.error_base import HttpDeskError
    from httpdesk.model.questions import Question
    from httpdesk.model.sign_in import SignInStep

    Run = Callable[[Scene, CancelToken, Callable[[SignInStep], None]], HttpDeskError | None]

_NO_FAILURES = (SignInReason.CANCELLED, SignInReason.NEEDED)


@dataclass(slots=True, eq=False)
class Going:
    """What is being done about a connection's token."""

    key: str
    standing: Standing
    job: Job | None = None
    steps: tuple[SignInStep, ...] = ()
    by_request: bool = False
    """Whether a request waits for it, which shows its questions, too."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an act failed, and what was done before that."""

    error: HttpDeskError
    steps: tuple[SignInStep, ...] = ()
    tried: bool = False
    """Whether it was a sign-in, not a send that had no token."""


class ConnectionActs(QObject):
    """One act and one test for each connection at a time; `look` reads all connections anew."""

    changed = Signal()
    """A connection may stand otherwise."""
    looked = Signal(object)
    """The Known after an act; `changed` follows."""
    stale = Signal()
    """An act ended by an error: what is known may hold no more."""
    refused = Signal(object)
    """The HttpDeskError of something that was done all the same."""
    tested = Signal(str, object)
    """(Key, Exchange, HttpDeskError or Crash)."""
    questionChanged = Signal(str)
    """The key of a connection about which something is asked now, or no more."""
    _stepped = Signal(object, object)

    def __init__(
        self, jobs: JobRunner, look: Callable[[], Callable[[], Known]], parent: QObject
    ) -> None:
        """`look` returns what is called on a worker."""
        super().__init__(parent)
        self._jobs = jobs
        self._look = look
        self._going: dict[str, Going] = {}
        self._testing: dict[str, Job] = {}
        self._failures: dict[str, Failure] = {}
        self._asked: list[Asked[str]] = []
        self._prompts = Prompts(self)
        self._prompts.asked.connect(self._on_asked)
        self._stepped.connect(self._on_step)

    def going(self, key: str) -> Going | None:
        """Return what is being done about the token of a connection."""
        return self._going.get(key)

    def failure(self, key: str) -> Failure | None:
        """Return how the last act failed; None when it did not."""
        return self._failures.get(key)

    def begin(
        self, key: str, scene: Scene, standing: Standing, run: Run, *, by_request: bool = False
    ) -> None:
        """Do something about a token that may take the user's time."""
        if key in self._going:
            return
        going, look = Going(key, standing, by_request=by_request), self._look()
        scene = replace(scene, prompt=KeyPrompt(self._prompts, key))
        self._going[key] = going
        self._failures.pop(key, None)

        def watch(step: SignInStep) -> None:
            self._stepped.emit(going, step)

        def act(cancel: CancelToken) -> tuple[HttpDeskError | None, Known]:
            return run(scene, cancel, watch), look()

        job = going.job = self._jobs.start(act)
        job.finished.connect(lambda found: self._gone(going, *found))
        job.failed.connect(lambda error: self._went_wrong(going, error))
        job.ended.connect(lambda: self._end(going))
        self.changed.emit()

    def test(self, key: str, scene: Scene) -> None:
        """Send a GET to the base URL; `tested` tells what came of it."""
        if key in self._testing:
            return
        scene = replace(scene, prompt=KeyPrompt(self._prompts, key))
        job = self._testing[key] = self._jobs.start(lambda token: work.test(scene, token))
        for end in (job.finished, job.failed, job.crashed):
            end.connect(lambda result: self.tested.emit(key, result))
        job.ended.connect(lambda: self._testing.pop(key, None))
        job.ended.connect(lambda: self._end_questions(key))

    def cancel(self, key: str) -> None:
        """Give up what is under way."""
        going = self._going.get(key)
        for job in (going.job if going is not None else None, self._testing.get(key)):
            if job is not None:
                job.cancel()

    def question(self, key: str) -> Question | None:
        """Return what is asked about a connection before its secrets are used."""
        return next((each.question for each in self._asked if each.about == key), None)

    def answer(self, key: str, agrees: bool) -> None:
        """Answer the question about a connection."""
        asked = next((each for each in self._asked if each.about == key), None)
        if asked is not None:
            self._asked.remove(asked)
            asked.answer(agrees)
            self.questionChanged.emit(key)

    def note(self, key: str, error: HttpDeskError | None) -> None:
        """Remember why a try failed to sign in; any other end forgets it."""
        self._failures.pop(key, None)
        # A token that the provider does not renew is told (statement 34), a missing one is not.
        is_failure = isinstance(error, SignInFailed) and (
            error.reason not in _NO_FAILURES or bool(error.error)
        )
        if error is not None and (is_failure or isinstance(error, SecretsFailed)):
            self._failures[key] = Failure(error)

    def move(self, key: str, now: str) -> None:
        """Follow a connection that has another key."""
        going = self._going.pop(key, None)
        if going is not None:
            going.key = now
            self._going[now] = going
        for asked in self._asked:
            if asked.about == key:
                asked.about = now

    # Inside

    def _gone(self, going: Going, refused: HttpDeskError | None, known: Known) -> None:
        self.looked.emit(known)
        self._end(going)
        if refused is not None:
            self.refused.emit(refused)

    def _went_wrong(self, going: Going, error: HttpDeskError) -> None:
        self._end(going)
        if not _was_given_up(error):
            self._failures[going.key] = Failure(error, going.steps, tried=True)
        # The token may be gone all the same.
        self.stale.emit()
        self.changed.emit()

    def _end(self, going: Going) -> None:
        if self._going.get(going.key) is going:
            del self._going[going.key]
            self._end_questions(going.key)
            self.changed.emit()

    def _on_asked(self, asked: Asked[str]) -> None:
        self._asked.append(asked)
        self.questionChanged.emit(asked.about)

    def _end_questions(self, key: str) -> None:
        """Forget what is asked no more, because the act was cancelled."""
        before = len(self._asked)
        self._asked = [each for each in self._asked if each.is_open]
        if len(self._asked) != before:
            self.questionChanged.emit(key)

    def _on_step(self, going: Going, step: SignInStep) -> None:
        going.steps = (*going.steps, step)
        self.changed.emit()


def standing_after(error: HttpDeskError) -> Standing:
    """Return how a connection stands whose last act ended by `error`."""
    locked = isinstance(error, SecretsFailed) and error.reason is SecretsReason.LOCKED
    return Standing.LOCKED if locked else Standing.FAILED


def _was_given_up(error: HttpDeskError) -> bool:
    return isinstance(error, SignInFailed) and error.reason is SignInReason.CANCELLED
