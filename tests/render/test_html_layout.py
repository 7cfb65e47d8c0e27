"""HTML taken apart: tokens, layout, tree and XPath."""

from __future__ import annotations

import random
import re
import time

import pytest

from httpdesk.model.memory_body import MemoryBody
from httpdesk.render.html_layout import lay_out
from httpdesk.render.html_tokens import HtmlKind, nested, tokens
from httpdesk.render.html_tree import nodes
from httpdesk.render.json_filter import FilterFacts, FilterFault
from httpdesk.render.xml_filter import apply_html
from httpdesk.render.xml_tree import XmlTree, read_tree

PAGE = b"""<!doctype html><html><head><meta charset=utf-8><title>A &amp; b</title>
<script>if (a<b) {}</script><style>a>b{}</style></head><body class=x><div><p>One <b>two</b>three
<p>next <a href="x?a=1&amp;b">y</a></div><ul><li>1<li>2<ul><li>n</ul></ul><pre>
 a
  <b>b</b> </pre><!-- c --> text<script>x</script>b<input value='>' title=it's></body></html>
"""
LAID_OUT = """\
<!doctype html>
<html>
  <head>
    <meta charset=utf-8>
    <title>A &amp; b</title>
    <script>if (a<b) {}</script>
    <style>a>b{}</style>
  </head>
  <body class=x>
    <div>
      <p>One <b>two</b>three
      <p>next <a href="x?a=1&amp;b">y</a>
    </div>
    <ul>
      <li>1
      <li>2
        <ul>
          <li>n
        </ul>
    </ul>
    <pre>
 a
  <b>b</b> </pre>
    <!-- c -->
    text<script>x</script>b<input value='>' title=it's>
  </body>
</html>"""
PIECES = (
    b"<p>|</p>|<div>|</div>|<b>|</b>| |\n|x|<|<!--|-->|<pre>|</pre>|<script>|</script>|<li>|<ul>"
    b"|</ul>|<td>|<a href='|'>|\"|=|>|</|<textarea>|</textarea>|&amp;|\xff|<table>|<!d|/>|{"
    b"|<x{y a}>"
).split(b"|")


def laid_out(page: bytes) -> bytes:
    return b"".join(lay_out(MemoryBody(page))).partition(b"\n")[2]


def tree_of(page: bytes) -> XmlTree:
    return read_tree(nodes(MemoryBody(page)))


def rows(tree: XmlTree, number: int = 0, depth: int = 0) -> list[str]:
    found = []
    for each in tree.nodes[number].kids:
        node = tree.nodes[each]
        found.append("  " * depth + f"{node.name}|{node.attributes}|{node.text}")
        found += rows(tree, each, depth + 1)
    return found


def found_by(expression: str, page: bytes = PAGE) -> tuple[FilterFacts, list[str]]:
    head, _, rest = b"".join(apply_html(MemoryBody(page), "xpath", expression)).partition(b"\n")
    return FilterFacts.from_line(head), rest.decode().splitlines()


def no_blanks(page: bytes) -> bytes:
    return re.sub(rb"[ \t\r\n\f]+", b"", page)


def test_blocks_stand_on_lines_of_their_own_and_what_a_blank_changes_stays() -> None:
    """`two</b>three` and `text<script>` hold no blank and get none; pre and scripts stay."""
    assert laid_out(PAGE).decode() == LAID_OUT
    assert laid_out(laid_out(PAGE)) == laid_out(PAGE)


def test_random_tag_soup_loses_nothing_and_nests() -> None:
    chance = random.Random(52)
    for _ in range(3000):
        page = b"".join(chance.choice(PIECES) for _ in range(chance.randrange(30)))
        assert b"".join(token.data for token in tokens(page)) == page
        assert no_blanks(laid_out(page)) == no_blanks(page), page
        depth = 0
        for token in nested(page):
            depth += (token.kind is HtmlKind.START) - (token.kind is HtmlKind.END)
            assert depth >= 0, page
        assert depth == 0, page
        assert not tree_of(page).fault


def test_the_tree_ends_what_browsers_end() -> None:
    page = (
        b"<UL class=a><li>1<li>2<ul><li>n</ul></UL><table><tr><td>1<td>2<tr><td>3</table></b><br>"
    )
    assert rows(tree_of(page)) == [
        "ul|class=a|",
        "  li||1",
        "  li||",
        "    ||2",
        "    ul||",
        "      li||n",
        "table||",
        "  tr||",
        "    td||1",
        "    td||2",
        "  tr||",
        "    td||3",
        "br||",
    ]


def test_xpath_finds_in_pages_that_are_no_xml() -> None:
    assert found_by("//a/@href")[1] == ["x?a=1&b"]
    assert found_by("count(//li)")[1] == ["3"]
    assert found_by("/html/head/title/text()")[1] == ["A & b"]
    assert found_by("//script[1]")[1] == ["<script>if (a<b) {}</script>", "<script>x</script>"]
    assert found_by("//p[2]/a")[1] == ['<a href="x?a=1&amp;b">y</a>']
    assert found_by("//p", b"<p>1<p>2")[0].count == 2
    assert found_by("count(//*)", b"")[1] == ["1"]
    assert found_by("//[")[0].fault == FilterFault.EXPRESSION.value
    assert found_by("//b", b"<div>" * 400)[0].fault == FilterFault.TOO_DEEP.value
    assert found_by("//*[@*]", b"<x{y a{}=1>t")[1] == ['<xy a="1">t</xy>']


@pytest.mark.parametrize(
    "page",
    [
        b"<div>" * 50_000,
        b"<a " * 300_000,
        b'<a b="' * 100_000,
        b"<!--" * 300_000,
        b"</p>" * 50_000,
        b"<script>" * 200_000,
        b"<a " + b"=" * 500_000,
        b"<a " + b"x='y' " * 100_000 + b">",
        b"<ul><li>" * 30_000,
        b"<td>" * 50_000,
    ],
)
def test_hostile_pages_take_no_longer_than_others(page: bytes) -> None:
    """Fault 25: quadratic work would be minutes here."""
    begun = time.monotonic()
    assert no_blanks(laid_out(page)) == no_blanks(page)
    tree_of(page)
    assert time.monotonic() - begun < 20
