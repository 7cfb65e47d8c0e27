"""HTML as text to be read, and as a copy that may not do anything."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpdesk.render import html_copy
from httpdesk.render.html_copy import browser_copy
from httpdesk.render.html_text import html_as_text
from tests.render.test_transcode import spooled

PAGE = """<!DOCTYPE html><html><head><title>Status &amp; more</title>
<script>document.title = "changed"; if (a < b) {}</script><style>p { color: red }</style></head>
<body onload="x()"><!-- <p>no</p> --><h1>Hello   <em>there</em></h1>
<p>One line,
 two <a href="https://example.com/?a=1&amp;b">links</a> <a href="#x">#x</a>.<br>Next</p>
<ul><li>First<li>Second<ol><li>Inner</li><li>Other</ol></ul>
<table><tr><th>Name<th>Size</tr><tr><td>a</td><td>1 &lt; 2</td></tr></table>
<pre>  kept
   as is</pre><img src=file:///etc/passwd alt="A cat"><input name=q><hr>
<iframe src="http://h/">hidden</iframe>5 < 6</body></html>"""


def test_a_page_reads_like_a_page() -> None:
    assert html_as_text(PAGE).splitlines() == [
        "Status & more",
        "",
        "# Hello there",
        "",
        "One line, two links <https://example.com/?a=1&b> #x.",
        "Next",
        "",
        "• First",
        "• Second",
        "  1. Inner",
        "  2. Other",
        "",
        "Name  |  Size",
        "a  |  1 < 2",
        "",
        "  kept",
        "   as is",
        "",
        "[Image: A cat][Field: q]",
        "─" * 40,
        "5 < 6",
    ]


@given(st.text("<>/ab \"'=!-?&;pli\n", max_size=120))
def test_any_text_has_an_end(page: str) -> None:
    assert html_as_text(page).endswith("\n")


HOSTILE = (
    "<a '" * 400_000,
    "<" * 1_000_000,
    "<!--" * 400_000,
    "<script>" * 200_000,
    "<ul><li>" * 100_000,
    "&" * 1_000_000,
    "<pre>" * 100_000 + "\n" * 100_000,
    "<td>" * 200_000,
    f"<a href='{'x' * 900_000}'>" * 2,
)


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_pages_take_no_time(number: int) -> None:
    """Fault 25: work that grows with the square of a page would not end within a test's limit."""
    page = HOSTILE[number]
    assert len(html_as_text(page)) <= 10 * len(page)


class _Frames(HTMLParser):
    """Collects the tags of a page and the page within."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.policy = self.inner = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag."""
        known = dict(attrs)
        self.tags.append(tag)
        if known.get("http-equiv") == "Content-Security-Policy":
            self.policy = known["content"] or ""
        if tag == "iframe":
            assert known["sandbox"] in (None, ""), "every right is one too many"
            self.inner = known["srcdoc"] or ""


@pytest.mark.parametrize("chunk", [1, 3, 8, 9])
def test_no_element_connects_wherever_a_piece_ends(
    monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(html_copy, "_CHUNK", chunk)
    page = b"<p><li\0nk rel=preconnect><LINK><meta\n><bAsE></p>\0<" * 3
    copy = b"".join(browser_copy(spooled(page)))
    inner = copy.partition(b'srcdoc="')[2]
    assert inner.startswith(b"<p><x-link rel=preconnect><x-LINK><x-meta\n><x-bAsE></p><<p>")
    assert b"<link" not in inner.lower()


@pytest.mark.parametrize("page", [PAGE, '"></iframe><script>x()</script>', "&quot;&#34;><b>"])
def test_the_copy_for_the_browser_is_a_frame_without_rights(page: str) -> None:
    """Fault 25: no script, no request, no form; the title is not the page's."""
    copy = b"".join(browser_copy(spooled(page.encode()))).decode()
    outer = _Frames()
    outer.feed(copy)
    assert outer.tags[-1] == "iframe", "nothing of the page stands outside of the frame"
    assert "script" not in outer.tags
    assert outer.inner == page.replace("<iframe", "<x-iframe")
    assert "default-src 'none'" in outer.policy
    assert "<title>HTTPDesk</title>" in copy
