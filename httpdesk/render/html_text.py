"""HTML as text to be read: headings, paragraphs, lists, links and tables in plain characters.

Nothing is loaded, run or styled; what is not text is named. A tag without an end ends the text, so
that hostile pages take no longer than others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from httpdesk.render.rows import Pause, no_pause

LARGEST_PAGE = 2_000_000
"""Bytes of a page that are read."""
MOST_INDENTED = 20
_LONGEST_NAME = 500
_TAG = re.compile(r"""</?([a-zA-Z][^\s/>]*+)((?:[^"'>]++|"[^"]*+"|'[^']*+')*+)>""")
_ATTRIBUTE = re.compile(r"""([^\s"'=<>/]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?""")
_BLANK = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = frozenset(
    {"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "canvas"}
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "html",
        "legend",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
        "caption",
        "option",
        "select",
    ]
)
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_APART = frozenset({"p", "ul", "ol", "dl", "table", "pre", "blockquote", *_HEADINGS})
"""Blocks with an empty line before them."""


def html_as_text(page: str, pause: Pause = no_pause) -> str:
    """Return what a reader of the page would read."""
    reader = _Reader()
    for number, (text, tag) in enumerate(_tokens(page)):
        if tag is None:
            reader.text(text)
        else:
            reader.tag(tag)
        if not number % 64:
            pause()
    return reader.result()


def _tokens(page: str) -> Iterator[tuple[str, re.Match[str] | None]]:
    """Yield texts, and tags; comments, declarations and what is hidden are left out."""
    at = 0
    while at < len(page):
        opened = page.find("<", at)
        if opened < 0:
            yield page[at:], None
            return
        if opened > at:
            yield page[at:opened], None
        at = opened
        if page.startswith(("<!", "<?"), at):
            at = _behind(page, "-->" if page.startswith("<!--", at) else ">", at)
            continue
        tag = _TAG.match(page, at)
        if tag is not None:
            yield "", tag
            at = _behind_hidden(page, tag)
        elif re.match(r"</?[a-zA-Z]", page[at : at + 3]):
            return
        else:
            yield "<", None
            at += 1


def _behind(page: str, end: str, at: int) -> int:
    found = page.find(end, at)
    return len(page) if found < 0 else found + len(end)


def _behind_hidden(page: str, tag: re.Match[str]) -> int:
    """Return where reading goes on behind a tag: behind the whole element when it is hidden."""
    name = tag[1].lower()
    if name not in _HIDDEN or tag[0].startswith("</") or tag[0].endswith("/>"):
        return tag.end()
    closing = re.compile(rf"</{name}[\s/>]", re.IGNORECASE).search(page, tag.end())
    return len(page) if closing is None else _behind(page, ">", closing.start())


class _Reader:
    """Collects lines."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._lists: list[int] = []
        """For each open list the number of its last item; -1 where items have no numbers."""
        self._kept = 0
        """How many elements are open whose white space counts."""
        self._link = ""
        self._in_title = False
        self._cells = 0

    def result(self) -> str:
        """Return all lines."""
        self._break()
        return "\n".join(self._lines).strip("\n") + "\n"

    def text(self, raw: str) -> None:
        """Take text between tags."""
        text = unescape(raw).replace("\0", "\ufffd")
        if self._kept:
            first, *others = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self._put(first)
            for line in others:
                self._break(keep=True)
                self._put(line)
            return
        text = _BLANK.sub(" ", text)
        at_blank = not self._line or self._line[-1].endswith(" ")
        self._put(text.lstrip(" ") if at_blank else text)

    def tag(self, tag: re.Match[str]) -> None:
        """Take a tag."""
        name, opens = tag[1].lower(), not tag[0].startswith("</")
        if name == "br":
            self._break(keep=True)
        elif name == "hr":
            self._break()
            self._lines.append("─" * 40)
        elif name in _HEADINGS:
            self._heading(name, opens)
        elif name in ("ul", "ol"):
            self._list(name, opens)
        elif name == "li":
            self._break()
            if opens:
                self._item()
        elif name in ("td", "th"):
            self._cell(opens)
        elif name in ("pre", "textarea"):
            self._block(name)
            self._kept = max(0, self._kept + (1 if opens else -1))
        elif name in _BLOCKS:
            self._block(name)
        elif opens:
            self._inline(name, tag[2])
        else:
            self._end_inline(name)

    def _heading(self, name: str, opens: bool) -> None:
        self._block(name)
        if opens:
            self._put(_HEADINGS[name])

    def _list(self, name: str, opens: bool) -> None:
        self._block(name if not self._lists else "li")
        if opens:
            self._lists.append(-1 if name == "ul" else 0)
        elif self._lists:
            self._lists.pop()

    def _item(self) -> None:
        if self._lists and self._lists[-1] >= 0:
            self._lists[-1] += 1
            sign = f"{self._lists[-1]}. "
        else:
            sign = "• "
        self._put("  " * min(len(self._lists) - 1, MOST_INDENTED) + sign)

    def _cell(self, opens: bool) -> None:
        if opens:
            if self._cells:
                self._put("  |  ")
            self._cells += 1

    def _inline(self, name: str, attributes: str) -> None:
        if name == "a":
            self._link = _attribute(attributes, "href")
        elif name == "title":
            self._block("p")
            self._in_title = True
        elif name == "img":
            self._name("Image", _attribute(attributes, "alt") or _attribute(attributes, "src"))
        elif name in ("video", "audio", "embed"):
            self._name(name.capitalize(), _attribute(attributes, "src"))
        elif name == "input" and _attribute(attributes, "type").lower() != "hidden":
            words = _attribute(attributes, "value") or _attribute(attributes, "placeholder")
            self._name("Field", _attribute(attributes, "name") or words)

    def _end_inline(self, name: str) -> None:
        if name == "a" and self._link:
            if not self._line or self._line[-1].strip() != self._link:
                self._put(f" <{self._link}>")
            self._link = ""
        elif name == "title" and self._in_title:
            self._in_title = False
            self._break()
            self._lines.append("")

    def _name(self, kind: str, what: str) -> None:
        self._put(f"[{kind}: {what}]" if what else f"[{kind}]")

    def _block(self, name: str) -> None:
        self._break()
        self._cells = 0
        if name in _APART and self._lines and self._lines[-1]:
            self._lines.append("")

    def _break(self, *, keep: bool = False) -> None:
        line = "".join(self._line).rstrip()
        if line or keep:
            self._lines.append(line)
        self._line = []

    def _put(self, text: str) -> None:
        if text:
            self._line.append(text)


def _attribute(text: str, name: str) -> str:
    """Return the value of an attribute on one line, or ""."""
    for found in _ATTRIBUTE.finditer(text):
        if found[1].lower() == name:
            value = unescape(found[2] or found[3] or found[4] or "")
            line = " ".join(value.split())
            return line if len(line) <= _LONGEST_NAME else line[:_LONGEST_NAME] + "…"
    return ""
