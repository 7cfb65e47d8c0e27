"""The filter of an XML body."""

from __future__ import annotations

from httpdesk.model.request import ResponseType
from tests.gui.response import exchanges
from tests.gui.response.conftest import Pane
from tests.gui.response.test_json_filter import filter_by

ORDERS = "<o><order><total>9</total></order><order><total>20</total></order></o>"


def show(pane: Pane, body: str, media: str = "application/xml") -> None:
    """Show a body as what it is."""
    headers = exchanges.typed(media)
    pane.show(exchanges.answered(body, headers=headers, wanted=ResponseType.AUTO))


def languages(pane: Pane) -> list[str]:
    """Return the languages that are offered."""
    buttons = (pane.body.filter.language.button(index) for index in range(3))
    return [button.text() for button in buttons if not button.isHidden()]


def test_xpath_takes_the_place_of_the_body(pane: Pane) -> None:
    show(pane, ORDERS)
    filter_by(pane, "//order[total > 10]")
    assert languages(pane) == ["XPath"]
    assert pane.body.filter.status.text() == "1 result"
    assert pane.text().split() == ["<order>", "<total>20</total>", "</order>"]
    filter_by(pane, "//total/text()")
    assert pane.body.filter.status.text() == "2 results"
    assert pane.text().split() == ["9", "20"]


def test_what_is_wrong_is_said_at_the_field(pane: Pane) -> None:
    show(pane, ORDERS)
    filter_by(pane, "//order[")
    assert pane.body.filter.fault.isVisible()
    assert pane.body.filter.fault.text()
    show(pane, "<a>")
    pane.qtbot.waitUntil(lambda: not pane.body.filter.busy)
    filter_by(pane, "//a")
    assert pane.body.filter.fault.text().startswith("The body can't be read as XML: ")


def test_each_kind_of_body_has_its_languages(pane: Pane) -> None:
    show(pane, ORDERS)
    filter_by(pane, "//order")
    show(pane, '{"a": 1}', "application/json")
    filter_by(pane, "$.a")
    assert languages(pane) == ["JSONPath", "jq"]
    assert pane.text() == "[\n  1\n]"


def test_xpath_finds_in_html_that_is_no_xml(pane: Pane) -> None:
    show(pane, "<ul><li>one<li class=x>two & three</ul><br>", "text/html")
    filter_by(pane, "//li[@class='x']/text()")
    assert languages(pane) == ["XPath"]
    assert pane.body.filter.status.text() == "1 result"
    assert pane.text() == "two & three"
