"""The Retries group of the Options tab, and the schedule below it."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton

from httpdesk.gui import theme
from httpdesk.gui.options.option_fields import parse_whole
from httpdesk.gui.options.retry_options import RetryOptions
from httpdesk.gui.options.schedule_preview import dot_places, label_places, short_time
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.model.request import Options, Request
from tests.gui.request.conftest import Page
from tests.gui.request.test_options_and_pane import type_into


@pytest.fixture
def retries(page: Page) -> RetryOptions:
    """Give the group of a request with a timeout of a second."""
    page.editor.set_request(Request(url="http://h/", options=Options(timeout_ms=1000)))
    page.pane.show_tab("options")
    return page.pane.options.retries


def test_labels_stand_on_the_line_of_their_controls(page: Page, retries: RetryOptions) -> None:
    """A row with room for a second line begins like all others."""
    options = page.pane.options
    page.pane.grab()
    for words, control in (("Repeat", retries.safe_only), ("Result", options.full)):
        label = next(each for each in options.findChildren(PlainLabel) if each.text() == words)
        inner = label.contentsRect()
        middle = label.mapTo(options, inner.center()).y()
        assert abs(middle - control.mapTo(options, control.rect().center()).y()) <= 1, words


def test_every_retry_option_reaches_the_request(page: Page, retries: RetryOptions) -> None:
    type_into(page, retries.most.line, "3")
    type_into(page, retries.delay.line, "500")
    type_into(page, retries.total.line, "2 min")
    retries.backoff.click()
    retries.on_429.click()
    retries.safe_only.click()
    retries.on.setCurrentIndex(1)
    assert page.request.options == Options(
        timeout_ms=1000,
        retry_max=3,
        retry_delay_ms=500,
        total_timeout_ms=120_000,
        retry_backoff=True,
        retry_on_429=True,
        retry_safe_only=True,
        retry_all=True,
    )
    page.editor.set_request(Request(url="http://h/"))
    assert page.request.options == Options()
    assert (retries.most.text(), retries.on.currentIndex()) == ("", 0)
    assert not retries.backoff.isChecked()


@pytest.mark.parametrize("text", ["91", "-1", "1.5", "two", "9999999999"])
def test_a_count_that_is_none_is_an_inline_error(
    page: Page, retries: RetryOptions, text: str
) -> None:
    """Statement 60: said beside the field, and nothing is sent."""
    type_into(page, retries.most.line, text)
    page.settle()
    assert retries.most.hint.text() == "A whole number from 0 to 90"
    page.editor.send()
    assert page.sent == []
    assert page.focused() is retries.most.line
    assert page.bar.resolved.text == f"{text} is not a number of retries, 0 to 90."
    type_into(page, retries.most.line, "90")
    assert page.request.options.retry_max == 90
    page.editor.send()
    assert len(page.sent) == 1


@pytest.mark.parametrize(("name", "text"), [("delay", "soon"), ("total", "soon")])
def test_other_wrong_numbers_are_said_too(
    page: Page, retries: RetryOptions, name: str, text: str
) -> None:
    field = getattr(retries, name)
    type_into(page, field.line, text)
    page.settle()
    assert field.problem
    page.editor.send()
    assert page.sent == []
    assert page.focused() is field.line


def test_with_backoff_the_delay_is_not_used(page: Page, retries: RetryOptions) -> None:
    """Statement 62: the delay is ignored, and the field says so."""
    assert retries.delay.line.isEnabled()
    retries.backoff.click()
    assert not retries.delay.line.isEnabled()


def test_all_errors_hold_429(page: Page, retries: RetryOptions) -> None:
    """Statement 65."""
    assert retries.on_429.isEnabled()
    retries.on.setCurrentIndex(1)
    assert not retries.on_429.isEnabled()


def test_post_and_patch_are_warned_of(page: Page, retries: RetryOptions) -> None:
    """Statement 64: a warning, and the switch that ends it."""
    type_into(page, retries.most.line, "2")
    assert not retries.warning.isVisible()
    page.bar.method.set_method("POST")
    page.bar.methodChosen.emit("POST")
    assert retries.warning.isVisible()
    assert retries.unsafe.text() == "A repeated POST may act twice"
    retries.safe_only.click()
    assert not retries.warning.isVisible()
    assert retries.schedule.text.text() == "POST is not sent again, as it may not be safe."


def test_the_schedule_follows_what_is_typed(page: Page, retries: RetryOptions) -> None:
    """ui.md section 3.4: start of each attempt if every attempt times out, and the total."""
    assert retries.schedule.text.text() == "A failed request is not sent again."
    type_into(page, retries.most.line, "3")
    type_into(page, retries.delay.line, "500")
    schedule = retries.schedule
    assert schedule.accessibleName() == "Attempts start at 0 s, 1.5 s, 3 s, 4.5 s"
    assert schedule.text.text() == "If every attempt times out, this request ends after 5.5 s."
    retries.backoff.click()
    assert schedule.accessibleName() == "Attempts start at 0 s, 1.2 s, 2.6 s, 4.4 s"
    assert schedule.text.text().endswith("Each wait is up to 20 % longer.")
    retries.backoff.click()
    type_into(page, retries.total.line, "2")
    assert schedule.accessibleName() == "Attempts start at 0 s, 1.5 s"
    assert schedule.text.text().endswith("ends after 2 s. The total limit ends it there.")


def test_without_a_timeout_only_the_waits_are_known(page: Page, retries: RetryOptions) -> None:
    page.editor.set_request(
        Request(url="http://h/", options=Options(retry_max=2, retry_delay_ms=500))
    )
    assert retries.schedule.text.text() == (
        "The waits take 1 s. Without a timeout, attempts may take any time."
    )


def test_the_dots_are_painted_where_attempts_start(page: Page, retries: RetryOptions) -> None:
    type_into(page, retries.most.line, "2")
    dots = retries.schedule.dots
    image = dots.grab().toImage()
    ratio = image.devicePixelRatio()
    for place in dot_places((0, 1000, 2000), dots.width(), theme.scaled(8)):
        at = QPoint(round(place), theme.scaled(8)) * ratio
        assert image.pixelColor(at) == theme.color("accent")


def test_one_arrow_resets_a_row(page: Page, retries: RetryOptions) -> None:
    """ui.md section 3.4: a changed setting has an arrow back."""
    retries.backoff.click()
    type_into(page, retries.most.line, "3")
    arrows = page.pane.options.findChildren(QAbstractButton)
    (arrow,) = [each for each in arrows if each.accessibleName() == "Reset delay"]
    assert arrow.isVisible()
    page.qtbot.mouseClick(arrow, Qt.MouseButton.LeftButton)
    assert page.request.options == Options(timeout_ms=1000, retry_max=3)
    page.settle()
    assert "Max retries" in page.pane.tabs.bar.accessibleTabName(4)


@pytest.mark.parametrize("width", [20, 90, 300, 900])
@pytest.mark.parametrize("count", [1, 2, 9, 91])
def test_labels_never_lie_over_each_other(width: int, count: int) -> None:
    places = dot_places(tuple(float(each) for each in range(count)), width, 8)
    shown = label_places(places, [40] * count, width, 6)
    assert shown[0][0] == 0
    edges = [left for _, left in shown]
    assert all(later - one >= 46 for one, later in itertools.pairwise(edges))
    if count > 1 and width > 100:
        assert shown[-1][0] == count - 1


def test_times_of_the_schedule_are_short() -> None:
    shown = [short_time(each) for each in (0, 200, 1500, 12_345, 59_000, 61_000, 3_700_000)]
    assert shown == ["0 s", "0.2 s", "1.5 s", "12.3 s", "59 s", "1 min 01 s", "1 h 01 min"]


def test_a_whole_number_is_digits() -> None:
    assert [parse_whole(text, 90) for text in ("", " 7 ", "90", "007")] == [0, 7, 90, 7]
    for wrong in ("91", "٣", "+1", "1e1"):
        with pytest.raises(ValueError, match=wrong.replace("+", "[+]")):
            parse_whole(wrong, 90)
