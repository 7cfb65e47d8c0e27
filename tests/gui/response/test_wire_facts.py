"""What the wire told beside the answer: resends, interim answers, doubtful lengths."""

from __future__ import annotations

from dataclasses import replace

import pytest

from httpdesk.gui.response.timeline_rows import as_text, hop_rows
from httpdesk.model.errors import IncompleteBody, Phase
from httpdesk.model.exchange import Attempt, Exchange
from httpdesk.model.request import ResponseType
from httpdesk.model.response import InterimResponse, LengthDoubt
from tests.gui.response import exchanges
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import hop


def with_hop(*, resent: bool = False, interim: tuple[InterimResponse, ...] = ()) -> Exchange:
    return replace(
        exchanges.order(), attempts=(Attempt(1, (hop(resent=resent, interim=interim),)),)
    )


def doubtful(*doubts: LengthDoubt, body: str = "some text") -> Exchange:
    exchange = exchanges.answered(body, wanted=ResponseType.TEXT)
    assert exchange.response is not None
    return replace(exchange, response=replace(exchange.response, doubts=doubts))


def test_a_resend_is_told_in_the_timeline(pane: Pane) -> None:
    """Fault row 12: "GET retried once and shown"."""
    exchange = with_hop(resent=True)
    pane.show(exchange)
    pane.viewer.select_tab("timeline")
    sentence = "The kept connection had been closed; the request was sent again over a new one."
    assert [label.text() for label in pane.viewer.timeline.notes] == [sentence]
    assert sentence in as_text(hop_rows(exchange))


def test_interim_answers_are_listed_in_the_timeline(pane: Pane) -> None:
    """Fault row 7."""
    interim = (
        InterimResponse(100, "Continue"),
        InterimResponse(
            103, "Early\nHints", (("Link", "<b>/style.css</b>"), ("Set-Cookie", "sid=planted"))
        ),
        InterimResponse(199, "", tuple((f"X-{n}", "y" * 1000) for n in range(7))),
    )
    pane.show(with_hop(interim=interim))
    pane.viewer.select_tab("timeline")
    notes = [label.text() for label in pane.viewer.timeline.notes]
    assert notes[0] == "Before the answer came 100 Continue."
    assert notes[1] == (
        "Before the answer came 103 Early Hints, with Link: <b>/style.css</b>; "
        "Set-Cookie: ••••••••."
    )
    assert notes[2].endswith("; 2 more headers.")
    assert len(notes[2]) < 1200


@pytest.mark.parametrize(
    ("doubt", "words"),
    [
        (LengthDoubt.REPEATED_LENGTH, "names several lengths that differ"),
        (LengthDoubt.LENGTH_AND_CHUNKED, "the chunks were read"),
        (LengthDoubt.INVALID_LENGTH, "is no number"),
        (LengthDoubt.MORE_THAN_LENGTH, "More bytes came behind the end"),
    ],
)
def test_a_doubtful_length_is_told_above_the_body(
    pane: Pane, doubt: LengthDoubt, words: str
) -> None:
    """Fault row 9."""
    pane.show(doubtful(doubt))
    (notice,) = pane.notices()
    assert words in notice
    assert notice.endswith("The connection was not used again.")


def test_every_doubt_is_told_once_and_of_an_empty_body_too(pane: Pane) -> None:
    pane.show(doubtful(LengthDoubt.REPEATED_LENGTH, LengthDoubt.INVALID_LENGTH, body=""))
    (notice,) = pane.notices()
    assert "several lengths" in notice
    assert "no number" in notice
    assert notice.count("The connection was not used again.") == 1
    pane.show(doubtful())
    assert pane.notices() == []


def test_an_incomplete_body_and_a_doubt_are_both_told(pane: Pane) -> None:
    """Fault rows 3 and 9."""
    exchange = doubtful(LengthDoubt.LENGTH_AND_CHUNKED)
    error = IncompleteBody(phase=Phase.RECEIVE, received=500, expected=1000)
    pane.show(replace(exchange, error=error))
    first, second = pane.notices()
    assert first.startswith("Incomplete: 500 of 1,000 bytes.")
    assert second.startswith("The server names a length and sends chunks as well")
