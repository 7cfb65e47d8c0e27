"""How a worker that asks gets its answer, without a window around it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.documents import Document
from httpdesk.gui.jobs import Job, JobRunner
from httpdesk.gui.prompt import Asked, Prompts, TabPrompt
from httpdesk.model.questions import (
    EnterPrivateNetwork,
    LeaveTls,
    Question,
    SendInvalidJson,
)
from httpdesk.model.request import Request

TLS = LeaveTls(302, "https://a.test", "http://a.test")
INSIDE = EnterPrivateNetwork(302, "http://a.test", "http://b.test", "10.0.0.7:80")
JSON = SendInvalidJson(1, 1, "value expected")


class Desk:
    """A prompt for one document, a worker that asks, and the questions that arrive."""

    def __init__(self, qtbot: QtBot, jobs: JobRunner) -> None:
        self._qtbot, self._jobs = qtbot, jobs
        self.document = Document("1", Request())
        self.prompts = Prompts()
        self.asked: list[Asked[Document]] = []
        self.threads: list[threading.Thread] = []
        self.prompts.asked.connect(self._note)

    def ask(self, question: Question, *agreed: Question, as_typed: bool = False) -> Job:
        prompt = TabPrompt(self.prompts, self.document, agreed, as_typed=as_typed)
        return self._jobs.start(lambda token: prompt.ask(question, token))

    def answer_of(self, job: Job, answer: bool | None) -> object:
        """Give `answer` to the question that the job asks, or none; return what came of it."""
        before = len(self.asked)
        results: list[object] = []
        job.finished.connect(results.append)
        if answer is not None:
            self._qtbot.waitUntil(lambda: len(self.asked) > before)
            self.asked[-1].answer(answer)
        self._qtbot.waitUntil(lambda: bool(results))
        return results[0]

    def _note(self, asked: Asked[Document]) -> None:
        self.asked.append(asked)
        self.threads.append(threading.current_thread())


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    jobs = JobRunner()
    yield Desk(qtbot, jobs)
    assert jobs.shutdown()


@pytest.mark.parametrize("answer", [True, False])
def test_the_worker_waits_for_the_answer(desk: Desk, answer: bool) -> None:
    assert desk.answer_of(desk.ask(TLS), answer) is answer
    (asked,) = desk.asked
    assert (asked.about, asked.question) == (desk.document, TLS)
    assert desk.threads == [threading.main_thread()]


def test_the_first_answer_counts() -> None:
    asked = Asked(Document("1", Request()), TLS, CancelToken())
    asked.answer(False)
    asked.answer(True)
    assert not asked.wait()
    assert not asked.is_open


def test_a_cancel_is_a_no_even_after_a_yes() -> None:
    """Statement 69: sends nothing more."""
    token = CancelToken()
    asked = Asked(Document("1", Request()), TLS, token)
    asked.answer(True)
    token.cancel()
    assert not asked.wait()


def test_a_cancel_ends_the_wait(desk: Desk, qtbot: QtBot) -> None:
    job = desk.ask(TLS)
    qtbot.waitUntil(lambda: bool(desk.asked))
    job.cancel()
    assert desk.answer_of(job, None) is False
    assert not desk.asked[0].is_open


def test_what_was_agreed_to_for_this_send_is_not_asked(desk: Desk) -> None:
    assert desk.answer_of(desk.ask(TLS, TLS), None) is True
    assert desk.asked == []
    other = replace(TLS, target="http://elsewhere.test")
    assert desk.answer_of(desk.ask(other, TLS), False) is False


def test_a_body_is_asked_about_unless_it_was_agreed_to(desk: Desk) -> None:
    assert desk.answer_of(desk.ask(JSON, as_typed=True), None) is True
    assert desk.answer_of(desk.ask(JSON), False) is False
    assert desk.answer_of(desk.ask(TLS, as_typed=True), False) is False


@pytest.mark.parametrize(
    ("question", "known"),
    [
        (INSIDE, True),
        (replace(INSIDE, status_code=308), True),
        (replace(INSIDE, address="10.0.0.8:80"), False),
        (replace(INSIDE, target="http://c.test"), False),
        (replace(INSIDE, origin="http://evil.test"), False),
        (TLS, False),
    ],
)
def test_a_way_into_a_network_is_asked_about_once(
    desk: Desk, question: Question, known: bool
) -> None:
    """R5: once per pair; the address is part of it, for names change where they lead."""
    desk.prompts.remember(INSIDE)
    desk.prompts.remember(TLS)
    assert desk.answer_of(desk.ask(question), None if known else False) is known
