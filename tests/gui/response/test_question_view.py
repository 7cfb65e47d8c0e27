"""What a send asks, in place of the body."""

from __future__ import annotations

import inspect
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from httpdesk.gui.messages import agreed_sentence, message_for, question_words
from httpdesk.gui.response.question_view import QuestionView
from httpdesk.gui.response.timeline_rows import as_text, hop_rows
from httpdesk.gui.theme import ThemeManager
from httpdesk.model import errors, questions
from httpdesk.model.errors import Phase, Sent
from httpdesk.model.exchange import Attempt
from httpdesk.model.questions import (
    EnterPrivateNetwork,
    EnterValues,
    LeaveTls,
    NewPlaces,
    Question,
    RedirectQuestion,
    SendBodyElsewhere,
    SendInvalidJson,
    SendToProtected,
)
from tests.gui.gallery import RESOURCES
from tests.gui.response import exchanges
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import hop

FROM, TO = "https://api.acme.test", "http://files.acme.test:8080"
REDIRECTS: tuple[RedirectQuestion, ...] = (
    SendBodyElsewhere(307, FROM, TO, "PUT", 12_400),
    LeaveTls(302, FROM, TO),
    EnterPrivateNetwork(302, FROM, TO, "10.0.0.7:8080"),
)
QUESTIONS: tuple[Question, ...] = (
    SendInvalidJson(4, 12, "comma expected"),
    NewPlaces("Orders API", ("base_url https://a.test",), ("base_url https://b.test",)),
    SendToProtected("Production", "DELETE", "https://api.acme.test/orders/7"),
    EnterValues(("Order number",)),
    *REDIRECTS,
)
PLAIN = tuple(each for each in QUESTIONS if not isinstance(each, EnterValues))
"""Those that only ask for a yes or no; the others begin in a field."""


def view(pane: Pane) -> QuestionView:
    return pane.viewer.question


def test_every_question_has_words() -> None:
    defined = {
        kind
        for _, kind in inspect.getmembers(questions, inspect.isclass)
        if issubclass(kind, Question) and kind not in (Question, RedirectQuestion)
    }
    assert {type(each) for each in QUESTIONS} == defined


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: type(each).__name__)
def test_a_question_says_what_it_is_about(question: Question) -> None:
    """ui.md 9: plain verbs, buttons that name the action, no exclamation marks."""
    words = question_words(question)
    assert words.agree != words.refuse
    assert words.text.endswith((".", "?"))
    assert "!" not in words.title + words.text
    if isinstance(question, RedirectQuestion):
        assert words.title.endswith("?")
        assert ("From", FROM) in words.facts
        assert ("To", TO) in words.facts


def test_the_facts_of_each_border() -> None:
    facts = [dict(question_words(question).facts) for question in REDIRECTS]
    assert facts[0]["Goes along"] == "PUT with a body of 12.4 KB"
    assert facts[2]["Address"] == "10.0.0.7:8080"


@pytest.mark.parametrize("question", REDIRECTS, ids=lambda each: type(each).__name__)
def test_what_was_refused_and_what_was_agreed_to_is_said(question: RedirectQuestion) -> None:
    error = errors.NotConfirmed(phase=Phase.RECEIVE, sent=Sent.ALL, question=question)
    message = message_for(error)
    assert TO in message.text or "10.0.0.7" in message.text
    assert message.pill == f"{question.status_code} not followed"
    assert message.unsafe is not None
    assert message.unsafe.label == "Send again and follow"
    assert "10.0.0.7" in agreed_sentence(question) or TO in agreed_sentence(question)


def test_the_timeline_keeps_what_was_agreed_to(pane: Pane) -> None:
    """Beside what was dropped on the way."""
    hops = (hop(307), hop(200, dropped=("Authorization",), confirmed=REDIRECTS))
    exchange = replace(exchanges.order(), attempts=(Attempt(1, hops),))
    pane.show(exchange)
    pane.viewer.select_tab("timeline")
    notes = [label.text() for label in pane.viewer.timeline.notes]
    assert notes[0].endswith("another origin: Authorization.")
    assert notes[1:4] == [agreed_sentence(question) for question in REDIRECTS]
    assert notes[2] in as_text(hop_rows(exchange))


@pytest.mark.parametrize("question", PLAIN, ids=lambda each: type(each).__name__)
def test_both_answers_work_by_key(pane: Pane, question: Question) -> None:
    answers: list[bool] = []
    pane.viewer.answered.connect(answers.append)
    pane.viewer.show_question(question)
    view(pane).take_focus()
    content = view(pane).content
    assert content is not None
    pane.qtbot.waitUntil(content.refuse.hasFocus)
    pane.qtbot.keyClick(content.refuse, Qt.Key.Key_Return)
    pane.qtbot.keyClick(content.agree, Qt.Key.Key_Space)
    pane.qtbot.keyClick(content.agree, Qt.Key.Key_Escape)
    assert answers == [False, True, False]


def test_words_of_servers_are_no_markup(pane: Pane) -> None:
    """Fault 26: hosts are shown as they are, whole, however long."""
    host = "<b>x</b>" + "long-label." * 20
    pane.viewer.show_question(LeaveTls(302, f"https://{host}", f"http://{host}"))
    content = view(pane).content
    assert content is not None
    labels = [each for each in content.findChildren(QLabel) if each.text()]
    assert all(each.textFormat() is Qt.TextFormat.PlainText for each in labels)
    assert content.facts[0].text().replace("\u200b", "") == f"https://{host}"
    assert content.width() <= view(pane).viewport().width()


def test_it_gives_way_to_what_was_there(pane: Pane) -> None:
    pane.viewer.show_question(REDIRECTS[0])
    assert pane.viewer.pages.currentWidget() is view(pane)
    assert pane.viewer.status.phase.text() == "Waiting for your answer"
    pane.viewer.end_question()
    assert pane.viewer.pages.currentWidget() is pane.viewer.empty
    assert not pane.viewer.status.isVisible()
    pane.show(exchanges.order())
    pane.viewer.show_question(REDIRECTS[0])
    assert pane.viewer.pages.currentWidget() is view(pane)
    pane.viewer.end_question()
    assert pane.viewer.pages.currentWidget() is pane.viewer.body
    assert pane.viewer.status.phase.text() == ""


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: type(each).__name__)
def test_at_twice_the_text_size_the_answers_are_in_view(
    pane: Pane, qapp: QApplication, question: Question
) -> None:
    """ui.md 8: 200 % text clips nothing."""
    manager = ThemeManager(RESOURCES)
    manager.apply(qapp, "light")
    manager.set_text_scale(2.0)
    pane.viewer.resize(720, 420)
    pane.viewer.show_question(question)
    view(pane).take_focus()
    QApplication.processEvents()
    content = view(pane).content
    assert content is not None
    seen = content.refuse.visibleRegion().boundingRect()
    assert seen == content.refuse.rect()
    for label in (content.title, content.text, *content.facts):
        assert label.height() >= label.heightForWidth(label.width())
    manager.set_text_scale(1.0)
    manager.deleteLater()
