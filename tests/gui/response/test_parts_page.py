"""Multipart bodies in the Parts view."""

from __future__ import annotations

from httpdesk.gui.response.image_page import ImagePage
from httpdesk.gui.response.parts_page import DEEPEST, PartsPage
from httpdesk.gui.response.text_page import TextPage
from httpdesk.model.request import ResponseType
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered, typed
from tests.gui.response.shot import picture

TYPE = "multipart/form-data; boundary=XX"


def part(head: str, content: bytes) -> bytes:
    """Return one part with its delimiter."""
    return b"--XX\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n"


BODY = (
    part('Content-Disposition: form-data; name="a"', b"plain text")
    + part(
        'Content-Disposition: form-data; name="f"; filename="red.png"\r\nContent-Type: image/png',
        picture(),
    )
    + part("Content-Type: application/json", b'{"n":1.10}')
    + b"--XX--\r\n"
)


def parts_of(pane: Pane, body: bytes = BODY, media: str = TYPE) -> PartsPage:
    """Show a body, which must come up as parts."""
    pane.show(answered(body, headers=typed(media), wanted=ResponseType.AUTO))
    assert isinstance(pane.body.page, PartsPage)
    return pane.body.page


def choose(pane: Pane, page: PartsPage, row: int) -> None:
    """Choose a part and wait until it is on screen."""
    with pane.qtbot.waitSignal(page.detail.shown):
        page.table.selectRow(row)
    pane.settle()


def test_parts_are_listed(pane: Pane) -> None:
    page = parts_of(pane)
    rows = [
        [page.model.index(row, column).data() for column in range(3)]
        for row in range(page.model.rowCount())
    ]
    assert rows == [
        ["1", "a", ""],
        ["2", "red.png", "image/png"],
        ["3", "", "application/json"],
    ]
    assert pane.notices() == []


def test_each_part_is_a_body_by_itself(pane: Pane) -> None:
    page = parts_of(pane)
    inner = page.detail
    assert isinstance(inner.page, TextPage)  # type: ignore[attr-defined]
    assert inner.page.view.text_on_screen() == "plain text\n"  # type: ignore[attr-defined]
    choose(pane, page, 1)
    assert isinstance(inner.page, ImagePage)  # type: ignore[attr-defined]
    assert inner.page.image.has_image  # type: ignore[attr-defined]
    choose(pane, page, 2)
    text = inner.page.view.text_on_screen()  # type: ignore[attr-defined]
    assert text == '{\n  "n": 1.10\n}\n'


def test_a_part_is_saved_as_what_it_is(pane: Pane) -> None:
    page = parts_of(pane)
    choose(pane, page, 1)
    with pane.qtbot.waitSignal(pane.body.partSaveRequested) as saved:
        page.act("save")
    (exchange,) = saved.args
    content = exchange.response.body.read_at(0, 10**6)
    assert content.startswith(b"\x89PNG")
    assert content + b"\r\n--XX\r\n" in BODY
    assert "red.png" in exchange.response.header("Content-Disposition")


def test_the_text_of_a_part_is_copied(pane: Pane) -> None:
    parts_of(pane)
    pane.body.copy_all()
    pane.settle()
    assert pane.clipboard() == "plain text"


def test_a_part_without_end_is_said(pane: Pane) -> None:
    parts_of(pane, BODY[:-12])
    assert pane.notices() == ["The last part has no end."]


def test_parts_in_parts_are_shown(pane: Pane) -> None:
    inner = b"--YY\r\n\r\ndeep\r\n--YY--"
    page = parts_of(pane, part("Content-Type: multipart/mixed; boundary=YY", inner) + b"--XX--")
    within = page.detail.page  # type: ignore[attr-defined]
    assert isinstance(within, PartsPage)
    pane.qtbot.waitUntil(lambda: not within.busy)
    assert within.detail.page.view.text_on_screen() == "deep\n"  # type: ignore[attr-defined]


def test_another_body_lets_the_parts_go(pane: Pane) -> None:
    page = parts_of(pane)
    pane.show(answered("{}"))
    assert page.model.rowCount() == 0
    assert page.detail.page is None  # type: ignore[attr-defined]


def test_parts_in_parts_have_an_end(pane: Pane) -> None:
    """A body of parts without end makes no view after the other."""
    body = b"deepest"
    for level in range(30):
        head = f"Content-Type: multipart/mixed; boundary=B{level - 1:02}"
        body = f"--B{level:02}\r\n{head}\r\n\r\n".encode() + body + b"\r\n"
    page = parts_of(pane, body, "multipart/mixed; boundary=B29")
    pane.qtbot.waitUntil(lambda: len(page.findChildren(PartsPage)) == DEEPEST - 1)
    innermost = page.findChildren(PartsPage)[-1]
    pane.qtbot.waitUntil(lambda: not innermost.busy)
    text = innermost.detail.page.view.text_on_screen()  # type: ignore[attr-defined]
    assert text.startswith("--B25\n")
